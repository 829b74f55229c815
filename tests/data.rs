//! IDX files: what is read, and what each kind of damage is called.

#![allow(clippy::float_cmp)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use dimwise::data::{DataError, Split};
use dimwise::prelude::*;
use flate2::Compression;
use flate2::write::GzEncoder;

type Tiny = Dataset<(U2, U3), Class<U10>>;

/// A folder of its own for each test.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn idx(dims: &[u32], body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, dims.len() as u8];
    dims.iter().for_each(|size| bytes.extend(size.to_be_bytes()));
    bytes.extend(body);
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Two images of 2 by 3 pixels, and their labels.
fn images() -> Vec<u8> {
    idx(&[2, 2, 3], &[0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6])
}
fn labels() -> Vec<u8> {
    idx(&[2], &[7, 0])
}

/// What reading says of these two files, without the folder's name.
fn message(test: &str, images: &[u8], labels: &[u8]) -> String {
    let folder = folder(test);
    let (image_path, label_path) = (folder.join("images"), folder.join("labels"));
    fs::write(&image_path, images).unwrap();
    fs::write(&label_path, labels).unwrap();
    let error = Tiny::from_idx(&image_path, &label_path).unwrap_err().to_string();
    error.replace(&format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR), "")
}

#[test]
fn plain_and_gzipped_files_are_told_apart_by_their_bytes() {
    let folder = folder("round_trip");
    for (name, pack) in
        [("plain", (|bytes| bytes) as fn(Vec<u8>) -> Vec<u8>), ("packed", |bytes| gzip(&bytes))]
    {
        let (image_path, label_path) =
            (folder.join(format!("{name}-images")), folder.join(format!("{name}-labels")));
        fs::write(&image_path, pack(images())).unwrap();
        fs::write(&label_path, pack(labels())).unwrap();
        let data = Tiny::from_idx(&image_path, &label_path).unwrap();
        assert_eq!(data.samples()[0], Tensor::from([[0.0, 0.2, 0.4], [0.6, 0.8, 1.0]]));
        assert_eq!(data.samples()[1][[1, 2]], 6.0 / 255.0);
        assert_eq!(data.targets().iter().map(|class| class.index()).collect::<Vec<_>>(), [7, 0]);
        let flat = Dataset::<U6, Class<U8>, f64>::from_idx(&image_path, &label_path).unwrap();
        assert_eq!(flat.samples()[0][5], 1.0);
        let channel = Dataset::<(U1, U2, U3), Class<U8>>::from_idx(&image_path, &label_path).unwrap();
        assert_eq!(channel.samples()[1][[0, 0, 0]], 1.0 / 255.0);
    }
}

#[test]
fn a_gzip_file_of_two_members_is_read_whole() {
    let (image_bytes, folder) = (images(), folder("members"));
    let (front, back) = image_bytes.split_at(20);
    fs::write(folder.join("images"), [gzip(front), gzip(back)].concat()).unwrap();
    fs::write(folder.join("labels"), labels()).unwrap();
    assert_eq!(Tiny::from_idx(folder.join("images"), folder.join("labels")).unwrap().len(), 2);
}

#[test]
fn no_images_are_an_empty_data_set() {
    let folder = folder("empty");
    fs::write(folder.join("images"), idx(&[0, 2, 3], &[])).unwrap();
    fs::write(folder.join("labels"), idx(&[0], &[])).unwrap();
    assert!(Tiny::from_idx(folder.join("images"), folder.join("labels")).unwrap().is_empty());
}

#[test]
fn truncated_files() {
    let (images, labels) = (images(), labels());
    assert_eq!(
        message("cut_body", &images[..25], &labels),
        "images: expected 28 bytes as its header says, found 25"
    );
    assert_eq!(
        message("cut_dims", &images[..10], &labels),
        "images: expected 16 bytes as its header says, found 10"
    );
    assert_eq!(
        message("cut_magic", &images[..3], &labels),
        "images: expected 4 bytes as its header says, found 3"
    );
    assert_eq!(message("nothing", &[], &labels), "images: expected 4 bytes as its header says, found 0");
    assert_eq!(
        message("cut_labels", &images, &labels[..9]),
        "labels: expected 10 bytes as its header says, found 9"
    );
}

#[test]
fn a_file_that_goes_on() {
    let long = [images(), vec![0; 5]].concat();
    assert_eq!(
        message("long", &long, &labels()),
        "images: expected 28 bytes as its header says, found 29 or more"
    );
    assert_eq!(
        message("long_gz", &gzip(&long), &labels()),
        "images: expected 28 bytes as its header says, found 29 or more"
    );
}

#[test]
fn a_header_that_promises_the_moon_allocates_nothing_for_it() {
    let hostile = idx(&[u32::MAX, 2, 3], &[1, 2, 3]);
    assert_eq!(
        message("hostile", &hostile, &labels()),
        "images: expected 25769803786 bytes as its header says, found 19"
    );
    let overflowing = idx(&[u32::MAX, u32::MAX, u32::MAX], &[]);
    assert_eq!(
        message("overflow", &overflowing, &labels()),
        "images: expected images of [2, 3], found [4294967295, 4294967295]"
    );
}

#[test]
fn wrong_magic_numbers() {
    let mut floats = images();
    floats[2] = 13;
    assert_eq!(
        message("floats", &floats, &labels()),
        "images: expected an IDX file of bytes with 2 to 4 axes, found the first bytes [0, 0, 13, 3]"
    );
    assert_eq!(
        message("png", b"\x89PNG\r\n", &labels()),
        "images: expected an IDX file of bytes with 2 to 4 axes, found the first bytes [137, 80, 78, 71]"
    );
    assert_eq!(
        message("swapped", &labels(), &images()),
        "labels: expected an IDX file of bytes with 1 axis, found the first bytes [0, 0, 8, 3]"
    );
}

#[test]
fn images_of_another_size() {
    let turned = idx(&[2, 3, 2], &[0; 12]);
    assert_eq!(message("turned", &turned, &labels()), "images: expected images of [2, 3], found [3, 2]");
}

#[test]
fn labels_beyond_the_class_count() {
    assert_eq!(
        message("label", &images(), &idx(&[2], &[3, 10])),
        "labels: expected labels below 10, found 10 at position 1"
    );
}

#[test]
fn counts_that_disagree() {
    assert_eq!(
        message("counts", &images(), &idx(&[3], &[1, 2, 3])),
        "labels: expected as many labels as there are images in images, 2, found 3"
    );
}

#[test]
fn a_damaged_gzip_stream() {
    let mut packed = gzip(&images());
    let end = packed.len();
    packed[end - 6] ^= 0xFF;
    assert!(message("crc", &packed, &labels()).starts_with("images: corrupt gzip stream"));
    assert!(message("cut_gz", &gzip(&images())[..20], &labels()).starts_with("images: "));
}

#[test]
fn files_that_are_not_there() {
    let folder = folder("missing");
    let error = Tiny::from_idx_folder(&folder, Split::Test).unwrap_err();
    let path = folder.join("t10k-images-idx3-ubyte");
    assert_eq!(error.to_string(), format!("{0}: neither this file nor {0}.gz is there", path.display()));
    let error = Tiny::from_idx(folder.join("a"), folder.join("b")).unwrap_err();
    assert!(matches!(&error, DataError::Io { path, .. } if path.ends_with("b")));
}

#[test]
fn the_digits_of_the_repository() {
    let train = Dataset::<U784, Class<U10>>::from_idx_folder("examples/data", Split::Train).unwrap();
    assert_eq!(train.len(), 8000);
    let mut classes = [0; 10];
    train.targets().iter().for_each(|class| classes[class.index()] += 1);
    assert!(classes.iter().all(|count| (600..1000).contains(count)), "{classes:?}");
    assert!(
        train.samples().iter().all(|image| image.as_slice().iter().all(|pixel| (0.0..=1.0).contains(pixel)))
    );
}

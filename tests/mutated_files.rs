//! Readers on damaged files, 10,000 for each with a fixed seed: an error or a value, never a panic, and
//! never more memory than stated. `fuzz` looks further.

mod damage;
mod heap;

use std::fs;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use dimwise::data::{Columns, Fill};
use dimwise::prelude::*;
use dimwise::storage::npy::{self, Npz};
use dimwise::storage::{from_safetensors, to_safetensors};
use dimwise::tensor::deserialize_boxed;
use flate2::Compression;
use flate2::read::GzEncoder;
use image::{ImageFormat, Rgb, RgbImage};

use damage::{Random, damage};
use heap::peak;

const FILES: usize = 10_000;

/// The bytes that a reader may take, for files of some hundred bytes: buffers, headers, messages and the
/// state of a decompressor.
const MOST: usize = 256 * 1024;

/// Reads damaged copies of the files; a copy is read, refused, or the test fails. `read` says which.
fn check(seed: u64, originals: &[Vec<u8>], read: impl FnMut(&[u8]) -> bool) {
    check_within(MOST, seed, originals, read);
}

/// [`check`] of a reader that may take `most` bytes.
fn check_within(most: usize, seed: u64, originals: &[Vec<u8>], mut read: impl FnMut(&[u8]) -> bool) {
    let mut random = Random(seed);
    for original in originals {
        assert!(read(original), "a whole file is read");
    }
    let (mut values, mut highest) = (0, 0);
    for file in 0..FILES {
        let mut bytes = originals[file % originals.len()].clone();
        (0..1 + random.below(3)).for_each(|_| damage(&mut bytes, &mut random));
        let (result, taken) = peak(|| catch_unwind(AssertUnwindSafe(|| read(&bytes))));
        let Ok(is_value) = result else { panic!("the reader panics on file {file}: {bytes:?}") };
        values += usize::from(is_value);
        highest = highest.max(taken);
        assert!(taken <= most, "the reader takes {taken} bytes for file {file}: {bytes:?}");
    }
    println!("{values} of {FILES} read, {highest} bytes at most");
    assert!(0 < values && values < FILES / 2, "{values} of {FILES} files are read");
}

fn temporary(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Writes a file over the one before. To empty it first, as `fs::write` does, makes some file systems wait
/// for the disk.
fn overwrite(path: &Path, bytes: &[u8]) {
    let mut file = fs::File::options().write(true).create(true).truncate(false).open(path).unwrap();
    file.write_all(bytes).unwrap();
    file.set_len(bytes.len() as u64).unwrap();
}

fn reference(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/npy").join(name)).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    std::io::Read::read_to_end(&mut GzEncoder::new(bytes, Compression::fast()), &mut packed).unwrap();
    packed
}

const LABELS: [u8; 10] = [0, 0, 8, 1, 0, 0, 0, 2, 7, 0];

fn images() -> Vec<u8> {
    let header = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3];
    [&header[..], &[0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6]].concat()
}

/// Damages the images and leaves the labels whole, then the other way round.
fn check_idx(name: &str, pack: fn(&[u8]) -> Vec<u8>) {
    let (image_path, label_path) =
        (temporary(&format!("{name}_images")), temporary(&format!("{name}_labels")));
    let read = || {
        let data = Dataset::<(U2, U3), Class<U10>>::from_idx(&image_path, &label_path);
        data.is_ok_and(|data| {
            assert!(data.len() == 2 && data.targets().iter().all(|class| class.index() < 10));
            true
        })
    };
    fs::write(&label_path, LABELS).unwrap();
    check(1, &[pack(&images())], |bytes| {
        overwrite(&image_path, bytes);
        read()
    });
    fs::write(&image_path, images()).unwrap();
    check(2, &[pack(&LABELS)], |bytes| {
        overwrite(&label_path, bytes);
        read()
    });
}

#[test]
fn idx() {
    check_idx("idx", |bytes| bytes.to_vec());
}

#[test]
fn packed_idx() {
    check_idx("packed_idx", gzip);
}

#[test]
fn npy() {
    let path = temporary("mutated.npy");
    let names = ["matrix.npy", "big_endian.npy", "version2.npy", "version3.npy"];
    check(3, &names.map(reference), |bytes| {
        overwrite(&path, bytes);
        let batch = npy::read_batch::<U3, f32>(&path);
        let tensor = npy::read::<Tensor<(U2, U3)>>(&path);
        // A matrix of two rows is a batch of two.
        assert!(tensor.is_err() || batch.is_ok_and(|batch| batch.len() == 2));
        tensor.is_ok()
    });
}

fn check_npz(seed: u64, name: &str) {
    let path = temporary(&format!("mutated_{name}"));
    check(seed, &[reference(name)], |bytes| {
        overwrite(&path, bytes);
        let Ok(mut archive) = Npz::open(&path) else { return false };
        let _ = archive.names();
        let batch = archive.read_batch::<U3, f32>("weight");
        let tensor = archive.read::<Tensor<(U2, U3)>>("weight");
        assert!(tensor.is_err() || batch.is_ok_and(|batch| batch.len() == 2));
        tensor.is_ok()
    });
}

#[test]
fn npz() {
    check_npz(4, "stored.npz");
}

#[test]
fn compressed_npz() {
    check_npz(5, "compressed.npz");
}

#[test]
fn safetensors() {
    network! { type Net = [Affine<U3, U2>, Affine<U2, U1>]; }
    let network = Net::initialized(HeNormal, 1);
    check(6, &[to_safetensors(&*network).unwrap()], |bytes| from_safetensors::<Net>(bytes).is_ok());
}

/// The first file's checksum is left as it is, so that almost nothing is read; the second one's is made right again, so
/// that everything behind it is.
#[test]
fn checkpoint() {
    type Line = Affine<U1, U1>;
    let data = Dataset::new([Tensor::<U1>::from([1.0])], [Tensor::<U1>::from([2.0])]).unwrap();
    let fresh = || {
        let schedule = StepDecay { learning_rate: 0.1, factor: 0.5, every: 2 };
        let optimizer = Scheduled::new(AdamW::new(0.1, 0.1), schedule);
        Trainer::<Line, _, _, U1>::new(Line::zeroed(), MeanSquaredError, optimizer, 1)
    };
    let path = temporary("mutated.run");
    let mut trainer = fresh();
    (0..3).for_each(|_| _ = trainer.epoch(&data).unwrap());
    trainer.save(&path).unwrap();
    let whole = fs::read(&path).unwrap();
    let last = trainer.epoch(&data).unwrap();
    for seed in [8, 9] {
        check(seed, std::slice::from_ref(&whole), |bytes| {
            let mut bytes = bytes.to_vec();
            if seed == 9 && bytes.len() >= 4 {
                let end = bytes.len() - 4;
                let mut checksum = flate2::Crc::new();
                checksum.update(&bytes[..end]);
                bytes[end..].copy_from_slice(&checksum.sum().to_le_bytes());
            }
            overwrite(&path, &bytes);
            let resumed = fresh().resume(&path, &data);
            resumed.is_ok_and(|mut resumed| {
                // Numbers may have been forged: but training goes on, or says what is wrong.
                let epoch = resumed.epoch(&data);
                assert!(bytes != whole || epoch == Ok(last));
                true
            })
        });
    }
}

#[test]
fn json() {
    let text =
        serde_json::to_vec(&Tensor::<(U2, U3)>::from([[0.5, -1.25, 3.0], [4e10, 5.0, 6.125]])).unwrap();
    check(7, &[text], |bytes| {
        let boxed = deserialize_boxed::<(U2, U3), f32, _>(&mut serde_json::Deserializer::from_slice(bytes));
        let value = serde_json::from_slice::<Tensor<(U2, U3)>>(bytes);
        value.is_ok_and(|value| {
            assert_eq!(value, *boxed.unwrap());
            assert!(value.as_slice().iter().all(|number| number.is_finite()));
            true
        })
    });
}

#[test]
fn converted_npz() {
    let path = temporary("mutated_digits.npz");
    check(8, &[reference("digits.npz")], |bytes| {
        overwrite(&path, bytes);
        let data = Dataset::<U6, Class<U10>>::from_npz(&path, "x_train", "y_train", 1.0 / 255.0);
        data.is_ok_and(|data| {
            assert_eq!(data.len(), data.targets().len());
            true
        })
    });
}

const TABLE: &str =
    "length,width,plant,height\n5.5,3.5,rose,1\n4.5,,oak,\"2\"\n1e1,-2,rose,0\n10.25,7,oak,3.5\n";

#[test]
fn csv_of_classes() {
    let path = temporary("mutated_classes.csv");
    let columns = Columns::new(["length", "width"], ["plant"]).filled(Fill::Mean);
    check(9, &[TABLE.into()], |bytes| {
        overwrite(&path, bytes);
        Dataset::<U2, Class<U2>>::from_csv(&path, &columns).is_ok_and(|(data, names)| {
            assert!(data.len() == data.targets().len() && names.as_slice().len() == 2);
            assert!(
                data.samples().iter().flat_map(|sample| sample.as_slice()).all(|number| number.is_finite())
            );
            true
        })
    });
}

#[test]
fn csv_of_numbers() {
    let path = temporary("mutated_numbers.csv");
    let columns = Columns::new([0], [3, 0]).without_header();
    let rows = TABLE.split_once('\n').unwrap().1;
    check(10, &[rows.into()], |bytes| {
        overwrite(&path, bytes);
        Dataset::<U1, Tensor<U2>>::from_csv(&path, &columns).is_ok()
    });
}

/// Pixels of a picture beyond its file's length, and their copies in other types: a file of some hundred bytes may
/// unpack to a thousand times as many.
const MOST_OF_PICTURES: usize = 4 * 1024 * 1024;

fn check_pictures(seed: u64, name: &str, format: ImageFormat) {
    let folder = temporary(name);
    fs::create_dir_all(folder.join("class")).unwrap();
    let path = folder.join("class/picture.png");
    let image = RgbImage::from_fn(9, 7, |x, y| Rgb([20 * x as u8, 30 * y as u8, (x * y) as u8]));
    let mut bytes = Vec::new();
    image.write_to(&mut std::io::Cursor::new(&mut bytes), format).unwrap();
    check_within(MOST_OF_PICTURES, seed, &[bytes], |bytes| {
        overwrite(&path, bytes);
        let data = Dataset::<(U3, U4, U4), Class<U1>>::from_image_folder(&folder);
        data.is_ok_and(|(data, _)| {
            let numbers = data.samples()[0].as_slice();
            assert!(numbers.iter().all(|number| (0.0..=1.0).contains(number)));
            true
        })
    });
}

#[test]
fn png() {
    check_pictures(11, "mutated_png", ImageFormat::Png);
}

#[test]
fn jpeg() {
    check_pictures(12, "mutated_jpeg", ImageFormat::Jpeg);
}

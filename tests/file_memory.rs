//! What reading and writing files takes of the heap: no more than types and headers allow, whatever a
//! file promises and however far it unpacks.

mod heap;

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use dimwise::data::Columns;
use dimwise::prelude::*;
use dimwise::storage::npy::{self, Npz, NpzWriter};
use dimwise::storage::{load, save};
use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;

use heap::peak;

/// Buffers, headers and the state of a decompressor.
const SMALL: usize = 256 * 1024;

/// What the files here unpack to beyond what may be read.
const MUCH: u64 = 100_000_000;

network! {
    /// 16 MB.
    type Large = [Affine<U2048, U2048>];
    type Net = [Affine<U3, U4>];
}

fn temporary(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn a_network_is_saved_as_it_lies() {
    let network = Large::initialized(HeNormal, 1);
    let path = temporary("large.safetensors");
    let (saved, bytes) = peak(|| save(&*network, &path));
    saved.unwrap();
    assert!(bytes < SMALL, "{bytes} bytes");
    let (loaded, bytes) = peak(|| load::<Large>(&path));
    assert!(loaded.unwrap() == network);
    assert!(bytes < size_of::<Large>() + SMALL, "{bytes} bytes");
}

#[test]
fn a_run_is_saved_and_resumed_where_it_lies() {
    // 4 MB, and as much for each of the two moments.
    type Square = Affine<U1024, U1024>;
    let fresh = || Trainer::<Square, _, _, U1>::new(Square::zeroed(), MeanSquaredError, Adam::new(0.1), 1);
    let path = temporary("large.run");
    let (mut trainer, other) = (fresh(), fresh());
    let (saved, bytes) = peak(|| trainer.save(&path));
    saved.unwrap();
    assert!(bytes < SMALL, "{bytes} bytes");
    let (resumed, bytes) = peak(|| other.resume_steps(&path));
    assert!(resumed.is_ok() && bytes < SMALL, "{bytes} bytes");
    // A file that goes on without end is read once, for its checksum.
    File::options().write(true).open(&path).unwrap().set_len(MUCH).unwrap();
    let other = fresh();
    let (refused, bytes) = peak(|| other.resume_steps(&path).map(|_| ()).unwrap_err().to_string());
    assert!(refused.contains("is damaged") && bytes < SMALL, "{refused}: {bytes} bytes");
}

#[test]
fn tensors_are_written_as_they_lie() {
    type Matrix = Tensor<(U2048, U2048)>;
    let tensor = Matrix::boxed_from_fn(|[row, col]| (row + col) as f32);
    let path = temporary("large.npy");
    let (written, bytes) = peak(|| npy::write(&*tensor, &path));
    written.unwrap();
    assert!(bytes < SMALL, "{bytes} bytes");
    let (read, bytes) = peak(|| npy::read::<Box<Tensor<(U2048, U2048)>>>(&path));
    assert!(read.unwrap() == tensor);
    assert!(bytes < size_of::<Matrix>() + SMALL, "{bytes} bytes");

    let path = temporary("large.npz");
    let (written, bytes) = peak(|| {
        let mut archive = NpzWriter::create(&path)?;
        archive.add("matrix", &*tensor)?;
        archive.add_batch("batch", std::slice::from_ref(&*tensor))?;
        archive.finish()
    });
    written.unwrap();
    assert!(bytes < SMALL, "{bytes} bytes");
    assert!(Npz::open(&path).unwrap().read::<Box<Tensor<(U2048, U2048)>>>("matrix").unwrap() == tensor);
}

/// A gzip file of this header and as many zeros.
fn packed(name: &str, header: &[u8], zeros: u64) -> PathBuf {
    let path = temporary(name);
    let mut encoder = GzEncoder::new(File::create(&path).unwrap(), Compression::fast());
    encoder.write_all(header).unwrap();
    io::copy(&mut io::repeat(0).take(zeros), &mut encoder).unwrap();
    encoder.finish().unwrap();
    path
}

#[test]
fn gzip_is_unpacked_no_further_than_headers_say() {
    let labels = temporary("two_labels");
    fs::write(&labels, [0, 0, 8, 1, 0, 0, 0, 2, 7, 0]).unwrap();
    let header = |count: u32| [&[0, 0, 8, 2][..], &count.to_be_bytes(), &[0, 0, 3, 0xE8]].concat();
    for (images, message) in [
        (packed("more.gz", &header(2), MUCH), "expected 2012 bytes as its header says, found 2013 or more"),
        (packed("many.gz", &header(100_000), MUCH), "100000, found 2"),
        (packed("all.gz", &header(u32::MAX), MUCH), "4294967295, found 2"),
    ] {
        let (read, bytes) = peak(|| Dataset::<U1000, Class<U10>>::from_idx(&images, &labels));
        let error = read.unwrap_err().to_string();
        assert!(error.ends_with(message), "{error}");
        assert!(bytes < SMALL, "{error}: {bytes} bytes");
    }
}

#[test]
fn archives_are_unpacked_no_further_than_types_say() {
    let path = temporary("bomb.npz");
    let mut zip = zip::ZipWriter::new(File::create(&path).unwrap());
    let matrix = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    for (name, text) in [("longer.npy", matrix), ("header.npy", "{")] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        let length = if text == "{" { u16::MAX } else { text.len() as u16 };
        zip.write_all(&[b"\x93NUMPY\x01\x00", &length.to_le_bytes()[..], text.as_bytes()].concat()).unwrap();
        io::copy(&mut io::repeat(b' ').take(MUCH), &mut zip).unwrap();
    }
    zip.finish().unwrap();
    assert!(fs::metadata(&path).unwrap().len() < 1_000_000);
    for (name, message) in [
        ("longer", "expected 24 bytes of numbers as its header says, found 25 or more"),
        ("header", "expected a header of 10000 bytes at most, found one of 65535"),
    ] {
        let (read, bytes) = peak(|| Npz::open(&path)?.read::<Tensor<(U2, U3)>>(name));
        let error = read.unwrap_err().to_string();
        assert!(error.ends_with(message), "{error}");
        assert!(bytes < SMALL, "{error}: {bytes} bytes");
    }
}

#[test]
fn files_are_read_no_further_than_headers_say() {
    let (path, tensor) = (temporary("long.safetensors"), temporary("long.npy"));
    save(&*Net::initialized(HeNormal, 1), &path).unwrap();
    npy::write(&Tensor::<U3>::default(), &tensor).unwrap();
    for path in [&path, &tensor] {
        File::options().write(true).open(path).unwrap().set_len(MUCH).unwrap();
    }
    let (read, bytes) = peak(|| load::<Net>(&path).map(|_| ()).map_err(|error| error.to_string()));
    assert!(read.unwrap_err().ends_with("or more") && bytes < SMALL, "{bytes} bytes");
    let (read, bytes) = peak(|| load::<Large>(&path).map(|_| ()).map_err(|error| error.to_string()));
    assert!(read.unwrap_err().contains("should be of shape") && bytes < SMALL, "{bytes} bytes");
    let (read, bytes) =
        peak(|| npy::read::<Tensor<U3>>(&tensor).map(|_| ()).map_err(|error| error.to_string()));
    assert!(read.unwrap_err().ends_with("or more") && bytes < SMALL, "{bytes} bytes");
    // A header that is longer than the file.
    fs::write(&path, [&99_000_000_u64.to_le_bytes()[..], b"{}"].concat()).unwrap();
    let (read, bytes) = peak(|| load::<Net>(&path).map(|_| ()).map_err(|error| error.to_string()));
    assert!(read.is_err() && bytes < SMALL, "{bytes} bytes");
}

#[test]
fn a_table_is_read_line_by_line() {
    let path = temporary("large.csv");
    // Lines are ten times as long as the numbers that are taken of them.
    fs::write(&path, format!("1,2,{}\n", "x".repeat(100)).repeat(100_000)).unwrap();
    let columns = Columns::new([0], [1]).without_header();
    let (read, bytes) = peak(|| Dataset::<U1, Tensor<U1>>::from_csv(&path, &columns));
    assert_eq!(read.unwrap().len(), 100_000);
    // Growing, a vector is there twice, and half as long again as it need be.
    assert!(bytes < 100_000 * 4 * 2 * 3 + SMALL, "{bytes} bytes");
}

#[test]
fn a_picture_is_decoded_no_further_than_its_file_can_hold() {
    let folder = temporary("large_picture");
    let path = folder.join("class/picture.png");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    image::GrayImage::new(1, 1).save(&path).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    bytes[16..24].copy_from_slice(&[0, 0, 0x3F, 0xFF, 0, 0, 0x3F, 0xFF]);
    let mut crc = flate2::Crc::new();
    crc.update(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    fs::write(&path, &bytes).unwrap();
    let (read, bytes) = peak(|| Dataset::<(U1, U1, U1), Class<U1>>::from_image_folder(&folder));
    let error = read.unwrap_err().to_string();
    assert!(error.contains("16383 by 16383 pixels") && bytes < SMALL, "{error}: {bytes} bytes");
}

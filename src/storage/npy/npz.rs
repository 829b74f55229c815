//! `.npz` archives: a zip of `.npy` files.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipReadOptions, ZipWriter};

use super::dataset::is_batch;
use super::header::NpyHeader;
use super::{NpyError, batch_dims, header, is_exact_batch, read_tensor, read_tensors};
use crate::element::Element;
use crate::plain::flat;
use crate::shape::Shape;
use crate::storage::numbers::write_numbers;
use crate::storage::replacement::Replacement;
use crate::tensor::{Placed, Tensor};

/// An archive of named tensors to be read: what `np.savez` and `np.savez_compressed` wrote.
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::storage::npy::{Npz, NpyError, NpzWriter};
///
/// let path = std::env::temp_dir().join("dimwise-doc.npz");
/// let mut archive = NpzWriter::create(&path)?;
/// archive.add("weight", &Tensor::<(U2, U2)>::from([[1.0, 2.0], [3.0, 4.0]]))?;
/// archive.add("bias", &Tensor::<U2>::from([5.0, 6.0]))?;
/// archive.finish()?;
///
/// let mut archive = Npz::open(&path)?;
/// assert_eq!(archive.names(), ["bias", "weight"]);
/// assert_eq!(archive.read::<Tensor<U2>>("bias")?[1], 6.0);
/// # Ok::<(), NpyError>(())
/// ```
pub struct Npz {
    path: PathBuf,
    zip: ZipArchive<BufReader<File>>,
}

impl Npz {
    /// Opens an archive and reads what is in it.
    ///
    /// # Errors
    ///
    /// [`NpyError`] if the file cannot be read or is no zip archive, or if two entries have one name
    /// or share bytes.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, NpyError> {
        let path = path.as_ref().to_owned();
        let file = File::open(&path).map_err(|error| NpyError::Io { path: path.clone(), error })?;
        let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|error| wrong(&path, error))?;
        if zip.has_duplicate_names() {
            let directory = zip.central_directory_start();
            let name = duplicate(&mut zip.into_inner(), directory);
            let name = name.map_err(|error| NpyError::Io { path: path.clone(), error })?;
            let found = format!("two named {:?}", name.unwrap_or_default());
            return Err(NpyError::Format { path, expected: "entries of different names", found });
        }
        if zip.has_overlapping_entries().map_err(|error| wrong(&path, error))? {
            let found = "some that overlap".into();
            return Err(NpyError::Format { path, expected: "entries one behind the other", found });
        }
        Ok(Self { path, zip })
    }

    /// The names of the tensors, sorted. An entry that is no `.npy` file is none.
    pub fn names(&self) -> Vec<String> {
        // A name that is no text cannot be asked for either.
        let names = self.zip.file_names().filter_map(Result::ok);
        let mut names: Vec<_> = names.filter_map(|name| name.strip_suffix(".npy").map(Into::into)).collect();
        names.sort();
        names
    }

    /// Reads the tensor of this name: by value, or in a `Box`, where it was never on the stack.
    ///
    /// # Errors
    ///
    /// [`NpyError`] if there is none, if it is damaged or of another shape or type, or if its
    /// name or size is not what the archive's directory says.
    pub fn read<P: Placed>(&mut self, name: &str) -> Result<P, NpyError> {
        let path = self.path_of(name);
        let (file, size) = self.entry(name)?;
        read_tensor(file, Some(size), &path)
    }

    /// Reads the array of this name as a batch of tensors along its first axis.
    ///
    /// # Errors
    ///
    /// Those of [`read`](Self::read).
    pub fn read_batch<S: Shape, T: Element>(&mut self, name: &str) -> Result<Box<[Tensor<S, T>]>, NpyError> {
        let path = self.path_of(name);
        let (file, size) = self.entry(name)?;
        read_tensors(file, Some(size), &path, is_exact_batch)
    }

    /// Reads the array of this name as a batch of tensors of the same sizes but for axes of one, or of vectors with as
    /// many numbers.
    pub(super) fn read_fitting<S: Shape, T: Element>(
        &mut self,
        name: &str,
    ) -> Result<Box<[Tensor<S, T>]>, NpyError> {
        let path = self.path_of(name);
        let (file, size) = self.entry(name)?;
        read_tensors(file, Some(size), &path, is_batch)
    }

    /// Compares how many samples and targets there are, before any is read.
    pub(super) fn check_counts(&mut self, samples: &str, targets: &str) -> Result<(), NpyError> {
        let [expected, found] = [samples, targets].map(|name| {
            let path = self.path_of(name);
            let (mut file, _) = self.entry(name)?;
            let header = NpyHeader::read(&mut file, &path)?;
            Ok(header.shape.first().copied().unwrap_or_default())
        });
        let (expected, found) = (expected?, found?);
        if expected == found {
            return Ok(());
        }
        let (samples, targets) = (self.path_of(samples), self.path_of(targets));
        Err(NpyError::Counts { samples, expected, targets, found })
    }

    /// What a tensor is called in errors.
    pub(super) fn path_of(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The file of this name, and the size that the archive states for it.
    fn entry(&mut self, name: &str) -> Result<(impl Read, u64), NpyError> {
        let Some(index) = self.zip.index_for_name(&format!("{name}.npy")) else {
            return Err(NpyError::Missing {
                path: self.path.clone(),
                tensor: name.into(),
                found: self.names(),
            });
        };
        let path = &self.path;
        // What stands before an entry must say what the archive's directory says: whoever trusts one
        // would read another tensor than who trusts the other.
        let options = ZipReadOptions::new().enforce_header_consistency(true);
        let file =
            self.zip.by_index_with_options(index, options).map_err(|error| wrong(&path.join(name), error))?;
        let size = file.size();
        Ok((file, size))
    }
}

impl fmt::Debug for Npz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Npz").field("path", &self.path).field("names", &self.names()).finish()
    }
}

/// An archive of named tensors to be written, uncompressed, as by `np.savez`.
///
/// It has a temporary name until [`finish`](Self::finish): an old file at its path stays until then, and for
/// good if the archive is dropped before. See [`Npz`] for an example.
pub struct NpzWriter {
    path: PathBuf,
    zip: ZipWriter<Replacement>,
}

impl NpzWriter {
    /// An archive without tensors, to be at this path. The permissions of a file that is there are
    /// kept. Of a symbolic link, the file that it points to is replaced.
    ///
    /// # Errors
    ///
    /// [`NpyError::Io`] if the file cannot be written.
    pub fn create(path: impl AsRef<Path>) -> Result<Self, NpyError> {
        let path = path.as_ref().to_owned();
        match Replacement::create(&path) {
            Ok(file) => Ok(Self { path, zip: ZipWriter::new(file) }),
            Err(error) => Err(NpyError::Io { path, error }),
        }
    }

    /// Adds a tensor.
    ///
    /// # Errors
    ///
    /// [`NpyError::Format`] if the archive has a tensor of this name; [`NpyError::Io`] if the file
    /// cannot be written: then the archive is as without this tensor.
    pub fn add<S: Shape, T: Element>(&mut self, name: &str, tensor: &Tensor<S, T>) -> Result<(), NpyError> {
        self.add_array(name, core::slice::from_ref(tensor), S::DIMS)
    }

    /// Adds a batch as one array, the samples along its first axis.
    ///
    /// # Errors
    ///
    /// Those of [`add`](Self::add).
    pub fn add_batch<S: Shape, T: Element>(
        &mut self,
        name: &str,
        tensors: &[Tensor<S, T>],
    ) -> Result<(), NpyError> {
        self.add_array(name, tensors, &batch_dims::<S>(tensors.len()))
    }

    /// Completes the archive and puts it at its path.
    ///
    /// # Errors
    ///
    /// [`NpyError::Io`] if the file cannot be written.
    pub fn finish(self) -> Result<(), NpyError> {
        let file = self.zip.finish().map_err(|error| wrong(&self.path, error))?;
        file.commit().map_err(|error| NpyError::Io { path: self.path, error })
    }

    fn add_array<S: Shape, T: Element>(
        &mut self,
        name: &str,
        tensors: &[Tensor<S, T>],
        dims: &[usize],
    ) -> Result<(), NpyError> {
        let header = header::to_bytes::<T>(dims);
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            // That of numpy: equal tensors are equal files.
            .last_modified_time(DateTime::DEFAULT)
            .large_file(u32::try_from(header.len().saturating_add(size_of_val(tensors))).is_err());
        let path = self.path.join(name);
        self.zip.start_file(format!("{name}.npy"), options).map_err(|error| wrong(&path, error))?;
        let mut write = || -> io::Result<()> {
            self.zip.write_all(&header)?;
            write_numbers(&mut self.zip, flat(tensors))
        };
        write().map_err(|error| {
            // Half a tensor must not be in the archive; where this fails too, so will `finish`.
            let _ = self.zip.abort_file();
            NpyError::Io { path, error }
        })
    }
}

impl fmt::Debug for NpzWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NpzWriter").field("path", &self.path).finish_non_exhaustive()
    }
}

/// The first name that stands twice in the directory at the end of an archive, which was read before.
fn duplicate(file: &mut BufReader<File>, directory: u64) -> io::Result<Option<String>> {
    // After this mark, 24 bytes, three lengths and 12 bytes, come the name and two parts that are left out.
    const MARK: &[u8] = b"PK\x01\x02";
    let mut names = BTreeSet::new();
    file.seek(SeekFrom::Start(directory))?;
    loop {
        let mut start = Vec::new();
        file.by_ref().take(46).read_to_end(&mut start)?;
        let (Some(MARK), Some(&[n0, n1, e0, e1, c0, c1])) = (start.get(..4), start.get(28..34)) else {
            return Ok(None);
        };
        let [name_len, extra_len, comment_len] = [[n0, n1], [e0, e1], [c0, c1]].map(u16::from_le_bytes);
        let mut name = Vec::new();
        file.by_ref().take(name_len.into()).read_to_end(&mut name)?;
        let text = String::from_utf8_lossy(&name).into_owned();
        if !names.insert(name) {
            return Ok(Some(text));
        }
        file.seek_relative(i64::from(extra_len) + i64::from(comment_len))?;
    }
}

fn wrong(path: &Path, error: ZipError) -> NpyError {
    let path = path.into();
    match error {
        ZipError::Io(error) => NpyError::Io { path, error },
        error => NpyError::Format { path, expected: "a zip archive", found: error.to_string() },
    }
}

//! `.npz` archives: a zip of `.npy` files.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Write};
use std::path::{Path, PathBuf};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::{NpyError, batch_dims, read_tensor, read_tensors, replace, to_bytes};
use crate::element::Element;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// An archive of named tensors to be read: what `np.savez` and `np.savez_compressed` wrote.
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::storage::npy::{Npz, NpyError, NpzWriter};
///
/// let path = std::env::temp_dir().join("dimwise-doc.npz");
/// let mut archive = NpzWriter::new(&path);
/// archive.add("weight", &Tensor::<(U2, U2)>::from([[1.0, 2.0], [3.0, 4.0]]))?;
/// archive.add("bias", &Tensor::<U2>::from([5.0, 6.0]))?;
/// archive.finish()?;
///
/// let mut archive = Npz::open(&path)?;
/// assert_eq!(archive.names(), ["bias", "weight"]);
/// assert_eq!(archive.read::<U2, f32>("bias")?[1], 6.0);
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
    /// [`NpyError`] where the file cannot be read or is no zip archive.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, NpyError> {
        let path = path.as_ref().to_owned();
        let file = File::open(&path).map_err(|error| NpyError::Io { path: path.clone(), error })?;
        let zip = ZipArchive::new(BufReader::new(file)).map_err(|error| wrong(&path, error))?;
        Ok(Self { path, zip })
    }

    /// The names of the tensors, sorted.
    pub fn names(&self) -> Vec<String> {
        // A name that is no text cannot be asked for either.
        let names = self.zip.file_names().filter_map(Result::ok);
        let mut names: Vec<_> = names.map(|name| name.strip_suffix(".npy").unwrap_or(&name).into()).collect();
        names.sort();
        names
    }

    /// Reads the tensor of this name.
    ///
    /// # Errors
    ///
    /// [`NpyError`] where there is none, where it is damaged, or of another shape or type.
    pub fn read<S: Shape, T: Element>(&mut self, name: &str) -> Result<Box<Tensor<S, T>>, NpyError> {
        let path = self.path.join(name);
        read_tensor(self.entry(name)?, &path)
    }

    /// Reads the array of this name as a batch of tensors along its first axis.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_batch<S: Shape, T: Element>(&mut self, name: &str) -> Result<Box<[Tensor<S, T>]>, NpyError> {
        let path = self.path.join(name);
        read_tensors(self.entry(name)?, &path)
    }

    fn entry(&mut self, name: &str) -> Result<impl Read, NpyError> {
        let Some(index) = self.zip.index_for_name(&format!("{name}.npy")) else {
            return Err(NpyError::Missing {
                path: self.path.clone(),
                tensor: name.into(),
                found: self.names(),
            });
        };
        let path = &self.path;
        self.zip.by_index(index).map_err(|error| wrong(&path.join(name), error))
    }
}

impl fmt::Debug for Npz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Npz").field("path", &self.path).field("names", &self.names()).finish()
    }
}

/// An archive of named tensors to be written, uncompressed, as by `np.savez`.
///
/// It is in memory until [`finish`](Self::finish) writes the file. See [`Npz`] for an example.
pub struct NpzWriter {
    path: PathBuf,
    zip: ZipWriter<Cursor<Vec<u8>>>,
}

impl NpzWriter {
    /// An archive without tensors.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self { path: path.as_ref().to_owned(), zip: ZipWriter::new(Cursor::default()) }
    }

    /// Adds a tensor.
    ///
    /// # Errors
    ///
    /// [`NpyError::Format`] where the archive has a tensor of this name.
    pub fn add<S: Shape, T: Element>(&mut self, name: &str, tensor: &Tensor<S, T>) -> Result<(), NpyError> {
        self.add_bytes(name, &to_bytes(core::slice::from_ref(tensor), S::DIMS))
    }

    /// Adds a batch as one array, the samples along its first axis.
    ///
    /// # Errors
    ///
    /// As [`add`](Self::add).
    pub fn add_batch<S: Shape, T: Element>(
        &mut self,
        name: &str,
        tensors: &[Tensor<S, T>],
    ) -> Result<(), NpyError> {
        self.add_bytes(name, &to_bytes(tensors, &batch_dims::<S>(tensors.len())))
    }

    /// Writes the file. What was there before stays whole until the new file is.
    ///
    /// # Errors
    ///
    /// [`NpyError::Io`] where the file cannot be written.
    pub fn finish(self) -> Result<(), NpyError> {
        let bytes = self.zip.finish().map_err(|error| wrong(&self.path, error))?;
        replace(&self.path, &bytes.into_inner())
    }

    fn add_bytes(&mut self, name: &str, bytes: &[u8]) -> Result<(), NpyError> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .large_file(u32::try_from(bytes.len()).is_err());
        let place = || self.path.join(name);
        self.zip.start_file(format!("{name}.npy"), options).map_err(|error| wrong(&place(), error))?;
        self.zip.write_all(bytes).map_err(|error| NpyError::Io { path: place(), error })
    }
}

impl fmt::Debug for NpzWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NpzWriter").field("path", &self.path).finish_non_exhaustive()
    }
}

fn wrong(path: &Path, error: ZipError) -> NpyError {
    let path = path.into();
    match error {
        ZipError::Io(error) => NpyError::Io { path, error },
        error => NpyError::Format { path, expected: "a zip archive", found: error.to_string() },
    }
}

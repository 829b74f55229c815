//! IDX files, the format of MNIST: plain or gzipped, read with every length checked.
//!
//! A file is `0 0 type rank`, a big-endian `u32` for each axis, then the bytes. Nothing is allocated
//! for a length that was only promised: a file is read up to what its reader needs, and its size
//! compared with its header.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use super::Dataset;
use crate::dim::Dim;
use crate::element::Element;
use crate::loss::Class;
use crate::plain::{flat_mut, zeroed_slice};
use crate::shape::Shape;

/// Which of a folder's two sets of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`.
    Train,
    /// `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`.
    Test,
}

/// Why files could not be read as data. Every error names the file, what was expected and what was
/// found.
#[derive(Debug)]
#[non_exhaustive]
pub enum DataError {
    /// The file cannot be opened or read, or its gzip stream is damaged.
    Io {
        /// The file.
        path: PathBuf,
        /// What the system or the decompressor says.
        error: io::Error,
    },
    /// The file is not there, neither plain nor gzipped.
    Missing {
        /// The file, without `.gz`.
        path: PathBuf,
    },
    /// The first four bytes are not those of such a file.
    Magic {
        /// The file.
        path: PathBuf,
        /// What they mean where they are right.
        expected: &'static str,
        /// What they are.
        found: [u8; 4],
    },
    /// The file ends too early, or goes on after its end.
    Length {
        /// The file.
        path: PathBuf,
        /// The bytes that its header promises, header included.
        expected: u64,
        /// The bytes that it has, unpacked; counted no further than one past the end.
        found: u64,
    },
    /// The images have another size than the network takes.
    Size {
        /// The file.
        path: PathBuf,
        /// The sizes of the network's input.
        expected: &'static [usize],
        /// The sizes of an image.
        found: Vec<usize>,
    },
    /// A label is beyond the class count.
    Label {
        /// The file.
        path: PathBuf,
        /// The number of classes.
        classes: usize,
        /// The label.
        found: u8,
        /// Which label it is, from 0 on.
        position: usize,
    },
    /// The two files do not have as many entries.
    Counts {
        /// The file of images.
        images: PathBuf,
        /// The number of images.
        image_count: usize,
        /// The file of labels.
        labels: PathBuf,
        /// The number of labels.
        label_count: usize,
    },
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Missing { path } => write!(f, "{0}: neither this file nor {0}.gz is there", path.display()),
            Self::Magic { path, expected, found } => {
                write!(f, "{}: expected {expected}, found the first bytes {found:?}", path.display())
            }
            Self::Length { path, expected, found } => {
                let (path, more) = (path.display(), if found > expected { " or more" } else { "" });
                write!(f, "{path}: expected {expected} bytes as its header says, found {found}{more}")
            }
            Self::Size { path, expected, found } => {
                write!(f, "{}: expected images of {expected:?}, found {found:?}", path.display())
            }
            Self::Label { path, classes, found, position } => {
                let path = path.display();
                write!(f, "{path}: expected labels below {classes}, found {found} at position {position}")
            }
            Self::Counts { images, image_count, labels, label_count } => write!(
                f,
                "{}: expected as many labels as there are images in {}, {image_count}, found {label_count}",
                labels.display(),
                images.display(),
            ),
        }
    }
}

impl core::error::Error for DataError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}

impl<S: Shape, C: Dim, T: Element> Dataset<S, Class<C>, T> {
    /// Images and labels from two IDX files, plain or gzipped; pixels become numbers from 0 to 1.
    ///
    /// Images of 28 by 28 pixels can be read as `U784`, as `(U28, U28)` or as `(U1, U28, U28)`.
    ///
    /// # Errors
    ///
    /// [`DataError`] where a file cannot be read, is damaged or of another kind, where the images
    /// have another size than `S`, a label is not below `C`, or the counts disagree.
    pub fn from_idx(images: impl AsRef<Path>, labels: impl AsRef<Path>) -> Result<Self, DataError> {
        let (images, labels) = (images.as_ref(), labels.as_ref());
        let targets = read_labels(labels)?;
        let pixels = read_images::<S>(images)?;
        let (image_count, label_count) = (pixels.len() / S::LEN.max(1), targets.len());
        if image_count != label_count {
            let (images, labels) = (images.to_path_buf(), labels.to_path_buf());
            return Err(DataError::Counts { images, image_count, labels, label_count });
        }
        let mut samples = zeroed_slice(image_count);
        for (number, pixel) in flat_mut(&mut samples).iter_mut().zip(pixels) {
            *number = T::from_f64(f64::from(pixel) / 255.0);
        }
        let class = |(position, found): (usize, u8)| {
            let path = labels.to_path_buf();
            Class::new(found.into()).map_err(|error| DataError::Label {
                path,
                classes: error.classes,
                found,
                position,
            })
        };
        let targets = targets.into_iter().enumerate().map(class).collect::<Result<Box<[_]>, _>>()?;
        Ok(Self { samples, targets })
    }

    /// [`from_idx`](Self::from_idx) with MNIST's own file names, each with or without `.gz`.
    ///
    /// ```
    /// use dimwise::data::Split;
    /// use dimwise::prelude::*;
    ///
    /// let test = Dataset::<(U1, U28, U28), Class<U10>>::from_idx_folder("examples/data", Split::Test)?;
    /// assert_eq!(test.len(), 2000);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`from_idx`](Self::from_idx), and [`DataError::Missing`].
    pub fn from_idx_folder(folder: impl AsRef<Path>, split: Split) -> Result<Self, DataError> {
        let name = match split {
            Split::Train => "train",
            Split::Test => "t10k",
        };
        let find = |kind: &str| {
            let plain = folder.as_ref().join(String::from(name) + kind);
            let gzipped = plain.with_added_extension("gz");
            if plain.exists() {
                Ok(plain)
            } else if gzipped.exists() {
                Ok(gzipped)
            } else {
                Err(DataError::Missing { path: plain })
            }
        };
        Self::from_idx(find("-images-idx3-ubyte")?, find("-labels-idx1-ubyte")?)
    }
}

fn read_labels(path: &Path) -> Result<Vec<u8>, DataError> {
    let mut file = Idx::open(path, "an IDX file of bytes with 1 axis", |rank| rank == 1)?;
    file.read_body()
}

fn read_images<S: Shape>(path: &Path) -> Result<Vec<u8>, DataError> {
    let mut file = Idx::open(path, "an IDX file of bytes with 2 to 4 axes", |rank| (2..=4).contains(&rank))?;
    let found = &file.dims[1..];
    if !same_image(found, S::DIMS) {
        return Err(DataError::Size { path: path.into(), expected: S::DIMS, found: found.into() });
    }
    file.read_body()
}

/// Whether images of these sizes can be read as samples of shape `expected`: the same sizes but for
/// axes of one, or a vector of as many numbers.
fn same_image(found: &[usize], expected: &[usize]) -> bool {
    let wide = |sizes: &[usize]| sizes.iter().copied().filter(|size| *size != 1).collect::<Vec<_>>();
    let pixels = found.iter().try_fold(1_usize, |product, size| product.checked_mul(*size));
    wide(found) == wide(expected) || (expected.len() == 1 && pixels == Some(expected[0]))
}

/// An open IDX file whose header was read.
struct Idx<'a> {
    path: &'a Path,
    reader: Box<dyn Read>,
    dims: Vec<usize>,
}

impl<'a> Idx<'a> {
    /// Opens a file and reads its header.
    fn open(path: &'a Path, expected: &'static str, rank: impl Fn(u8) -> bool) -> Result<Self, DataError> {
        let mut file = Self { path, reader: Box::new(io::empty()), dims: Vec::new() };
        file.reader = unpacked(path).map_err(|error| file.io(error))?;
        let magic: [u8; 4] = file.read_array(4)?;
        if magic[..3] != [0, 0, 8] || !rank(magic[3]) {
            return Err(DataError::Magic { path: path.into(), expected, found: magic });
        }
        let header = 4 + 4 * u64::from(magic[3]);
        for _ in 0..magic[3] {
            let size = u32::from_be_bytes(file.read_array(header)?);
            file.dims.push(size as usize);
        }
        Ok(file)
    }

    /// The bytes after the header, which must be as many as it says.
    fn read_body(&mut self) -> Result<Vec<u8>, DataError> {
        let promised = self.dims.iter().fold(1_u64, |product, size| product.saturating_mul(*size as u64));
        let mut body = Vec::new();
        // Grows with what is there, and stops one past the end.
        let read = self.reader.by_ref().take(promised.saturating_add(1)).read_to_end(&mut body);
        read.map_err(|error| self.io(error))?;
        if body.len() as u64 != promised {
            let header = 4 + 4 * self.dims.len() as u64;
            return Err(self.length(header.saturating_add(promised), header + body.len() as u64));
        }
        Ok(body)
    }

    /// Four bytes of a header that has `header` bytes.
    fn read_array(&mut self, header: u64) -> Result<[u8; 4], DataError> {
        let mut bytes = Vec::new();
        let read = self.reader.by_ref().take(4).read_to_end(&mut bytes);
        read.map_err(|error| self.io(error))?;
        let before = if header == 4 { 0 } else { 4 + 4 * self.dims.len() as u64 };
        <[u8; 4]>::try_from(bytes.as_slice()).map_err(|_| self.length(header, before + bytes.len() as u64))
    }

    fn io(&self, error: io::Error) -> DataError {
        DataError::Io { path: self.path.into(), error }
    }

    fn length(&self, expected: u64, found: u64) -> DataError {
        DataError::Length { path: self.path.into(), expected, found }
    }
}

/// The file's bytes, unpacked where it begins as gzip does, whatever its name.
fn unpacked(path: &Path) -> io::Result<Box<dyn Read>> {
    let mut start = Vec::new();
    File::open(path)?.take(2).read_to_end(&mut start)?;
    let file = BufReader::new(File::open(path)?);
    Ok(if start == [0x1F, 0x8B] { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) })
}

//! [`DataError`]: why files could not be read as data.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use std::io;
use std::path::PathBuf;

/// Why IDX files could not be read as data. Every error names the file, what was expected and what was
/// found.
///
/// | refused | message, behind the path |
/// |---|---|
/// | a file that cannot be read, a damaged gzip stream | what the system or the decompressor says |
/// | a file that a folder does not have | `: expected one of the files train-images-idx3-ubyte, …, found none of them` |
/// | another kind of file | `: expected an IDX file with 2 to 4 axes, found the first bytes [80, 75, 3, 4]` |
/// | a file that is cut off or goes on | `: expected 28 bytes as its header says, found 25` |
/// | images of another size | `: expected images of [784], found [32, 32]` |
/// | a label that is no class | `: expected labels below 10, found 10 at position 7` |
/// | more or fewer labels than images | `: expected as many labels as there are images in images, 60000, found 10000` |
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
    /// The file is not there under any of its names.
    Missing {
        /// The folder.
        folder: PathBuf,
        /// The names that were looked for.
        names: Vec<String>,
    },
    /// The first four bytes are not those of such a file.
    Magic {
        /// The file.
        path: PathBuf,
        /// The kind of file that was expected.
        expected: &'static str,
        /// The first four bytes.
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
    /// The images have another size than the samples.
    Size {
        /// The file.
        path: PathBuf,
        /// The sizes of a sample.
        expected: &'static [usize],
        /// The sizes of an image.
        found: Vec<usize>,
    },
    /// A label is beyond the classes.
    Label {
        /// The file.
        path: PathBuf,
        /// The number of classes.
        classes: usize,
        /// The label that is class 0.
        first_label: i64,
        /// The label.
        found: i64,
        /// Which label it is, from 0 on.
        position: usize,
        /// The label that should be class 0, if with it all labels of the file are classes, and the first and
        /// the last class are among them.
        advice: Option<i64>,
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
            Self::Missing { folder, names } => {
                let names = names.join(", ");
                write!(f, "{}: expected one of the files {names}, found none of them", folder.display())
            }
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
            Self::Label { path, classes, first_label: first, found, position, advice } => {
                write!(f, "{}: expected labels ", path.display())?;
                match first {
                    0 => write!(f, "below {classes}")?,
                    first => write!(f, "from {first} on, {classes} of them")?,
                }
                write!(f, ", found {found} at position {position}")?;
                match advice {
                    Some(first) => {
                        write!(f, "; they begin at {first}, which `from_idx_with_first_label` takes")
                    }
                    None => Ok(()),
                }
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

//! [`ImageError`]: why a folder could not be read as pictures.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use std::io;
use std::path::PathBuf;

/// Why a folder could not be read as pictures.
///
/// | refused | message, behind the path |
/// |---|---|
/// | a file or folder that cannot be read | what the system says |
/// | more or fewer folders than classes | `: expected a folder for each of 3 classes, found "cat", "dog"` |
/// | a file beside the folders | `: expected a folder of pictures, found a file` |
/// | a folder, or a file of another name, among the pictures | `: expected a picture named .png, .jpg or .jpeg, found another file` |
/// | a folder without pictures | `: expected pictures, found none` |
/// | damaged files, and other kinds of pictures | `: expected a picture in PNG or JPEG, found Format error decoding Png: …` |
/// | pictures that are larger than their file can hold, or than 512 MiB | `: expected at most 1032000 bytes of pixels for its length, found 65000 by 65000 pixels, 12675000000 bytes` |
#[derive(Debug)]
#[non_exhaustive]
pub enum ImageError {
    /// A file or folder cannot be opened or read.
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// There are not as many folders as classes.
    Classes {
        /// The folder.
        path: PathBuf,
        /// The number of classes.
        expected: usize,
        /// The folders in it, sorted; no more than one too many.
        found: Vec<String>,
    },
    /// Something is among the pictures or among their folders that is none.
    Entry {
        /// What is there.
        path: PathBuf,
        /// What should be there.
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// A picture cannot be decoded.
    Picture {
        /// The file.
        path: PathBuf,
        /// What should be there.
        expected: &'static str,
        /// What the decoder says.
        found: String,
    },
    /// A picture says that it is larger than what a file of its length can hold, or than what is decoded at all.
    Size {
        /// The file.
        path: PathBuf,
        /// The most bytes of pixels.
        most: u64,
        /// The width that it says, in pixels.
        width: u32,
        /// The height.
        height: u32,
        /// Their bytes.
        found: u64,
    },
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Classes { path, expected, found } => {
                let (path, count) = (path.display(), found.len());
                write!(f, "{path}: expected a folder for each of {expected} classes, found ")?;
                if count > *expected {
                    return write!(f, "more, among them {found:?}");
                }
                write!(f, "{found:?}")
            }
            Self::Entry { path, expected, found } => {
                write!(f, "{}: expected {expected}, found {found}", path.display())
            }
            Self::Picture { path, expected, found } => {
                write!(f, "{}: expected {expected}, found {found}", path.display())
            }
            Self::Size { path, most, width, height, found } => write!(
                f,
                "{}: expected at most {most} bytes of pixels for its length, found {width} by {height} pixels, {found} \
                 bytes",
                path.display()
            ),
        }
    }
}

impl core::error::Error for ImageError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}

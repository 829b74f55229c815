//! What the fuzz targets share.

use std::cell::RefCell;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// Hands a file of these bytes to a reader that takes a path.
///
/// # Panics
///
/// Panics if the file cannot be written.
pub fn with_file<R>(bytes: &[u8], read: impl FnOnce(&Path) -> R) -> R {
    thread_local! {
        static FILE: RefCell<NamedTempFile> = RefCell::new(NamedTempFile::new().expect("a temporary file"));
    }
    FILE.with_borrow_mut(|file| {
        let mut write = || {
            file.as_file().set_len(0)?;
            file.seek(SeekFrom::Start(0))?;
            file.write_all(bytes)
        };
        write().expect("a temporary file is written");
        read(file.path())
    })
}

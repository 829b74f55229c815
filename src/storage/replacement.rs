//! [`Replacement`]: a file that appears under its path complete, or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// A file to be written in place of the one at a path, if there is one.
///
/// It is written under a temporary name in the same folder; [`commit`](Self::commit) renames it in one step,
/// so whoever opens the path finds the old file or the new one. Dropped before, it is removed.
/// The new file has the old one's permissions. A symbolic link stays one: what it points to is replaced.
/// What is no regular file, such as a pipe or `/dev/stdout`, cannot be replaced and is written into.
pub(super) struct Replacement {
    writer: BufWriter<Destination>,
}

enum Destination {
    Unfinished { file: NamedTempFile, target: PathBuf },
    Direct(File),
}

impl Replacement {
    /// Creates an empty file under a temporary name.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let target = follow_links(path)?;
        // Opening the old file shows whether it may be written at all, which a rename does not ask.
        let destination = match OpenOptions::new().write(true).open(&target) {
            Ok(old) if !old.metadata()?.is_file() => Destination::Direct(old),
            Ok(old) => Destination::Unfinished { file: unfinished_like(&old, &target)?, target },
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Destination::Unfinished { file: unfinished(&target)?, target }
            }
            Err(error) => return Err(error),
        };
        Ok(Self { writer: BufWriter::new(destination) })
    }

    /// Renames the file, once all of it is on the disk.
    pub(super) fn commit(self) -> io::Result<()> {
        match self.writer.into_inner()? {
            Destination::Direct(mut file) => file.flush(),
            Destination::Unfinished { file, target } => {
                // A rename that reached the disk before the bytes did would leave a damaged file after
                // a power cut.
                file.as_file().sync_all()?;
                file.persist(&target)?;
                sync_folder(folder(&target)?)
            }
        }
    }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Seek for Replacement {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.writer.seek(position)
    }
}

impl Write for Destination {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Unfinished { file, .. } => file.write(bytes),
            Self::Direct(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Unfinished { file, .. } => file.flush(),
            Self::Direct(file) => file.flush(),
        }
    }
}

impl Seek for Destination {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Unfinished { file, .. } => file.seek(position),
            Self::Direct(file) => file.seek(position),
        }
    }
}

/// Follows the symbolic links at a path, even if there is no file at their end yet.
fn follow_links(path: &Path) -> io::Result<PathBuf> {
    // As many as Linux follows.
    const MOST: usize = 40;
    let mut path = path.to_path_buf();
    for _ in 0..MOST {
        // What is no link, or cannot be looked at, is what the caller opens and hears about.
        let Ok(next) = fs::read_link(&path) else { return Ok(path) };
        path = match path.parent() {
            Some(folder) => folder.join(next),
            None => next,
        };
    }
    Err(io::Error::other("too many levels of symbolic links"))
}

/// A temporary file with the permissions that any new file gets.
fn unfinished(target: &Path) -> io::Result<NamedTempFile> {
    let mut builder = builder();
    // The system takes from these what the user's umask leaves out; by itself the library makes files
    // that only their owner can read.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder(target)?)
}

/// A temporary file with the permissions of the old one.
fn unfinished_like(old: &File, target: &Path) -> io::Result<NamedTempFile> {
    let file = builder().tempfile_in(folder(target)?)?;
    let old = old.metadata()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let new = file.as_file().metadata()?;
        if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
            // Only some users may give files away; for the others the new file stays theirs, as it does
            // with every program that replaces files.
            let _ = fchown(file.as_file(), Some(old.uid()), Some(old.gid()));
        }
    }
    file.as_file().set_permissions(old.permissions())?;
    Ok(file)
}

/// What the name of a temporary file begins and ends with.
const NAME: (&str, &str) = (".dimwise-", ".part");

/// A name that no other file has, and that says where it is from should the program be killed.
fn builder() -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(NAME.0).suffix(NAME.1);
    builder
}

/// Whether a file is a temporary one: where nobody writes it any more, the program was killed.
#[cfg(feature = "checkpoint")]
pub(super) fn is_unfinished(path: &Path) -> bool {
    let name = path.file_name().and_then(std::ffi::OsStr::to_str);
    name.is_some_and(|name| name.starts_with(NAME.0) && name.ends_with(NAME.1))
}

fn folder(target: &Path) -> io::Result<PathBuf> {
    match target.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Ok(PathBuf::from(".")),
        Some(folder) => Ok(folder.into()),
        None => Err(ErrorKind::IsADirectory.into()),
    }
}

/// Puts the new name itself on the disk.
fn sync_folder(folder: PathBuf) -> io::Result<()> {
    if cfg!(unix) {
        // Not every file system can do this, and not everyone who may write a folder may read it.
        let Ok(folder) = File::open(folder) else { return Ok(()) };
        match folder.sync_all() {
            Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
            result => result,
        }
    } else {
        Ok(())
    }
}

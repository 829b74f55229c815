//! [`Codec`]: the entries of a file, one after the other, written or read.
//!
//! | bytes | are |
//! |---|---|
//! | 8 | `dimwise` and a line feed |
//! | 4 | the version of the format |
//! | | the entries: a letter for the kind, the name as a text, the value |
//! | 4 | the CRC-32 of all bytes before |
//!
//! Numbers have their lowest byte first; a text has its length before it, in 4 bytes, numbers have their count, in 8.
//! In each version the first 8 and the last 4 bytes are these: so a damaged file is told from a later one.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Take, Write};
use std::path::Path;

use flate2::{CrcReader, CrcWriter};

use super::super::numbers::{read_numbers, write_numbers};
use super::super::replacement::Replacement;
use super::error::{CheckpointError, Part};
use crate::element::Element;
use crate::optimizer::Entry;

const MAGIC: [u8; 8] = *b"dimwise\n";
pub(super) const VERSION: u32 = 2;

/// The bytes before the entries, and those after them.
const BEFORE: u64 = 12;
const AFTER: u64 = 4;

/// No text is longer, in bytes: what a type is called beyond that is left out.
const LONGEST: usize = 1 << 16;

/// No count is larger: so none overflows in any time to come.
const MOST: usize = if usize::BITS < 64 { usize::MAX / 2 } else { 1 << 48 };

/// What writes entries, or reads them. After an error, nothing more is done.
pub(super) trait Codec {
    /// What the program says, and the file must say, too.
    fn same(&mut self, part: Part, at: &str, here: &str);

    /// What is saved, and replaced by what was.
    fn entry<T: Element>(&mut self, part: Part, name: &str, entry: Entry<'_, T>);
}

/// Writes a file, which replaces an old one once it is whole.
pub(super) struct Writer {
    file: CrcWriter<Replacement>,
    result: io::Result<()>,
}

impl Writer {
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let mut file = CrcWriter::new(Replacement::create(path)?);
        file.write_all(&MAGIC)?;
        file.write_all(&VERSION.to_le_bytes())?;
        Ok(Self { file, result: Ok(()) })
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.result?;
        let checksum = self.file.crc().sum();
        self.file.write_all(&checksum.to_le_bytes())?;
        self.file.into_inner().commit()
    }

    fn write(&mut self, write: impl FnOnce(&mut CrcWriter<Replacement>) -> io::Result<()>) {
        if self.result.is_ok() {
            self.result = write(&mut self.file);
        }
    }
}

impl Codec for Writer {
    fn same(&mut self, _part: Part, at: &str, here: &str) {
        self.write(|file| {
            write_head(file, b't', at)?;
            write_text(file, here)
        });
    }

    fn entry<T: Element>(&mut self, _part: Part, name: &str, entry: Entry<'_, T>) {
        self.write(|file| {
            write_head(file, letter(&entry), name)?;
            match entry {
                Entry::Number(number) => file.write_all(&number.to_bits().to_le_bytes()),
                Entry::Count(count) => file.write_all(&(*count as u64).to_le_bytes()),
                Entry::Bits(bits) => file.write_all(&bits.to_le_bytes()),
                Entry::Fixed(number) => file.write_all(&number.to_bits().to_le_bytes()),
                Entry::Numbers(numbers) => {
                    file.write_all(&(numbers.len() as u64).to_le_bytes())?;
                    write_numbers(file, numbers)
                }
                Entry::List(numbers) => {
                    file.write_all(&(numbers.len() as u64).to_le_bytes())?;
                    write_numbers(file, numbers)
                }
            }
        });
    }
}

fn write_head(file: &mut impl Write, letter: u8, name: &str) -> io::Result<()> {
    file.write_all(&[letter])?;
    write_text(file, name)
}

fn write_text(file: &mut impl Write, text: &str) -> io::Result<()> {
    let text = clipped(text);
    file.write_all(&(text.len() as u32).to_le_bytes())?;
    file.write_all(text.as_bytes())
}

fn clipped(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST)]
}

/// The letter of a kind of entry.
fn letter<T: Element>(entry: &Entry<'_, T>) -> u8 {
    match entry {
        Entry::Number(_) => b'n',
        Entry::Count(_) => b'c',
        Entry::Bits(_) => b'b',
        Entry::Fixed(_) => b'=',
        Entry::List(_) => b'l',
        Entry::Numbers(_) if size_of::<T>() == 4 => b'f',
        Entry::Numbers(_) => b'd',
    }
}

/// Reads a file whose checksum is right.
pub(super) struct Reader<'a> {
    path: &'a Path,
    /// What is left of the entries.
    file: Take<BufReader<File>>,
    result: Result<(), CheckpointError>,
}

impl<'a> Reader<'a> {
    /// Opens a file, and compares its checksum with its bytes before any other of them is looked at.
    pub(super) fn open(path: &'a Path) -> Result<Self, CheckpointError> {
        let wrong = |error| CheckpointError::Io { path: path.into(), error };
        let mut file = File::open(path).map_err(wrong)?;
        let length = file.metadata().map_err(wrong)?.len();
        let mut magic = [0; MAGIC.len()];
        if length >= BEFORE + AFTER {
            file.read_exact(&mut magic).map_err(wrong)?;
        }
        if magic != MAGIC {
            return Err(CheckpointError::NotACheckpoint { path: path.into() });
        }
        let (expected, found) = checksums(&mut file, length - AFTER).map_err(wrong)?;
        if expected != found {
            return Err(CheckpointError::Damaged { path: path.into(), expected, found });
        }
        file.seek(SeekFrom::Start(MAGIC.len() as u64)).map_err(wrong)?;
        let mut version = [0; 4];
        file.read_exact(&mut version).map_err(wrong)?;
        let found = u32::from_le_bytes(version);
        if found != VERSION {
            return Err(CheckpointError::Version { path: path.into(), expected: VERSION, found });
        }
        let file = BufReader::new(file).take(length - BEFORE - AFTER);
        Ok(Self { path, file, result: Ok(()) })
    }

    /// Whether all went well, to the end of the file.
    pub(super) fn finish(mut self) -> Result<(), CheckpointError> {
        self.read(|reader| match reader.file.limit() {
            0 => Ok(()),
            more => Err(reader.contents("the end".into(), format!("{more} bytes more"))),
        });
        self.result
    }

    /// The error so far, if any: what was read is not to be used then.
    pub(super) fn check(&mut self) -> Result<(), CheckpointError> {
        core::mem::replace(&mut self.result, Ok(()))
    }

    pub(super) fn differs(&self, part: Part, at: &str, expected: String, found: String) -> CheckpointError {
        CheckpointError::Differs { path: self.path.into(), part, at: at.into(), expected, found }
    }

    fn read(&mut self, read: impl FnOnce(&mut Self) -> Result<(), CheckpointError>) {
        if self.result.is_ok() {
            self.result = read(self);
        }
    }

    fn contents(&self, expected: String, found: String) -> CheckpointError {
        CheckpointError::Contents { path: self.path.into(), expected, found }
    }

    fn bytes<const COUNT: usize>(&mut self) -> Result<[u8; COUNT], CheckpointError> {
        let mut bytes = [0; COUNT];
        let read = self.file.read_exact(&mut bytes);
        read.map(|()| bytes).map_err(|error| self.wrong(error))
    }

    fn wrong(&self, error: io::Error) -> CheckpointError {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => self.contents("more bytes".into(), "the end".into()),
            _ => CheckpointError::Io { path: self.path.into(), error },
        }
    }

    fn text(&mut self) -> Result<String, CheckpointError> {
        let length = u32::from_le_bytes(self.bytes()?) as usize;
        if length > LONGEST {
            return Err(
                self.contents(format!("a text of {LONGEST} bytes at most"), format!("one of {length}"))
            );
        }
        let mut text = Vec::new();
        let read = self.file.by_ref().take(length as u64).read_to_end(&mut text);
        read.map_err(|error| self.wrong(error))?;
        match String::from_utf8(text) {
            Ok(text) if text.len() == length => Ok(text),
            Ok(_) => Err(self.contents("more bytes".into(), "the end".into())),
            Err(_) => Err(self.contents("a text".into(), "bytes that are none".into())),
        }
    }

    /// Reads a letter and a name. Another name means that there is another thing, which is said of `part`.
    fn head(&mut self, part: Part, letter: u8, name: &str) -> Result<(), CheckpointError> {
        let ([found], found_name) = (self.bytes()?, self.text()?);
        if found_name != clipped(name) {
            return Err(self.differs(part, "the next entry", name.into(), found_name));
        }
        if found != letter {
            let kind = |letter: u8| format!("{name} of kind {:?}", char::from(letter));
            return Err(self.contents(kind(letter), kind(found)));
        }
        Ok(())
    }
}

impl Codec for Reader<'_> {
    fn same(&mut self, part: Part, at: &str, here: &str) {
        self.read(|reader| {
            reader.head(part, b't', at)?;
            let found = reader.text()?;
            if found == clipped(here) { Ok(()) } else { Err(reader.differs(part, at, here.into(), found)) }
        });
    }

    fn entry<T: Element>(&mut self, part: Part, name: &str, entry: Entry<'_, T>) {
        self.read(|reader| {
            reader.head(part, letter(&entry), name)?;
            let word = u64::from_le_bytes(reader.bytes()?);
            match entry {
                Entry::Number(number) => *number = f64::from_bits(word),
                Entry::Bits(bits) => *bits = word,
                Entry::Count(count) => match usize::try_from(word) {
                    Ok(word) if word <= MOST => *count = word,
                    _ => return Err(reader.contents(format!("{name} of {MOST} at most"), word.to_string())),
                },
                Entry::Fixed(number) if number.to_bits() == word => {}
                Entry::Fixed(number) => {
                    let found = f64::from_bits(word).to_string();
                    return Err(reader.differs(part, name, number.to_string(), found));
                }
                Entry::List(numbers) => {
                    // No memory is taken for numbers that are not there.
                    if word > reader.file.limit() / 8 {
                        return Err(reader.contents(format!("{name}: {word} numbers"), "the end".into()));
                    }
                    numbers.clear();
                    numbers.resize(word as usize, 0.0);
                    read_numbers(&mut reader.file, numbers).map_err(|error| reader.wrong(error))?;
                }
                Entry::Numbers(numbers) => {
                    if word != numbers.len() as u64 {
                        let count = |count: u64| format!("{count} numbers");
                        return Err(reader.differs(part, name, count(numbers.len() as u64), count(word)));
                    }
                    let read =
                        read_numbers(&mut reader.file, numbers).map_err(|error| reader.wrong(error))?;
                    if read < size_of_val(numbers) as u64 {
                        return Err(reader.contents("more numbers".into(), "the end".into()));
                    }
                }
            }
            Ok(())
        });
    }
}

/// The checksum of a file's first bytes, and the one that follows them.
fn checksums(file: &mut File, length: u64) -> io::Result<(u32, u32)> {
    file.seek(SeekFrom::Start(0))?;
    let mut bytes = CrcReader::new(BufReader::new(file).take(length));
    io::copy(&mut bytes, &mut io::sink())?;
    let expected = bytes.crc().sum();
    let mut found = [0; AFTER as usize];
    bytes.into_inner().into_inner().read_exact(&mut found)?;
    Ok((expected, u32::from_le_bytes(found)))
}

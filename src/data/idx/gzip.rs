//! The bytes of a file, decompressed if it is compressed.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Chain, Cursor, ErrorKind, Read};
use std::path::Path;

use flate2::bufread::GzDecoder;

/// What every gzip stream begins with.
const MAGIC: [u8; 2] = [0x1F, 0x8B];

/// Opens a file, and decompresses it if it begins as gzip does, whatever its name.
pub(super) fn unpacked(path: &Path) -> io::Result<Box<dyn Read>> {
    let mut file = BufReader::new(File::open(path)?);
    let start = start(&mut file)?;
    Ok(if start == MAGIC { Box::new(Streams::new(file)) } else { Box::new(Cursor::new(start).chain(file)) })
}

/// The first two bytes, or as many as there are.
fn start(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    reader.by_ref().take(MAGIC.len() as u64).read_to_end(&mut start)?;
    Ok(start)
}

/// Concatenated gzip streams, read as one, as gunzip does. Zeros after them, with which tapes and some
/// downloads fill up a block, are left out.
struct Streams<R> {
    /// The stream that is read, its first bytes put back before the others; `None` at the end.
    stream: Option<GzDecoder<Chain<Cursor<[u8; 2]>, R>>>,
}

impl<R: BufRead> Streams<R> {
    /// The reader is behind the first [`MAGIC`].
    fn new(reader: R) -> Self {
        Self { stream: Some(GzDecoder::new(Cursor::new(MAGIC).chain(reader))) }
    }
}

impl<R: BufRead> Read for Streams<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while let Some(stream) = &mut self.stream {
            let count = stream.read(bytes)?;
            if count > 0 || bytes.is_empty() {
                return Ok(count);
            }
            if let Some(stream) = self.stream.take() {
                let (_, mut reader) = stream.into_inner().into_inner();
                self.stream = goes_on(&mut reader)?.then(|| Self::new(reader).stream).flatten();
            }
        }
        Ok(0)
    }
}

/// Whether another stream follows; the reader is then behind its [`MAGIC`].
fn goes_on(reader: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            return Ok(false);
        }
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let all = zeros == bytes.len();
        reader.consume(zeros);
        if !all {
            break;
        }
    }
    let start = start(reader)?;
    if start == MAGIC {
        return Ok(true);
    }
    let message =
        format!("the gzip stream is followed by something else, which begins with the bytes {start:?}");
    Err(io::Error::new(ErrorKind::InvalidData, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use std::io::Write;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// Reads with many buffer sizes, so that the buffer ends at every position.
    fn read(file: &[u8]) -> io::Result<Vec<u8>> {
        let mut results = (1..8).map(|capacity| {
            let mut reader = BufReader::with_capacity(capacity, file);
            assert_eq!(start(&mut reader).unwrap(), MAGIC);
            let mut bytes = Vec::new();
            Streams::new(reader).read_to_end(&mut bytes).map(|_| bytes).map_err(|error| error.to_string())
        });
        let first = results.next().unwrap();
        results.for_each(|other| assert_eq!(other, first));
        first.map_err(io::Error::other)
    }

    #[test]
    fn streams_are_read_as_gunzip_reads_them() {
        let (a, b) = (packed(b"dim"), packed(b"wise"));
        assert_eq!(read(&a).unwrap(), b"dim");
        assert_eq!(read(&[&a[..], &b].concat()).unwrap(), b"dimwise");
        assert_eq!(read(&[&a[..], &packed(b""), &b].concat()).unwrap(), b"dimwise");
        assert_eq!(read(&[&a[..], &[0; 1000]].concat()).unwrap(), b"dim");
        assert_eq!(read(&[&a[..], &[0; 3], &b, &[0]].concat()).unwrap(), b"dimwise");
    }

    #[test]
    fn what_else_follows_is_named() {
        let file = packed(b"dim");
        for (behind, found) in [(&b"PK"[..], "[80, 75]"), (&[0, 0, 9], "[9]"), (&[0x1F, 9], "[31, 9]")] {
            let message = read(&[&file[..], behind].concat()).unwrap_err().to_string();
            assert!(message.contains("followed by something else") && message.ends_with(found), "{message}");
        }
    }
}

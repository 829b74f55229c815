//! [`TensorBoard`]: events that TensorBoard shows.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, process};

use crc::{CRC_32_ISCSI, Crc};
use prost::Message;

use super::{Log, LogError};

/// A log that is a file of events in a folder, which `tensorboard --logdir FOLDER` shows as curves.
///
/// Names that begin alike up to a `/`, such as `loss/train` and `loss/test`, are shown together. Numbers are `f32` there.
/// A run has a folder of its own; folders inside of one are compared.
///
/// The format is TensorFlow's `event.proto` and `summary.proto` in the records of its `record_writer.h`.
///
/// ```
/// use dimwise::log::{Log, TensorBoard};
///
/// let folder = std::env::temp_dir().join("dimwise-doc-tensorboard");
/// let mut log = TensorBoard::create(&folder)?;
/// log.record(1, &[("loss/train", 0.5), ("loss/test", 0.75)])?;
/// log.record(2, &[("loss/train", 0.25), ("loss/test", 0.5)])?;
/// assert_eq!(log.path().parent(), Some(&*folder));
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct TensorBoard {
    path: PathBuf,
    file: File,
}

/// What happened at some time.
#[derive(Clone, PartialEq, Message)]
struct Event {
    /// Seconds since 1970.
    #[prost(double, tag = "1")]
    wall_time: f64,
    #[prost(int64, tag = "2")]
    step: i64,
    /// In the first event of a file alone.
    #[prost(string, optional, tag = "3")]
    file_version: Option<String>,
    #[prost(message, optional, tag = "5")]
    summary: Option<Summary>,
}

#[derive(Clone, PartialEq, Message)]
struct Summary {
    #[prost(message, repeated, tag = "1")]
    value: Vec<Value>,
}

/// A number and its name.
#[derive(Clone, PartialEq, Message)]
struct Value {
    #[prost(string, tag = "1")]
    tag: String,
    /// Optional, since 0 would not be written.
    #[prost(float, optional, tag = "2")]
    simple_value: Option<f32>,
}

impl TensorBoard {
    /// A new file in this folder, which is made where there is none. Files of earlier runs in it stay: TensorBoard takes
    /// them for parts of one run.
    ///
    /// # Errors
    ///
    /// [`LogError::Io`] where folder or file cannot be made or written.
    pub fn create(folder: impl AsRef<Path>) -> Result<Self, LogError> {
        let folder = folder.as_ref();
        let io_error = |error| LogError::Io { path: folder.to_owned(), error };
        fs::create_dir_all(folder).map_err(io_error)?;
        let host = ["HOSTNAME", "COMPUTERNAME"].iter().find_map(|name| env::var(name).ok());
        // Files are read in the order of their names, which begins with the time.
        let name = format!(
            "events.out.tfevents.{:010}.{}.{}",
            since_1970() as u64,
            host.as_deref().unwrap_or("localhost"),
            process::id()
        );
        for number in 0.. {
            let path = folder.join(format!("{name}.{number}"));
            match File::options().write(true).create_new(true).open(&path) {
                Ok(file) => {
                    let mut log = Self { path, file };
                    let file_version = Some("brain.Event:2".into());
                    log.write(&Event { wall_time: since_1970(), file_version, ..Event::default() })?;
                    return Ok(log);
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(LogError::Io { path, error }),
            }
        }
        unreachable!("one of 2³¹ names is free")
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn write(&mut self, event: &Event) -> Result<(), LogError> {
        let record = record(&event.encode_to_vec());
        self.file.write_all(&record).map_err(|error| LogError::Io { path: self.path.clone(), error })
    }
}

impl Log for TensorBoard {
    fn record(&mut self, step: usize, values: &[(&str, f64)]) -> Result<(), LogError> {
        let value = values
            .iter()
            .map(|(name, value)| Value { tag: (*name).into(), simple_value: Some(*value as f32) })
            .collect();
        let step = i64::try_from(step).unwrap_or(i64::MAX);
        self.write(&Event {
            wall_time: since_1970(),
            step,
            file_version: None,
            summary: Some(Summary { value }),
        })
    }
}

/// The length with its checksum, and the data with theirs.
fn record(data: &[u8]) -> Vec<u8> {
    let length = (data.len() as u64).to_le_bytes();
    let mut record = vec![];
    for part in [&length[..], data] {
        record.extend(part);
        record.extend(masked_checksum(part).to_le_bytes());
    }
    record
}

/// CRC-32C, turned and moved: the checksum of data that hold checksums would be weak.
fn masked_checksum(bytes: &[u8]) -> u32 {
    const CHECKSUM: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);
    CHECKSUM.checksum(bytes).rotate_right(15).wrapping_add(0xA282_EAD8)
}

/// Seconds; 0 where the clock is before 1970.
fn since_1970() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As TensorBoard's own writer has them.
    const VERSION: &str = "1800000000000000a37f4b2209000020a031bad9411a0d627261696e2e4576656e743a32e9b1d285";
    const STEP: &str = "2700000000000000bbe1b14609000020a031bad94110072a1a0a0b0a046c6f7373150000803e0a0b0a047a65\
                        726f1500000000978774fe";

    fn hexadecimal(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn records_are_byte_by_byte_those_of_tensorboard() {
        let version = Event {
            wall_time: 1_726_531_200.5,
            file_version: Some("brain.Event:2".into()),
            ..Event::default()
        };
        assert_eq!(hexadecimal(&record(&version.encode_to_vec())), VERSION);
        let value = [("loss", 0.25), ("zero", 0.0)];
        let value = value.map(|(tag, number)| Value { tag: tag.into(), simple_value: Some(number) }).into();
        let (wall_time, summary) = (1_726_531_200.5, Some(Summary { value }));
        let step = Event { wall_time, step: 7, file_version: None, summary };
        assert_eq!(hexadecimal(&record(&step.encode_to_vec())), STEP);
    }

    /// The events of a file, whose checksums are computed bit by bit.
    fn events(mut bytes: &[u8]) -> Vec<Event> {
        fn checksum(bytes: &[u8]) -> u32 {
            let mut rest = u32::MAX;
            for byte in bytes {
                rest ^= u32::from(*byte);
                for _ in 0..8 {
                    rest = (rest >> 1) ^ (0x82F6_3B78 * (rest & 1));
                }
            }
            let sum = !rest;
            sum.rotate_right(15).wrapping_add(0xA282_EAD8)
        }
        let mut take = |count: usize| {
            let (part, sum) = bytes[..count + 4].split_at(count);
            assert_eq!(u32::from_le_bytes(sum.try_into().unwrap()), checksum(part));
            bytes = &bytes[count + 4..];
            (part.to_vec(), bytes.is_empty())
        };
        let mut events = Vec::new();
        loop {
            let length = u64::from_le_bytes(take(8).0.try_into().unwrap());
            let (event, is_last) = take(length as usize);
            events.push(Event::decode(&event[..]).unwrap());
            if is_last {
                return events;
            }
        }
    }

    #[test]
    fn a_file_has_a_version_and_each_step_once() {
        let folder = env::temp_dir().join(format!("dimwise-tensorboard-{}", process::id()));
        let mut logs = [TensorBoard::create(&folder).unwrap(), TensorBoard::create(&folder).unwrap()];
        assert_ne!(logs[0].path(), logs[1].path());
        logs[1].record(0, &[("loss", 2.0), ("not a number", f64::NAN)]).unwrap();
        logs[1].record(usize::MAX, &[]).unwrap();
        let events = events(&fs::read(logs[1].path()).unwrap());
        fs::remove_dir_all(&folder).unwrap();

        let version: Vec<_> = events.iter().filter_map(|event| event.file_version.as_deref()).collect();
        assert_eq!((version, events.len()), (vec!["brain.Event:2"], 3));
        assert!(events.iter().all(|event| (since_1970() - event.wall_time).abs() < 600.0));
        assert_eq!((events[1].step, events[2].step), (0, i64::MAX));
        let values = &events[1].summary.as_ref().unwrap().value;
        assert_eq!((&*values[0].tag, values[0].simple_value), ("loss", Some(2.0)));
        assert!(values[1].simple_value.unwrap().is_nan());
        assert!(events[2].summary.as_ref().unwrap().value.is_empty());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let file = env::temp_dir().join(format!("dimwise-no-folder-{}", process::id()));
        fs::write(&file, "").unwrap();
        let error = TensorBoard::create(&file).unwrap_err();
        fs::remove_file(&file).unwrap();
        assert!(format!("{error}").starts_with(&format!("{}: ", file.display())), "{error}");
    }
}

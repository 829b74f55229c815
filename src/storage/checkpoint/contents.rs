//! What a file of a run has in it, in which order: written and read by the same function.

use alloc::format;
use alloc::string::{String, ToString};
use std::path::Path;

use super::codec::{Codec, Reader, Writer};
use super::error::{CheckpointError, Part};
use super::signature;
use crate::data::Fingerprint;
use crate::network::Network;
use crate::optimizer::{Entry, Stateful};
use crate::shape::BatchSize;
use crate::trainer::Trainer;

/// What visits all that is saved beside a trainer.
pub(super) type Beside<'a, T> = &'a mut dyn FnMut(&mut dyn FnMut(&str, Entry<'_, T>));

pub(super) fn save<N: Network, L, O: Stateful<N>, B: BatchSize>(
    path: &Path,
    trainer: &mut Trainer<N, L, O, B>,
    beside: Beside<'_, N::Element>,
) -> Result<(), CheckpointError> {
    let mut save = || {
        let mut writer = Writer::create(path)?;
        visit_signature(&mut writer, trainer);
        let mut data = *trainer.data_mut();
        visit_data::<N>(&mut writer, &mut data);
        visit_state(&mut writer, trainer, beside);
        writer.finish()
    };
    save().map_err(|error| CheckpointError::Io { path: path.into(), error })
}

/// Fills the trainer with what a file says. Where this fails, it may be half filled.
pub(super) fn resume<N: Network, L, O: Stateful<N>, B: BatchSize>(
    path: &Path,
    trainer: &mut Trainer<N, L, O, B>,
    beside: Beside<'_, N::Element>,
    data: Option<Fingerprint>,
) -> Result<(), CheckpointError> {
    let mut reader = Reader::open(path)?;
    visit_signature(&mut reader, trainer);
    let mut found = Fingerprint::default();
    visit_data::<N>(&mut reader, &mut found);
    reader.check()?;
    compare_data(&reader, data, found)?;
    *trainer.data_mut() = found;
    visit_state(&mut reader, trainer, beside);
    reader.finish()
}

/// What the program says, and must say again.
fn visit_signature<N: Network, L, O: Stateful<N>, B: BatchSize>(
    codec: &mut impl Codec,
    trainer: &Trainer<N, L, O, B>,
) {
    signature::visit_network::<N>(|at, here| codec.same(Part::Network, at, here));
    codec.same(Part::Optimizer, "its type", &signature::optimizer::<N, O>());
    codec.same(Part::Setting, "the loss", &signature::of_type::<L>());
    trainer.visit_settings(|at, here| codec.same(Part::Setting, at, here));
}

/// What the data of the last epoch were, if there was one.
fn visit_data<N: Network>(codec: &mut impl Codec, data: &mut Fingerprint) {
    codec.entry::<N::Element>(Part::DataSet, "data.samples", Entry::Count(&mut data.samples));
    codec.entry::<N::Element>(Part::DataSet, "data.hash", Entry::Bits(&mut data.hash));
}

/// Compares the data that a run goes on with, if there are any, with those that it had, if it had any: single steps
/// have none.
fn compare_data(
    reader: &Reader<'_>,
    expected: Option<Fingerprint>,
    found: Fingerprint,
) -> Result<(), CheckpointError> {
    let differs =
        |at: &str, expected: String, found: String| Err(reader.differs(Part::DataSet, at, expected, found));
    match expected {
        _ if found == Fingerprint::default() => Ok(()),
        None => differs("the data set", "none".into(), format!("one of {} samples", found.samples)),
        Some(expected) if expected.samples != found.samples => {
            differs("the number of samples", expected.samples.to_string(), found.samples.to_string())
        }
        Some(expected) if expected.hash != found.hash => {
            let hash = |data: Fingerprint| format!("{:#018x}", data.hash);
            differs("the hash of the first samples", hash(expected), hash(found))
        }
        Some(_) => Ok(()),
    }
}

/// All that training goes on from.
fn visit_state<N: Network, L, O: Stateful<N>, B: BatchSize>(
    codec: &mut impl Codec,
    trainer: &mut Trainer<N, L, O, B>,
    beside: Beside<'_, N::Element>,
) {
    trainer.visit_state(&mut |name, entry| codec.entry(Part::Optimizer, name, entry));
    beside(&mut |name, entry| codec.entry(Part::Setting, name, entry));
}

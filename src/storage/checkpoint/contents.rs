//! What a file of a run has in it, in which order: written and read by the same function.

use alloc::format;
use alloc::string::{String, ToString};
use std::path::Path;

use super::codec::{Codec, Reader, Writer};
use super::error::{CheckpointError, Part};
use super::signature;
use crate::data::{Fingerprint, Source};
use crate::loss::Target;
use crate::network::{InputOf, Network};
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

/// What the data are that a run is to go on with.
pub(super) fn fingerprint<N: Network, L, O: Stateful<N>, B: BatchSize, S: InputOf<N>, G: Target>(
    path: &Path,
    trainer: &mut Trainer<N, L, O, B>,
    data: &impl Source<S, G, N::Element>,
) -> Result<Fingerprint, CheckpointError> {
    trainer.fingerprint(data).map_err(|error| CheckpointError::Data { path: path.into(), error })
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
    codec.entry::<N::Element>(Part::DataSet, "data.count", Entry::Count(&mut data.count));
    codec.entry::<N::Element>(Part::DataSet, "data.samples", Entry::Bits(&mut data.samples));
    codec.entry::<N::Element>(Part::DataSet, "data.targets", Entry::Bits(&mut data.targets));
}

/// Compares the data that a run goes on with, if there are any, with those that it had, if it had any: single steps
/// have none.
fn compare_data(
    reader: &Reader<'_>,
    expected: Option<Fingerprint>,
    found: Fingerprint,
) -> Result<(), CheckpointError> {
    let hash = |hash: u64| format!("{hash:#018x}");
    let differs =
        |at: &str, expected: String, found: String| Err(reader.differs(Part::DataSet, at, expected, found));
    match expected {
        _ if found == Fingerprint::default() => Ok(()),
        None => differs("the data set", "none".into(), format!("one of {} samples", found.count)),
        Some(expected) if expected.count != found.count => {
            differs("the number of samples", expected.count.to_string(), found.count.to_string())
        }
        Some(expected) if expected.samples != found.samples => {
            differs("the hash of the first samples", hash(expected.samples), hash(found.samples))
        }
        Some(expected) if expected.targets != found.targets => {
            differs("the hash of the first targets", hash(expected.targets), hash(found.targets))
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

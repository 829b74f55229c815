//! [`Fingerprint`]: what tells a data set from another one.

use alloc::vec::Vec;

use super::{Source, SourceError};
use crate::element::Element;
use crate::loss::Target;
use crate::plain::flat;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// How many samples a fingerprint looks at.
const FIRST: usize = 16;

/// The number of samples, and a hash each of the first ones and of their targets; zeros where there is no data set.
///
/// It is read where runs are saved and resumed, but known in any case: a trainer has one size, whatever the features.
#[cfg_attr(not(feature = "checkpoint"), allow(dead_code))]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Fingerprint {
    pub(crate) count: usize,
    pub(crate) samples: u64,
    pub(crate) targets: u64,
}

impl Fingerprint {
    /// What tells these data from others, the same on every platform. There is room for a sample where it does not
    /// lie in memory.
    pub(crate) fn of<S: Shape, G: Target, T: Element>(
        data: &impl Source<S, G, T>,
        room: &mut [Tensor<S, T>],
    ) -> Result<Self, SourceError> {
        let (mut samples, mut targets) = (START, START);
        let mut room_of_targets = Vec::new();
        for index in 0..data.len().min(FIRST) {
            let (sample, target) = data.part(index..index + 1, room, &mut room_of_targets)?;
            samples = flat(sample).iter().map(|number| number.to_f64()).fold(samples, hash);
            targets = target.iter().flat_map(Target::numbers).fold(targets, hash);
        }
        Ok(Self { count: data.len(), samples, targets })
    }
}

/// The hash of no numbers.
const START: u64 = 0xCBF2_9CE4_8422_2325;

/// FNV-1a (Fowler, Noll and Vo), of 64 bits at once: then the upper bits, too, must reach the lower ones.
fn hash(hash: u64, number: f64) -> u64 {
    (hash ^ number.to_bits()).wrapping_mul(0x0000_0100_0000_01B3).rotate_left(29)
}

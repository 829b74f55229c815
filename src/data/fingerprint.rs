//! [`Fingerprint`]: what tells a data set from another one.

use alloc::vec::Vec;

#[cfg(feature = "checkpoint")]
use super::Dataset;
use super::{Source, SourceError};
use crate::element::Element;
use crate::loss::Target;
use crate::plain::flat;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// How many samples a fingerprint looks at.
const FIRST: usize = 16;

/// The number of samples, and a hash of the first ones; zeros where there is no data set.
///
/// It is read where runs are saved and resumed, but known in any case: a trainer has one size, whatever the features.
#[cfg_attr(not(feature = "checkpoint"), allow(dead_code))]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Fingerprint {
    pub(crate) samples: usize,
    pub(crate) hash: u64,
}

impl Fingerprint {
    /// What tells these data from others, the same on every platform. There is room for a sample where it does not
    /// lie in memory.
    pub(crate) fn of<S: Shape, G: Target, T: Element>(
        data: &impl Source<S, G, T>,
        room: &mut [Tensor<S, T>],
    ) -> Result<Self, SourceError> {
        let (mut hash, mut targets) = (0xCBF2_9CE4_8422_2325_u64, Vec::new());
        for index in 0..data.len().min(FIRST) {
            let (sample, _) = data.part(index..index + 1, room, &mut targets)?;
            // FNV-1a (Fowler, Noll and Vo), of 64 bits at once: then the upper bits, too, must reach the lower ones.
            hash = flat(sample).iter().fold(hash, |hash, number| {
                (hash ^ number.to_f64().to_bits()).wrapping_mul(0x0000_0100_0000_01B3).rotate_left(29)
            });
        }
        Ok(Self { samples: data.len(), hash })
    }
}

#[cfg(feature = "checkpoint")]
impl<S: Shape, G: Target, T: Element> Dataset<S, G, T> {
    /// What tells these data from others.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self, &mut []).expect("samples in memory are not read")
    }
}

//! [`Fingerprint`]: what tells a data set from another one.

use super::Dataset;
use crate::element::Element;
use crate::loss::Target;
use crate::plain::flat;
use crate::shape::Shape;

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

impl<S: Shape, G: Target, T: Element> Dataset<S, G, T> {
    /// What tells these data from others, the same on every platform.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        let first = flat(&self.samples[..self.len().min(FIRST)]);
        // FNV-1a (Fowler, Noll and Vo), of 64 bits at once: then the upper bits, too, must reach the lower ones.
        let hash = first.iter().fold(0xCBF2_9CE4_8422_2325_u64, |hash, number| {
            (hash ^ number.to_f64().to_bits()).wrapping_mul(0x0000_0100_0000_01B3).rotate_left(29)
        });
        Fingerprint { samples: self.len(), hash }
    }
}

//! [`Order`]: how PyTorch lays out the numbers of a tensor.

use alloc::vec::Vec;

use crate::shape::product;

/// How PyTorch lays out the numbers of a tensor that stands here as `dims`.
///
/// A field of [`parameters!`](crate::parameters!) says it behind its kind, `weight: Kind::… => Order::Transposed`; as
/// here where nothing is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Order {
    /// As here.
    Same,
    /// A matrix `[inputs, outputs]`, there `[outputs, inputs]`.
    Transposed,
    /// The kernels of a transposed convolution, `(filters, channels of a group, …)`, there
    /// `(channels, filters of a group, …)` and turned by half a turn.
    Turned {
        /// The groups of channels.
        groups: usize,
    },
}

impl Order {
    /// The sizes there of what has the sizes `dims` here.
    pub fn dims(self, dims: &[usize]) -> Vec<usize> {
        match self {
            Self::Same => dims.to_vec(),
            Self::Transposed => dims.iter().rev().copied().collect(),
            Self::Turned { groups } => {
                let mut there = dims.to_vec();
                (there[0], there[1]) = (dims[1] * groups, dims[0] / groups);
                there
            }
        }
    }

    /// Where the number at position `there` stands here.
    pub fn here(self, there: usize, dims: &[usize]) -> usize {
        match self {
            Self::Same => there,
            Self::Transposed => {
                let [inputs, outputs] = [dims[0], product(&dims[1..])];
                (there % inputs) * outputs + there / inputs
            }
            Self::Turned { groups } => {
                let (taps, channels, filters) = (product(&dims[2..]), dims[1], dims[0] / groups);
                let (kernel, tap) = (there / taps, there % taps);
                let (channel, filter) = (kernel / filters, kernel % filters);
                let (group, channel) = (channel / channels, channel % channels);
                ((group * filters + filter) * channels + channel) * taps + (taps - 1 - tap)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::Order;

    #[test]
    fn each_order_is_a_permutation() {
        for (order, dims) in [
            (Order::Same, &[2, 3, 4][..]),
            (Order::Transposed, &[5, 3]),
            (Order::Turned { groups: 2 }, &[6, 2, 3, 2]),
        ] {
            let count = dims.iter().product();
            let mut here: Vec<_> = (0..count).map(|there| order.here(there, dims)).collect();
            assert_eq!(order.dims(dims).iter().product::<usize>(), count);
            here.sort_unstable();
            assert!(here.into_iter().eq(0..count), "{order:?}");
        }
    }

    #[test]
    fn a_matrix_is_transposed() {
        let there: Vec<_> = (0..6).map(|there| Order::Transposed.here(there, &[2, 3])).collect();
        assert_eq!(there, [0, 3, 1, 4, 2, 5]);
        assert_eq!(Order::Transposed.dims(&[2, 3]), [3, 2]);
    }
}

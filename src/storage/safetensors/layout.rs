//! [`Layout`]: whose files, and [`Arrangement`]: how the numbers of one tensor lie in them.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::parameters::{Kind, Order, Segment};
use crate::shape::product;

/// How a file lays the numbers of a tensor out, and what it calls them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Layout {
    /// As this library has them in memory. Only files of its own are so.
    Native,
    /// As the modules of PyTorch have them: the weights of `Linear` are `[outputs, inputs]`, kernels of transposed
    /// convolutions are turned, the running variance is `running_var`. Counters of batches and the seeds of dropouts
    /// are not in the file.
    PyTorch,
    /// As the layers of Keras have them: the kernel of `Dense` is `[inputs, outputs]`, as here, that of `Conv2D`
    /// `(height, width, channels of a group, filters)`, that of `Conv2DTranspose` `(height, width, filters, channels)`.
    /// Keras names no layer by its place, so each tensor is [renamed](super::Weights::renamed): `kernel` and the
    /// `alpha` of `PReLU` are a `weight`, `gamma` and `beta` the `weight` and the `bias` of a norm, `moving_mean` and
    /// `moving_variance` are `running_mean` and `running_variance`. A `DepthwiseConv2D` is refused by its shape.
    ///
    /// Images have their channels first here. A model of Keras has them last, so its `Dense` behind a `Flatten` counts
    /// the pixels in another order: build it with `data_format="channels_first"`, or with `Permute((3, 1, 2))` before
    /// the `Flatten`.
    ///
    /// ```no_run
    /// use dimwise::prelude::*;
    /// use dimwise::storage::{Layout, Weights};
    ///
    /// network! { type Net = [Affine<U4, U8>, BatchNorm<_>, Relu<_>, Affine<_, U3>]; }
    ///
    /// // safetensors.numpy.save_file({f"{layer.name}/{weight.name}": weight.numpy()
    /// //     for layer in model.layers for weight in layer.weights}, "keras.safetensors")
    /// let keras = Weights::of(Layout::Keras)
    ///     .renamed("dense/kernel", "0.weight").renamed("dense/bias", "0.bias")
    ///     .renamed("batch_normalization/gamma", "1.weight").renamed("batch_normalization/beta", "1.bias")
    ///     .renamed("batch_normalization/moving_mean", "1.running_mean")
    ///     .renamed("batch_normalization/moving_variance", "1.running_variance")
    ///     .renamed("dense_1/kernel", "3.weight").renamed("dense_1/bias", "3.bias");
    /// let network = keras.load::<Net>("keras.safetensors")?;
    /// # let _ = network;
    /// # Ok::<(), dimwise::storage::StorageError>(())
    /// ```
    Keras,
}

impl Layout {
    /// The `format` that a file says of itself.
    pub(super) fn format(self) -> &'static str {
        match self {
            Self::Native => "dimwise",
            Self::PyTorch => "pt",
            Self::Keras => "tf",
        }
    }

    /// How the numbers of a tensor lie in a file.
    pub(super) fn arrangement(self, segment: &Segment<'_>) -> Arrangement {
        let is_kernel = matches!(segment.kind, Kind::Weight { .. }) && segment.dims.len() > 2;
        match (self, segment.order) {
            (Self::PyTorch, order) if order != Order::Same => Arrangement::PyTorch(order),
            (Self::Keras, order @ Order::Turned { .. }) => Arrangement::Keras(order),
            (Self::Keras, order @ Order::Same) if is_kernel => Arrangement::Keras(order),
            _ => Arrangement::Same,
        }
    }

    /// Whether a tensor is in a file.
    pub(super) fn has(self, segment: &Segment<'_>) -> bool {
        self == Self::Native || segment.kind != Kind::Seed
    }

    /// Whether a tensor of the file counts batches, which no layer here does.
    pub(super) fn is_counter(self, name: &str) -> bool {
        self == Self::PyTorch && name.rsplit('.').next() == Some("num_batches_tracked")
    }

    /// What the layout calls a tensor, with the network's own path to its layer.
    pub(super) fn name_of(self, segment: &Segment<'_>) -> String {
        let path = segment.path.to_string();
        match (self, path.strip_suffix("running_variance")) {
            (Self::PyTorch, Some(layer)) => format!("{layer}running_var"),
            _ => path,
        }
    }
}

/// How the numbers of a tensor that stands here as `dims` lie in a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Arrangement {
    /// As here.
    Same,
    /// As PyTorch has them.
    PyTorch(Order),
    /// A kernel as Keras has it: PyTorch's, with its first two axes exchanged and behind the others.
    Keras(Order),
}

impl Arrangement {
    /// The sizes there.
    pub(super) fn dims(self, dims: &[usize]) -> Vec<usize> {
        match self {
            Self::Same => dims.to_vec(),
            Self::PyTorch(order) => order.dims(dims),
            Self::Keras(order) => {
                let mut there = order.dims(dims);
                there.rotate_left(2);
                let rank = there.len();
                there.swap(rank - 2, rank - 1);
                there
            }
        }
    }

    /// Where the number at position `there` stands here.
    pub(super) fn here(self, there: usize, dims: &[usize]) -> usize {
        match self {
            Self::Same => there,
            Self::PyTorch(order) => order.here(there, dims),
            Self::Keras(order) => {
                let [outer, inner] = match order {
                    Order::Turned { groups } => [dims[1] * groups, dims[0] / groups],
                    Order::Same | Order::Transposed => [dims[0], dims[1]],
                };
                let (tap, kernel) = (there / (outer * inner), there % (outer * inner));
                let position = (kernel % outer * inner + kernel / outer) * product(&dims[2..]) + tap;
                order.here(position, dims)
            }
        }
    }
}

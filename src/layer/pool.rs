//! [`MaxPool2d`], [`AvgPool2d`] and [`GlobalAvgPool2d`]: images made smaller, channel by channel; and the same of
//! sequences.

use core::marker::PhantomData;

use super::options::{ElementOf, OptionsOf};
use super::window::{Geometry, Line, MeanWindow, Plane, PoolWindow, Space, fault, fault_of_input, windows};
use super::{Cached, Input, Layer, Output, PerSample, Released};
use crate::diagnostic::Fault;
use crate::element::Element;
use crate::kernel::{
    InstructionSet, Windows, max_pool, max_pool_gradient, max_pool_with_taps, sum_pool, sum_pool_gradient,
};
use crate::plain::{Nothing, flat, flat_mut};
use crate::shape::{HasAxis, Shape};
use crate::tensor::Tensor;
use crate::threads::{Work, split};

/// The largest number of each window: `output[c, y, x] = max input[c, y·S + i - P, x·S + j - P]`.
///
/// # Shapes
///
/// `input` `(C, H, W)`, `output` `(C, H', W')` with `H' = floor((H + 2P - h) / S) + 1`. Padding is never
/// the largest, and it is at most half of the window, so that each window holds a number of the image: more
/// does not compile.
///
/// # Options
///
/// [`Stride<S>`](super::Stride), the kernel where it is not said, and [`Padding<P>`](super::Padding), 0 where it is not.
///
/// # Memory
///
/// A training step keeps, for each output, which number of the window it was: the first one where
/// several are the largest, as PyTorch does. That number gets the gradient.
///
/// Saito, *Deep Learning from Scratch*, 7.3.
///
/// ```
/// use dimwise::prelude::*;
///
/// let image = Tensor::from([[[1.0, 2.0, 0.0, 4.0], [3.0, 1.0, 5.0, 6.0]]]);
/// let pool = MaxPool2d::<(U1, U2, U4), U2>::zeroed();
/// assert_eq!(pool.predict(&image), Tensor::from([[[3.0, 6.0]]]));
/// ```
#[doc(alias("MaxPooling2D"))]
pub type MaxPool2d<In, Kernel, Options = (), T = f32> =
    MaxPool<PoolWindow<Plane, In, Kernel, OptionsOf<Options, T>>, ElementOf<Options, T>>;

/// A [`MaxPool2d`] over sequences: `input` `(C, L)`, `output` `(C, L')`, kernel and options of one size each.
///
/// ```
/// use dimwise::prelude::*;
///
/// let pool = MaxPool1d::<(U1, U4), U2>::zeroed();
/// assert_eq!(pool.predict(&Tensor::from([[1.0, 3.0, 0.0, 4.0]])), Tensor::from([[3.0, 4.0]]));
/// ```
pub type MaxPool1d<In, Kernel, Options = (), T = f32> =
    MaxPool<PoolWindow<Line, In, Kernel, OptionsOf<Options, T>>, ElementOf<Options, T>>;

/// What [`MaxPool2d`] and [`MaxPool1d`] name by their sizes.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct MaxPool<G: Geometry, T: Element = f32> {
    sizes: PhantomData<(G, T)>,
}

crate::parameters!(MaxPool<G: Geometry, T: Element>: T {} marker sizes fault fault::<G>(Fault::of_pool(G::SIZES)));

impl<G: Geometry, T: Element> Layer for MaxPool<G, T> {
    type In = G::In;
    type Out = G::Out;
    /// Which element of its window each output was.
    type Cache = PerSample<Tensor<G::Out, T>>;
    type Placement = Released;
    const MULTIPLY_ADDS: usize = 0;

    fn forward(&self, input: &[Input<Self>], output: &mut [Output<Self>], cache: Cached<'_, Self::Cache>) {
        let (set, windows) = (InstructionSet::best(), const { windows::<G>() });
        let [pixels, positions] = lens(&windows);
        split((output, cache.samples), work::<Self>(input.len()), |first, (output, taps)| {
            let inputs = flat(&input[first..]).chunks_exact(pixels);
            let outputs = flat_mut(output).chunks_exact_mut(positions);
            for ((input, output), taps) in inputs.zip(outputs).zip(flat_mut(taps).chunks_exact_mut(positions))
            {
                max_pool_with_taps(set, &windows, input, output, taps);
            }
        });
    }

    fn infer(&self, input: &[Input<Self>], output: &mut [Output<Self>]) {
        each_channel::<Self>(&const { windows::<G>() }, input, output, max_pool);
    }

    fn backward(
        &self,
        _input: &[Input<Self>],
        _output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: Option<&mut [Input<Self>]>,
        _gradients: &mut Self,
        cache: Cached<'_, Self::Cache>,
    ) {
        let Some(grad_input) = grad_input else { return };
        let (set, windows) = (InstructionSet::best(), const { windows::<G>() });
        let [pixels, positions] = lens(&windows);
        let (taps, grad_output) = (&*cache.samples, &*grad_output);
        split(grad_input, work::<Self>(grad_output.len()), |first, grad_input| {
            let taps = flat(&taps[first..]).chunks_exact(positions);
            let grads = flat(&grad_output[first..]).chunks_exact(positions);
            for ((taps, grads), grad_input) in
                taps.zip(grads).zip(flat_mut(grad_input).chunks_exact_mut(pixels))
            {
                max_pool_gradient(set, &windows, taps, grads, grad_input);
            }
        });
    }
}

/// The mean of each window: `output[c, y, x] = Σ input[c, y·S + i - P, x·S + j - P] / (h·w)`.
///
/// The divisor is the window's size everywhere: zeros of the padding count, as with PyTorch's
/// `count_include_pad=True`, its default. With [`ExcludePadding`](super::ExcludePadding) it is the number of the window's
/// pixels that lie in the image, as with `count_include_pad=False` and in Keras.
///
/// # Shapes
///
/// As [`MaxPool2d`].
///
/// # Options
///
/// As [`MaxPool2d`], and [`ExcludePadding`](super::ExcludePadding).
///
/// LeCun et al., *Gradient-based learning applied to document recognition*, 1998; Saito 7.3.
///
/// ```
/// use dimwise::prelude::*;
///
/// let image = Tensor::from([[[1.0, 2.0, 0.0, 4.0], [3.0, 2.0, 5.0, 7.0]]]);
/// let pool = AvgPool2d::<(U1, U2, U4), U2>::zeroed();
/// assert_eq!(pool.predict(&image), Tensor::from([[[2.0, 4.0]]]));
/// ```
#[doc(alias("AveragePooling2D"))]
pub type AvgPool2d<In, Kernel, Options = (), T = f32> =
    AvgPool<MeanWindow<Plane, In, Kernel, OptionsOf<Options, T>>, ElementOf<Options, T>>;

/// A [`AvgPool2d`] over sequences: `input` `(C, L)`, `output` `(C, L')`, kernel and options of one size each.
///
/// ```
/// use dimwise::prelude::*;
///
/// let pool = AvgPool1d::<(U1, U4), U2>::zeroed();
/// assert_eq!(pool.predict(&Tensor::from([[1.0, 3.0, 0.0, 4.0]])), Tensor::from([[2.0, 2.0]]));
/// ```
pub type AvgPool1d<In, Kernel, Options = (), T = f32> =
    AvgPool<MeanWindow<Line, In, Kernel, OptionsOf<Options, T>>, ElementOf<Options, T>>;

/// What [`AvgPool2d`] and [`AvgPool1d`] name by their sizes.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct AvgPool<G: Geometry, T: Element = f32> {
    sizes: PhantomData<(G, T)>,
}

crate::parameters!(AvgPool<G: Geometry, T: Element>: T {} marker sizes fault fault::<G>(Fault::of_pool(G::SIZES)));

impl<G: Geometry, T: Element> Layer for AvgPool<G, T> {
    type In = G::In;
    type Out = G::Out;
    type Cache = Nothing<T>;
    type Placement = Released;
    const MULTIPLY_ADDS: usize = 0;

    fn forward(&self, input: &[Input<Self>], output: &mut [Output<Self>], _cache: Cached<'_, Self::Cache>) {
        let windows = const { windows::<G>() };
        if G::EXCLUDES_PADDING {
            each_channel::<Self>(&windows, input, output, |set, windows, input, output| {
                sum_pool(set, windows, T::ONE, input, output);
                divide_by_pixels(windows, output);
            });
        } else {
            mean_of_windows::<Self>(&windows, input, output);
        }
    }

    fn backward(
        &self,
        _input: &[Input<Self>],
        _output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: Option<&mut [Input<Self>]>,
        _gradients: &mut Self,
        _cache: Cached<'_, Self::Cache>,
    ) {
        let Some(grad_input) = grad_input else { return };
        let windows = const { windows::<G>() };
        if G::EXCLUDES_PADDING {
            let [_, positions] = lens(&windows);
            flat_mut(grad_output)
                .chunks_exact_mut(positions)
                .for_each(|grads| divide_by_pixels(&windows, grads));
            sum_gradient::<Self>(&windows, T::ONE, grad_output, grad_input);
        } else {
            sum_gradient::<Self>(&windows, mean_factor(&windows), grad_output, grad_input);
        }
    }
}

/// The mean of each channel: `output[c] = Σ input[c, y, x] / (H·W)`.
///
/// # Shapes
///
/// `input` `(C, H, W)`, `output` `[C]`.
///
/// Lin et al., *Network in network*, 2013.
///
/// ```
/// use dimwise::prelude::*;
///
/// let image = Tensor::from([[[1.0, 3.0]], [[5.0, 9.0]]]);
/// let pool = GlobalAvgPool2d::<(U2, U1, U2)>::zeroed();
/// assert_eq!(pool.predict(&image), Tensor::from([2.0, 7.0]));
/// ```
#[doc(alias("GlobalAveragePooling2D", "AdaptiveAvgPool2d"))]
pub type GlobalAvgPool2d<In, T = f32> = GlobalAvgPool<Plane, In, T>;

/// The mean of each channel of a sequence: `input` `(C, L)`, `output` `[C]`.
///
/// ```
/// use dimwise::prelude::*;
///
/// let pool = GlobalAvgPool1d::<(U2, U3)>::zeroed();
/// assert_eq!(pool.predict(&Tensor::from([[1.0, 3.0, 2.0], [5.0, 9.0, 4.0]])), Tensor::from([2.0, 6.0]));
/// ```
pub type GlobalAvgPool1d<In, T = f32> = GlobalAvgPool<Line, In, T>;

/// What [`GlobalAvgPool2d`] and [`GlobalAvgPool1d`] name.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct GlobalAvgPool<X: Space, In: HasAxis<0>, T: Element = f32> {
    sizes: PhantomData<(X, In, T)>,
}

crate::parameters!(GlobalAvgPool<X: Space, In: HasAxis<0>, T: Element>: T {} marker sizes fault fault_of_input::<X, In>());

impl<X: Space, In: HasAxis<0>, T: Element> GlobalAvgPool<X, In, T> {
    /// One window, as large as the channel.
    const WINDOWS: Windows = {
        assert!(fault_of_input::<X, In>().is_none(), "an input of another rank than the layer's");
        // A sequence is an image of one row.
        let image = [if X::RANK == 3 { In::DIMS[1] } else { 1 }, In::DIMS[X::RANK - 1]];
        Windows { image, kernel: image, out: [1; 2], stride: [1; 2], padding: [0; 2] }
    };
}

impl<X: Space, In: HasAxis<0>, T: Element> Layer for GlobalAvgPool<X, In, T> {
    type In = In;
    type Out = In::Size;
    type Cache = Nothing<T>;
    type Placement = Released;
    const MULTIPLY_ADDS: usize = 0;

    fn forward(&self, input: &[Input<Self>], output: &mut [Output<Self>], _cache: Cached<'_, Self::Cache>) {
        mean_of_windows::<Self>(&Self::WINDOWS, input, output);
    }

    fn backward(
        &self,
        _input: &[Input<Self>],
        _output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: Option<&mut [Input<Self>]>,
        _gradients: &mut Self,
        _cache: Cached<'_, Self::Cache>,
    ) {
        if let Some(grad_input) = grad_input {
            sum_gradient::<Self>(&Self::WINDOWS, mean_factor(&Self::WINDOWS), grad_output, grad_input);
        }
    }
}

/// Numbers of a channel before and after.
fn lens(windows: &Windows) -> [usize; 2] {
    [windows.image, windows.out].map(|[height, width]| height * width)
}

/// Each pixel takes about as long as some multiplications: it is memory that is waited for.
fn work<L: Layer>(rows: usize) -> Work {
    Work { rows, row_len: 1, row_work: 8 * L::In::LEN }
}

fn mean_factor<T: Element>(windows: &Windows) -> T {
    T::from_f64(1.0 / (windows.kernel[0] * windows.kernel[1]) as f64)
}

fn mean_of_windows<L: Layer>(windows: &Windows, input: &[Input<L>], output: &mut [Output<L>]) {
    let factor = mean_factor(windows);
    each_channel::<L>(windows, input, output, |set, windows, input, output| {
        sum_pool(set, windows, factor, input, output);
    });
}

/// Computes each channel of the outputs from the same of the inputs.
fn each_channel<L: Layer>(
    windows: &Windows,
    input: &[Input<L>],
    output: &mut [Output<L>],
    compute: impl Fn(InstructionSet, &Windows, &[L::Element], &mut [L::Element]) + Sync,
) {
    let [pixels, positions] = lens(windows);
    split(output, work::<L>(input.len()), |first, output| {
        let inputs = flat(&input[first..]).chunks_exact(pixels);
        for (input, output) in inputs.zip(flat_mut(output).chunks_exact_mut(positions)) {
            compute(InstructionSet::best(), windows, input, output);
        }
    });
}

/// Divides the number of each window of a channel by how many of the window's pixels lie in the image.
fn divide_by_pixels<T: Element>(windows: &Windows, numbers: &mut [T]) {
    for (y, row) in numbers.chunks_exact_mut(windows.out[1]).enumerate() {
        let rows = windows.pixels(0, y);
        for (x, number) in row.iter_mut().enumerate() {
            *number /= T::from_f64((rows * windows.pixels(1, x)) as f64);
        }
    }
}

/// Adds up, for each pixel, `factor` times the gradients of the windows that it is in.
fn sum_gradient<L: Layer>(
    windows: &Windows,
    factor: L::Element,
    grad_output: &[Output<L>],
    grad_input: &mut [Input<L>],
) {
    let [pixels, positions] = lens(windows);
    split(grad_input, work::<L>(grad_output.len()), |first, grad_input| {
        let grads = flat(&grad_output[first..]).chunks_exact(positions);
        for (grads, grad_input) in grads.zip(flat_mut(grad_input).chunks_exact_mut(pixels)) {
            sum_pool_gradient(InstructionSet::best(), windows, factor, grads, grad_input);
        }
    });
}

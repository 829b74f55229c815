//! [`LeakyRelu`]: a rectifier that lets some of the negative through.

use core::marker::PhantomData;

use typenum::U1;

use super::options::{Options, Place, Said, Usual};
use super::{FromOutput, InPlace};
use crate::diagnostic::Fault;
use crate::element::Element;
use crate::plain::{flat, flat_mut};
use crate::shape::{Dim, Shape};
use crate::tensor::Tensor;

/// `y = x` where `x > 0`, `slope · x` elsewhere, element by element.
///
/// # Shapes
///
/// Input and output `S`.
///
/// # Options
///
/// [`Slope<Percent>`](Slope), 1 unless said: `LeakyRelu<_, Slope<U20>>`.
///
/// Maas et al., *Rectifier nonlinearities improve neural network acoustic models*, 2013.
///
/// ```
/// use dimwise::prelude::*;
///
/// assert_eq!(LeakyRelu::<U1>::zeroed().predict(&Tensor::from([-2.0])), Tensor::from([-0.02]));
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct LeakyRelu<S: Shape, Options: LeakyReluOptions = (), T: Element = f32> {
    shape: PhantomData<(S, Options, T)>,
}

crate::parameters!(LeakyRelu<S: Shape, Options: LeakyReluOptions, T: Element>: T {} marker shape fault Options::FAULT);

/// How much of a negative number is left, in percent: 1 unless said.
///
/// PyTorch's `negative_slope`, Keras's too (whose usual one is 30 percent).
///
/// ```
/// use dimwise::prelude::*;
///
/// let output = LeakyRelu::<U1, Slope<U20>>::zeroed().predict(&Tensor::from([-2.0]));
/// assert_eq!(output, Tensor::from([-0.4]));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Slope<Percent>(PhantomData<Percent>);

/// All that options of a leaky rectifier can say.
#[doc(hidden)]
#[derive(Debug)]
pub struct Settings<Slope>(PhantomData<Slope>);

impl<N, S: Place> Options<Settings<S>> for Slope<N> {
    type Then = Settings<Said<N>>;
    const FAULT: Option<Fault> = S::FAULT;
}

/// [`Settings`] whose place is filled.
#[doc(hidden)]
pub trait Settled {
    const PERCENT: usize;
}

impl<S: Place<Size: Dim>> Settled for Settings<S> {
    const PERCENT: usize = S::Size::SIZE;
}

/// Options of a [`LeakyRelu`]: [`Slope`].
#[diagnostic::on_unimplemented(
    message = "this is not an option of a `LeakyRelu`",
    label = "an option has its name: write `Slope<U20>`",
    note = "the element type stands after the options: `LeakyRelu<U8, (), f64>`"
)]
pub trait LeakyReluOptions: Send + Sync + 'static {
    #[doc(hidden)]
    const SLOPE: f64;
    #[doc(hidden)]
    const FAULT: Option<Fault>;
}

#[diagnostic::do_not_recommend]
impl<O: Options<Settings<Usual<U1>>, Then: Settled> + Send + Sync + 'static> LeakyReluOptions for O {
    const SLOPE: f64 = {
        assert!(<Self as LeakyReluOptions>::FAULT.is_none(), "an option that a `LeakyRelu` cannot have");
        O::Then::PERCENT as f64 / 100.0
    };
    const FAULT: Option<Fault> = <O as Options<Settings<Usual<U1>>>>::FAULT;
}

/// `y' = 1`, or the slope. By itself, so that the compiler makes a selection of it and no branch.
#[inline]
fn derivative<T: Element>(y: T, slope: T) -> T {
    if y > T::ZERO { T::ONE } else { slope }
}

impl<S: Shape, O: LeakyReluOptions, T: Element> InPlace for LeakyRelu<S, O, T> {
    type Shape = S;
    type Derivative = FromOutput;

    fn apply(&self, values: &mut [Tensor<S, T>]) {
        for x in flat_mut(values) {
            *x = if *x > T::ZERO { *x } else { *x * T::from_f64(O::SLOPE) };
        }
    }

    fn differentiate(&self, outputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], _: &mut Self) {
        for (grad, y) in flat_mut(grads).iter_mut().zip(flat(outputs)) {
            *grad *= derivative(*y, T::from_f64(O::SLOPE));
        }
    }
}

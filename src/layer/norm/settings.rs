//! What a normalisation has beside its sizes, said by name: [`Epsilon`], [`RunningMomentum`].

use core::marker::PhantomData;

use typenum::{U5, U10};

use crate::diagnostic::Fault;
use crate::layer::Options;
use crate::layer::options::{Absent, Place, Said, Usual};
use crate::shape::Dim;

/// What is added to the variance that a normalisation divides by: `ε = 10⁻ᴺ`, 10⁻⁵ unless said; `N` is at most 20.
///
/// PyTorch's and Keras's `eps`. `U3` is usual in Keras, `U12` in BERT.
///
/// ```
/// use dimwise::prelude::*;
///
/// // The variance of 3 and 7 is 4, and 4 + 10⁰ = 5.
/// let layer = LayerNorm::<U2, Epsilon<U0>>::initialized(HeNormal, 1);
/// let output = layer.predict(&Tensor::from([3.0, 7.0]));
/// assert!((output[1] - 2.0 / 5.0_f32.sqrt()).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Epsilon<N>(PhantomData<N>);

/// How far a training step moves the running mean and variance of a [`BatchNorm`](super::BatchNorm) towards those of its
/// batch, in percent: 10 unless said, at most 100.
///
/// It is PyTorch's `momentum` times 100: `running ← (1 - momentum) · running + momentum · batch`. Keras's `momentum` is 1
/// minus that: its 0.99 is `RunningMomentum<U1>`.
///
/// ```
/// use dimwise::prelude::*;
///
/// type Norm = BatchNorm<U1, (Epsilon<U3>, RunningMomentum<U50>)>;
/// let mut norm = Norm::initialized(HeNormal, 1);
/// let samples = [Tensor::from([3.0]), Tensor::from([7.0])];
/// let (mut workspace, mut gradients) = (Workspace::<Norm, U2>::zeroed(), Norm::zeroed());
/// workspace.forward(&norm, &samples);
/// workspace.backward(&mut norm, &samples, None, &mut gradients);
/// assert_eq!(norm.running_mean[0], 2.5);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct RunningMomentum<Percent>(PhantomData<Percent>);

/// All that options of a normalisation can say.
#[doc(hidden)]
#[derive(Debug)]
pub struct Settings<Epsilon, RunningMomentum>(PhantomData<(Epsilon, RunningMomentum)>);

impl<N, E: Place, M> Options<Settings<E, M>> for Epsilon<N> {
    type Then = Settings<Said<N>, M>;
    const FAULT: Option<Fault> = E::FAULT;
}

impl<N, E, M: Place> Options<Settings<E, M>> for RunningMomentum<N> {
    type Then = Settings<E, Said<N>>;
    const FAULT: Option<Fault> = M::FAULT;
}

/// What a layer has where no option is said.
type OfBatchNorm = Settings<Usual<U5>, Usual<U10>>;
type OfSampleNorm = Settings<Usual<U5>, Absent<U10>>;

/// Settings whose places are filled.
#[doc(hidden)]
pub trait Settled {
    const EXPONENT: usize;
    const PERCENT: usize;
}

impl<E: Place<Size: Dim>, M: Place<Size: Dim>> Settled for Settings<E, M> {
    const EXPONENT: usize = E::Size::SIZE;
    const PERCENT: usize = M::Size::SIZE;
}

/// Options of a [`BatchNorm`](super::BatchNorm): [`Epsilon`], [`RunningMomentum`].
#[diagnostic::on_unimplemented(
    message = "this is not an option of a `BatchNorm`",
    label = "an option has its name: write `Epsilon<U3>`, `RunningMomentum<U1>`, or a tuple of them",
    note = "the element type stands after the options: `BatchNorm<U8, (), f64>`"
)]
pub trait BatchNormOptions: Send + Sync + 'static {
    #[doc(hidden)]
    const EPSILON: f64;
    #[doc(hidden)]
    const MOMENTUM: f64;
    #[doc(hidden)]
    const FAULT: Option<Fault>;
}

#[diagnostic::do_not_recommend]
impl<O: Options<OfBatchNorm, Then: Settled> + Send + Sync + 'static> BatchNormOptions for O {
    const EPSILON: f64 = {
        assert!(<Self as BatchNormOptions>::FAULT.is_none(), "an option that a `BatchNorm` cannot have");
        power_of_ten(O::Then::EXPONENT)
    };
    const MOMENTUM: f64 = O::Then::PERCENT as f64 / 100.0;
    const FAULT: Option<Fault> = match <O as Options<OfBatchNorm>>::FAULT {
        Some(fault) => Some(fault),
        None => Fault::of_norm(O::Then::EXPONENT, O::Then::PERCENT),
    };
}

/// Options of a [`LayerNorm`](super::LayerNorm) and a [`GroupNorm`](super::GroupNorm): [`Epsilon`].
#[diagnostic::on_unimplemented(
    message = "this is not an option of a normalisation",
    label = "an option has its name: write `Epsilon<U3>`",
    note = "the element type stands after the options: `LayerNorm<U8, (), f64>`"
)]
pub trait NormOptions: Send + Sync + 'static {
    #[doc(hidden)]
    const EPSILON: f64;
    #[doc(hidden)]
    const FAULT: Option<Fault>;
}

#[diagnostic::do_not_recommend]
impl<O: Options<OfSampleNorm, Then: Settled> + Send + Sync + 'static> NormOptions for O {
    const EPSILON: f64 = {
        assert!(<Self as NormOptions>::FAULT.is_none(), "an option that a normalisation cannot have");
        power_of_ten(O::Then::EXPONENT)
    };
    const FAULT: Option<Fault> = match <O as Options<OfSampleNorm>>::FAULT {
        Some(fault) => Some(fault),
        None => Fault::of_norm(O::Then::EXPONENT, O::Then::PERCENT),
    };
}

/// `10⁻ⁿ` for `n` up to 20, correctly rounded: the power in the divisor is exact.
const fn power_of_ten(exponent: usize) -> f64 {
    let (mut power, mut index) = (1.0, 0);
    while index < exponent {
        power *= 10.0;
        index += 1;
    }
    1.0 / power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_ten_are_as_written() {
        let written = [1.0, 1e-1, 1e-2, 1e-3, 1e-5, 1e-6, 1e-8, 1e-12, 1e-20];
        assert_eq!([0, 1, 2, 3, 5, 6, 8, 12, 20].map(power_of_ten), written);
        assert_eq!((<() as BatchNormOptions>::EPSILON, <() as BatchNormOptions>::MOMENTUM), (1e-5, 0.1));
    }
}

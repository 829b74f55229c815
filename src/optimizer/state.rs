//! [`State`]: what an optimizer remembers from step to step, in the network's own type.

use alloc::boxed::Box;
use core::fmt;
use core::ops::{Deref, DerefMut};

use crate::parameters::Parameters;
use crate::plain::Plain;

/// One number for each of a network's parameters (a velocity, a moment), on the heap; zeros at first.
///
/// It is copied from heap to heap, and [`clone_from`](Clone::clone_from) allocates nothing: the
/// [`Trainer`](crate::trainer::Trainer) remembers an optimizer before each epoch.
pub struct State<N>(Box<N>);

impl<N: Parameters> State<N> {
    /// The state before the first step: zeros.
    pub fn zeroed() -> Self {
        Self(N::zeroed())
    }
}

impl<N: Plain> Clone for State<N> {
    fn clone(&self) -> Self {
        Self(self.0.to_boxed())
    }

    fn clone_from(&mut self, source: &Self) {
        self.0.as_mut_slice().copy_from_slice(source.0.as_slice());
    }
}

impl<N> Deref for State<N> {
    type Target = N;

    fn deref(&self) -> &N {
        &self.0
    }
}

impl<N> DerefMut for State<N> {
    fn deref_mut(&mut self) -> &mut N {
        &mut self.0
    }
}

impl<N: Plain> fmt::Debug for State<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").field("numbers", &N::COUNT).finish()
    }
}

/// `Clone` field by field. The [`clone_from`](Clone::clone_from) that `derive` writes makes a new clone, which
/// allocates.
macro_rules! clone_by_field {
    ($optimizer:ident<$($parameter:ident: $bound:path),+> { $($field:ident),+ $(,)? }) => {
        impl<$($parameter: $bound),+> Clone for $optimizer<$($parameter),+> {
            fn clone(&self) -> Self {
                Self { $($field: self.$field.clone()),+ }
            }

            fn clone_from(&mut self, source: &Self) {
                $(self.$field.clone_from(&source.$field);)+
            }
        }
    };
}
pub(crate) use clone_by_field;

#[cfg(test)]
mod tests {
    use crate::average::{Averaged, Uniform};
    use crate::prelude::*;

    type Line = Affine<U1, U1>;

    /// Two steps, then the state of after the first one again: the third is the second once more.
    fn goes_back<O: Optimizer<Line>>(mut optimizer: O) {
        let mut gradients = Line::zeroed();
        let mut step = |optimizer: &mut O, gradient: f32| {
            let mut line = Line::zeroed();
            gradients.bias[0] = gradient;
            optimizer.step(&mut *line, &gradients);
            line.bias[0]
        };
        step(&mut optimizer, 1.0);
        let mut remembered = optimizer.clone();
        let second = step(&mut optimizer, -2.0);
        let third = step(&mut optimizer, -2.0);
        optimizer.clone_from(&remembered);
        assert_eq!(step(&mut optimizer, -2.0), second);
        remembered.clone_from(&optimizer);
        assert_eq!(step(&mut remembered, -2.0), third);
    }

    #[test]
    fn clones_are_whole() {
        goes_back(Momentum::new(0.1, 0.9));
        goes_back(Nesterov::new(0.1, 0.9));
        goes_back(AdaGrad::new(0.1));
        goes_back(RmsProp::new(0.1));
        goes_back(RmsPropMomentum::new(0.1, 0.9));
        goes_back(CenteredRmsProp::new(0.1));
        goes_back(AmsGrad::new(0.1));
        goes_back(RAdam::new(0.1));
        goes_back(Lamb::new(0.1));
        goes_back(Adafactor::new(0.1));
        goes_back(Grouped::new(Adam::new(0.1)).rate("bias", 0.5).unwrap());
        goes_back(Averaged::new(Momentum::new(0.1, 0.9), Uniform::default()));
        goes_back(Adam::new(0.1));
        goes_back(AdamW::new(0.1, 0.1));
        goes_back(Lion::new(0.1));
        let halving = ExponentialDecay { learning_rate: 1.0, factor: 0.5 };
        goes_back(Scheduled::new(WeightDecay::new(Momentum::new(0.1, 0.9), 0.1), halving));
    }
}

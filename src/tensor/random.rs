//! Random tensors, the same for the same seed everywhere.

use alloc::boxed::Box;
use core::ops::Range;

use super::Tensor;
use crate::element::Element;
use crate::random::Random;
use crate::shape::Shape;

impl<S: Shape, T: Element> Tensor<S, T> {
    /// Elements drawn uniformly from a range.
    ///
    /// ```
    /// use dimwise::prelude::*;
    /// use dimwise::random::Random;
    ///
    /// let noise = Tensor::<(U2, U3)>::uniform(-1.0..1.0, &mut Random::new(7));
    /// assert!(noise.min() >= -1.0 && noise.max() < 1.0);
    /// assert_eq!(noise, Tensor::uniform(-1.0..1.0, &mut Random::new(7)));
    /// ```
    pub fn uniform(range: Range<T>, random: &mut Random) -> Self {
        Self::filled_with(|| draw_uniform(&range, random))
    }

    /// [`uniform`](Self::uniform) in a `Box`.
    pub fn boxed_uniform(range: Range<T>, random: &mut Random) -> Box<Self> {
        Self::boxed_filled_with(|| draw_uniform(&range, random))
    }

    /// Elements drawn from the normal distribution with this mean and standard deviation.
    ///
    /// ```
    /// use dimwise::prelude::*;
    /// use dimwise::random::Random;
    ///
    /// let noise = Tensor::<U1000>::normal(10.0, 2.0, &mut Random::new(7));
    /// assert!((noise.mean() - 10.0).abs() < 0.2);
    /// ```
    pub fn normal(mean: T, deviation: T, random: &mut Random) -> Self {
        Self::filled_with(|| mean + deviation * T::from_f64(random.normal()))
    }

    /// [`normal`](Self::normal) in a `Box`.
    pub fn boxed_normal(mean: T, deviation: T, random: &mut Random) -> Box<Self> {
        Self::boxed_filled_with(|| mean + deviation * T::from_f64(random.normal()))
    }
}

fn draw_uniform<T: Element>(range: &Range<T>, random: &mut Random) -> T {
    let drawn = range.start + (range.end - range.start) * T::from_f64(random.uniform());
    // Rounding may have reached the end.
    if drawn < range.end { drawn } else { range.start }
}

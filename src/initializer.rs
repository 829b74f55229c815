//! Initialisers: how the weights of a new network are drawn.
//!
//! They see segments and fans, no layers. Biases start as zeros. Every number comes from
//! [`Random`], so a seed gives the same weights everywhere and always.

use crate::element::Element;
use crate::parameters::{Kind, Parameters};
use crate::plain::Plain;
use crate::random::Random;

/// A distribution for weights.
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::random::Random;
///
/// /// Half of the weights are 1, the others -1.
/// struct Signs;
/// impl Initializer for Signs {
///     fn weight(&self, _fan_in: usize, _fan_out: usize, random: &mut Random) -> f64 {
///         if random.uniform() < 0.5 { 1.0 } else { -1.0 }
///     }
/// }
/// let layer = Affine::<U3, U3>::initialized(Signs, 1);
/// assert!(layer.weight.as_slice().iter().all(|weight| weight.abs() == 1.0));
/// ```
pub trait Initializer {
    /// One weight of a tensor whose outputs each sum over `fan_in` inputs, and whose inputs each go
    /// into `fan_out` outputs.
    fn weight(&self, fan_in: usize, fan_out: usize, random: &mut Random) -> f64;
}

/// Fills the network's segments, in their order, from one source.
pub(crate) fn initialize<N: Parameters>(network: &mut N, initializer: impl Initializer, seed: u64) {
    let mut random = Random::new(seed);
    let numbers = network.as_mut_slice();
    N::segments(|segment| {
        let numbers = &mut numbers[segment.range()];
        match segment.kind {
            Kind::Weight { fan_in, fan_out } => numbers.iter_mut().for_each(|weight| {
                *weight = Element::from_f64(initializer.weight(fan_in, fan_out, &mut random))
            }),
            Kind::Bias => numbers.fill(N::Element::ZERO),
            Kind::Scale => numbers.fill(N::Element::ONE),
            Kind::Statistic { start } => numbers.fill(N::Element::from_f64(start)),
            Kind::Seed => {
                numbers.fill(N::Element::ZERO);
                if let Some(seed) = numbers.first_mut() {
                    *seed = N::Element::from_f64(random.below(1 << 24) as f64);
                }
            }
        }
    });
}

/// Uniform in ±√(6 / (fan_in + fan_out)): for sigmoid and tanh.
///
/// Glorot and Bengio, *Understanding the difficulty of training deep feedforward neural networks*,
/// 2010. Saito 6.2.2 has √(1 / fan_in) as the deviation, which is the same where the fans are.
#[derive(Clone, Copy, Debug)]
pub struct XavierUniform;

impl Initializer for XavierUniform {
    fn weight(&self, fan_in: usize, fan_out: usize, random: &mut Random) -> f64 {
        plus_or_minus((6.0 / (fan_in + fan_out) as f64).sqrt(), random)
    }
}

/// Normal with deviation √(2 / (fan_in + fan_out)): for sigmoid and tanh.
///
/// Glorot and Bengio, 2010; see [`XavierUniform`].
#[derive(Clone, Copy, Debug)]
pub struct XavierNormal;

impl Initializer for XavierNormal {
    fn weight(&self, fan_in: usize, fan_out: usize, random: &mut Random) -> f64 {
        (2.0 / (fan_in + fan_out) as f64).sqrt() * random.normal()
    }
}

/// Uniform in ±√(6 / fan_in): for ReLU.
///
/// He et al., *Delving deep into rectifiers*, 2015; Saito 6.2.3.
#[derive(Clone, Copy, Debug)]
pub struct HeUniform;

impl Initializer for HeUniform {
    fn weight(&self, fan_in: usize, _fan_out: usize, random: &mut Random) -> f64 {
        plus_or_minus((6.0 / fan_in as f64).sqrt(), random)
    }
}

/// Normal with deviation √(2 / fan_in): for ReLU.
///
/// He et al., 2015; Saito 6.2.3.
#[derive(Clone, Copy, Debug)]
pub struct HeNormal;

impl Initializer for HeNormal {
    fn weight(&self, fan_in: usize, _fan_out: usize, random: &mut Random) -> f64 {
        (2.0 / fan_in as f64).sqrt() * random.normal()
    }
}

/// Normal with mean 0 and a deviation of one's own choice.
///
/// Saito 4.5.1 has 0.01.
#[derive(Clone, Copy, Debug)]
pub struct Normal {
    /// The standard deviation.
    pub deviation: f64,
}

impl Initializer for Normal {
    fn weight(&self, _fan_in: usize, _fan_out: usize, random: &mut Random) -> f64 {
        self.deviation * random.normal()
    }
}

/// All zeros: for what is overwritten anyway. A network of more than one layer does not learn from
/// it, as all weights of a layer get the same gradient (Saito 6.2.1).
#[derive(Clone, Copy, Debug)]
pub struct Zeros;

impl Initializer for Zeros {
    fn weight(&self, _fan_in: usize, _fan_out: usize, _random: &mut Random) -> f64 {
        0.0
    }
}

/// Uniform in ±`limit`.
fn plus_or_minus(limit: f64, random: &mut Random) -> f64 {
    limit * (2.0 * random.uniform() - 1.0)
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;

    /// Mean and deviation of the weights that `initializer` draws for 200 inputs and 300 outputs.
    fn moments(initializer: impl Initializer) -> (f64, f64) {
        let layer = Affine::<U200, U300, f64>::initialized(initializer, 5);
        assert!(layer.bias.as_slice().iter().all(|bias| *bias == 0.0));
        let weights = layer.weight.as_slice();
        let count = weights.len() as f64;
        let mean = weights.iter().sum::<f64>() / count;
        let variance = weights.iter().map(|weight| (weight - mean).powi(2)).sum::<f64>() / count;
        (mean, variance.sqrt())
    }

    #[test]
    fn deviations_are_those_of_the_papers() {
        let near = |(mean, deviation): (f64, f64), expected: f64| {
            assert!(mean.abs() < 0.02 * expected, "mean {mean}");
            assert!((deviation / expected - 1.0).abs() < 0.01, "{deviation} instead of {expected}");
        };
        near(moments(XavierUniform), (2.0_f64 / 500.0).sqrt());
        near(moments(XavierNormal), (2.0_f64 / 500.0).sqrt());
        near(moments(HeUniform), (2.0_f64 / 200.0).sqrt());
        near(moments(HeNormal), (2.0_f64 / 200.0).sqrt());
        near(moments(Normal { deviation: 0.3 }), 0.3);
        assert_eq!(moments(Zeros), (0.0, 0.0));
    }

    #[test]
    fn a_seed_gives_the_same_weights_for_ever() {
        let layer = Affine::<U2, U2>::initialized(HeNormal, 7);
        let bits: alloc::vec::Vec<u32> = layer.as_slice().iter().map(|x| x.to_bits()).collect();
        assert_eq!(bits, [1071007444, 1057600434, 1067097445, 1051204675, 0, 0]);
    }
}

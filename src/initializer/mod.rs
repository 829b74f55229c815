//! Initialisers: how the weights of a new network are drawn.
//!
//! They see tensors of weights with their fans and paths, no layers. Biases start as zeros. Every random number
//! comes from [`Random`], so a seed gives the same weights everywhere and always.

mod except;
mod orthogonal;

pub use except::Except;
pub use orthogonal::Orthogonal;

use crate::element::Element;
use crate::parameters::{Kind, Parameters, Path, range_of};
use crate::random::Random;

/// A way to draw a network's first weights, tensor by tensor.
///
/// If each weight is drawn independently, implement [`WeightDistribution`] instead, which is shorter.
///
/// ```
/// use dimwise::initializer::Weights;
/// use dimwise::prelude::*;
/// use dimwise::random::Random;
///
/// /// Each output is one of the inputs.
/// struct Copies;
/// impl Initializer for Copies {
///     fn fill<T: Element>(&self, weights: Weights<'_, T>, _random: &mut Random) {
///         let outputs = weights.fan_out;
///         weights.numbers.fill(T::ZERO);
///         weights.numbers.iter_mut().step_by(outputs + 1).for_each(|weight| *weight = T::ONE);
///     }
/// }
/// let layer = Affine::<U2, U3>::initialized(Copies, 1);
/// assert_eq!(layer.weight, Tensor::from([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]));
/// ```
#[diagnostic::on_unimplemented(
    message = "this is not an initialiser",
    label = "an initialiser implements `WeightDistribution` or `Initializer`"
)]
pub trait Initializer {
    /// Draws all weights of a tensor, which are zeros before.
    fn fill<T: Element>(&self, weights: Weights<'_, T>, random: &mut Random);

    /// Uses another initialiser for the weights at or below `path`: a layer (`"2"`), a nested network (`"1"`),
    /// one of its layers (`"1.0"`), a tensor (`"2.weight"`). If several exceptions match, the last one counts.
    ///
    /// [`initialized`](crate::network::Model::initialized) panics if the network has no such weights.
    ///
    /// ```
    /// use dimwise::initializer::Orthogonal;
    /// use dimwise::prelude::*;
    ///
    /// network! { type Net = [Affine<U4, U8>, Relu<_>, Affine<_, U8>, Relu<_>, Affine<_, U2>]; }
    ///
    /// let network = Net::initialized(HeNormal.except("4", XavierNormal).except("2", Orthogonal { gain: 1.4 }), 1);
    /// # let _ = network;
    /// ```
    fn except<There: Initializer>(self, path: &'static str, there: There) -> Except<Self, There>
    where
        Self: Sized,
    {
        Except { rest: self, path, there }
    }

    /// Visits the paths of all exceptions.
    #[doc(hidden)]
    fn paths(&self, _visit: &mut dyn FnMut(&'static str)) {}
}

/// A tensor of weights to be drawn.
#[derive(Debug)]
pub struct Weights<'a, T> {
    /// The tensor's path in the network: `0.weight`.
    pub path: &'a Path<'a>,
    /// The tensor's sizes.
    pub dims: &'static [usize],
    /// The number of inputs that each output sums over.
    pub fan_in: usize,
    /// The number of outputs that each input goes into.
    pub fan_out: usize,
    /// The weights, row-major.
    pub numbers: &'a mut [T],
}

/// A distribution that each weight is drawn from independently, and thereby an [`Initializer`].
///
/// ```
/// use dimwise::initializer::WeightDistribution;
/// use dimwise::prelude::*;
/// use dimwise::random::Random;
///
/// /// Half of the weights are 1, the others -1.
/// struct Signs;
/// impl WeightDistribution for Signs {
///     fn weight(&self, _fan_in: usize, _fan_out: usize, random: &mut Random) -> f64 {
///         if random.uniform() < 0.5 { 1.0 } else { -1.0 }
///     }
/// }
/// let layer = Affine::<U3, U3>::initialized(Signs, 1);
/// assert!(layer.weight.as_slice().iter().all(|weight| weight.abs() == 1.0));
/// ```
pub trait WeightDistribution {
    /// Draws one weight of a tensor in which each output sums over `fan_in` inputs, and each input goes into
    /// `fan_out` outputs.
    fn weight(&self, fan_in: usize, fan_out: usize, random: &mut Random) -> f64;
}

#[diagnostic::do_not_recommend]
impl<D: WeightDistribution> Initializer for D {
    fn fill<T: Element>(&self, weights: Weights<'_, T>, random: &mut Random) {
        let Weights { fan_in, fan_out, numbers, .. } = weights;
        numbers.fill_with(|| T::from_f64(self.weight(fan_in, fan_out, random)));
    }
}

/// Fills the network's segments, in their order, from one source of random numbers.
///
/// # Panics
///
/// Panics if an exception matches no weights of the network.
pub(crate) fn initialize<N: Parameters>(network: &mut N, initializer: impl Initializer, seed: u64) {
    initializer.paths(&mut assert_weights_at::<N>);
    let mut random = Random::new(seed);
    let numbers = network.as_mut_slice();
    N::segments(|segment| {
        let numbers = &mut numbers[segment.range()];
        match segment.kind {
            Kind::Weight { fan_in, fan_out } | Kind::FrozenWeight { fan_in, fan_out } => {
                let weights = Weights { path: segment.path, dims: segment.dims, fan_in, fan_out, numbers };
                initializer.fill(weights, &mut random);
            }
            Kind::Bias { start } | Kind::Scale { start } | Kind::Statistic { start } => {
                numbers.fill(N::Element::from_f64(start));
            }
            Kind::Seed => draw_seed(numbers, &mut random),
        }
    });
}

/// Fills a segment of [`Kind::Seed`].
fn draw_seed<T: Element>(numbers: &mut [T], random: &mut Random) {
    let (seed, counts) = numbers.split_at_mut(numbers.len() / 2);
    seed.fill_with(|| T::from_f64(random.below(1 << 24) as f64));
    counts.fill(T::ZERO);
}

/// The segment of [`Kind::Seed`] of a network whose weights come from elsewhere: the same at each call, another
/// one for each path.
#[cfg(feature = "safetensors")]
pub(crate) fn seed_of_path<T: Element>(path: &str, numbers: &mut [T]) {
    // FNV-1a
    let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
    draw_seed(numbers, &mut Random::new(path.bytes().fold(0xCBF2_9CE4_8422_2325, hash)));
}

fn assert_weights_at<N: Parameters>(path: &'static str) {
    if let Err(error) =
        range_of::<N>(path, |kind| kind.is_weight() || matches!(kind, Kind::FrozenWeight { .. }))
    {
        panic!("an exception from the initialiser, for weights: {error}");
    }
}

/// Uniform in ±√(6 / (fan_in + fan_out)): for sigmoid and tanh.
///
/// Glorot and Bengio, *Understanding the difficulty of training deep feedforward neural networks*,
/// 2010. Saito 6.2.2 has √(1 / fan_in) as the deviation, which is the same where the fans are.
#[doc(alias("GlorotUniform"))]
#[derive(Clone, Copy, Debug)]
pub struct XavierUniform;

impl WeightDistribution for XavierUniform {
    fn weight(&self, fan_in: usize, fan_out: usize, random: &mut Random) -> f64 {
        plus_or_minus((6.0 / (fan_in + fan_out) as f64).sqrt(), random)
    }
}

/// Normal with deviation √(2 / (fan_in + fan_out)): for sigmoid and tanh.
///
/// Glorot and Bengio, 2010; see [`XavierUniform`].
#[doc(alias("GlorotNormal"))]
#[derive(Clone, Copy, Debug)]
pub struct XavierNormal;

impl WeightDistribution for XavierNormal {
    fn weight(&self, fan_in: usize, fan_out: usize, random: &mut Random) -> f64 {
        (2.0 / (fan_in + fan_out) as f64).sqrt() * random.normal()
    }
}

/// Uniform in ±√(6 / fan_in): for ReLU.
///
/// He et al., *Delving deep into rectifiers*, 2015; Saito 6.2.3.
#[doc(alias("kaiming_uniform"))]
#[derive(Clone, Copy, Debug)]
pub struct HeUniform;

impl WeightDistribution for HeUniform {
    fn weight(&self, fan_in: usize, _fan_out: usize, random: &mut Random) -> f64 {
        plus_or_minus((6.0 / fan_in as f64).sqrt(), random)
    }
}

/// Normal with deviation √(2 / fan_in): for ReLU.
///
/// He et al., 2015; Saito 6.2.3.
#[doc(alias("kaiming_normal"))]
#[derive(Clone, Copy, Debug)]
pub struct HeNormal;

impl WeightDistribution for HeNormal {
    fn weight(&self, fan_in: usize, _fan_out: usize, random: &mut Random) -> f64 {
        (2.0 / fan_in as f64).sqrt() * random.normal()
    }
}

/// Uniform in ±√(3 / fan_in): for SELU, and for linear layers.
///
/// LeCun et al., *Efficient BackProp*, 1998, 4.6.
#[derive(Clone, Copy, Debug)]
pub struct LeCunUniform;

impl WeightDistribution for LeCunUniform {
    fn weight(&self, fan_in: usize, _fan_out: usize, random: &mut Random) -> f64 {
        plus_or_minus((3.0 / fan_in as f64).sqrt(), random)
    }
}

/// Normal with deviation √(1 / fan_in): for SELU, and for linear layers.
///
/// LeCun et al., 1998; Saito 6.2.2, as the Xavier initialisation.
#[derive(Clone, Copy, Debug)]
pub struct LeCunNormal;

impl WeightDistribution for LeCunNormal {
    fn weight(&self, fan_in: usize, _fan_out: usize, random: &mut Random) -> f64 {
        (1.0 / fan_in as f64).sqrt() * random.normal()
    }
}

/// Normal with mean 0; a weight more than two standard deviations away is drawn again.
///
/// So the weights' own standard deviation is less: 0.8796 of `deviation`.
#[derive(Clone, Copy, Debug)]
pub struct TruncatedNormal {
    /// The standard deviation before any weight is drawn again.
    pub deviation: f64,
}

impl WeightDistribution for TruncatedNormal {
    fn weight(&self, _fan_in: usize, _fan_out: usize, random: &mut Random) -> f64 {
        loop {
            let normal = random.normal();
            if normal.abs() <= 2.0 {
                return self.deviation * normal;
            }
        }
    }
}

/// Normal with mean 0 and the given standard deviation.
///
/// Saito 4.5.1 has 0.01.
#[derive(Clone, Copy, Debug)]
pub struct Normal {
    /// The standard deviation.
    pub deviation: f64,
}

impl WeightDistribution for Normal {
    fn weight(&self, _fan_in: usize, _fan_out: usize, random: &mut Random) -> f64 {
        self.deviation * random.normal()
    }
}

/// All zeros: for what is overwritten anyway. A network of more than one layer does not learn from
/// it, as all weights of a layer get the same gradient (Saito 6.2.1).
#[derive(Clone, Copy, Debug)]
pub struct Zeros;

impl WeightDistribution for Zeros {
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
    use crate::initializer::{LeCunNormal, LeCunUniform, Normal, Orthogonal, TruncatedNormal, Zeros};
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
        near(moments(LeCunUniform), (1.0_f64 / 200.0).sqrt());
        near(moments(LeCunNormal), (1.0_f64 / 200.0).sqrt());
        near(moments(Normal { deviation: 0.3 }), 0.3);
        // √(1 - 4 φ(2) / (2 Φ(2) - 1))
        near(moments(TruncatedNormal { deviation: 0.3 }), 0.3 * 0.879_625_7);
        assert_eq!(moments(Zeros), (0.0, 0.0));
    }

    #[test]
    fn a_seed_gives_the_same_weights_for_ever() {
        fn bits(initializer: impl Initializer) -> alloc::vec::Vec<u32> {
            let layer = Affine::<U2, U2>::initialized(initializer, 7);
            layer.as_slice().iter().map(|x| x.to_bits()).collect()
        }
        assert_eq!(bits(HeNormal), [1071007444, 1057600434, 1067097445, 1051204675, 0, 0]);
        assert_eq!(bits(LeCunUniform), [3213584625, 3209534250, 1057517426, 3191247862, 0, 0]);
        assert_eq!(bits(LeCunNormal), [1066894392, 1052949869, 1062905995, 1047379575, 0, 0]);
        let truncated = TruncatedNormal { deviation: 1.0 };
        assert_eq!(bits(truncated), [1071007444, 1057600434, 1067097445, 1051204675, 0, 0]);
        let orthogonal = Orthogonal { gain: 1.0 };
        assert_eq!(bits(orthogonal), [1064548903, 1050452157, 1050452157, 3212032551, 0, 0]);
    }

    #[test]
    fn a_truncated_normal_has_no_tails() {
        let layer = Affine::<U200, U300>::initialized(TruncatedNormal { deviation: 0.5 }, 1);
        let largest =
            layer.weight.as_slice().iter().fold(0.0_f32, |largest, weight| largest.max(weight.abs()));
        assert!((0.99..=1.0).contains(&largest), "{largest}");
    }
}

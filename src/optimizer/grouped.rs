//! [`Grouped`]: any optimizer, with other rates and decays for parts of a network, and with parts that stay.

use alloc::format;
use alloc::vec::Vec;
use core::marker::PhantomData;

use super::state::clone_by_field;
use super::{ByPart, Entry, Optimizer, Part, Stateful, inside};
use crate::parameters::{NoSuchPath, Parameters, Selection, change_selected, one_per_tensor};

/// Steps of another optimizer, in which some tensors have other learning rates, do not decay, or stay as they are.
///
/// Tensors are told by their path (`"0.weight"`), their layer (`"0"`, or `Net::head` where
/// [`network!`](crate::network!) gives it a name), or their [`Kind`](crate::parameters::Kind):
/// `|kind: Kind| !kind.is_weight()` are biases and scales. What is said last counts. Biases and the scales of
/// normalisations never decay, in no optimizer here.
///
/// A frozen tensor is as if the optimizer did not know it: no step, no decay, and what is remembered of it (a velocity,
/// a mean) does not move. Its gradients are still computed.
///
/// It stands around [`Scheduled`](super::Scheduled) and [`WeightDecay`](super::WeightDecay), which know nothing of groups:
/// a scheduled rate is multiplied as well. Tensors that are next to each other and have the same settings are changed in
/// one pass. A file of a run has the settings of each tensor, and a run with others does not go on from it.
///
/// ```
/// use dimwise::parameters::Kind;
/// use dimwise::prelude::*;
///
/// network! { type Net = [Affine<U4, U8>, Relu<_>, Affine<_, U8>, Relu<_>, head: Affine<_, U2>]; }
///
/// let network = Net::initialized(HeNormal, 1);
/// let first = network.layer::<0>().to_boxed();
/// let optimizer = Grouped::new(AdamW::new(1e-3, 0.01))
///     .frozen("0")?
///     .rate(Net::head, 10.0)?
///     .decay("2.weight", 0.0)?
///     .rate(|kind: Kind| !kind.is_weight(), 2.0)?;
/// let mut trainer = Trainer::<Net, _, _, U8>::new(network, CrossEntropy, optimizer, 1);
/// let samples = [Tensor::from([1.0, 2.0, 3.0, 4.0])];
/// trainer.step(&samples, &[Class::<U2>::new(1).unwrap()])?;
/// assert_eq!(trainer.network().layer::<0>().weight, first.weight);
/// assert!(Grouped::<Net, _>::new(Sgd { learning_rate: 0.1 }).frozen("1").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Grouped<N, O> {
    /// The optimizer; its learning rate and decay are those of the tensors of which nothing is said.
    pub optimizer: O,
    /// Of each tensor, in the order of the flat block.
    groups: Vec<Group>,
    /// What is changed, one pass each.
    parts: Vec<Part>,
    network: PhantomData<fn() -> N>,
}

clone_by_field!(Grouped<N: Parameters, O: Clone> { optimizer, groups, parts, network });

/// How a tensor differs from others.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Group {
    learning_rate: f64,
    weight_decay: f64,
    is_frozen: bool,
}

impl<N: Parameters, O: ByPart<N>> Grouped<N, O> {
    /// Begins with all tensors alike.
    pub fn new(optimizer: O) -> Self {
        let groups =
            one_per_tensor::<N, _>(Group { learning_rate: 1.0, weight_decay: 1.0, is_frozen: false });
        Self { optimizer, parts: parts::<N>(&groups), groups, network: PhantomData }
    }

    /// Multiplies the learning rate, and so the decay as well.
    ///
    /// # Errors
    ///
    /// [`NoSuchPath`], with the paths that there are.
    ///
    /// # Panics
    ///
    /// Panics if the factor is negative or not finite.
    pub fn rate(self, tensors: impl Selection, factor: f64) -> Result<Self, NoSuchPath> {
        assert_factor("learning rate", factor);
        self.change(tensors, |group| group.learning_rate = factor)
    }

    /// Multiplies the decay of weights; 0 switches it off.
    ///
    /// # Errors
    ///
    /// [`NoSuchPath`], with the paths that there are.
    ///
    /// # Panics
    ///
    /// Panics if the factor is negative or not finite.
    pub fn decay(self, tensors: impl Selection, factor: f64) -> Result<Self, NoSuchPath> {
        assert_factor("decay", factor);
        self.change(tensors, |group| group.weight_decay = factor)
    }

    /// Has tensors stay as they are.
    ///
    /// # Errors
    ///
    /// [`NoSuchPath`], with the paths that there are.
    pub fn frozen(self, tensors: impl Selection) -> Result<Self, NoSuchPath> {
        self.change(tensors, |group| group.is_frozen = true)
    }

    /// Has tensors that were frozen change again, with what was remembered of them then.
    ///
    /// # Errors
    ///
    /// [`NoSuchPath`], with the paths that there are.
    pub fn thawed(self, tensors: impl Selection) -> Result<Self, NoSuchPath> {
        self.change(tensors, |group| group.is_frozen = false)
    }

    fn change(mut self, tensors: impl Selection, change: impl Fn(&mut Group)) -> Result<Self, NoSuchPath> {
        change_selected::<N, _>(&mut self.groups, &tensors, change)?;
        self.parts = parts::<N>(&self.groups);
        Ok(self)
    }
}

#[track_caller]
fn assert_factor(of: &str, factor: f64) {
    assert!(factor >= 0.0 && factor.is_finite(), "a {of} cannot be multiplied by {factor}");
}

/// What is changed, in as few passes as can be.
fn parts<N: Parameters>(groups: &[Group]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut groups = groups.iter();
    N::segments(|segment| {
        let Some(group) = groups.next().filter(|group| !group.is_frozen) else { return };
        let Group { learning_rate, weight_decay, .. } = *group;
        let part = Part { range: segment.range(), learning_rate, weight_decay };
        match parts.last_mut() {
            Some(last)
                if *last == (Part { range: last.range.clone(), ..part.clone() })
                    && last.range.end == part.range.start =>
            {
                last.range.end = part.range.end;
            }
            _ => parts.push(part),
        }
    });
    parts
}

impl<N: Parameters, O: ByPart<N>> Optimizer<N> for Grouped<N, O> {
    const STATE_BYTES: usize = O::STATE_BYTES;

    fn step(&mut self, network: &mut N, gradients: &N) {
        self.optimizer.begin_step();
        for part in &self.parts {
            self.optimizer.update(network, gradients, part);
        }
    }
}

/// The settings of tensors come from the program, and are compared.
impl<N: Parameters, O: Stateful<N> + ByPart<N>> Stateful<N> for Grouped<N, O> {
    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        let mut groups = self.groups.iter();
        N::segments(|segment| {
            let Some(group) = groups.next() else { return };
            let path = segment.path;
            let trained = if group.is_frozen { 0.0 } else { 1.0 };
            visit(&format!("whether {path} is trained, 1 or 0"), Entry::Fixed(trained));
            visit(&format!("the factor of the learning rate of {path}"), Entry::Fixed(group.learning_rate));
            visit(&format!("the factor of the decay of {path}"), Entry::Fixed(group.weight_decay));
        });
        self.optimizer.visit_state(&mut inside("optimizer", visit));
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;
    use crate::parameters::Kind;
    use crate::prelude::*;

    network! { type Net = [Affine<U2, U3>, Relu<_>, BatchNorm<_>, Affine<_, U3>, Tanh<_>, head: Affine<_, U1>]; }

    fn ranges(grouped: &Grouped<Net, Sgd>) -> Vec<(core::ops::Range<usize>, f64)> {
        grouped.parts.iter().map(|part| (part.range.clone(), part.learning_rate)).collect()
    }

    #[test]
    fn tensors_alike_are_one_part() {
        let all = || Grouped::<Net, _>::new(Sgd { learning_rate: 0.1 });
        assert_eq!(ranges(&all()), [(0..37, 1.0)]);
        // The norm has 12 numbers, of which 6 are statistics.
        let head = all().rate(Net::head, 2.0).unwrap();
        assert_eq!(ranges(&head), [(0..33, 1.0), (33..37, 2.0)]);
        let frozen = head.frozen("3").unwrap();
        assert_eq!(ranges(&frozen), [(0..21, 1.0), (33..37, 2.0)]);
        let biases = frozen.rate(|kind: Kind| matches!(kind, Kind::Bias { .. }), 0.5).unwrap();
        let expected = [(0..6, 1.0), (6..9, 0.5), (9..12, 1.0), (12..15, 0.5), (15..21, 1.0), (33..36, 2.0)];
        assert_eq!(ranges(&biases)[..6], expected);
        let thawed = biases.thawed("3.weight").unwrap();
        assert_eq!(ranges(&thawed)[4], (15..30, 1.0));
    }

    #[test]
    fn paths_that_are_not_there_are_refused() {
        let all = || Grouped::<Net, _>::new(Sgd { learning_rate: 0.1 });
        let error = all().frozen("1").unwrap_err();
        assert_eq!(error.path, "1");
        // Statistics are no parameters: nobody freezes them here.
        assert!(!error.paths.contains(&"2.running_mean".to_string()));
        assert_eq!(all().rate("2.running_mean", 0.5).unwrap_err().path, "2.running_mean");
        assert_eq!(all().rate(crate::network::At::<4>, 0.5).unwrap_err().path, "4");
    }

    #[test]
    #[should_panic = "a decay cannot be multiplied by -1"]
    fn factors_are_not_negative() {
        let _ = Grouped::<Net, _>::new(Sgd { learning_rate: 0.1 }).decay("0", -1.0);
    }
}

//! [`Except`]: one initialiser for some layers, another one for the rest.

use alloc::string::ToString;

use super::{Initializer, Weights};
use crate::element::Element;
use crate::parameters::is_at_or_below;
use crate::random::Random;

/// One initialiser for the weights at or below a path, another one elsewhere: see
/// [`Initializer::except`].
#[derive(Clone, Copy, Debug)]
pub struct Except<Rest, There> {
    pub(super) rest: Rest,
    pub(super) path: &'static str,
    pub(super) there: There,
}

impl<Rest: Initializer, There: Initializer> Initializer for Except<Rest, There> {
    fn fill<T: Element>(&self, weights: Weights<'_, T>, random: &mut Random) {
        if is_at_or_below(&weights.path.to_string(), self.path) {
            self.there.fill(weights, random);
        } else {
            self.rest.fill(weights, random);
        }
    }

    fn paths(&self, visit: &mut dyn FnMut(&'static str)) {
        visit(self.path);
        self.rest.paths(visit);
        self.there.paths(visit);
    }
}

#[cfg(test)]
mod tests {
    use crate::initializer::Zeros;
    use crate::prelude::*;

    network! {
        type Inner = [Affine<U3, U3>, Tanh<_>, Affine<_, U3>];
        type Net = [Affine<U2, U3>, Inner, Affine<_, U2>];
    }

    /// Which of the network's weights are all zeros.
    fn zeros(initializer: impl Initializer) -> alloc::vec::Vec<alloc::string::String> {
        let network = Net::initialized(initializer, 1);
        let mut paths = alloc::vec::Vec::new();
        Net::segments(|segment| {
            if segment.kind.is_weight() && network.as_slice()[segment.range()].iter().all(|x| *x == 0.0) {
                paths.push(alloc::format!("{}", segment.path));
            }
        });
        paths
    }

    #[test]
    fn an_exception_is_for_all_that_is_below_its_path() {
        assert_eq!(zeros(HeNormal.except("0", Zeros)), ["0.weight"]);
        assert_eq!(zeros(HeNormal.except("1", Zeros)), ["1.0.weight", "1.2.weight"]);
        assert_eq!(zeros(HeNormal.except("1.2.weight", Zeros)), ["1.2.weight"]);
        assert_eq!(zeros(HeNormal.except("1", Zeros).except("1.0", HeNormal)), ["1.2.weight"]);
        assert_eq!(zeros(HeNormal.except("1", HeNormal.except("1.0", Zeros))), ["1.0.weight"]);
    }

    #[test]
    #[should_panic(expected = "nothing is at `3`, but at 0.weight, 1.0.weight, 1.2.weight, 2.weight")]
    fn an_exception_for_no_layer_is_told() {
        Net::initialized(HeNormal.except("3", Zeros), 1);
    }

    #[test]
    fn a_path_is_no_prefix_of_digits() {
        assert!(!super::is_at_or_below("10.weight", "1"));
        assert!(super::is_at_or_below("1.weight", "1"));
    }
}

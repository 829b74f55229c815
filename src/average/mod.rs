//! Averages of a network's parameters over its training: [`Exponential`], [`Uniform`].
//!
//! Beside the optimizer: an average sees networks, after each step or whenever it is shown one, and does not know how
//! they came to be. [`Averaged`] is an optimizer that keeps one, so that it is saved and goes back with the run.

mod averaged;
mod exponential;
mod uniform;

pub use averaged::Averaged;
pub use exponential::Exponential;
pub use uniform::Uniform;

use crate::element::Element;
use crate::kernel::{Compiled, Operation, Set, compiled};
use crate::optimizer::{Entry, State};
use crate::parameters::Parameters;
use crate::threads::{Work, split};

/// A network whose parameters are a mean of those that it has been shown.
///
/// Statistics (running means, counters) are those of the last one: a network with a
/// [`BatchNorm`](crate::layer::BatchNorm) should see some batches again before it is used, as its weights are not those
/// that the statistics were seen with.
pub trait Average<N: Parameters>: Clone + Send {
    /// The size of what it keeps on the heap, in bytes.
    const BYTES: usize = size_of::<N>();

    /// Takes a network into the mean. Allocates nothing.
    fn update(&mut self, network: &N);

    /// The mean, once a network has been shown.
    fn network(&self) -> Option<&N>;

    /// Visits all that later means depend on, as [`Stateful`](crate::optimizer::Stateful) does.
    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>));
}

/// Moves a mean by a share of the way towards a network; the whole way, it becomes its copy.
fn move_towards<N: Parameters>(mean: &mut State<N>, network: &N, share: f64) {
    let (means, numbers) = (mean.as_mut_slice(), network.as_slice());
    // Exactly: a share that is only nearly the whole is none.
    #[expect(clippy::float_cmp)]
    if share == 1.0 {
        return means.copy_from_slice(numbers);
    }
    let share = N::Element::from_f64(share);
    N::segments(|segment| {
        let range = segment.range();
        let (means, numbers) = (&mut means[range.clone()], &numbers[range]);
        if !segment.kind.is_trained() {
            return means.copy_from_slice(numbers);
        }
        split((means, numbers), Work::of_pass(numbers.len()), |_, (means, numbers)| {
            Towards { share, numbers, means }.compute();
        });
    });
}

/// `means += share · (numbers - means)`.
struct Towards<'a, T> {
    share: T,
    numbers: &'a [T],
    means: &'a mut [T],
}

compiled!(Towards);

impl<T: Element> Operation<T> for Towards<'_, T> {
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        for (mean, number) in self.means.iter_mut().zip(self.numbers) {
            *mean = (*mean + self.share * (*number - *mean)).flushed();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::InstructionSet;
    use crate::prelude::*;

    #[test]
    fn a_mean_that_decays_becomes_zero() {
        for set in InstructionSet::all() {
            let mut means = [1.0_f32, -1e-30];
            for _ in 0..2000 {
                Towards { share: 0.1, numbers: &[0.0, 0.0], means: &mut means }.compute_on(set);
                assert!(means.iter().all(|mean| *mean == 0.0 || mean.is_normal()), "{means:?} on {set:?}");
            }
            assert_eq!(means, [0.0, 0.0]);
        }
    }

    #[test]
    fn statistics_are_those_of_the_last_network() {
        type Norm = BatchNorm<U2>;
        let mut norm = Norm::initialized(HeNormal, 1);
        let mut average = Exponential::new(0.75);
        assert!(Average::<Norm>::network(&average).is_none());
        average.update(&*norm);
        norm.weight = Tensor::from([5.0, 9.0]);
        norm.running_mean = Tensor::from([8.0, 16.0]);
        average.update(&*norm);
        let mean = average.network().unwrap();
        assert_eq!(mean.weight, Tensor::from([2.0, 3.0]));
        assert_eq!(mean.running_mean, norm.running_mean);
    }
}

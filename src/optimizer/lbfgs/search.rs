//! How far to go along a direction: a search for a point at which the strong Wolfe conditions hold.

use core::mem::swap;

use super::dot;
use crate::element::Element;
use crate::kernel::largest_magnitude;
use crate::optimizer::State;
use crate::parameters::Parameters;
use crate::plain::Plain;

/// A loss with its gradients, and how many times it was computed.
pub(super) struct Objective<F> {
    pub(super) evaluate: F,
    pub(super) evaluations: usize,
}

impl<F> Objective<F> {
    /// The loss at a network; its gradients replace what is in `gradients`.
    pub(super) fn at<N: Parameters>(&mut self, network: &N, gradients: &mut N) -> f64
    where
        F: FnMut(&N, &mut N) -> f64,
    {
        self.evaluations += 1;
        gradients.as_mut_slice().fill(N::Element::ZERO);
        (self.evaluate)(network, gradients)
    }
}

/// By which a step must be shorter than it seems from its first slope, and its last slope flatter: the two conditions.
const DECREASE: f64 = 1e-4;
const CURVATURE: f64 = 0.9;

/// A point on the line.
#[derive(Clone, Copy, Default)]
struct Point {
    /// How far along the direction.
    length: f64,
    loss: f64,
    /// The loss's derivative by the length.
    slope: f64,
}

/// The memory of a search.
pub(super) struct Search<N> {
    /// Where it begins.
    start: State<N>,
    /// The gradients at the two ends of the bracket, and at the last point that was tried.
    ends: [State<N>; 2],
    tried: State<N>,
}

impl<N: Parameters> Search<N> {
    pub(super) fn zeroed() -> Self {
        Self { start: State::zeroed(), ends: [State::zeroed(), State::zeroed()], tried: State::zeroed() }
    }

    /// Goes along a direction from a network with these gradients, whose loss and slope `(loss, slope)` are known; moves
    /// both to where the search ends, and returns the loss there and the length.
    ///
    /// The search is told the first length that it tries, the size of a bracket that is as good as a point, and how many
    /// lengths it may try after the first.
    pub(super) fn along<F: FnMut(&N, &mut N) -> f64>(
        &mut self,
        direction: &N,
        (network, gradients): (&mut N, &mut N),
        (loss, slope): (f64, f64),
        (first, smallest, attempts): (f64, f64, usize),
        objective: &mut Objective<F>,
    ) -> (f64, f64) {
        self.start.as_mut_slice().copy_from_slice(network.as_slice());
        let start = Point { length: 0.0, loss, slope };
        let mut line = Line { direction, network, start, objective };
        let (mut bracket, mut attempt, is_found) = self.bracket(&mut line, gradients, first, attempts);
        let size = largest_magnitude(direction.as_slice()).to_f64();
        if !is_found {
            self.narrow(&mut line, &mut bracket, &mut attempt, attempts, smallest / size);
        }
        let low = lower(&bracket);
        let Point { length, loss, .. } = bracket[low];
        move_along(line.network, &self.start, length, direction);
        gradients.as_mut_slice().copy_from_slice(self.ends[low].as_slice());
        (loss, length)
    }

    /// Two points with a good one between them, or a good one twice.
    fn bracket<F: FnMut(&N, &mut N) -> f64>(
        &mut self,
        line: &mut Line<'_, N, F>,
        gradients: &N,
        first: f64,
        attempts: usize,
    ) -> ([Point; 2], usize, bool) {
        let start = line.start;
        let mut last = start;
        self.ends[0].as_mut_slice().copy_from_slice(gradients.as_slice());
        let mut new = line.try_at(first, &self.start, &mut self.tried);
        let mut attempt = 0;
        while attempt < attempts {
            // Negated, so that a loss that is not a number is too large.
            let is_low = new.loss <= start.loss + DECREASE * new.length * start.slope;
            if !is_low || (attempt > 1 && new.loss >= last.loss) {
                swap(&mut self.ends[1], &mut self.tried);
                return ([last, new], attempt, false);
            }
            if new.slope.abs() <= -CURVATURE * start.slope {
                swap(&mut self.ends[0], &mut self.tried);
                return ([new, new], attempt, true);
            }
            if new.slope >= 0.0 {
                swap(&mut self.ends[1], &mut self.tried);
                return ([last, new], attempt, false);
            }
            let bounds = [new.length + 0.01 * (new.length - last.length), new.length * 10.0];
            let length = lowest_of_cubic(last, new, bounds);
            last = new;
            swap(&mut self.ends[0], &mut self.tried);
            new = line.try_at(length, &self.start, &mut self.tried);
            attempt += 1;
        }
        self.ends[0].as_mut_slice().copy_from_slice(gradients.as_slice());
        swap(&mut self.ends[1], &mut self.tried);
        ([start, new], attempt, false)
    }

    /// Moves the ends of a bracket towards each other, until one of them is a good point.
    fn narrow<F: FnMut(&N, &mut N) -> f64>(
        &mut self,
        line: &mut Line<'_, N, F>,
        bracket: &mut [Point; 2],
        attempt: &mut usize,
        attempts: usize,
        smallest: f64,
    ) {
        let start = line.start;
        let mut is_slow = false;
        while *attempt < attempts && (bracket[1].length - bracket[0].length).abs() >= smallest {
            let lengths = bracket.map(|point| point.length);
            let bounds = [lengths[0].min(lengths[1]), lengths[0].max(lengths[1])];
            let mut length = lowest_of_cubic(bracket[0], bracket[1], bounds);
            let margin = 0.1 * (bounds[1] - bounds[0]);
            let is_near_end = (bounds[1] - length).min(length - bounds[0]) < margin;
            let is_end = length >= bounds[1] || length <= bounds[0];
            // At an end, or near one twice in a row: a little away from it.
            if is_near_end && (is_slow || is_end) {
                let is_upper = (length - bounds[1]).abs() < (length - bounds[0]).abs();
                length = if is_upper { bounds[1] - margin } else { bounds[0] + margin };
                is_slow = false;
            } else {
                is_slow = is_near_end;
            }
            let new = line.try_at(length, &self.start, &mut self.tried);
            *attempt += 1;
            let low = lower(bracket);
            let is_lower =
                new.loss <= start.loss + DECREASE * new.length * start.slope && new.loss < bracket[low].loss;
            if !is_lower {
                bracket[1 - low] = new;
                swap(&mut self.ends[1 - low], &mut self.tried);
                continue;
            }
            let is_good = new.slope.abs() <= -CURVATURE * start.slope;
            if !is_good && new.slope * (bracket[1 - low].length - bracket[low].length) >= 0.0 {
                bracket[1 - low] = bracket[low];
                self.ends.swap(0, 1);
            }
            bracket[low] = new;
            swap(&mut self.ends[low], &mut self.tried);
            if is_good {
                return;
            }
        }
    }
}

/// The lower end; the first one where they are alike, or the second is not a number.
fn lower(bracket: &[Point; 2]) -> usize {
    usize::from(bracket[1].loss < bracket[0].loss)
}

/// What is searched along.
struct Line<'a, N, F> {
    direction: &'a N,
    network: &'a mut N,
    start: Point,
    objective: &'a mut Objective<F>,
}

impl<N: Parameters, F: FnMut(&N, &mut N) -> f64> Line<'_, N, F> {
    /// The point of a length, and the gradients there.
    fn try_at(&mut self, length: f64, start: &N, gradients: &mut N) -> Point {
        move_along(self.network, start, length, self.direction);
        let loss = self.objective.at(&*self.network, gradients);
        Point { length, loss, slope: dot(gradients, self.direction) }
    }
}

/// `network = start + length · direction`.
fn move_along<N: Parameters>(network: &mut N, start: &N, length: f64, direction: &N) {
    let length = N::Element::from_f64(length);
    let line = start.as_slice().iter().zip(direction.as_slice());
    for (number, (start, direction)) in network.as_mut_slice().iter_mut().zip(line) {
        *number = (*start + length * *direction).flushed();
    }
}

/// Where the cubic with the losses and slopes of two points is lowest, within bounds; between them where it has no
/// minimum.
///
/// Nocedal and Wright, 3.59.
fn lowest_of_cubic(a: Point, b: Point, bounds: [f64; 2]) -> f64 {
    let (a, b) = if a.length <= b.length { (a, b) } else { (b, a) };
    let along = a.slope + b.slope - 3.0 * (a.loss - b.loss) / (a.length - b.length);
    let square = along * along - a.slope * b.slope;
    if square >= 0.0 {
        let root = Element::sqrt(square);
        let part = (b.slope + root - along) / (b.slope - a.slope + 2.0 * root);
        let lowest = b.length - (b.length - a.length) * part;
        if lowest.is_finite() {
            return lowest.max(bounds[0]).min(bounds[1]);
        }
    }
    0.5 * (bounds[0] + bounds[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cubic_is_lowest_where_its_slope_is_zero() {
        // x³ - 3x, lowest at 1.
        let at = |x: f64| Point { length: x, loss: x * x * x - 3.0 * x, slope: 3.0 * x * x - 3.0 };
        assert!((lowest_of_cubic(at(0.0), at(2.0), [0.0, 2.0]) - 1.0).abs() < 1e-15);
        assert!((lowest_of_cubic(at(2.5), at(-0.5), [-0.5, 2.5]) - 1.0).abs() < 1e-15);
        assert_eq!(lowest_of_cubic(at(0.0), at(2.0), [1.25, 2.0]), 1.25);
        // A line has no minimum; nor is one known where a loss is infinite.
        let line = |x: f64| Point { length: x, loss: -x, slope: -1.0 };
        assert_eq!(lowest_of_cubic(line(0.0), line(1.0), [1.0, 3.0]), 2.0);
        let cliff = Point { length: 1.0, loss: f64::INFINITY, slope: f64::NAN };
        assert_eq!(lowest_of_cubic(line(0.0), cliff, [0.0, 1.0]), 0.5);
    }
}

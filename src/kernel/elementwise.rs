//! A function of one number over slices: [`Map`] and [`Multiply`].
//!
//! A [`Function`] for `f32` is plain arithmetic without branches and `#[inline(always)]`, so that the compiler makes
//! vector instructions of it, of whatever instruction set the function around it has. That for `f64`, for gradient
//! checks, is exact to the last places, not fast: it is called number by number.

use core::marker::PhantomData;

use super::operation::Operation;
use super::vector::Set;
use crate::element::Element;

/// A function of one number.
pub(crate) trait Function<T> {
    /// The function's value at `x`, in the arithmetic of an instruction set.
    fn of<S: Set<T>>(x: T) -> T;
}

/// Replaces each number by a function of it.
pub(crate) struct Map<'a, F, T> {
    pub(crate) function: PhantomData<F>,
    pub(crate) numbers: &'a mut [T],
}

/// Multiplies each gradient by a function of the number beside it.
pub(crate) struct Multiply<'a, F, T> {
    pub(crate) function: PhantomData<F>,
    pub(crate) of: &'a [T],
    pub(crate) gradients: &'a mut [T],
}

/// Has a [`Function`] compiled for slices: `map Name` gives it `Name::map(numbers)`, and `multiply Name` gives it
/// `Name::multiply(of, gradients)`; both on the best instruction set for so many numbers.
macro_rules! elementwise {
    (map $function:ident) => {
        const _: () = {
            use core::marker::PhantomData;
            use $crate::kernel::{Compiled, InstructionSet, Map};

            $crate::kernel::compiled!(Map[$function]);

            impl $function {
                /// Replaces each number by the function of it.
                #[inline]
                pub(crate) fn map<T: $crate::element::Element>(numbers: &mut [T]) {
                    Self::map_on(InstructionSet::best_for(numbers.len()), numbers);
                }

                /// [`map`](Self::map) on an instruction set.
                #[inline]
                pub(crate) fn map_on<T: $crate::element::Element>(set: InstructionSet, numbers: &mut [T]) {
                    Map::<$function, T> { function: PhantomData, numbers }.compute_on(set);
                }
            }
        };
    };
    (multiply $function:ident) => {
        const _: () = {
            use core::marker::PhantomData;
            use $crate::kernel::{Compiled, InstructionSet, Multiply};

            $crate::kernel::compiled!(Multiply[$function]);

            impl $function {
                /// Multiplies each gradient by the function of the number beside it.
                #[inline]
                pub(crate) fn multiply<T: $crate::element::Element>(of: &[T], gradients: &mut [T]) {
                    Self::multiply_on(InstructionSet::best_for(gradients.len()), of, gradients);
                }

                /// [`multiply`](Self::multiply) on an instruction set.
                #[inline]
                pub(crate) fn multiply_on<T: $crate::element::Element>(
                    set: InstructionSet,
                    of: &[T],
                    gradients: &mut [T],
                ) {
                    Multiply::<$function, T> { function: PhantomData, of, gradients }.compute_on(set);
                }
            }
        };
    };
}
pub(crate) use elementwise;

impl<F: Function<T>, T: Element> Operation<T> for Map<'_, F, T> {
    /// Sixteen numbers at a time, since networks may be narrow: the compiler's own vectors of a loop are long, and leave
    /// the rest to scalar code. Fewer than sixteen, four at a time.
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        let values = self.numbers;
        // As they were: of what is left after the whole chunks, and the numbers before it.
        if let Some(last) = values.last_chunk::<16>().copied() {
            let (chunks, rest) = values.as_chunks_mut::<16>();
            for chunk in chunks {
                *chunk = each::<F, S, T, 16>(*chunk);
            }
            if !rest.is_empty() {
                *values.last_chunk_mut().expect("sixteen") = each::<F, S, T, 16>(last);
            }
            return;
        }
        let (fours, rest) = values.as_chunks_mut::<4>();
        for four in fours {
            *four = each::<F, S, T, 4>(*four);
        }
        // Spelt out: a loop would copy them in calls that take as long as all else.
        match rest {
            [a] => *a = F::of::<S>(*a),
            [a, b] => [*a, *b] = each::<F, S, T, 2>([*a, *b]),
            // With one that nobody asked for: of three the compiler makes no vector.
            [a, b, c] => [*a, *b, *c, _] = each::<F, S, T, 4>([*a, *b, *c, *c]),
            _ => {}
        }
    }
}

#[inline(always)]
fn each<F: Function<T>, S: Set<T>, T: Element, const LANES: usize>(mut values: [T; LANES]) -> [T; LANES] {
    for x in &mut values {
        *x = F::of::<S>(*x);
    }
    values
}

impl<F: Function<T>, T: Element> Operation<T> for Multiply<'_, F, T> {
    /// Sixteen at a time, then four.
    #[inline(always)]
    fn run<S: Set<T>>(self, _: S) {
        // No `for_each`: a closure that is not inlined is compiled without the instruction set.
        let ((of, of_rest), (grads, rest)) =
            (self.of.as_chunks::<16>(), self.gradients.as_chunks_mut::<16>());
        for (of, grads) in of.iter().zip(grads) {
            multiply_each::<F, S, T, 16>(of, grads);
        }
        let ((of, of_rest), (grads, rest)) = (of_rest.as_chunks::<4>(), rest.as_chunks_mut::<4>());
        for (of, grads) in of.iter().zip(grads) {
            multiply_each::<F, S, T, 4>(of, grads);
        }
        for (of, grad) in of_rest.iter().zip(rest) {
            *grad *= F::of::<S>(*of);
        }
    }
}

#[inline(always)]
fn multiply_each<F: Function<T>, S: Set<T>, T: Element, const LANES: usize>(
    of: &[T; LANES],
    grads: &mut [T; LANES],
) {
    for lane in 0..LANES {
        grads[lane] *= F::of::<S>(of[lane]);
    }
}

//! [`Stack`]: two layers as one, and so any number of them.

use alloc::vec;
use core::ops::Range;

use crate::layer::{Choice, Input, Layer, LayerInfo, Output, PlacementRules};
use crate::network::fault::Fault;
use crate::network::inference::End;
use crate::network::seam::Seam;
use crate::parameters::{Parameters, Path, Segment};
use crate::plain::{Plain, cast, cast_mut, flat_mut};
use crate::shape::{Batch, Dim, Shape};
use crate::threads;

/// The layer `Last` after all those in `Init`: what [`network!`](crate::network!) nests.
///
/// `Stack<Stack<A, B>, C>` is three layers. It can be written by hand in generic code; whether the
/// shapes fit is then checked where the stack is used as a [`Network`](crate::network::Network).
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Stack<Init, Last> {
    /// The layers before the last.
    pub init: Init,
    /// The last layer.
    pub last: Last,
}

crate::plain!(Stack<Init: Plain, Last: Plain<Element = Init::Element>>: Init::Element { init, last });

#[diagnostic::do_not_recommend]
impl<Init: Layer, Last: Layer<Element = Init::Element>> Parameters for Stack<Init, Last> {
    type Seams =
        (Init::Seams, Seam<<Init::Out as Shape>::Decimal, <Last::In as Shape>::Decimal>, Last::Seams);
    const FAULT: Option<Fault> = match Init::FAULT {
        Some(fault) => Some(fault),
        None => Last::FAULT,
    };

    const STATISTICS: usize = Init::STATISTICS + Last::STATISTICS;

    fn visit(path: &Path<'_>, start: usize, visit: &mut dyn FnMut(Segment<'_>)) {
        Self::visit_links(path, start, visit);
    }

    fn visit_links(path: &Path<'_>, start: usize, visit: &mut dyn FnMut(Segment<'_>)) -> usize {
        let index = Init::visit_links(path, start, visit);
        Last::visit(&path.index(index), start + Init::COUNT, visit);
        index + 1
    }
}

/// Whether `Last` is computed in place over the output of `Init`.
type Overwrites<Init, Last> =
    <<Last as Layer>::Placement as PlacementRules>::Over<<Init as Layer>::Placement>;

/// What a stack keeps where both layers have memory of their own: what each of them keeps, and
/// between them the output of the one, which is the input of the other, with its gradient.
#[derive(Debug)]
#[repr(C)]
pub struct StackCache<Init, Last, Values> {
    init: Init,
    last: Last,
    values: Values,
    grads: Values,
}

crate::plain!(
    StackCache<Init: Plain, Last: Plain<Element = Init::Element>, Values: Plain<Element = Init::Element>>:
        Init::Element { init, last, values, grads }
);

/// The [`StackCache`] of two layers for up to `B` samples.
type Separate<Init, Last, B> =
    StackCache<<Init as Layer>::Cache<B>, <Last as Layer>::Cache<B>, Batch<Output<Init>, B>>;

impl<Init: Layer, Last: Layer<Element = Init::Element>> Layer for Stack<Init, Last> {
    type In = Init::In;
    type Out = Last::Out;
    type Cache<B: Dim> = <Overwrites<Init, Last> as Choice>::Of<Init::Cache<B>, Separate<Init, Last, B>>;
    type Placement = <Last::Placement as PlacementRules>::OfStack<Init::Placement>;
    const MULTIPLY_ADDS: usize = Init::MULTIPLY_ADDS + Last::MULTIPLY_ADDS;
    const SMALLEST_BATCH: usize = max(Init::SMALLEST_BATCH, Last::SMALLEST_BATCH);

    fn visit_layers(path: &Path<'_>, visit: &mut dyn FnMut(LayerInfo<'_>)) {
        Self::visit_layer_links(path, visit);
    }

    fn visit_layer_links(path: &Path<'_>, visit: &mut dyn FnMut(LayerInfo<'_>)) -> usize {
        let index = Init::visit_layer_links(path, visit);
        Last::visit_layers(&path.index(index), visit);
        index + 1
    }

    fn forward<B: Dim>(
        &self,
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        cache: &mut Self::Cache<B>,
    ) {
        self.forward_then::<B>(input, output, cache, |_| {});
    }

    fn forward_then<B: Dim>(
        &self,
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        cache: &mut Self::Cache<B>,
        finish: impl Fn(&mut [Self::Element]) + Sync,
    ) {
        const { assert_fits::<Init, Last>() };
        if Self::PARTS {
            for part in Self::parts(input.len()) {
                let (input, output) = (&input[part.clone()], &mut output[part.clone()]);
                self.forward_part::<B>(part.start, input, output, cache, &finish);
            }
            return;
        }
        let (init_layer, last_layer) = (&self.init, &self.last);
        Overwrites::<Init, Last>::choose(
            cache,
            (output, finish),
            |cache: &mut Init::Cache<B>, (output, finish)| {
                init_layer.forward_then::<B>(input, cast_mut(output), cache, |numbers| {
                    last_layer.forward_in_place(numbers);
                    finish(numbers);
                });
            },
            |cache: &mut Separate<Init, Last, B>, (output, finish)| {
                let values = &mut cache.values[..input.len()];
                init_layer.forward::<B>(input, values, &mut cache.init);
                last_layer.forward_then::<B>(cast(values), output, &mut cache.last, finish);
            },
        );
    }

    fn infer(&self, input: &[Input<Self>], output: &mut [Output<Self>]) {
        let mut arena = vec![Self::Element::ZERO; Self::ARENA * input.len()];
        self.infer_in(input, &mut arena, End::Front, |_| {});
        flat_mut(output).copy_from_slice(&arena[..input.len() * Last::Out::LEN]);
    }

    const ARENA: usize = if <Last::Placement as PlacementRules>::IN_PLACE {
        Init::ARENA
    } else {
        max(Init::ARENA, Init::Out::LEN + Last::ARENA)
    };

    fn infer_in(
        &self,
        input: &[Input<Self>],
        arena: &mut [Self::Element],
        end: End,
        finish: impl Fn(&mut [Self::Element]) + Sync,
    ) {
        const { assert_fits::<Init, Last>() };
        if Self::PARTS && input.len() > threads::part(Self::ARENA) {
            let (output, scratch) = end.of::<Output<Self>>(arena, input.len());
            if scratch.len() >= threads::part(Self::ARENA) * Self::ARENA {
                for part in Self::parts(input.len()) {
                    let (input, output) = (&input[part.clone()], &mut output[part]);
                    let arena = &mut scratch[..input.len() * Self::ARENA];
                    self.infer_in(input, arena, End::Front, nothing);
                    let outputs = output.len() * Self::Out::LEN;
                    flat_mut(output).copy_from_slice(&arena[..outputs]);
                    finish(flat_mut(output));
                }
                return;
            }
        }
        let (init, last) = (&self.init, &self.last);
        <Last::Placement as PlacementRules>::InPlace::either(
            (arena, finish),
            |(arena, finish)| {
                init.infer_in(input, arena, end, |numbers| {
                    last.forward_in_place(numbers);
                    finish(numbers);
                });
            },
            |(arena, finish)| {
                init.infer_in(input, arena, end.other(), |_| {});
                let (values, rest) = end.other().of::<Output<Init>>(arena, input.len());
                last.infer_in(cast(values), rest, end, finish);
            },
        );
    }

    fn backward<B: Dim>(
        &self,
        input: &[Input<Self>],
        output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        mut grad_input: Option<&mut [Input<Self>]>,
        gradients: &mut Self,
        cache: &mut Self::Cache<B>,
    ) {
        if Self::PARTS {
            self.begin_backward::<B>(gradients, cache);
            for part in Self::parts(input.len()) {
                let (input, output) = (&input[part.clone()], &output[part.clone()]);
                let grad_output = &mut grad_output[part.clone()];
                let grad_input = grad_input.as_deref_mut().map(|grad_input| &mut grad_input[part.clone()]);
                let first = part.start;
                self.backward_part::<B>(first, input, output, grad_output, grad_input, gradients, cache);
            }
            return self.end_backward::<B>(gradients, cache);
        }
        Overwrites::<Init, Last>::choose(
            cache,
            (grad_output, grad_input, gradients),
            |cache: &mut Init::Cache<B>, (grad_output, grad_input, gradients)| {
                self.last.backward_in_place(output, grad_output);
                // Where it is overwritten, `Init` does not look at its output.
                let (output, grad_output) = (cast(output), cast_mut(grad_output));
                self.init.backward::<B>(input, output, grad_output, grad_input, &mut gradients.init, cache);
            },
            |cache: &mut Separate<Init, Last, B>, (grad_output, grad_input, gradients)| {
                let StackCache { init, last, values, grads } = cache;
                let (values, grads) = (&values[..input.len()], &mut grads[..input.len()]);
                let (Self { init: init_gradients, last: last_gradients }, after) = (gradients, cast(values));
                let grad_after = Some(cast_mut(&mut *grads));
                self.last.backward::<B>(after, output, grad_output, grad_after, last_gradients, last);
                self.init.backward::<B>(input, values, grads, grad_input, init_gradients, init);
            },
        );
    }

    const PARTS: bool = Init::PARTS && Last::PARTS;

    fn forward_part<B: Dim>(
        &self,
        first: usize,
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        cache: &mut Self::Cache<B>,
        finish: impl Fn(&mut [Self::Element]) + Sync,
    ) {
        let (init_layer, last_layer) = (&self.init, &self.last);
        Overwrites::<Init, Last>::choose(
            cache,
            (output, finish),
            |cache: &mut Init::Cache<B>, (output, finish)| {
                init_layer.forward_part::<B>(first, input, cast_mut(output), cache, |numbers| {
                    last_layer.forward_in_place(numbers);
                    finish(numbers);
                });
            },
            |cache: &mut Separate<Init, Last, B>, (output, finish)| {
                let values = &mut cache.values[first..][..input.len()];
                init_layer.forward_part::<B>(first, input, values, &mut cache.init, |_| {});
                last_layer.forward_part::<B>(first, cast(values), output, &mut cache.last, finish);
            },
        );
    }

    fn begin_backward<B: Dim>(&self, gradients: &mut Self, cache: &mut Self::Cache<B>) {
        Overwrites::<Init, Last>::choose(
            cache,
            gradients,
            |cache: &mut Init::Cache<B>, gradients| {
                self.init.begin_backward::<B>(&mut gradients.init, cache);
            },
            |cache: &mut Separate<Init, Last, B>, gradients| {
                self.init.begin_backward::<B>(&mut gradients.init, &mut cache.init);
                self.last.begin_backward::<B>(&mut gradients.last, &mut cache.last);
            },
        );
    }

    fn backward_part<B: Dim>(
        &self,
        first: usize,
        input: &[Input<Self>],
        output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: Option<&mut [Input<Self>]>,
        gradients: &mut Self,
        cache: &mut Self::Cache<B>,
    ) {
        Overwrites::<Init, Last>::choose(
            cache,
            (grad_output, grad_input, gradients),
            |cache: &mut Init::Cache<B>, (grad_output, grad_input, gradients)| {
                self.last.backward_in_place(output, grad_output);
                let (output, grad_output, gradients) =
                    (cast(output), cast_mut(grad_output), &mut gradients.init);
                self.init.backward_part::<B>(first, input, output, grad_output, grad_input, gradients, cache);
            },
            |cache: &mut Separate<Init, Last, B>, (grad_output, grad_input, gradients)| {
                let StackCache { init, last, values, grads } = cache;
                // Each part has its gradients in the same memory, which stays in cache.
                let (values, grads) = (&values[first..][..input.len()], &mut grads[..input.len()]);
                let (Self { init: init_gradients, last: last_gradients }, after) = (gradients, cast(values));
                let grad_after = Some(cast_mut(&mut *grads));
                let last_layer = &self.last;
                last_layer.backward_part::<B>(
                    first,
                    after,
                    output,
                    grad_output,
                    grad_after,
                    last_gradients,
                    last,
                );
                self.init.backward_part::<B>(first, input, values, grads, grad_input, init_gradients, init);
            },
        );
    }

    fn end_backward<B: Dim>(&self, gradients: &mut Self, cache: &mut Self::Cache<B>) {
        Overwrites::<Init, Last>::choose(
            cache,
            gradients,
            |cache: &mut Init::Cache<B>, gradients| {
                self.init.end_backward::<B>(&mut gradients.init, cache);
            },
            |cache: &mut Separate<Init, Last, B>, gradients| {
                self.init.end_backward::<B>(&mut gradients.init, &mut cache.init);
                self.last.end_backward::<B>(&mut gradients.last, &mut cache.last);
            },
        );
    }
}

/// A function with a name, unlike a closure: one that calls itself with it does so by the same type.
fn nothing<T>(_numbers: &mut [T]) {}

impl<Init: Layer, Last: Layer<Element = Init::Element>> Stack<Init, Last> {
    /// Parts of a batch: few enough samples that what one layer leaves of them is in cache for the next.
    fn parts(samples: usize) -> impl Iterator<Item = Range<usize>> {
        let part = threads::part(Self::ARENA);
        (0..samples).step_by(part).map(move |first| first..samples.min(first + part))
    }
}

const fn max(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

/// The last guard, when the program is built: `cargo check` sees the seams before, through
/// [`network!`](crate::network!) and [`Network`](crate::network::Network).
const fn assert_fits<Init: Layer, Last: Layer>() {
    assert!(
        Init::In::LEN * Init::Out::LEN * Last::Out::LEN > 0,
        "a layer of a stack takes or gives no numbers"
    );
    let (out, into) = (Init::Out::DIMS, Last::In::DIMS);
    assert!(out.len() == into.len(), "shape mismatch between two layers of a stack");
    let mut axis = 0;
    while axis < out.len() {
        assert!(out[axis] == into[axis], "shape mismatch between two layers of a stack");
        axis += 1;
    }
}

//! [`Stack`]: two layers as one, and so any number of them.

use alloc::vec;

use crate::dim::{Batch, Dim};
use crate::layer::{Choice, Either, Input, Layer, LayerInfo, Output, PlacementRules};
use crate::network::inference::End;
use crate::network::seam::Seam;
use crate::parameters::{Parameters, Path, Segment};
use crate::plain::{Plain, cast, cast_mut, flat_mut};
use crate::shape::Shape;

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
    type Placement = <Last::Placement as PlacementRules>::OfStack;
    const MULTIPLY_ADDS: usize = Init::MULTIPLY_ADDS + Last::MULTIPLY_ADDS;

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
        const { assert_fits::<Init, Last>() };
        match Overwrites::<Init, Last>::choose::<_, Separate<Init, Last, B>>(cache) {
            Either::Yes(cache) => {
                self.init.forward::<B>(input, cast_mut(output), cache);
                self.last.forward_in_place(output);
            }
            Either::No(StackCache { init, last, values, .. }) => {
                let values = &mut values[..input.len()];
                self.init.forward::<B>(input, values, init);
                self.last.forward::<B>(cast(values), output, last);
            }
        }
    }

    fn infer(&self, input: &[Input<Self>], output: &mut [Output<Self>]) {
        let mut arena = vec![Self::Element::ZERO; Self::ARENA * input.len()];
        self.infer_in(input, &mut arena, End::Front);
        flat_mut(output).copy_from_slice(&arena[..input.len() * Last::Out::LEN]);
    }

    const ARENA: usize = if <Last::Placement as PlacementRules>::IN_PLACE {
        Init::ARENA
    } else {
        max(Init::ARENA, Init::Out::LEN + Last::ARENA)
    };

    fn infer_in(&self, input: &[Input<Self>], arena: &mut [Self::Element], end: End) {
        const { assert_fits::<Init, Last>() };
        if <Last::Placement as PlacementRules>::IN_PLACE {
            self.init.infer_in(input, arena, end);
            self.last.forward_in_place(end.of(arena, input.len()).0);
        } else {
            self.init.infer_in(input, arena, end.other());
            let (values, rest) = end.other().of::<Output<Init>>(arena, input.len());
            self.last.infer_in(cast(values), rest, end);
        }
    }

    fn backward<B: Dim>(
        &self,
        input: &[Input<Self>],
        output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: Option<&mut [Input<Self>]>,
        gradients: &mut Self,
        cache: &mut Self::Cache<B>,
    ) {
        match Overwrites::<Init, Last>::choose::<_, Separate<Init, Last, B>>(cache) {
            Either::Yes(cache) => {
                self.last.backward_in_place(output, grad_output);
                // `Init` is `Released`: it does not look at its output, which is overwritten.
                let (output, grad_output) = (cast(output), cast_mut(grad_output));
                self.init.backward::<B>(input, output, grad_output, grad_input, &mut gradients.init, cache);
            }
            Either::No(StackCache { init, last, values, grads }) => {
                let (values, grads) = (&values[..input.len()], &mut grads[..input.len()]);
                let grad_values = Some(cast_mut(&mut *grads));
                self.last.backward::<B>(
                    cast(values),
                    output,
                    grad_output,
                    grad_values,
                    &mut gradients.last,
                    last,
                );
                self.init.backward::<B>(input, values, grads, grad_input, &mut gradients.init, init);
            }
        }
    }
}

const fn max(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

/// The last guard, when the program is built: `cargo check` sees the seams before, through
/// [`network!`](crate::network!) and [`Network`](crate::network::Network).
const fn assert_fits<Init: Layer, Last: Layer>() {
    let (out, into) = (Init::Out::DIMS, Last::In::DIMS);
    assert!(out.len() == into.len(), "shape mismatch between two layers of a stack");
    let mut axis = 0;
    while axis < out.len() {
        assert!(out[axis] == into[axis], "shape mismatch between two layers of a stack");
        axis += 1;
    }
}

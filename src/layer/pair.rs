//! [`Pair`]: how two layers that follow each other share memory, in training and in inference.

use super::arena::End;
use super::placement::{Placement, learns, packed_of};
use super::{Cache, Cached, InPlace, Input, Layer, Output};
use crate::plain::{Larger, Plain, Two, cast, cast_mut, flat_mut};
use crate::shape::Shape;

/// Two layers as one: how `Last` takes what `Init` gives.
///
/// The memory per sample, `Sample`, is a struct of what both keep, of which only the size matters: for a batch
/// of `n` it is used as one run of elements, in which each field is an array of `n`. So a part of a batch is a
/// part of this run, and a batch can be cut wherever it is cut alike in both passes.
#[doc(hidden)]
pub trait Pair<Init: Layer, Last: Layer<Element = Init::Element>>: 'static {
    /// What is kept of each sample.
    type Sample: Plain<Element = Init::Element>;
    /// Room for gradients, per sample: see [`Placement::Grads`].
    type Grads: Plain<Element = Init::Element>;
    /// The elements that inference needs room for, per sample.
    const ARENA: usize;

    /// The forward pass of both, then `finish`; where they are `FROZEN`, as [`Placement::forward_then`].
    fn forward_then<const FROZEN: bool>(
        pair: (&Init, &Last),
        input: &[Input<Init>],
        output: &mut [Output<Last>],
        memory: PairMemory<'_, Self::Sample, Init, Last>,
        finish: impl Fn(&mut [Output<Last>]) + Sync,
    );

    /// Both when they are used, then `finish`.
    fn infer_in(
        pair: (&Init, &Last),
        packed: &[Init::Element],
        input: &[Input<Init>],
        arena: &mut [Init::Element],
        end: End,
        finish: impl Fn(&mut [Output<Last>]) + Sync,
    );

    /// The backward pass of both, as [`Placement::backward_in`].
    fn backward_in<const FROZEN: bool>(
        pair: (&Init, &Last),
        input: &[Input<Init>],
        output: &[Output<Last>],
        arena: (&mut [Init::Element], End),
        grad_input: Option<&mut [Input<Init>]>,
        gradients: (&mut Init, &mut Last),
        memory: PairMemory<'_, Self::Sample, Init, Last>,
    );
}

/// What two layers keep: of each sample, and of the batch.
#[doc(hidden)]
#[allow(missing_debug_implementations)]
pub struct PairMemory<'a, Sample, Init: Layer, Last: Layer> {
    pub samples: &'a mut [Sample],
    pub init_batch: &'a mut <Init::Cache as Cache>::Batch,
    pub last_batch: &'a mut <Last::Cache as Cache>::Batch,
}

/// What layer `L` keeps of a sample.
type SampleOf<L> = <<L as Layer>::Cache as Cache>::Sample;

/// The room for gradients of layer `L`.
pub(super) type GradsOf<L> = <<L as Layer>::Placement as Placement<L>>::Grads;

/// A layer that is computed over its input: one in place, or a view.
#[doc(hidden)]
pub trait OverInput: Layer {
    /// The output over the input.
    fn apply_over(&self, values: &mut [Output<Self>]);

    /// The gradient by the input over the one by the output.
    fn differentiate_over(&self, of: &[Output<Self>], grad: &mut [Output<Self>], gradients: &mut Self);
}

/// Each has memory of its own: between them lies the output of the one, which is the input of the other.
#[doc(hidden)]
#[derive(Debug)]
pub struct Apart;

/// The memory of a sample between two layers that lie apart.
#[doc(hidden)]
#[allow(missing_debug_implementations)]
#[repr(C)]
pub struct ApartSample<Init, Last, Values> {
    init: Init,
    last: Last,
    values: Values,
}

crate::plain!(
    ApartSample<Init: Plain, Last: Plain<Element = Init::Element>, Values: Plain<Element = Init::Element>>:
        Init::Element { init, last, values }
);

impl<Init: Layer, Last: Layer<Element = Init::Element>> Pair<Init, Last> for Apart {
    type Sample = ApartSample<SampleOf<Init>, SampleOf<Last>, Output<Init>>;
    type Grads = Larger<GradsOf<Init>, Two<Output<Init>, GradsOf<Last>>>;
    const ARENA: usize = {
        let (init, last) = (
            <Init::Placement as Placement<Init>>::ARENA,
            Init::Out::LEN + <Last::Placement as Placement<Last>>::ARENA,
        );
        if init > last { init } else { last }
    };

    fn forward_then<const FROZEN: bool>(
        (init, last): (&Init, &Last),
        input: &[Input<Init>],
        output: &mut [Output<Last>],
        memory: PairMemory<'_, Self::Sample, Init, Last>,
        finish: impl Fn(&mut [Output<Last>]) + Sync,
    ) {
        let count = input.len();
        let (init_samples, rest) = End::Front.of(flat_mut(memory.samples), count);
        let (last_samples, rest) = End::Front.of(rest, count);
        let (values, _) = End::Front.of(rest, count);
        let init_cache = Cached { samples: init_samples, batch: memory.init_batch };
        Init::Placement::forward_then::<FROZEN>(init, input, values, init_cache, nothing);
        let last_cache = Cached { samples: last_samples, batch: memory.last_batch };
        Last::Placement::forward_then::<FROZEN>(last, cast(values), output, last_cache, finish);
    }

    fn infer_in(
        (init, last): (&Init, &Last),
        packed: &[Init::Element],
        input: &[Input<Init>],
        arena: &mut [Init::Element],
        end: End,
        finish: impl Fn(&mut [Output<Last>]) + Sync,
    ) {
        let (packed, last_packed) = packed_of(packed, <Init::Placement as Placement<Init>>::PACKED);
        Init::Placement::infer_in(init, packed, input, arena, end.other(), nothing);
        let (values, rest) = end.other().of::<Output<Init>>(arena, input.len());
        Last::Placement::infer_in(last, last_packed, cast(values), rest, end, finish);
    }

    fn backward_in<const FROZEN: bool>(
        (init, last): (&Init, &Last),
        input: &[Input<Init>],
        output: &[Output<Last>],
        (arena, end): (&mut [Init::Element], End),
        grad_input: Option<&mut [Input<Init>]>,
        (init_gradients, last_gradients): (&mut Init, &mut Last),
        memory: PairMemory<'_, Self::Sample, Init, Last>,
    ) {
        let count = input.len();
        let (init_samples, rest) = End::Front.of(flat_mut(memory.samples), count);
        let (last_samples, rest) = End::Front.of(rest, count);
        let (values, _) = End::Front.of::<Output<Init>>(rest, count);
        let last_cache = Cached { samples: last_samples, batch: memory.last_batch };
        // The gradients by the output and by the values lie at the two ends; then that by the output is not needed
        // any more.
        let (grads, rest) = end.other().of::<Output<Init>>(arena, count);
        let ends_here = ends_before_last::<FROZEN, Init, _>(&grad_input);
        let (input_of_last, grads) = (cast(values), (!ends_here).then(|| cast_mut(grads)));
        Last::Placement::backward_in::<FROZEN>(
            last,
            input_of_last,
            output,
            (rest, end),
            grads,
            last_gradients,
            last_cache,
        );
        if ends_here {
            return;
        }
        let init_cache = Cached { samples: init_samples, batch: memory.init_batch };
        let arena = (arena, end.other());
        Init::Placement::backward_in::<FROZEN>(
            init,
            input,
            values,
            arena,
            grad_input,
            init_gradients,
            init_cache,
        );
    }
}

/// `Last` overwrites what `Init` gives, and in the backward pass its gradient.
#[doc(hidden)]
#[derive(Debug)]
pub struct Overwriting;

impl<Init: Layer, Last: OverInput + Layer<Element = Init::Element>> Pair<Init, Last> for Overwriting {
    type Sample = SampleOf<Init>;
    type Grads = GradsOf<Init>;
    const ARENA: usize = <Init::Placement as Placement<Init>>::ARENA;

    fn forward_then<const FROZEN: bool>(
        (init, last): (&Init, &Last),
        input: &[Input<Init>],
        output: &mut [Output<Last>],
        memory: PairMemory<'_, Self::Sample, Init, Last>,
        finish: impl Fn(&mut [Output<Last>]) + Sync,
    ) {
        let cache = Cached { samples: memory.samples, batch: memory.init_batch };
        Init::Placement::forward_then::<FROZEN>(init, input, cast_mut(output), cache, |values| {
            let values = cast_mut(values);
            last.apply_over(values);
            finish(values);
        });
    }

    fn infer_in(
        (init, last): (&Init, &Last),
        packed: &[Init::Element],
        input: &[Input<Init>],
        arena: &mut [Init::Element],
        end: End,
        finish: impl Fn(&mut [Output<Last>]) + Sync,
    ) {
        infer_over((init, last), packed, input, arena, end, finish);
    }

    fn backward_in<const FROZEN: bool>(
        (init, last): (&Init, &Last),
        input: &[Input<Init>],
        output: &[Output<Last>],
        (arena, end): (&mut [Init::Element], End),
        grad_input: Option<&mut [Input<Init>]>,
        (init_gradients, last_gradients): (&mut Init, &mut Last),
        memory: PairMemory<'_, Self::Sample, Init, Last>,
    ) {
        let ends_here = ends_before_last::<FROZEN, Init, _>(&grad_input);
        if !ends_here || learns::<Last>() {
            let grads = end.of(arena, input.len()).0;
            differentiate_over::<FROZEN, _>(last, output, grads, last_gradients);
        }
        if ends_here {
            return;
        }
        // `Init` does not read its output, which is overwritten.
        let cache = Cached { samples: memory.samples, batch: memory.init_batch };
        Init::Placement::backward_in::<FROZEN>(
            init,
            input,
            cast(output),
            (arena, end),
            grad_input,
            init_gradients,
            cache,
        );
    }
}

/// What `Init` gives is kept, since one of both reads it later; the gradient is overwritten.
#[doc(hidden)]
#[derive(Debug)]
pub struct Keeping;

/// The memory of a sample between two layers of which the last is computed in place, but must not overwrite.
#[doc(hidden)]
#[allow(missing_debug_implementations)]
#[repr(C)]
pub struct KeepingSample<Init, Values> {
    init: Init,
    values: Values,
}

crate::plain!(
    KeepingSample<Init: Plain, Values: Plain<Element = Init::Element>>: Init::Element { init, values }
);

impl<Init: Layer, Last: InPlace<Element = Init::Element>> Pair<Init, Last> for Keeping {
    type Sample = KeepingSample<SampleOf<Init>, Output<Init>>;
    type Grads = GradsOf<Init>;
    const ARENA: usize = <Init::Placement as Placement<Init>>::ARENA;

    fn forward_then<const FROZEN: bool>(
        (init, last): (&Init, &Last),
        input: &[Input<Init>],
        output: &mut [Output<Last>],
        memory: PairMemory<'_, Self::Sample, Init, Last>,
        finish: impl Fn(&mut [Output<Last>]) + Sync,
    ) {
        let (samples, rest) = End::Front.of(flat_mut(memory.samples), input.len());
        let (values, _) = End::Front.of(rest, input.len());
        let cache = Cached { samples, batch: memory.init_batch };
        Init::Placement::forward_then::<FROZEN>(init, input, values, cache, nothing);
        last.infer(cast(values), output);
        finish(output);
    }

    fn infer_in(
        (init, last): (&Init, &Last),
        packed: &[Init::Element],
        input: &[Input<Init>],
        arena: &mut [Init::Element],
        end: End,
        finish: impl Fn(&mut [Output<Last>]) + Sync,
    ) {
        infer_over((init, last), packed, input, arena, end, finish);
    }

    fn backward_in<const FROZEN: bool>(
        (init, last): (&Init, &Last),
        input: &[Input<Init>],
        output: &[Output<Last>],
        (arena, end): (&mut [Init::Element], End),
        grad_input: Option<&mut [Input<Init>]>,
        (init_gradients, last_gradients): (&mut Init, &mut Last),
        memory: PairMemory<'_, Self::Sample, Init, Last>,
    ) {
        let (samples, rest) = End::Front.of(flat_mut(memory.samples), input.len());
        let (values, _) = End::Front.of::<Output<Init>>(rest, input.len());
        let ends_here = ends_before_last::<FROZEN, Init, _>(&grad_input);
        if !ends_here || learns::<Last>() {
            let of = super::in_place::told_from::<Last>(cast(values), output);
            let grads = end.of(arena, input.len()).0;
            differentiate_over::<FROZEN, _>(last, of, grads, last_gradients);
        }
        if ends_here {
            return;
        }
        let cache = Cached { samples, batch: memory.init_batch };
        Init::Placement::backward_in::<FROZEN>(
            init,
            input,
            values,
            (arena, end),
            grad_input,
            init_gradients,
            cache,
        );
    }
}

/// Whether the backward pass ends behind `Init`: nobody asks for the gradient by the input, and nothing of `Init`
/// learns.
fn ends_before_last<const FROZEN: bool, Init: Layer, X>(grad_input: &Option<X>) -> bool {
    grad_input.is_none() && (FROZEN || !learns::<Init>())
}

/// [`OverInput::differentiate_over`]; where the layer is frozen, its gradients by parameters are thrown away.
fn differentiate_over<const FROZEN: bool, L: OverInput>(
    layer: &L,
    of: &[Output<L>],
    grads: &mut [Output<L>],
    gradients: &mut L,
) {
    layer.differentiate_over(of, grads, gradients);
    if FROZEN {
        gradients.as_mut_slice().fill(L::Element::ZERO);
    }
}

/// Inference keeps nothing, so whatever can be computed over its input is.
fn infer_over<Init: Layer, Last: OverInput + Layer<Element = Init::Element>>(
    (init, last): (&Init, &Last),
    packed: &[Init::Element],
    input: &[Input<Init>],
    arena: &mut [Init::Element],
    end: End,
    finish: impl Fn(&mut [Output<Last>]) + Sync,
) {
    // What is computed in place has no weights to be laid out.
    Init::Placement::infer_in(init, packed, input, arena, end, |values| {
        let values = cast_mut(values);
        last.apply_over(values);
        finish(values);
    });
}

/// Finishes nothing. A function with a name: a closure would be another type for each that is around it, and
/// everything inside would be compiled anew.
pub(crate) fn nothing<V>(_samples: &mut [V]) {}

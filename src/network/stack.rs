//! [`Stack`]: two layers as one, and so any number of them.

use core::marker::PhantomData;
use core::ops::Range;

use crate::diagnostic::{Fault, Seam};
use crate::element::Element;
use crate::layer::{
    Apart, Cache, Cached, End, Input, Layer, LayerInfo, Lends, Output, Pair, PairMemory, Placement, Yes,
    backward_in_own_arena, infer_in_own_arena, nothing,
};
use crate::parameters::{Cast, Parameters, Path, Segment, mixed};
use crate::plain::{Plain, Two, flat, flat_mut};
use crate::shape::Shape;
use crate::threads;

/// The layer `Last` after all those in `Init`: what [`network!`](crate::network!) nests.
///
/// `Stack<Stack<A, B>, C>` is three layers. It can be written by hand in generic code; whether the
/// shapes fit is then checked where the stack is used as a [`Network`](crate::network::Network).
#[doc(alias("Sequential"))]
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Stack<Init, Last> {
    /// The layers before the last.
    pub init: Init,
    /// The last layer.
    pub last: Last,
}

/// Four layers upon a stack.
#[doc(hidden)]
pub type Four<Init, A, B, C, D> = Stack<Stack<Stack<Stack<Init, A>, B>, C>, D>;

crate::plain!(Stack<Init: Plain, Last: Plain<Element = Init::Element>>: Init::Element { init, last });

#[diagnostic::do_not_recommend]
impl<T: Element, Init: Cast<T>, Last: Cast<T>> Cast<T> for Stack<Init, Last> {
    type To = Stack<Init::To, Last::To>;
}

#[diagnostic::do_not_recommend]
impl<Init: Layer, Last: Layer<Element = Init::Element>> Parameters for Stack<Init, Last> {
    type Seams =
        (Init::Seams, Seam<<Init::Out as Shape>::Decimal, <Last::In as Shape>::Decimal>, Last::Seams);
    const FAULT: Option<Fault> = match Init::FAULT {
        Some(fault) => Some(fault),
        None => Last::FAULT,
    };

    const STATISTICS: usize = Init::STATISTICS + Last::STATISTICS;
    const SHAPES: u64 = mixed(Init::SHAPES, Last::SHAPES);

    fn visit(path: &Path<'_>, start: usize, visit: &mut dyn FnMut(Segment<'_>)) {
        Self::visit_links(path, start, visit);
    }

    fn visit_links(path: &Path<'_>, start: usize, visit: &mut dyn FnMut(Segment<'_>)) -> usize {
        let index = Init::visit_links(path, start, visit);
        Last::visit(&path.index(index), start + Init::COUNT, visit);
        index + 1
    }
}

/// What a stack keeps: of each sample what its [`Pair`] says, of the batch what both layers keep.
#[allow(missing_debug_implementations)]
pub struct StackCache<Init, Last>(PhantomData<(Init, Last)>);

impl<Init: Layer, Last: Layer<Element = Init::Element>> Cache for StackCache<Init, Last> {
    type Element = Init::Element;
    type Sample = <PairOf<Init, Last> as Pair<Init, Last>>::Sample;
    type Batch = Two<<Init::Cache as Cache>::Batch, <Last::Cache as Cache>::Batch>;
}

/// How both layers share memory.
type PairOf<Init, Last> = <<Last as Layer>::Placement as Placement<Last>>::After<Init>;

impl<Init: Layer, Last: Layer<Element = Init::Element>> Layer for Stack<Init, Last> {
    type In = Init::In;
    type Out = Last::Out;
    type Cache = StackCache<Init, Last>;
    type Placement = Stacked;
    const MULTIPLY_ADDS: usize = Init::MULTIPLY_ADDS + Last::MULTIPLY_ADDS;

    fn forward(&self, input: &[Input<Self>], output: &mut [Output<Self>], cache: Cached<'_, Self::Cache>) {
        Stacked::forward_then::<false>(self, input, output, cache, nothing);
    }

    fn forward_frozen(
        &self,
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        cache: Cached<'_, Self::Cache>,
    ) {
        Stacked::forward_then::<true>(self, input, output, cache, nothing);
    }

    fn backward_frozen(
        &self,
        input: &[Input<Self>],
        output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: &mut [Input<Self>],
        scratch: &mut Self,
        cache: Cached<'_, Self::Cache>,
    ) {
        backward_in_own_arena::<true, _>(self, input, output, grad_output, Some(grad_input), scratch, cache);
    }

    fn infer(&self, input: &[Input<Self>], output: &mut [Output<Self>]) {
        infer_in_own_arena(self, input, output);
    }

    fn backward(
        &self,
        input: &[Input<Self>],
        output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: Option<&mut [Input<Self>]>,
        gradients: &mut Self,
        cache: Cached<'_, Self::Cache>,
    ) {
        backward_in_own_arena::<false, _>(self, input, output, grad_output, grad_input, gradients, cache);
    }
}

/// The placement of a [`Stack`].
#[derive(Clone, Copy, Debug)]
pub struct Stacked;

impl<Init: Layer, Last: Layer<Element = Init::Element>> Placement<Stack<Init, Last>> for Stacked {
    type LendsAfter<Before: Lends> = <Last::Placement as Placement<Last>>::LendsAfter<
        <Init::Placement as Placement<Init>>::LendsAfter<Yes>,
    >;
    type After<Before: Layer<Element = Init::Element>> = Apart;
    type Grads = <PairOf<Init, Last> as Pair<Init, Last>>::Grads;

    const PACKED: usize =
        <Init::Placement as Placement<Init>>::PACKED + <Last::Placement as Placement<Last>>::PACKED;
    const ARENA: usize = <PairOf<Init, Last> as Pair<Init, Last>>::ARENA;
    const SMALLEST_BATCH: usize = {
        let init = <Init::Placement as Placement<Init>>::SMALLEST_BATCH;
        let last = <Last::Placement as Placement<Last>>::SMALLEST_BATCH;
        if init > last { init } else { last }
    };
    const SEES_BATCH: bool =
        <Init::Placement as Placement<Init>>::SEES_BATCH || <Last::Placement as Placement<Last>>::SEES_BATCH;
    const CUTS: bool =
        <Init::Placement as Placement<Init>>::CUTS && <Last::Placement as Placement<Last>>::CUTS;

    fn forward_then<const FROZEN: bool>(
        stack: &Stack<Init, Last>,
        input: &[Input<Init>],
        output: &mut [Output<Last>],
        mut cache: Cached<'_, StackCache<Init, Last>>,
        finish: impl Fn(&mut [Output<Last>]) + Sync,
    ) {
        const { assert_fits::<Init, Last>() };
        for part in parts(input.len(), trained_together::<Stack<Init, Last>>(input.len())) {
            let (input, output) = (&input[part.clone()], &mut output[part.clone()]);
            let memory = memory(cache.part(part));
            PairOf::<Init, Last>::forward_then::<FROZEN>(
                (&stack.init, &stack.last),
                input,
                output,
                memory,
                &finish,
            );
        }
    }

    fn pack(stack: &Stack<Init, Last>, packed: &mut [Init::Element]) {
        let (init, last) = packed.split_at_mut(<Init::Placement as Placement<Init>>::PACKED);
        Init::Placement::pack(&stack.init, init);
        Last::Placement::pack(&stack.last, last);
    }

    fn infer_in(
        stack: &Stack<Init, Last>,
        packed: &[Init::Element],
        input: &[Input<Init>],
        arena: &mut [Init::Element],
        end: End,
        finish: impl Fn(&mut [Output<Last>]) + Sync,
    ) {
        const { assert_fits::<Init, Last>() };
        let (samples, pair) = (input.len(), (&stack.init, &stack.last));
        let len = inferred_together::<Stack<Init, Last>>(samples);
        if len >= samples {
            return PairOf::<Init, Last>::infer_in(pair, packed, input, arena, end, finish);
        }
        let (output, scratch) = end.of::<Output<Last>>(arena, samples);
        let scratch = &mut scratch[..len * <Self as Placement<Stack<Init, Last>>>::ARENA];
        for part in parts(samples, len) {
            let (input, output) = (&input[part.clone()], &mut output[part]);
            PairOf::<Init, Last>::infer_in(pair, packed, input, scratch, End::Front, nothing);
            let outputs = output.len() * Last::Out::LEN;
            flat_mut(output).copy_from_slice(&scratch[..outputs]);
            finish(output);
        }
    }

    fn backward_in<const FROZEN: bool>(
        stack: &Stack<Init, Last>,
        input: &[Input<Init>],
        output: &[Output<Last>],
        (arena, end): (&mut [Init::Element], End),
        mut grad_input: Option<&mut [Input<Init>]>,
        gradients: &mut Stack<Init, Last>,
        mut cache: Cached<'_, StackCache<Init, Last>>,
    ) {
        let (samples, pair) = (input.len(), (&stack.init, &stack.last));
        let gradients = (&mut gradients.init, &mut gradients.last);
        let len = trained_together::<Stack<Init, Last>>(samples);
        if len >= samples {
            let (arena, memory) = ((arena, end), memory(cache));
            return PairOf::<Init, Last>::backward_in::<FROZEN>(
                pair, input, output, arena, grad_input, gradients, memory,
            );
        }
        let (grad_output, scratch) = end.of::<Output<Last>>(arena, samples);
        for part in parts(samples, len) {
            let grad_output = flat(&grad_output[part.clone()]);
            // All parts have their gradients in the same memory, which stays cached.
            scratch[..grad_output.len()].copy_from_slice(grad_output);
            PairOf::<Init, Last>::backward_in::<FROZEN>(
                pair,
                &input[part.clone()],
                &output[part.clone()],
                (&mut *scratch, End::Front),
                grad_input.as_deref_mut().map(|grad_input| &mut grad_input[part.clone()]),
                (&mut *gradients.0, &mut *gradients.1),
                memory(cache.part(part)),
            );
        }
    }

    fn update_statistics(
        stack: &mut Stack<Init, Last>,
        batch: &Two<<Init::Cache as Cache>::Batch, <Last::Cache as Cache>::Batch>,
    ) {
        Init::Placement::update_statistics(&mut stack.init, &batch.first);
        Last::Placement::update_statistics(&mut stack.last, &batch.second);
    }

    fn visit_layers(path: &Path<'_>, visit: &mut dyn FnMut(LayerInfo<'_>)) {
        <Self as Placement<Stack<Init, Last>>>::visit_links(path, visit);
    }

    fn visit_links(path: &Path<'_>, visit: &mut dyn FnMut(LayerInfo<'_>)) -> usize {
        let index = Init::Placement::visit_links(path, visit);
        Last::Placement::visit_layers(&path.index(index), visit);
        index + 1
    }
}

/// The memory of both layers.
fn memory<Init: Layer, Last: Layer<Element = Init::Element>>(
    cache: Cached<'_, StackCache<Init, Last>>,
) -> PairMemory<'_, <StackCache<Init, Last> as Cache>::Sample, Init, Last> {
    let Two { first, second } = cache.batch;
    PairMemory { samples: cache.samples, init_batch: first, last_batch: second }
}

/// The parts in which a batch goes through a stack, of `len` samples each.
fn parts(samples: usize, len: usize) -> impl Iterator<Item = Range<usize>> {
    // An empty batch is one part, too.
    (0..samples.max(1)).step_by(len).map(move |first| first..samples.min(first + len))
}

/// The samples of a part of a training pass, at least 1. They depend on types and batch alone, so both passes cut
/// alike.
fn trained_together<S: Layer>(samples: usize) -> usize {
    together::<S>(samples, LEAST, 1)
}

/// The samples of a part of inference, at least 1: as many for each of the threads that share it.
#[inline]
fn inferred_together<S: Layer>(samples: usize) -> usize {
    // How many threads there are takes as long to ask as a small layer to compute.
    if samples < LEAST_ALONE {
        return 1;
    }
    let threads = threads::count();
    together::<S>(samples, if threads > 1 { LEAST } else { LEAST_ALONE }, threads)
}

/// All samples, or so few for each thread that what one layer leaves of them is cached for the next.
fn together<S: Layer>(samples: usize, least: usize, threads: usize) -> usize {
    let arena = <S::Placement as Placement<S>>::ARENA;
    let each = (PART / arena.max(1)).max(least);
    let len = each * threads;
    // A part takes room of its own beside the outputs of all.
    let has_room = samples * (arena - S::Out::LEN) >= len * <S::Placement as Placement<S>>::Grads::COUNT;
    if <S::Placement as Placement<S>>::CUTS && each < LEAST_NOT_CUT && has_room {
        len
    } else {
        samples.max(1)
    }
}

/// Elements of a part between two layers: a quarter of a megabyte stays in the second-level cache.
const PART: usize = 1 << 16;

/// The fewest samples of a part, so that threads that share it are worth their wake-up call.
const LEAST: usize = 8;

/// The fewest samples of a part where there is one thread.
const LEAST_ALONE: usize = 2;

/// From which number of samples on a part is as good as the batch.
const LEAST_NOT_CUT: usize = 64;

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

//! [`Parallel`] and [`Residual`]: layers beside each other.

use core::marker::PhantomData;

use super::pair::GradsOf;
use super::placement::{backward_in_own_arena, infer_in_own_arena, packed_of};
use super::{
    Apart, Cache, Cached, End, Identity, Input, Join, Layer, LayerInfo, Lends, Output, Placement, Sum, Yes,
    nothing,
};
use crate::diagnostic::{BranchInputs, Fault};
use crate::element::Element;
use crate::parameters::{Cast, NO_SHAPES, Parameters, Path, Segment, mixed};
use crate::plain::{Larger, Plain, Two, cast, cast_mut, flat, flat_mut};
use crate::shape::Shape;
use crate::tensor::Tensor;

/// `output = join(first(input), second(input))`: two branches that see the same input.
///
/// A branch is a layer, or a network of them. Three branches are two, one of which is two.
///
/// # Shapes
///
/// Both branches take the same shape. Joined by [`Sum`] they also give the same, and so does this; by
/// [`Concat`](super::Concat) all axes but the first are the same, and the first ones are added.
///
/// # Memory
///
/// A training step keeps the outputs of both branches.
///
/// Szegedy et al., *Going deeper with convolutions*, 2014.
///
/// ```
/// use dimwise::prelude::*;
///
/// type In = (U3, U8, U8);
/// type Narrow = Conv2d<In, U4, U1>;
/// type Wide = Conv2d<In, U6, U3, Padding<U1>>;
/// type Both = Parallel<Narrow, Wide, Concat>;
/// assert_eq!(<Both as Layer>::Out::DIMS, [10, 8, 8]);
/// ```
#[derive(Debug)]
#[repr(C)]
pub struct Parallel<A, B, J> {
    /// The one branch.
    pub first: A,
    /// The other.
    pub second: B,
    join: PhantomData<J>,
}

/// `output = main(input) + shortcut(input)`; the shortcut is the input itself unless told.
///
/// # Shapes
///
/// `main` and `shortcut` take the same shape and give the same. Where `main` gives another shape than it
/// takes, the shortcut has to, too: a convolution of 1×1.
///
/// # Memory
///
/// As [`Parallel`].
///
/// He et al., *Deep residual learning for image recognition*, 2015.
///
/// ```
/// use dimwise::prelude::*;
///
/// network! { type Block = [Affine<U8, U8>, Relu<_>, Affine<_, U8>]; }
/// network! { type Net = [Affine<U4, U8>, Residual<Block>, Relu<_>, Residual<Block>, Affine<_, U2>]; }
///
/// // A block of zeros changes nothing.
/// let sample = Tensor::from([1.0, -2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
/// assert_eq!(Residual::<Block>::zeroed().predict(&sample), sample);
/// ```
#[doc(alias("skip connection", "shortcut"))]
pub type Residual<Main, Shortcut = Identity<<Main as Layer>::In, <Main as Plain>::Element>> =
    Parallel<Main, Shortcut, Sum>;

/// What can stand beside each other: two layers of one element type, and how their outputs are joined.
type Joined<A, B, J> = <J as Join<<A as Layer>::Out, <B as Layer>::Out>>::Out;

crate::plain!(
    Parallel<A: Plain, B: Plain<Element = A::Element>, J: Joins>: A::Element { first, second } marker join
);

/// A type that joins; see [`Join`].
#[doc(hidden)]
pub trait Joins: Send + Sync + 'static {}
impl<J: Send + Sync + 'static> Joins for J {}

#[diagnostic::do_not_recommend]
impl<T: Element, A: Cast<T>, B: Cast<T>, J> Cast<T> for Parallel<A, B, J> {
    type To = Parallel<A::To, B::To, J>;
}

#[diagnostic::do_not_recommend]
impl<A: Layer, B: Layer<Element = A::Element>, J: Join<A::Out, B::Out>> Parameters for Parallel<A, B, J> {
    type Seams = (
        (A::Seams, BranchInputs<<A::In as Shape>::Decimal, <B::In as Shape>::Decimal>, B::Seams),
        J::Requires,
        (),
    );
    const CHECKED: usize = A::CHECKED + B::CHECKED;
    const FAULT: Option<Fault> = match A::FAULT {
        Some(fault) => Some(fault),
        None => B::FAULT,
    };

    const STATISTICS: usize = A::STATISTICS + B::STATISTICS;
    const SHAPES: u64 = mixed(mixed(NO_SHAPES, A::SHAPES), B::SHAPES);

    fn visit(path: &Path<'_>, start: usize, visit: &mut dyn FnMut(Segment<'_>)) {
        A::visit(&path.field("first"), start, visit);
        B::visit(&path.field("second"), start + A::COUNT, visit);
    }
}

/// What [`Parallel`] keeps of a sample. Of several samples it is one run of elements, in which each field is an
/// array.
#[derive(Debug)]
#[repr(C)]
pub struct ParallelSample<CacheA, CacheB, A, B> {
    first: CacheA,
    second: CacheB,
    first_output: A,
    second_output: B,
}

crate::plain!(
    ParallelSample<
        CacheA: Plain,
        CacheB: Plain<Element = CacheA::Element>,
        A: Plain<Element = CacheA::Element>,
        B: Plain<Element = CacheA::Element>,
    >: CacheA::Element { first, second, first_output, second_output }
);

/// What [`Parallel`] keeps.
#[allow(missing_debug_implementations)]
pub struct ParallelCache<A, B>(PhantomData<(A, B)>);

impl<A: Layer, B: Layer<Element = A::Element>> Cache for ParallelCache<A, B> {
    type Element = A::Element;
    type Sample =
        ParallelSample<<A::Cache as Cache>::Sample, <B::Cache as Cache>::Sample, Output<A>, Output<B>>;
    type Batch = Two<<A::Cache as Cache>::Batch, <B::Cache as Cache>::Batch>;
}

impl<A: Layer, B: Layer<Element = A::Element>, J: Join<A::Out, B::Out>> Layer for Parallel<A, B, J> {
    type In = A::In;
    type Out = Joined<A, B, J>;
    type Cache = ParallelCache<A, B>;
    type Placement = Branched;
    const MULTIPLY_ADDS: usize = A::MULTIPLY_ADDS + B::MULTIPLY_ADDS;

    fn forward(&self, input: &[Input<Self>], output: &mut [Output<Self>], cache: Cached<'_, Self::Cache>) {
        Branched::forward_then::<false>(self, input, output, cache, nothing);
    }

    fn forward_frozen(
        &self,
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        cache: Cached<'_, Self::Cache>,
    ) {
        Branched::forward_then::<true>(self, input, output, cache, nothing);
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

/// The memory of a batch, in arrays.
struct Memory<'a, A: Layer, B: Layer> {
    first: Cached<'a, A::Cache>,
    second: Cached<'a, B::Cache>,
    first_output: &'a mut [Output<A>],
    second_output: &'a mut [Output<B>],
}

impl<'a, A: Layer, B: Layer<Element = A::Element>> Memory<'a, A, B> {
    fn of(cache: Cached<'a, ParallelCache<A, B>>) -> Self {
        let count = cache.samples.len();
        let (first_samples, rest) = End::Front.of(flat_mut(cache.samples), count);
        let (second_samples, rest) = End::Front.of(rest, count);
        let (first_output, rest) = End::Front.of(rest, count);
        let (second_output, _) = End::Front.of(rest, count);
        let Two { first, second } = cache.batch;
        Self {
            first: Cached { samples: first_samples, batch: first },
            second: Cached { samples: second_samples, batch: second },
            first_output,
            second_output,
        }
    }
}

fn join<A: Layer, B: Layer<Element = A::Element>, J: Join<A::Out, B::Out>>(
    first: &[Output<A>],
    second: &[Output<B>],
    output: &mut [Tensor<J::Out, A::Element>],
) {
    for (output, (first, second)) in output.iter_mut().zip(first.iter().zip(second)) {
        J::join(first.as_slice(), second.as_slice(), output.as_mut_slice());
    }
}

/// The placement of a [`Parallel`].
#[derive(Clone, Copy, Debug)]
pub struct Branched;

impl<A, B, J> Placement<Parallel<A, B, J>> for Branched
where
    A: Layer,
    B: Layer<Element = A::Element>,
    J: Join<A::Out, B::Out>,
{
    type LendsAfter<Before: Lends> = Yes;
    type After<Init: Layer<Element = A::Element>> = Apart;
    /// The gradient by the output; room for the second branch; room for the first one, and then for what it adds to
    /// the gradient by the input.
    type Grads = Two<Tensor<J::Out, A::Element>, Two<GradsOf<B>, Larger<GradsOf<A>, Input<A>>>>;

    const ARENA: usize = {
        let (first, second) = (<A::Placement as Placement<A>>::ARENA, <B::Placement as Placement<B>>::ARENA);
        let both = A::Out::LEN + second;
        J::Out::LEN + if first > both { first } else { both }
    };
    const SMALLEST_BATCH: usize = {
        let (first, second) =
            (<A::Placement as Placement<A>>::SMALLEST_BATCH, <B::Placement as Placement<B>>::SMALLEST_BATCH);
        if first > second { first } else { second }
    };
    const SEES_BATCH: bool =
        <A::Placement as Placement<A>>::SEES_BATCH || <B::Placement as Placement<B>>::SEES_BATCH;
    const CUTS: bool = <A::Placement as Placement<A>>::CUTS && <B::Placement as Placement<B>>::CUTS;

    const PACKED: usize = <A::Placement as Placement<A>>::PACKED + <B::Placement as Placement<B>>::PACKED;

    fn pack(layer: &Parallel<A, B, J>, packed: &mut [A::Element]) {
        let (first, second) = packed.split_at_mut(<A::Placement as Placement<A>>::PACKED);
        A::Placement::pack(&layer.first, first);
        B::Placement::pack(&layer.second, second);
    }

    fn forward_then<const FROZEN: bool>(
        layer: &Parallel<A, B, J>,
        input: &[Input<A>],
        output: &mut [Tensor<J::Out, A::Element>],
        cache: Cached<'_, ParallelCache<A, B>>,
        finish: impl Fn(&mut [Tensor<J::Out, A::Element>]) + Sync,
    ) {
        let Memory { first, second, first_output, second_output } = Memory::<A, B>::of(cache);
        A::Placement::forward_then::<FROZEN>(&layer.first, input, first_output, first, nothing);
        B::Placement::forward_then::<FROZEN>(&layer.second, cast(input), second_output, second, nothing);
        join::<A, B, J>(first_output, second_output, output);
        finish(output);
    }

    fn infer_in(
        layer: &Parallel<A, B, J>,
        packed: &[A::Element],
        input: &[Input<A>],
        arena: &mut [A::Element],
        end: End,
        finish: impl Fn(&mut [Tensor<J::Out, A::Element>]) + Sync,
    ) {
        let samples = input.len();
        let (output, rest) = end.of(arena, samples);
        let (packed, second_packed) = packed_of(packed, <A::Placement as Placement<A>>::PACKED);
        A::Placement::infer_in(&layer.first, packed, input, rest, End::Front, nothing);
        let (first, rest) = End::Front.of::<Output<A>>(rest, samples);
        B::Placement::infer_in(&layer.second, second_packed, cast(input), rest, End::Front, nothing);
        join::<A, B, J>(first, End::Front.of(rest, samples).0, output);
        finish(output);
    }

    fn backward_in<const FROZEN: bool>(
        layer: &Parallel<A, B, J>,
        input: &[Input<A>],
        _output: &[Tensor<J::Out, A::Element>],
        (arena, end): (&mut [A::Element], End),
        grad_input: Option<&mut [Input<A>]>,
        gradients: &mut Parallel<A, B, J>,
        cache: Cached<'_, ParallelCache<A, B>>,
    ) {
        let (samples, memory) = (input.len(), Memory::<A, B>::of(cache));
        let (grad_output, rest) = end.of::<Tensor<J::Out, A::Element>>(arena, samples);
        let (second, first) = rest.split_at_mut(samples * GradsOf::<B>::COUNT);
        let (of_first, of_second) =
            (End::Front.of::<Output<A>>(first, samples).0, End::Front.of::<Output<B>>(second, samples).0);
        for (grad, (first, second)) in grad_output.iter().zip(of_first.iter_mut().zip(of_second)) {
            J::split(grad.as_slice(), first.as_mut_slice(), second.as_mut_slice());
        }
        let (is_asked, mut grad_input) = (grad_input.is_some(), grad_input);
        A::Placement::backward_in::<FROZEN>(
            &layer.first,
            input,
            memory.first_output,
            (&mut *first, End::Front),
            grad_input.as_deref_mut(),
            &mut gradients.first,
            memory.first,
        );
        let more = End::Front.of::<Input<A>>(first, if is_asked { samples } else { 0 }).0;
        B::Placement::backward_in::<FROZEN>(
            &layer.second,
            cast(input),
            memory.second_output,
            (second, End::Front),
            is_asked.then_some(cast_mut(&mut *more)),
            &mut gradients.second,
            memory.second,
        );
        // The input goes into both branches: its gradients add up.
        for (grad, more) in grad_input.into_iter().flat_map(flat_mut).zip(flat(more)) {
            *grad += *more;
        }
    }

    fn update_statistics(
        layer: &mut Parallel<A, B, J>,
        batch: &Two<<A::Cache as Cache>::Batch, <B::Cache as Cache>::Batch>,
    ) {
        A::Placement::update_statistics(&mut layer.first, &batch.first);
        B::Placement::update_statistics(&mut layer.second, &batch.second);
    }

    fn visit_layers(path: &Path<'_>, visit: &mut dyn FnMut(LayerInfo<'_>)) {
        A::Placement::visit_layers(&path.field("first"), visit);
        let mut joined_by = Some(core::any::type_name::<J>());
        B::Placement::visit_layers(&path.field("second"), &mut |layer| {
            visit(LayerInfo { joined_by: joined_by.take().or(layer.joined_by), ..layer });
        });
    }
}

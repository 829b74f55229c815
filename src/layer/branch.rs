//! [`Parallel`] and [`Residual`]: layers beside each other.

use alloc::vec;
use core::marker::PhantomData;

use super::{Identity, Input, Join, Layer, LayerInfo, Output, Released, Sum};
use crate::network::fault::Fault;
use crate::network::inference::End;
use crate::network::seam::BranchInputs;
use crate::parameters::{Parameters, Path, Segment};
use crate::plain::{Plain, cast, cast_mut, flat, flat_mut};
use crate::shape::{Batch, Dim, Shape};
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
/// A training step keeps the outputs of both branches, and gradients for these and for one input.
///
/// Szegedy et al., *Going deeper with convolutions*, 2014.
///
/// ```
/// use dimwise::prelude::*;
///
/// type In = (U3, U8, U8);
/// type Narrow = Conv2d<In, U4, U1>;
/// type Wide = Conv2d<In, U6, U3, U1, U1>;
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
/// network! { type Block = [Affine<U8, U8>, Relu<U8>, Affine<U8, U8>]; }
/// network! { type Net = [Affine<U4, U8>, Residual<Block>, Relu<U8>, Residual<Block>, Affine<U8, U2>]; }
///
/// // A block of zeros changes nothing.
/// let sample = Tensor::from([1.0, -2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
/// assert_eq!(Residual::<Block>::zeroed().predict(&sample), sample);
/// ```
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
impl<A: Layer, B: Layer<Element = A::Element>, J: Join<A::Out, B::Out>> Parameters for Parallel<A, B, J> {
    type Seams = (
        (A::Seams, BranchInputs<<A::In as Shape>::Decimal, <B::In as Shape>::Decimal>, B::Seams),
        J::Seams,
        (),
    );
    const CHECKED: usize = A::CHECKED + B::CHECKED;
    const FAULT: Option<Fault> = match A::FAULT {
        Some(fault) => Some(fault),
        None => B::FAULT,
    };

    const STATISTICS: usize = A::STATISTICS + B::STATISTICS;

    fn visit(path: &Path<'_>, start: usize, visit: &mut dyn FnMut(Segment<'_>)) {
        A::visit(&path.field("first"), start, visit);
        B::visit(&path.field("second"), start + A::COUNT, visit);
    }
}

/// What [`Parallel`] keeps: see there.
#[derive(Debug)]
#[repr(C)]
pub struct ParallelCache<CacheA, CacheB, A, B, In> {
    first: CacheA,
    second: CacheB,
    first_output: A,
    second_output: B,
    first_grad: A,
    second_grad: B,
    grad_input: In,
}

crate::plain!(
    ParallelCache<
        CacheA: Plain,
        CacheB: Plain<Element = CacheA::Element>,
        A: Plain<Element = CacheA::Element>,
        B: Plain<Element = CacheA::Element>,
        In: Plain<Element = CacheA::Element>,
    >: CacheA::Element { first, second, first_output, second_output, first_grad, second_grad, grad_input }
);

impl<A: Layer, B: Layer<Element = A::Element>, J: Join<A::Out, B::Out>> Layer for Parallel<A, B, J> {
    type In = A::In;
    type Out = Joined<A, B, J>;
    type Cache<N: Dim> =
        ParallelCache<A::Cache<N>, B::Cache<N>, Batch<Output<A>, N>, Batch<Output<B>, N>, Batch<Input<A>, N>>;
    type Placement = Released;
    const MULTIPLY_ADDS: usize = A::MULTIPLY_ADDS + B::MULTIPLY_ADDS;
    const SMALLEST_BATCH: usize =
        if A::SMALLEST_BATCH > B::SMALLEST_BATCH { A::SMALLEST_BATCH } else { B::SMALLEST_BATCH };

    fn visit_layers(path: &Path<'_>, visit: &mut dyn FnMut(LayerInfo<'_>)) {
        A::visit_layers(&path.field("first"), visit);
        B::visit_layers(&path.field("second"), visit);
    }

    fn forward<N: Dim>(
        &self,
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        cache: &mut Self::Cache<N>,
    ) {
        let samples = input.len();
        let (first, second) = (&mut cache.first_output[..samples], &mut cache.second_output[..samples]);
        self.first.forward::<N>(input, first, &mut cache.first);
        self.second.forward::<N>(cast(input), second, &mut cache.second);
        join::<A, B, J>(first, second, output);
    }

    fn infer(&self, input: &[Input<Self>], output: &mut [Output<Self>]) {
        let mut arena = vec![A::Element::ZERO; Self::ARENA * input.len()];
        self.infer_in(input, &mut arena, End::Front, |_| {});
        flat_mut(output).copy_from_slice(&arena[..input.len() * Self::Out::LEN]);
    }

    const ARENA: usize = {
        let both = A::Out::LEN + B::ARENA;
        Self::Out::LEN + if A::ARENA > both { A::ARENA } else { both }
    };

    fn infer_in(
        &self,
        input: &[Input<Self>],
        arena: &mut [A::Element],
        end: End,
        finish: impl Fn(&mut [A::Element]) + Sync,
    ) {
        let samples = input.len();
        let (output, rest) = end.of::<Output<Self>>(arena, samples);
        self.first.infer_in(input, rest, End::Front, |_| {});
        let (first, rest) = End::Front.of::<Output<A>>(rest, samples);
        self.second.infer_in(cast(input), rest, End::Front, |_| {});
        join::<A, B, J>(first, End::Front.of(rest, samples).0, output);
        finish(flat_mut(output));
    }

    fn backward<N: Dim>(
        &self,
        input: &[Input<Self>],
        _output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: Option<&mut [Input<Self>]>,
        gradients: &mut Self,
        cache: &mut Self::Cache<N>,
    ) {
        let samples = input.len();
        let ParallelCache { first, second, first_output, second_output, first_grad, second_grad, .. } = cache;
        let (first_grad, second_grad) = (&mut first_grad[..samples], &mut second_grad[..samples]);
        for (grad, (first, second)) in grad_output.iter().zip(first_grad.iter_mut().zip(&mut *second_grad)) {
            J::split(grad.as_slice(), first.as_mut_slice(), second.as_mut_slice());
        }
        let (first_output, second_output) = (&first_output[..samples], &second_output[..samples]);
        let Self { first: first_gradients, second: second_gradients, .. } = gradients;
        let Some(grad_input) = grad_input else {
            self.first.backward::<N>(input, first_output, first_grad, None, first_gradients, first);
            let input = cast(input);
            self.second.backward::<N>(input, second_output, second_grad, None, second_gradients, second);
            return;
        };
        let more = &mut cache.grad_input[..samples];
        self.first.backward::<N>(input, first_output, first_grad, Some(grad_input), first_gradients, first);
        let (input, more_grad) = (cast(input), Some(cast_mut(&mut *more)));
        self.second.backward::<N>(input, second_output, second_grad, more_grad, second_gradients, second);
        // The input goes into both branches: its gradients add up.
        for (grad, more) in flat_mut(grad_input).iter_mut().zip(flat(more)) {
            *grad += *more;
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

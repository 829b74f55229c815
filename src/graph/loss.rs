//! [`GraphLoss`]: a loss of your own, written as a graph.

use core::fmt;
use core::marker::PhantomData;

use super::{Expression, IsScalar, PlaceOf};
use crate::element::Element;
use crate::loss::{Class, Loss, Target, samples};
use crate::plain::{Nothing, Plain, view_mut};
use crate::shape::{Dim, Shape};
use crate::tensor::Tensor;

/// A loss written as a graph: the mean over the batch of a function of a network's output and its target.
///
/// The target is a tensor, or a [`Class`], which the graph sees as its one-hot vector. The gradient follows
/// from the graph.
///
/// ```
/// use dimwise::graph::{GraphLoss, Node};
/// use dimwise::prelude::*;
///
/// let squares = GraphLoss::new(|output, target| (output - target).square().mean());
/// let (outputs, targets) = ([Tensor::from([1.0, 2.0])], [Tensor::from([1.0, 4.0])]);
/// assert_eq!(squares.value(&outputs, &targets), MeanSquaredError.value(&outputs, &targets));
/// ```
///
/// A function does as well as a closure, and says the shapes:
///
/// ```
/// use dimwise::graph::{GraphLoss, Node, OutputNode, Scalar, TargetNode};
/// use dimwise::prelude::*;
///
/// fn cross_entropy(logits: OutputNode<U3>, target: TargetNode<U3>) -> impl Scalar<Element = f32> {
///     let shifted = logits - logits.max();
///     target.weigh(shifted.exp().sum().ln() - shifted).sum()
/// }
///
/// network! { type Net = [Affine<U2, U3>]; }
/// let network = Net::initialized(HeNormal, 1);
/// let optimizer = Sgd { learning_rate: 0.1 };
/// let mut trainer = Trainer::<Net, _, Sgd, U4>::new(network, GraphLoss::new(cross_entropy), optimizer, 1);
/// let class = Class::<U3>::new(2)?;
/// let first = trainer.step(&[Tensor::from([1.0, 2.0])], &[class])?;
/// assert!(trainer.step(&[Tensor::from([1.0, 2.0])], &[class])? < first);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Its memory is on the stack if that is at most 1024 elements, else it is allocated at each call.
pub struct GraphLoss<S, G, T, F> {
    graph: F,
    compares: PhantomData<fn(S, G, T)>,
}

impl<S: Shape, G: Target, T: Element, F, E> GraphLoss<S, G, T, F>
where
    F: Fn(OutputNode<S, T>, TargetNode<G::Shape, T>) -> E,
    E: Expression<Element = T, Shape: Shape<Decimal: IsScalar>>,
{
    /// The loss that is the mean of `graph` over the samples.
    pub fn new(graph: F) -> Self {
        Self { graph, compares: PhantomData }
    }
}

impl<S: Shape, G: Target, T: Element, F, E> GraphLoss<S, G, T, F>
where
    F: Fn(OutputNode<S, T>, TargetNode<G::Shape, T>) -> E,
    E: Expression<Element = T>,
{
    /// Returns the sum of the loss over the samples, and calls `each` after each sample's forward pass.
    fn sum(
        &self,
        outputs: &[Tensor<S, T>],
        targets: &[G],
        mut each: impl FnMut(&E, &mut PlaceOf<E>, usize),
    ) -> f64
    where
        G: Numbers<T>,
    {
        let expression = (self.graph)(Placeholder::new(), Placeholder::new());
        in_place::<E, f64>(|place| {
            let mut sum = 0.0;
            for (sample, (output, target)) in outputs.iter().zip(targets).enumerate() {
                expression.placeholders(place, &mut |role, value, _| match role {
                    Role::Output => value.copy_from_slice(output.as_slice()),
                    Role::Target => target.write(value),
                });
                expression.forward(place);
                sum += place.value.as_slice()[0].to_f64();
                each(&expression, place, sample);
            }
            sum
        })
    }
}

// That the graph ends in a scalar was asked by `new`: asked here, too, a mistake would be told twice.
impl<S, G, T, F, E> Loss<S, G, T> for GraphLoss<S, G, T, F>
where
    S: Shape,
    G: Numbers<T>,
    T: Element,
    F: Fn(OutputNode<S, T>, TargetNode<G::Shape, T>) -> E + Send + Sync,
    E: Expression<Element = T>,
{
    fn is_mean_of_samples(&self) -> bool {
        true
    }

    fn gradient(&self, outputs: &[Tensor<S, T>], targets: &[G], gradients: &mut [Tensor<S, T>]) -> f64 {
        let samples = samples(outputs, targets) as f64;
        assert_eq!(gradients.len(), outputs.len(), "one gradient per sample");
        let sum = self.sum(outputs, targets, |expression, place, sample| {
            place.gradient.as_mut_slice().fill(T::from_f64(1.0 / samples));
            expression.backward(place);
            let gradient = gradients[sample].as_mut_slice();
            gradient.fill(T::ZERO);
            expression.placeholders(place, &mut |role, _, part| {
                if let Role::Output = role {
                    gradient.iter_mut().zip(part).for_each(|(sum, part)| *sum += *part);
                }
            });
        });
        sum / samples
    }

    fn value(&self, outputs: &[Tensor<S, T>], targets: &[G]) -> f64 {
        let samples = samples(outputs, targets) as f64;
        self.sum(outputs, targets, |_, _, _| {}) / samples
    }
}

impl<S, G, T, F> fmt::Debug for GraphLoss<S, G, T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphLoss").field("graph", &core::any::type_name::<F>()).finish()
    }
}

/// Calls `work` with memory for a graph, on the stack if it is small.
fn in_place<E: Expression, R>(work: impl FnOnce(&mut PlaceOf<E>) -> R) -> R {
    const SMALL: usize = 1024;
    let count = PlaceOf::<E>::COUNT;
    if count <= SMALL {
        let mut numbers = [E::Element::ZERO; SMALL];
        work(&mut view_mut(&mut numbers[..count], 1)[0])
    } else {
        work(&mut PlaceOf::<E>::zeroed())
    }
}

/// A network's output in the graph of a loss.
pub type OutputNode<S, T = f32> = Placeholder<AsOutput, S, T>;

/// A target in the graph of a loss.
pub type TargetNode<S, T = f32> = Placeholder<AsTarget, S, T>;

/// Stands in the graph of a [`GraphLoss`] for a tensor that changes with each sample.
#[derive(Debug)]
pub struct Placeholder<R, S, T>(PhantomData<(R, S, T)>);

/// What a placeholder stands for.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Role {
    Output,
    Target,
}

/// [`Role`] as a type.
#[doc(hidden)]
pub trait Plays {
    const ROLE: Role;
}
#[doc(hidden)]
#[derive(Debug)]
pub struct AsOutput;
impl Plays for AsOutput {
    const ROLE: Role = Role::Output;
}
#[doc(hidden)]
#[derive(Debug)]
pub struct AsTarget;
impl Plays for AsTarget {
    const ROLE: Role = Role::Target;
}

impl<R, S, T> Placeholder<R, S, T> {
    fn new() -> Self {
        Self(PhantomData)
    }
}

impl<R, S, T> Clone for Placeholder<R, S, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<R, S, T> Copy for Placeholder<R, S, T> {}

graph_node!([R: Plays, S: Shape, T: Element] Placeholder<R, S, T>, T);

#[diagnostic::do_not_recommend]
impl<R: Plays, S: Shape, T: Element> Expression for Placeholder<R, S, T> {
    type Shape = S;
    type Inputs = Nothing<T>;

    // The loss has put the value there, and takes the gradient.
    fn forward(&self, _: &mut PlaceOf<Self>) {}

    fn backward(&self, _: &mut PlaceOf<Self>) {}

    fn placeholders(&self, place: &mut PlaceOf<Self>, visit: &mut impl FnMut(Role, &mut [T], &[T])) {
        visit(R::ROLE, place.value.as_mut_slice(), place.gradient.as_slice());
    }
}

/// A target that a graph can compute with: a tensor, or a [`Class`] as its one-hot vector.
#[diagnostic::on_unimplemented(
    message = "a graph cannot compute with such targets",
    label = "neither classes nor tensors of the outputs' element type"
)]
pub trait Numbers<T: Element>: Target {
    /// Writes the target's elements, as many as its shape has.
    fn write(&self, numbers: &mut [T]);
}

impl<S: Shape, T: Element> Numbers<T> for Tensor<S, T> {
    fn write(&self, numbers: &mut [T]) {
        numbers.copy_from_slice(self.as_slice());
    }
}

impl<C: Dim, T: Element> Numbers<T> for Class<C> {
    fn write(&self, numbers: &mut [T]) {
        numbers.fill(T::ZERO);
        numbers[self.index()] = T::ONE;
    }
}

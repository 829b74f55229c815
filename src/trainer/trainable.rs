//! [`Trainable`]: all that generic code asks for in order to train a network.

use crate::implied::Knows;
use crate::loss::{Answers, Loss, Target};
use crate::network::{Given, Network};
use crate::optimizer::Optimizer;
use crate::shape::Shape;

/// A network that is trained by optimizer `O` with loss `L` on targets `G`: the bound that generic code asks for. Each
/// of the three is then known for what it is.
///
/// Nobody implements it: every network has it for the targets, losses and optimizers that suit it.
///
/// ```
/// use dimwise::prelude::*;
///
/// /// Trains for some epochs, and tells the mean loss that is left.
/// fn train<N: Trainable<G, L, O>, G, L, O>(
///     network: Box<N>,
///     loss: L,
///     optimizer: O,
///     data: &Dataset<N::In, G, N::Element>,
/// ) -> Result<f64, TrainError> {
///     let mut trainer = Trainer::<N, L, O, U32>::new(network, loss, optimizer, 1);
///     for _ in 0..200 {
///         trainer.epoch(data)?;
///     }
///     Ok(trainer.evaluate(data)?.loss)
/// }
///
/// network! { type Line = [Affine<U1, U1>]; }
/// let inputs = [[-1.0], [0.0], [1.0]].map(Tensor::<U1>::from);
/// let data = Dataset::new(inputs, [[-2.0], [0.0], [2.0]].map(Tensor::<U1>::from)).unwrap();
/// let network = Line::initialized(XavierNormal, 1);
/// assert!(train(network, MeanSquaredError, Sgd { learning_rate: 0.1 }, &data)? < 1e-3);
/// # Ok::<(), TrainError>(())
/// ```
pub trait Trainable<G, L, O>:
    Network
    + TargetShape<G, Shape: Shape<Decimal: Answers<Given<Self>>>>
    + Knows<L, Itself: Loss<Self::Out, G, Self::Element>>
    + Knows<O, Itself: Optimizer<Self>>
{
}

impl<N, G, L, O> Trainable<G, L, O> for N
where
    N: Network,
    G: Target<Shape: Shape<Decimal: Answers<Given<N>>>>,
    L: Loss<N::Out, G, N::Element>,
    O: Optimizer<N>,
{
}

/// The shape of a target, beside a network.
///
/// [`TargetOf`](crate::loss::TargetOf) itself cannot be implied: the compiler takes what it says of the target's shape for a question about a
/// target that is not known to be one. So the shape is an associated type of the network, too.
#[doc(hidden)]
pub trait TargetShape<G>: Knows<G, Itself: Target<Shape = <Self as TargetShape<G>>::Shape>> {
    type Shape;
}
impl<N: ?Sized, G: Target> TargetShape<G> for N {
    type Shape = G::Shape;
}

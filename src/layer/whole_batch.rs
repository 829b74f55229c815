//! [`WholeBatch`]: layers that see the batch as a whole, and learn statistics from it.

use super::pair::Apart;
use super::placement::{Lends, Placement, Yes};
use super::{Cache, Layer, Output};

/// A layer whose samples depend on the batch that they are in. No batch is cut before it.
#[diagnostic::on_unimplemented(
    message = "this layer does not say what it needs the whole batch for",
    label = "`Whole` is the placement of layers that implement `WholeBatch`"
)]
pub trait WholeBatch: Layer {
    /// The fewest samples that it is trained on.
    const SMALLEST_BATCH: usize;

    /// Moves statistics (running means, counters) by what the pass kept of its batch.
    ///
    /// Statistics are no gradients: they change once a training pass, when it ends, whatever becomes of the
    /// gradients. [`Workspace::backward`](crate::network::Workspace::backward) does it.
    fn update_statistics(&mut self, batch: &<Self::Cache as Cache>::Batch);
}

/// The placement of a [`WholeBatch`] layer; its `backward` does not read the output.
#[derive(Clone, Copy, Debug)]
pub struct Whole;

impl<L: WholeBatch> Placement<L> for Whole {
    type LendsAfter<Before: Lends> = Yes;
    type After<Init: Layer<Element = L::Element>> = Apart;
    type Grads = Output<L>;
    const SMALLEST_BATCH: usize = L::SMALLEST_BATCH;
    const SEES_BATCH: bool = true;
    const CUTS: bool = false;

    fn update_statistics(layer: &mut L, batch: &<L::Cache as Cache>::Batch) {
        WholeBatch::update_statistics(layer, batch);
    }
}

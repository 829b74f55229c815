//! [`Fused`]: layers that pass finished samples on while they are cached.

use super::arena::End;
use super::pair::Apart;
use super::placement::{Lends, Placement, Yes};
use super::{Cached, Input, Layer, Output};

/// A layer that computes some samples after the others, keeps nothing of them, and can have each finished
/// before the next ones: what follows in place ([`InPlace`](super::InPlace)) is then computed on what is cached.
#[diagnostic::on_unimplemented(
    message = "this layer has no fused path",
    label = "`Fusing` is the placement of layers that implement `Fused`"
)]
pub trait Fused: Layer {
    /// [`Layer::forward`], and `finish` on all samples, some at a time.
    fn forward_fused(
        &self,
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        finish: impl Fn(&mut [Output<Self>]) + Sync,
    );

    /// See [`Placement::PACKED`].
    #[doc(hidden)]
    const PACKED: usize = 0;

    /// See [`Placement::pack`].
    #[doc(hidden)]
    fn pack(&self, _packed: &mut [Self::Element]) {}

    /// [`forward_fused`](Self::forward_fused) with what [`pack`](Self::pack) has written, or with nothing.
    #[doc(hidden)]
    fn infer_fused(
        &self,
        _packed: &[Self::Element],
        input: &[Input<Self>],
        output: &mut [Output<Self>],
        finish: impl Fn(&mut [Output<Self>]) + Sync,
    ) {
        self.forward_fused(input, output, finish);
    }
}

/// The placement of a [`Fused`] layer; its `backward` does not read the output.
#[derive(Clone, Copy, Debug)]
pub struct Fusing;

impl<L: Fused> Placement<L> for Fusing {
    type LendsAfter<Before: Lends> = Yes;
    type After<Init: Layer<Element = L::Element>> = Apart;
    type Grads = Output<L>;
    const PACKED: usize = L::PACKED;

    fn forward_then<const FROZEN: bool>(
        layer: &L,
        input: &[Input<L>],
        output: &mut [Output<L>],
        _cache: Cached<'_, L::Cache>,
        finish: impl Fn(&mut [Output<L>]) + Sync,
    ) {
        layer.forward_fused(input, output, finish);
    }

    fn pack(layer: &L, packed: &mut [L::Element]) {
        layer.pack(packed);
    }

    fn infer_in(
        layer: &L,
        packed: &[L::Element],
        input: &[Input<L>],
        arena: &mut [L::Element],
        end: End,
        finish: impl Fn(&mut [Output<L>]) + Sync,
    ) {
        layer.infer_fused(packed, input, end.of(arena, input.len()).0, finish);
    }
}

//! [`Frozen`]: a layer, or several, that training leaves as they are.

use super::pair::{Apart, GradsOf, nothing};
use super::placement::{backward_in_own_arena, infer_in_own_arena};
use super::{Cached, End, Input, Layer, LayerInfo, Lends, Output, Placement};
use crate::diagnostic::Fault;
use crate::element::Element;
use crate::parameters::{Cast, Parameters, Path, Segment};
use crate::plain::Plain;

/// A layer, or a network of them, that training leaves as it is: for what has been trained before, and is now the
/// beginning of another network.
///
/// Gradients go through it to what stands before, but none of its own are computed. Where nothing that stands before
/// learns either, the backward pass ends behind it. Nothing of it moves: weights have no gradient, no penalty and no
/// decay, statistics (a [`BatchNorm`](super::BatchNorm)'s running mean) stay. It computes in training what it computes
/// when it is used: with running statistics, and without [`Dropout`](super::Dropout).
///
/// Its numbers lie as those of the layer inside, under the same paths (`0.weight`), in files of weights and of ONNX
/// too. So trained weights come in by [`copied_from`](crate::network::Model::copied_from), or from a file; without
/// them it is [initialized](crate::network::Model::initialized) as the layer inside. In
/// [`PARAMETERS`](crate::network::Model::PARAMETERS) they do not count.
///
/// # Shapes
///
/// Those of the layer inside.
///
/// # Memory
///
/// As the layer inside, and room for gradients, which stay 0.
///
/// Yosinski et al., *How transferable are features in deep neural networks?*, 2014.
///
/// ```
/// use dimwise::prelude::*;
///
/// network! {
///     type Net = [Affine<U4, U8>, Tanh<_>, Affine<_, U3>];
///     type Head = [Frozen<Affine<U4, U8>>, Tanh<_>, Affine<_, U3>];
/// }
/// assert_eq!(Head::PARAMETERS, 8 * 3 + 3);
///
/// let trained = Net::initialized(XavierNormal, 1);
/// let head = Head::copied_from(&*trained);
/// let sgd = Sgd { learning_rate: 0.1 };
/// let mut trainer = Trainer::<_, _, _, U2>::new(head, CrossEntropy, sgd, 1);
/// trainer.step(&[Tensor::from([1.0, 2.0, 3.0, 4.0])], &[Class::<U3>::new(2)?])?;
/// assert_eq!(trainer.network().layer::<0>().layer.weight, trained.layer::<0>().weight);
/// assert_ne!(trainer.network().layer::<2>().weight, trained.layer::<2>().weight);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Several layers are written as a list, `Frozen<[Conv2d<(U1, U28, U28), U16, U3>, BatchNorm<_>, Relu<_>]>`, or are a
/// network of their own, `Frozen<Backbone>`.
#[doc(alias("requires_grad", "trainable", "transfer learning", "fine-tuning"))]
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Frozen<L> {
    /// The layer.
    pub layer: L,
}

crate::plain!(Frozen<L: Plain>: L::Element { layer });

#[diagnostic::do_not_recommend]
impl<T: Element, L: Cast<T>> Cast<T> for Frozen<L> {
    type To = Frozen<L::To>;
}

#[diagnostic::do_not_recommend]
impl<L: Layer> Parameters for Frozen<L> {
    type Seams = L::Seams;
    const CHECKED: usize = L::CHECKED;
    const FAULT: Option<Fault> = L::FAULT;
    const STATISTICS: usize = L::COUNT;
    const SHAPES: u64 = L::SHAPES;

    fn visit(path: &Path<'_>, start: usize, visit: &mut dyn FnMut(Segment<'_>)) {
        L::visit(path, start, &mut |segment| visit(Segment { kind: segment.kind.frozen(), ..segment }));
    }
}

impl<L: Layer> Layer for Frozen<L> {
    type In = L::In;
    type Out = L::Out;
    type Cache = L::Cache;
    type Placement = Held;
    const MULTIPLY_ADDS: usize = L::MULTIPLY_ADDS;

    fn forward(&self, input: &[Input<Self>], output: &mut [Output<Self>], cache: Cached<'_, Self::Cache>) {
        L::Placement::forward_then::<true>(&self.layer, input, output, cache, nothing);
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
        backward_in_own_arena::<true, _>(self, input, output, grad_output, grad_input, gradients, cache);
    }
}

/// The placement of a [`Frozen`].
#[derive(Clone, Copy, Debug)]
pub struct Held;

impl<L: Layer> Placement<Frozen<L>> for Held {
    type LendsAfter<Before: Lends> = <L::Placement as Placement<L>>::LendsAfter<Before>;
    type After<Init: Layer<Element = L::Element>> = Apart;
    type Grads = GradsOf<L>;

    const PACKED: usize = <L::Placement as Placement<L>>::PACKED;
    const ARENA: usize = <L::Placement as Placement<L>>::ARENA;
    const SEES_BATCH: bool = <L::Placement as Placement<L>>::SEES_BATCH;
    const CUTS: bool = <L::Placement as Placement<L>>::CUTS;

    fn forward_then<const FROZEN: bool>(
        frozen: &Frozen<L>,
        input: &[Input<L>],
        output: &mut [Output<L>],
        cache: Cached<'_, L::Cache>,
        finish: impl Fn(&mut [Output<L>]) + Sync,
    ) {
        L::Placement::forward_then::<true>(&frozen.layer, input, output, cache, finish);
    }

    fn pack(frozen: &Frozen<L>, packed: &mut [L::Element]) {
        L::Placement::pack(&frozen.layer, packed);
    }

    fn infer_in(
        frozen: &Frozen<L>,
        packed: &[L::Element],
        input: &[Input<L>],
        arena: &mut [L::Element],
        end: End,
        finish: impl Fn(&mut [Output<L>]) + Sync,
    ) {
        L::Placement::infer_in(&frozen.layer, packed, input, arena, end, finish);
    }

    fn backward_in<const FROZEN: bool>(
        frozen: &Frozen<L>,
        input: &[Input<L>],
        output: &[Output<L>],
        arena: (&mut [L::Element], End),
        grad_input: Option<&mut [Input<L>]>,
        gradients: &mut Frozen<L>,
        cache: Cached<'_, L::Cache>,
    ) {
        // Of itself nothing is asked.
        if grad_input.is_some() {
            let gradients = &mut gradients.layer;
            L::Placement::backward_in::<true>(
                &frozen.layer,
                input,
                output,
                arena,
                grad_input,
                gradients,
                cache,
            );
        }
    }

    fn visit_layers(path: &Path<'_>, visit: &mut dyn FnMut(LayerInfo<'_>)) {
        L::Placement::visit_layers(path, &mut |layer| visit(LayerInfo { parameters: 0, ..layer }));
    }
}

//! [`Cast`]: a layer in another type of number.

use crate::element::Element;

/// The same layer, or network of layers, with numbers of type `T`.
///
/// A network that is generic over its type of number has each layer so: `f32` or `f64` need not be written in each.
/// A layer of one type of number is itself.
///
/// ```
/// use core::any::TypeId;
/// use dimwise::parameters::Cast;
/// use dimwise::prelude::*;
///
/// type Double = <Affine<U2, U3> as Cast<f64>>::To;
/// assert_eq!(TypeId::of::<Double>(), TypeId::of::<Affine<U2, U3, f64>>());
/// ```
#[diagnostic::on_unimplemented(
    message = "this layer cannot be had in another type of number",
    label = "a layer with `parameters!` can"
)]
pub trait Cast<T: Element> {
    /// The layer with numbers of type `T`.
    type To;
}

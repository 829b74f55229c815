//! Tensors through serde, behind the feature `serde`: as nested arrays, `[[1.0, 2.0], [3.0, 4.0]]`, just
//! as Rust's own arrays are written.
//!
//! The shape is in the type and not in the data, so each length is compared on reading, and numbers are
//! stored in the tensor as they are read: no length is trusted, nothing is allocated for one.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use core::fmt;
use core::marker::PhantomData;

use serde_core::de::{DeserializeSeed, Error, Expected, IgnoredAny, SeqAccess, Visitor};
use serde_core::ser::SerializeTuple;
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use super::Tensor;
use crate::element::Element;
use crate::plain::Plain;
use crate::shape::{self, Index, Shape};

/// Nested arrays, the last axis innermost; a scalar is a number.
///
/// # Errors
///
/// If an element is infinite or NaN and the format is text: JSON has no such numbers, and what is written in
/// their place is not read back. Binary formats keep every bit.
///
/// ```
/// use dimwise::prelude::*;
///
/// let tensor = Tensor::<(U2, U3)>::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.5]]);
/// assert_eq!(serde_json::to_string(&tensor)?, "[[1.0,2.0,3.0],[4.0,5.0,6.5]]");
///
/// let error = serde_json::to_string(&Tensor::<U2>::from([1.0, f32::NAN])).unwrap_err();
/// assert_eq!(error.to_string(), "NaN at [1] of a tensor of shape [2]: text formats hold finite numbers alone");
/// # Ok::<(), serde_json::Error>(())
/// ```
impl<S: Shape, T: Element + Serialize> Serialize for Tensor<S, T> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        if serializer.is_human_readable() {
            check_finite::<S, T>(self.as_slice()).map_err(serde_core::ser::Error::custom)?;
        }
        Nested { dims: S::DIMS, elements: self.as_slice() }.serialize(serializer)
    }
}

/// Elements and the sizes of the axes that are left.
struct Nested<'a, T> {
    dims: &'static [usize],
    elements: &'a [T],
}

impl<T: Serialize> Serialize for Nested<'_, T> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        let [size, inner @ ..] = self.dims else { return self.elements[0].serialize(serializer) };
        let mut tuple = serializer.serialize_tuple(*size)?;
        let each = inner.iter().product::<usize>();
        for item in 0..*size {
            let elements = &self.elements[item * each..][..each];
            tuple.serialize_element(&Nested { dims: inner, elements })?;
        }
        tuple.end()
    }
}

/// By value; [`deserialize_boxed`] keeps a large tensor off the stack, which `Box<Tensor<_>>` does not:
/// serde makes it by value first.
///
/// # Errors
///
/// If an axis has another length; the error names both lengths and the shape.
///
/// ```
/// use dimwise::prelude::*;
///
/// let tensor: Tensor<(U2, U2)> = serde_json::from_str("[[1, 2], [3, 4.5]]")?;
/// assert_eq!(tensor, Tensor::from([[1.0, 2.0], [3.0, 4.5]]));
///
/// let error = serde_json::from_str::<Tensor<(U2, U2)>>("[[1, 2], [3, 4, 5]]").unwrap_err();
/// assert!(error.to_string().starts_with("invalid length 3, expected 2 along axis 1 of a tensor of shape [2, 2]"));
/// # Ok::<(), serde_json::Error>(())
/// ```
impl<'de, S: Shape, T: Element + Deserialize<'de>> Deserialize<'de> for Tensor<S, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut tensor = Self::default();
        fill::<S, T, D>(tensor.as_mut_slice(), deserializer)?;
        Ok(tensor)
    }
}

/// A tensor on the heap, never on the stack, however large.
///
/// # Errors
///
/// If an axis has another length; the error names both lengths and the shape.
///
/// ```
/// use dimwise::prelude::*;
///
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct Image {
///     title: String,
///     #[serde(deserialize_with = "dimwise::tensor::deserialize_boxed")]
///     pixels: Box<Tensor<(U2, U2)>>,
/// }
/// let image: Image = serde_json::from_str(r#"{ "title": "dots", "pixels": [[0, 1], [1, 0]] }"#)?;
/// assert_eq!(image.pixels[[0, 1]], 1.0);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn deserialize_boxed<'de, S, T, D>(deserializer: D) -> Result<Box<Tensor<S, T>>, D::Error>
where
    S: Shape,
    T: Element + Deserialize<'de>,
    D: Deserializer<'de>,
{
    let mut tensor = Tensor::zeroed();
    fill::<S, T, D>(tensor.as_mut_slice(), deserializer)?;
    Ok(tensor)
}

fn fill<'de, S, T, D>(elements: &mut [T], deserializer: D) -> Result<(), D::Error>
where
    S: Shape,
    T: Element + Deserialize<'de>,
    D: Deserializer<'de>,
{
    let is_text = deserializer.is_human_readable();
    Slots::<S, T> { axis: 0, elements, shape: PhantomData }.deserialize(deserializer)?;
    // serde turns a number that is too large for `f32` into an infinity.
    if is_text { check_finite::<S, T>(elements).map_err(Error::custom) } else { Ok(()) }
}

/// Refuses what no text format can be trusted to bring back.
fn check_finite<S: Shape, T: Element>(elements: &[T]) -> Result<(), String> {
    let Some(place) = elements.iter().position(|element| !element.is_finite()) else { return Ok(()) };
    Err(format!(
        "{} at {:?} of a tensor of shape {:?}: text formats hold finite numbers alone",
        elements[place],
        shape::index::<S>(place).axes(),
        S::DIMS
    ))
}

/// The elements that the axes from `axis` on index, to be filled.
struct Slots<'a, S, T> {
    axis: usize,
    elements: &'a mut [T],
    shape: PhantomData<S>,
}

impl<'de, S: Shape, T: Deserialize<'de>> DeserializeSeed<'de> for Slots<'_, S, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match S::DIMS.get(self.axis) {
            Some(size) => deserializer.deserialize_tuple(*size, self),
            None => T::deserialize(deserializer).map(|element| self.elements[0] = element),
        }
    }
}

impl<'de, S: Shape, T: Deserialize<'de>> Visitor<'de> for Slots<'_, S, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Expected::fmt(&expected::<S>(self.axis), f)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        let (axis, size) = (self.axis, S::DIMS[self.axis]);
        let wrong_length = |found| A::Error::invalid_length(found, &expected::<S>(axis));
        let each = S::DIMS[axis + 1..].iter().product::<usize>();
        for item in 0..size {
            let elements = &mut self.elements[item * each..][..each];
            let slots = Slots { axis: axis + 1, elements, shape: self.shape };
            sequence.next_element_seed(slots)?.ok_or_else(|| wrong_length(item))?;
        }
        let mut found = size;
        while sequence.next_element::<IgnoredAny>()?.is_some() {
            found += 1;
        }
        if found > size { Err(wrong_length(found)) } else { Ok(()) }
    }
}

/// What should stand along an axis, for messages.
fn expected<S: Shape>(axis: usize) -> impl Expected {
    struct Along(usize, &'static [usize]);
    impl Expected for Along {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let Self(axis, dims) = self;
            write!(f, "{} along axis {axis} of a tensor of shape {dims:?}", dims[*axis])
        }
    }
    Along(axis, S::DIMS)
}

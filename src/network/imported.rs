//! What networks that come from files are made by.

pub use alloc::boxed::Box;

use crate::element::Element;
use crate::plain::Plain;

/// The value whose elements these bytes are, each with its lowest byte first.
///
/// # Panics
///
/// Panics if there are more or fewer bytes than the value has.
pub fn from_le_bytes<N: Plain<Element: Element>>(bytes: &[u8]) -> Box<N> {
    assert_eq!(bytes.len(), size_of::<N>(), "the bytes of a network");
    let mut network = N::zeroed();
    let elements = bytes.chunks_exact(size_of::<N::Element>());
    for (element, bytes) in network.as_mut_slice().iter_mut().zip(elements) {
        *element = Element::read_le(bytes);
    }
    network
}

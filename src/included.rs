//! [`include_weights!`](crate::include_weights!): a trained network that is part of the program.

use crate::network::Network;
use crate::plain::view_bytes;

/// A network whose weights are in the program, used where they lie: nothing is read, parsed or copied at run time.
///
/// The file is one that `storage::save` wrote; its path is relative to the source file, as with [`include_bytes!`].
/// What is not the network's is an error when the program is compiled. Needs no feature and no `std`.
///
/// ```
/// use dimwise::prelude::*;
///
/// network! { type Small = [Affine<U2, U3>, Tanh<_>, Affine<_, U2>]; }
/// let network: &'static Small = dimwise::include_weights!("../tests/reference/small.safetensors" as Small);
/// assert_eq!(network.predict(&Tensor::from([0.5, -1.0])).argmax(), 0);
/// ```
#[macro_export]
macro_rules! include_weights {
    ($path:literal as $network:ty) => {{
        static FILE: $crate::included::Included<{ ::core::include_bytes!($path).len() }> =
            $crate::included::Included(*::core::include_bytes!($path));
        const FOUND: &$crate::included::Found = &$crate::included::found(::core::include_bytes!($path));
        const EXPECTED: &$crate::included::Found = &$crate::included::expected::<$network>();
        $crate::included::fits::<
            $network,
            { $crate::included::broken(FOUND, EXPECTED) },
            { FOUND.numbers() },
            { EXPECTED.numbers() },
            { 8 * FOUND.element },
            { 8 * EXPECTED.element },
        >();
        FILE.network::<$network>()
    }};
}

/// The bytes of a file where numbers may lie.
#[doc(hidden)]
#[allow(missing_debug_implementations)]
#[repr(C, align(64))]
pub struct Included<const LEN: usize>(pub [u8; LEN]);

impl<const LEN: usize> Included<LEN> {
    /// The network that lies behind the header.
    ///
    /// # Panics
    ///
    /// Panics if the file is not one of the network's: [`fits`] has been asked before.
    pub fn network<N: Network>(&'static self) -> &'static N {
        view_bytes(&self.0[begin(&self.0)..])
    }

    /// The network that all of the bytes are.
    ///
    /// # Panics
    ///
    /// Panics if there are more or fewer bytes than the network has, or on a processor whose numbers have their highest
    /// byte first.
    pub fn whole<N: Network>(&'static self) -> &'static N {
        view_bytes(&self.0)
    }
}

/// What a file says of itself, and what a network says.
#[doc(hidden)]
#[derive(Debug)]
pub struct Found {
    is_native: bool,
    shapes: u64,
    bytes: usize,
    /// The bytes of one number.
    pub element: usize,
}

impl Found {
    /// How many there are.
    pub const fn numbers(&self) -> usize {
        self.bytes / self.element
    }
}

/// What a network's file would say.
#[doc(hidden)]
pub const fn expected<N: Network>() -> Found {
    Found { is_native: true, shapes: N::SHAPES, bytes: size_of::<N>(), element: size_of::<N::Element>() }
}

/// What a file says.
#[doc(hidden)]
pub const fn found(file: &[u8]) -> Found {
    let begin = begin(file);
    let is_native = has(file, begin, b"\"writer\":\"dimwise\"") && has(file, begin, b"\"layout\":\"Native\"");
    let element = if has(file, begin, b"\"F64\"") { 8 } else { 4 };
    Found { is_native, shapes: shapes(file, begin), bytes: file.len() - begin, element }
}

/// The rule that is broken, 0 if none is.
#[doc(hidden)]
pub const fn broken(found: &Found, expected: &Found) -> usize {
    if !found.is_native {
        1
    } else if found.element != expected.element {
        2
    } else if found.bytes != expected.bytes {
        3
    } else if found.shapes != expected.shapes {
        4
    } else {
        0
    }
}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this is not a file of weights that dimwise wrote in its own layout",
    label = "write it with `storage::save`; a file from elsewhere is read by `storage::Weights` first"
)]
pub trait IsNative<const BROKEN: usize> {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the file holds numbers of type f{FOUND}, but the network computes in f{EXPECTED}",
    label = "computes in f{EXPECTED}, the file is in f{FOUND}"
)]
pub trait HasElement<const BROKEN: usize, const FOUND: usize, const EXPECTED: usize> {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the file holds {FOUND} numbers, but the network has {EXPECTED}",
    label = "has {EXPECTED} numbers, the file {FOUND}"
)]
pub trait HasNumbers<const BROKEN: usize, const FOUND: usize, const EXPECTED: usize> {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the file holds as many numbers as the network, {NUMBERS}, but in tensors of other shapes",
    label = "the file was written by a network of other layers"
)]
pub trait HasShapes<const BROKEN: usize, const NUMBERS: usize> {}

macro_rules! holds {
    ($($rule:ident($($size:ident)*): $($broken:literal)*;)*) => {
        $(holds!(@rule $rule ($($size)*) $($broken)*);)*
    };
    (@rule $rule:ident $sizes:tt $($broken:literal)*) => {
        $(holds!(@impl $rule $sizes $broken);)*
    };
    (@impl $rule:ident ($($size:ident)*) $broken:literal) => {
        impl<N, $(const $size: usize),*> $rule<$broken, $($size),*> for N {}
    };
}
holds! {
    IsNative(): 0 2 3 4;
    HasElement(A B): 0 1 3 4;
    HasNumbers(A B): 0 1 2 4;
    HasShapes(A): 0 1 2 3;
}

/// Compiles for a file of the network's.
#[doc(hidden)]
pub const fn fits<
    N,
    const BROKEN: usize,
    const FOUND: usize,
    const EXPECTED: usize,
    const FOUND_BITS: usize,
    const EXPECTED_BITS: usize,
>()
where
    N: IsNative<BROKEN>
        + HasElement<BROKEN, FOUND_BITS, EXPECTED_BITS>
        + HasNumbers<BROKEN, FOUND, EXPECTED>
        + HasShapes<BROKEN, EXPECTED>,
{
}

/// Where the numbers begin: behind the header, whose length stands in the first eight bytes; at the end of a file that
/// is shorter.
const fn begin(file: &[u8]) -> usize {
    let mut header = 0_u64;
    let mut index = 8;
    while index > 0 {
        index -= 1;
        if index < file.len() {
            header = (header << 8) | file[index] as u64;
        }
    }
    if file.len() >= 8 && header <= (file.len() - 8) as u64 { 8 + header as usize } else { file.len() }
}

/// Whether these bytes stand in the header.
const fn has(file: &[u8], end: usize, text: &[u8]) -> bool {
    place(file, end, text) < end
}

/// Behind these bytes in the header; its end if they are not there.
const fn place(file: &[u8], end: usize, text: &[u8]) -> usize {
    let mut start = 0;
    while start + text.len() <= end {
        let mut index = 0;
        while index < text.len() && file[start + index] == text[index] {
            index += 1;
        }
        if index == text.len() {
            return start + index;
        }
        start += 1;
    }
    end
}

/// The number of the shapes that the header notes.
const fn shapes(file: &[u8], end: usize) -> u64 {
    let mut index = place(file, end, b"\"shapes\":\"");
    let mut number = 0_u64;
    while index < end && file[index].is_ascii_digit() {
        number = number.wrapping_mul(10).wrapping_add((file[index] - b'0') as u64);
        index += 1;
    }
    number
}

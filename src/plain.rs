//! Values that are nothing but numbers: [`Plain`], the flat view of tensors, layers, networks and
//! workspaces.
//!
//! *The type is the architecture, the value is the weights*: so a network is one contiguous block
//! of elements, and gradients, optimizer state, saving and comparing are loops over flat slices.
//! This is the one file that turns a value into a slice and back; with the kernel boundary in
//! `kernel` it holds all `unsafe` code of the crate.
#![allow(unsafe_code)]

use alloc::boxed::Box;
use core::mem::{MaybeUninit, align_of, size_of};
use core::slice;

use generic_array::{ArrayLength, GenericArray};

/// A value that is `COUNT` numbers of one element type, one after the other, and nothing else.
///
/// Layers get it from [`parameters!`](crate::parameters!), which proves the contract below; there
/// is no need to implement it by hand.
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut layer = Affine::<U2, U3>::zeroed();
/// assert_eq!(Affine::<U2, U3>::COUNT, 2 * 3 + 3);
/// layer.as_mut_slice()[8] = 5.0;
/// assert_eq!(layer.bias[2], 5.0);
/// ```
///
/// # Safety
///
/// - The size is `COUNT` times the element's, the alignment at most the element's, and there is no
///   padding between: each of these bytes belongs to one of the elements.
/// - Every sequence of `COUNT` elements is a valid value, so also zeros.
/// - No part can change behind a shared reference, and dropping does nothing.
#[diagnostic::on_unimplemented(
    message = "this is not made of numbers alone",
    label = "fields are tensors, layers or `f32` and `f64`; a layer says what its fields are in `parameters!`",
    note = "a network in a `Box` is given as `&*network`"
)]
pub unsafe trait Plain: Sized + Send + Sync + 'static {
    /// The type of the elements.
    type Element: Float;
    /// How many elements the value holds.
    const COUNT: usize = size_of::<Self>() / size_of::<Self::Element>();

    /// The value's elements.
    #[inline]
    fn as_slice(&self) -> &[Self::Element] {
        flat(slice::from_ref(self))
    }

    /// Mutable access to the value's elements.
    #[inline]
    fn as_mut_slice(&mut self) -> &mut [Self::Element] {
        flat_mut(slice::from_mut(self))
    }

    /// All zeros, by value: for a small value, or a `static`.
    const ZERO: Self = {
        assert_layout::<Self>();
        // SAFETY: the contract of this trait says that any elements make a valid value. Zero bytes are
        // the number 0 of `f32` and of `f64`, the only elements, and the contract says that a value is
        // made of elements alone.
        unsafe { core::mem::zeroed() }
    };

    /// All zeros, allocated on the heap: never on the stack, however large.
    fn zeroed() -> Box<Self> {
        const { assert_layout::<Self>() };
        // SAFETY: the contract of this trait says that any elements make a valid value. Zero bytes are
        // the number 0 of `f32` and of `f64`, the only elements, and the contract says that a value is
        // made of elements alone.
        unsafe { Box::<Self>::new_zeroed().assume_init() }
    }

    /// A copy on the heap, never on the stack, however large.
    ///
    /// `Clone` on a `Box` makes the copy on the stack first, as the standard library does for every
    /// type: a large value is copied by `to_boxed`.
    fn to_boxed(&self) -> Box<Self> {
        let mut copy = Self::zeroed();
        copy.as_mut_slice().copy_from_slice(self.as_slice());
        copy
    }
}

mod sealed {
    pub trait F32OrF64 {}
    impl F32OrF64 for f32 {}
    impl F32OrF64 for f64 {}
}

/// One number, `f32` or `f64`, as it lies in memory; [`Element`](crate::element::Element) computes with it.
pub trait Float: Plain<Element = Self> + Copy + sealed::F32OrF64 {}
impl Float for f32 {}
impl Float for f64 {}

/// A copy by value.
#[doc(hidden)]
pub fn copied<P: Plain>(value: &P) -> P {
    let mut copy = P::ZERO;
    copy.as_mut_slice().copy_from_slice(value.as_slice());
    copy
}

// SAFETY: an `f32` is one element, itself; all of its bit patterns are numbers, and it has no `Drop`.
unsafe impl Plain for f32 {
    type Element = f32;
}
// SAFETY: an `f64` is one element, itself; all of its bit patterns are numbers, and it has no `Drop`.
unsafe impl Plain for f64 {
    type Element = f64;
}

// SAFETY: a `GenericArray<P, N>` has the layout of `[P; N]` (its documentation): its items one after
// the other, without padding and aligned as they are. Each item is elements alone (the contract of
// `P`), so the whole is; it is valid and has nothing to drop because that holds of each item.
unsafe impl<P: Plain, N: ArrayLength> Plain for GenericArray<P, N> {
    type Element = P::Element;
}

// SAFETY: an array is its items one after the other, without padding and aligned as they are (the
// language's reference). Each item is elements alone (the contract of `P`), so the whole is; it is valid
// and has nothing to drop because that holds of each item.
#[diagnostic::do_not_recommend]
unsafe impl<P: Plain, const N: usize> Plain for [P; N] {
    type Element = P::Element;
}

// SAFETY: it is `repr(transparent)` over `P`, so it has the same size, alignment and valid values; it
// does not drop the `P`, which has nothing to drop.
#[diagnostic::do_not_recommend]
unsafe impl<P: Plain> Plain for core::mem::ManuallyDrop<P> {
    type Element = P::Element;
}

/// Memory for an `A` or for a `B`: as much as the larger takes.
#[doc(hidden)]
#[allow(missing_debug_implementations)]
#[repr(C)]
pub union Larger<A: Plain, B: Plain<Element = A::Element>> {
    first: core::mem::ManuallyDrop<A>,
    second: core::mem::ManuallyDrop<B>,
}

// SAFETY: a `repr(C)` union is as large as its larger field, aligned as the one that is aligned more strictly,
// and both begin where it begins. Each field is elements alone (the contract of `Plain`), aligned as they are, so
// the larger one's elements cover every byte. Any elements make a valid union, and it drops nothing.
unsafe impl<A: Plain, B: Plain<Element = A::Element>> Plain for Larger<A, B> {
    type Element = A::Element;
}

// SAFETY: it is numbers alone, which any thread may own.
unsafe impl<A: Plain, B: Plain<Element = A::Element>> Send for Larger<A, B> {}
// SAFETY: it is numbers alone, and none changes behind a shared reference.
unsafe impl<A: Plain, B: Plain<Element = A::Element>> Sync for Larger<A, B> {}

/// An `A` and a `B`.
#[doc(hidden)]
#[derive(Debug)]
#[repr(C)]
pub struct Two<A, B> {
    pub first: A,
    pub second: B,
}

crate::plain!(Two<A: Plain, B: Plain<Element = A::Element>>: A::Element { first, second });

/// No elements, of element type `T`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nothing<T>(core::marker::PhantomData<T>);

// SAFETY: a struct of a `PhantomData` alone has size 0 and alignment 1: 0 elements, no byte that could
// be padding or change, and nothing to drop.
unsafe impl<T: Float> Plain for Nothing<T> {
    type Element = T;
}

/// Makes a struct [`Plain`]: the type, its generic parameters with their bounds, the element type
/// and every field; `marker` names a `PhantomData` field.
///
/// It is safe to use, even in a crate that forbids `unsafe`: what cannot be a plain value does not compile. The
/// struct should be `repr(C)`, so that the order in memory is the order written. Layers use
/// [`parameters!`](crate::parameters!), which calls this.
// No `allow(unsafe_code)` is emitted: a crate that forbids unsafe code would refuse it, while rustc lets
// code from another crate's macro pass.
#[macro_export]
macro_rules! plain {
    (
        $name:ident<$($param:ident: $bound:path),* $(,)?>: $element:ty {
            $($field:tt),* $(,)?
        } $(marker $marker:ident)?
    ) => {
        // SAFETY: the fields are exactly those listed (a struct expression names each), and each is
        // `Plain` with this element type (`field_count` asks for it) or a `PhantomData`. `count`
        // asserts that the size is the sum of the fields' sizes, so there is no padding, that the
        // alignment is that of the elements, and that nothing is dropped. Every function and constant
        // that makes or views a value evaluates `COUNT`, and with it these assertions.
        #[diagnostic::do_not_recommend]
        unsafe impl<$($param: $bound),*> $crate::plain::Plain for $name<$($param),*> {
            type Element = $element;
            const COUNT: ::core::primitive::usize = {
                // Never evaluated. Not in a closure: the compiler would take a value made of so many fields apart, into
                // each of its elements.
                if false {
                    let _ = ::core::mem::ManuallyDrop::new(Self {
                        $($field: $crate::plain::any(),)*
                        $($marker: ::core::marker::PhantomData)?
                    });
                }
                $crate::plain::count::<Self, $element>(
                    &[$($crate::plain::field_count(|value: &Self| &value.$field)),*],
                )
            };
        }

        // SAFETY: a `Plain` value is numbers alone, which any thread may own. (The compiler would find
        // so, too, but by descending into all layers of a deep network, beyond its recursion limit.)
        unsafe impl<$($param: $bound),*> ::core::marker::Send for $name<$($param),*> {}
        // SAFETY: a `Plain` value is numbers alone, and none changes behind a shared reference.
        unsafe impl<$($param: $bound),*> ::core::marker::Sync for $name<$($param),*> {}

        $crate::__plain_at_check!($name<$($param),*>);
    };
}

/// Makes `cargo check` evaluate the assertions of [`plain!`](crate::plain!) for a type without parameters;
/// those of a generic type are evaluated when it is built.
#[doc(hidden)]
#[macro_export]
macro_rules! __plain_at_check {
    ($name:ident<>) => {
        const _: ::core::primitive::usize = <$name as $crate::plain::Plain>::COUNT;
    };
    ($name:ident<$($param:ident),+>) => {};
}

/// The number of elements of a value, which must be the sum of its fields'.
#[doc(hidden)]
pub const fn count<P, T: Float>(fields: &[usize]) -> usize {
    let mut count = 0;
    let mut field = 0;
    while field < fields.len() {
        count += fields[field];
        field += 1;
    }
    assert_made_of::<P, T>(count);
    count
}

/// A placeholder for a field in the struct expression that names each; never called.
#[doc(hidden)]
pub const fn any<F>() -> F {
    unreachable!()
}

/// The number of elements of one field, from its size: its own `COUNT` would make the compiler descend into all
/// fields of a deep type, beyond its recursion limit.
///
/// Nothing is lost by that. A field that is not plain is aligned more strictly than its elements, or drops
/// something; then so does every type around it, of which [`count`] asserts it.
#[doc(hidden)]
pub const fn field_count<P: Plain, F: Plain<Element = P::Element>>(_field: fn(&P) -> &F) -> usize {
    size_of::<F>() / size_of::<P::Element>()
}

/// The value whose elements are `number(0)`, `number(1)` and so on.
#[inline]
pub fn generated<P: Plain>(number: impl FnMut(usize) -> P::Element) -> P {
    let mut number = Some(number);
    generated_in_runs(P::COUNT, |_| number.take().expect("a value of one run"))
}

/// [`generated`] on the heap, never on the stack, however large.
pub fn generated_boxed<P: Plain>(number: impl FnMut(usize) -> P::Element) -> Box<P> {
    let mut number = Some(number);
    generated_in_runs_boxed(P::COUNT, |_| number.take().expect("a value of one run"))
}

/// The value made of runs of `len` elements: `run(0)` returns the function of the first run, and so on.
///
/// # Panics
///
/// Panics if the value is not made of whole runs.
#[inline]
pub fn generated_in_runs<P: Plain, F: FnMut(usize) -> P::Element>(
    len: usize,
    run: impl FnMut(usize) -> F,
) -> P {
    let mut value = MaybeUninit::uninit();
    let written = write_in_runs(places(&mut value), len, run);
    assert_eq!(written, P::COUNT);
    // SAFETY: `written` counts the places that have been written, each once, and they are all `COUNT` (just
    // asserted). Any elements make a valid `P` (the contract of `Plain`).
    unsafe { value.assume_init() }
}

/// [`generated_in_runs`] on the heap, never on the stack, however large.
///
/// # Panics
///
/// Panics if the value is not made of whole runs.
pub fn generated_in_runs_boxed<P: Plain, F: FnMut(usize) -> P::Element>(
    len: usize,
    run: impl FnMut(usize) -> F,
) -> Box<P> {
    let mut value = Box::new_uninit();
    let written = write_in_runs(places(&mut value), len, run);
    assert_eq!(written, P::COUNT);
    // SAFETY: `written` counts the places that have been written, each once, and they are all `COUNT` (just
    // asserted). Any elements make a valid `P` (the contract of `Plain`).
    unsafe { value.assume_init() }
}

/// The places of a value's elements, before there is a value.
#[inline(always)]
fn places<P: Plain>(value: &mut MaybeUninit<P>) -> &mut [MaybeUninit<P::Element>] {
    const { assert_layout::<P>() };
    let places = aligned(value.as_mut_ptr()).cast::<MaybeUninit<P::Element>>().cast_mut();
    // SAFETY: a `P` is `COUNT` elements one after the other, without padding (the contract of `Plain`,
    // asserted as far as the layout goes), and `places` is aligned as elements are. Neither they nor the
    // value have to be initialised, so whatever is written is valid for both. The unique borrow is passed on.
    unsafe { slice::from_raw_parts_mut(places, P::COUNT) }
}

/// Writes every place once, and returns the number of places written.
#[inline(always)]
fn write_in_runs<T, F: FnMut(usize) -> T>(
    places: &mut [MaybeUninit<T>],
    len: usize,
    mut run: impl FnMut(usize) -> F,
) -> usize {
    if places.is_empty() {
        return 0;
    }
    assert!(places.len().is_multiple_of(len), "{} numbers in runs of {len}", places.len());
    let mut written = 0;
    for (number, places) in places.chunks_exact_mut(len).enumerate() {
        let mut generate = run(number);
        for (position, place) in places.iter_mut().enumerate() {
            place.write(generate(position));
        }
        written += len;
    }
    written
}

/// A value on the heap as one of another type with as many elements: the same memory.
///
/// # Panics
///
/// Panics if the types hold different numbers of elements.
pub fn cast_boxed<A: Plain, B: Plain<Element = A::Element>>(value: Box<A>) -> Box<B> {
    assert_same_count::<A, B>();
    assert_eq!(align_of::<A>(), align_of::<B>());
    // SAFETY: both types are equally many elements of the same type (asserted), so of the same size; and
    // they are aligned alike (asserted). So the memory of the one can be freed as that of the other. Any
    // elements make a valid `B` (the contract of `Plain`).
    unsafe { Box::from_raw(Box::into_raw(value).cast()) }
}

/// `count` zeroed values on the heap.
pub fn zeroed_slice<P: Plain>(count: usize) -> Box<[P]> {
    const { assert_layout::<P>() };
    // SAFETY: the contract of `Plain` says that any elements make a valid value. Zero bytes are the number 0
    // of `f32` and of `f64`, the only elements, and the contract says that a value is made of elements alone.
    unsafe { Box::<[P]>::new_zeroed_slice(count).assume_init() }
}

/// The elements of several values, one value after the other: a batch as a row-major matrix.
#[inline]
pub fn flat<P: Plain>(values: &[P]) -> &[P::Element] {
    const { assert_layout::<P>() };
    // SAFETY: the values lie one after the other and each is `COUNT` elements without padding (the contract
    // of `Plain`), so this is one initialised run of that many elements, inside of one borrow; `aligned`
    // gives an address that is aligned for elements, also where there are none. The borrow is passed on.
    unsafe { slice::from_raw_parts(aligned(values.as_ptr()), values.len() * P::COUNT) }
}

/// Mutable access to the elements of several values.
#[inline]
pub fn flat_mut<P: Plain>(values: &mut [P]) -> &mut [P::Element] {
    const { assert_layout::<P>() };
    let (numbers, count) = (aligned(values.as_mut_ptr()).cast_mut(), values.len() * P::COUNT);
    // SAFETY: the values lie one after the other and each is `COUNT` elements without padding (the contract
    // of `Plain`), so this is one initialised run of that many elements, inside of one borrow; `aligned`
    // gives an address that is aligned for elements, also where there are none. Whatever elements are
    // written, the values stay valid (the contract). The unique borrow is passed on.
    unsafe { slice::from_raw_parts_mut(numbers, count) }
}

/// Values as values of another type that holds as many elements.
///
/// # Panics
///
/// Panics if the types hold different numbers of elements.
#[inline]
pub fn cast<A: Plain, B: Plain<Element = A::Element>>(values: &[A]) -> &[B] {
    assert_same_count::<A, B>();
    view(flat(values), values.len())
}

/// [`cast`] for mutable access.
///
/// # Panics
///
/// Panics if the types hold different numbers of elements.
#[inline]
pub fn cast_mut<A: Plain, B: Plain<Element = A::Element>>(values: &mut [A]) -> &mut [B] {
    assert_same_count::<A, B>();
    let count = values.len();
    view_mut(flat_mut(values), count)
}

/// Contiguous elements as `count` values: the inverse of [`flat`].
///
/// # Panics
///
/// Panics if there are more or fewer elements than those of `count` values.
#[inline]
pub fn view<P: Plain>(numbers: &[P::Element], count: usize) -> &[P] {
    assert_holds::<P>(numbers, count);
    // SAFETY: the run is exactly `count` times `COUNT` elements (asserted), which is the size of `count`
    // values of type `P` (the contract of `Plain`); it is aligned for elements, and `P` needs no more
    // (`assert_layout`). Any elements make valid values (the contract). The borrow is passed on.
    unsafe { slice::from_raw_parts(numbers.as_ptr().cast(), count) }
}

/// The bytes of a value's elements, each with its lowest byte first, as the value.
///
/// # Panics
///
/// Panics if there are more or fewer bytes than those of a value, or if they are not aligned as its elements are. Does
/// not compile for a processor whose numbers have their highest byte first.
pub(crate) fn view_bytes<P: Plain>(bytes: &[u8]) -> &P {
    const {
        assert_layout::<P>();
        assert!(cfg!(target_endian = "little"), "the processor's numbers have their highest byte first");
    }
    assert_eq!(bytes.len(), size_of::<P>(), "the bytes of a value");
    assert!(bytes.as_ptr().cast::<P>().is_aligned(), "the bytes of a value, aligned as it is");
    // SAFETY: there are as many bytes as the value has, aligned as it is (both asserted). It is `COUNT` elements
    // without padding, and any elements make a valid value (the contract of `Plain`); any bytes make a valid `f32` or
    // `f64`. The borrow is passed on.
    unsafe { &*bytes.as_ptr().cast() }
}

/// [`view`] for mutable access.
///
/// # Panics
///
/// Panics if there are more or fewer elements than those of `count` values.
#[inline]
pub fn view_mut<P: Plain>(numbers: &mut [P::Element], count: usize) -> &mut [P] {
    assert_holds::<P>(numbers, count);
    // SAFETY: the run is exactly `count` times `COUNT` elements (asserted), which is the size of `count`
    // values of type `P` (the contract of `Plain`); it is aligned for elements, and `P` needs no more
    // (`assert_layout`). Any elements make valid values and every value is made of valid elements (the
    // contract), whichever side writes. The unique borrow is passed on.
    unsafe { slice::from_raw_parts_mut(numbers.as_mut_ptr().cast(), count) }
}

/// [`flat`] on the heap: the same memory, no copy.
pub fn flat_boxed<P: Plain>(values: Box<[P]>) -> Box<[P::Element]> {
    const { assert_layout::<P>() };
    let count = values.len() * P::COUNT;
    let numbers = aligned(Box::into_raw(values).cast::<P>()).cast_mut();
    // SAFETY: the values lie one after the other and each is `COUNT` initialised elements without padding
    // (the contract of `Plain`). If there are any elements, `P` is aligned as they are (`assert_layout`),
    // so the allocation is one of `count` elements in size and alignment, and is freed as such. If there
    // are none, nothing was allocated, and `aligned` gives an aligned address, as an empty box has.
    unsafe { Box::from_raw(core::ptr::slice_from_raw_parts_mut(numbers, count)) }
}

/// [`view`] on the heap: the same memory, no copy.
///
/// # Panics
///
/// Panics if there are more or fewer elements than those of `count` values.
pub fn view_boxed<P: Plain>(numbers: Box<[P::Element]>, count: usize) -> Box<[P]> {
    assert_holds::<P>(&numbers, count);
    let values = Box::into_raw(numbers).cast::<P>();
    // SAFETY: the run is exactly `count` times `COUNT` elements (asserted), and any elements make valid values
    // (the contract of `Plain`). If there are any elements, `P` is aligned as they are (`assert_layout`),
    // so the allocation is one of `count` values in size and alignment, and is freed as such. If there
    // are none, nothing was allocated, and the address is aligned for elements, so for `P`.
    unsafe { Box::from_raw(core::ptr::slice_from_raw_parts_mut(values, count)) }
}

#[inline]
fn assert_holds<P: Plain>(numbers: &[P::Element], count: usize) {
    const { assert_layout::<P>() };
    // Any count of empty values has no elements; a count that overflows has more than there can be.
    let expected = count.checked_mul(P::COUNT);
    assert_eq!(expected, Some(numbers.len()), "{count} values of {} numbers each", P::COUNT);
}

#[inline]
fn assert_same_count<A: Plain, B: Plain>() {
    const { assert_layout::<A>() };
    const { assert_layout::<B>() };
    assert!(A::COUNT == B::COUNT, "{} numbers seen as {}", A::COUNT, B::COUNT);
}

/// The address of values as that of their elements. An empty value may be aligned to 1, an empty slice of
/// elements may not: then any aligned address will do.
#[inline]
fn aligned<P: Plain>(values: *const P) -> *const P::Element {
    if P::COUNT == 0 { core::ptr::NonNull::dangling().as_ptr() } else { values.cast() }
}

/// Checks the contract's demands on the layout, as far as the compiler can. Whatever makes a value or views one
/// evaluates it, so that no value of a wrong `Plain` gets through code generation.
const fn assert_layout<P: Plain>() {
    assert_made_of::<P, P::Element>(P::COUNT);
}

const fn assert_made_of<P, T: Float>(count: usize) {
    assert!(size_of::<P>() == count * size_of::<T>(), "a plain value has no padding");
    assert!(align_of::<P>() <= align_of::<T>(), "a plain value is aligned as its numbers");
    assert!(count == 0 || align_of::<P>() == align_of::<T>(), "a plain value is aligned as its numbers");
    assert!(!core::mem::needs_drop::<P>(), "a plain value has nothing to drop");
}

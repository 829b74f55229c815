//! Values that are nothing but numbers: [`Plain`], the flat view of tensors, layers, networks and
//! workspaces.
//!
//! *The type is the architecture, the value is the weights*: so a network is one contiguous block
//! of numbers, and gradients, optimizer state, saving and comparing are loops over flat slices.
//! This is the one file that turns a value into a slice and back; with the kernel boundary in
//! `kernel` it holds all `unsafe` code of the crate.
#![allow(unsafe_code)]

use alloc::boxed::Box;
use core::mem::{MaybeUninit, align_of, size_of};
use core::slice;

use generic_array::GenericArray;

use crate::dim::Dim;
use crate::element::Element;

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
///   padding between: each of these bytes belongs to one of the numbers.
/// - Every sequence of `COUNT` elements is a valid value, so also zeros.
/// - No part can change behind a shared reference, and dropping does nothing.
#[diagnostic::on_unimplemented(
    message = "this is not made of numbers alone",
    label = "fields are tensors, layers or `f32` and `f64`; a layer says what its fields are in `parameters!`"
)]
pub unsafe trait Plain: Sized + Send + Sync + 'static {
    /// The type of the numbers.
    type Element: Element;
    /// How many numbers the value holds.
    const COUNT: usize = size_of::<Self>() / size_of::<Self::Element>();

    /// The value's numbers.
    #[inline]
    fn as_slice(&self) -> &[Self::Element] {
        flat(slice::from_ref(self))
    }

    /// The value's numbers, to be changed.
    #[inline]
    fn as_mut_slice(&mut self) -> &mut [Self::Element] {
        flat_mut(slice::from_mut(self))
    }

    /// All zeros, by value: for what is small, or `static`.
    // SAFETY: zeros are valid elements, and any elements make a valid value (contract).
    const ZERO: Self = unsafe { core::mem::zeroed() };

    /// All zeros, made on the heap: never on the stack, however large.
    fn zeroed() -> Box<Self> {
        // SAFETY: zeros are valid elements, and any elements make a valid value (contract).
        unsafe { Box::<Self>::new_zeroed().assume_init() }
    }

    /// A copy on the heap, never on the stack, however large.
    fn to_boxed(&self) -> Box<Self> {
        let mut copy = Self::zeroed();
        copy.as_mut_slice().copy_from_slice(self.as_slice());
        copy
    }
}

/// A copy by value.
#[doc(hidden)]
pub fn copied<P: Plain>(value: &P) -> P {
    let mut copy = P::ZERO;
    copy.as_mut_slice().copy_from_slice(value.as_slice());
    copy
}

// SAFETY: one number, itself.
unsafe impl Plain for f32 {
    type Element = f32;
}
// SAFETY: one number, itself.
unsafe impl Plain for f64 {
    type Element = f64;
}

// SAFETY: a `GenericArray<P, N>` has the layout of `[P; N]` (its documentation), so the contract of
// `P` carries over.
unsafe impl<P: Plain, N: Dim> Plain for GenericArray<P, N> {
    type Element = P::Element;
}

// SAFETY: an array is its items one after the other, without padding and aligned as they are (the
// language's reference), so the contract of `P` carries over.
#[diagnostic::do_not_recommend]
unsafe impl<P: Plain, const N: usize> Plain for [P; N] {
    type Element = P::Element;
}

// SAFETY: `repr(transparent)` over a `Plain`, which has nothing to drop anyway.
unsafe impl<P: Plain> Plain for core::mem::ManuallyDrop<P> {
    type Element = P::Element;
}

/// No numbers at all, of element type `T`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nothing<T>(core::marker::PhantomData<T>);

// SAFETY: zero-sized with alignment 1.
unsafe impl<T: Element> Plain for Nothing<T> {
    type Element = T;
}

/// Makes a struct [`Plain`]: the type, its generic parameters with their bounds, the element type
/// and every field; `marker` names a `PhantomData` field.
///
/// It is safe to use: what cannot be a plain value does not compile. The struct should be
/// `repr(C)`, so that the order in memory is the order written. Layers use
/// [`parameters!`](crate::parameters!), which calls this.
#[macro_export]
macro_rules! plain {
    (
        $name:ident<$($param:ident: $bound:path),* $(,)?>: $element:ty {
            $($field:tt),* $(,)?
        } $(marker $marker:ident)?
    ) => {
        // SAFETY: the fields are exactly those listed (a struct expression names each), and each is
        // `Plain` with this element type (`field_count` asks for it) or a `PhantomData`. `count`
        // asserts that the size is the sum of the fields' sizes, so there is no padding, and that
        // nothing is dropped. Alignment is the largest of the fields', so at most the element's.
        #[allow(unsafe_code)]
        #[diagnostic::do_not_recommend]
        unsafe impl<$($param: $bound),*> $crate::plain::Plain for $name<$($param),*> {
            type Element = $element;
            const COUNT: usize = {
                let _ = || Self { $($field: $crate::plain::any(),)* $($marker: ::core::marker::PhantomData)? };
                $crate::plain::count::<Self, $element>(
                    &[$($crate::plain::field_count(|value: &Self| &value.$field)),*],
                )
            };
        }

        // SAFETY: numbers can be sent and shared. (The compiler would find so too, but going down
        // through all layers of a deep network, deeper than it likes to.)
        #[allow(unsafe_code)]
        unsafe impl<$($param: $bound),*> Send for $name<$($param),*> {}
        // SAFETY: as above.
        #[allow(unsafe_code)]
        unsafe impl<$($param: $bound),*> Sync for $name<$($param),*> {}
    };
}

/// The numbers of the whole, which must be those of the fields.
#[doc(hidden)]
pub const fn count<P, T: Element>(fields: &[usize]) -> usize {
    let mut count = 0;
    let mut field = 0;
    while field < fields.len() {
        count += fields[field];
        field += 1;
    }
    assert!(size_of::<P>() == count * size_of::<T>(), "a plain value has no padding");
    assert!(!core::mem::needs_drop::<P>(), "a plain value has nothing to drop");
    count
}

/// Stands for a field in the struct expression that names each; never called.
#[doc(hidden)]
pub fn any<F>() -> F {
    unreachable!("the field of no value")
}

/// The numbers of one field.
#[doc(hidden)]
pub const fn field_count<P: Plain, F: Plain<Element = P::Element>>(_field: fn(&P) -> &F) -> usize {
    F::COUNT
}

/// The value whose numbers are `number(0)`, `number(1)` and so on.
#[inline]
pub fn generated<P: Plain>(number: impl FnMut(usize) -> P::Element) -> P {
    let mut value = MaybeUninit::uninit();
    // SAFETY: the memory is that of a `P`, and all of its numbers are written.
    unsafe {
        generate(value.as_mut_ptr(), number);
        value.assume_init()
    }
}

/// [`generated`] on the heap, never on the stack, however large.
pub fn generated_boxed<P: Plain>(number: impl FnMut(usize) -> P::Element) -> Box<P> {
    let mut value = Box::new_uninit();
    // SAFETY: as in `generated`.
    unsafe {
        generate(value.as_mut_ptr(), number);
        value.assume_init()
    }
}

/// The value made of runs of `len` numbers: `run(0)` gives those of the first run, and so on.
///
/// # Panics
///
/// Where the value is not made of whole runs.
#[inline]
pub fn generated_in_runs<P: Plain, F: FnMut(usize) -> P::Element>(
    len: usize,
    mut run: impl FnMut(usize) -> F,
) -> P {
    let mut value = MaybeUninit::uninit();
    // SAFETY: as in `generated`.
    unsafe {
        generate_in_runs(value.as_mut_ptr(), len, &mut run);
        value.assume_init()
    }
}

/// [`generated_in_runs`] on the heap, never on the stack, however large.
///
/// # Panics
///
/// As there.
pub fn generated_in_runs_boxed<P: Plain, F: FnMut(usize) -> P::Element>(
    len: usize,
    mut run: impl FnMut(usize) -> F,
) -> Box<P> {
    let mut value = Box::new_uninit();
    // SAFETY: as in `generated`.
    unsafe {
        generate_in_runs(value.as_mut_ptr(), len, &mut run);
        value.assume_init()
    }
}

/// As [`generate`], run by run.
///
/// # Safety
///
/// `value` is valid for writes, and aligned.
#[inline(always)]
unsafe fn generate_in_runs<P: Plain, F: FnMut(usize) -> P::Element>(
    value: *mut P,
    len: usize,
    run: &mut impl FnMut(usize) -> F,
) {
    const { assert_layout::<P>() };
    if P::COUNT == 0 {
        return;
    }
    assert!(P::COUNT.is_multiple_of(len), "{} numbers in runs of {len}", P::COUNT);
    let numbers: *mut P::Element = value.cast();
    for number in 0..P::COUNT / len {
        let mut generate = run(number);
        for place in 0..len {
            // SAFETY: as in `generate`; runs of `len` numbers each make up `COUNT`.
            unsafe { numbers.add(number * len + place).write(generate(place)) };
        }
    }
}

/// Writes all numbers of a value.
///
/// # Safety
///
/// `value` is valid for writes, and aligned.
#[inline(always)]
unsafe fn generate<P: Plain>(value: *mut P, mut number: impl FnMut(usize) -> P::Element) {
    const { assert_layout::<P>() };
    let numbers: *mut P::Element = value.cast();
    for position in 0..P::COUNT {
        // SAFETY: a `P` is `COUNT` elements one after the other (contract), aligned as elements are
        // wherever it has any: `assert_layout`.
        unsafe { numbers.add(position).write(number(position)) };
    }
}

/// A value on the heap as one of another type that holds as many numbers; the memory stays.
///
/// # Panics
///
/// As [`cast`].
pub fn cast_boxed<A: Plain, B: Plain<Element = A::Element>>(value: Box<A>) -> Box<B> {
    assert_same_layout::<A, B>();
    // SAFETY: both types have the same size and alignment, so the same memory is freed, and both are
    // valid for any elements (contract).
    unsafe { Box::from_raw(Box::into_raw(value).cast()) }
}

/// `count` zeroed values on the heap.
pub fn zeroed_slice<P: Plain>(count: usize) -> Box<[P]> {
    // SAFETY: as in `Plain::zeroed`.
    unsafe { Box::<[P]>::new_zeroed_slice(count).assume_init() }
}

/// The numbers of several values, one value after the other: a batch as a row-major matrix.
#[inline]
pub fn flat<P: Plain>(values: &[P]) -> &[P::Element] {
    const { assert_layout::<P>() };
    // SAFETY: the values lie one after the other and each is `COUNT` elements without padding
    // (contract), so this is one initialised run of that many, aligned for `P`, whose alignment is
    // the element's or there is nothing to read: `assert_layout`. The borrow is passed on.
    unsafe { slice::from_raw_parts(aligned(values.as_ptr()), values.len() * P::COUNT) }
}

/// The numbers of several values, to be changed.
#[inline]
pub fn flat_mut<P: Plain>(values: &mut [P]) -> &mut [P::Element] {
    const { assert_layout::<P>() };
    // SAFETY: as in `flat`; any elements written make valid values (contract), and the unique
    // borrow is passed on.
    unsafe { slice::from_raw_parts_mut(aligned(values.as_ptr()).cast_mut(), values.len() * P::COUNT) }
}

/// Values as values of another type that holds as many numbers.
///
/// # Panics
///
/// Where the types hold different numbers of numbers.
#[inline]
pub fn cast<A: Plain, B: Plain<Element = A::Element>>(values: &[A]) -> &[B] {
    assert_same_layout::<A, B>();
    // SAFETY: both types have the same size and alignment, and are valid for any elements
    // (contract). The borrow is passed on.
    unsafe { slice::from_raw_parts(values.as_ptr().cast(), values.len()) }
}

/// [`cast`], to be changed.
///
/// # Panics
///
/// As [`cast`].
#[inline]
pub fn cast_mut<A: Plain, B: Plain<Element = A::Element>>(values: &mut [A]) -> &mut [B] {
    assert_same_layout::<A, B>();
    // SAFETY: as in `cast`; the unique borrow is passed on.
    unsafe { slice::from_raw_parts_mut(values.as_mut_ptr().cast(), values.len()) }
}

/// `count` values that lie in a run of numbers: the inverse of [`flat`].
///
/// # Panics
///
/// Where the run does not hold just as many numbers.
#[inline]
pub fn view<P: Plain>(numbers: &[P::Element], count: usize) -> &[P] {
    assert_holds::<P>(numbers, count);
    // SAFETY: the run is `count` times `COUNT` elements (`assert_holds`), aligned at least as `P`,
    // and any elements make valid values (contract). The borrow is passed on.
    unsafe { slice::from_raw_parts(numbers.as_ptr().cast(), count) }
}

/// [`view`], to be changed.
///
/// # Panics
///
/// As [`view`].
#[inline]
pub fn view_mut<P: Plain>(numbers: &mut [P::Element], count: usize) -> &mut [P] {
    assert_holds::<P>(numbers, count);
    // SAFETY: as in `view`; the unique borrow is passed on.
    unsafe { slice::from_raw_parts_mut(numbers.as_mut_ptr().cast(), count) }
}

/// [`flat`] on the heap: the same memory, no copy.
pub fn flat_boxed<P: Plain>(values: Box<[P]>) -> Box<[P::Element]> {
    const { assert_layout::<P>() };
    let count = values.len() * P::COUNT;
    let numbers = aligned(Box::into_raw(values).cast::<P>()).cast_mut();
    // SAFETY: the numbers are as in `flat`. Where there are any, the allocation is of as many bytes
    // and aligned as elements are; where there are none, so is no allocation, and the address is
    // aligned.
    unsafe { Box::from_raw(core::ptr::slice_from_raw_parts_mut(numbers, count)) }
}

/// [`view`] on the heap: the same memory, no copy.
///
/// # Panics
///
/// As [`view`].
pub fn view_boxed<P: Plain>(numbers: Box<[P::Element]>, count: usize) -> Box<[P]> {
    assert_holds::<P>(&numbers, count);
    let values = Box::into_raw(numbers).cast::<P>();
    // SAFETY: the values are as in `view`. Where there are any numbers, the allocation is of as many
    // bytes and `P` is aligned as they are (`assert_layout`); where there are none, so is no
    // allocation, and the address is aligned for elements, so for `P`.
    unsafe { Box::from_raw(core::ptr::slice_from_raw_parts_mut(values, count)) }
}

#[inline]
fn assert_holds<P: Plain>(numbers: &[P::Element], count: usize) {
    const { assert_layout::<P>() };
    // Of empty values any count lies in no numbers; a count too large to be multiplied lies in none.
    let expected = count.checked_mul(P::COUNT);
    assert_eq!(expected, Some(numbers.len()), "{count} values of {} numbers each", P::COUNT);
}

#[inline]
fn assert_same_layout<A: Plain, B: Plain>() {
    const { assert_layout::<A>() };
    const { assert_layout::<B>() };
    assert!(
        A::COUNT == B::COUNT && align_of::<A>() == align_of::<B>(),
        "{} numbers seen as {}",
        A::COUNT,
        B::COUNT
    );
}

/// An empty value may be aligned to 1, an empty slice of elements may not: then any aligned
/// address does.
#[inline]
fn aligned<P: Plain>(values: *const P) -> *const P::Element {
    if P::COUNT == 0 { core::ptr::NonNull::dangling().as_ptr() } else { values.cast() }
}

/// What the contract says of the layout, as far as the compiler can tell: a wrong `Plain` does not
/// get through code generation.
const fn assert_layout<P: Plain>() {
    assert!(size_of::<P>() == P::COUNT * size_of::<P::Element>());
    assert!(align_of::<P>() <= align_of::<P::Element>());
    assert!(P::COUNT == 0 || align_of::<P>() == align_of::<P::Element>());
}

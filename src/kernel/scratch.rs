//! Scratch memory for packing, on the stack.
#![allow(unsafe_code)]

use core::mem::MaybeUninit;

use super::vector::Number;

/// Scratch of as many bytes as `COUNT` units take, whose vectors do not straddle cache lines.
///
/// It is made by [`MaybeUninit::uninit`] and borrowed where it lies: without optimisation, each move of it
/// would take as much of the stack again.
#[repr(align(64))]
pub(super) struct Scratch<Unit, const COUNT: usize>(#[allow(dead_code)] [Unit; COUNT]);

impl<Unit, const COUNT: usize> Scratch<Unit, COUNT> {
    /// As many numbers as the memory holds, none of them written yet.
    #[inline(always)]
    pub(super) fn numbers<T: Number>(memory: &mut MaybeUninit<Self>) -> &mut [MaybeUninit<T>] {
        const { assert!(align_of::<T>() <= align_of::<Self>()) }
        let len = size_of::<Self>() / size_of::<T>();
        // SAFETY: `len` numbers take no more bytes than `Self`, whose memory is borrowed for as long as they
        // are; it is aligned for them, as asserted; and `MaybeUninit` numbers need not be initialised.
        unsafe { core::slice::from_raw_parts_mut(memory.as_mut_ptr().cast(), len) }
    }
}

/// Zeros where nothing has been written yet.
pub(super) fn zeroed<T: Number>(memory: &mut [MaybeUninit<T>]) -> &mut [T] {
    memory.fill(MaybeUninit::new(T::default()));
    // SAFETY: all of it has just been written.
    unsafe { memory.assume_init_mut() }
}

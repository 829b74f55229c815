//! Memory for copies that are too large for the stack: each thread's own, taken from the heap the first
//! time that it is needed, and kept.
#![allow(unsafe_code)]

use core::mem::MaybeUninit;

use super::vector::Number;

/// What all rooms are made of: as strictly aligned as any [`Number`].
#[cfg(feature = "std")]
type Unit = MaybeUninit<f64>;

#[cfg(feature = "std")]
std::thread_local! {
    static ROOM: core::cell::Cell<alloc::vec::Vec<Unit>> = const { core::cell::Cell::new(alloc::vec::Vec::new()) };
}

/// Calls `compute` with room for `len` numbers; without the feature `std`, with none.
pub(super) fn with<T: Number>(len: usize, compute: impl FnOnce(&mut [MaybeUninit<T>])) {
    #[cfg(feature = "std")]
    if len > 0 {
        const { assert!(align_of::<T>() <= align_of::<Unit>()) }
        // Taken out meanwhile: whoever might want a room in `compute` gets another one.
        let mut units = ROOM.take();
        let bytes = len.checked_mul(size_of::<T>()).expect("a room that can be counted in bytes");
        let count = bytes.div_ceil(size_of::<Unit>());
        if units.len() < count {
            units.resize(count, MaybeUninit::uninit());
        }
        // SAFETY: `units` has `count` units or more, in which `len` numbers fit; numbers are not more strictly
        // aligned than units, as asserted; `MaybeUninit` numbers need not be initialised; and `units` is not
        // used while they are borrowed.
        compute(unsafe { core::slice::from_raw_parts_mut(units.as_mut_ptr().cast(), len) });
        ROOM.set(units);
        return;
    }
    let _ = len;
    compute(&mut []);
}

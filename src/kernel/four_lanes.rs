//! Four numbers in a register (four lanes), and 4×4 blocks of them.
//!
//! The instructions are spelt out where the compiler does not find them: between transposing and adding
//! it would take registers apart.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
use core::arch::x86_64::*;
use core::ops::{Add, Mul};

/// Rows and columns of a block.
pub(super) const SIDE: usize = 4;

/// Numbers with operations on four lanes at a time, on any processor.
pub(crate) trait FourLanes: Copy + Add<Output = Self> + Mul<Output = Self> {
    /// The additive identity, which does not change even the sign of 0: `-0`.
    const ADDITIVE_IDENTITY: Self;

    #[inline(always)]
    fn plus(x: [Self; 4], y: [Self; 4]) -> [Self; 4] {
        [x[0] + y[0], x[1] + y[1], x[2] + y[2], x[3] + y[3]]
    }
    #[inline(always)]
    fn times(x: [Self; 4], y: [Self; 4]) -> [Self; 4] {
        [x[0] * y[0], x[1] * y[1], x[2] * y[2], x[3] * y[3]]
    }
    /// The transpose of a block.
    #[inline(always)]
    fn transposed(block: [[Self; SIDE]; SIDE]) -> [[Self; SIDE]; SIDE] {
        let column = |side: usize| [block[0][side], block[1][side], block[2][side], block[3][side]];
        [column(0), column(1), column(2), column(3)]
    }
}

impl FourLanes for f64 {
    const ADDITIVE_IDENTITY: f64 = -0.0;
}

impl FourLanes for f32 {
    const ADDITIVE_IDENTITY: f32 = -0.0;

    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn plus(x: [f32; 4], y: [f32; 4]) -> [f32; 4] {
        // SAFETY: each x86-64 processor has SSE, which is all that the instruction needs.
        numbers(unsafe { _mm_add_ps(register(x), register(y)) })
    }
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn times(x: [f32; 4], y: [f32; 4]) -> [f32; 4] {
        // SAFETY: each x86-64 processor has SSE, which is all that the instruction needs.
        numbers(unsafe { _mm_mul_ps(register(x), register(y)) })
    }
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn transposed(block: [[f32; SIDE]; SIDE]) -> [[f32; SIDE]; SIDE] {
        // Each by its name: `array::map` stays a loop now and then.
        let [a, b, c, d] = block;
        let [a, b, c, d] = [register(a), register(b), register(c), register(d)];
        // SAFETY: each x86-64 processor has SSE, which is all that these instructions need.
        let [a, b, c, d] = unsafe {
            let (low, high) = (_mm_unpacklo_ps(a, b), _mm_unpackhi_ps(a, b));
            let (low_below, high_below) = (_mm_unpacklo_ps(c, d), _mm_unpackhi_ps(c, d));
            [
                _mm_movelh_ps(low, low_below),
                _mm_movehl_ps(low_below, low),
                _mm_movelh_ps(high, high_below),
                _mm_movehl_ps(high_below, high),
            ]
        };
        [numbers(a), numbers(b), numbers(c), numbers(d)]
    }
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn register(numbers: [f32; 4]) -> __m128 {
    // SAFETY: four numbers and a register are the same bytes, and of those any are valid.
    unsafe { core::mem::transmute(numbers) }
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn numbers(register: __m128) -> [f32; 4] {
    // SAFETY: a register and four numbers are the same bytes, and of those any are valid.
    unsafe { core::mem::transmute(register) }
}

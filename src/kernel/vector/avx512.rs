//! AVX-512: thirty-two registers of sixteen `f32`; the narrower vectors are those of AVX2.
#![allow(unsafe_code)]

use core::arch::x86_64::*;
use core::mem::MaybeUninit;

use super::super::instruction_set::InstructionSet;
use super::super::operation::Operation;
use super::{Apart, Avx2, Set, Tiled, Vector};

/// Proof of AVX-512 F and VL, AVX2 and FMA.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx512(());

impl Avx512 {
    #[inline]
    pub(in super::super) fn detect() -> Option<Self> {
        has!("avx512f", "avx512vl", "avx2", "fma").then_some(Self(()))
    }

    #[inline]
    pub(in super::super) fn for_pass_over(self, numbers: usize) -> InstructionSet {
        if numbers < 64 { Avx2::of(self).into() } else { self.into() }
    }
}

impl From<Avx512> for Avx2 {
    #[inline(always)]
    fn from(set: Avx512) -> Self {
        Self::of(set)
    }
}

impl Set<f32> for Avx512 {
    const FUSED: bool = true;
    type Full = F32x16;
    type Eight = <Avx2 as Set<f32>>::Eight;
    type Four = <Avx2 as Set<f32>>::Four;
    type Two = <Avx2 as Set<f32>>::Two;
    type One = <Avx2 as Set<f32>>::One;

    enter!(f32, Avx512 "avx512f,avx512vl,avx2,fma");

    #[inline(always)]
    fn tiled(self, computation: impl Tiled<f32>) {
        computation.compute::<Self, 8, 3>(self);
    }
}

/// AVX2 itself: matrixmultiply computes the products, and code for the little else in `f64` would take longer to compile
/// than it saves.
impl Set<f64> for Avx512 {
    const FUSED: bool = true;
    type Full = <Avx2 as Set<f64>>::Full;
    type Eight = <Avx2 as Set<f64>>::Eight;
    type Four = <Avx2 as Set<f64>>::Four;
    type Two = <Avx2 as Set<f64>>::Two;
    type One = <Avx2 as Set<f64>>::One;

    #[inline(always)]
    fn enter(self, operation: impl Operation<f64>) {
        Avx2::of(self).enter(operation);
    }

    #[inline(always)]
    fn tiled(self, computation: impl Tiled<f64>) {
        Avx2::of(self).tiled(computation);
    }
}

vector!(F32x16(__m512) = 16 f32, Avx512 "avx512f,avx512vl,avx2,fma", _mm512_set1_ps, _mm512_loadu_ps, _mm512_storeu_ps, _mm512_fmadd_ps, _mm512_add_ps, part load_part);

/// `count` numbers, at most 16, and zeros behind them.
///
/// # Safety
///
/// `values` is valid for reads of `count` numbers, aligned or not, and the processor has AVX-512 F.
#[inline(always)]
unsafe fn load_part(values: *const f32, count: usize) -> __m512 {
    // SAFETY: the caller's promise: lane `n` is read where bit `n` is set, the lowest `count` of them, and no other.
    unsafe { _mm512_maskz_loadu_ps(((1_u32 << count) - 1) as u16, values) }
}

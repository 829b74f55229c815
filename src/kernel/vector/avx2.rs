//! AVX2 with FMA: sixteen registers of eight `f32` or four `f64`.
#![allow(unsafe_code)]

use core::arch::x86_64::*;
use core::mem::MaybeUninit;

use super::super::instruction_set::InstructionSet;
use super::super::operation::Operation;
use super::{Apart, Set, Tiled, Vector};

/// Proof of AVX2 and FMA.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx2(());

impl Avx2 {
    #[inline]
    pub(in super::super) fn detect() -> Option<Self> {
        has!("avx2", "fma").then_some(Self(()))
    }

    #[inline]
    pub(in super::super) fn for_pass_over(self, _numbers: usize) -> InstructionSet {
        self.into()
    }

    /// The set, which each processor with AVX-512 as we ask for it has, too.
    #[inline(always)]
    pub(super) fn of(_: super::Avx512) -> Self {
        Self(())
    }
}

impl Set<f32> for Avx2 {
    const FUSED: bool = true;
    type Full = F32x8;
    type Eight = F32x8;
    type Four = F32x4;
    type Two = F32x2;
    type One = F32x1;

    enter!(f32, Avx2 "avx2,fma");

    #[inline(always)]
    fn tiled(self, computation: impl Tiled<f32>) {
        computation.compute::<Self, 6, 2>(self);
    }
}

/// For single rows alone.
impl Set<f64> for Avx2 {
    const FUSED: bool = true;
    type Full = F64x4;
    type Eight = F64x4;
    type Four = F64x4;
    type Two = F64x2;
    type One = F64x1;

    enter!(f64, Avx2 "avx2,fma");

    #[inline(always)]
    fn tiled(self, computation: impl Tiled<f64>) {
        computation.compute::<Self, 6, 2>(self);
    }
}

vector!(F32x8(__m256) = 8 f32, Avx2 "avx2,fma", _mm256_set1_ps, _mm256_loadu_ps, _mm256_storeu_ps, _mm256_fmadd_ps, _mm256_add_ps, part load_part);
vector!(F32x4(__m128) = 4 f32, Avx2 "avx2,fma", _mm_set1_ps, _mm_loadu_ps, _mm_storeu_ps, _mm_fmadd_ps, _mm_add_ps);
vector!(
    /// The lower half of a register.
    F32x2(__m128) = 2 f32, Avx2 "avx2,fma", _mm_set1_ps, load_pair, store_pair, _mm_fmadd_ps, _mm_add_ps
);
vector!(F32x1(__m128) = 1 f32, Avx2 "avx2,fma", _mm_set1_ps, _mm_load_ss, _mm_store_ss, _mm_fmadd_ss, _mm_add_ss);
vector!(F64x4(__m256d) = 4 f64, Avx2 "avx2,fma", _mm256_set1_pd, _mm256_loadu_pd, _mm256_storeu_pd, _mm256_fmadd_pd, _mm256_add_pd);
vector!(F64x2(__m128d) = 2 f64, Avx2 "avx2,fma", _mm_set1_pd, _mm_loadu_pd, _mm_storeu_pd, _mm_fmadd_pd, _mm_add_pd);
vector!(F64x1(__m128d) = 1 f64, Avx2 "avx2,fma", _mm_set1_pd, _mm_load_sd, _mm_store_sd, _mm_fmadd_sd, _mm_add_sd);

/// `count` numbers, and zeros behind them.
///
/// # Safety
///
/// `values` is valid for reads of `count` numbers, aligned or not, and the processor has AVX2.
#[inline(always)]
unsafe fn load_part(values: *const f32, count: usize) -> __m256 {
    // SAFETY: the caller's promise: lane `n` is read where `count` is larger than `n`, and no other.
    unsafe {
        let lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        _mm256_maskload_ps(values, _mm256_cmpgt_epi32(_mm256_set1_epi32(count as i32), lanes))
    }
}

/// # Safety
///
/// `values` is valid for reads of two numbers, aligned or not.
#[inline(always)]
unsafe fn load_pair(values: *const f32) -> __m128 {
    // SAFETY: the caller's promise; `_mm_load_sd` wants no alignment, and SSE2 is there.
    unsafe { _mm_castpd_ps(_mm_load_sd(values.cast())) }
}

/// # Safety
///
/// `values` is valid for writes of two numbers, aligned or not.
#[inline(always)]
unsafe fn store_pair(values: *mut f32, pair: __m128) {
    // SAFETY: the caller's promise; `_mm_store_sd` wants no alignment, and SSE2 is there.
    unsafe { _mm_store_sd(values.cast(), _mm_castps_pd(pair)) }
}

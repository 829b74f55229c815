//! AVX2 with FMA, and AVX-512: the same with registers twice as wide and twice as many.
#![allow(unsafe_code)]

use core::arch::x86_64::*;

use super::super::grid::{Panel, Panels};
use super::super::tile::{Left, Right, Tile};
use super::{Set, Vector};

/// Proof of AVX2 and FMA.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Avx2(());

/// Proof of AVX-512 F and VL, AVX2 and FMA.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Avx512(());

impl From<Avx512> for Avx2 {
    fn from(_: Avx512) -> Self {
        Self(())
    }
}

/// Whether the processor has all of these features: asked at run time with `std` (and remembered
/// there), at compile time without.
macro_rules! has {
    ($($feature:tt),*) => {{
        #[cfg(feature = "std")]
        {
            true $(&& std::arch::is_x86_feature_detected!($feature))*
        }
        #[cfg(not(feature = "std"))]
        {
            true $(&& cfg!(target_feature = $feature))*
        }
    }};
}

impl Avx2 {
    #[inline]
    pub(in super::super) fn detect() -> Option<Self> {
        has!("avx2", "fma").then_some(Self(()))
    }
}

impl Avx512 {
    #[inline]
    pub(in super::super) fn detect() -> Option<Self> {
        has!("avx512f", "avx512vl", "avx2", "fma").then_some(Self(()))
    }
}

/// Asks for the memory of an address.
#[inline(always)]
pub(super) fn prefetch<T>(address: *const T) {
    // SAFETY: each x86-64 has the instruction, which does nothing where the address may not be read.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) }
}

vector!(F32x16(__m512) = 16 f32, Avx512 "avx512f,avx512vl,avx2,fma", _mm512_set1_ps, _mm512_loadu_ps, _mm512_storeu_ps, _mm512_fmadd_ps, _mm512_add_ps);
vector!(F32x8(__m256) = 8 f32, Avx2 "avx2,fma", _mm256_set1_ps, _mm256_loadu_ps, _mm256_storeu_ps, _mm256_fmadd_ps, _mm256_add_ps);
vector!(F32x4(__m128) = 4 f32, Avx2 "avx2,fma", _mm_set1_ps, _mm_loadu_ps, _mm_storeu_ps, _mm_fmadd_ps, _mm_add_ps);
vector!(
    /// The lower half of a register.
    F32x2(__m128) = 2 f32, Avx2 "avx2,fma", _mm_set1_ps, load_pair, store_pair, _mm_fmadd_ps, _mm_add_ps
);
vector!(F32x1(__m128) = 1 f32, Avx2 "avx2,fma", _mm_set1_ps, _mm_load_ss, _mm_store_ss, _mm_fmadd_ss, _mm_add_ss);
vector!(F64x4(__m256d) = 4 f64, Avx2 "avx2,fma", _mm256_set1_pd, _mm256_loadu_pd, _mm256_storeu_pd, _mm256_fmadd_pd, _mm256_add_pd);
vector!(F64x2(__m128d) = 2 f64, Avx2 "avx2,fma", _mm_set1_pd, _mm_loadu_pd, _mm_storeu_pd, _mm_fmadd_pd, _mm_add_pd);
vector!(F64x1(__m128d) = 1 f64, Avx2 "avx2,fma", _mm_set1_pd, _mm_load_sd, _mm_store_sd, _mm_fmadd_sd, _mm_add_sd);

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

impl Set<f32> for Avx512 {
    type Full = F32x16;
    type Eight = F32x8;
    type Four = F32x4;
    type Two = F32x2;
    type One = F32x1;
}

impl Set<f32> for Avx2 {
    type Full = F32x8;
    type Eight = F32x8;
    type Four = F32x4;
    type Two = F32x2;
    type One = F32x1;
}

impl Set<f64> for Avx2 {
    type Full = F64x4;
    type Eight = F64x4;
    type Four = F64x4;
    type Two = F64x2;
    type One = F64x1;
}

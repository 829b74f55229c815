//! Times several ways to do the same work, in turns, so that what the machine does meanwhile hits all
//! alike.
#![allow(dead_code)] // no benchmark needs all of it

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Whether to run everything only once: `cargo test --benches`, which checks that benchmarks work.
pub(crate) fn once() -> bool {
    !std::env::args().any(|argument| argument == "--bench")
}

/// The median time of each contestant, in nanoseconds a call.
pub(crate) fn medians<const N: usize>(mut contestants: [&mut dyn FnMut(); N]) -> [f64; N] {
    let budget = Duration::from_millis(if once() { 0 } else { 300 * N as u64 });
    // As many calls a round as take about a tenth of a millisecond, so that the clock does not count:
    // the first call, which is cold, would be no measure of it.
    let calls = contestants.each_mut().map(|work| {
        let (start, mut calls) = (Instant::now(), 0);
        while calls == 0 || start.elapsed() < Duration::from_micros(100) {
            work();
            calls += 1;
        }
        calls
    });
    let mut times = [const { Vec::new() }; N];
    let begin = Instant::now();
    while times[0].is_empty() || begin.elapsed() < budget {
        for contestant in 0..N {
            let start = Instant::now();
            (0..calls[contestant]).for_each(|_| contestants[contestant]());
            times[contestant].push(start.elapsed().as_nanos() as f64 / f64::from(calls[contestant]));
        }
    }
    times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    })
}

/// GFLOP/s of multiply-adds that stay in registers; 0 where we cannot tell.
pub(crate) fn peak() -> f64 {
    const CHAINS: usize = 12;
    const STEPS: usize = 1000;
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::*;
        macro_rules! chains {
            ($name:ident, $features:literal, $splat:ident, $multiply_add:ident) => {
                #[target_feature(enable = $features)]
                fn $name() {
                    let factor = black_box($splat(0.999));
                    let mut sums = [$splat(0.1); CHAINS];
                    for _ in 0..STEPS {
                        for sum in &mut sums {
                            *sum = $multiply_add(*sum, factor, factor);
                        }
                    }
                    black_box(sums);
                }
            };
        }
        chains!(avx512, "avx512f", _mm512_set1_ps, _mm512_fmadd_ps);
        chains!(avx2, "avx2,fma", _mm256_set1_ps, _mm256_fmadd_ps);
        let rate = |lanes: usize, [time]: [f64; 1]| 2.0 * (CHAINS * STEPS * lanes) as f64 / time;
        #[allow(unsafe_code)]
        if is_x86_feature_detected!("avx512f") {
            // SAFETY: the processor has the feature.
            return rate(16, medians([&mut || unsafe { avx512() }]));
        } else if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            // SAFETY: the processor has the features.
            return rate(8, medians([&mut || unsafe { avx2() }]));
        }
    }
    0.0
}

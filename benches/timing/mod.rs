//! Times several ways to do the same work, in turns, so that what the machine does meanwhile hits all
//! alike.

use std::time::{Duration, Instant};

/// Whether to run everything only once: `cargo test --benches`, which checks that benchmarks work.
pub(crate) fn once() -> bool {
    !std::env::args().any(|argument| argument == "--bench")
}

/// The median time of each contestant, in nanoseconds a call.
pub(crate) fn medians<const N: usize>(mut contestants: [&mut dyn FnMut(); N]) -> [f64; N] {
    let budget = Duration::from_millis(if once() { 0 } else { 300 * N as u64 });
    // As many calls a round as take a tenth of a millisecond, so that the clock does not count.
    let calls = contestants.each_mut().map(|work| {
        let start = Instant::now();
        work();
        (100_000 / start.elapsed().as_nanos().max(1)).max(1) as u32
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

//! dimwise as one contestant of a benchmark that times the same small networks on several
//! frameworks: `contestant --workloads W1,W4a --threads 1 --ms 300` prints, for each workload that it
//! knows, `workload threads median_ns key=value ...`.
//!
//! Data and first weights come from one splitmix64 generator, so that every contestant computes the
//! same numbers: `check` is the loss after 20 steps, or the sum of the outputs. What the workloads are
//! stands in `benches/README.md`.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use dimwise::layer::Input;
use dimwise::loss::TargetOf;
use dimwise::network::InputOf;
use dimwise::parameters::Kind;
use dimwise::prelude::*;

network! {
    type Mlp1 = [Affine<U784, U50>, Relu<_>, Affine<_, U10>];
    type Mlp2 = [Affine<U784, U512>, Relu<_>, Affine<_, U512>, Relu<_>, Affine<_, U10>];
    type Cnn = [
        Conv2d<(U1, U28, U28), U30, U5>, Relu<_>, MaxPool2d<_, U2>,
        Flatten<_>, Affine<_, U100>, Relu<_>, Affine<_, U10>,
    ];
    type Tiny = [Affine<U4, U16>, Tanh<_>, Affine<_, U16>, Tanh<_>, Affine<_, U2>];
    type Curve = [Affine<U4, U32>, Tanh<_>, Affine<_, U16>, Tanh<_>, Affine<_, U4>];
    type LeNet = [
        Conv2d<(U1, U28, U28), U6, U5>, Relu<_>, MaxPool2d<_, U2>,
        Conv2d<_, U16, U5>, Relu<_>, MaxPool2d<_, U2>,
        Flatten<_>, Affine<_, U120>, Relu<_>, Affine<_, U84>, Relu<_>, Affine<_, U10>,
    ];
}

const MLP1: [u64; 2] = [11, 12];
const MLP2: [u64; 3] = [21, 22, 23];
const CNN: [u64; 3] = [31, 32, 33];
const TINY: [u64; 3] = [41, 42, 43];
const CURVE: [u64; 3] = [81, 82, 83];
const LENET: [u64; 5] = [91, 92, 93, 94, 95];

fn main() {
    let run = Run::from_arguments();
    for workload in &run.workloads {
        match workload.as_str() {
            "W1" => run.classify::<Mlp1, _, U100>(workload, &MLP1, || Sgd { learning_rate: 0.1 }, 1),
            "W2" => run.classify::<Mlp2, _, U128>(workload, &MLP2, || Adam::new(1e-3), 2),
            "W3" => run.classify::<Cnn, _, U100>(workload, &CNN, || Adam::new(1e-3), 3),
            "W4a" => run.predict::<Mlp1>(workload, &MLP1, 4001),
            "W4b" => run.predict::<Tiny>(workload, &TINY, 4002),
            "W4c" => run.predict_slice(workload),
            "W5a" => run.predict_batch::<Mlp2>(workload, &MLP2, 5001),
            "W5b" => run.predict_batch::<Cnn>(workload, &CNN, 5002),
            "W7" => run.whole_process(workload),
            "W8" => run.fit_curve(workload),
            "W9" => run.classify::<LeNet, _, U128>(workload, &LENET, || Adam::new(1e-3), 9),
            _ => {}
        }
    }
}

// ---------------------------------------------------------------------------------------- data

/// The `index`th number of the stream that belongs to a seed.
fn raw(seed: u64, index: usize) -> u64 {
    let mut z = (seed.wrapping_mul(0xD134_2543_DE82_EF95))
        .wrapping_add(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(index as u64 + 1));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// `count` numbers in [0, 1).
fn uniform(seed: u64, count: usize) -> Vec<f32> {
    (0..count).map(|index| (raw(seed, index) >> 40) as f32 / 16_777_216.0).collect()
}

fn samples<S: Shape>(seed: u64, count: usize) -> Vec<Tensor<S>> {
    let numbers = uniform(seed, count * S::LEN);
    numbers.chunks(S::LEN).map(|sample| Tensor::try_from(sample).expect("a whole sample")).collect()
}

type Batch<S> = (Vec<Tensor<S>>, Vec<Class<U10>>);

/// Batch `index` of a workload: pixels in [0, 1) and labels.
fn batch<S: Shape>(workload: u64, index: u64, count: usize) -> Batch<S> {
    let seed = 1000 * workload + 2 * index;
    let label = |index| Class::new(((raw(seed + 1, index) >> 32) % 10) as usize).expect("one of ten");
    (samples(seed, count), (0..count).map(label).collect())
}

/// A network whose weights are uniform in ±1/√fan_in, each tensor from a seed of its own; biases 0.
fn network<N: Network<Element = f32>>(seeds: &[u64]) -> Box<N> {
    let (mut network, mut seeds) = (N::zeroed(), seeds.iter());
    let numbers = network.as_mut_slice();
    N::segments(|segment| {
        if let Kind::Weight { fan_in, .. } = segment.kind {
            let (bound, range) = (1.0 / (fan_in as f32).sqrt(), segment.range());
            let draws = uniform(*seeds.next().expect("a seed a layer"), range.len());
            numbers[range].iter_mut().zip(draws).for_each(|(weight, u)| *weight = (u - 0.5) * 2.0 * bound);
        }
    });
    network
}

// -------------------------------------------------------------------------------------- timing

/// What was asked for on the command line.
struct Run {
    workloads: Vec<String>,
    threads: usize,
    budget: Duration,
}

impl Run {
    fn from_arguments() -> Self {
        let mut run = Self { workloads: Vec::new(), threads: 1, budget: Duration::from_millis(300) };
        let mut arguments = std::env::args().skip(1);
        while let (Some(key), Some(value)) = (arguments.next(), arguments.next()) {
            match key.as_str() {
                "--workloads" => run.workloads = value.split(',').map(String::from).collect(),
                "--threads" => run.threads = value.parse().expect("a number of threads"),
                "--ms" => run.budget = Duration::from_millis(value.parse().expect("milliseconds")),
                _ => panic!("unknown option {key}"),
            }
        }
        run
    }

    fn print(&self, workload: &str, mut nanoseconds: Vec<f64>, rest: &str) {
        nanoseconds.sort_by(f64::total_cmp);
        let median = nanoseconds[nanoseconds.len() / 2];
        println!("{workload} {} {median:.1} n={} {rest}", self.threads, nanoseconds.len());
    }

    /// Steps of a classifier.
    fn classify<N, O, B>(&self, workload: &str, seeds: &[u64], optimizer: impl Fn() -> O, data: u64)
    where
        N: Network<In: InputOf<N>, Out = U10, Element = f32>,
        O: Optimizer<N>,
        B: BatchSize,
    {
        let (samples, targets) = &batch::<N::In>(data, 0, B::SIZE);
        let new = || Trainer::<N, _, O, B>::new(network(seeds), CrossEntropy, optimizer(), 1);
        self.train(workload, new, samples, targets);
    }

    /// Steps of a regression, on all samples at once.
    fn fit_curve(&self, workload: &str) {
        type Samples = dim!(10_000);
        let (samples, targets) = (samples::<U4>(8000, 10_000), samples::<U4>(8001, 10_000));
        let new =
            || Trainer::<Curve, _, _, Samples>::new(network(&CURVE), MeanSquaredError, Adam::new(1e-3), 1);
        self.train(workload, new, &samples, &targets);
    }

    /// Steps on one batch that stays in memory; the network is set up anew every 100 steps.
    fn train<N, L, O, B, G>(
        &self,
        workload: &str,
        new: impl Fn() -> Trainer<N, L, O, B>,
        samples: &[Input<N>],
        targets: &[G],
    ) where
        N: Network<In: InputOf<N>, Element = f32>,
        L: Loss<N::Out, G, f32> + Send,
        O: Optimizer<N>,
        B: BatchSize,
        G: TargetOf<N::Out>,
    {
        let step = |trainer: &mut Trainer<N, L, O, B>| {
            black_box(trainer.step(black_box(samples), targets).expect("a finite loss"));
        };
        let mut trainer = new();
        (0..10).for_each(|_| step(&mut trainer));
        let (calls, bytes) = heap_use(|| (0..10).for_each(|_| step(&mut trainer)));
        let check = trainer.step(samples, targets).expect("a finite loss");
        let (mut times, mut total) = (Vec::new(), Duration::ZERO);
        while total < self.budget || times.len() < 11 {
            let mut trainer = new();
            (0..3).for_each(|_| step(&mut trainer));
            for _ in 0..100 {
                let start = Instant::now();
                step(&mut trainer);
                total += start.elapsed();
                times.push(start.elapsed().as_nanos() as f64);
            }
        }
        let (calls, bytes) = (calls as f64 / 10.0, bytes as f64 / 10.0);
        self.print(workload, times, &format!("check={check:.5} allocs={calls:.1} bytes={bytes:.0}"));
    }

    /// One sample through a network.
    fn predict<N>(&self, workload: &str, seeds: &[u64], sample_seed: u64)
    where
        N: Network<In: InputOf<N>, Element = f32>,
    {
        let (network, samples) = (network::<N>(seeds), samples::<N::In>(sample_seed, 1));
        self.repeat(workload, || network.predict(black_box(&samples[0])).as_slice().iter().sum());
    }

    /// From a host slice to host values: a tensor is nothing else, so only the copies are added.
    fn predict_slice(&self, workload: &str) {
        let (network, slice) = (network::<Tiny>(&TINY), uniform(4002, 4));
        self.repeat(workload, || {
            let sample = Tensor::<U4>::try_from(black_box(&*slice)).expect("four numbers");
            network.predict(&sample).as_slice().iter().sum()
        });
    }

    /// 128 samples through a network.
    fn predict_batch<N>(&self, workload: &str, seeds: &[u64], sample_seed: u64)
    where
        N: Network<In: InputOf<N>, Element = f32>,
    {
        let (network, samples) = (network::<N>(seeds), samples::<N::In>(sample_seed, 128));
        let mut predictor = PackedPredictor::<N>::new(&network, 128);
        self.repeat(workload, || {
            let outputs = predictor.predict(black_box(&samples));
            outputs.iter().flat_map(|output| output.as_slice()).sum()
        });
    }

    /// Any call that can be repeated; its value is the check.
    fn repeat(&self, workload: &str, mut call: impl FnMut() -> f32) {
        let check = call();
        let (calls, bytes) = heap_use(|| (0..10).for_each(|_| _ = black_box(call())));
        // As many calls a sample as take at least 20 µs.
        let mut inner = 1;
        while time(inner, &mut call) < Duration::from_micros(20) {
            inner *= 2;
        }
        let (start, mut times) = (Instant::now(), Vec::new());
        while start.elapsed() < self.budget || times.len() < 7 {
            times.push(time(inner, &mut call).as_nanos() as f64 / inner as f64);
        }
        let (calls, bytes) = (calls as f64 / 10.0, bytes as f64 / 10.0);
        self.print(workload, times, &format!("check={check:.5} allocs={calls:.1} bytes={bytes:.0}"));
    }

    /// Ten batches made, a network, 600 steps with the loss read at each.
    fn whole_process(&self, workload: &str) {
        let start = Instant::now();
        let batches: Vec<Batch<U784>> = (0..10).map(|index| batch(7, index, 100)).collect();
        let sgd = Sgd { learning_rate: 0.1 };
        let mut trainer = Trainer::<Mlp1, _, _, U100>::new(network(&MLP1), CrossEntropy, sgd, 1);
        let mut check = 0.0;
        for step in 0..600 {
            let (samples, targets) = &batches[step % batches.len()];
            let loss = black_box(trainer.step(samples, targets).expect("a finite loss"));
            if step == 20 {
                check = loss;
            }
        }
        let nanoseconds = start.elapsed().as_nanos() as f64;
        self.print(workload, vec![nanoseconds], &format!("check={check:.5} rss_kb={}", peak_rss_kb()));
    }
}

fn time(calls: usize, call: &mut impl FnMut() -> f32) -> Duration {
    let start = Instant::now();
    for _ in 0..calls {
        black_box(call());
    }
    start.elapsed()
}

/// The most memory that the process ever held, in KiB; 0 where the system does not tell.
fn peak_rss_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

// -------------------------------------------------------------------------------------- memory

/// Counts heap calls and bytes, of all threads.
struct Counting;

static CALLS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);

// SAFETY: passes every call on to the system's allocator unchanged.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Relaxed);
        BYTES.fetch_add(layout.size() as u64, Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Relaxed);
        BYTES.fetch_add(layout.size() as u64, Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(start, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Heap calls and bytes asked for while `work` runs.
fn heap_use(work: impl FnOnce()) -> (u64, u64) {
    let before = (CALLS.load(Relaxed), BYTES.load(Relaxed));
    work();
    (CALLS.load(Relaxed) - before.0, BYTES.load(Relaxed) - before.1)
}

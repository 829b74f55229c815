//! What a step allocates, and where large networks are made.

#![allow(clippy::float_cmp)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ops::ControlFlow;

use dimwise::average::{Averaged, Exponential};
use dimwise::fit::{Callback, Fit};
use dimwise::graph::{Graph, GraphLoss, Node, Variable};
use dimwise::initializer::Orthogonal;
use dimwise::log::{Log, LogError};
use dimwise::metrics::{ConfusionMatrix, TopK};
use dimwise::parameters::Kind;
use dimwise::prelude::*;
use dimwise::trainer::Step;

/// Counts what each thread takes from the heap.
struct Counting;

thread_local! {
    static CALLS: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: passes every call on to the system's allocator unchanged.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout);
        // SAFETY: the caller's promise.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(start, layout) }
    }
}

fn count(layout: Layout) {
    CALLS.with(|calls| calls.set(calls.get() + 1));
    BYTES.with(|bytes| bytes.set(bytes.get() + layout.size()));
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn heap_calls(work: impl FnOnce()) -> usize {
    let before = CALLS.get();
    work();
    CALLS.get() - before
}

network! { type Mlp = [Affine<U784, U50>, Relu<U50>, Affine<U50, U10>]; }

type Learner = Trainer<Mlp, CrossEntropy, Adam<Mlp>, U32>;

fn learner() -> Learner {
    Trainer::new(Mlp::initialized(HeNormal, 1), CrossEntropy, Adam::new(0.01), 1)
}

#[test]
fn a_step_and_a_prediction_allocate_nothing() {
    let samples = vec![Tensor::<U784>::from_fn(|[pixel]| pixel as f32 / 784.0); 32];
    let targets: Vec<_> = (0..32).map(|sample| Class::<U10>::new(sample % 10).unwrap()).collect();
    let (mut trainer, mut predictor) = (learner(), Predictor::<Mlp>::new(32));
    let mut work = || {
        trainer.step(&samples, &targets).unwrap();
        predictor.predict(trainer.network(), &samples);
        trainer.network().predict(&samples[0]);
    };
    work();
    let calls = heap_calls(|| (0..10).for_each(|_| work()));
    assert_eq!(calls, 0);

    let (network, samples) = (Packed::initialized(HeNormal, 1), vec![Tensor::<U65>::default(); 32]);
    let mut packed = PackedPredictor::new(&*network, 32);
    let calls = heap_calls(|| (0..10).for_each(|_| _ = packed.predict(&samples)));
    assert_eq!(calls, 0);
}

/// A step that threads share takes from the heap a few bytes to call each of them.
#[test]
fn a_step_in_shards_allocates_a_call_of_each_thread() {
    let samples = vec![Tensor::<U784>::from_fn(|[pixel]| pixel as f32 / 784.0); 100];
    let targets: Vec<_> = (0..100).map(|sample| Class::<U10>::new(sample % 10).unwrap()).collect();
    let new = || {
        let network = Mlp::initialized(HeNormal, 1);
        Trainer::<_, _, _, U100>::new(network, CrossEntropy, Adam::new(0.01), 1)
    };
    let (mut trainer, mut alone) = (new(), new());
    // The first one may begin the pool.
    trainer.step(&samples, &targets).unwrap();
    let calls = heap_calls(|| (0..10).for_each(|_| _ = trainer.step(&samples, &targets).unwrap()));
    assert!(calls <= 10 + 1, "{calls} calls");
    let calls =
        on_one_thread(|| heap_calls(|| (0..10).for_each(|_| _ = alone.step(&samples, &targets).unwrap())));
    assert_eq!(calls, 0);
}

#[test]
fn an_epoch_over_data_in_memory_allocates_as_much_for_many_steps_as_for_two() {
    let data = |count: usize| {
        let samples = vec![Tensor::<U784>::from_fn(|[pixel]| pixel as f32 / 784.0); count];
        let targets: Vec<_> = (0..count).map(|sample| Class::<U10>::new(sample % 10).unwrap()).collect();
        Dataset::new(samples, targets).unwrap()
    };
    let (few, many) = (data(64), data(640));
    let mut trainer = learner();
    trainer.epoch(&many).unwrap();
    let (epochs, evaluations) = on_one_thread(|| {
        let epochs = [&few, &many].map(|data| heap_calls(|| assert!(trainer.epoch(data).is_ok())));
        (epochs, [&few, &many].map(|data| heap_calls(|| assert!(trainer.evaluate(data).is_ok()))))
    });
    // The targets of a batch.
    assert_eq!((epochs, evaluations), ([1; 2], [0; 2]));
}

/// On one thread, which has all the rows.
fn on_one_thread<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(work)
}

#[test]
fn a_product_allocates_nothing_in_f32_and_a_buffer_in_f64() {
    fn calls<T: Element>() -> [usize; 3] {
        let left = Tensor::<(U300, U300), T>::boxed_filled_with(|| T::ONE);
        let right = Tensor::<(U300, U900), T>::boxed_filled_with(|| T::from_f64(2.0));
        let mut output = Tensor::zeroed();
        let calls = on_one_thread(|| [0; 3].map(|_| heap_calls(|| left.matmul_into(&right, &mut output))));
        assert!(output.as_slice().iter().all(|sum| sum.to_f64() == 600.0));
        calls
    }
    assert_eq!(calls::<f32>(), [0; 3]);
    assert_eq!(calls::<f64>(), [1; 3]);
}

/// A buffer for each product of several rows: two forward, and three back, since nobody asks for the first layer's
/// input gradient. A single sample takes none.
#[test]
fn a_step_in_f64_takes_a_buffer_for_each_product() {
    network! { type Mlp = [Affine<U784, U50, f64>, Relu<U50, f64>, Affine<U50, U10, f64>]; }
    let samples = vec![Tensor::<U784, f64>::from_fn(|[pixel]| pixel as f64 / 784.0); 32];
    let targets: Vec<_> = (0..32).map(|sample| Class::<U10>::new(sample % 10).unwrap()).collect();
    let network = Mlp::initialized(HeNormal, 1);
    let mut trainer = Trainer::<Mlp, CrossEntropy, _, U32>::new(network, CrossEntropy, Adam::new(0.01), 1);
    let calls = on_one_thread(|| {
        [0; 3].map(|_| {
            let step = heap_calls(|| {
                trainer.step(&samples, &targets).unwrap();
            });
            let prediction = heap_calls(|| {
                trainer.network().predict(&samples[0]);
            });
            (step, prediction)
        })
    });
    assert_eq!(calls, [(5, 0); 3]);
}

/// Neither where it remembers an optimizer, as a trainer does before an epoch.
#[test]
fn a_step_of_no_optimizer_allocates() {
    fn check(name: &str, mut optimizer: impl Optimizer<Mlp>) {
        let (mut network, gradients) = (Mlp::initialized(HeNormal, 1), Mlp::initialized(HeNormal, 2));
        let mut remembered = optimizer.clone();
        let calls = heap_calls(|| {
            for _ in 0..3 {
                optimizer.step(&mut network, &gradients);
                remembered.clone_from(&optimizer);
            }
        });
        assert_eq!(calls, 0, "{name}");
    }
    check("rms_prop_momentum", RmsPropMomentum::new(0.01, 0.9));
    check("centered_rms_prop", CenteredRmsProp::new(0.01));
    check("ams_grad", AmsGrad::new(0.01));
    check("r_adam", RAdam::new(0.01));
    check("lamb", Lamb::new(0.01));
    check("adafactor", Adafactor::new(0.01));
    check("lion", Lion::new(0.01));
    check("grouped", Grouped::new(AdamW::new(0.01, 0.1)).rate("0", 0.5).unwrap().frozen("2.bias").unwrap());
    check("averaged", Averaged::new(Adam::new(0.01), Exponential::new(0.9)));
}

#[test]
fn a_minimisation_allocates_nothing() {
    let samples = vec![Tensor::<U784>::from_fn(|[pixel]| pixel as f32 / 784.0); 32];
    let targets: Vec<_> = (0..32).map(|sample| Class::<U10>::new(sample % 3).unwrap()).collect();
    let (mut network, mut workspace) = (Mlp::initialized(HeNormal, 1), Workspace::<Mlp, U32>::zeroed());
    let mut lbfgs = Lbfgs::new(3);
    let mut minimum = None;
    let calls = on_one_thread(|| {
        heap_calls(|| {
            minimum = Some(lbfgs.minimise(&mut *network, |network, gradients| {
                workspace.forward(network, &samples);
                let (outputs, grads) = workspace.outputs(samples.len());
                let loss = CrossEntropy.gradient(outputs, &targets, grads);
                workspace.add_gradients(network, &samples, None, gradients);
                loss
            }));
        })
    });
    assert_eq!(calls, 0);
    assert!(minimum.unwrap().iterations > 4, "{minimum:?}");
}

/// What an epoch takes from the heap does not depend on the number of its steps; what `fit` takes beside, neither.
#[test]
fn a_step_of_a_fit_allocates_nothing() {
    struct EachStep(usize);
    impl<N: Network, O> Callback<N, O> for EachStep {
        fn on_step(&mut self, step: &Step, _: &N) -> ControlFlow<()> {
            self.0 += step.samples;
            ControlFlow::Continue(())
        }
    }
    struct Ignored;
    impl Log for Ignored {
        fn record(&mut self, _: usize, _: &[(&str, f64)]) -> Result<(), LogError> {
            Ok(())
        }
    }
    let data = |count| {
        let samples: Vec<_> =
            (0..count).map(|at| Tensor::<U784>::from_fn(|[pixel]| (at * pixel % 9) as f32)).collect();
        let targets: Vec<_> = (0..count).map(|at| Class::<U10>::new(at % 10).unwrap()).collect();
        Dataset::new(samples, targets).unwrap()
    };
    let calls = |count| {
        let (data, mut trainer, mut seen) = (data(count), learner(), EachStep(0));
        // The order of the samples, which is as long as the data, and what is gone back to are made once.
        trainer.epoch(&data).unwrap();
        let stopping = EarlyStopping::new(trainer.network(), 3);
        let fit = Fit::epochs(2)
            .measured_on(&data, (TopK::<3>::new(), ConfusionMatrix::<U10>::new()))
            .with(stopping)
            .with(&mut seen)
            .logged(Ignored)
            .logged_every(1000, Ignored);
        let mut history = None;
        let calls = on_one_thread(|| heap_calls(|| history = Some(trainer.fit(&data, fit).unwrap())));
        assert_eq!((history.unwrap().len(), seen.0), (1, count));
        calls
    };
    assert_eq!(calls(64), calls(32 * 40));
}

#[test]
fn what_is_around_a_step_allocates_nothing() {
    let samples = vec![Tensor::<U784>::from_fn(|[pixel]| pixel as f32 / 784.0); 32];
    let targets: Vec<_> = (0..32).map(|sample| Class::<U10>::new(sample % 10).unwrap()).collect();
    let schedule = OneCycle::new(0.01, 10).warmed_up(2);
    let optimizer = Scheduled::new(WeightDecay::new(Lion::new(0.01), 0.1), schedule);
    let network = Mlp::initialized(HeNormal.except("2", Orthogonal { gain: 1.0 }), 1);
    let mut trainer = Trainer::<_, _, _, U32>::new(network, CrossEntropy.smoothed(0.1), optimizer, 1)
        .with_penalty(Penalty::elastic_net(1e-4, 1e-4))
        .with_clip(Clip::Norm(0.5))
        .with_clip_of(|kind: Kind| !kind.is_weight(), Clip::TensorNorm(0.1))
        .unwrap();
    let mut stopping = EarlyStopping::new(trainer.network(), 3);
    let calls = heap_calls(|| {
        for _ in 0..10 {
            let loss = trainer.step(&samples, &targets).unwrap() + trainer.penalty();
            stopping.should_stop(loss, trainer.network());
        }
    });
    assert_eq!(calls, 0);
    assert!(stopping.best_loss().is_finite());
}

fn calls_of<G: TargetOf<U10>>(loss: impl Loss<U10, G, f32>, targets: &[G]) -> usize {
    let outputs = vec![Tensor::<U10>::from_fn(|[index]| index as f32 / 10.0); targets.len()];
    let mut gradients = outputs.clone();
    heap_calls(|| {
        loss.gradient(&outputs, targets, &mut gradients);
        loss.value(&outputs, targets);
    })
}

#[test]
fn losses_allocate_nothing() {
    let classes: Vec<_> = (0..32).map(|sample| Class::<U10>::new(sample % 10).unwrap()).collect();
    let values = vec![Tensor::<U10>::from_fn(|[index]| index as f32 / 45.0); 32];
    let calls = [
        calls_of(CrossEntropy, &classes),
        calls_of(CrossEntropy.smoothed(0.1), &classes),
        calls_of(NegativeLogLikelihood, &classes),
        calls_of(Hinge { margin: 1.0 }, &classes),
        calls_of(BinaryCrossEntropy, &values),
        calls_of(Huber { delta: 1.0 }, &values),
        calls_of(KlDivergence, &values),
        calls_of(MeanAbsoluteError, &values),
        calls_of(MeanSquaredError, &values),
        calls_of(SumSquaredError, &values),
    ];
    assert_eq!(calls, [0; 10]);
}

#[test]
fn a_graph_allocates_nothing_after_it_is_made() {
    let (x, w) = (Variable::<(U8, U20)>::default(), Variable::<(U20, U10)>::default());
    let mut graph = Graph::new((x.matmul(&w) * 2.0 + 1.0).sigmoid().square().mean());
    let loss = GraphLoss::new(|output, target| (output - target).square().mean());
    let (outputs, mut gradients) = ([Tensor::<U10>::default()], [Tensor::<U10>::default()]);
    let calls = heap_calls(|| {
        graph.forward();
        graph.backward();
        w.update(|value, gradient| *value -= gradient);
        loss.gradient(&outputs, &outputs, &mut gradients);
    });
    assert_eq!(calls, 0);
}

#[test]
fn a_trainer_takes_the_bytes_that_it_says() {
    let before = BYTES.get();
    let trainer = learner();
    assert_eq!(BYTES.get() - before, Learner::BYTES - size_of_val(&trainer));
    // 100 samples are two shards, the second of which has gradients of its own.
    type InShards = Trainer<Mlp, CrossEntropy, Adam<Mlp>, U100>;
    let before = BYTES.get();
    let trainer = InShards::new(Mlp::initialized(HeNormal, 1), CrossEntropy, Adam::new(0.01), 1);
    assert_eq!(BYTES.get() - before, InShards::BYTES - size_of_val(&trainer));
    assert_eq!(
        InShards::BYTES - Learner::BYTES,
        size_of::<Mlp>() + 68 * (784 * 4) + size_of::<Workspace<Mlp, U100>>()
            - size_of::<Workspace<Mlp, U32>>()
    );
    let trainer = learner();
    let before = BYTES.get();
    let trainer = trainer.with_accumulation(3);
    assert_eq!(BYTES.get() - before, Learner::ACCUMULATION_BYTES);
    drop(trainer);
    // With statistics, which are kept as well.
    type OfNormed = Trainer<Normed, CrossEntropy, Sgd, U32>;
    let trainer =
        OfNormed::new(Normed::initialized(HeNormal, 1), CrossEntropy, Sgd { learning_rate: 0.1 }, 1);
    let before = BYTES.get();
    let trainer = trainer.with_accumulation(3);
    assert_eq!(BYTES.get() - before, OfNormed::ACCUMULATION_BYTES);
    // Mean and variance of 50.
    assert_eq!(OfNormed::ACCUMULATION_BYTES - size_of::<Normed>(), 2 * 50 * 4);
    drop(trainer);
    let before = BYTES.get();
    let predictor = Predictor::<Mlp>::new(100);
    assert_eq!(BYTES.get() - before, Predictor::<Mlp>::bytes(100));
    drop(predictor);
    let network = Packed::initialized(HeNormal, 1);
    let before = BYTES.get();
    let packed = PackedPredictor::new(&*network, 10);
    assert_eq!(BYTES.get() - before, PackedPredictor::<Packed>::bytes(10));
    // The arena, and the first weight, up to a cache line.
    assert_eq!(PackedPredictor::<Packed>::bytes(10), 10 * (130 + 10) * 4 + (65 * 130 + 14 + 15) * 4);
    drop(packed);
}

network! { type Normed = [Affine<U784, U50>, BatchNorm<_>, Relu<_>, Affine<_, U10>]; }

network! {
    /// The first weight is packed, the second one too narrow.
    type Packed = [Affine<U65, U130>, Relu<_>, Affine<_, U10>];
}

network! {
    /// 125 million parameters: 500 MB.
    type Large = [Affine<dim!(11_181), dim!(11_181)>];
}

#[test]
fn half_a_gigabyte_is_made_inside_two_mebibytes_of_stack() {
    let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
    let made = thread.spawn(|| {
        let mut network = Large::zeroed();
        let mut workspace = Workspace::<Large, U32>::zeroed();
        network.as_mut_slice()[0] = 1.0;
        let samples = dimwise::plain::zeroed_slice::<Tensor<dim!(11_181)>>(1);
        (size_of_val(&*network), workspace.forward(&network, &samples)[0][0])
    });
    let (bytes, output) = made.unwrap().join().unwrap();
    assert_eq!((bytes, output), (4 * (11_181 * 11_181 + 11_181), 0.0));
    assert!(bytes >= 500_000_000);
}

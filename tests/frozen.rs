//! Layers that training leaves as they are: what is computed of them, and what is not.
// Tests compare with numbers that are exact.
#![allow(clippy::float_cmp)]

use std::sync::atomic::{AtomicUsize, Ordering};

use dimwise::gradient_check::check_layer;
use dimwise::input_gradient::InputGradient;
use dimwise::layer::prelude::*;
use dimwise::parameters::Kind;
use dimwise::plain::{flat, flat_mut};
use dimwise::prelude::*;
use dimwise::random::Random;

network! {
    type Body = [
        Conv2d<(U1, U6, U6), U3, U3, Padding<U1>>, BatchNorm<_>, PRelu<_>, MaxPool2d<_, U2>,
        Residual<[Conv2d<_, U3, U3, Padding<U1>>, BatchNorm<_>, Relu<_>]>, Dropout<_, U30>, Flatten<_>,
        LayerNorm<_>, Affine<_, U8>, BatchNorm<_>,
    ];
    type Net = [Body, Tanh<_>, Affine<_, U4>, Relu<_>, Affine<_, U2>];
    /// The beginning is frozen.
    type Head = [Frozen<Body>, Tanh<_>, Affine<_, U4>, Relu<_>, Affine<_, U2>];
    /// Something learns before what is frozen.
    type Middle = [
        Conv2d<(U1, U6, U6), U1, U3, Padding<U1>>, Frozen<Body>, Tanh<_>, Affine<_, U4>, Relu<_>, Affine<_, U2>,
    ];
}

fn data() -> Dataset<(U1, U6, U6), Class<U2>> {
    let mut random = Random::new(3);
    let samples: Vec<_> =
        (0..10).map(|_| Tensor::<(U1, U6, U6)>::filled_with(|| random.normal() as f32)).collect();
    Dataset::new(samples, (0..10).map(|index| Class::new(index % 2).unwrap()).collect::<Vec<_>>()).unwrap()
}

/// All numbers random and of both signs, but for variances.
fn filled<N: Network<Element = T>, T: Element>(seed: u64) -> Box<N> {
    let (mut random, mut network) = (Random::new(seed), N::zeroed());
    network.as_mut_slice().fill_with(|| T::from_f64(0.4 * random.normal()));
    let numbers = network.as_mut_slice();
    N::segments(|segment| {
        if segment.path.to_string().ends_with("running_variance") {
            numbers[segment.range()].fill_with(|| T::from_f64(0.5 + random.uniform()));
        }
    });
    network
}

#[test]
fn nothing_of_a_frozen_layer_moves() {
    let start = Middle::initialized(HeNormal, 1);
    let frozen = Middle::range_of("1").unwrap();
    let learning = [0..frozen.start, frozen.end..Middle::COUNT];
    assert_eq!(Middle::PARAMETERS, learning.iter().map(ExactSizeIterator::len).sum::<usize>());

    let before = start.to_boxed();
    let mut trainer = Trainer::<Middle, _, _, U4>::new(start, CrossEntropy, AdamW::new(0.01, 0.1), 1)
        .with_penalty(Penalty::elastic_net(0.01, 0.01).on(Kind::is_trained))
        .with_clip(Clip::Norm(1.0));
    for _ in 0..3 {
        trainer.epoch(&data()).unwrap();
    }
    let after = trainer.network();
    assert_eq!(after.as_slice()[frozen.clone()], before.as_slice()[frozen]);
    for range in learning {
        let (after, before) = (&after.as_slice()[range.clone()], &before.as_slice()[range]);
        assert!(after.iter().zip(before).all(|(after, before)| after != before));
    }
}

/// Batch normalisation of single numbers is trained on two at least; not where it is frozen.
#[test]
fn what_is_frozen_computes_what_it_does_in_use() {
    assert_eq!((Net::SMALLEST_BATCH, Head::SMALLEST_BATCH), (2, 1));
    let (head, data) = (filled::<Head, f32>(5), data());
    let mut workspace = Workspace::<Head, U10>::zeroed();
    let trained = workspace.forward(&head, data.samples()).to_vec();
    for (trained, sample) in trained.iter().zip(data.samples()) {
        assert_eq!(*trained, head.predict(sample));
    }
    assert_eq!(workspace.forward(&head, &data.samples()[3..4])[0], trained[3]);
}

network! {
    type Smooth<T> = [Affine<U3, U4, T>, Tanh<U4, T>, Affine<U4, U4, T>, Sigmoid<U4, T>, Affine<U4, U2, T>];
    type SmoothMiddle<T> = [
        Affine<U3, U4, T>, Tanh<U4, T>, Frozen<Affine<U4, U4, T>>, Sigmoid<U4, T>, Affine<U4, U2, T>,
    ];
    type SmoothFirst<T> = [
        Frozen<Affine<U3, U4, T>>, Tanh<U4, T>, Affine<U4, U4, T>, Sigmoid<U4, T>, Affine<U4, U2, T>,
    ];
    type SmoothLast<T> = [
        Affine<U3, U4, T>, Tanh<U4, T>, Affine<U4, U4, T>, Sigmoid<U4, T>, Frozen<Affine<U4, U2, T>>,
    ];
}

/// The gradients of a batch of three.
fn gradients<N: Network<Element = f64, In = U3, Out = U2>>(network: &N) -> Box<N> {
    let mut random = Random::new(7);
    let samples: Vec<_> = (0..3).map(|_| Tensor::<U3, f64>::filled_with(|| random.normal())).collect();
    let (mut workspace, mut gradients) = (Workspace::<N, U3>::zeroed(), N::zeroed());
    workspace.forward(network, &samples);
    flat_mut(workspace.outputs(3).1).fill_with(|| random.normal());
    workspace.add_gradients(network, &samples, None, &mut gradients);
    gradients
}

#[test]
fn what_learns_has_the_gradients_that_it_had() {
    fn check<N: Network<Element = f64, In = U3, Out = U2>>(frozen: &str) {
        let smooth = filled::<Smooth<f64>, f64>(1);
        let all = gradients(&*smooth);
        let some = gradients(&*N::copied_from(&*smooth));
        let frozen = N::range_of(frozen).unwrap();
        for (index, (some, all)) in some.as_slice().iter().zip(all.as_slice()).enumerate() {
            assert_eq!(*some, if frozen.contains(&index) { 0.0 } else { *all }, "{index}");
        }
    }
    check::<SmoothFirst<f64>>("0");
    check::<SmoothMiddle<f64>>("2");
    check::<SmoothLast<f64>>("4");
}

/// The sum of all outputs' products with these factors, as the network is used.
fn value<N: Network<Element = f64>>(network: &N, samples: &[Tensor<N::In, f64>], factors: &[f64]) -> f64 {
    let outputs: Vec<_> = samples.iter().map(|sample| network.predict(sample)).collect();
    flat(&outputs).iter().zip(factors).map(|(output, factor)| output * factor).sum()
}

network! {
    type Everything<T> = [
        Conv2d<(U1, U6, U6), U3, U3, Padding<U1>, T>, BatchNorm<(U3, U6, U6), (), T>, PRelu<(U3, U6, U6), T>,
        AvgPool2d<(U3, U6, U6), U2, (), T>, ConvTranspose2d<(U3, U3, U3), U2, U2, Stride<U2>, T>,
        GroupNorm<(U2, U6, U6), U2, (), T>, Dropout<(U2, U6, U6), U30, T>,
        Residual<Conv2d<(U2, U6, U6), U2, U3, Padding<U1>, T>>, Tanh<(U2, U6, U6), T>,
        Parallel<Branch<T>, Branch<T>, Concat>, Flatten<(U4, U3, U3), T>, LayerNorm<U36, (), T>, Affine<U36, U4, T>,
        BatchNorm<U4, (), T>, Silu<U4, T>, Affine<U4, U4, T>, Tanh<U4, T>, Affine<U4, U2, T>,
    ];
    type Branch<T> = [Tanh<(U2, U6, U6), T>, MaxPool2d<(U2, U6, U6), U2, (), T>, BatchNorm<(U2, U3, U3), (), T>];
}

/// Of each layer, against central differences, and nothing is left in the gradients of what is frozen.
#[test]
fn gradients_go_through_every_frozen_layer() {
    type FrozenAll = Frozen<Everything<f64>>;
    // Such that no activation is flat everywhere, and every number another one.
    let (mut network, mut random) = (FrozenAll::initialized(XavierNormal, 11), Random::new(13));
    network.as_mut_slice().iter_mut().for_each(|number| *number += 0.1 * random.normal().abs());
    for count in [1, 3] {
        let mut samples: Vec<_> =
            (0..count).map(|_| Tensor::<(U1, U6, U6), f64>::filled_with(|| random.normal())).collect();
        let factors: Vec<_> = (0..2 * count).map(|_| random.normal()).collect();
        let (mut workspace, mut gradients) = (Workspace::<FrozenAll, U4>::zeroed(), FrozenAll::zeroed());
        workspace.forward(&network, &samples);
        flat_mut(workspace.outputs(count).1).copy_from_slice(&factors);
        let mut by_input = vec![Tensor::filled_with(|| f64::NAN); count];
        workspace.add_gradients(&network, &samples, Some(&mut by_input), &mut gradients);
        assert!(gradients.as_slice().iter().all(|gradient| *gradient == 0.0));
        let mut nonzero = 0;
        for index in 0..36 * count {
            let at = flat(&samples)[index];
            let mut moved = |x: f64| {
                flat_mut(&mut samples)[index] = x;
                value(&*network, &samples, &factors)
            };
            let slope = (moved(at + 1e-5) - moved(at - 1e-5)) / 2e-5;
            moved(at);
            let found = flat(&by_input)[index];
            assert!(
                (found - slope).abs() < 1e-6 * (1.0 + slope.abs()),
                "{index} of {count}: {found}, not {slope}"
            );
            nonzero += usize::from(found.abs() > 1e-9);
        }
        assert!(nonzero > 30 * count, "{nonzero}");
    }
}

#[test]
fn an_input_gradient_is_the_slope_of_the_loss_in_use() {
    let (network, mut random) = (filled::<Everything<f64>, f64>(11), Random::new(17));
    let samples: Vec<_> =
        (0..3).map(|_| Tensor::<(U1, U6, U6), f64>::filled_with(|| random.normal())).collect();
    let classes = [0, 1, 1].map(|class| Class::<U2>::new(class).unwrap());
    let mut found = vec![Tensor::default(); 3];
    let mut by_input = InputGradient::<Everything<f64>, U8>::new();
    let loss = by_input.gradient(&network, &CrossEntropy, &samples, &classes, &mut found);
    let value = |samples: &[Tensor<(U1, U6, U6), f64>]| {
        let outputs: Vec<_> = samples.iter().map(|sample| network.predict(sample)).collect();
        CrossEntropy.value(&outputs, &classes)
    };
    assert!((loss - value(&samples)).abs() < 1e-12);
    let mut moved = samples.clone();
    for index in 0..flat(&samples).len() {
        let mut at = |x: f64| {
            flat_mut(&mut moved)[index] = x;
            value(&moved)
        };
        let x = flat(&samples)[index];
        let slope = (at(x + 1e-5) - at(x - 1e-5)) / 2e-5;
        at(x);
        assert!((flat(&found)[index] - slope).abs() < 1e-7, "{index}: {}, not {slope}", flat(&found)[index]);
    }
    let large = flat(&found).iter().filter(|slope| slope.abs() > 1e-5).count();
    assert!(large > 60, "{large}");
}

static PASSES: [AtomicUsize; 5] = [const { AtomicUsize::new(0) }; 5];
static ASKED: [AtomicUsize; 5] = [const { AtomicUsize::new(0) }; 5];

/// A layer of a user's own that counts what it is asked for: passes backward, and gradients by its input.
macro_rules! counting {
    ($name:ident, $place:expr) => {
        #[repr(C)]
        struct $name<S: Shape, T: Element = f32> {
            factor: Tensor<S, T>,
        }
        dimwise::parameters!($name<S: Shape, T: Element>: T { factor: Kind::Scale { start: 1.0 } });

        impl<S: Shape, T: Element> Layer for $name<S, T> {
            type In = S;
            type Out = S;
            type Cache = Nothing<T>;
            type Placement = Released;
            const MULTIPLY_ADDS: usize = S::LEN;

            fn forward(&self, input: &[Input<Self>], output: &mut [Output<Self>], _: Cached<'_, Self::Cache>) {
                for (output, input) in output.iter_mut().zip(input) {
                    for (y, (x, factor)) in
                        flat_mut(std::slice::from_mut(output)).iter_mut().zip(input.as_slice().iter().zip(self.factor.as_slice()))
                    {
                        *y = *x * *factor;
                    }
                }
            }

            fn backward(
                &self,
                input: &[Input<Self>],
                _output: &[Output<Self>],
                grad_output: &mut [Output<Self>],
                mut grad_input: Option<&mut [Input<Self>]>,
                gradients: &mut Self,
                _: Cached<'_, Self::Cache>,
            ) {
                PASSES[$place].fetch_add(1, Ordering::Relaxed);
                ASKED[$place].fetch_add(usize::from(grad_input.is_some()), Ordering::Relaxed);
                for (sample, (input, grads)) in input.iter().zip(&*grad_output).enumerate() {
                    for index in 0..S::LEN {
                        let grad = grads.as_slice()[index];
                        gradients.factor.as_mut_slice()[index] += grad * input.as_slice()[index];
                        if let Some(grad_input) = grad_input.as_deref_mut() {
                            grad_input[sample].as_mut_slice()[index] = grad * self.factor.as_slice()[index];
                        }
                    }
                }
            }
        }
    };
}
counting!(Counting0, 0);
counting!(Counting1, 1);
counting!(Counting2, 2);
counting!(Counting3, 3);
counting!(Own, 4);

network! {
    type Counted = [
        Standardize<(U2, U2)>, Flatten<_>, Frozen<[Counting0<U4>, Tanh<_>]>, Sigmoid<_>, Frozen<Counting1<_>>,
        Relu<_>, Counting2<_>, Tanh<_>, Frozen<Counting3<_>>, Affine<_, U2>,
    ];
    type Standardized = [Standardize<(U2, U2)>, Flatten<_>, Counting2<_>, Affine<_, U2>];
}

#[test]
fn nothing_is_computed_before_the_first_layer_that_learns() {
    fn counted<N: Network<Element = f32, In = (U2, U2), Out = U2>>() -> [(usize, usize); 4] {
        let before: [_; 4] = std::array::from_fn(count);
        let network = N::initialized(HeNormal, 1);
        let mut trainer = Trainer::<N, _, _, U4>::new(network, CrossEntropy, Sgd { learning_rate: 0.1 }, 1);
        let samples = [Tensor::from([[1.0, 2.0], [3.0, 4.0]]), Tensor::from([[0.0, 2.0], [-3.0, 1.0]])];
        let classes = [0, 1].map(|class| Class::<U2>::new(class).unwrap());
        trainer.step(&samples, &classes).unwrap();
        std::array::from_fn(|place| (count(place).0 - before[place].0, count(place).1 - before[place].1))
    }
    fn count(place: usize) -> (usize, usize) {
        (PASSES[place].load(Ordering::Relaxed), ASKED[place].load(Ordering::Relaxed))
    }
    // Passes backward, and gradients by the input: none of the first two, of the third one pass, through the last both.
    assert_eq!(counted::<Counted>(), [(0, 0), (0, 0), (1, 0), (1, 1)]);
    // What has no parameters at the front asks for nothing.
    assert_eq!(counted::<Standardized>(), [(0, 0), (0, 0), (1, 0), (0, 0)]);
}

/// A layer of a user's own, which says nothing of being frozen, leaves no gradient behind.
#[test]
fn a_layer_of_ones_own_is_frozen_like_any_other() {
    let report = check_layer(&*filled::<Frozen<Own<U3, f64>>, f64>(1), 3, 1).unwrap();
    assert_eq!(report.checked, 9);
}

#[test]
fn numbers_come_from_the_same_network_unfrozen() {
    let net = Net::initialized(HeNormal, 1);
    let head = Head::copied_from(&*net);
    assert_eq!(head.as_slice(), net.as_slice());
    assert_eq!(*Net::copied_from(&*head), *net);
    // A frozen network begins as any other.
    assert_eq!(Head::initialized(HeNormal, 1).as_slice(), net.as_slice());

    let paths = |visit: fn(&mut Vec<String>)| {
        let mut paths = Vec::new();
        visit(&mut paths);
        paths
    };
    let of_net = paths(|paths| Net::segments(|segment| paths.push(segment.path.to_string())));
    let of_head = paths(|paths| Head::segments(|segment| paths.push(segment.path.to_string())));
    assert_eq!(of_head, of_net);
    assert!(of_head.contains(&"0.0.weight".to_owned()), "{of_head:?}");
    let mut single = Vec::new();
    SmoothFirst::<f32>::segments(|segment| single.push(segment.path.to_string()));
    assert_eq!(single[..2], ["0.weight", "0.bias"]);
}

network! {
    type Short = [
        Frozen<Affine<U4, U3>>, Relu<_>, Frozen<Affine<_, U3>>, Frozen<Relu<_>>, Frozen<Reshape<_, (U1, U3, U1)>>,
        Frozen<Conv2d<_, U2, (U2, U1), Padding<(U1, U0)>>>, Frozen<[Flatten<_>]>, Affine<_, U2>,
    ];
}

#[test]
fn a_frozen_layer_takes_what_the_one_before_gives() {
    assert_eq!((Short::PARAMETERS, Short::COUNT), (18, 15 + 12 + 6 + 18));
    assert_eq!(Short::range_of("5.bias").unwrap(), 31..33);
}

#[cfg(feature = "safetensors")]
#[test]
fn files_of_weights_do_not_tell_what_is_frozen() {
    use dimwise::storage::{Layout, Weights};
    let net = Net::initialized(HeNormal, 1);
    let head = Head::copied_from(&*net);
    let weights = Weights::of(Layout::Native);
    let files = [weights.to_bytes(&*head).unwrap(), weights.to_bytes(&*net).unwrap()];
    // The entries of a header have no order.
    let [head, net] = files.each_ref().map(|file| {
        let (_, header) = safetensors::SafeTensors::read_metadata(file).unwrap();
        let tensors = safetensors::SafeTensors::deserialize(file).unwrap();
        let mut tensors: Vec<_> =
            tensors.iter().map(|(name, tensor)| (name.to_owned(), tensor.data().to_vec())).collect();
        tensors.sort();
        (header.metadata().clone(), tensors)
    });
    assert_eq!(head, net);
}

#[cfg(feature = "onnx")]
#[test]
fn files_of_networks_do_not_tell_what_is_frozen() {
    use dimwise::storage::onnx::{Options, to_bytes};
    let net = Net::initialized(HeNormal, 1);
    let head = Head::copied_from(&*net);
    let options = Options::default();
    assert_eq!(to_bytes(&*head, options).unwrap(), to_bytes(&*net, options).unwrap());
}

#[cfg(feature = "checkpoint")]
#[test]
fn a_run_is_not_that_of_the_network_unfrozen() {
    let path = std::env::temp_dir().join(format!("dimwise-frozen-{}.run", std::process::id()));
    let sgd = || Sgd { learning_rate: 0.1 };
    let network = Head::initialized(HeNormal, 1);
    let mut trainer = Trainer::<Head, _, _, U4>::new(network, CrossEntropy, sgd(), 1);
    trainer.epoch(&data()).unwrap();
    trainer.save(&path).unwrap();
    let again = Trainer::<Head, _, _, U4>::new(Head::zeroed(), CrossEntropy, sgd(), 1);
    let again = again.resume(&path, &data()).unwrap();
    assert_eq!(again.network(), trainer.network());
    let other = Trainer::<Net, _, _, U4>::new(Net::zeroed(), CrossEntropy, sgd(), 1);
    let error = other.resume(&path, &data()).unwrap_err().to_string();
    std::fs::remove_file(&path).unwrap();
    assert!(error.contains("frozen weight"), "{error}");
}

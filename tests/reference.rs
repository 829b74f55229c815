//! The same numbers as PyTorch, in `f32`: forward outputs, losses, every gradient, and training.
//!
//! The numbers are in `reference/numbers.txt` and `reference/settings.txt`, whose first lines name the version; they come
//! from `reference/generate.py` and `reference/settings.py`. PyTorch sums in another order and has its own `exp`, so both sides are
//! a few roundings from the true value, no more.

use dimwise::plain::{Plain, flat, flat_mut, zeroed_slice};
use dimwise::prelude::*;

/// A number may differ by so much of itself, and of the largest number of its tensor: sums of
/// numbers of both signs round by what they sum.
const TOLERANCE: f32 = 2e-6;
/// The same after 20 steps, each of which passes its roundings on.
const TRAINED_TOLERANCE: f32 = 2e-5;

/// The numbers of `name` in the file.
fn numbers(name: &str) -> Vec<f32> {
    let lines =
        concat!(include_str!("reference/numbers.txt"), include_str!("reference/settings.txt")).lines();
    let mut named = lines.filter_map(|line| line.split_once(": ")).filter(|(key, _)| *key == name);
    let (_, numbers) = named.next().unwrap_or_else(|| panic!("no numbers called {name}"));
    numbers.split(' ').map(|number| number.parse().unwrap()).collect()
}

/// The numbers of `name` as values of type `P`.
fn values<P: Plain<Element = f32>>(name: &str) -> Box<[P]> {
    let numbers = numbers(name);
    assert_eq!(numbers.len() % P::COUNT, 0, "{name} is no whole number of values");
    let mut values = zeroed_slice::<P>(numbers.len() / P::COUNT);
    flat_mut(&mut values).copy_from_slice(&numbers);
    values
}

fn classes<C: Dim>(name: &str) -> Vec<Class<C>> {
    numbers(name).into_iter().map(|index| Class::new(index as usize).unwrap()).collect()
}

#[track_caller]
fn assert_near(name: &str, found: &[f32], tolerance: f32) {
    let expected = numbers(name);
    assert_eq!(found.len(), expected.len(), "{name}");
    let largest = expected.iter().fold(0.0, |largest: f32, x| largest.max(x.abs()));
    for (index, (found, expected)) in found.iter().zip(&expected).enumerate() {
        let close = (found - expected).abs() <= tolerance * largest;
        assert!(close, "{name}[{index}] is {found}, in PyTorch {expected}");
    }
}

/// One training pass of a layer, forward and backward, with PyTorch's input, parameters and output gradient.
#[track_caller]
fn assert_layer<L: Network<Element = f32>>(name: &str, layer: &mut L) -> Box<L> {
    let input = values(&format!("{name}.input"));
    let mut workspace = Workspace::<L, U4>::zeroed();
    let mut grad_input = zeroed_slice(input.len());
    let mut gradients = L::zeroed();
    assert_near(&format!("{name}.output"), flat(workspace.forward(layer, &input)), TOLERANCE);
    let grad_output = values(&format!("{name}.grad_output"));
    flat_mut(workspace.outputs(input.len()).1).copy_from_slice(flat::<Tensor<L::Out>>(&grad_output));
    workspace.backward(layer, &input, Some(&mut grad_input), &mut gradients);
    assert_near(&format!("{name}.grad_input"), flat(&grad_input), TOLERANCE);
    gradients
}

#[track_caller]
fn assert_loss<G: Target>(name: &str, loss: &impl Loss<G::Shape, G, f32>, targets: &[G]) {
    let outputs = values::<Tensor<G::Shape>>(&format!("{name}.output"));
    let mut gradients = zeroed_slice::<Tensor<G::Shape>>(outputs.len());
    let value = loss.gradient(&outputs, targets, &mut gradients);
    assert_near(&format!("{name}.loss"), &[value as f32], TOLERANCE);
    assert_near(&format!("{name}.loss"), &[loss.value(&outputs, targets) as f32], TOLERANCE);
    assert_near(&format!("{name}.gradient"), flat(&gradients), TOLERANCE);
}

#[test]
fn affine() {
    let mut layer = Affine::<U6, U5>::zeroed();
    layer.weight.copy_from_slice(&numbers("affine.weight")).unwrap();
    layer.bias.copy_from_slice(&numbers("affine.bias")).unwrap();
    let gradients = assert_layer("affine", &mut *layer);
    assert_near("affine.grad_weight", gradients.weight.as_slice(), TOLERANCE);
    assert_near("affine.grad_bias", gradients.bias.as_slice(), TOLERANCE);
}

/// A convolution with PyTorch's kernels.
macro_rules! convolutions {
    ($($name:ident: $layer:ty;)*) => {
        $(#[test]
        fn $name() {
            let name = stringify!($name);
            let mut layer = <$layer>::zeroed();
            layer.weight.copy_from_slice(&numbers(&format!("{name}.weight"))).unwrap();
            layer.bias.copy_from_slice(&numbers(&format!("{name}.bias"))).unwrap();
            let gradients = assert_layer(name, &mut *layer);
            assert_near(&format!("{name}.grad_weight"), gradients.weight.as_slice(), TOLERANCE);
            assert_near(&format!("{name}.grad_bias"), gradients.bias.as_slice(), TOLERANCE);
        })*
    };
}

convolutions! {
    conv: Conv2d<(U17, U6, U9), U10, U3>;
    conv_wide: Conv2d<(U1, U12, U14), U14, U5>;
    conv_all: Conv2d<
        (U4, U9, U8), U6, (U3, U2), (Stride<(U2, U3)>, Padding<(U2, U1)>, Dilation<(U2, U3)>, Groups<U2>),
    >;
    conv_depthwise: Conv2d<(U5, U7, U6), U5, U3, (Padding<U1>, Groups<U5>)>;
}

/// A training pass of a normalisation with PyTorch's weights.
macro_rules! normalised {
    ($name:literal, $layer:ty) => {{
        let mut layer = <$layer>::initialized(HeNormal, 1);
        layer.weight.copy_from_slice(&numbers(concat!($name, ".weight"))).unwrap();
        layer.bias.copy_from_slice(&numbers(concat!($name, ".bias"))).unwrap();
        let gradients = assert_layer($name, &mut *layer);
        assert_near(concat!($name, ".grad_weight"), gradients.weight.as_slice(), TOLERANCE);
        assert_near(concat!($name, ".grad_bias"), gradients.bias.as_slice(), TOLERANCE);
        layer
    }};
}

/// Running values after a step, and what the layer then gives when it is used.
macro_rules! running {
    ($name:literal, $layer:ty) => {{
        let layer = normalised!($name, $layer);
        assert_near(concat!($name, ".running_mean"), layer.running_mean.as_slice(), TOLERANCE);
        assert_near(concat!($name, ".running_variance"), layer.running_variance.as_slice(), TOLERANCE);
        let input = values::<Tensor<<$layer as Layer>::In>>(concat!($name, ".input"));
        let mut workspace = Workspace::<$layer, U4>::zeroed();
        assert_near(concat!($name, ".used"), flat(workspace.infer(&*layer, &input)), TOLERANCE);
    }};
}

#[test]
fn normalisations() {
    running!("batch_norm", BatchNorm<U6>);
    running!("batch_norm_of_channels", BatchNorm<(U4, U3, U5)>);
    normalised!("layer_norm", LayerNorm<(U4, U3, U5)>);
    normalised!("group_norm", GroupNorm<(U4, U3, U5), U2>);
}

#[test]
fn settings_of_normalisations() {
    running!("batch_norm_of_settings", BatchNorm<U6, (RunningMomentum<U30>, Epsilon<U1>)>);
    running!("batch_norm_of_epsilon", BatchNorm<(U4, U3, U5), Epsilon<U2>>);
    running!("batch_norm_of_momentum", BatchNorm<(U4, U3, U5), RunningMomentum<U100>>);
    normalised!("layer_norm_of_epsilon", LayerNorm<(U4, U3, U5), Epsilon<U1>>);
    normalised!("group_norm_of_epsilon", GroupNorm<(U4, U3, U5), U2, Epsilon<U2>>);
}

#[test]
fn more_activations() {
    assert_layer("leaky_relu_of_slope", &mut *LeakyRelu::<U8, Slope<U20>>::zeroed());
    assert_layer("leaky_relu", &mut *LeakyRelu::<U8>::zeroed());
    let mut prelu = PRelu::<U8>::zeroed();
    prelu.weight.copy_from_slice(&numbers("prelu.weight")).unwrap();
    let gradients = assert_layer("prelu", &mut *prelu);
    assert_near("prelu.grad_weight", gradients.weight.as_slice(), TOLERANCE);
    assert_layer("elu", &mut *Elu::<U8>::zeroed());
    assert_layer("softplus", &mut *Softplus::<U8>::zeroed());
    assert_layer("gelu", &mut *Gelu::<U8>::zeroed());
    assert_layer("gelu_tanh", &mut *GeluTanh::<U8>::zeroed());
    assert_layer("silu", &mut *Silu::<U8>::zeroed());
    assert_layer("softmax", &mut *Softmax::<U8>::zeroed());
    assert_layer("log_softmax", &mut *LogSoftmax::<U8>::zeroed());
}

convolutions! {
    conv_transpose: ConvTranspose2d<(U3, U5, U4), U4, U3>;
    conv_transpose_all: ConvTranspose2d<
        (U4, U5, U4), U6, (U3, U2),
        (Stride<(U2, U3)>, Padding<(U2, U1)>, OutputPadding<(U1, U2)>, Dilation<(U2, U3)>, Groups<U2>),
    >;
}

convolutions! {
    conv1d: Conv1d<(U3, U17), U4, U5>;
    conv1d_all: Conv1d<(U4, U19), U6, U3, (Groups<U2>, Dilation<U3>, Stride<U2>, Padding<U4>)>;
    conv1d_depthwise: Conv1d<(U5, U8), U5, U3, (Groups<U5>, Padding<U1>)>;
    conv_transpose1d: ConvTranspose1d<
        (U4, U5), U6, U3, (Stride<U3>, Padding<U1>, OutputPadding<U2>, Dilation<U2>, Groups<U2>),
    >;
}

#[test]
fn poolings_of_sequences() {
    type Sequence = (U2, U13);
    assert_layer("max_pool1d", &mut *MaxPool1d::<Sequence, U2>::zeroed());
    type Overlapping = (Padding<U1>, Stride<U2>);
    assert_layer("max_pool1d_overlapping", &mut *MaxPool1d::<Sequence, U3, Overlapping>::zeroed());
    assert_layer("avg_pool1d", &mut *AvgPool1d::<Sequence, U2>::zeroed());
    assert_layer("avg_pool1d_overlapping", &mut *AvgPool1d::<Sequence, U3, Overlapping>::zeroed());
    type OfPixels = (Stride<U2>, Padding<U1>, ExcludePadding);
    assert_layer("avg_pool1d_of_pixels", &mut *AvgPool1d::<Sequence, U3, OfPixels>::zeroed());
    assert_layer("global_avg_pool1d", &mut *GlobalAvgPool1d::<Sequence>::zeroed());
}

#[test]
fn poolings() {
    type Image = (U2, U7, U8);
    assert_layer("max_pool", &mut *MaxPool2d::<Image, U2>::zeroed());
    assert_layer("max_pool_overlapping", &mut *MaxPool2d::<Image, U3, (Stride<U2>, Padding<U1>)>::zeroed());
    assert_layer("avg_pool", &mut *AvgPool2d::<Image, U2>::zeroed());
    assert_layer("avg_pool_overlapping", &mut *AvgPool2d::<Image, U3, (Stride<U2>, Padding<U1>)>::zeroed());
    type OfPixels = (Stride<U2>, Padding<U1>, ExcludePadding);
    assert_layer("avg_pool_of_pixels", &mut *AvgPool2d::<Image, U3, OfPixels>::zeroed());
    assert_layer("global_avg_pool", &mut *GlobalAvgPool2d::<Image>::zeroed());
}

#[test]
fn activations() {
    assert_layer("relu", &mut *Relu::<U8>::zeroed());
    assert_layer("sigmoid", &mut *Sigmoid::<U8>::zeroed());
    assert_layer("tanh", &mut *Tanh::<U8>::zeroed());
    assert_layer("identity", &mut *Identity::<U8>::zeroed());
}

#[test]
fn cross_entropy() {
    let name = "cross_entropy_class";
    assert_loss(name, &CrossEntropy, &classes::<U5>(&format!("{name}.target")));
    for name in ["cross_entropy_probabilities", "cross_entropy_masses"] {
        assert_loss(name, &CrossEntropy, &values::<Tensor<U5>>(&format!("{name}.target")));
    }
}

#[test]
fn mean_squared_error() {
    let name = "mean_squared_error";
    assert_loss(name, &MeanSquaredError, &values::<Tensor<U5>>(&format!("{name}.target")));
    let name = "mean_squared_error_rank_3";
    assert_loss(name, &MeanSquaredError, &values::<Tensor<(U2, U3, U2)>>(&format!("{name}.target")));
}

/// A loss with the targets in the file, as values of this type.
macro_rules! losses {
    ($($name:ident: $loss:expr, $read:ident::<$target:ty>;)*) => {
        $(#[test]
        fn $name() {
            let name = stringify!($name);
            assert_loss(name, &$loss, &$read::<$target>(&format!("{name}.target")));
        })*
    };
}

losses! {
    cross_entropy_smoothed_class: CrossEntropy.smoothed(0.1), classes::<U5>;
    cross_entropy_smoothed_probabilities: CrossEntropy.smoothed(0.1), values::<Tensor<U5>>;
    binary_cross_entropy: BinaryCrossEntropy, values::<Tensor<U5>>;
    huber: Huber { delta: 2.5 }, values::<Tensor<U5>>;
    huber_as_smooth_l1: Huber { delta: 1.0 }, values::<Tensor<U5>>;
    mean_absolute_error: MeanAbsoluteError, values::<Tensor<U5>>;
    sum_squared_error: SumSquaredError, values::<Tensor<U5>>;
    negative_log_likelihood: NegativeLogLikelihood, classes::<U5>;
    kl_divergence: KlDivergence, values::<Tensor<U5>>;
    hinge: Hinge { margin: 1.0 }, classes::<U5>;
    hinge_of_margin_half: Hinge { margin: 0.5 }, classes::<U5>;
}

losses! {
    cross_entropy_weighted_class: CrossEntropy.weighted(WEIGHTS), classes::<U5>;
    cross_entropy_weighted_and_smoothed: CrossEntropy.weighted(WEIGHTS).smoothed(0.1), classes::<U5>;
    cross_entropy_weighted_probabilities: CrossEntropy.weighted(WEIGHTS), values::<Tensor<U5>>;
    binary_cross_entropy_weighted: BinaryCrossEntropy.weighted(WEIGHTS), values::<Tensor<U5>>;
}

const WEIGHTS: [f64; 5] = [1.0, 0.25, 3.0, 0.0, 2.0];

/// Targets that count as much as those of the file do.
fn counting<G>(targets: Vec<G>) -> Vec<Weighted<G>> {
    targets.into_iter().zip([2.0, 0.0, 0.5]).map(|(target, weight)| Weighted::new(target, weight)).collect()
}

#[test]
fn cross_entropy_of_weighted_samples() {
    let name = "cross_entropy_of_weighted_samples";
    let targets = counting(classes::<U5>(&format!("{name}.target")));
    assert_loss(name, &SampleWeighted(CrossEntropy), &targets);
}

#[test]
fn mean_squared_error_of_weighted_samples() {
    let name = "mean_squared_error_of_weighted_samples";
    let targets = counting(values::<Tensor<U5>>(&format!("{name}.target")).into_vec());
    assert_loss(name, &SampleWeighted(MeanSquaredError), &targets);
}

network! { type Net = [Affine<U6, U5>, Relu<U5>, Affine<U5, U4>, Sigmoid<U4>, Affine<U4, U3>]; }

fn start() -> Box<Net> {
    let mut network = Net::zeroed();
    network.as_mut_slice().copy_from_slice(&numbers("network.parameters"));
    network
}

#[test]
fn network() {
    let (network, input) = (start(), values("network.input"));
    let mut workspace = Workspace::<Net, U8>::zeroed();
    let mut grad_input = zeroed_slice(input.len());
    let mut gradients = Net::zeroed();
    assert_near("network.output", flat(workspace.forward(&network, &input)), TOLERANCE);
    let (output, grad_output) = workspace.outputs(input.len());
    let loss = CrossEntropy.gradient(output, &classes::<U3>("network.target"), grad_output);
    assert_near("network.loss", &[loss as f32], TOLERANCE);
    assert_near("network.gradient", flat(grad_output), TOLERANCE);
    workspace.add_gradients(&network, &input, Some(&mut grad_input), &mut gradients);
    assert_near("network.grad_input", flat(&grad_input), TOLERANCE);
    assert_near("network.gradients", gradients.as_slice(), TOLERANCE);
}

/// Twenty steps on one batch: each step's loss, then the parameters.
#[track_caller]
fn assert_training<G: TargetOf<U3>>(
    name: &str,
    mut optimizer: impl Optimizer<Net>,
    loss: &impl Loss<U3, G, f32>,
    targets: &[G],
) {
    let (mut network, input) = (start(), values("network.input"));
    let mut workspace = Workspace::<Net, U8>::zeroed();
    let mut gradients = Net::zeroed();
    let mut step = |_| {
        workspace.forward(&network, &input);
        let (output, grad_output) = workspace.outputs(input.len());
        let value = loss.gradient(output, targets, grad_output);
        gradients.as_mut_slice().fill(0.0);
        workspace.backward(&mut network, &input, None, &mut gradients);
        optimizer.step(&mut network, &gradients);
        value as f32
    };
    let losses: Vec<f32> = (0..20).map(&mut step).collect();
    assert_near(&format!("{name}.losses"), &losses, TRAINED_TOLERANCE);
    assert_near(&format!("{name}.parameters"), network.as_slice(), TRAINED_TOLERANCE);
}

#[test]
fn twenty_steps_of_sgd() {
    let (classes, targets) = (classes::<U3>("network.target"), values("network.regression_target"));
    let sgd = Sgd { learning_rate: 0.1 };
    assert_training("sgd.cross_entropy", sgd, &CrossEntropy, &classes);
    assert_training::<Tensor<U3>>("sgd.mean_squared_error", sgd, &MeanSquaredError, &targets);
}

#[test]
fn twenty_steps_of_momentum() {
    let (classes, targets) = (classes::<U3>("network.target"), values("network.regression_target"));
    let momentum = || Momentum::new(0.1, 0.9);
    assert_training("momentum.cross_entropy", momentum(), &CrossEntropy, &classes);
    assert_training::<Tensor<U3>>("momentum.mean_squared_error", momentum(), &MeanSquaredError, &targets);
}

#[test]
fn twenty_steps_of_adam() {
    let (classes, targets) = (classes::<U3>("network.target"), values("network.regression_target"));
    let adam = || Adam::new(0.1);
    assert_training("adam.cross_entropy", adam(), &CrossEntropy, &classes);
    assert_training::<Tensor<U3>>("adam.mean_squared_error", adam(), &MeanSquaredError, &targets);
}

/// Twenty steps with each loss of an optimizer.
macro_rules! optimizers {
    ($($name:ident: $optimizer:expr;)*) => {
        $(#[test]
        fn $name() {
            let (name, optimizer) = (stringify!($name), || $optimizer);
            let (classes, targets) = (classes::<U3>("network.target"), values("network.regression_target"));
            assert_training(&format!("{name}.cross_entropy"), optimizer(), &CrossEntropy, &classes);
            let name = format!("{name}.mean_squared_error");
            assert_training::<Tensor<U3>>(&name, optimizer(), &MeanSquaredError, &targets);
        })*
    };
}

optimizers! {
    nesterov: Nesterov::new(0.05, 0.9);
    ada_grad: AdaGrad::new(0.1);
    rms_prop: RmsProp::new(0.01);
    adam_w: AdamW::new(0.05, 0.3);
}

#[test]
fn weight_decay_around_adam_is_adam_w() {
    let decay = || WeightDecay::new(Adam::new(0.05), 0.3);
    let (classes, targets) = (classes::<U3>("network.target"), values("network.regression_target"));
    assert_training("adam_w.cross_entropy", decay(), &CrossEntropy, &classes);
    assert_training::<Tensor<U3>>("adam_w.mean_squared_error", decay(), &MeanSquaredError, &targets);
}

#[test]
fn weight_decay_around_sgd_is_an_l2_penalty() {
    let decay = WeightDecay::new(Sgd { learning_rate: 0.1 }, 0.1);
    assert_training("l2_as_weight_decay", decay, &CrossEntropy, &classes::<U3>("network.target"));
}

#[test]
fn a_scheduled_optimizer() {
    let schedule = CosineDecay { from: 0.1, to: 0.01, steps: 20 };
    // The optimizer's own learning rate does not count.
    let optimizer = Scheduled::new(Adam::new(99.0), schedule);
    assert_training("scheduled", optimizer, &CrossEntropy, &classes::<U3>("network.target"));
}

type Regularised = Trainer<Net, CrossEntropy, Sgd, U8>;

/// Twenty steps of a trainer: losses, penalties and parameters.
#[track_caller]
fn assert_trainer(name: &str, penalised: bool, with: impl Fn(Regularised) -> Regularised) {
    let trainer = Regularised::new(start(), CrossEntropy, Sgd { learning_rate: 0.1 }, 1);
    let (mut trainer, input) = (with(trainer), values::<Tensor<U6>>("network.input"));
    let targets = classes::<U3>("network.target");
    let steps = (0..20).map(|_| (trainer.penalty() as f32, trainer.step(&input, &targets).unwrap() as f32));
    let (penalties, losses): (Vec<_>, Vec<_>) = steps.unzip();
    assert_near(&format!("{name}.losses"), &losses, TRAINED_TOLERANCE);
    assert_near(&format!("{name}.parameters"), trainer.network().as_slice(), TRAINED_TOLERANCE);
    if penalised {
        assert_near(&format!("{name}.penalties"), &penalties, TRAINED_TOLERANCE);
    } else {
        assert_eq!(penalties, [0.0; 20]);
    }
}

#[test]
fn twenty_steps_with_a_penalty() {
    assert_trainer("l2", true, |trainer| trainer.with_penalty(Penalty::l2(0.1)));
    assert_trainer("l1", true, |trainer| trainer.with_penalty(Penalty::l1(0.05)));
    assert_trainer("elastic_net", true, |trainer| trainer.with_penalty(Penalty::elastic_net(0.03, 0.05)));
}

#[test]
fn twenty_steps_with_clipped_gradients() {
    assert_trainer("clip_value", false, |trainer| trainer.with_clip(Clip::Value(0.05)));
    assert_trainer("clip_norm", false, |trainer| trainer.with_clip(Clip::Norm(0.4)));
    assert_trainer("penalty_and_clip_norm", true, |trainer| {
        trainer.with_clip(Clip::Norm(0.5)).with_penalty(Penalty::l2(0.1))
    });
}

#[test]
fn schedules() {
    let assert_schedule = |name: &str, schedule: &dyn Fn(usize) -> f64| {
        let rates: Vec<_> = (0..30).map(|step| schedule(step) as f32).collect();
        assert_near(&format!("schedule.{name}"), &rates, TOLERANCE);
    };
    macro_rules! assert_schedules {
        ($($name:ident: $schedule:expr;)*) => {
            $(assert_schedule(stringify!($name), &|step| $schedule.learning_rate(step));)*
        };
    }
    let learning_rate = 0.1;
    assert_schedules! {
        constant: learning_rate;
        step_decay: StepDecay { learning_rate, factor: 0.3, every: 7 };
        exponential_decay: ExponentialDecay { learning_rate, factor: 0.9 };
        cosine_decay: CosineDecay { from: learning_rate, to: 0.002, steps: 29 };
        warmed_up: CosineDecay { from: learning_rate, to: 0.002, steps: 22 }.warmed_up(8);
        one_cycle: OneCycle::new(learning_rate, 30);
        one_cycle_of_others: OneCycle {
            highest: learning_rate, steps: 30, rising: 0.45, first_divisor: 10.0, last_divisor: 50.0,
        };
    }
}

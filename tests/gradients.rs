//! Every backward pass against central differences: one line a layer, a loss, a network.
//!
//! A layer without its line here is not done. The layers under `own` and `wrong` stand outside of
//! the crate: the first must pass, the second must be caught, each for its own mistake.
#![allow(clippy::float_cmp)]

#[cfg(feature = "onnx")]
mod exported;

use dimwise::gradient_check::{GradientError, Report, check_layer, check_loss, check_network};
use dimwise::layer::Sum;
use dimwise::loss::Target;
use dimwise::network::Stack;
#[cfg(feature = "onnx")]
use dimwise::parameters::Cast;
use dimwise::parameters::Kind;
use dimwise::plain::{Plain, flat, flat_mut};
use dimwise::prelude::*;
use dimwise::random::Random;

/// For 1 (or 2, where a layer is not trained on one), 3 and 8 samples, all gradients are right, and none is 0 unless some may be.
#[track_caller]
fn assert_checked<L: Network<Element = f64>>(layer: &L, vanishing: bool) {
    for samples in [L::SMALLEST_BATCH, 3, 8] {
        let report = passed(check_layer(layer, samples, 7));
        assert_eq!(report.checked, samples * L::In::LEN + L::PARAMETERS);
        assert_eq!(report.kinks, 0, "{report}");
        assert!(vanishing || report.vanishing == 0, "{report}");
    }
}

/// A test a layer, with random parameters, for 1, 3 and 8 samples. `vanishing` allows gradients of
/// zero.
macro_rules! layers {
    ($($name:ident: $layer:ty $(, $vanishing:ident)?;)*) => {
        $(#[test]
        fn $name() {
            let vanishing = false $(|| stringify!($vanishing) == "vanishing")?;
            assert_checked(&*random::<$layer>(), vanishing);
            #[cfg(feature = "onnx")]
            exported::export::<<$layer as Cast<f32>>::To>(concat!("layer_", stringify!($name)), Default::default());
        })*
    };
}

layers! {
    affine_1_1: Affine<U1, U1, f64>;
    affine_1_7: Affine<U1, U7, f64>;
    affine_7_1: Affine<U7, U1, f64>;
    affine_6_5: Affine<U6, U5, f64>;
    affine_17_13: Affine<U17, U13, f64>;
    convolution: Conv2d<(U2, U5, U6), U3, U3, (), f64>;
    convolution_1x1: Conv2d<(U3, U2, U3), U2, U1, (), f64>;
    convolution_padded: Conv2d<(U2, U4, U3), U3, (U3, U2), Padding<(U1, U2)>, f64>;
    convolution_padded_widely: Conv2d<(U1, U3, U3), U2, U2, Padding<U3>, f64>;
    convolution_strided: Conv2d<(U2, U8, U7), U3, (U3, U2), (Stride<(U2, U3)>, Padding<U1>), f64>, vanishing;
    convolution_strided_far: Conv2d<(U1, U7, U8), U2, U1, Stride<U3>, f64>, vanishing;
    convolution_dilated: Conv2d<(U2, U8, U7), U3, (U3, U2), (Padding<U1>, Dilation<(U2, U3)>), f64>;
    convolution_all: Conv2d<
        (U2, U9, U7), U4, (U3, U2), (Stride<(U2, U3)>, Padding<(U2, U1)>, Dilation<(U2, U3)>, Groups<U2>), f64,
    >, vanishing;
    convolution_all_the_other_way_round: Conv2d<
        (U2, U9, U7), U4, (U3, U2), (Groups<U2>, Dilation<(U2, U3)>, Padding<(U2, U1)>, Stride<(U2, U3)>), f64,
    >, vanishing;
    convolution_grouped: Conv2d<(U4, U5, U4), U6, U2, Groups<U2>, f64>;
    convolution_depthwise: Conv2d<(U3, U5, U4), U6, U3, (Padding<U1>, Groups<U3>), f64>;
    convolution_of_many_taps: Conv2d<(U5, U4, U5), U4, U3, Padding<U1>, f64>;
    transposed: ConvTranspose2d<(U2, U3, U4), U3, U3, (), f64>;
    transposed_strided: ConvTranspose2d<(U2, U3, U2), U3, (U3, U2), (Stride<(U2, U3)>, Padding<U1>), f64>;
    transposed_all: ConvTranspose2d<
        (U4, U3, U2), U6, (U3, U2),
        (Stride<(U2, U3)>, Padding<(U2, U1)>, OutputPadding<(U1, U2)>, Dilation<(U2, U3)>, Groups<U2>), f64,
    >, vanishing;
    transposed_depthwise: ConvTranspose2d<(U3, U3, U2), U3, U2, (Stride<U2>, Groups<U3>), f64>;
    sequence_convolution: Conv1d<(U2, U7), U3, U3, (), f64>;
    sequence_convolution_strided: Conv1d<(U2, U8), U3, U3, Stride<U2>, f64>, vanishing;
    sequence_convolution_padded: Conv1d<(U2, U4), U3, U3, Padding<U2>, f64>;
    sequence_convolution_dilated: Conv1d<(U2, U8), U3, U3, (Dilation<U3>, Padding<U1>), f64>;
    sequence_convolution_grouped: Conv1d<(U4, U6), U6, U2, Groups<U2>, f64>;
    sequence_convolution_all: Conv1d<
        (U4, U9), U6, U3, (Groups<U2>, Stride<U2>, Dilation<U2>, Padding<U1>), f64,
    >, vanishing;
    sequence_transposed: ConvTranspose1d<
        (U4, U3), U6, U3, (OutputPadding<U1>, Groups<U2>, Stride<U2>, Dilation<U2>, Padding<U1>), f64,
    >;
    zero_pad: ZeroPad2d<(U2, U3, U4), (U1, U2), f64>;
    there_and_back: ThereAndBack<f64>;
    max_pool: MaxPool2d<(U2, U4, U6), U2, (), f64>, vanishing;
    max_pool_wide: MaxPool2d<(U2, U5, U19), U2, (), f64>, vanishing;
    max_pool_left_over: MaxPool2d<(U2, U5, U7), U2, (), f64>, vanishing;
    max_pool_overlapping: MaxPool2d<(U2, U6, U7), U3, Stride<U2>, f64>, vanishing;
    max_pool_padded: MaxPool2d<(U2, U6, U7), (U3, U2), (Stride<(U3, U1)>, Padding<U1>), f64>, vanishing;
    avg_pool: AvgPool2d<(U2, U4, U6), U2, (), f64>;
    avg_pool_overlapping: AvgPool2d<(U2, U6, U7), (U3, U2), (Stride<(U2, U1)>, Padding<U1>), f64>;
    avg_pool_of_pixels: AvgPool2d<(U2, U6, U7), (U3, U2), (Stride<(U2, U1)>, Padding<U1>, ExcludePadding), f64>;
    avg_pool_apart: AvgPool2d<(U1, U7, U8), U2, Stride<U3>, f64>, vanishing;
    max_pool_flat: MaxPool2d<(U2, U6, U7), U2, Stride<(U1, U2)>, f64>, vanishing;
    sequence_max_pool: MaxPool1d<(U2, U6), U2, (), f64>, vanishing;
    sequence_max_pool_overlapping: MaxPool1d<(U2, U9), U3, (Stride<U2>, Padding<U1>), f64>, vanishing;
    sequence_avg_pool: AvgPool1d<(U2, U6), U2, (), f64>;
    sequence_avg_pool_overlapping: AvgPool1d<(U2, U7), U3, (Padding<U1>, Stride<U2>), f64>;
    sequence_avg_pool_of_pixels: AvgPool1d<(U2, U7), U3, (ExcludePadding, Padding<U1>, Stride<U2>), f64>;
    sequence_global_avg_pool: GlobalAvgPool1d<(U3, U5), f64>;
    sequences: Sequences<f64>, vanishing;
    global_avg_pool: GlobalAvgPool2d<(U3, U4, U5), f64>;
    convolutions: Images<f64>, vanishing;
    flatten: Flatten<(U2, U3, U2), f64>;
    reshape: Reshape<(U2, U6), (U3, U2, U2), f64>;
    view_over_released: OverReleased<f64>, vanishing;
    view_over_kept: ViewOverKept<f64>;
    view_first: ViewFirst<f64>;
    residual: Residual<Block<f64>>;
    residual_of_one_layer: Residual<Affine<U4, U4, f64>>;
    residual_with_shortcut: Residual<Affine<U4, U3, f64>, Affine<U4, U3, f64>>;
    sum_of_what_is_kept: Parallel<Sigmoid<U4, f64>, Tanh<U4, f64>, Sum>;
    concat_of_vectors: Parallel<Affine<U4, U3, f64>, Tanh<U4, f64>, Concat>;
    concat_of_channels: Channels<f64>;
    three_branches: Parallel<Channels<f64>, Relu<(U2, U4, U3), f64>, Concat>, vanishing;
    branches_inside: Branched<f64>, vanishing;
    activation_over_view: ActivationOverView<f64>;
    views_alone: ViewsAlone<f64>;
    view_over_activation: ViewOverActivation<f64>;
    batch_norm: BatchNorm<U3, (), f64>, vanishing;
    batch_norm_of_channels: BatchNorm<(U2, U3, U2), (), f64>;
    layer_norm: LayerNorm<U5, (), f64>;
    layer_norm_rank_3: LayerNorm<(U2, U3, U2), (), f64>;
    group_norm: GroupNorm<(U4, U2, U3), U2, (), f64>;
    group_norm_of_one_channel_each: GroupNorm<(U3, U2, U2), U3, (), f64>;
    batch_norm_of_epsilon: BatchNorm<(U2, U3, U2), (Epsilon<U1>, RunningMomentum<U30>), f64>;
    layer_norm_of_epsilon: LayerNorm<U5, Epsilon<U1>, f64>;
    group_norm_of_epsilon: GroupNorm<(U4, U2, U3), U2, Epsilon<U0>, f64>;
    group_norm_of_a_vector: GroupNorm<U6, U2, (), f64>;
    standardize: Standardize<(U2, U3), f64>;
    standardize_inside: StandardizeInside<f64>;
    dropout: Dropout<(U2, U3), U30, f64>, vanishing;
    dropout_of_nothing: Dropout<U5, U0, f64>;
    leaky_relu: LeakyRelu<(U2, U3), (), f64>;
    leaky_relu_of_slope: LeakyRelu<(U2, U3), Slope<U20>, f64>;
    prelu: PRelu<(U2, U3), f64>;
    prelu_of_a_vector: PRelu<U5, f64>;
    elu: Elu<(U2, U3), f64>;
    softplus: Softplus<(U2, U3), f64>;
    gelu: Gelu<(U2, U3), f64>;
    gelu_tanh: GeluTanh<(U2, U3), f64>;
    silu: Silu<(U2, U3), f64>;
    softmax: Softmax<U5, f64>;
    softmax_of_rows: Softmax<(U2, U3), f64>;
    log_softmax: LogSoftmax<U5, f64>;
    log_softmax_of_rows: LogSoftmax<(U2, U3), f64>;
    smooth_inside: SmoothInside<f64>;
    relu_rank_1: Relu<U5, f64>, vanishing;
    relu_rank_2: Relu<(U3, U4), f64>, vanishing;
    relu_rank_3: Relu<(U2, U3, U2), f64>, vanishing;
    relu_rank_4: Relu<(U2, U1, U3, U2), f64>, vanishing;
    sigmoid_rank_1: Sigmoid<U5, f64>;
    sigmoid_rank_2: Sigmoid<(U3, U4), f64>;
    sigmoid_rank_3: Sigmoid<(U2, U3, U2), f64>;
    sigmoid_rank_4: Sigmoid<(U2, U1, U3, U2), f64>;
    tanh_rank_1: Tanh<U5, f64>;
    tanh_rank_2: Tanh<(U3, U4), f64>;
    tanh_rank_3: Tanh<(U2, U3, U2), f64>;
    tanh_rank_4: Tanh<(U2, U1, U3, U2), f64>;
    identity_rank_1: Identity<U5, f64>;
    identity_rank_2: Identity<(U3, U4), f64>;
    identity_rank_3: Identity<(U2, U3, U2), f64>;
    identity_rank_4: Identity<(U2, U1, U3, U2), f64>;
    own_scale: own::Scale<(U2, U3), f64>;
    own_softmax: own::Softmax<U4, f64>;
    single_layer_network: Single<f64>;
    activation_alone: Alone<f64>;
    activation_first: ActivationFirst<f64>;
    two_activations_first: TwoActivationsFirst<f64>;
    two_activations_alone: TwoActivationsAlone<f64>;
    nested: Nested<f64>, vanishing;
    sigmoid_then_relu: SigmoidThenRelu<f64>;
    tanh_then_relu: TanhThenRelu<f64>, vanishing;
    relu_then_tanh_then_sigmoid: ThreeActivations<f64>, vanishing;
    sigmoid_over_what_softmax_keeps: OverKept<f64>;
    stack_ends_with_an_activation: OverStack<f64>, vanishing;
    own_layer_inside: OwnInside<f64>;
    by_hand: Stack<Stack<Affine<U3, U4, f64>, Tanh<U4, f64>>, Affine<U4, U2, f64>>;
    deep: Deep<f64>;
}

network! {
    type Images<T> = [
        Conv2d<(U2, U8, U7), U4, U3, Padding<U1>, T>, Relu<(U4, U8, U7), T>,
        MaxPool2d<(U4, U8, U7), U2, (), T>, Conv2d<(U4, U4, U3), U3, U2, (), T>,
        Tanh<(U3, U3, U2), T>, GlobalAvgPool2d<(U3, U3, U2), T>, Affine<U3, U2, T>,
    ];
    type Sequences<T> = [
        Conv1d<(U2, U12), U4, U3, Padding<U1>, T>, Relu<(U4, U12), T>, MaxPool1d<(U4, U12), U2, (), T>,
        Conv1d<(U4, U6), U3, U2, (), T>, Tanh<(U3, U5), T>, GlobalAvgPool1d<(U3, U5), T>, Affine<U3, U2, T>,
    ];
    type OverReleased<T> = [
        MaxPool2d<(U2, U4, U4), U2, (), T>, Flatten<(U2, U2, U2), T>, Affine<U8, U3, T>, Tanh<U3, T>,
    ];
    // The activation may not overwrite what the one before the view looks at.
    type ViewOverKept<T> = [
        Affine<U3, U8, T>, Sigmoid<U8, T>, Reshape<U8, (U2, U2, U2), T>, Tanh<(U2, U2, U2), T>,
        AvgPool2d<(U2, U2, U2), U2, (), T>,
    ];
    type Block<T> = [Affine<U4, U5, T>, Tanh<U5, T>, Affine<U5, U4, T>];
    type Channels<T> = [Parallel<
        Conv2d<(U2, U4, U3), U3, U1, (), T>,
        Conv2d<(U2, U4, U3), U1, U3, Padding<U1>, T>,
        Concat,
    >];
    type Branched<T> = [
        Residual<Residual<Block<T>>, Affine<U4, U4, T>>, Relu<U4, T>, Residual<Block<T>>, Tanh<U4, T>,
        Parallel<Block<T>, Stack<Affine<U4, U3, T>, Sigmoid<U3, T>>, Concat>, Affine<U7, U2, T>,
    ];
    type Normalised<T> = [
        Conv2d<(U2, U4, U3), U4, U3, Padding<U1>, T>, BatchNorm<(U4, U4, U3), (), T>, Relu<(U4, U4, U3), T>,
        GroupNorm<(U4, U4, U3), U2, (), T>, Dropout<(U4, U4, U3), U20, T>, Flatten<(U4, U4, U3), T>,
        LayerNorm<U48, (), T>, Affine<U48, U3, T>, BatchNorm<U3, (), T>, Softmax<U3, T>,
    ];
    type SmoothInside<T> = [
        Affine<U3, U4, T>, LeakyRelu<U4, (), T>, Affine<U4, U4, T>, Elu<U4, T>, Softplus<U4, T>,
        Affine<U4, U4, T>, Gelu<U4, T>, Silu<U4, T>, LogSoftmax<U4, T>,
    ];
    type ThereAndBack<T> = [
        ZeroPad2d<(U1, U5, U5), U1, T>, Conv2d<(U1, U7, U7), U3, U3, Stride<U2>, T>, Tanh<(U3, U3, U3), T>,
        ConvTranspose2d<(U3, U3, U3), U2, U3, (Stride<U2>, Padding<U1>, OutputPadding<U1>), T>,
    ];
    type ViewFirst<T> = [Flatten<(U2, U3), T>, Affine<U6, U2, T>];
    type ActivationOverView<T> = [
        Affine<U3, U4, T>, Reshape<U4, (U2, U2), T>, Tanh<(U2, U2), T>, Flatten<(U2, U2), T>, Affine<U4, U2, T>,
    ];
    type ViewsAlone<T> = [Flatten<(U2, U3), T>, Reshape<U6, (U3, U2), T>];
    type ViewOverActivation<T> = [Tanh<(U2, U3), T>, Flatten<(U2, U3), T>, Sigmoid<U6, T>];
    type StandardizeInside<T> = [Affine<U3, U4, T>, Standardize<U4, T>, Affine<U4, U2, T>];
    type Single<T> = [Affine<U3, U4, T>];
    type Alone<T> = [Tanh<U3, T>];
    type ActivationFirst<T> = [Sigmoid<U3, T>, Affine<U3, U4, T>, Tanh<U4, T>];
    type TwoActivationsFirst<T> = [Sigmoid<U3, T>, Tanh<U3, T>, Affine<U3, U4, T>];
    type TwoActivationsAlone<T> = [Tanh<U6, T>, Sigmoid<U6, T>];
    type Hidden<T> = [Affine<U5, U5, T>, Relu<U5, T>];
    type Nested<T> = [Affine<U4, U5, T>, Tanh<U5, T>, Hidden<T>, Hidden<T>, Affine<U5, U3, T>];
    // An activation overwrites the layer before it, but not one that looks at its own output. (ReLU
    // cannot show it: where it lets a gradient through, it has changed nothing.)
    type SigmoidThenRelu<T> = [Affine<U3, U4, T>, Sigmoid<U4, T>, Relu<U4, T>, Affine<U4, U2, T>];
    type TanhThenRelu<T> = [Affine<U3, U6, T>, Tanh<U6, T>, Relu<U6, T>, Affine<U6, U2, T>];
    type ThreeActivations<T> = [Affine<U3, U6, T>, Relu<U6, T>, Tanh<U6, T>, Sigmoid<U6, T>];
    type OverKept<T> = [Affine<U3, U4, T>, own::Softmax<U4, T>, Sigmoid<U4, T>];
    type OverStack<T> = [Hidden5<T>, Tanh<U5, T>, Hidden<T>, Sigmoid<U5, T>, Affine<U5, U2, T>];
    type Hidden5<T> = [Affine<U3, U5, T>, Sigmoid<U5, T>];
    type OwnInside<T> = [own::Scale<U3, T>, Affine<U3, U4, T>, own::Scale<U4, T>, Tanh<U4, T>];
    // More than 16 layers: the macro makes a part of the first ones.
    type Deep<T> = [
        Affine<U3, U4, T>, Tanh<U4, T>, Affine<U4, U4, T>, Tanh<U4, T>, Affine<U4, U4, T>, Tanh<U4, T>,
        Affine<U4, U4, T>, Tanh<U4, T>, Affine<U4, U4, T>, Tanh<U4, T>, Affine<U4, U4, T>, Tanh<U4, T>,
        Affine<U4, U4, T>, Tanh<U4, T>, Affine<U4, U4, T>, Tanh<U4, T>, Affine<U4, U4, T>, Tanh<U4, T>,
        Affine<U4, U4, T>, Tanh<U4, T>, Affine<U4, U3, T>
    ];
    type Small<T> = [Affine<U4, U5, T>, Tanh<U5, T>, Affine<U5, U3, T>];
    type LogProbabilities<T> = [Affine<U4, U3, T>, Tanh<U3, T>, Affine<U3, U3, T>, LogSoftmax<U3, T>];
    type Large<T> = [Affine<U100, U20, T>, Tanh<U20, T>, Affine<U20, U10, T>];
}

/// A network whose numbers are all random: biases too, which an initialiser leaves zero.
fn random<N: Plain<Element = f64>>() -> Box<N> {
    random_from(3)
}

fn random_from<N: Plain<Element = f64>>(seed: u64) -> Box<N> {
    let mut random = Random::new(seed);
    let mut network = N::zeroed();
    network.as_mut_slice().fill_with(|| 0.7 * random.normal());
    network
}

/// With the numbers of the other tests, nearly equal ones meet in the first normalisation, where a difference as
/// wide as the check's is off by 1e-6; with narrower ones, the gradients agree there, too.
#[test]
fn normalised() {
    assert_checked(&*random_from::<Normalised<f64>>(4), true);
}

fn samples<S: Shape>(count: usize, seed: u64) -> Vec<Tensor<S, f64>> {
    let mut random = Random::new(seed);
    (0..count).map(|_| Tensor::filled_with(|| random.normal())).collect()
}

fn classes<C: Dim>(count: usize) -> Vec<Class<C>> {
    let mut random = Random::new(5);
    (0..count).map(|_| Class::new(random.below(C::SIZE)).unwrap()).collect()
}

/// Probabilities that sum to `mass`.
fn probabilities<C: Dim>(count: usize, mass: f64) -> Vec<Tensor<C, f64>> {
    let weights = samples::<C>(count, 11).into_iter().map(|sample| sample.map(|x| x * x));
    weights.map(|sample| sample.map(|x| x * mass / sample.as_slice().iter().sum::<f64>())).collect()
}

#[track_caller]
fn passed(result: Result<Report, GradientError>) -> Report {
    match result {
        Ok(report) => report,
        Err(error) => panic!("{error}"),
    }
}

/// The loss by itself, and at the end of a network, complete and without kinks.
#[track_caller]
fn check_both<N, G, L>(loss: &L, targets: &[G])
where
    N: Network<Element = f64>,
    G: TargetOf<N::Out>,
    L: Loss<N::Out, G, f64>,
{
    let count = targets.len();
    let report = passed(check_loss(loss, &samples::<N::Out>(count, 13), targets));
    assert_eq!((report.checked, report.vanishing, report.kinks), (count * N::Out::LEN, 0, 0), "{report}");
    let report = passed(check_network(&*random::<N>(), loss, &samples::<N::In>(count, 17), targets));
    assert_eq!((report.checked, report.kinks), (count * N::In::LEN + N::COUNT, 0), "{report}");
}

#[test]
fn cross_entropy_with_classes() {
    check_both::<Small<f64>, _, _>(&CrossEntropy, &classes::<U3>(1));
    check_both::<Small<f64>, _, _>(&CrossEntropy, &classes::<U3>(5));
}

#[test]
fn cross_entropy_with_probabilities() {
    check_both::<Small<f64>, _, _>(&CrossEntropy, &probabilities::<U3>(5, 1.0));
}

#[test]
fn cross_entropy_with_probabilities_that_do_not_sum_to_one() {
    check_both::<Small<f64>, _, _>(&CrossEntropy, &probabilities::<U3>(5, 0.4));
    check_both::<Small<f64>, _, _>(&CrossEntropy, &probabilities::<U3>(5, 3.0));
}

#[test]
fn mean_squared_error_rank_1() {
    check_both::<Small<f64>, _, _>(&MeanSquaredError, &samples::<U3>(1, 19));
    check_both::<Small<f64>, _, _>(&MeanSquaredError, &samples::<U3>(5, 19));
}

#[test]
fn mean_squared_error_rank_3() {
    check_both::<own::Scale<(U2, U3, U2), f64>, _, _>(&MeanSquaredError, &samples::<(U2, U3, U2)>(5, 23));
}

#[test]
fn smoothed_cross_entropy() {
    let loss = CrossEntropy.smoothed(0.3);
    check_both::<Small<f64>, _, _>(&loss, &classes::<U3>(5));
    check_both::<Small<f64>, _, _>(&loss, &probabilities::<U3>(5, 1.0));
    check_both::<Small<f64>, _, _>(&loss, &probabilities::<U3>(5, 0.4));
}

#[test]
fn weighted_cross_entropy() {
    let loss = CrossEntropy.weighted([0.5, 2.0, 3.0]);
    check_both::<Small<f64>, _, _>(&loss, &classes::<U3>(5));
    check_both::<Small<f64>, _, _>(&loss, &probabilities::<U3>(5, 1.0));
    check_both::<Small<f64>, _, _>(&loss, &probabilities::<U3>(5, 0.4));
    check_both::<Small<f64>, _, _>(&loss.smoothed(0.3), &classes::<U3>(5));
}

#[test]
fn weighted_binary_cross_entropy() {
    let loss = BinaryCrossEntropy.weighted([0.5, 2.0, 3.0]);
    check_both::<Small<f64>, _, _>(&loss, &probabilities::<U3>(5, 1.0));
}

/// A loss of a user's own, of targets of a user's own.
struct Distance;
#[derive(Clone)]
struct Place(f64);

impl Target for Place {
    type Shape = U3;

    fn is_right<T: Element>(&self, output: &[T]) -> Option<bool> {
        Some(output[0].to_f64() > self.0)
    }

    fn numbers(&self) -> impl Iterator<Item = f64> {
        [self.0].into_iter()
    }
}

impl Loss<U3, Place, f64> for Distance {
    fn gradient(
        &self,
        outputs: &[Tensor<U3, f64>],
        targets: &[Place],
        gradients: &mut [Tensor<U3, f64>],
    ) -> f64 {
        for ((output, target), gradient) in outputs.iter().zip(targets).zip(gradients) {
            for (gradient, x) in gradient.as_mut_slice().iter_mut().zip(output.as_slice()) {
                *gradient = 2.0 * (x - target.0) / targets.len() as f64;
            }
        }
        self.value(outputs, targets)
    }

    fn value(&self, outputs: &[Tensor<U3, f64>], targets: &[Place]) -> f64 {
        let cost = |(output, target): (&Tensor<U3, f64>, &Place)| {
            output.as_slice().iter().map(|x| (x - target.0) * (x - target.0)).sum::<f64>()
        };
        outputs.iter().zip(targets).map(cost).sum::<f64>() / targets.len() as f64
    }
}

#[test]
fn weighted_samples() {
    fn weighted<G>(targets: impl IntoIterator<Item = G>) -> Vec<Weighted<G>> {
        let weights = [0.25, 3.0, 1.0, 0.5, 2.0];
        targets.into_iter().zip(weights).map(|(target, weight)| Weighted::new(target, weight)).collect()
    }
    check_both::<Small<f64>, _, _>(&SampleWeighted(CrossEntropy), &weighted(classes::<U3>(5)));
    check_both::<Small<f64>, _, _>(&SampleWeighted(Huber { delta: 0.7 }), &weighted(samples::<U3>(5, 19)));
    check_both::<Small<f64>, _, _>(
        &SampleWeighted(Distance),
        &weighted([0.5, -1.0, 2.0, 0.0, 1.0].map(Place)),
    );
    let both = SampleWeighted(CrossEntropy.weighted([0.5, 2.0, 3.0]));
    check_both::<Small<f64>, _, _>(&both, &weighted(classes::<U3>(5)));

    let (output, place) = (Tensor::<U3, f64>::from([1.0, 0.0, 0.0]), Weighted::new(Place(0.5), 3.0));
    assert_eq!(SampleWeighted(Distance).is_right(&output, &place), Some(true));
    let class = Weighted::new(Class::<U3>::new(1).unwrap(), 3.0);
    assert_eq!(both.is_right(&output, &class), Some(false));
    assert_eq!(SampleWeighted(MeanSquaredError).is_right(&output, &Weighted::new(output.clone(), 1.0)), None);
}

/// The weights of both are multiplied, and the mean of batches is that of all samples, whatever is in which.
#[test]
fn a_mean_over_batches_is_that_of_all_samples() {
    let (outputs, targets) = (samples::<U3>(5, 13), classes::<U3>(5));
    let targets: Vec<_> = targets
        .into_iter()
        .zip([0.0, 3.0, 1.0, 0.5, 2.0])
        .map(|(g, weight)| Weighted::new(g, weight))
        .collect();
    let loss = SampleWeighted(CrossEntropy.weighted([0.5, 2.0, 3.0]));
    let weight = |targets: &[Weighted<Class<U3>>]| Loss::<U3, _, f64>::weight(&loss, targets);
    for cut in [1, 2, 4] {
        let parts = [(&outputs[..cut], &targets[..cut]), (&outputs[cut..], &targets[cut..])];
        let sum: f64 = parts.iter().map(|(o, t)| loss.value(o, t) * weight(t)).sum();
        assert!((sum / weight(&targets) - loss.value(&outputs, &targets)).abs() < 1e-15, "cut at {cut}");
    }

    // As a trainer evaluates, and a metric, in batches of two.
    let data = Dataset::new(outputs.clone(), targets.clone()).unwrap();
    let sgd = Sgd { learning_rate: 0.1 };
    let mut trainer = Trainer::<Identity<U3, f64>, _, _, U2>::new(Identity::zeroed(), loss.clone(), sgd, 1);
    let mut metric = MeanLoss::new("loss", loss.clone());
    let evaluation = trainer.evaluate_with(&data, &mut metric).unwrap();
    for found in [evaluation.loss, metric.value()] {
        assert!((found - loss.value(&outputs, &targets)).abs() < 1e-15, "{found}");
    }
    assert!((trainer.epoch(&data).unwrap().loss - evaluation.loss).abs() < 1e-15);
}

/// `0 · ∞` is 0 in every loss that multiplies a probability with a logarithm; NaN stays NaN.
#[test]
fn what_has_no_probability_costs_nothing() {
    fn both<G: Target<Shape = U3>>(
        loss: &impl Loss<U3, G, f64>,
        output: [f64; 3],
        target: G,
    ) -> (f64, [f64; 3]) {
        let mut gradients = [Tensor::default()];
        let value = loss.gradient(&[Tensor::from(output)], std::slice::from_ref(&target), &mut gradients);
        let alone = loss.value(&[Tensor::from(output)], &[target]);
        assert!((value - alone).abs() < 1e-15 || value.is_nan() || value == alone, "{value} {alone}");
        (value, std::array::from_fn(|index| gradients[0][index]))
    }
    const INFINITY: f64 = f64::INFINITY;
    let tensor = |numbers: [f64; 3]| Tensor::<U3, f64>::from(numbers);

    // Three sure answers, which are right, and three which are as wrong as can be.
    let (loss, gradient) = both(&BinaryCrossEntropy, [INFINITY, -INFINITY, 0.0], tensor([1.0, 0.0, 0.5]));
    assert!((loss - 2.0_f64.ln() / 3.0).abs() < 1e-15, "{loss}");
    assert_eq!(gradient, [0.0; 3]);
    let (loss, gradient) = both(&BinaryCrossEntropy, [INFINITY, -INFINITY, 0.0], tensor([0.0, 1.0, 0.5]));
    assert_eq!((loss, gradient), (INFINITY, [1.0 / 3.0, -1.0 / 3.0, 0.0]));
    // A sure answer's gradient is small, but not 0.
    let (loss, gradient) = both(&BinaryCrossEntropy, [50.0, -50.0, 0.0], tensor([1.0, 0.0, 0.5]));
    let small = 1.928_749_847_963_917_8e-22; // 1 / (1 + e⁵⁰)
    assert!((loss - 2.0_f64.ln() / 3.0).abs() < 1e-15, "{loss}");
    assert!((gradient[0] * -3.0 / small - 1.0).abs() < 1e-15, "{gradient:?}");
    assert!((gradient[1] * 3.0 / small - 1.0).abs() < 1e-15, "{gradient:?}");
    assert!(both(&BinaryCrossEntropy, [f64::NAN, 0.0, 0.0], tensor([0.0; 3])).0.is_nan());

    let half = 0.5_f64.ln();
    let (loss, gradient) = both(&KlDivergence, [-INFINITY, half, half], tensor([0.0, 1.0, 0.0]));
    assert_eq!((loss, gradient), (2.0_f64.ln(), [0.0, -1.0, 0.0]));
    assert_eq!(both(&KlDivergence, [-INFINITY, half, half], tensor([0.5, 0.5, 0.0])).0, INFINITY);
    assert!(both(&KlDivergence, [f64::NAN, half, half], tensor([0.0, 1.0, 0.0])).0.is_nan());

    let class = |index| Class::<U3>::new(index).unwrap();
    let (loss, gradient) = both(&NegativeLogLikelihood, [-INFINITY, half, half], class(1));
    assert_eq!((loss, gradient), (2.0_f64.ln(), [0.0, -1.0, 0.0]));
}

/// The layers that end in logarithms, with a class that cannot be and with one that is nearly sure.
#[test]
fn logarithms_of_probabilities_at_the_ends() {
    fn passed(input: [f64; 3], grad: [f64; 3]) -> ([f64; 3], [f64; 3]) {
        let (layer, input) = (LogSoftmax::<U3, f64>::zeroed(), [Tensor::from(input)]);
        let (mut workspace, mut gradients) =
            (Workspace::<LogSoftmax<U3, f64>, U1>::zeroed(), LogSoftmax::zeroed());
        let output = std::array::from_fn(|index| workspace.forward(&*layer, &input)[0][index]);
        workspace.outputs(1).1[0] = Tensor::from(grad);
        let mut grad_input = [Tensor::default()];
        workspace.add_gradients(&layer, &input, Some(&mut grad_input), &mut gradients);
        (output, std::array::from_fn(|index| grad_input[0][index]))
    }
    let (output, grad) = passed([0.0, f64::NEG_INFINITY, 0.0], [-1.0, 0.0, 0.0]);
    assert_eq!((output, grad), ([-2.0_f64.ln(), f64::NEG_INFINITY, -2.0_f64.ln()], [-0.5, 0.0, 0.5]));
    let (output, grad) = passed([1000.0, 950.0, 0.0], [-1.0, 0.0, 0.0]);
    let small = 1.928_749_847_963_917_8e-22; // 1 / (1 + e⁵⁰)
    assert!((output[0] / -small - 1.0).abs() < 1e-15 && output[2] == -1000.0, "{output:?}");
    assert!((grad[0] / -small - 1.0).abs() < 1e-15 && (grad[1] / small - 1.0).abs() < 1e-15, "{grad:?}");
}

#[test]
fn binary_cross_entropy() {
    check_both::<Small<f64>, _, _>(&BinaryCrossEntropy, &probabilities::<U3>(5, 1.0));
    check_both::<own::Scale<(U2, U3, U2), f64>, _, _>(&BinaryCrossEntropy, &samples::<(U2, U3, U2)>(5, 23));
}

#[test]
fn huber() {
    // Some errors are larger, some smaller.
    check_both::<Small<f64>, _, _>(&Huber { delta: 0.7 }, &samples::<U3>(8, 19));
    check_both::<own::Scale<(U2, U3, U2), f64>, _, _>(&Huber { delta: 1.3 }, &samples::<(U2, U3, U2)>(5, 23));
}

#[test]
fn mean_absolute_error() {
    check_both::<Small<f64>, _, _>(&MeanAbsoluteError, &samples::<U3>(5, 19));
    check_both::<own::Scale<(U2, U3, U2), f64>, _, _>(&MeanAbsoluteError, &samples::<(U2, U3, U2)>(5, 23));
}

#[test]
fn sum_squared_error() {
    check_both::<Small<f64>, _, _>(&SumSquaredError, &samples::<U3>(5, 19));
    check_both::<own::Scale<(U2, U3, U2), f64>, _, _>(&SumSquaredError, &samples::<(U2, U3, U2)>(5, 23));
}

#[test]
fn kl_divergence() {
    check_both::<LogProbabilities<f64>, _, _>(&KlDivergence, &probabilities::<U3>(5, 1.0));
    let mut sparse = probabilities::<U3>(2, 1.0);
    sparse[1] = Tensor::from([0.0, 1.0, 0.0]);
    let outputs = samples::<U3>(2, 13);
    assert_eq!(passed(check_loss(&KlDivergence, &outputs, &sparse)).vanishing, 2);
}

#[test]
fn negative_log_likelihood() {
    let targets = classes::<U3>(5);
    let report = passed(check_loss(&NegativeLogLikelihood, &samples::<U3>(5, 13), &targets));
    assert_eq!((report.checked, report.vanishing, report.kinks), (15, 10, 0), "{report}");
    let network = random::<LogProbabilities<f64>>();
    let inputs = samples::<U4>(5, 17);
    let report = passed(check_network(&*network, &NegativeLogLikelihood, &inputs, &targets));
    assert_eq!((report.checked, report.vanishing), (report.numbers, 0), "{report}");
}

#[test]
fn negative_log_likelihood_of_log_softmax_is_cross_entropy() {
    let (logits, targets) = (samples::<U3>(5, 13), classes::<U3>(5));
    let log_softmax = LogSoftmax::<U3, f64>::zeroed();
    let log_probabilities: Vec<_> = logits.iter().map(|logits| log_softmax.predict(logits)).collect();
    let loss = NegativeLogLikelihood.value(&log_probabilities, &targets);
    assert!((loss - CrossEntropy.value(&logits, &targets)).abs() < 1e-14);
}

#[test]
fn hinge() {
    for margin in [0.5, 1.0] {
        let (hinge, targets) = (Hinge { margin }, classes::<U3>(8));
        let report = passed(check_loss(&hinge, &samples::<U3>(8, 13), &targets));
        assert_eq!((report.checked, report.kinks), (24, 0), "{report}");
        assert!((1..12).contains(&report.vanishing), "{report}");
        let report = passed(check_network(&*random::<Small<f64>>(), &hinge, &samples(8, 17), &targets));
        assert_eq!((report.checked, report.kinks), (report.numbers, 0), "{report}");
    }
}

#[test]
fn losses_of_what_is_not_a_number_are_none() {
    let (nan, zeros) = ([Tensor::from([0.5, f64::NAN, 0.0])], [Tensor::<U3, f64>::default()]);
    let class = [Class::<U3>::new(1).unwrap()];
    let half = [Tensor::from([0.5; 3])];
    let losses = [
        BinaryCrossEntropy.value(&nan, &zeros),
        Huber { delta: 1.0 }.value(&nan, &zeros),
        MeanAbsoluteError.value(&nan, &zeros),
        SumSquaredError.value(&nan, &zeros),
        KlDivergence.value(&nan, &half),
        NegativeLogLikelihood.value(&nan, &class),
        Hinge { margin: 1.0 }.value(&nan, &class),
        Hinge { margin: 1.0 }.value(&nan, &[Class::<U3>::new(0).unwrap()]),
        CrossEntropy.smoothed(0.1).value(&nan, &class),
    ];
    assert!(losses.iter().all(|loss| loss.is_nan()), "{losses:?}");
}

/// What a penalty adds to the gradients is its derivative, and nothing where it is not meant.
#[test]
fn penalties() {
    let (mut network, step) = (random::<Normalised<f64>>(), 1e-6);
    let all: fn(Kind) -> bool = |_| true;
    for (penalty, expected) in [
        (Penalty::l1(0.3), Kind::is_weight as fn(Kind) -> bool),
        (Penalty::l2(0.3), Kind::is_weight),
        (Penalty::elastic_net(0.2, 0.5), Kind::is_weight),
        (Penalty::elastic_net(0.2, 0.5).on(all), all),
    ] {
        let mut gradients = Normalised::<f64>::zeroed();
        gradients.as_mut_slice().fill(7.0);
        assert_eq!(penalty.add_gradient(&*network, &mut *gradients), penalty.value(&*network));
        Normalised::<f64>::segments(|segment| {
            for index in segment.range() {
                let here = network.as_slice()[index];
                let mut cost = |weight| {
                    network.as_mut_slice()[index] = weight;
                    penalty.value(&*network)
                };
                let slope = (cost(here + step) - cost(here - step)) / (2.0 * step);
                cost(here);
                let found = gradients.as_slice()[index] - 7.0;
                assert!((found - slope).abs() < 1e-7, "{}: {found} is not {slope}", segment.path);
                assert_eq!(found != 0.0, expected(segment.kind), "{}", segment.path);
            }
        });
    }
}

#[test]
fn the_sign_of_a_weight_of_zero_is_zero() {
    let (layer, mut gradients) = (Affine::<U2, U2, f64>::zeroed(), Affine::<U2, U2, f64>::zeroed());
    assert_eq!(Penalty::l1(0.5).add_gradient(&*layer, &mut *gradients), 0.0);
    assert!(gradients.as_slice().iter().all(|gradient| *gradient == 0.0));
}

#[test]
fn nested_network_with_a_loss() {
    check_both::<Nested<f64>, _, _>(&CrossEntropy, &classes::<U3>(8));
}

#[test]
fn deep_network_with_a_loss() {
    check_both::<Deep<f64>, _, _>(&CrossEntropy, &classes::<U3>(3));
}

#[test]
fn of_large_tensors_numbers_are_drawn_and_the_report_says_so() {
    let report = passed(check_layer(&*random::<Large<f64>>(), 2, 1));
    assert_eq!(report.checked, 2 * 100 + 256 + 20 + 200 + 10);
    assert_eq!(report.numbers, 2 * 100 + 2000 + 20 + 200 + 10);
}

#[test]
fn a_gradient_on_a_kink_passes_where_it_is_between_both_slopes() {
    let zeros = [Tensor::<U2, f64>::default()];
    let report =
        passed(check_network(&*random::<Relu<U2, f64>>(), &MeanSquaredError, &zeros, &samples::<U2>(1, 1)));
    assert_eq!((report.checked, report.kinks), (2, 2));
}

/// Layers of a program's own.
mod own {
    use dimwise::layer::prelude::*;
    use dimwise::prelude::*;
    #[cfg(feature = "onnx")]
    use dimwise::storage::onnx::{Attribute, Graph, ToOnnx, Value};

    /// Multiplies each feature by a number of its own.
    #[repr(C)]
    pub(super) struct Scale<S: Shape, T: Element = f32> {
        factor: Tensor<S, T>,
    }
    dimwise::parameters!(Scale<S: Shape, T: Element>: T {
        factor: Kind::Weight { fan_in: 1, fan_out: 1 },
    });

    impl<S: Shape, T: Element> Layer for Scale<S, T> {
        type In = S;
        type Out = S;
        type Cache = Nothing<T>;
        type Placement = Released;
        const MULTIPLY_ADDS: usize = S::LEN;

        fn forward(
            &self,
            input: &[Input<Self>],
            output: &mut [Output<Self>],
            _cache: Cached<'_, Self::Cache>,
        ) {
            for (x, y) in input.iter().zip(output) {
                for ((x, y), factor) in x.as_slice().iter().zip(y.as_mut_slice()).zip(self.factor.as_slice())
                {
                    *y = *factor * *x;
                }
            }
        }

        fn backward(
            &self,
            input: &[Input<Self>],
            _output: &[Output<Self>],
            grad_output: &mut [Output<Self>],
            grad_input: Option<&mut [Input<Self>]>,
            gradients: &mut Self,
            _cache: Cached<'_, Self::Cache>,
        ) {
            // dL/df += the sum of dL/dy · x over the batch
            for (x, grad) in input.iter().zip(grad_output.iter()) {
                let sums = gradients.factor.as_mut_slice().iter_mut();
                for (sum, (x, grad)) in sums.zip(x.as_slice().iter().zip(grad.as_slice())) {
                    *sum += *grad * *x;
                }
            }
            // dL/dx = dL/dy · f
            for (grad_x, grad) in grad_input.into_iter().flatten().zip(grad_output) {
                let factors = self.factor.as_slice().iter().zip(grad.as_slice());
                for (grad_x, (factor, grad)) in grad_x.as_mut_slice().iter_mut().zip(factors) {
                    *grad_x = *grad * *factor;
                }
            }
        }
    }

    #[cfg(feature = "onnx")]
    impl<S: Shape, T: Element> ToOnnx for Scale<S, T> {
        fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
            let factor = graph.tensor("factor", &self.factor);
            graph.node("Mul", &[input, &factor], &[])
        }
    }

    #[cfg(feature = "onnx")]
    impl<C: Dim, T: Element> ToOnnx for Softmax<C, T> {
        fn to_onnx(&self, graph: &mut Graph<T>, input: &Value) -> Value {
            graph.node("Softmax", &[input], &[("axis", Attribute::Int(-1))])
        }
    }

    /// `exp(xᵢ) / Σ exp x`; its backward pass reads its output, so it keeps it.
    #[repr(C)]
    pub(super) struct Softmax<C: Dim, T: Element = f32> {
        classes: core::marker::PhantomData<(C, T)>,
    }
    dimwise::parameters!(Softmax<C: Dim, T: Element>: T {} marker classes);

    impl<C: Dim, T: Element> Layer for Softmax<C, T> {
        type In = C;
        type Out = C;
        type Cache = Nothing<T>;
        type Placement = Kept;
        const MULTIPLY_ADDS: usize = 0;

        fn forward(
            &self,
            input: &[Input<Self>],
            output: &mut [Output<Self>],
            _cache: Cached<'_, Self::Cache>,
        ) {
            for (x, y) in input.iter().zip(output) {
                *y = x.map(T::exp);
                let sum: T = y.as_slice().iter().copied().sum();
                y.as_mut_slice().iter_mut().for_each(|y| *y /= sum);
            }
        }

        fn backward(
            &self,
            _input: &[Input<Self>],
            output: &[Output<Self>],
            grad_output: &mut [Output<Self>],
            grad_input: Option<&mut [Input<Self>]>,
            _gradients: &mut Self,
            _cache: Cached<'_, Self::Cache>,
        ) {
            // dL/dx = y · (dL/dy - Σ dL/dy · y)
            for (grad_x, (y, grad)) in grad_input.into_iter().flatten().zip(output.iter().zip(grad_output)) {
                let sum: T = y.as_slice().iter().zip(grad.as_slice()).map(|(y, grad)| *y * *grad).sum();
                *grad_x = Tensor::from_fn(|[i]| y[i] * (grad[i] - sum));
            }
        }
    }
}

/// Layers with a mistake each, and what the check says.
mod wrong {
    use super::*;
    use dimwise::gradient_check::Run;
    use dimwise::layer::prelude::*;

    /// Adds a number of its own to each feature, with a mistake in `backward`.
    #[repr(C)]
    struct Shift<M: Mistake, T: Element = f64> {
        shift: Tensor<U3, T>,
        mistake: core::marker::PhantomData<M>,
    }
    dimwise::parameters!(Shift<M: Mistake, T: Element>: T { shift: Kind::Bias { start: 0.0 } } marker mistake);

    /// What goes wrong with the sum over the batch, and with `grad_input`.
    trait Mistake: Send + Sync + 'static {
        fn backward<T: Element>(
            grad_output: &[Tensor<U3, T>],
            grad_input: Option<&mut [Tensor<U3, T>]>,
            sums: &mut Tensor<U3, T>,
        );
    }

    impl<M: Mistake, T: Element> Layer for Shift<M, T> {
        type In = U3;
        type Out = U3;
        type Cache = Nothing<T>;
        type Placement = Released;
        const MULTIPLY_ADDS: usize = 0;

        fn forward(&self, input: &[Input<Self>], output: &mut [Output<Self>], _: Cached<'_, Self::Cache>) {
            for (x, y) in input.iter().zip(output) {
                *y = Tensor::from_fn(|[i]| x[i] + self.shift[i]);
            }
        }

        fn backward(
            &self,
            _input: &[Input<Self>],
            _output: &[Output<Self>],
            grad_output: &mut [Output<Self>],
            grad_input: Option<&mut [Input<Self>]>,
            gradients: &mut Self,
            _cache: Cached<'_, Self::Cache>,
        ) {
            M::backward(grad_output, grad_input, &mut gradients.shift);
        }
    }

    fn error<M: Mistake>() -> GradientError {
        check_layer(&*random::<Shift<M>>(), 3, 7).unwrap_err()
    }

    fn add<T: Element>(grad_output: &[Tensor<U3, T>], sums: &mut Tensor<U3, T>) {
        grad_output.iter().for_each(|grad| (0..3).for_each(|i| sums[i] += grad[i]));
    }

    struct WrongSign;
    impl Mistake for WrongSign {
        fn backward<T: Element>(
            grad_output: &[Tensor<U3, T>],
            grad_input: Option<&mut [Tensor<U3, T>]>,
            sums: &mut Tensor<U3, T>,
        ) {
            if let Some(grad_input) = grad_input {
                grad_input.clone_from_slice(grad_output);
            }
            let before = sums[2];
            add(grad_output, sums);
            sums[2] = before - (sums[2] - before);
        }
    }

    #[test]
    fn a_wrong_sign_is_named_by_path_and_index() {
        let error = error::<WrongSign>();
        let GradientError::Mismatch { place, analytic, numeric } = &error else { panic!("{error}") };
        assert_eq!(place, "shift[2]");
        assert!((analytic + numeric).abs() < 1e-9, "{error}");
    }

    struct Overwrites;
    impl Mistake for Overwrites {
        fn backward<T: Element>(
            grad_output: &[Tensor<U3, T>],
            grad_input: Option<&mut [Tensor<U3, T>]>,
            sums: &mut Tensor<U3, T>,
        ) {
            if let Some(grad_input) = grad_input {
                grad_input.clone_from_slice(grad_output);
            }
            *sums = Tensor::default();
            add(grad_output, sums);
        }
    }

    #[test]
    fn gradients_that_overwrite_what_was_there_are_caught() {
        let error = error::<Overwrites>();
        let GradientError::NotAdded { place, before, gradient, after } = &error else { panic!("{error}") };
        assert_eq!((&place[..], after), ("shift[0]", gradient), "instead of adding to {before}");
    }

    struct OneSample;
    impl Mistake for OneSample {
        fn backward<T: Element>(
            grad_output: &[Tensor<U3, T>],
            grad_input: Option<&mut [Tensor<U3, T>]>,
            sums: &mut Tensor<U3, T>,
        ) {
            if let Some(grad_input) = grad_input {
                grad_input[0] = grad_output[0].clone();
            }
            add(grad_output, sums);
        }
    }

    #[test]
    fn a_grad_input_left_unwritten_is_caught() {
        let error = error::<OneSample>().to_string();
        assert!(error.starts_with("input of sample 1 [0]: backward gives NaN, then "), "{error}");
    }

    struct NeedsGradInput;
    impl Mistake for NeedsGradInput {
        fn backward<T: Element>(
            grad_output: &[Tensor<U3, T>],
            grad_input: Option<&mut [Tensor<U3, T>]>,
            sums: &mut Tensor<U3, T>,
        ) {
            if let Some(grad_input) = grad_input {
                grad_input.clone_from_slice(grad_output);
                add(grad_output, sums);
            }
        }
    }

    #[test]
    fn gradients_only_where_grad_input_is_asked_for_are_caught() {
        let error = error::<NeedsGradInput>();
        assert!(matches!(error, GradientError::Unsteady { but: Run::GradInput, .. }), "{error}");
    }

    /// Half the squared error, in `value` only.
    struct TwoLosses;
    impl<S: Shape> Loss<S, Tensor<S, f64>, f64> for TwoLosses {
        fn gradient(
            &self,
            outputs: &[Tensor<S, f64>],
            targets: &[Tensor<S, f64>],
            gradients: &mut [Tensor<S, f64>],
        ) -> f64 {
            MeanSquaredError.gradient(outputs, targets, gradients)
        }

        fn value(&self, outputs: &[Tensor<S, f64>], targets: &[Tensor<S, f64>]) -> f64 {
            MeanSquaredError.value(outputs, targets) / 2.0
        }
    }

    #[test]
    fn a_loss_with_two_values_is_caught() {
        let error = check_loss(&TwoLosses, &samples::<U2>(2, 1), &samples::<U2>(2, 2)).unwrap_err();
        assert!(matches!(error, GradientError::Loss { .. }), "{error}");
    }
}

/// What goes through a stack in parts, since its activations are large beside its weights.
mod parts {
    use super::*;

    network! {
        type Images<T> = [
            Conv2d<(U3, U16, U16), U16, U3, Padding<U1>, T>, Relu<(U16, U16, U16), T>,
            Conv2d<(U16, U16, U16), U8, U3, (), T>, Tanh<(U8, U14, U14), T>,
            MaxPool2d<(U8, U14, U14), U2, (), T>, Flatten<(U8, U7, U7), T>, Affine<dim!(392), U4, T>,
        ];
    }

    /// The gradients of batches, one after the other, of the loss `Σ output`; with those by the inputs.
    fn gradients(samples: &[Tensor<(U3, U16, U16), f64>], batch: usize) -> Vec<f64> {
        let network = Images::<f64>::initialized(HeNormal, 1);
        let (mut workspace, mut gradients) = (Workspace::<Images<f64>, U50>::zeroed(), Images::zeroed());
        let mut by_inputs = Vec::new();
        for samples in samples.chunks(batch) {
            workspace.forward(&network, samples);
            flat_mut(workspace.outputs(samples.len()).1).fill(1.0);
            let mut grad_input = dimwise::plain::zeroed_slice(samples.len());
            workspace.add_gradients(&network, samples, Some(&mut grad_input), &mut gradients);
            by_inputs.extend_from_slice(flat(&grad_input));
        }
        [gradients.as_slice(), &by_inputs].concat()
    }

    #[test]
    fn gradients_of_batches_add_up_however_they_are_cut() {
        let mut random = Random::new(3);
        let mut samples = dimwise::plain::zeroed_slice::<Tensor<(U3, U16, U16), f64>>(50);
        flat_mut(&mut samples).fill_with(|| random.normal());
        let one_by_one = gradients(&samples, 1);
        for batch in [50, 17, 8] {
            for (index, (found, expected)) in gradients(&samples, batch).iter().zip(&one_by_one).enumerate() {
                let near = (found - expected).abs() < 1e-9 * (1.0 + expected.abs());
                assert!(near, "{index} in batches of {batch}: {found}, not {expected}");
            }
        }
    }
}

//! Twenty steps of every optimizer, in `f64`, against PyTorch's numbers; those that PyTorch does not have, against their
//! papers. What decays and what not, what is frozen, averages.
//!
//! The numbers are in `reference/optimizers.txt`, whose first line names the version; they come from
//! `reference/optimizers.py`.

use dimwise::average::{Average, Averaged, Exponential, Uniform};
use dimwise::initializer::Normal;
use dimwise::optimizer::{ByPart, Minimised};
use dimwise::parameters::Kind;
use dimwise::prelude::*;

network! {
    type Net<T> = [Affine<U5, U7, T>, BatchNorm<U7, (), T>, Relu<U7, T>, Affine<U7, U3, T>];
}

/// Twenty steps with other gradients each, beside the same steps of an oracle: it sees whether the number
/// is a weight, the number, its gradient and what it remembers of it.
fn assert_steps(mut optimizer: impl Optimizer<Net<f64>>, oracle: impl Fn(bool, &mut f64, f64, &mut f64)) {
    let mut network = Net::<f64>::initialized(HeNormal, 1);
    network.as_mut_slice().iter_mut().for_each(|number| *number += 0.1);
    let mut is_weight = [false; Net::<f64>::COUNT];
    Net::<f64>::segments(|segment| is_weight[segment.range()].fill(segment.kind.is_weight()));
    let mut expected = network.to_boxed();
    let mut memory = Net::<f64>::zeroed();
    for step in 0..20 {
        let gradients = Net::<f64>::initialized(Normal { deviation: 1.0 }, step);
        optimizer.step(&mut *network, &gradients);
        for (index, memory) in memory.as_mut_slice().iter_mut().enumerate() {
            let number = &mut expected.as_mut_slice()[index];
            oracle(is_weight[index], number, gradients.as_slice()[index], memory);
        }
    }
    for (index, (found, expected)) in network.as_slice().iter().zip(expected.as_slice()).enumerate() {
        assert!((found - expected).abs() < 1e-13, "{index}: {found} is not {expected}");
    }
}

/// Chen et al., 2023, algorithm 2.
#[test]
fn lion() {
    let (learning_rate, weight_decay) = (0.01, 0.3);
    let mut lion = Lion::new(learning_rate);
    lion.weight_decay = weight_decay;
    assert_steps(lion, |is_weight, weight, gradient, momentum| {
        let update = 0.9 * *momentum + (1.0 - 0.9) * gradient;
        *momentum = 0.99 * *momentum + (1.0 - 0.99) * gradient;
        let sign = if update == 0.0 { 0.0 } else { update.signum() };
        let decay = if is_weight { weight_decay } else { 0.0 };
        *weight -= learning_rate * (sign + decay * *weight);
    });
}

/// Loshchilov and Hutter, 2017, algorithm 1, with momentum as Saito has it.
#[test]
fn momentum_with_weight_decay_on_a_schedule() {
    let optimizer = WeightDecay::new(Momentum::new(9.0, 0.9), 0.3);
    assert_steps(Scheduled::new(optimizer, 0.05), |is_weight, weight, gradient, velocity| {
        *velocity = 0.9 * *velocity - 0.05 * gradient;
        let decay = if is_weight { 0.05 * 0.3 * *weight } else { 0.0 };
        *weight += *velocity - decay;
    });
}

network! {
    type Mlp<T> = [Affine<U6, U5>, Tanh<_>, Affine<_, U4>, Sigmoid<_>, head: Affine<_, U3>];
}
type Double = Mlp<f64>;

/// The numbers of `name` in the file.
fn numbers(name: &str) -> Vec<f64> {
    let lines = include_str!("reference/optimizers.txt").lines();
    let mut named = lines.filter_map(|line| line.split_once(": ")).filter(|(key, _)| *key == name);
    let (_, numbers) = named.next().unwrap_or_else(|| panic!("no numbers called {name}"));
    numbers.split(' ').map(|number| number.parse().unwrap()).collect()
}

#[track_caller]
fn assert_near(name: &str, found: &[f64], tolerance: f64) {
    let expected = numbers(name);
    assert_eq!(found.len(), expected.len(), "{name}");
    for (index, (found, expected)) in found.iter().zip(&expected).enumerate() {
        let distance = (found - expected).abs();
        assert!(distance <= tolerance, "{name}[{index}] is {found}, in PyTorch {expected}: {distance:e}");
    }
}

/// A loss of all data at once, which adds to gradients that are zeros.
fn batch() -> impl FnMut(&Double, &mut Double) -> f64 {
    let inputs: Vec<_> =
        numbers("input").chunks(6).map(|row| Tensor::<U6, f64>::from_fn(|[i]| row[i])).collect();
    let classes: Vec<_> =
        numbers("classes").into_iter().map(|class| Class::<U3>::new(class as usize).unwrap()).collect();
    let mut workspace = Workspace::<Double, U8>::zeroed();
    move |network, gradients| {
        workspace.forward(network, &inputs);
        let (outputs, grads) = workspace.outputs(inputs.len());
        let loss = CrossEntropy.gradient(outputs, &classes, grads);
        workspace.add_gradients(network, &inputs, None, gradients);
        loss
    }
}

fn start() -> Box<Double> {
    let mut network = Double::zeroed();
    network.as_mut_slice().copy_from_slice(&numbers("start"));
    network
}

/// Roundings of twenty steps, each of which passes its own on. Without an ε or one of the βs a number differs by 1e-4 and more.
const TOLERANCE: f64 = 1e-12;

fn assert_training(name: &str, mut optimizer: impl Optimizer<Double>) -> impl Optimizer<Double> {
    let (mut network, mut loss) = (start(), batch());
    let losses: Vec<_> = (0..20)
        .map(|_| {
            let mut gradients = Double::zeroed();
            let value = loss(&network, &mut gradients);
            optimizer.step(&mut network, &gradients);
            value
        })
        .collect();
    assert_near(&format!("{name}.losses"), &losses, TOLERANCE);
    assert_near(&format!("{name}.parameters"), network.as_slice(), TOLERANCE);
    optimizer
}

/// Optimizers with some settings that are not the usual ones.
macro_rules! optimizers {
    ($($name:ident: $optimizer:expr $(, $setting:ident = $value:expr)*;)*) => {
        $(#[test]
        fn $name() {
            #[allow(unused_mut)]
            let mut optimizer = $optimizer;
            $(optimizer.$setting = $value;)*
            assert_training(stringify!($name), optimizer);
        })*
    };
}

mod beside_pytorch {
    use super::*;

    optimizers! {
        sgd: Sgd { learning_rate: 0.1 };
        momentum: Momentum::new(0.1, 0.7);
        nesterov: Nesterov::new(0.1, 0.7);
        ada_grad: AdaGrad::new(0.1), epsilon = 1e-3;
        rms_prop: RmsProp::new(0.01), decay = 0.9, epsilon = 1e-3;
        rms_prop_momentum: RmsPropMomentum::new(0.01, 0.7), decay = 0.9, epsilon = 1e-3;
        centered_rms_prop: CenteredRmsProp::new(0.01), decay = 0.9, epsilon = 1e-3;
        centered_rms_prop_momentum:
            CenteredRmsProp::new(0.01), decay = 0.9, epsilon = 1e-3, momentum = 0.7;
        adam: Adam::new(0.05), beta1 = 0.8, beta2 = 0.95, epsilon = 1e-3;
        adam_w: AdamW::new(0.05, 0.3), beta1 = 0.8, beta2 = 0.95, epsilon = 1e-3;
        ams_grad: AmsGrad::new(0.05), beta1 = 0.8, beta2 = 0.95, epsilon = 1e-3;
        ams_grad_w: AmsGrad::new(0.05), weight_decay = 0.3, beta1 = 0.8, beta2 = 0.95, epsilon = 1e-3;
        r_adam: RAdam::new(0.05), beta1 = 0.8, beta2 = 0.95, epsilon = 1e-3;
        r_adam_w: RAdam::new(0.05), weight_decay = 0.3, beta1 = 0.8, beta2 = 0.95, epsilon = 1e-3;
        lion: Lion::new(0.01), beta1 = 0.8, beta2 = 0.95, weight_decay = 0.3;
        lamb: Lamb::new(0.05), beta1 = 0.8, beta2 = 0.95, epsilon = 1e-3;
        lamb_w: Lamb::new(0.05), weight_decay = 0.3, beta1 = 0.8, beta2 = 0.95, epsilon = 1e-3;
        adafactor:
            Adafactor::new(0.2), weight_decay = 0.3, square_decay = -0.6, epsilon = 1e-2,
            smallest_scale = 0.1, clip = 1.01;
    }
}

fn adam_w() -> AdamW<Double> {
    let mut adam_w = AdamW::new(0.05, 0.3);
    (adam_w.beta1, adam_w.beta2, adam_w.epsilon) = (0.8, 0.95, 1e-3);
    adam_w
}

/// Layer 0 is frozen; layer 4 has a tenth of the rate, and does not decay.
fn grouped<O: ByPart<Double>>(optimizer: O) -> Grouped<Double, O> {
    let grouped = Grouped::new(optimizer).frozen("0").unwrap();
    grouped.rate(Mlp::head, 0.1).unwrap().decay("4.weight", 0.0).unwrap()
}

#[test]
fn groups_are_parameter_groups_of_pytorch() {
    assert_training("groups_of_adam_w", grouped(adam_w()));
    assert_training("groups_of_momentum", grouped(Momentum::new(0.05, 0.7)));
    let schedule = ExponentialDecay { learning_rate: 0.05, factor: 0.9 };
    assert_training("groups_on_a_schedule", grouped(Scheduled::new(adam_w(), schedule)));
    // The same, but that the decay is another optimizer's.
    let mut adam = Adam::new(0.05);
    (adam.beta1, adam.beta2, adam.epsilon) = (0.8, 0.95, 1e-3);
    assert_training("groups_of_adam_w", grouped(WeightDecay::new(adam, 0.3)));
}

/// What is frozen stays, and so does what is remembered of it; the others move as if it were not there.
fn freezes<O: ByPart<Double>>(name: &str, fresh: impl Fn() -> O) {
    let mut gradients = Double::zeroed();
    gradients.as_mut_slice().fill(0.25);
    let step = |grouped: &mut Grouped<Double, O>, network: &mut Double| grouped.step(network, &gradients);
    let (mut network, mut other) = (start(), start());
    let mut frozen = Grouped::new(fresh()).frozen("0").unwrap();
    let mut all = Grouped::new(fresh());
    for _ in 0..3 {
        step(&mut frozen, &mut network);
        step(&mut all, &mut other);
    }
    let (first, rest) = (Double::range_of("0").unwrap(), Double::range_of("2").unwrap().start..);
    assert_eq!(network.as_slice()[first.clone()], start().as_slice()[first.clone()], "{name}");
    assert_ne!(other.as_slice()[first.clone()], start().as_slice()[first.clone()], "{name}");
    assert_eq!(network.as_slice()[rest.clone()], other.as_slice()[rest], "{name}");
    // A fresh optimizer that has counted as many steps moves it as the one that has been frozen till now.
    let mut late = Grouped::new(fresh()).frozen(|_: Kind| true).unwrap();
    for _ in 0..3 {
        step(&mut late, &mut start());
    }
    let (mut thawed, mut late) = (frozen.thawed("0").unwrap(), late.thawed("0").unwrap());
    let mut expected = start();
    step(&mut thawed, &mut network);
    step(&mut late, &mut expected);
    assert_eq!(network.as_slice()[first.clone()], expected.as_slice()[first.clone()], "{name}");
    assert_ne!(network.as_slice()[first.clone()], start().as_slice()[first], "{name}");
}

#[test]
fn what_is_frozen_stays_in_every_optimizer() {
    freezes("sgd", || Sgd { learning_rate: 0.1 });
    freezes("momentum", || Momentum::new(0.1, 0.9));
    freezes("nesterov", || Nesterov::new(0.1, 0.9));
    freezes("ada_grad", || AdaGrad::new(0.1));
    freezes("rms_prop", || RmsProp::new(0.1));
    freezes("rms_prop_momentum", || RmsPropMomentum::new(0.1, 0.9));
    freezes("centered_rms_prop", || CenteredRmsProp::new(0.1));
    freezes("adam", || Adam::new(0.1));
    freezes("adam_w", adam_w);
    freezes("ams_grad", || AmsGrad::new(0.1));
    freezes("r_adam", || RAdam::new(0.1));
    freezes("lamb", || Lamb::new(0.1));
    freezes("adafactor", || Adafactor::new(0.1));
    freezes("lion", || {
        let mut lion = Lion::new(0.1);
        lion.weight_decay = 0.3;
        lion
    });
    freezes("scheduled", || Scheduled::new(WeightDecay::new(Momentum::new(0.1, 0.9), 0.3), 0.1));
}

/// Gradients that never vary have no variance: rounding must not make a root of a negative number.
#[test]
fn centered_rms_prop_of_constant_gradients_is_finite() {
    type Line = Affine<U1, U64>;
    let (mut network, mut optimizer) = (Line::zeroed(), CenteredRmsProp::new(1e-3));
    let gradients = Line::initialized(Normal { deviation: 1.0 }, 1);
    optimizer.decay = 0.5;
    for _ in 0..200 {
        optimizer.step(&mut *network, &gradients);
    }
    assert!(network.as_slice().iter().all(|number| number.is_finite()));
}

#[test]
fn averages_are_pytorchs() {
    let sgd = || Momentum::<Double>::new(0.1, 0.7);
    let mut all = Averaged::new(sgd(), Exponential::new(0.8));
    let mut some = Averaged::new(sgd(), Uniform::default());
    (some.first, some.every) = (6, 3);
    let (mut network, mut twin, mut loss) = (start(), start(), batch());
    for _ in 0..20 {
        let mut gradients = Double::zeroed();
        loss(&network, &mut gradients);
        all.step(&mut network, &gradients);
        some.step(&mut twin, &gradients);
    }
    assert_near("averaged.parameters", network.as_slice(), TOLERANCE);
    assert_near("averaged.exponential", all.average.network().unwrap().as_slice(), TOLERANCE);
    assert_near("averaged.uniform", some.average.network().unwrap().as_slice(), TOLERANCE);
}

#[test]
fn each_tensor_is_clipped_by_its_own_norm() {
    let mut gradients = Double::zeroed();
    batch()(&start(), &mut gradients);
    assert_near("clip.gradients", gradients.as_slice(), TOLERANCE);
    let mut by_hand = gradients.to_boxed();
    Clip::TensorNorm(0.05).apply(&mut *gradients);
    assert_near("clip.each_tensor", gradients.as_slice(), TOLERANCE);
    Double::segments(|segment| Clip::Norm(0.05).apply_to(&mut by_hand.as_mut_slice()[segment.range()]));
    assert_eq!(by_hand.as_slice(), gradients.as_slice());
}

/// So many minimisations, one after the other, with a penalty; beside PyTorch's.
fn assert_minimised(
    name: &str,
    times: usize,
    mut lbfgs: Lbfgs<Double>,
    (of_losses, of_parameters): (f64, f64),
) -> Minimised {
    let (mut network, mut loss) = (start(), batch());
    const PENALTY: f64 = 0.01;
    let minima: Vec<_> = (0..times)
        .map(|_| {
            lbfgs.minimise(&mut network, |network, gradients| {
                let mut cost = loss(network, gradients);
                for (number, gradient) in network.as_slice().iter().zip(gradients.as_mut_slice()) {
                    cost += 0.5 * PENALTY * number * number;
                    *gradient += PENALTY * number;
                }
                cost
            })
        })
        .collect();
    let losses: Vec<_> = minima.iter().map(|minimum| minimum.first_loss).collect();
    assert_near(&format!("{name}.losses"), &losses, of_losses);
    let evaluations: usize = minima.iter().map(|minimum| minimum.evaluations).sum();
    assert_eq!(evaluations, numbers(&format!("{name}.evaluations"))[0] as usize);
    assert_near(&format!("{name}.parameters"), network.as_slice(), of_parameters);
    *minima.last().unwrap()
}

#[test]
fn lbfgs_is_pytorchs() {
    let mut lbfgs = Lbfgs::new(100);
    lbfgs.max_evaluations = 100;
    let minimum = assert_minimised("lbfgs", 1, lbfgs, (1e-12, 1e-9));
    assert_eq!(minimum.iterations, 20);

    let mut lbfgs = Lbfgs::new(3);
    (lbfgs.max_iterations, lbfgs.max_evaluations, lbfgs.learning_rate) = (4, 5, 0.8);
    assert_minimised("lbfgs_of_short_history", 5, lbfgs, (1e-10, 1e-9));

    let mut lbfgs = Lbfgs::new(100);
    (lbfgs.gradient_tolerance, lbfgs.change_tolerance) = (1e-5, 1e-12);
    let minimum = assert_minimised("lbfgs_to_the_end", 6, lbfgs, (1e-8, 1e-6));
    assert_eq!((minimum.iterations, minimum.evaluations), (0, 1));
}

/// Rosenbrock's valley, which is curved and narrow.
#[test]
fn lbfgs_follows_a_valley() {
    type Point = Affine<U1, U1, f64>;
    let mut point = Point::zeroed();
    (point.weight[[0, 0]], point.bias[0]) = (-1.2, 1.0);
    let mut lbfgs = Lbfgs::new(5);
    (lbfgs.max_iterations, lbfgs.max_evaluations, lbfgs.change_tolerance) = (100, 1000, 1e-16);
    let minimum = lbfgs.minimise(&mut *point, |point, gradients| {
        let (x, y) = (point.weight[[0, 0]], point.bias[0]);
        gradients.weight[[0, 0]] += -2.0 * (1.0 - x) - 400.0 * x * (y - x * x);
        gradients.bias[0] += 200.0 * (y - x * x);
        (1.0 - x) * (1.0 - x) + 100.0 * (y - x * x) * (y - x * x)
    });
    assert!((point.weight[[0, 0]] - 1.0).abs() < 1e-5 && (point.bias[0] - 1.0).abs() < 1e-5, "{minimum:?}");
    assert!(minimum.iterations < 60, "{minimum:?}");
}

/// `x² - ln x` is infinite or not a number below 0: a step that comes there is shortened.
#[test]
fn lbfgs_turns_back_where_a_loss_is_not_finite() {
    type Point = Affine<U1, U1, f64>;
    let mut point = Point::zeroed();
    point.bias[0] = 0.01;
    let mut seen = 0;
    let mut lbfgs = Lbfgs::new(3);
    lbfgs.learning_rate = 1000.0;
    (lbfgs.max_iterations, lbfgs.max_evaluations) = (50, 500);
    let minimum = lbfgs.minimise(&mut *point, |point, gradients| {
        let x = -point.bias[0] + 0.02;
        seen += usize::from(x <= 0.0);
        gradients.bias[0] -= 2.0 * x - 1.0 / x;
        x * x - x.ln()
    });
    assert!(seen > 0 && minimum.loss.is_finite(), "{minimum:?}");
    assert!((0.02 - point.bias[0] - 0.5_f64.sqrt()).abs() < 1e-6, "{point:?}, {minimum:?}");

    let before = point.to_boxed();
    let minimum = lbfgs.minimise(&mut *point, |_, gradients| {
        gradients.bias[0] += 1.0;
        f64::NAN
    });
    assert_eq!((minimum.iterations, minimum.evaluations), (0, 1));
    assert_eq!(point.as_slice(), before.as_slice());
}

//! Gradients that are bounded in groups.
#![allow(clippy::float_cmp)]

use dimwise::parameters::Kind;
use dimwise::prelude::*;
use dimwise::trainer::Cause;

network! { type Net = [Affine<U3, U4>, BatchNorm<_>, Tanh<_>, head: Affine<_, U2>]; }

type Learner = Trainer<Net, CrossEntropy, Sgd, U4>;

fn samples() -> ([Tensor<U3>; 4], [Class<U2>; 4]) {
    let samples = [[1.0, 2.0, -3.0], [0.5, -1.0, 2.0], [-2.0, 1.0, 1.0], [3.0, 0.0, -1.0]].map(Tensor::from);
    (samples, [0, 1, 1, 0].map(|class| Class::new(class).unwrap()))
}

fn learner() -> Learner {
    Trainer::new(Net::initialized(XavierNormal, 1), CrossEntropy, Sgd { learning_rate: 1.0 }, 1)
}

/// Networks before and after a step.
fn step(mut trainer: Learner) -> [Vec<f32>; 2] {
    let before = trainer.network().as_slice().to_vec();
    let (samples, targets) = samples();
    trainer.step(&samples, &targets).unwrap();
    [before, trainer.network().as_slice().to_vec()]
}

/// What a step changes where the gradients are changed like this before; 0 where nothing is trained.
fn expected(change: impl FnOnce(&mut [f32])) -> Vec<f32> {
    let network = Net::initialized(XavierNormal, 1);
    let (samples, targets) = samples();
    let mut workspace = Workspace::<Net, U4>::zeroed();
    let mut gradients = Net::zeroed();
    workspace.forward(&network, &samples);
    let (outputs, by_output) = workspace.outputs(4);
    CrossEntropy.gradient(outputs, &targets, by_output);
    workspace.add_gradients(&network, &samples, None, &mut gradients);
    change(gradients.as_mut_slice());
    network.as_slice().iter().zip(gradients.as_slice()).map(|(number, gradient)| number - gradient).collect()
}

#[track_caller]
fn assert_step(trainer: Learner, change: impl FnOnce(&mut [f32])) {
    let ([before, after], expected) = (step(trainer), expected(change));
    assert_ne!(before, after);
    Net::segments(|segment| {
        if segment.kind.is_trained() {
            assert_eq!(after[segment.range()], expected[segment.range()], "{}", segment.path);
        }
    });
}

fn norm(gradients: &[f32]) -> f64 {
    gradients.iter().map(|gradient| f64::from(*gradient).powi(2)).sum::<f64>().sqrt()
}

#[test]
fn each_group_has_a_norm_of_its_own() {
    let trainer = learner().with_clip_of("0", Clip::Norm(0.05)).unwrap();
    let head = Net::range_of("3").unwrap();
    assert_step(trainer.with_clip_of(Net::head, Clip::Norm(0.01)).unwrap(), |gradients| {
        Clip::Norm(0.05).apply_to(&mut gradients[Net::range_of("0").unwrap()]);
        Clip::Norm(0.01).apply_to(&mut gradients[head.clone()]);
        assert!((norm(&gradients[head.clone()]) - 0.01).abs() < 1e-8);
    });
}

#[test]
fn a_norm_is_that_of_tensors_that_are_no_neighbours() {
    let is_bias = |kind: Kind| matches!(kind, Kind::Bias { .. });
    assert_step(learner().with_clip_of(is_bias, Clip::Norm(0.02)).unwrap(), |gradients| {
        let mut biases = Vec::new();
        Net::segments(|segment| {
            if is_bias(segment.kind) {
                biases.push(segment.range());
            }
        });
        assert!(biases.len() == 3, "{biases:?}");
        let of_biases: Vec<f32> = biases.iter().flat_map(|range| gradients[range.clone()].to_vec()).collect();
        assert!(norm(&of_biases) > 0.02);
        let scale = (0.02 / norm(&of_biases)) as f32;
        biases.into_iter().flatten().for_each(|bias| gradients[bias] *= scale);
    });
}

#[test]
fn by_value_and_by_tensor() {
    let trainer = learner().with_clip_of("0.weight", Clip::Value(0.01)).unwrap();
    assert_step(trainer.with_clip_of("3", Clip::TensorNorm(0.02)).unwrap(), |gradients| {
        Clip::Value(0.01).apply_to(&mut gradients[Net::range_of("0.weight").unwrap()]);
        Clip::Norm(0.02).apply_to(&mut gradients[Net::range_of("3.weight").unwrap()]);
        Clip::Norm(0.02).apply_to(&mut gradients[Net::range_of("3.bias").unwrap()]);
    });
}

#[test]
fn of_each_tensor_counts_what_was_said_last() {
    // The head is not in the norm of the rest any more.
    let trainer = learner().with_clip(Clip::Norm(0.03)).with_clip_of(Net::head, Clip::Value(1e3)).unwrap();
    let rest = 0..Net::range_of("3").unwrap().start;
    assert_step(trainer, |gradients| Clip::Norm(0.03).apply_to(&mut gradients[rest]));
    // All of them, whatever was said before; and all as a selection.
    let all = || step(learner().with_clip(Clip::Norm(0.03)));
    assert_eq!(
        step(learner().with_clip_of("0", Clip::Value(0.0)).unwrap().with_clip(Clip::Norm(0.03))),
        all()
    );
    assert_eq!(step(learner().with_clip_of(|_: Kind| true, Clip::Norm(0.03)).unwrap()), all());
    assert_ne!(step(learner()), all());
}

#[test]
fn paths_that_are_not_there_are_refused() {
    let error = learner().with_clip_of("2", Clip::Norm(1.0)).unwrap_err();
    assert_eq!(error.path, "2");
    assert!(error.paths.contains(&"3.weight".to_string()), "{error}");
}

#[test]
fn a_gradient_that_cannot_be_squared_is_good_where_each_is_bounded() {
    network! { type Line = [Affine<U1, U1>]; }
    type OfLine = Trainer<Line, SumSquaredError, Sgd, U1>;
    let step = |with: fn(OfLine) -> OfLine| {
        let sgd = Sgd { learning_rate: 0.1 };
        let mut trainer = with(Trainer::new(Line::zeroed(), SumSquaredError, sgd, 1));
        trainer.step(&[Tensor::from([1e10_f32])], &[Tensor::from([1e12_f32])]).map(|_| ())
    };
    let refused = |result| matches!(result, Err(TrainError::Refused { cause: Cause::Gradient { .. }, .. }));
    assert!(refused(step(|trainer| trainer)));
    assert!(refused(step(|trainer| trainer.with_clip_of("0.bias", Clip::Norm(1.0)).unwrap())));
    step(|trainer| {
        let trainer = trainer.with_clip_of("0.bias", Clip::Norm(1.0)).unwrap();
        trainer.with_clip_of("0.weight", Clip::Value(1.0)).unwrap()
    })
    .unwrap();
}

//! The same numbers as scikit-learn, in `f64`, from `reference/metrics.txt`, whose first line names the version; they
//! come from `reference/metrics.py`. And what no other library says: batches, several at once, equal outputs, NaN.
#![allow(clippy::float_cmp)]

use dimwise::data::ClassNames;
use dimwise::metrics::{
    Accuracy, ConfusionMatrix, F1, MeanLoss, Metric, MetricOf, Perplexity, Precision, R2, Recall, RocAuc,
    RootMeanSquaredError, TopK,
};
use dimwise::plain::{Plain, flat_mut, zeroed_slice};
use dimwise::prelude::*;

/// Sums are in another order than scikit-learn's.
const TOLERANCE: f64 = 1e-13;

/// The numbers of `name` in the file.
fn numbers(name: &str) -> Vec<f64> {
    let lines = include_str!("reference/metrics.txt").lines();
    let mut named = lines.filter_map(|line| line.split_once(": ")).filter(|(key, _)| *key == name);
    let (_, numbers) = named.next().unwrap_or_else(|| panic!("no numbers called {name}"));
    numbers.split(' ').map(|number| number.parse().unwrap()).collect()
}

fn tensors<S: Shape>(name: &str) -> Box<[Tensor<S, f64>]> {
    let numbers = numbers(name);
    assert_eq!(numbers.len() % S::LEN, 0, "{name} is no whole number of tensors");
    let mut tensors = zeroed_slice(numbers.len() / S::LEN);
    flat_mut(&mut tensors).copy_from_slice(&numbers);
    tensors
}

fn classes<C: Dim>(name: &str) -> Vec<Class<C>> {
    numbers(name).into_iter().map(|index| Class::new(index as usize).unwrap()).collect()
}

#[track_caller]
fn assert_numbers(name: &str, found: &[f64]) {
    let expected = numbers(name);
    assert_eq!(found.len(), expected.len(), "{name}");
    for (found, expected) in found.iter().zip(&expected) {
        let close = (found - expected).abs() <= TOLERANCE * expected.abs().max(1.0);
        assert!(
            close || (found.is_nan() && expected.is_nan()),
            "{name} is {found}, in scikit-learn {expected}"
        );
    }
}

/// What a metric says of the outputs and targets of `name`, fed in batches of 7.
fn fed<G: Target, M: MetricOf<G::Shape, G, f64>>(name: &str, targets: &[G], mut metric: M) -> M::Value {
    let outputs = tensors::<G::Shape>(&format!("{name}.output"));
    assert_eq!(outputs.len(), targets.len());
    for (outputs, targets) in outputs.chunks(7).zip(targets.chunks(7)) {
        metric.update(outputs, targets);
    }
    metric.value()
}

#[test]
fn of_classes() {
    for name in ["classes", "absent"] {
        let targets = classes::<U5>(&format!("{name}.target"));
        let (accuracy, matrix) = fed(name, &targets, (Accuracy::new(), ConfusionMatrix::new()));
        assert_numbers(&format!("{name}.accuracy"), &[accuracy]);
        assert_numbers(&format!("{name}.accuracy"), &[matrix.accuracy()]);
        let counts: Vec<_> = matrix.rows().flatten().map(|count| *count as f64).collect();
        assert_numbers(&format!("{name}.confusion"), &counts);
        assert_eq!(matrix.samples(), targets.len());

        let scores = fed(name, &targets, (Precision::new(), Recall::new(), F1::new()));
        assert_eq!(scores, (matrix.precision(), matrix.recall(), matrix.f1()));
        for (metric, scores) in [("precision", scores.0), ("recall", scores.1), ("f1", scores.2)] {
            assert_numbers(&format!("{name}.{metric}"), scores.as_slice());
            assert_numbers(&format!("{name}.{metric}_macro"), &[scores.macro_mean()]);
            assert_numbers(&format!("{name}.{metric}_micro"), &[scores.micro_mean()]);
        }

        let more =
            fed(name, &targets, (TopK::<1>::new(), TopK::<2>::new(), TopK::<3>::new(), TopK::<9>::new()));
        assert_eq!((more.0, more.3), (accuracy, 1.0));
        assert_numbers(&format!("{name}.top_2"), &[more.1]);
        assert_numbers(&format!("{name}.top_3"), &[more.2]);
        assert_numbers(&format!("{name}.perplexity"), &[fed(name, &targets, Perplexity::new())]);
    }
}

#[test]
fn one_hot_targets_are_classes() {
    let targets = classes::<U5>("classes.target");
    let one_hot: Vec<_> = targets
        .iter()
        .map(|class| Tensor::<U5, f64>::from_fn(|place| f64::from(u8::from(place == [class.index()]))))
        .collect();
    let metrics = || (Accuracy::new(), ConfusionMatrix::new(), F1::new(), TopK::<2>::new());
    assert_eq!(fed("classes", &one_hot, metrics()), fed("classes", &targets, metrics()));
    let perplexity = fed("classes", &one_hot, Perplexity::new());
    assert_numbers("classes.perplexity", &[perplexity]);
}

#[test]
fn of_probabilities() {
    let targets = tensors::<U4>("probabilities.target");
    let (accuracy, matrix) = fed("probabilities", &targets, (Accuracy::new(), ConfusionMatrix::new()));
    assert_numbers("probabilities.accuracy", &[accuracy]);
    assert_numbers("probabilities.accuracy", &[matrix.accuracy()]);
}

#[test]
fn of_yes_and_no() {
    let yes = Class::<U2>::new(1).unwrap();
    for name in ["binary", "ties", "only_no", "one_kind"] {
        let targets = tensors::<U1>(&format!("{name}.target"));
        let metrics = (Accuracy::by(BinaryCrossEntropy), ConfusionMatrix::<U2>::new(), RocAuc::new());
        let (accuracy, matrix, auc) = fed(name, &targets, metrics);
        assert_numbers(&format!("{name}.accuracy"), &[accuracy]);
        let counts: Vec<_> = matrix.rows().flatten().map(|count| *count as f64).collect();
        assert_numbers(&format!("{name}.confusion"), &counts);
        assert_numbers(&format!("{name}.auc"), &[auc]);
        let metrics = (Precision::<U2>::new(), Recall::<U2>::new(), F1::<U2>::new());
        let (precision, recall, f1) = fed(name, &targets, metrics);
        assert_numbers(&format!("{name}.precision"), &[precision[yes]]);
        assert_numbers(&format!("{name}.recall"), &[recall[yes]]);
        assert_numbers(&format!("{name}.f1"), &[f1[yes]]);

        // Two logits with the same difference are the same question.
        let classes = classes::<U2>(&format!("{name}.target"));
        let logits: Vec<_> =
            tensors::<U1>(&format!("{name}.output")).iter().map(|x| [2.0, 2.0 + x[0]].into()).collect();
        let mut both = (RocAuc::new(), ConfusionMatrix::new());
        both.update(&logits, &classes);
        assert_numbers(&format!("{name}.auc"), &[both.value().0]);
        assert_eq!(both.value().1, matrix);
    }
}

#[test]
fn many_labels_are_right_where_all_are() {
    let targets = tensors::<U3>("labels.target");
    assert_numbers("labels.accuracy", &[fed("labels", &targets, Accuracy::by(BinaryCrossEntropy))]);
}

#[test]
fn of_regressions() {
    fn assert_regression<S: Shape>(name: &str) {
        let targets = tensors::<S>(&format!("{name}.target"));
        let absolute = MeanLoss::new("mean_absolute_error", MeanAbsoluteError);
        let (r2, absolute, root) = fed(name, &targets, (R2::new(), absolute, RootMeanSquaredError::new()));
        // The targets' mean is a million times their deviation.
        let expected = numbers(&format!("{name}.r2"))[0];
        assert!(
            (r2 - expected).abs() < 1e-9 || (r2.is_nan() && expected.is_nan()),
            "{name}: {r2}, not {expected}"
        );
        assert_numbers(&format!("{name}.mean_absolute_error"), &[absolute]);
        assert_numbers(&format!("{name}.root_mean_squared_error"), &[root]);
    }
    assert_regression::<U1>("regression");
    assert_regression::<U3>("vectors");
    assert_regression::<U3>("constant");
    assert_regression::<U1>("single");
}

#[test]
fn what_is_reset_has_seen_nothing() {
    let targets = classes::<U5>("classes.target");
    let outputs = tensors::<U5>("classes.output");
    let mut metrics =
        (Accuracy::new(), (ConfusionMatrix::new(), F1::new()), TopK::<2>::new(), Perplexity::new());
    metrics.update(&outputs[..20], &targets[..20]);
    metrics.reset();
    assert!(metrics.value().0.is_nan() && metrics.value().2.is_nan() && metrics.value().3.is_nan());
    assert_eq!(metrics.value().1.1.macro_mean(), 0.0);
    metrics.update(&outputs, &targets);
    let fresh = (Accuracy::new(), (ConfusionMatrix::new(), F1::new()), TopK::<2>::new(), Perplexity::new());
    let fresh = fed("classes", &targets, fresh);
    assert_eq!((metrics.value().0, metrics.value().1, metrics.value().2), (fresh.0, fresh.1, fresh.2));

    let targets = tensors::<U3>("vectors.target");
    let outputs = tensors::<U3>("vectors.output");
    let mut metrics = (R2::new(), RootMeanSquaredError::new(), MeanLoss::new("loss", MeanAbsoluteError));
    metrics.update(&outputs[..5], &targets[..5]);
    metrics.reset();
    assert!(metrics.value().0.is_nan() && metrics.value().1.is_nan() && metrics.value().2.is_nan());
    metrics.update(&outputs, &targets);
    assert_numbers("vectors.r2", &[metrics.value().0]);

    let mut auc = RocAuc::new();
    auc.update(&tensors::<U1>("one_kind.output"), &tensors::<U1>("one_kind.target"));
    auc.reset();
    auc.update(&tensors::<U1>("ties.output"), &tensors::<U1>("ties.target"));
    assert_numbers("ties.auc", &[auc.value()]);
}

#[test]
fn a_batch_of_none_changes_nothing() {
    let mut error = MeanLoss::new("loss", MeanSquaredError);
    let none: [Tensor<U1>; 0] = [];
    error.update(&none, &none);
    error.update(&[Tensor::from([2.0])], &[Tensor::from([4.0])]);
    assert_eq!(error.value(), 4.0);
}

#[test]
fn of_equal_outputs_the_first_is_the_answer() {
    let outputs = [[1.0, 1.0, 0.0]; 3].map(Tensor::from);
    let targets = [0, 1, 2].map(|class| Class::<U3>::new(class).unwrap());
    let mut metrics = (Accuracy::new(), TopK::<1>::new(), TopK::<2>::new(), ConfusionMatrix::new());
    metrics.update(&outputs, &targets);
    let (accuracy, top_1, top_2, matrix) = metrics.value();
    assert_eq!((accuracy, top_1, top_2), (1.0 / 3.0, 1.0 / 3.0, 2.0 / 3.0));
    assert_eq!(matrix.rows().collect::<Vec<_>>(), [[1, 0, 0]; 3]);
}

#[test]
fn what_is_not_a_number_is_never_right() {
    let mut metrics = (Accuracy::new(), TopK::<2>::new());
    let targets = [0, 1].map(|class| Class::<U3>::new(class).unwrap());
    metrics.update(&[[f32::NAN, 1.0, 0.0]; 2].map(Tensor::from), &targets);
    assert_eq!(metrics.value(), (0.0, 0.0));
    let mut accuracy = Accuracy::by(BinaryCrossEntropy);
    accuracy.update(&[[f32::NAN]; 2].map(Tensor::from), &[[0.0], [1.0]].map(Tensor::from));
    assert_eq!(accuracy.value(), 0.0);
}

#[test]
#[should_panic(expected = "an output that is NaN names no class")]
fn what_is_not_a_number_is_no_answer() {
    ConfusionMatrix::new().update(&[Tensor::from([0.0, f32::NAN])], &[Class::<U2>::new(0).unwrap()]);
}

#[test]
#[should_panic(expected = "one target per sample")]
fn targets_are_as_many_as_outputs() {
    Accuracy::new().update(&[Tensor::from([0.0, 1.0])], &[Class::<U2>::new(0).unwrap(); 2]);
}

#[test]
fn a_log_sees_names_and_numbers() {
    let mut metrics = (Accuracy::new(), (TopK::<2>::new(), F1::new()), ());
    metrics.update(&[[0.0, 1.0]; 2].map(Tensor::from), &[0, 1].map(|class| Class::<U2>::new(class).unwrap()));
    let mut seen = Vec::new();
    metrics.visit_values(&mut |name, number| seen.push((name.to_owned(), number)));
    let expected = [("accuracy", 0.5), ("top_2", 1.0), ("f1", 1.0 / 3.0)];
    assert_eq!(seen, expected.map(|(name, number)| (name.to_owned(), number)));
}

#[test]
fn a_matrix_prints_as_a_table() {
    let mut matrix = ConfusionMatrix::<U3>::new();
    let class = |index| Class::new(index).unwrap();
    (0..1234).for_each(|_| matrix.add_sample(class(0), class(0)));
    matrix.add_sample(class(2), class(1));
    assert_eq!(matrix.to_string(), "      0  1  2\n0  1234  0  0\n1     0  0  0\n2     0  1  0");
    let names = ClassNames::new(["a", "größte", "c"]).unwrap();
    let table =
        "           a  größte  c\na       1234       0  0\ngrößte     0       0  0\nc          0       1  0";
    assert_eq!(matrix.with_names(&names).to_string(), table);
    assert_eq!(format!("{matrix:?}"), "[[1234, 0, 0], [0, 0, 0], [0, 1, 0]]");
}

/// The accuracy of a trainer, after an epoch and without one, with each pair of loss and target.
#[test]
fn a_trainer_knows_what_its_loss_says_is_right() {
    fn accuracies<G, L>(loss: L, outputs: [[f32; 2]; 2], targets: [G; 2]) -> [Option<f64>; 2]
    where
        G: TargetOf<U2>,
        L: Loss<U2, G, f32>,
    {
        let data = Dataset::new(outputs.map(Tensor::from), targets).unwrap();
        let sgd = Sgd { learning_rate: 0.1 };
        let mut trainer = Trainer::<Identity<U2>, _, _, U1>::new(Identity::zeroed(), loss, sgd, 1);
        [trainer.evaluate(&data).unwrap().accuracy, trainer.epoch(&data).unwrap().accuracy]
    }
    // The first one is right, the second one is not.
    let logits = [[2.0, -1.0], [2.0, -1.0]];
    let one_hot = || [[1.0, 0.0], [0.0, 1.0]].map(Tensor::<U2>::from);
    let half = [Some(0.5); 2];
    assert_eq!(accuracies(CrossEntropy, logits, one_hot()), half);
    assert_eq!(accuracies(CrossEntropy, logits, [0, 1].map(|class| Class::<U2>::new(class).unwrap())), half);
    assert_eq!(
        accuracies(CrossEntropy.smoothed(0.1), logits, [[0.6, 0.4], [0.1, 0.9]].map(Tensor::from)),
        half
    );
    assert_eq!(accuracies(KlDivergence, logits, one_hot()), half);
    assert_eq!(accuracies(BinaryCrossEntropy, logits, [[1.0, 0.0], [1.0, 1.0]].map(Tensor::from)), half);
    assert_eq!(accuracies(MeanSquaredError, logits, one_hot()), [None; 2]);
}

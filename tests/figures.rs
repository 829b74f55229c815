//! What is in a figure. With `DIMWISE_FIGURES=folder` they are written there, to be looked at.
#![allow(clippy::float_cmp)]

use std::path::PathBuf;
use std::{env, fs, process};

use dimwise::data::ClassNames;
use dimwise::figures::{self, FigureError};
use dimwise::metrics::ConfusionMatrix;
use dimwise::prelude::*;
use dimwise::random::Random;
use dimwise::rate_range::{RateCurve, RatePoint};

/// What a figure is as a file.
fn drawn(name: &str, draw: impl FnOnce(&PathBuf) -> Result<(), FigureError>) -> String {
    let given = env::var_os("DIMWISE_FIGURES").map(PathBuf::from);
    let path = match &given {
        Some(folder) => folder.join(name),
        None => env::temp_dir().join(format!("dimwise-{}-{name}", process::id())),
    };
    draw(&path).unwrap();
    let svg = fs::read_to_string(&path).unwrap();
    if given.is_none() {
        fs::remove_file(&path).unwrap();
    }
    assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"), "{svg}");
    svg
}

#[track_caller]
fn assert_texts(svg: &str, texts: &[&str]) {
    for text in texts {
        assert!(svg.contains(&format!(">{text}</text>")), "no {text} in {svg}");
    }
}

/// How often a part is in a figure.
fn count(svg: &str, part: &str) -> usize {
    svg.matches(part).count()
}

#[test]
fn a_rate_curve_marks_what_it_suggests() {
    let mut random = Random::new(4);
    let points = (0..120).map(|step| {
        let rate = 10_f64.powf(-6.0 + f64::from(step) / 20.0);
        let loss = 2.3 - 2.0 * rate / (rate + 2e-3) + (rate / 0.3).powi(2);
        RatePoint { rate, loss: loss + 0.1 * random.normal() }
    });
    let curve = RateCurve { points: points.collect() };
    let suggestion = curve.suggestion().unwrap();
    let svg = drawn("rate_curve.svg", |path| figures::rate_curve(path, &curve));
    assert_texts(
        &svg,
        &["learning rate", "loss", "running mean   ", &format!("suggestion {suggestion:.1e}   ")],
    );
    assert_texts(&svg, &["1e-5", "0.001", "0.1"]);

    let flat = RateCurve { points: [1e-3, 1e-2].map(|rate| RatePoint { rate, loss: 1.0 }).into() };
    let svg = drawn("flat_rate_curve.svg", |path| figures::rate_curve(path, &flat));
    assert!(!svg.contains("suggestion") && svg.contains("running mean"));
    let one = RateCurve { points: flat.points[..1].to_vec() };
    let path = env::temp_dir().join("dimwise-no-rate-curve.svg");
    let error = figures::rate_curve(&path, &one).unwrap_err();
    let expected = format!("{}: expected a curve of two points, found none", path.display());
    assert_eq!((error.to_string(), path.exists()), (expected, false));
}

#[test]
fn a_history_has_a_panel_for_each_beginning() {
    let mut random = Random::new(3);
    let mut course = |from: f64, to: f64, noise: f64| -> Vec<(usize, f64)> {
        let at = |epoch: usize| to + (from - to) * (-(epoch as f64) / 8.0).exp();
        (1..=30).map(|epoch| (epoch, at(epoch) + noise * random.normal())).collect()
    };
    let curves = [
        ("loss/train", course(2.3, 0.05, 0.01)),
        ("loss/test", course(2.3, 0.2, 0.03)),
        ("accuracy/train", course(0.1, 0.99, 0.003)),
        ("accuracy/test", course(0.1, 0.95, 0.006)),
        ("learning rate", (1..=30).map(|epoch| (epoch, 1e-4 * f64::from(31 - epoch as u32))).collect()),
        ("never finite", vec![(1, f64::NAN)]),
    ];
    let series: Vec<_> = curves.iter().map(|(name, points)| (*name, points.as_slice())).collect();
    let svg = drawn("history.svg", |path| figures::history(path, "epoch", &series));
    assert_texts(&svg, &["loss", "accuracy", "learning rate", "epoch"]);
    assert!(!svg.contains("never finite"));
    let lines = |svg: &str| count(svg, "stroke-width=\"2\"");
    let whole = lines(&svg);

    let gap = [(1, 1.0), (2, 2.0), (3, f64::INFINITY), (4, 3.0), (5, 2.0), (6, f64::NAN), (7, 2.5)];
    let none = [(1, 1.0), (2, 2.0), (4, 3.0), (5, 2.0)];
    let gap = drawn("gap.svg", |path| figures::history(path, "step", &[("loss", &gap)]));
    let none = drawn("no_gap.svg", |path| figures::history(path, "step", &[("loss", &none)]));
    // The last point stands alone: a dot, and a line of one point.
    assert_eq!((lines(&none), lines(&gap), count(&gap, "<circle")), (1, 3, 1));
    assert!(whole >= 5, "{whole}");
}

#[test]
fn a_matrix_has_its_counts_and_names() {
    let mut random = Random::new(5);
    let class = |index| Class::<U10>::new(index).unwrap();
    let mut matrix = ConfusionMatrix::<U10>::new();
    for number in 0..2000 {
        let answer = if random.normal() > 1.2 { (number * 7 + number / 10) % 10 } else { number % 10 };
        matrix.add_sample(class(number % 10), class(answer));
    }
    let svg = drawn("matrix.svg", |path| figures::confusion_matrix(path, &matrix, None));
    assert_texts(&svg, &["target", "answer", "0", "9", &matrix.count(class(3), class(3)).to_string()]);
    let cells = matrix.rows().flatten().filter(|count| **count > 0).count();
    // The paper, the cells, and the frame.
    assert_eq!(count(&svg, "<rect"), cells + 2);

    let mut matrix = ConfusionMatrix::<U3>::new();
    for (actual, predicted) in [(0, 0), (0, 0), (1, 1), (1, 2), (2, 2), (2, 2), (2, 1)] {
        matrix.add_sample(Class::new(actual).unwrap(), Class::new(predicted).unwrap());
    }
    let names = ClassNames::new(["setosa", "versicolor", "virginica"]).unwrap();
    let svg = drawn("iris.svg", |path| figures::confusion_matrix(path, &matrix, Some(&names)));
    assert_texts(&svg, &["setosa", "versicolor", "virginica", "1", "2"]);
    assert_eq!(count(&svg, "versicolor"), 2);
    let many = ConfusionMatrix::<U200>::new();
    assert!(drawn("many.svg", |path| figures::confusion_matrix(path, &many, None)).contains("answer"));
}

#[test]
fn a_filter_is_a_tile_of_its_weights() {
    let weight = Tensor::from([[[[1.0, -1.0], [0.0, f32::NAN]]], [[[0.5, 0.0], [0.0, 0.0]]]]);
    let svg = drawn("small.svg", |path| figures::filters(path, &weight));
    assert_eq!(count(&svg, "<rect"), 1 + 2 * 5);
    // White is the paper's, too, and black the frames'.
    let colours = ["#FFFFFF", "#000000", "#808080"].map(|colour| count(&svg, colour));
    assert_eq!(colours, [1 + 2, 1 + 2, 5]);
    assert_texts(&svg, &["2 filters of 1 × 2 × 2"]);

    let grey = Conv2d::<(U1, U28, U28), U30, U5>::initialized(HeNormal, 1);
    assert_eq!(count(&drawn("grey.svg", |path| figures::filters(path, &grey.weight)), "<rect"), 1 + 30 * 26);
    let coloured = Conv2d::<(U3, U32, U32), U16, U7>::initialized(HeNormal, 1);
    assert_eq!(
        count(&drawn("coloured.svg", |path| figures::filters(path, &coloured.weight)), "<rect"),
        1 + 16 * 50
    );
    let deep = Conv2d::<(U8, U8, U8), U40, U3>::initialized(HeNormal, 1);
    assert_eq!(count(&drawn("deep.svg", |path| figures::filters(path, &deep.weight)), "<rect"), 1 + 256 * 10);
}

#[test]
fn alike_samples_are_near() {
    let mut random = Random::new(7);
    let classes: Vec<_> = (0..300).map(|number| Class::<U12>::new(number % 12).unwrap()).collect();
    let samples: Vec<Tensor<U12>> = classes
        .iter()
        .map(|class| {
            Tensor::from_fn(|[place]| {
                f32::from(u8::from(place == class.index())) * 4.0 + 0.3 * random.normal() as f32
            })
        })
        .collect();
    let svg = drawn("plane.svg", |path| figures::plane(path, &samples, &classes, None));
    // A point for each sample, and one for each class in the list.
    assert_eq!(count(&svg, "<circle"), 300 + 12);
    assert_texts(&svg, &["0", "11"]);

    let classes: Vec<_> = (0..150).map(|number| Class::<U3>::new(number % 3).unwrap()).collect();
    let mut samples: Vec<Tensor<U4>> = classes
        .iter()
        .map(|class| Tensor::from_fn(|[place]| (class.index() * place) as f32 + 0.4 * random.normal() as f32))
        .collect();
    samples[0][1] = f32::NAN;
    let names = ClassNames::new(["setosa", "versicolor", "virginica"]).unwrap();
    let svg = drawn("flowers.svg", |path| figures::plane(path, &samples, &classes, Some(&names)));
    assert_eq!(count(&svg, "<circle"), 149 + 3);
    assert_texts(&svg, &["setosa", "versicolor", "virginica"]);
}

#[test]
fn what_cannot_be_drawn_is_told_with_the_path() {
    let nowhere = env::temp_dir().join("dimwise-no-such-folder/figure.svg");
    let error = figures::history(&nowhere, "step", &[("loss", &[(1, 1.0)])]).unwrap_err();
    assert!(error.to_string().starts_with(&format!("{}: ", nowhere.display())), "{error}");
    let error = figures::history(&nowhere, "step", &[("loss", &[(1, f64::NAN)])]).unwrap_err();
    let expected = format!("{}: expected a curve with a finite point, found none", nowhere.display());
    assert_eq!(error.to_string(), expected);
    let none: [Tensor<U2>; 0] = [];
    let error = figures::plane::<U2, U2, f32>(&nowhere, &none, &[], None).unwrap_err();
    assert!(matches!(error, FigureError::Nothing { .. }), "{error}");
}

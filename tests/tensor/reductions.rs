//! Reductions over all axes, one, and several.

use dimwise::layer::InPlace;
use dimwise::prelude::*;
use ndarray::{ArrayD, Axis as NdAxis};

use crate::{array, assert_close, for_shapes, random};

fn log_sum_exp(numbers: &ArrayD<f64>) -> f64 {
    numbers.mapv(f64::exp).sum().ln()
}
fn largest(numbers: &ArrayD<f64>) -> f64 {
    numbers.fold(f64::NEG_INFINITY, |a, b| a.max(*b))
}
fn smallest(numbers: &ArrayD<f64>) -> f64 {
    numbers.fold(f64::INFINITY, |a, b| a.min(*b))
}
fn norm(numbers: &ArrayD<f64>) -> f64 {
    numbers.mapv(|x| x * x).sum().sqrt()
}
fn mean(numbers: &ArrayD<f64>) -> f64 {
    numbers.sum() / numbers.len() as f64
}
fn variance(numbers: &ArrayD<f64>) -> f64 {
    let mean = mean(numbers);
    numbers.mapv(|x| (x - mean) * (x - mean)).sum() / numbers.len() as f64
}

/// `reduce` of what stands over the axes that are not kept.
fn reduced(of: &ArrayD<f64>, axes: &[usize], reduce: fn(&ArrayD<f64>) -> f64) -> ArrayD<f64> {
    let mut dims = of.shape().to_vec();
    axes.iter().for_each(|axis| dims[*axis] = 1);
    ArrayD::from_shape_fn(dims, |index| {
        let mut part = of.view();
        for axis in (0..of.ndim()).filter(|axis| !axes.contains(axis)) {
            part.collapse_axis(NdAxis(axis), index[axis]);
        }
        reduce(&part.to_owned())
    })
}

#[test]
fn over_all() {
    fn check<S: Shape>() {
        let x = random::<S>(1);
        let a = array(&x);
        for (found, expected) in [
            (x.sum(), a.sum()),
            (x.mean(), mean(&a)),
            (x.max(), largest(&a)),
            (x.min(), smallest(&a)),
            (x.variance(), variance(&a)),
            (x.norm(), norm(&a)),
            (x.log_sum_exp(), log_sum_exp(&a)),
        ] {
            assert_close(&Tensor::from(found), &ArrayD::from_elem(vec![], expected));
        }
        if S::LEN > 0 {
            assert_eq!(x[x.argmax()], largest(&a));
            assert_eq!(x[x.argmin()], smallest(&a));
        }
    }
    for_shapes!(check);
}

#[test]
fn over_axes() {
    macro_rules! check {
        ($($shape:ty: $($axis:literal)+;)*) => {$({
            let x = random::<$shape>(2);
            let (a, axes) = (array(&x), [$($axis),+]);
            macro_rules! reduction {
                ($method:ident, $reduce:ident) => {
                    let kept = reduced(&a, &axes, $reduce);
                    let mut gone = kept.clone();
                    axes.iter().rev().for_each(|axis| gone = gone.index_axis(NdAxis(*axis), 0).to_owned());
                    assert_close(&x.$method(check!(@axes Axis $($axis)+)), &gone);
                    assert_close(&x.$method(check!(@axes Keep $($axis)+)), &kept);
                    assert_close(&x.to_boxed().$method(check!(@axes Axis $($axis)+)), &gone);
                };
            }
            fn sum(numbers: &ArrayD<f64>) -> f64 {
                numbers.sum()
            }
            reduction!(sum_axis, sum);
            reduction!(mean_axis, mean);
            reduction!(max_axis, largest);
            reduction!(min_axis, smallest);
            reduction!(variance_axis, variance);
            reduction!(norm_axis, norm);
            reduction!(log_sum_exp_axis, log_sum_exp);
            let sums = reduced(&a, &axes, log_sum_exp);
            let logarithms = &a - &sums;
            assert_close(&x.log_softmax(check!(@axes Axis $($axis)+)), &logarithms);
            assert_close(&x.softmax(check!(@axes Axis $($axis)+)), &logarithms.mapv(f64::exp));
            assert_close(&x.to_boxed().softmax(check!(@axes Keep $($axis)+)), &logarithms.mapv(f64::exp));
        })*};
        (@axes $marker:ident $axis:literal) => { $marker::<$axis> };
        (@axes $marker:ident $($axis:literal)+) => { ($($marker::<$axis>,)+) };
    }
    check! {
        U1: 0; U5: 0; U100: 0; (U1, U5): 0; (U1, U5): 1; (U3, U4): 0; (U3, U4): 1; (U3, U4): 0 1; (U33, U65): 0;
        (U33, U65): 1; (U2, U3, U4): 0; (U2, U3, U4): 1; (U2, U3, U4): 2; (U2, U3, U4): 0 1; (U2, U3, U4): 0 2;
        (U2, U3, U4): 1 2; (U2, U3, U4): 0 1 2; (U3, U2, U5, U18): 0 2 3; (U3, U2, U5, U18): 1; (U3, U2, U5, U18): 1 3;
        (U3, U2, U5, U18): 0 2; (U2, U3, U2, U1, U4): 1 3 4; (U2, U3, U2, U2, U4): 3; (U2, U3, U2, U2, U4): 0 2 4;
        (U2, U3, U2, U2, U3, U2): 1 3 5; (U2, U3, U2, U2, U3, U2): 0 2 4; (U2, U3, U2, U2, U3, U2): 5;
        (U2, U3, U2, U2, U3, U2): 0;
    }
}

#[test]
fn the_best_along_an_axis() {
    macro_rules! check {
        ($($shape:ty: $axis:literal;)*) => {$(
            // Whole numbers, so that some are equal: the first one counts.
            let x = random::<$shape>(3).round();
            let a = array(&x);
            let best = |better: fn(&f64, &f64) -> bool| {
                a.map_axis(NdAxis($axis), |lane| {
                    let mut best = 0;
                    (0..lane.len()).for_each(|place| if better(&lane[place], &lane[best]) { best = place });
                    best as f64
                })
            };
            assert_close(&x.argmax_axis(Axis::<$axis>), &best(f64::gt));
            assert_close(&x.to_boxed().argmin_axis(Axis::<$axis>), &best(f64::lt));
        )*};
    }
    check! { U9: 0; (U3, U14): 0; (U3, U14): 1; (U2, U13, U4): 1; (U2, U3, U14): 2; (U11, U2, U1, U2, U2, U2): 0; }
}

#[test]
fn no_overflow_and_no_invented_nan() {
    let x = Tensor::from([[1e4_f64, 1e4], [-1e4, -1e4], [f64::NEG_INFINITY, f64::NEG_INFINITY]]);
    let sums = x.log_sum_exp_axis(Axis::<1>);
    assert_eq!(sums, Tensor::from([1e4 + 2.0_f64.ln(), -1e4 + 2.0_f64.ln(), f64::NEG_INFINITY]));
    assert_eq!(x.log_sum_exp(), 1e4 + 2.0_f64.ln());
    assert_eq!(Tensor::from([f64::INFINITY, 0.0]).log_sum_exp(), f64::INFINITY);
    assert_eq!(x.slice::<0, U0, U2>().softmax(Axis::<1>), Tensor::from([[0.5; 2]; 2]));
    assert!(Tensor::from([f64::NAN, 1.0]).sum().is_nan());
    // What is small is not lost beside a large number.
    let logarithms = Tensor::from([1e4_f64, 1e4 - 20.0]).log_softmax(Axis::<0>);
    assert_eq!(logarithms, Tensor::from([0.0_f64, -20.0]).log_softmax(Axis::<0>));
}

/// NaN wins, as in PyTorch; of several the first one counts.
#[test]
fn one_rule_for_nan() {
    macro_rules! check {
        ($size:ty, $t:ty, $places:expr) => {
            for first in &$places {
                for second in $places.iter().filter(|second| *second >= first) {
                    let nan = |place: usize| place == *first || place == *second;
                    let number =
                        |place: usize| <$t>::from_f64(if nan(place) { f64::NAN } else { place as f64 - 5.0 });
                    let x = Tensor::<$size, $t>::from_fn(|[place]| number(place));
                    assert!(x.max().is_nan() && x.min().is_nan(), "{first} {second}");
                    assert_eq!((x.argmax(), x.argmin()), (*first, *first));
                    assert!(x.max_axis(Axis::<0>).as_slice()[0].is_nan());
                    assert!(x.min_axis(Axis::<0>).as_slice()[0].is_nan());
                    assert_eq!(x.argmax_axis(Axis::<0>).as_slice()[0].to_f64(), *first as f64);
                    assert_eq!(x.argmin_axis(Axis::<0>).as_slice()[0].to_f64(), *first as f64);
                }
            }
        };
    }
    check!(U3, f32, [0, 1, 2]);
    check!(U3, f64, [0, 1, 2]);
    check!(U100, f32, [0, 15, 16, 17, 47, 95, 96, 99]);
    check!(U100, f64, [0, 15, 16, 17, 47, 95, 96, 99]);
    // Along the first axis of a matrix, where columns are folded side by side.
    let x = Tensor::from([[f64::NAN, 2.0, 3.0], [1.0, 5.0, f64::NAN], [7.0, 4.0, f64::NAN]]);
    let (largest, smallest) = (x.max_axis(Axis::<0>), x.min_axis(Axis::<0>));
    assert_eq!([largest[1], smallest[1]], [5.0, 2.0]);
    for column in [0, 2] {
        assert!(largest[column].is_nan() && smallest[column].is_nan());
    }
    assert_eq!(x.argmax_axis(Axis::<0>), Tensor::from([0.0, 1.0, 1.0]));
    assert_eq!(x.argmin_axis(Axis::<0>), Tensor::from([0.0, 0.0, 1.0]));
    assert_eq!(x.argmax(), [0, 0]);
}

#[test]
fn nan_wins_number_by_number() {
    let (x, y) = (Tensor::from([f64::NAN, 1.0, 1.0]), Tensor::from([1.0, f64::NAN, 2.0]));
    for found in [x.maximum(&y), x.minimum(&y)] {
        assert!(found[0].is_nan() && found[1].is_nan());
    }
    assert_eq!((x.maximum(&y)[2], x.minimum(&y)[2]), (2.0, 1.0));
    assert!(x.maximum(f64::NAN).as_slice().iter().all(|x| x.is_nan()));
    assert!(x.clamp(0.0, 0.5)[0].is_nan());
    assert_eq!(x.clamp(0.0, 0.5)[1], 0.5);
    let nan = Tensor::from([f32::NAN]);
    assert!(
        Relu::<U1>::zeroed().predict(&nan)[0].is_nan() && LeakyRelu::<U1>::zeroed().predict(&nan)[0].is_nan()
    );
    // The gradient of what is NaN is not hidden either.
    let mut grads = [Tensor::from([1.0])];
    Relu::<U1>::zeroed().differentiate(&[nan], &mut grads, &mut Relu::default());
    assert_eq!(grads[0][0], 1.0);
}

#[test]
fn what_is_not_a_number_is_no_right_answer() {
    use dimwise::loss::Target;
    let outputs = [f32::NAN, 1.0, 3.0];
    for class in 0..3 {
        assert_eq!(Class::<U3>::new(class).unwrap().is_right(&outputs), Some(false));
    }
    assert_eq!(Class::<U3>::of_largest(&outputs).index(), 0);
    assert_eq!(Class::<U3>::new(2).unwrap().is_right(&[0.0, 1.0, f32::INFINITY]), Some(true));
}

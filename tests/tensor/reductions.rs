//! Reductions over all axes, one, and several.

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
    assert_eq!(Tensor::from([f64::NAN, 1.0]).max(), 1.0);
    assert!(Tensor::from([f64::NAN, 1.0]).sum().is_nan());
}

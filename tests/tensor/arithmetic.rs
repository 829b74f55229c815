//! Operators, functions, comparisons and broadcasting.

use dimwise::prelude::*;
use ndarray::ArrayD;

use crate::{array, assert_close, for_shapes, random};

#[test]
fn operators() {
    fn check<S: Shape>() {
        let (x, y) = (random::<S>(1), random::<S>(2));
        let (boxed_x, boxed_y) = (x.to_boxed(), y.to_boxed());
        let (a, b) = (array(&x), array(&y));
        macro_rules! operator {
            ($op:tt, $assign:tt) => {
                let expected = &a $op &b;
                assert_close(&(&x $op &y), &expected);
                assert_close(&(x.clone() $op &y), &expected);
                assert_close(&(&x $op y.clone()), &expected);
                assert_close(&(&boxed_x $op &boxed_y), &expected);
                assert_close(&(boxed_x.to_boxed() $op &*boxed_y), &expected);
                let mut assigned = x.clone();
                assigned $assign &y;
                assert_close(&assigned, &expected);
                let mut assigned = boxed_x.to_boxed();
                assigned $assign &boxed_y;
                assert_close(&assigned, &expected);
                assert_close(&(&x $op 3.0), &(&a $op 3.0));
                assert_close(&(boxed_x.to_boxed() $op 3.0), &(&a $op 3.0));
                assert_close(&(3.0 $op &x), &a.mapv(|x| 3.0 $op x));
                assert_close(&(3.0 $op x.clone()), &a.mapv(|x| 3.0 $op x));
                assert_close(&(3.0 $op &boxed_x), &a.mapv(|x| 3.0 $op x));
                assert_close(&(3.0 $op boxed_x.to_boxed()), &a.mapv(|x| 3.0 $op x));
            };
        }
        operator!(+, +=);
        operator!(-, -=);
        operator!(*, *=);
        operator!(/, /=);
        assert_close(&-&x, &-&a);
        assert_close(&-x.clone(), &-&a);
        assert_close(&-&boxed_x, &-&a);
        assert_close(&-boxed_x.to_boxed(), &-&a);
    }
    for_shapes!(check);
}

#[test]
fn functions() {
    fn check<S: Shape>() {
        let x = random::<S>(3);
        let boxed = x.to_boxed();
        let a = array(&x);
        macro_rules! function {
            ($($method:ident($($argument:expr),*) => $expected:expr;)*) => {$(
                assert_close(&x.$method($($argument),*), &a.mapv($expected));
                assert_close(&boxed.$method($($argument),*), &a.mapv($expected));
            )*};
        }
        function! {
            abs() => f64::abs;
            signum() => f64::signum;
            recip() => f64::recip;
            square() => |x| x * x;
            sqrt() => f64::sqrt;
            powi(3) => |x| x.powi(3);
            powi(-2) => |x| x.powi(-2);
            powi(0) => |_| 1.0;
            powf(1.5) => |x| x.powf(1.5);
            exp() => f64::exp;
            ln() => f64::ln;
            tanh() => f64::tanh;
            sigmoid() => |x: f64| 1.0 / (1.0 + (-x).exp());
            sin() => f64::sin;
            cos() => f64::cos;
            floor() => f64::floor;
            ceil() => f64::ceil;
            round() => f64::round;
            clamp(-0.5, 1.0) => |x| x.clamp(-0.5, 1.0);
            map(|x| x + 0.25) => |x| x + 0.25;
        }
        let mut mapped = x.clone();
        mapped.map_in_place(|x| 3.0 * x);
        assert_close(&mapped, &(&a * 3.0));
    }
    for_shapes!(check);
}

#[test]
fn comparisons() {
    fn check<S: Shape>() {
        // Whole numbers, so that some are equal.
        let (x, y) = (random::<S>(4).round(), random::<S>(5).round());
        let (a, b) = (array(&x), array(&y));
        let with = |function: fn(f64, f64) -> f64| {
            ArrayD::from_shape_fn(a.raw_dim(), |index| function(a[&index], b[&index]))
        };
        let number = |holds: bool| f64::from(u8::from(holds));
        let masks = |function: fn(&f64, &f64) -> bool| {
            ArrayD::from_shape_fn(a.raw_dim(), |index| number(function(&a[&index], &b[&index])))
        };
        assert_close(&x.equal(&y), &masks(|x, y| x == y));
        assert_close(&x.not_equal(&y), &masks(|x, y| x != y));
        assert_close(&x.less(&y), &masks(f64::lt));
        assert_close(&x.less_equal(&y), &masks(f64::le));
        assert_close(&x.greater(&y), &masks(f64::gt));
        assert_close(&x.to_boxed().greater_equal(&y), &masks(f64::ge));
        assert_close(&x.minimum(&y), &with(f64::min));
        assert_close(&x.maximum(&y), &with(f64::max));
        assert_close(&x.zip_map(&y, f64::atan2), &with(f64::atan2));
        let chosen =
            ArrayD::from_shape_fn(a.raw_dim(), |index| if a[&index] > 0.0 { b[&index] } else { 9.0 });
        assert_close(&x.greater(0.0).select(&y, 9.0), &chosen);
        assert_close(&x.to_boxed().greater(0.0).select(&y, 9.0), &chosen);
    }
    for_shapes!(check);
}

#[test]
fn broadcasting() {
    macro_rules! check {
        ($($from:ty => $to:ty;)*) => {$({
            let (x, y) = (random::<$to>(6), random::<$from>(7));
            let (a, b) = (array(&x), array(&y));
            assert_close(&y.broadcast::<$to>(), &b.broadcast(a.raw_dim()).unwrap().to_owned());
            assert_close(&y.to_boxed().broadcast::<$to>(), &b.broadcast(a.raw_dim()).unwrap().to_owned());
            assert_close(&(&x - &y), &(&a - &b));
            assert_close(&(x.clone() - &y), &(&a - &b));
            assert_close(&(x.to_boxed() / &y), &(&a / &b));
        })*};
    }
    check! {
        () => ();
        () => U5;
        () => (U2, U3, U4, U2, U3, U2);
        U1 => U5;
        U1 => U0;
        U4 => (U3, U4);
        (U1, U4) => (U3, U4);
        (U3, U1) => (U3, U4);
        (U1, U1) => (U3, U4);
        (U1, U1) => (U1, U1);
        U4 => (U2, U3, U4);
        (U3, U4) => (U2, U3, U4);
        (U3, U1) => (U2, U3, U4);
        (U2, U1, U4) => (U2, U3, U4);
        (U1, U3, U1) => (U2, U3, U4);
        (U2, U1, U1) => (U2, U3, U4);
        (U1, U4, U1, U2) => (U3, U4, U5, U2);
        (U3, U1, U5, U1) => (U3, U4, U5, U2);
        (U4, U1, U1) => (U3, U4, U5, U2);
        (U4, U1, U2) => (U2, U3, U4, U5, U2);
        (U2, U1, U4, U1, U2) => (U2, U3, U4, U5, U2);
        (U2, U1, U2, U1, U2) => (U3, U2, U3, U2, U3, U2);
        (U1, U2, U1, U2, U1, U2) => (U3, U2, U3, U2, U3, U2);
        (U3, U1, U3, U1, U3, U1) => (U3, U2, U3, U2, U3, U2);
    }
}

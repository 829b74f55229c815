//! Matrix products, inner and outer products.

use dimwise::prelude::*;
use ndarray::{Array1, Array2, ArrayD, Ix1, Ix2};

use crate::{array, assert_close, random};

fn matrix(of: ArrayD<f64>) -> Array2<f64> {
    of.into_dimensionality::<Ix2>().unwrap()
}

fn vector(of: ArrayD<f64>) -> Array1<f64> {
    of.into_dimensionality::<Ix1>().unwrap()
}

#[test]
fn matrices_and_vectors() {
    macro_rules! check {
        // Each a function of its own: the tensors of all together would not fit onto a debug test's stack.
        ($($rows:ident $inner:ident $cols:ident;)*) => {$({ fn check() {
            let (x, y) = (random::<($rows, $inner)>(1), random::<($inner, $cols)>(2));
            let (a, b) = (matrix(array(&x)), matrix(array(&y)));
            let product = a.dot(&b).into_dyn();
            assert_close(&x.matmul(&y), &product);
            assert_close(&x.to_boxed().matmul(&y.to_boxed()), &product);
            // Every number is overwritten.
            let mut into = Tensor::filled_with(|| f64::NAN);
            x.matmul_into(&y, &mut into);
            assert_close(&into, &product);
            let (left, right) = (random::<$inner>(3), random::<$inner>(4));
            let (c, d) = (vector(array(&left)), vector(array(&right)));
            assert_close(&x.matmul(&right), &a.dot(&d).into_dyn());
            assert_close(&left.matmul(&y), &c.dot(&b).into_dyn());
            assert_close(&left.matmul(&right), &ArrayD::from_elem(vec![], c.dot(&d)));
            assert!((left.dot(&right) - c.dot(&d)).abs() < 1e-12);
            let outer = ArrayD::from_shape_fn(vec![c.len(), d.len()], |index| c[index[0]] * d[index[1]]);
            assert_close(&left.outer(&right), &outer);
            assert_close(&left.to_boxed().outer(&right), &outer);
        } check() })*};
    }
    check! {
        U1 U1 U1; U2 U3 U4; U3 U3 U3; U4 U4 U4; U1 U7 U5; U5 U7 U1; U8 U8 U8; U9 U8 U8; U16 U16 U16; U17 U33 U9;
        U1 U100 U50; U100 U50 U1; U64 U64 U64; U65 U130 U31; U0 U3 U4; U3 U0 U4; U3 U4 U0; U20 U0 U30;
    }
}

#[test]
fn in_single_precision() {
    macro_rules! check {
        ($($rows:ident $inner:ident;)*) => {$({
            let (x, y) = (random::<($rows, $inner)>(7), random::<$inner>(8));
            let narrow = |x: &f64| *x as f32;
            let a = Tensor::<($rows, $inner)>::try_from_iter(x.as_slice().iter().map(narrow)).unwrap();
            let b = Tensor::<$inner>::try_from_iter(y.as_slice().iter().map(narrow)).unwrap();
            let close = |found: &[f32], expected: &[f64]| {
                assert_eq!(found.len(), expected.len());
                for (found, expected) in found.iter().zip(expected) {
                    assert!((f64::from(*found) - expected).abs() < 1e-4, "{found} {expected}");
                }
            };
            close(a.matmul(&b).as_slice(), x.matmul(&y).as_slice());
            close(a.to_boxed().matmul(&b).as_slice(), x.matmul(&y).as_slice());
            close(&[b.dot(&b)], &[y.dot(&y)]);
            close(a.sum_axis(Axis::<1>).as_slice(), x.sum_axis(Axis::<1>).as_slice());
            close(a.to_boxed().sum_axis(Axis::<1>).as_slice(), x.sum_axis(Axis::<1>).as_slice());
            close(&[a.sum()], &[x.sum()]);
            close(a.transpose().as_slice(), x.transpose().as_slice());
        })*};
    }
    check! {
        U0 U5; U5 U0; U1 U1; U3 U3; U3 U4; U4 U3; U5 U7; U8 U8; U9 U13; U7 U17; U32 U32; U33 U31; U6 U100; U90 U70;
    }
}

#[test]
fn batches() {
    macro_rules! check {
        ($($left:ty, $right:ty => $out:ty;)*) => {$({
            let (x, y) = (random::<$left>(5), random::<$right>(6));
            let product: Tensor<$out, f64> = x.matmul(&y);
            let (a, b) = (array(&x), array(&y));
            let rank = a.ndim();
            let expected = ArrayD::from_shape_fn(<$out as Shape>::DIMS.to_vec(), |index| {
                let (mut of_left, mut of_right) = (index.clone(), index.clone());
                (0..a.shape()[rank - 1]).map(|k| {
                    of_left[rank - 1] = k;
                    of_right[rank - 2] = k;
                    a[&of_left] * if b.ndim() == 2 { b[[k, index[rank - 1]]] } else { b[&of_right] }
                }).sum()
            });
            assert_close(&product, &expected);
            assert_close(&x.to_boxed().matmul(&y), &expected);
        })*};
    }
    check! {
        (U3, U2, U4), (U4, U5) => (U3, U2, U5);
        (U3, U2, U4), (U3, U4, U5) => (U3, U2, U5);
        (U3, U20, U14), (U3, U14, U15) => (U3, U20, U15);
        (U2, U3, U2, U4), (U4, U1) => (U2, U3, U2, U1);
        (U2, U3, U2, U4), (U2, U3, U4, U5) => (U2, U3, U2, U5);
        (U2, U1, U3, U2, U4), (U2, U1, U3, U4, U5) => (U2, U1, U3, U2, U5);
        (U2, U1, U3, U2, U2, U4), (U2, U1, U3, U2, U4, U5) => (U2, U1, U3, U2, U2, U5);
    }
}

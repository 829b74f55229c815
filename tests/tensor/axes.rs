//! Transposing, permuting, reshaping, joining, slicing and padding.

use dimwise::prelude::*;
use ndarray::{ArrayD, Axis as NdAxis, Slice, concatenate, stack};

use crate::{array, assert_close, random};

#[test]
fn transposing_and_permuting() {
    macro_rules! transpose {
        ($($shape:ty: $a:literal $b:literal;)*) => {$(
            let x = random::<$shape>(1);
            let mut expected = array(&x);
            expected.swap_axes($a, $b);
            assert_close(&x.transpose(), &expected);
            assert_close(&x.to_boxed().transpose(), &expected);
            assert_eq!(x.transpose().transpose(), x);
        )*};
    }
    transpose! {
        (U1, U5): 0 1; (U2, U3): 0 1; (U8, U8): 0 1; (U4, U5): 0 1; (U33, U50): 0 1; (U0, U3): 0 1; (U3, U20): 0 1; (U4, U20, U17): 1 2; (U2, U3, U4, U5): 2 3;
        (U2, U3, U1, U4, U5): 3 4; (U1, U2, U3, U2, U4, U5): 4 5;
    }
    macro_rules! permute {
        ($($shape:ty: $($axis:literal)+;)*) => {$(
            let x = random::<$shape>(2);
            let expected = array(&x).permuted_axes(vec![$($axis),+]);
            assert_close(&x.permute(($(Axis::<$axis>,)+)), &expected);
            assert_close(&x.to_boxed().permute(($(Axis::<$axis>,)+)), &expected);
        )*};
    }
    permute! {
        (U2, U3): 0 1; (U2, U3): 1 0; (U0, U3): 1 0; (U2, U3, U4): 0 1 2; (U2, U3, U4): 2 0 1; (U2, U3, U4): 1 2 0;
        (U2, U3, U4): 2 1 0; (U2, U3, U4, U5): 3 1 0 2; (U2, U3, U4, U1, U5): 4 2 0 1 3;
        (U2, U3, U1, U2, U3, U2): 5 3 1 0 2 4;
    }
}

#[test]
fn reshaping_keeps_the_order() {
    let x = random::<(U2, U3, U4)>(3);
    let numbers = x.as_slice();
    assert_eq!(x.flatten().as_slice(), numbers);
    assert_eq!(x.reshape::<(U4, U6)>().as_slice(), numbers);
    assert_eq!(x.reshape::<(U2, U2, U2, U3, U1, U1)>().as_slice(), numbers);
    assert_eq!(x.clone().into_shape::<(U12, U2)>().as_slice(), numbers);
    assert_eq!(x.to_boxed().into_shape::<U24>().as_slice(), numbers);
    let x: &Tensor<(U2, U1, U3, U4), f64> = x.unsqueeze(Axis::<1>);
    let x: &Tensor<(U2, U1, U3, U4, U1), f64> = x.unsqueeze(Axis::<4>);
    let x: &Tensor<(U2, U3, U4, U1), f64> = x.squeeze(Axis::<1>);
    assert_eq!(x.squeeze(Axis::<3>).as_slice(), numbers);
    assert_eq!(Tensor::from(3.0).reshape::<(U1, U1)>(), &Tensor::from([[3.0]]));
}

#[test]
fn joining_and_taking_apart() {
    macro_rules! check {
        ($($axis:literal: $first:ty, $second:ty, $size:ty;)*) => {$(
            let (x, y) = (random::<$first>(4), random::<$second>(5));
            let (a, b) = (array(&x), array(&y));
            let both = concatenate(NdAxis($axis), &[a.view(), b.view()]).unwrap();
            assert_close(&x.concat(Axis::<$axis>, &y), &both);
            let boxed = x.to_boxed().concat(Axis::<$axis>, &y.to_boxed());
            assert_close(&boxed, &both);
            assert_eq!(x.concat(Axis::<$axis>, &y).split::<$axis, $size>(), (x.clone(), y.clone()));
            let (first, rest) = boxed.split::<$axis, $size>();
            assert_eq!((*first, *rest), (x, y));
        )*};
    }
    check! {
        0: U3, U4, U3; 0: U0, U4, U0; 0: (U2, U3), (U5, U3), U2; 1: (U2, U3), (U2, U1), U3;
        1: (U2, U3, U4), (U2, U2, U4), U3; 2: (U2, U3, U4), (U2, U3, U9), U4; 3: (U2, U1, U2, U3), (U2, U1, U2, U2), U3;
        2: (U2, U1, U2, U3, U2), (U2, U1, U4, U3, U2), U2; 5: (U2, U1, U2, U1, U2, U3), (U2, U1, U2, U1, U2, U1), U3;
    }
    macro_rules! stacks {
        ($($axis:literal: $shape:ty;)*) => {$(
            let parts = [random::<$shape>(1), random(2), random(3)];
            let arrays = parts.each_ref().map(|part| array(part));
            let expected: ArrayD<f64> = stack(NdAxis($axis), &arrays.each_ref().map(|array| array.view())).unwrap();
            assert_close(&Tensor::stack(Axis::<$axis>, parts.each_ref()), &expected);
            let boxed = parts.each_ref().map(|part| part.to_boxed());
            assert_close(&Box::<Tensor<$shape, f64>>::stack(Axis::<$axis>, boxed.each_ref()), &expected);
        )*};
    }
    stacks! { 0: (); 0: U4; 1: U4; 0: (U2, U3); 1: (U2, U3); 2: (U2, U3); 2: (U2, U3, U2, U2, U2); 5: (U2, U3, U2, U2, U2); }
}

#[test]
fn slicing_walking_and_padding() {
    macro_rules! check {
        ($($axis:literal $start:ty, $start_number:literal $end:ty, $end_number:literal: $shape:ty;)*) => {$(
            let x = random::<$shape>(6);
            let a = array(&x);
            let part = a.slice_axis(NdAxis($axis), Slice::from($start_number..$end_number)).to_owned();
            assert_close(&x.slice::<$axis, $start, $end>(), &part);
            assert_close(&x.to_boxed().slice::<$axis, $start, $end>(), &part);
            let along: Vec<_> = x.iter_axis(Axis::<$axis>).collect();
            assert_eq!(along.len(), a.len_of(NdAxis($axis)));
            for (found, expected) in along.iter().zip(a.axis_iter(NdAxis($axis))) {
                assert_close(found, &expected.to_owned());
            }
            // The padding of what is left of it.
            let padded = x.pad::<$axis, $start, $end>(7.0);
            let mut dims = a.shape().to_vec();
            dims[$axis] += $start_number + $end_number;
            let mut expected = ArrayD::from_elem(dims, 7.0);
            let size = a.len_of(NdAxis($axis));
            let inside = Slice::from($start_number..$start_number + size);
            expected.slice_axis_mut(NdAxis($axis), inside).assign(&a);
            assert_close(&padded, &expected);
        )*};
    }
    check! {
        0 U0, 0 U5, 5: U5; 0 U2, 2 U4, 4: U5; 0 U3, 3 U3, 3: U5; 0 U1, 1 U2, 2: (U3, U4); 1 U1, 1 U4, 4: (U3, U4);
        0 U1, 1 U2, 2: (U3, U4, U2); 1 U1, 1 U2, 2: (U3, U4, U2); 2 U0, 0 U1, 1: (U3, U4, U2);
        3 U1, 1 U3, 3: (U2, U1, U2, U3); 2 U1, 1 U3, 3: (U2, U1, U4, U3, U2); 4 U1, 1 U3, 3: (U2, U1, U2, U2, U4, U2);
    }
    let x = random::<(U3, U4, U2)>(7);
    for (row, expected) in x.rows().iter().zip(array(&x).outer_iter()) {
        assert_close(row, &expected.to_owned());
    }
}

#[test]
fn one_hot_is_the_inverse_of_argmax() {
    let labels = Tensor::from([[2.0, 0.0, 4.0], [1.0, 1.0, 3.0]]);
    let one_hot: Tensor<(U2, U3, U5)> = labels.one_hot();
    assert_eq!(one_hot.sum_axis(Axis::<2>), Tensor::from([[1.0; 3]; 2]));
    assert_eq!(one_hot.argmax_axis(Axis::<2>), labels);
    // What names no place has none.
    assert_eq!(Tensor::from([-1.0, 0.5, 3.0, f32::NAN]).one_hot::<U3>(), Tensor::default());
}

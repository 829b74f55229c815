//! Large tensors in debug builds, on the two MiB of a test thread's stack.

use dimwise::prelude::*;

type Side = dim!(4096);
type Large = (Side, Side);

/// 64 MiB each: one of them on the stack, once, and this test does not return.
#[test]
fn nothing_large_is_on_the_stack() {
    let x: Box<Tensor<Large>> = Tensor::boxed_from_fn(|[row, col]: [usize; 2]| ((row + col) % 7) as f32);
    let row = Tensor::<Side>::boxed_from_fn(|col| (col % 3) as f32);

    let mut y: Box<Tensor<Large>> = &x + &row;
    assert_eq!(y[[3, 5]], 3.0);
    y += 1.0;
    y *= &x;
    let y = 2.0 * y - &x;
    assert_eq!(y[[3, 5]], 2.0 * (4.0 * 1.0) - 1.0);
    let y = -y;
    let y = y.abs();
    let y = y.maximum(1.0);
    assert_eq!(y[[3, 5]], 7.0);
    let y = y.exp();
    assert_eq!(y[[3, 5]], 7.0_f32.exp());
    drop(y);

    assert_eq!(x.sum_axis(Axis::<1>).len(), 4096);
    assert_eq!(x.max_axis(Keep::<0>)[[0, 9]], 6.0);
    let x = x.softmax(Axis::<1>);
    let x = x.transpose();
    let x = x.greater(0.5).select(&x, 0.25);
    let (top, bottom) = x.split::<0, dim!(1024)>();
    let x = top.concat(Axis::<0>, &bottom);
    let x = x.slice::<1, dim!(1024), Side>();
    let x = x.pad::<1, dim!(1024), U0>(0.0);
    let x: Box<Tensor<(U64, U64, Side)>> = x.into_shape();
    let x = x.permute((Axis::<1>, Axis::<0>, Axis::<2>));
    assert_eq!(x.rows()[0].rows()[0][7], 0.0);
    let x: Box<Tensor<Large>> = x.into_shape();
    assert_eq!(x.variance_axis(Axis::<0>).len(), 4096);
}

#[test]
fn products_of_large_matrices() {
    let x: Box<Tensor<(Side, U16)>> = Tensor::boxed_from_fn(|[row, col]: [usize; 2]| ((row + col) % 2) as f32);
    let y: Box<Tensor<(U16, Side)>> = x.transpose();
    let product: Box<Tensor<Large>> = x.matmul(&y);
    assert_eq!((product[[0, 0]], product[[0, 1]]), (8.0, 0.0));
    let mut again = Tensor::zeroed();
    x.matmul_into(&y, &mut again);
    assert!(again == product);
    let outer = row(1.0).outer(&row(2.0));
    assert_eq!(outer[[4095, 4095]], 2.0);
    assert_eq!(product.matmul(&row(1.0)).len(), 4096);
}

fn row(number: f32) -> Box<Tensor<Side>> {
    Tensor::boxed_from_fn(|_| number)
}

trait Length {
    fn len(&self) -> usize;
}
impl<S: Shape> Length for Tensor<S> {
    fn len(&self) -> usize {
        self.as_slice().len()
    }
}

//! Large tensors in debug builds, on the two MiB of a test thread's stack: one of them there, once, and
//! the test does not return.

use dimwise::prelude::*;

/// Of four MiB.
type Side = U1024;
type Large = (Side, Side);

#[test]
fn nothing_large_is_on_the_stack() {
    let x: Box<Tensor<Large>> = Tensor::boxed_from_fn(|[row, col]: [usize; 2]| ((row + col) % 7) as f32);
    let row = Tensor::<Side>::boxed_from_fn(|[col]| (col % 3) as f32);

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

    assert_eq!(x.sum_axis(Axis::<1>).len(), 1024);
    assert_eq!(x.max_axis(Keep::<0>)[[0, 9]], 6.0);
    let x = x.softmax(Axis::<1>);
    let x = x.transpose();
    let x = x.greater(0.5).select(&x, 0.25);
    let (top, bottom) = x.split::<0, U256>();
    let x = top.concat(Axis::<0>, &bottom);
    let x = x.slice::<1, U256, Side>();
    let x = x.pad::<1, U256, U0>(0.0);
    let x: Box<Tensor<(U32, U32, Side)>> = x.into_shape();
    let x = x.permute((Axis::<1>, Axis::<0>, Axis::<2>));
    assert_eq!(x.rows()[0].rows()[0][7], 0.0);
    let x: Box<Tensor<Large>> = x.into_shape();
    assert_eq!(x.variance_axis(Axis::<0>).len(), 1024);
}

#[test]
fn products_of_large_matrices() {
    let x: Box<Tensor<(Side, U16)>> =
        Tensor::boxed_from_fn(|[row, col]: [usize; 2]| ((row + col) % 2) as f32);
    let y: Box<Tensor<(U16, Side)>> = x.transpose();
    let product: Box<Tensor<Large>> = x.matmul(&y);
    assert_eq!((product[[0, 0]], product[[0, 1]]), (8.0, 0.0));
    let mut again = Tensor::zeroed();
    x.matmul_into(&y, &mut again);
    assert!(again == product);
    let outer = row(1.0).outer(&row(2.0));
    assert_eq!(outer[[1023, 1023]], 2.0);
    assert_eq!(product.matmul(&row(1.0)).len(), 1024);
}

#[test]
fn sixty_four_mebibytes() {
    type Huge = (dim!(4096), dim!(4096));
    let x: Box<Tensor<Huge>> = Tensor::boxed_from_fn(|[row, _]: [usize; 2]| row as f32);
    let sums = (x + 1.0).sum_axis(Axis::<1>);
    assert_eq!(sums[4095], 4096.0 * 4096.0);
}

fn row(number: f32) -> Box<Tensor<Side>> {
    Tensor::boxed_filled_with(|| number)
}

trait Length {
    fn len(&self) -> usize;
}
impl<S: Shape> Length for Tensor<S> {
    fn len(&self) -> usize {
        self.as_slice().len()
    }
}

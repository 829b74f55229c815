use dimwise::prelude::*;

/// The right twins of `tensor_*.rs`.
fn main() {
    let matrix = Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    let (row, column) = (Tensor::from([1.0, 0.0, 2.0]), Tensor::from([[10.0], [20.0]]));
    assert_eq!((&matrix + &row)[[1, 2]], 8.0);
    let mut sum = matrix.clone();
    sum += &column;
    assert_eq!(sum[[1, 0]], 24.0);
    assert_eq!(matrix.greater(&row), Tensor::from([[0.0, 1.0, 1.0], [1.0, 1.0, 1.0]]));
    assert_eq!(matrix.matmul(&matrix.transpose()), Tensor::from([[14.0, 32.0], [32.0, 77.0]]));
    assert_eq!(row.dot(&row), 5.0);
    assert_eq!(Tensor::from([1.0, 2.0]).outer(&row), Tensor::from([[1.0, 0.0, 2.0], [2.0, 0.0, 4.0]]));
    assert_eq!(matrix.sum_axis(Axis::<1>), Tensor::from([6.0, 15.0]));
    assert_eq!(matrix.sum_axis((Axis::<0>, Axis::<1>)), Tensor::from(21.0));
    assert_eq!(row.argmax_axis(Axis::<0>), Tensor::from(2.0));
    assert_eq!(matrix.permute((Axis::<1>, Axis::<0>)), matrix.transpose());
    assert_eq!(matrix.reshape::<(U3, U2)>()[[1, 0]], 3.0);
    assert_eq!(matrix.clone().into_shape::<U6>()[5], 6.0);
    assert_eq!(row.broadcast::<(U2, U3)>()[[1, 2]], 2.0);
    assert_eq!(*row.unsqueeze(Axis::<1>).squeeze(Axis::<1>), row);
    assert_eq!(matrix.concat(Axis::<1>, &column)[[1, 3]], 20.0);
    let (first, rest) = matrix.split::<1, U2>();
    assert_eq!((first[[1, 1]], rest[[1, 0]]), (5.0, 6.0));
    assert_eq!(matrix.slice::<1, U1, U3>(), Tensor::from([[2.0, 3.0], [5.0, 6.0]]));
    assert_eq!(row.pad::<0, U1, U1>(9.0), Tensor::from([9.0, 1.0, 0.0, 2.0, 9.0]));
    assert_eq!(row.one_hot::<U2>(), Tensor::from([[0.0, 1.0], [1.0, 0.0], [0.0, 0.0]]));
    assert_eq!(matrix.rows()[1].sum(), 15.0);
    assert_eq!((matrix.at::<1, 2>(), row.at::<0>()), (6.0, 1.0));
    assert_eq!(Tensor::<(U2, U3)>::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), matrix);
    assert_eq!(counted(), Tensor::from([[0.0, 1.0], [10.0, 11.0], [20.0, 21.0]]));
}

/// The shape is inferred from what the function returns.
fn counted() -> Tensor<(U3, U2)> {
    Tensor::from_fn(|[row, col]| (10 * row + col) as f32)
}

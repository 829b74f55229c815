use dimwise::prelude::*;

fn main() {
    let matrix = Tensor::<(U2, U3)>::default();
    let _ = matrix.sum_axis(Axis::<2>);
}

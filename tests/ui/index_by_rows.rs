use dimwise::prelude::*;

fn main() {
    let matrix = Tensor::<(U2, U3)>::default();
    let _ = matrix[0];
}

use dimwise::prelude::*;

fn main() {
    let left = Tensor::<(U2, U3)>::default();
    let right = Tensor::<(U4, U5)>::default();
    let _ = left.matmul(&right);
}

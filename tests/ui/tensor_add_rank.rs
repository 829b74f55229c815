use dimwise::prelude::*;

fn main() {
    let row = Tensor::<U3>::default();
    let matrix = Tensor::<(U2, U3)>::default();
    let _ = &row + &matrix;
}

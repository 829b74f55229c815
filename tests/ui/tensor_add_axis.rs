use dimwise::prelude::*;

fn main() {
    let matrix = Tensor::<(U2, U3)>::default();
    let row = Tensor::<U4>::default();
    let _ = &matrix + &row;
}

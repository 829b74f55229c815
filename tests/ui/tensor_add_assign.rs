use dimwise::prelude::*;

fn main() {
    let mut matrix = Tensor::<(U2, U3)>::default();
    let column = Tensor::<(U3, U1)>::default();
    matrix += &column;
}

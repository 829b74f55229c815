use dimwise::prelude::*;

fn main() {
    let (left, right) = (Tensor::<(U2, U3)>::default(), Tensor::<(U3, U4)>::default());
    let _ = &left * &right;
}

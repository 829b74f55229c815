use dimwise::prelude::*;

fn main() {
    Tensor::<(U2, U3)>::default().reshape((3, 2));
}

use dimwise::prelude::*;

fn main() {
    let mut image = Tensor::<(U1, U28, U28)>::default();
    *image.at_mut::<1, 0, 0>() = 1.0;
}

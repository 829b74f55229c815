use dimwise::prelude::*;

fn main() {
    let image = Tensor::<(U2, U3, U4)>::default();
    let _ = image.permute((Axis::<1>, Axis::<0>));
}

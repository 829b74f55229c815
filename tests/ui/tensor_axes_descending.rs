use dimwise::prelude::*;

fn main() {
    let image = Tensor::<(U2, U3, U4)>::default();
    let _ = image.sum_axis((Axis::<2>, Axis::<1>));
}

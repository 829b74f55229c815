use dimwise::prelude::*;

fn main() {
    Conv2d::<U3, U16, U3>::zeroed().predict(&Tensor::<U3>::default());
}

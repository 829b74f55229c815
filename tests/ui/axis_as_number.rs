use dimwise::prelude::*;

fn main() {
    Tensor::<(U2, U3)>::default().sum_axis(0);
}

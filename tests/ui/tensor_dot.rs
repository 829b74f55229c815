use dimwise::prelude::*;

fn main() {
    let left = Tensor::<U3>::default();
    let right = Tensor::<U4>::default();
    let _ = left.dot(&right);
}

use dimwise::prelude::*;

fn main() {
    let vector = Tensor::<U6>::default();
    let _ = vector.slice::<1, U0, U9>();
}

use dimwise::prelude::*;

fn main() {
    let vector = Tensor::<U6>::default();
    let _ = vector.pad::<1, U2, U2>(0.0);
}

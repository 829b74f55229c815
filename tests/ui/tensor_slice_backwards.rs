use dimwise::prelude::*;

fn main() {
    let vector = Tensor::<U6>::default();
    let _ = vector.slice::<0, U4, U2>();
}

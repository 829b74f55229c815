use dimwise::prelude::*;

fn main() {
    let vector = Tensor::<U3>::default();
    let _ = vector.unsqueeze(Axis::<2>);
}

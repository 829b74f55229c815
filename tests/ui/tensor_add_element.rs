use dimwise::prelude::*;

fn main() {
    let single = Tensor::<U3, f32>::default();
    let double = Tensor::<U3, f64>::default();
    let _ = &single + &double;
}

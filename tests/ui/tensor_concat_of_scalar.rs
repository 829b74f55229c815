use dimwise::prelude::*;

fn main() {
    let scalar = Tensor::<()>::from(1.0);
    let _ = Tensor::<U4>::default().concat(Axis::<0>, &scalar);
}

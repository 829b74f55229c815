use dimwise::prelude::*;

fn main() {
    let scalar = Tensor::<()>::default();
    let _ = scalar.rows();
}

use dimwise::prelude::*;

fn main() {
    Tensor::<U3>::from_fn(|[row, col]| (row + col) as f32);
}

use dimwise::prelude::*;

fn main() {
    let matrix = Tensor::<(U2, U3)>::default();
    let vector = Tensor::<U4>::default();
    let _ = matrix.outer(&vector);
}

use dimwise::prelude::*;

fn main() {
    let _matrix: Tensor<(U2, U3)> = Tensor::from([[0.0; 2]; 3]);
}

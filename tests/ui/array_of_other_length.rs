use dimwise::prelude::*;

fn main() {
    Tensor::<(U2, U3)>::from([[0.0; 3]; 4]);
}

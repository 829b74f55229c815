use dimwise::prelude::*;

fn main() {
    let _: Tensor<(U1, U2, U3, U4, U5, U6, U7)>;
}

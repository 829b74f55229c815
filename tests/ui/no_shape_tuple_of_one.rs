use dimwise::prelude::*;

fn main() {
    let _: Tensor<(U784,)>;
}

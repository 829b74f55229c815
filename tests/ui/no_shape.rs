use dimwise::prelude::*;

fn main() {
    let _: Tensor<u8>;
}

use dimwise::prelude::*;

fn main() {
    let _: Tensor<dim!(4294967296)>;
}

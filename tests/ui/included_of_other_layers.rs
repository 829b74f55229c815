use dimwise::prelude::*;

network! {
    type Other = [Affine<U16, U1>];
}

fn main() {
    dimwise::include_weights!("../reference/small.safetensors" as Other);
    dimwise::include_weights!("../reference/pytorch/square.safetensors" as Other);
}

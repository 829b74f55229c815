use dimwise::prelude::*;

network! {
    type Wider = [Affine<U2, U4>, Tanh<_>, Affine<_, U2>];
}

fn main() {
    dimwise::include_weights!("../reference/small.safetensors" as Wider);
}

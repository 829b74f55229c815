use dimwise::prelude::*;

network! { pub type Mlp = [Affine<U784, U50>, Relu<U50>, Affine<U50, U10>]; }

const _: () = assert!(size_of::<Workspace<Mlp, U32>>() <= 1024, "the budget is 1 KiB");

fn main() {}

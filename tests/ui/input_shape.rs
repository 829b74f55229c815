use dimwise::prelude::*;

network! { type Mlp = [Affine<U784, U50>, Affine<U50, U10>]; }

fn main() {
    let mut workspace = Workspace::<Mlp, U1>::zeroed();
    let input = Tensor::<(U28, U28)>::default();
    workspace.forward(&Mlp::zeroed(), &[input]);
}

use dimwise::prelude::*;

fn main() {
    let labels = Tensor::<(U1, U1, U1, U1, U1, U2)>::default();
    let _ = labels.one_hot::<U10>();
}

use dimwise::prelude::*;

fn main() {
    let row = Tensor::<U3>::default();
    let _ = row.broadcast::<(U3, U2)>();
}

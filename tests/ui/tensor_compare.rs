use dimwise::prelude::*;

fn main() {
    let scores = Tensor::<(U2, dim!(4320))>::default();
    let _ = scores.greater(&Tensor::<dim!(4321)>::default());
}

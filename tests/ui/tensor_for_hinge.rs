use dimwise::prelude::*;

fn main() {
    let scores = [Tensor::<U10>::default()];
    let targets = [Tensor::<U10>::default()];
    Hinge { margin: 1.0 }.value(&scores, &targets);
}

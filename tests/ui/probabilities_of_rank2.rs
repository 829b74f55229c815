use dimwise::prelude::*;

fn main() {
    let logits = [Tensor::<(U2, U5)>::default()];
    let probabilities = [Tensor::<(U2, U5)>::default()];
    CrossEntropy.value(&logits, &probabilities);
}

use dimwise::prelude::*;

fn main() {
    let logits = [Tensor::<U10>::default()];
    let probabilities = [Tensor::<U5>::default()];
    CrossEntropy.value(&logits, &probabilities);
}

use dimwise::prelude::*;

fn main() {
    let logits = [Tensor::<(U2, U5)>::default()];
    let labels = [Class::<U10>::new(3).unwrap()];
    CrossEntropy.value(&logits, &labels);
}

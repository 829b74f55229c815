use dimwise::prelude::*;

fn main() {
    let logits = [Tensor::<U10>::default()];
    let labels = [Class::<U5>::new(3).unwrap()];
    (Accuracy::new(), TopK::<3>::new()).update(&logits, &labels);
}

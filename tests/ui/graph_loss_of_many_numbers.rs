use dimwise::graph::{GraphLoss, Node};
use dimwise::prelude::*;

fn main() {
    let loss = GraphLoss::new(|output, target| (output - target).square());
    let outputs = [Tensor::<U784>::default()];
    loss.value(&outputs, &outputs);
}

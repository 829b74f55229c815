use dimwise::graph::{GraphLoss, Node};
use dimwise::prelude::*;

fn main() {
    let loss = GraphLoss::new(|output, target| output.sum() - target.sum());
    let (outputs, targets) = ([Tensor::<U784>::default()], [Tensor::<U10>::default()]);
    loss.value(&outputs, &targets);
}

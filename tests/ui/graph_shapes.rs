use dimwise::graph::{Graph, Node, Variable};
use dimwise::prelude::*;

fn main() {
    let (x, w) = (Variable::<U784>::default(), Variable::<U50>::default());
    Graph::new((&x * &w).sum());
}

use dimwise::graph::{Graph, Node, Variable};
use dimwise::prelude::*;

fn main() {
    let x = Variable::<U784>::default();
    let mut graph = Graph::new(x.exp());
    graph.backward();
}

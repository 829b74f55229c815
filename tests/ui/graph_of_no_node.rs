use dimwise::graph::Graph;
use dimwise::prelude::*;

fn main() {
    Graph::new(Tensor::<U3>::default());
}

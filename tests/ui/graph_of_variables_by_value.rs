use dimwise::graph::{Graph, Variable};

fn main() {
    let (x, w) = (Variable::new(2.0), Variable::new(3.0));
    Graph::new(x * w);
}

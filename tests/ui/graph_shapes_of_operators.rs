use dimwise::graph::{Graph, Variable};
use dimwise::prelude::*;

fn main() {
    let (x, w) = (Variable::<(U2, U3)>::default(), Variable::<dim!(4320)>::default());
    Graph::new(&x * 2.0 + &w);
}

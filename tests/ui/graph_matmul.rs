use dimwise::graph::{Node, Variable};
use dimwise::prelude::*;

fn main() {
    let (x, w) = (Variable::<(U8, U784)>::default(), Variable::<(U100, U50)>::default());
    let _ = x.matmul(&w);
}

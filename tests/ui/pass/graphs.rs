//! Graphs that fit: shapes that are equal, scalars beside any shape, products, losses.

use dimwise::graph::{Graph, GraphLoss, Node, Variable, constant};
use dimwise::prelude::*;

fn main() {
    let (x, w) = (Variable::<(U8, U784)>::default(), Variable::<(U784, U50)>::default());
    let (b, s) = (Variable::<U50>::default(), Variable::<()>::new(2.0));
    let mut graph = Graph::new(((x.matmul(&w) + b.repeat::<U8>()) * &s - 1.0).square().mean());
    assert_eq!(graph.forward()[[]], 1.0);
    graph.backward();
    assert!((b.gradient()[49] + 2.0 * 2.0 / 50.0).abs() < 1e-6);

    let large = Tensor::<dim!(4320)>::default();
    let mut product = Graph::new(&s * constant(&large) + 1.0);
    assert_eq!(product.forward()[4319], 1.0);

    let loss = GraphLoss::new(|output, target| (output - target).square().sum());
    assert_eq!(loss.value(&[Tensor::from([1.0, 2.0])], &[Class::<U2>::new(1).unwrap()]), 2.0);
}

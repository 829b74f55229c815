//! The bounds that generic code asks for, each by itself.

use dimwise::prelude::*;
use dimwise::shape::{BroadcastTo, HasAxis, InsertAxis, InsertedAxis, KeptAxis, WithoutAxis};
use dimwise::tensor::{
    ConcatOf, ConcatWith, Operand, PadAxis, Permute, PermutedOf, ReduceAxes, ReducedOf, SliceAxis, SplitAxis,
    Squeeze,
};
use dimwise::trainer::Evaluation;
fn add<S: Shape, R: Operand<f32, Shape: BroadcastTo<S>>>(x: &Tensor<S>, y: R) -> Tensor<S> {
    x.greater(2.0) + x + y
}
fn axis<S: HasAxis<1>>(x: &Tensor<S>) -> Tensor<WithoutAxis<S, 1>> {
    x.argmax_axis(Axis::<1>)
}
fn insert<S: InsertAxis<1>>(x: &Tensor<S>) -> &Tensor<InsertedAxis<S, 1, U1>> {
    x.unsqueeze(Axis::<1>)
}
fn reduce<S: ReduceAxes<A>, A: Copy>(x: &Tensor<S>, a: A) -> Tensor<ReducedOf<S, A>> {
    x.sum_axis(a)
}
fn kept<S: HasAxis<1>>(x: &Tensor<S>, y: &Tensor<KeptAxis<S, 1>>) -> Tensor<S> {
    x - y
}
fn permute<S: Permute<(Axis<1>, Axis<0>)>>(x: &Tensor<S>) -> Tensor<PermutedOf<S, (Axis<1>, Axis<0>)>> {
    x.permute((Axis::<1>, Axis::<0>))
}
fn slice<S: SliceAxis<0, U0, U1>>(x: &Tensor<S>) {
    let _ = x.slice::<0, U0, U1>();
}
fn concat<S: ConcatWith<0, R>, R: Shape>(x: &Tensor<S>, y: &Tensor<R>) -> Tensor<ConcatOf<0, S, R>> {
    x.concat(Axis::<0>, y)
}
fn split<S: SplitAxis<0, U1>>(x: &Tensor<S>) {
    let _ = x.split::<0, U1>();
}
fn squeeze<S: Squeeze<0>>(x: &Tensor<S>) {
    let _ = x.squeeze(Axis::<0>);
}
fn pad<S: PadAxis<0, U1, U1>>(x: &Tensor<S>) {
    let _ = x.pad::<0, U1, U1>(0.0);
}
fn train<N: Trainable<G, L, O>, G, L, O>(
    network: Box<N>,
    loss: L,
    optimizer: O,
    [train, test]: [&Dataset<N::In, G, N::Element>; 2],
    epochs: usize,
) -> Result<(Box<N>, Evaluation), TrainError> {
    let mut trainer = Trainer::<N, L, O, U32>::new(network, loss, optimizer, 1);
    for _ in 0..epochs {
        trainer.epoch(train)?;
    }
    let evaluation = trainer.evaluate(test)?;
    Ok((trainer.into_network(), evaluation))
}
fn main() {
    let m = Tensor::from([[1.0, 2.0]]);
    add(&m, &m);
    axis(&m);
    insert(&m);
    reduce(&m, Axis::<1>);
    kept(&m, &Tensor::from([[1.0]]));
    permute(&m);
    slice(&m);
    concat(&m, &m);
    split(&m);
    squeeze(&m);
    pad(&m);
    let data = Dataset::new([[0.0]].map(Tensor::<U1>::from), [[0.0]].map(Tensor::<U1>::from)).unwrap();
    train(Affine::<U1, U1>::zeroed(), MeanSquaredError, Adam::new(0.1), [&data, &data], 3).unwrap();
}

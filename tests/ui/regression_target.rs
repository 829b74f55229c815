use dimwise::prelude::*;

fn main() {
    let outputs = [Tensor::<U784>::default()];
    let targets = [Tensor::<(U28, U28)>::default()];
    MeanSquaredError.value(&outputs, &targets);
}

use dimwise::prelude::*;

fn main() {
    let outputs = [Tensor::<U10>::default()];
    let labels = [Class::<U10>::new(3).unwrap()];
    RootMeanSquaredError::new().update(&outputs, &labels);
}

use dimwise::prelude::*;

fn main() {
    let samples = vec![Tensor::<(U28, U28)>::default()];
    Dataset::<U784, _>::new(samples, [Class::<U10>::new(3).unwrap()]).unwrap();
}

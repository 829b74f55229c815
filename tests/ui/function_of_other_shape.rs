use dimwise::prelude::*;

fn read(_image: &Tensor<U784>) {}

fn main() {
    read(&Tensor::<(U28, U28)>::default());
}

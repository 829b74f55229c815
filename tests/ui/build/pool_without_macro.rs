use dimwise::prelude::*;

fn main() {
    let image = Tensor::<(U1, U2, U2)>::default();
    MaxPool2d::<(U1, U2, U2), U2, Padding<U2>>::zeroed().predict(&image);
}

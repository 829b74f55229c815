use dimwise::prelude::*;

fn main() {
    Affine::<U2, U3>::initialized(0.01, 1);
}

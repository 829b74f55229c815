use dimwise::prelude::*;

fn main() {
    let hidden = std::env::args().count();
    Affine::<U784, dim!(hidden)>::zeroed();
}

use dimwise::prelude::*;

fn main() {
    let _ = BatchNorm::<()>::zeroed();
}

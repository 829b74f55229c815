use dimwise::prelude::*;

fn main() {
    let _ = Sgd { learning_rate: 1 };
}

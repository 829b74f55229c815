use dimwise::prelude::*;

fn main() {
    Scheduled::new(Sgd { learning_rate: 0.1 }, "cosine");
}

use dimwise::prelude::*;

network! { type Net = [Affine<U4, U2>]; }

fn memory(_workspace: Box<Workspace<Net, U0>>) {}

fn train(_trainer: Trainer<Net, CrossEntropy, Sgd, U0>) {}

fn main() {}

use dimwise::prelude::*;

network! { type Net = [Affine<784, 10>]; }

fn main() {}

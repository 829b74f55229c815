use dimwise::prelude::*;

network! { type Net = [Affine<(U28, U28), U10>]; }

fn main() {}

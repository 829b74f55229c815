use dimwise::prelude::*;

network! { type Net = [U784, Affine<U784, U10>]; }

fn main() {}

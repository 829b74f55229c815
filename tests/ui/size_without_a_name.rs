use dimwise::prelude::*;

network! { type Net = [Affine<U4320, U10>]; }

fn main() {}

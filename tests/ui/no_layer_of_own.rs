use dimwise::prelude::*;

struct Dropout;

network! { type Net = [Affine<U784, U50>, Dropout, Affine<U50, U10>]; }

fn main() {}

use dimwise::prelude::*;

network! { type Net<T> = [Affine<U784, U50, T>, Relu<U50, T>, Affine<U50, U10>]; }

fn main() {}

use dimwise::prelude::*;

network! {
    type Net = [
        Relu<(U30, U12, U12)>,
        Affine<dim!(4320), U100>,
    ];
}

fn main() {}

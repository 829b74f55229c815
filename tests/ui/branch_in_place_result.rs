use dimwise::prelude::*;

network! {
    pub type Net = [
        Affine<U4, U8>,
        Residual<[Affine<_, U9>, Relu<_>]>,
    ];
}

fn main() {}

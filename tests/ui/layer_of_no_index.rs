use dimwise::prelude::*;

network! {
    pub type Net = [hidden: Affine<U4, U3>, Relu<_>];
}

fn main() {
    let net = Net::initialized(HeNormal, 1);
    net.layer::<2>();
}

use dimwise::prelude::*;

network! {
    type Small = [Affine<U784, U50>, Affine<U50, U10>];
    type Large = [Affine<U784, U100>, Affine<U100, U10>];
}

fn main() {
    let _network: Box<Large> = Small::zeroed();
}

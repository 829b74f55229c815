//! Weights that are part of the program.

use dimwise::prelude::*;

network! {
    type Small = [Affine<U2, U3>, Tanh<_>, Affine<_, U2>];
}

#[test]
fn weights_are_used_where_they_lie() {
    let network: &'static Small = dimwise::include_weights!("reference/small.safetensors" as Small);
    // `reference/small.safetensors` is this one, saved.
    assert_eq!(*network, *Small::initialized(XavierNormal, 12));
    let again: &'static Small = dimwise::include_weights!("reference/small.safetensors" as Small);
    assert_eq!(network.predict(&Tensor::from([0.5, -1.0])), again.predict(&Tensor::from([0.5, -1.0])));
}

/// The file is made by this; it needs the feature `safetensors`.
#[cfg(feature = "safetensors")]
#[test]
fn the_file_is_as_it_would_be_saved() {
    let small = dimwise::storage::load::<Small>(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/reference/small.safetensors"
    ));
    assert_eq!(small.unwrap(), Small::initialized(XavierNormal, 12));
}

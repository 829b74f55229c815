//! Any bytes as a network; what is read, written again, is the same network.
#![no_main]

use dimwise::prelude::*;
use dimwise::storage::{from_safetensors, to_safetensors};
use libfuzzer_sys::fuzz_target;

network! { type Net = [Affine<U3, U2>, Affine<U2, U1>]; }

fuzz_target!(|bytes: &[u8]| {
    if let Ok(network) = from_safetensors::<Net>(bytes) {
        let again = from_safetensors::<Net>(&to_safetensors(&*network).expect("is written")).expect("is read");
        let bits = |network: &Net| network.as_slice().iter().map(|number| number.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&network), bits(&again));
    }
});

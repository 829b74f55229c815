//! Any bytes as the JSON of a tensor; what is read, written again, is the same tensor.
#![no_main]

use dimwise::prelude::*;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(tensor) = serde_json::from_slice::<Tensor<(U2, U3)>>(bytes) {
        let text = serde_json::to_string(&tensor).expect("is written");
        assert_eq!(serde_json::from_str::<Tensor<(U2, U3)>>(&text).expect("is read"), tensor);
    }
});

//! What `onnx!` reads: any bytes are a network or a refusal.

#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // No file lies beside it.
    let _ = dimwise_onnx_reader::import(bytes, Path::new("/nowhere"));
});

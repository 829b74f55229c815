//! Any bytes as a matrix and as a batch of its rows.
#![no_main]

use dimwise::prelude::*;
use dimwise::storage::npy;
use dimwise_fuzz::with_file;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    with_file(bytes, |path| {
        let batch = npy::read_batch::<U3, f32>(path);
        let tensor = npy::read::<Tensor<(U2, U3)>>(path);
        assert!(tensor.is_err() || batch.is_ok_and(|batch| batch.len() == 2));
        let _ = npy::read_batch::<U0, f64>(path);
    });
});

//! Any bytes as an archive, of which every tensor is read.
#![no_main]

use dimwise::prelude::*;
use dimwise::storage::npy::Npz;
use dimwise_fuzz::with_file;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    with_file(bytes, |path| {
        let Ok(mut archive) = Npz::open(path) else { return };
        for name in archive.names() {
            let batch = archive.read_batch::<U3, f32>(&name);
            let tensor = archive.read::<Tensor<(U2, U3)>>(&name);
            assert!(tensor.is_err() || batch.is_ok_and(|batch| batch.len() == 2));
        }
    });
});

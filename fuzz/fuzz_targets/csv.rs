//! Any bytes as a table: of classes, by the names of its columns, and of numbers, without a header.
#![no_main]

use dimwise::data::{Columns, Fill};
use dimwise::prelude::*;
use dimwise_fuzz::with_file;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    with_file(bytes, |path| {
        let columns = Columns::new(["length", "width"], ["plant"]).filled(Fill::Mean);
        if let Ok((data, names)) = Dataset::<U2, Class<U2>>::from_csv(path, &columns) {
            assert!(data.len() == data.targets().len() && names.as_slice().len() == 2);
            assert!(
                data.samples().iter().flat_map(|sample| sample.as_slice()).all(|number| number.is_finite())
            );
        }
        let columns = Columns::new([0], [1, 0]).without_header();
        if let Ok(data) = Dataset::<U1, Tensor<U2>>::from_csv(path, &columns) {
            assert!(data.len() == data.targets().len());
        }
    });
});

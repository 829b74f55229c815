//! Any bytes as images beside two labels, and as labels beside two images; plain and gzipped.
#![no_main]

use std::fs;
use std::sync::LazyLock;

use dimwise::prelude::*;
use dimwise_fuzz::with_file;
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

type Tiny = Dataset<(U2, U3), Class<U10>>;

/// Two whole files, `images` and `labels`.
static WHOLE: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = TempDir::new().expect("a temporary folder");
    let images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6];
    fs::write(folder.path().join("images"), images).expect("is written");
    fs::write(folder.path().join("labels"), [0, 0, 8, 1, 0, 0, 0, 2, 7, 0]).expect("is written");
    folder
});

fuzz_target!(|bytes: &[u8]| {
    with_file(bytes, |path| {
        let (images, labels) = (WHOLE.path().join("images"), WHOLE.path().join("labels"));
        for data in [Tiny::from_idx(path, labels), Tiny::from_idx(images, path)].into_iter().flatten() {
            assert!(data.len() == 2 && data.targets().iter().all(|class| class.index() < 10));
        }
    });
});

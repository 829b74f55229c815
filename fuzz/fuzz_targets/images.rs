//! Any bytes as the one picture of a folder, in memory and from its file.
#![no_main]

use std::fs;
use std::sync::LazyLock;

use dimwise::data::{ImageFolder, Source};
use dimwise::plain::zeroed_slice;
use dimwise::prelude::*;
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

type Image = (U3, U4, U4);

/// A folder with one class.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = TempDir::new().expect("a temporary folder");
    fs::create_dir(folder.path().join("class")).expect("is made");
    folder
});

fuzz_target!(|bytes: &[u8]| {
    let folder = FOLDER.path();
    // What it is, its first bytes say.
    fs::write(folder.join("class/picture.png"), bytes).expect("is written");
    let whole = Dataset::<Image, Class<U1>>::from_image_folder(folder);
    if let Ok((data, _)) = &whole {
        assert!(data.samples()[0].as_slice().iter().all(|number| (0.0..=1.0).contains(number)));
    }
    let Ok(streamed) = ImageFolder::<Image, U1>::open(folder) else { return };
    let (mut samples, mut targets) = (zeroed_slice::<Tensor<Image>>(1), Vec::new());
    let read = streamed.gather(&[0], &mut samples, &mut targets);
    assert_eq!(read.is_ok(), whole.is_ok());
    if let Ok((data, _)) = whole {
        assert_eq!(*samples, *data.samples());
    }
});

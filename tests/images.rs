//! Folders of pictures: what is read, and what each refusal is called.

#![allow(clippy::float_cmp)]

use std::fs;
use std::path::{Path, PathBuf};

use dimwise::data::{ImageError, ImageFolder, Source};
use dimwise::prelude::*;
use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgb, RgbImage, Rgba, RgbaImage};

/// An empty folder of its own for each test.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("images").join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn save(image: impl Into<DynamicImage>, path: PathBuf, format: ImageFormat) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    image.into().save_with_format(path, format).unwrap();
}

/// Cats are red and dogs are blue; two of each.
fn pets(test: &str) -> PathBuf {
    let folder = folder(test);
    for (class, color) in [("dog", Rgb([0, 0, 255])), ("cat", Rgb([255, 0, 0]))] {
        for number in 0..2 {
            let image = RgbImage::from_pixel(6, 4, color);
            save(image, folder.join(format!("{class}/{number}.png")), ImageFormat::Png);
        }
    }
    folder
}

type Pets = Dataset<(U3, U2, U3), Class<U2>>;

/// What reading says, without the folder's name.
fn message(folder: &Path) -> String {
    let error = Pets::from_image_folder(folder).unwrap_err().to_string();
    error.replace(&format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR), "")
}

#[test]
fn a_folder_is_a_class_and_channels_come_first() {
    let folder = folder("channels");
    let image = RgbImage::from_fn(3, 2, |x, y| Rgb([10 * x as u8, 100 * y as u8, 51]));
    save(image, folder.join("b/picture.png"), ImageFormat::Png);
    save(RgbImage::new(3, 2), folder.join("a/black.PNG"), ImageFormat::Png);
    let (data, names) = Pets::from_image_folder(&folder).unwrap();
    assert_eq!(names.as_slice(), ["a", "b"]);
    assert_eq!(data.targets().iter().map(|class| class.index()).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(data.samples()[0], Tensor::default());
    let expected = Tensor::<(U3, U2, U3)>::from_fn(|[channel, y, x]| {
        [10.0 * x as f32, 100.0 * y as f32, 51.0][channel] / 255.0
    });
    assert_eq!(data.samples()[1], expected);
}

#[test]
fn pictures_of_all_kinds_become_grey_or_coloured() {
    let folder = folder("kinds");
    save(GrayImage::from_pixel(3, 2, Luma([51])), folder.join("1/a.png"), ImageFormat::Png);
    save(RgbaImage::from_pixel(3, 2, Rgba([51, 51, 51, 7])), folder.join("2/a.png"), ImageFormat::Png);
    let deep = image::ImageBuffer::from_pixel(3, 2, Luma([51_u16 * 257]));
    save(DynamicImage::ImageLuma16(deep), folder.join("10/a.png"), ImageFormat::Png);
    save(GrayImage::from_pixel(3, 2, Luma([51])), folder.join("11/a.jpg"), ImageFormat::Jpeg);
    // The bytes say what a file is, not its name.
    save(RgbImage::from_pixel(3, 2, Rgb([51; 3])), folder.join("12/a.png"), ImageFormat::Jpeg);
    let (coloured, names) = Dataset::<(U3, U2, U3), Class<U5>>::from_image_folder(&folder).unwrap();
    assert_eq!(names.as_slice(), ["1", "2", "10", "11", "12"]);
    let (grey, _) = Dataset::<(U1, U2, U3), Class<U5>, f64>::from_image_folder(&folder).unwrap();
    for (coloured, grey) in coloured.samples().iter().zip(grey.samples()) {
        assert!(coloured.as_slice().iter().all(|number| (number - 0.2).abs() < 0.01), "{coloured:?}");
        assert!(grey.as_slice().iter().all(|number| (number - 0.2).abs() < 0.01), "{grey:?}");
    }
}

#[test]
fn pictures_are_resized_by_means() {
    let folder = folder("resized");
    // Fine stripes, left ones black and white, right ones all white.
    let image = GrayImage::from_fn(60, 40, |x, _| Luma([if x < 30 { 255 * (x % 2) as u8 } else { 255 }]));
    save(image, folder.join("a/a.png"), ImageFormat::Png);
    let (data, _) = Dataset::<(U1, U1, U2), Class<U1>>::from_image_folder(&folder).unwrap();
    let [left, right] = [data.samples()[0][[0, 0, 0]], data.samples()[0][[0, 0, 1]]];
    assert!((0.5..0.6).contains(&left) && right > 0.9, "{left} {right}");
}

#[test]
fn a_picture_is_turned_as_its_camera_says() {
    let folder = folder("turned");
    let image = GrayImage::from_fn(16, 8, |x, _| Luma([if x < 8 { 255 } else { 0 }]));
    let path = folder.join("a/a.jpg");
    save(image, path.clone(), ImageFormat::Jpeg);
    // An Exif segment that says: turn a quarter to the right (6).
    let exif = b"\xFF\xE1\x00\x22Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, [&bytes[..2], exif, &bytes[2..]].concat()).unwrap();
    let (data, _) = Dataset::<(U1, U2, U1), Class<U1>>::from_image_folder(&folder).unwrap();
    let [top, bottom] = [data.samples()[0][[0, 0, 0]], data.samples()[0][[0, 1, 0]]];
    assert!(top > 0.7 && bottom < 0.3, "{top} {bottom}");
}

network! { type Net = [Flatten<(U3, U2, U3)>, Affine<_, U2>]; }

fn trainer() -> Trainer<Net, CrossEntropy, Sgd, U2> {
    Trainer::new(Net::initialized(HeNormal, 1), CrossEntropy, Sgd { learning_rate: 0.1 }, 1)
}

#[test]
fn a_folder_that_is_read_while_training_gives_the_same_network() {
    let folder = pets("streamed");
    let files = ImageFolder::<(U3, U2, U3), U2>::open(&folder).unwrap();
    let (data, _) = Pets::from_image_folder(&folder).unwrap();
    let (mut from_memory, mut from_files, mut ahead) = (trainer(), trainer(), trainer());
    for _ in 0..3 {
        from_memory.epoch(&data).unwrap();
        from_files.epoch(&files).unwrap();
        ahead.epoch(&(&files).read_ahead(3)).unwrap();
    }
    assert_eq!(from_memory.network().as_slice(), from_files.network().as_slice());
    assert_eq!(from_memory.network().as_slice(), ahead.network().as_slice());
    assert_eq!(from_memory.evaluate(&data).unwrap(), from_files.evaluate(&files).unwrap());
}

#[test]
fn a_folder_is_split_by_class() {
    let files = ImageFolder::<(U3, U2, U3), U2>::open(pets("split")).unwrap();
    let (train, test) = files.split(0.5, 1);
    for part in [&train, &test] {
        assert_eq!(part.files().len(), 2);
        assert_ne!(part.files()[0].1, part.files()[1].1);
    }
    assert_eq!(files.class_names().as_slice(), ["cat", "dog"]);
}

#[test]
fn an_epoch_with_a_picture_that_is_gone_is_undone() {
    let folder = pets("gone");
    let files = ImageFolder::<(U3, U2, U3), U2>::open(&folder).unwrap();
    fs::remove_file(folder.join("dog/1.png")).unwrap();
    let mut trainer = trainer();
    let before = trainer.network().to_boxed();
    for _ in 0..2 {
        let error = trainer.epoch(&(&files).read_ahead(1)).unwrap_err();
        let message = error.to_string();
        assert!(
            message.starts_with("a sample could not be read: ") && message.contains("1.png"),
            "{message}"
        );
        assert!(matches!(error, TrainError::Data(_)));
        assert_eq!(trainer.network().as_slice(), before.as_slice());
    }
    assert!(matches!(trainer.evaluate(&files).unwrap_err(), TrainError::Data(_)));
}

#[test]
fn what_is_no_picture_is_refused() {
    let folder = pets("refused");
    fs::write(folder.join(".hidden"), "").unwrap();
    fs::write(folder.join("cat/Thumbs.db"), "").unwrap();
    assert_eq!(Pets::from_image_folder(&folder).unwrap().0.len(), 4);

    fs::write(folder.join("cat/0.png"), "no picture").unwrap();
    assert_eq!(message(&folder), "cat/0.png: expected a picture in PNG or JPEG, found other first bytes");
    let whole = fs::read(folder.join("cat/1.png")).unwrap();
    fs::write(folder.join("cat/0.png"), &whole[..whole.len() / 2]).unwrap();
    assert!(message(&folder).starts_with("cat/0.png: expected a picture in PNG or JPEG, found "));
    fs::write(folder.join("cat/0.png"), &whole).unwrap();

    fs::write(folder.join("cat/notes.txt"), "").unwrap();
    let expected = "cat/notes.txt: expected a picture named .png, .jpg or .jpeg, found another file";
    assert_eq!(message(&folder), expected);
    fs::remove_file(folder.join("cat/notes.txt")).unwrap();
    fs::create_dir(folder.join("cat/kittens")).unwrap();
    let expected = "cat/kittens: expected a picture named .png, .jpg or .jpeg, found a folder";
    assert_eq!(message(&folder), expected);
    fs::remove_dir(folder.join("cat/kittens")).unwrap();

    fs::write(folder.join("readme"), "").unwrap();
    assert!(
        message(&folder).ends_with(
            "expected a folder for each of 2 classes, found more, among them \
        [\"cat\", \"dog\", \"readme\"]"
        ) || message(&folder) == "readme: expected a folder of pictures, found a file"
    );
    fs::remove_file(folder.join("readme")).unwrap();
    fs::create_dir(folder.join("elk")).unwrap();
    let expected =
        "expected a folder for each of 2 classes, found more, among them [\"cat\", \"dog\", \"elk\"]";
    assert!(message(&folder).ends_with(expected), "{}", message(&folder));
    fs::remove_dir_all(folder.join("cat")).unwrap();
    assert_eq!(message(&folder), "elk: expected pictures, found none");
    fs::remove_dir_all(folder.join("elk")).unwrap();
    let expected = "expected a folder for each of 2 classes, found [\"dog\"]";
    assert!(message(&folder).ends_with(expected), "{}", message(&folder));
    let missing = Pets::from_image_folder(folder.join("nowhere")).unwrap_err();
    assert!(matches!(&missing, ImageError::Io { path, .. } if path.ends_with("nowhere")));
}

/// A header that promises gigabytes.
#[test]
fn a_picture_that_is_larger_than_its_file_can_hold_is_refused() {
    let folder = folder("bomb");
    let path = folder.join("a/a.png");
    save(GrayImage::new(1, 1), path.clone(), ImageFormat::Png);
    let mut bytes = fs::read(&path).unwrap();
    bytes[16..24].copy_from_slice(&[0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF]);
    let mut crc = flate2::Crc::new();
    crc.update(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    fs::write(&path, &bytes).unwrap();
    let error = Dataset::<(U1, U1, U1), Class<U1>>::from_image_folder(&folder).unwrap_err().to_string();
    let most = 1032 * bytes.len();
    assert!(
        error.ends_with(&format!(
            "expected at most {most} bytes of pixels for its length, found 65535 by 65535 pixels, 4294836225 bytes"
        )),
        "{error}"
    );
}

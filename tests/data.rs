//! IDX files: what is read, and what each kind of damage is called. Data sets, and sources of other kinds.

#![allow(clippy::float_cmp)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use dimwise::data::{Batches, DataError, Source, SourceError, Split};
use dimwise::prelude::*;
use dimwise::random::Random;
use flate2::Compression;
use flate2::write::GzEncoder;

type Tiny = Dataset<(U2, U3), Class<U10>>;

/// A folder of its own for each test.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn idx(dims: &[u32], body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, dims.len() as u8];
    dims.iter().for_each(|size| bytes.extend(size.to_be_bytes()));
    bytes.extend(body);
    bytes
}

/// An IDX file of another type than bytes.
fn idx_of(code: u8, dims: &[u32], body: &[u8]) -> Vec<u8> {
    let mut bytes = idx(dims, body);
    bytes[2] = code;
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Two images of 2 by 3 pixels, and their labels.
fn images() -> Vec<u8> {
    idx(&[2, 2, 3], &[0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6])
}
fn labels() -> Vec<u8> {
    idx(&[2], &[7, 0])
}

/// What reading says of these two files, without the folder's name.
fn message(test: &str, images: &[u8], labels: &[u8]) -> String {
    let folder = folder(test);
    let (image_path, label_path) = (folder.join("images"), folder.join("labels"));
    fs::write(&image_path, images).unwrap();
    fs::write(&label_path, labels).unwrap();
    let error = Tiny::from_idx(&image_path, &label_path).unwrap_err().to_string();
    error.replace(&format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR), "")
}

#[test]
fn plain_and_gzipped_files_are_told_apart_by_their_bytes() {
    let folder = folder("round_trip");
    for (name, pack) in
        [("plain", (|bytes| bytes) as fn(Vec<u8>) -> Vec<u8>), ("packed", |bytes| gzip(&bytes))]
    {
        let (image_path, label_path) =
            (folder.join(format!("{name}-images")), folder.join(format!("{name}-labels")));
        fs::write(&image_path, pack(images())).unwrap();
        fs::write(&label_path, pack(labels())).unwrap();
        let data = Tiny::from_idx(&image_path, &label_path).unwrap();
        assert_eq!(data.samples()[0], Tensor::from([[0.0, 0.2, 0.4], [0.6, 0.8, 1.0]]));
        assert_eq!(data.samples()[1][[1, 2]], 6.0 / 255.0);
        assert_eq!(data.targets().iter().map(|class| class.index()).collect::<Vec<_>>(), [7, 0]);
        let flat = Dataset::<U6, Class<U8>, f64>::from_idx(&image_path, &label_path).unwrap();
        assert_eq!(flat.samples()[0][5], 1.0);
        let channel = Dataset::<(U1, U2, U3), Class<U8>>::from_idx(&image_path, &label_path).unwrap();
        assert_eq!(channel.samples()[1][[0, 0, 0]], 1.0 / 255.0);
    }
}

#[test]
fn a_gzip_file_of_two_members_is_read_whole() {
    let (image_bytes, folder) = (images(), folder("members"));
    let (front, back) = image_bytes.split_at(20);
    fs::write(folder.join("images"), [gzip(front), gzip(back)].concat()).unwrap();
    fs::write(folder.join("labels"), labels()).unwrap();
    assert_eq!(Tiny::from_idx(folder.join("images"), folder.join("labels")).unwrap().len(), 2);
}

#[test]
fn no_images_are_an_empty_data_set() {
    let folder = folder("empty");
    fs::write(folder.join("images"), idx(&[0, 2, 3], &[])).unwrap();
    fs::write(folder.join("labels"), idx(&[0], &[])).unwrap();
    assert!(Tiny::from_idx(folder.join("images"), folder.join("labels")).unwrap().is_empty());
}

#[test]
fn truncated_files() {
    let (images, labels) = (images(), labels());
    assert_eq!(
        message("cut_body", &images[..25], &labels),
        "images: expected 28 bytes as its header says, found 25"
    );
    assert_eq!(
        message("cut_dims", &images[..10], &labels),
        "images: expected 16 bytes as its header says, found 10"
    );
    assert_eq!(
        message("cut_magic", &images[..3], &labels),
        "images: expected 4 bytes as its header says, found 3"
    );
    assert_eq!(message("nothing", &[], &labels), "images: expected 4 bytes as its header says, found 0");
    assert_eq!(
        message("cut_labels", &images, &labels[..9]),
        "labels: expected 10 bytes as its header says, found 9"
    );
}

#[test]
fn a_file_that_goes_on() {
    let long = [images(), vec![0; 5]].concat();
    assert_eq!(
        message("long", &long, &labels()),
        "images: expected 28 bytes as its header says, found 29 or more"
    );
    assert_eq!(
        message("long_gz", &gzip(&long), &labels()),
        "images: expected 28 bytes as its header says, found 29 or more"
    );
}

#[test]
fn a_header_that_promises_the_moon_allocates_nothing_for_it() {
    let hostile = idx(&[u32::MAX, 2, 3], &[1, 2, 3]);
    assert_eq!(
        message("hostile", &hostile, &idx(&[u32::MAX], &[7, 0])),
        "images: expected 25769803786 bytes as its header says, found 19"
    );
    let overflowing = idx(&[u32::MAX, u32::MAX, u32::MAX], &[]);
    assert_eq!(
        message("overflow", &overflowing, &labels()),
        "images: expected images of [2, 3], found [4294967295, 4294967295]"
    );
}

#[test]
fn wrong_magic_numbers() {
    for code in [7, 10, 15] {
        let mut unknown = images();
        unknown[2] = code;
        let expected =
            format!("images: expected an IDX file with 2 to 4 axes, found the first bytes [0, 0, {code}, 3]");
        assert_eq!(message("unknown", &unknown, &labels()), expected);
    }
    let floats = idx_of(13, &[2], &[0; 8]);
    assert_eq!(
        message("float_labels", &images(), &floats),
        "labels: expected an IDX file of whole numbers with 1 axis, found the first bytes [0, 0, 13, 1]"
    );
    assert_eq!(
        message("png", b"\x89PNG\r\n", &labels()),
        "images: expected an IDX file with 2 to 4 axes, found the first bytes [137, 80, 78, 71]"
    );
    assert_eq!(
        message("swapped", &labels(), &images()),
        "labels: expected an IDX file of whole numbers with 1 axis, found the first bytes [0, 0, 8, 3]"
    );
}

#[test]
fn images_of_another_size() {
    let turned = idx(&[2, 3, 2], &[0; 12]);
    assert_eq!(message("turned", &turned, &labels()), "images: expected images of [2, 3], found [3, 2]");
}

#[test]
fn labels_beyond_the_class_count() {
    assert_eq!(
        message("label", &images(), &idx(&[2], &[3, 10])),
        "labels: expected labels below 10, found 10 at position 1"
    );
}

#[test]
fn counts_that_disagree() {
    assert_eq!(
        message("counts", &images(), &idx(&[3], &[1, 2, 3])),
        "labels: expected as many labels as there are images in images, 2, found 3"
    );
}

#[test]
fn a_damaged_gzip_stream() {
    let mut packed = gzip(&images());
    let end = packed.len();
    packed[end - 6] ^= 0xFF;
    assert!(message("crc", &packed, &labels()).starts_with("images: corrupt gzip stream"));
    assert!(message("cut_gz", &gzip(&images())[..20], &labels()).starts_with("images: "));
}

#[test]
fn files_that_are_not_there() {
    let folder = folder("missing");
    let error = Tiny::from_idx_folder(&folder, Split::Test).unwrap_err();
    let names = "t10k-images-idx3-ubyte, t10k-images-idx3-ubyte.gz, t10k-images.idx3-ubyte, t10k-images.idx3-ubyte.gz";
    let expected = format!("{}: expected one of the files {names}, found none of them", folder.display());
    assert_eq!(error.to_string(), expected);
    let error = Tiny::from_idx(folder.join("a"), folder.join("b")).unwrap_err();
    assert!(matches!(&error, DataError::Io { path, .. } if path.ends_with("b")));
}

#[test]
fn the_digits_of_the_repository() {
    let train = Dataset::<U784, Class<U10>>::from_idx_folder("examples/data", Split::Train).unwrap();
    assert_eq!(train.len(), 8000);
    let mut classes = [0; 10];
    train.targets().iter().for_each(|class| classes[class.index()] += 1);
    assert!(classes.iter().all(|count| (600..1000).contains(count)), "{classes:?}");
    assert!(
        train.samples().iter().all(|image| image.as_slice().iter().all(|pixel| (0.0..=1.0).contains(pixel)))
    );
}

/// A header that fits its body is no reason to unpack it: a megabyte of gzip can be a gigabyte.
#[test]
fn counts_are_compared_before_any_number_is_read() {
    // The numbers are missing, which is not reached.
    assert_eq!(
        message("only_headers", &idx(&[u32::MAX, 2, 3], &[]), &labels()),
        "labels: expected as many labels as there are images in images, 4294967295, found 2"
    );
}

#[test]
fn zeros_behind_a_gzip_stream_are_no_error() {
    let folder = folder("zeros");
    fs::write(folder.join("images"), [gzip(&images()), vec![0; 100_000]].concat()).unwrap();
    fs::write(folder.join("labels"), [gzip(&labels()), vec![0]].concat()).unwrap();
    assert_eq!(Tiny::from_idx(folder.join("images"), folder.join("labels")).unwrap().len(), 2);
    assert_eq!(
        message("garbage", &[gzip(&images()), b"\0\0<html>".to_vec()].concat(), &labels()),
        "images: the gzip stream is followed by something else, which begins with the bytes [60, 104]"
    );
}

#[test]
fn files_are_found_in_every_spelling() {
    type Packing = fn(&[u8]) -> Vec<u8>;
    let packings: [(&str, Packing); 2] = [("", |bytes| bytes.to_vec()), (".gz", gzip)];
    for (number, dot) in ["-", "."].iter().enumerate() {
        for (ending, pack) in packings {
            let folder = folder(&format!("spelling{number}{ending}"));
            fs::write(folder.join(format!("train-images{dot}idx3-ubyte{ending}")), pack(&images())).unwrap();
            fs::write(folder.join(format!("train-labels{dot}idx1-ubyte{ending}")), pack(&labels())).unwrap();
            assert_eq!(Tiny::from_idx_folder(&folder, Split::Train).unwrap().len(), 2);
        }
    }
}

#[test]
fn labels_may_begin_at_another_number() {
    let folder = folder("first_label");
    let (image_path, label_path) = (folder.join("images"), folder.join("labels"));
    fs::write(&image_path, images()).unwrap();
    fs::write(&label_path, idx(&[2], &[1, 3])).unwrap();
    type Three = Dataset<(U2, U3), Class<U3>>;
    let data = Three::from_idx_with_first_label(&image_path, &label_path, 1).unwrap();
    assert_eq!(data.targets().iter().map(|class| class.index()).collect::<Vec<_>>(), [0, 2]);
    let message = |first| {
        let error = Three::from_idx_with_first_label(&image_path, &label_path, first).unwrap_err();
        error.to_string().split_once("labels: ").unwrap().1.to_string()
    };
    let advice = "; they begin at 1, which `from_idx_with_first_label` takes";
    assert_eq!(message(0), format!("expected labels below 3, found 3 at position 1{advice}"));
    assert_eq!(message(2), format!("expected labels from 2 on, 3 of them, found 1 at position 0{advice}"));
    assert_eq!(
        message(i64::MIN),
        format!("expected labels from {} on, 3 of them, found 1 at position 0{advice}", i64::MIN)
    );
    // Of four classes nothing can be said.
    let error = Dataset::<(U2, U3), Class<U2>>::from_idx(&image_path, &label_path).unwrap_err().to_string();
    assert!(error.ends_with("expected labels below 2, found 3 at position 1"), "{error}");
}

/// The first two samples of three numbers, from a file of this type.
fn read_as<T: Element>(test: &str, code: u8, body: &[u8]) -> [[T; 3]; 2] {
    let folder = folder(test);
    let (image_path, label_path) = (folder.join(format!("images{code}")), folder.join("labels"));
    fs::write(&image_path, idx_of(code, &[2, 3], body)).unwrap();
    fs::write(&label_path, labels()).unwrap();
    let data = Dataset::<U3, Class<U10>, T>::from_idx(&image_path, &label_path).unwrap();
    let sample = |index: usize| data.samples()[index].as_slice().try_into().unwrap();
    [sample(0), sample(1)]
}

#[test]
fn numbers_of_every_type_are_read() {
    let bytes = [0, 1, 0x7F, 0x80, 0xFE, 0xFF];
    let pixels = bytes.map(|byte: u8| f32::from(byte) / 255.0);
    assert_eq!(read_as::<f32>("types", 0x08, &bytes).as_flattened(), pixels);
    assert_eq!(read_as::<f32>("types", 0x09, &bytes), [[0.0, 1.0, 127.0], [-128.0, -2.0, -1.0]]);

    let shorts = [0x00, 0x01, 0x01, 0x00, 0x7F, 0xFF, 0x80, 0x00, 0xFF, 0xFE, 0x12, 0x34];
    assert_eq!(read_as::<f32>("types", 0x0B, &shorts), [[1.0, 256.0, 32767.0], [-32768.0, -2.0, 4660.0]]);

    let numbers = [1, 256, i32::MAX, i32::MIN, -2, 0x0102_0304];
    let body = numbers.map(i32::to_be_bytes);
    let read = read_as::<f64>("types", 0x0C, body.as_flattened());
    assert_eq!(read.as_flattened(), numbers.map(f64::from));

    let numbers = [1.5, -0.0, f32::MIN_POSITIVE, f32::MAX, f32::INFINITY, 1e-45];
    let read = read_as::<f32>("types", 0x0D, numbers.map(f32::to_be_bytes).as_flattened());
    assert_eq!(read.as_flattened(), numbers);
    assert!(read[0][1].is_sign_negative());

    let numbers = [1.5, -0.1, f64::MIN_POSITIVE, f64::MAX, 1e300, 2.0];
    let body = numbers.map(f64::to_be_bytes);
    assert_eq!(read_as::<f64>("types", 0x0E, body.as_flattened()).as_flattened(), numbers);
    let read = read_as::<f32>("types", 0x0E, body.as_flattened());
    assert_eq!(read, [[1.5, -0.1, 0.0], [f32::INFINITY, f32::INFINITY, 2.0]]);
}

#[test]
fn labels_of_every_whole_type_are_read() {
    let folder = folder("label_types");
    let (image_path, label_path) = (folder.join("images"), folder.join("labels"));
    fs::write(&image_path, images()).unwrap();
    for (code, body) in
        [(0x08, &[0, 7][..]), (0x09, &[0, 7]), (0x0B, &[0, 0, 0, 7]), (0x0C, &[0, 0, 0, 0, 0, 0, 0, 7])]
    {
        fs::write(&label_path, idx_of(code, &[2], body)).unwrap();
        let data = Tiny::from_idx(&image_path, &label_path).unwrap();
        assert_eq!(data.targets().iter().map(|class| class.index()).collect::<Vec<_>>(), [0, 7]);
    }
    let cut = message("cut_number", &idx_of(0x0C, &[2, 2, 3], &[0; 46]), &labels());
    assert_eq!(cut, "images: expected 64 bytes as its header says, found 62");
    let negative = message("negative", &images(), &idx_of(0x09, &[2], &[0, 0xFF]));
    assert_eq!(negative, "labels: expected labels below 10, found -1 at position 1");
}

#[test]
fn samples_without_numbers_are_counted() {
    let folder = folder("no_numbers");
    fs::write(folder.join("images"), idx(&[5, 0], &[])).unwrap();
    fs::write(folder.join("labels"), idx(&[5], &[0; 5])).unwrap();
    let data = Dataset::<U0, Class<U1>>::from_idx(folder.join("images"), folder.join("labels")).unwrap();
    assert_eq!(data.len(), 5);
}

/// Six samples of one class, three of another, one of a third: each its own number.
fn uneven() -> Dataset<U1, Class<U3>> {
    let samples: Vec<_> = (0..10).map(|number| Tensor::from([number as f32])).collect();
    let classes = [0, 1, 0, 0, 1, 2, 0, 0, 1, 0].map(|class| Class::new(class).unwrap());
    Dataset::new(samples, classes).unwrap()
}

fn numbers<G: Target>(data: &Dataset<U1, G>) -> Vec<usize> {
    data.samples().iter().map(|sample| sample[0] as usize).collect()
}

/// How many samples of each class there are; each must still have its own target.
fn counts(data: &Dataset<U1, Class<U3>>) -> [usize; 3] {
    let mut counts = [0; 3];
    for (number, class) in numbers(data).into_iter().zip(data.targets()) {
        assert_eq!(*class, uneven().targets()[number]);
        counts[class.index()] += 1;
    }
    counts
}

#[test]
fn a_split_has_its_share_of_each_class() {
    let data = uneven();
    for seed in 0..20 {
        let (train, test) = data.split(0.5, seed);
        let [a, b, c] = counts(&train);
        assert_eq!((a, a + b + c, test.len()), (3, 5, 5), "seed {seed}");
        assert!((1..=2).contains(&b));
        let mut all = [numbers(&train), numbers(&test)].concat();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..10));
    }
    assert_eq!(numbers(&data.split(0.5, 1).0), numbers(&data.split(0.5, 1).0));
    assert_ne!(numbers(&data.split(0.5, 1).0), numbers(&data.split(0.5, 2).0));
    assert_eq!((data.split(0.0, 1).0.len(), data.split(1.0, 1).0.len()), (0, 10));
    // Without classes, the share of all.
    let values = data.map_targets(|class| Tensor::<U1>::from([class.index() as f32]));
    let (train, test) = values.split(0.8, 3);
    assert_eq!((train.len(), test.len()), (8, 2));
    assert_eq!(train.targets()[0][0] as usize, uneven().targets()[numbers(&train)[0]].index());
}

#[test]
#[should_panic(expected = "a share is from 0 to 1, not 80")]
fn a_share_is_no_percentage() {
    uneven().split(80.0, 1);
}

#[test]
fn each_sample_is_tested_in_one_fold() {
    let data = uneven();
    let mut tested = Vec::new();
    for (train, test) in data.folds(3) {
        assert_eq!(train.len() + test.len(), 10);
        let [a, b, _] = counts(&test);
        assert_eq!((a, b), (2, 1));
        assert!(numbers(&test).iter().all(|number| !numbers(&train).contains(number)));
        tested.extend(numbers(&test));
    }
    tested.sort_unstable();
    assert!(tested.into_iter().eq(0..10));
}

#[test]
#[should_panic(expected = "10 samples cannot be cut into 11 folds")]
fn a_fold_has_a_sample() {
    let _ = uneven().folds(11);
}

#[test]
fn data_are_put_in_order_and_together() {
    let data = uneven();
    assert_eq!(numbers(&data.select(&[3, 3, 0])), [3, 3, 0]);
    let shuffled = data.shuffled(5);
    counts(&shuffled);
    assert_ne!(numbers(&shuffled), numbers(&data));
    assert_eq!(numbers(&data.select(&[9]).concat(&data.split_at(2).0)), [9, 0, 1]);
    assert_eq!(data.clone().targets(), data.targets());
    let doubled: Dataset<U2, Class<U3>> = data.map(|sample| Tensor::from([sample[0], 2.0 * sample[0]]));
    assert_eq!(doubled.samples()[9], Tensor::from([9.0, 18.0]));
    assert_eq!(doubled.targets(), data.targets());
}

network! { type Net = [Standardize<U1>, Affine<_, U4>, Tanh<_>, Affine<_, U3>]; }

fn trainer() -> Trainer<Net, CrossEntropy, Momentum<Net>, U4> {
    let mut network = Net::initialized(XavierNormal, 1);
    network.layer_mut::<0>().fit(&uneven());
    Trainer::new(network, CrossEntropy, Momentum::new(0.1, 0.9), 1)
}

/// The network after some epochs on these data.
fn trained(data: &impl Source<U1, Class<U3>>) -> Vec<f32> {
    let mut trainer = trainer();
    for _ in 0..5 {
        trainer.epoch(data).unwrap();
    }
    trainer.network().as_slice().to_vec()
}

fn noisy(sample: &mut Tensor<U1>, random: &mut Random) {
    sample[0] += random.uniform() as f32;
}

#[test]
fn what_is_read_ahead_is_in_the_same_order() {
    let data = uneven();
    for batches in [1, 2, 7] {
        assert_eq!(trained(&(&data).read_ahead(batches)), trained(&data), "{batches}");
    }
}

#[test]
fn chance_follows_from_the_seed_and_not_from_the_thread() {
    let data = uneven();
    let augmented = (&data).augmented(noisy);
    assert_eq!(trained(&augmented), trained(&augmented));
    assert_eq!(trained(&(&augmented).read_ahead(2)), trained(&augmented));
    assert_eq!(trained(&(&data).read_ahead(2).augmented(noisy)), trained(&augmented));
    assert_ne!(trained(&augmented), trained(&data));
}

#[test]
fn each_epoch_changes_each_sample_anew_and_an_evaluation_none() {
    let data = Dataset::new([Tensor::<U1>::default(), Tensor::default()], [Class::<U3>::new(0).unwrap(); 2])
        .unwrap();
    let seen = std::sync::Mutex::new(Vec::new());
    let augmented = (&data).augmented(|_, random| seen.lock().unwrap().push(random.uniform()));
    let mut trainer = trainer();
    for _ in 0..3 {
        trainer.epoch(&augmented).unwrap();
    }
    trainer.evaluate(&augmented).unwrap();
    let seen = seen.into_inner().unwrap();
    assert_eq!(seen.len(), 6);
    assert!((1..6).all(|later| seen[..later].iter().all(|earlier| (earlier - seen[later]).abs() > 1e-6)));
}

/// Each class has a number of its own, so that what was mixed is seen in sample and target alike.
fn numbered() -> Dataset<U1, Class<U3>> {
    let samples = (0..10).map(|index| Tensor::<U1>::from([(index % 3) as f32])).collect::<Vec<_>>();
    Dataset::new(samples, (0..10).map(|index| Class::new(index % 3).unwrap()).collect::<Vec<_>>()).unwrap()
}

/// An epoch of these data in batches of four, whose first ones have been seen.
fn read(data: &impl Source<U1, Tensor<U3>>, seen: usize) -> Vec<(f32, Tensor<U3>)> {
    let mut batches = Batches::new(4, 1);
    batches.shuffle(data.len());
    for _ in 0..seen {
        batches.next_batch();
    }
    let (mut samples, mut targets, mut all) = (vec![Tensor::<U1>::default(); 4], Vec::new(), Vec::new());
    data.read(&mut batches, |next| {
        while next(&mut samples, &mut targets).unwrap() {
            all.extend(samples.iter().map(|sample| sample[0]).zip(targets.iter().cloned()));
        }
    });
    all
}

#[test]
fn mixup_mixes_samples_and_targets_alike() {
    let data = numbered().mixup(0.4);
    let epoch = read(&data, 0);
    assert_eq!(epoch.len(), 10);
    for (sample, target) in &epoch {
        assert!(
            (target.sum() - 1.0).abs() < 1e-6 && target.as_slice().iter().all(|p| (0.0..=1.0).contains(p))
        );
        assert!((sample - (target[1] + 2.0 * target[2])).abs() < 1e-6, "{sample} {target:?}");
    }
    let mixed = epoch.iter().filter(|(_, target)| target.as_slice().iter().all(|p| *p < 0.999)).count();
    assert!((2..=9).contains(&mixed), "{mixed}");
    // An epoch that was interrupted goes on with what it would have had.
    assert_eq!(read(&data, 1), epoch[4..]);
    assert_eq!(read(&(&data).read_ahead(2), 0), epoch);

    // An evaluation sees what there is.
    let mut targets = Vec::new();
    let mut samples = vec![Tensor::<U1>::default(); 10];
    let (samples, targets) = data.part(0..10, &mut samples, &mut targets).unwrap();
    for (index, (sample, target)) in samples.iter().zip(targets).enumerate() {
        let mut one_hot = Tensor::<U3>::default();
        one_hot[index % 3] = 1.0;
        assert_eq!((sample[0], target), ((index % 3) as f32, &one_hot));
    }
}

#[test]
fn an_epoch_mixes_anew_what_one_that_was_interrupted_goes_on_mixing() {
    let data = numbered().mixup(0.4);
    let (mut whole, mut halves, mut twice) = (trainer(), trainer(), trainer());
    whole.epoch(&data).unwrap();
    let interrupted = halves.epoch_with(&data, |_| std::ops::ControlFlow::Break(())).unwrap();
    assert!(!interrupted.complete);
    halves.epoch(&data).unwrap();
    assert_eq!(halves.network().as_slice(), whole.network().as_slice());
    twice.epoch(&data).unwrap();
    assert_eq!(twice.network().as_slice(), whole.network().as_slice());
}

/// Ten samples, of which one cannot be read: an error, a panic, or a number that is none.
struct Faulty(fn(&mut Tensor<U1>) -> Result<(), SourceError>);

impl Source<U1, Class<U3>> for Faulty {
    fn len(&self) -> usize {
        10
    }

    fn gather(
        &self,
        indices: &[usize],
        samples: &mut [Tensor<U1>],
        targets: &mut Vec<Class<U3>>,
    ) -> Result<(), SourceError> {
        uneven().gather(indices, samples, targets)?;
        let place = indices.iter().position(|index| *index == 6);
        place.map_or(Ok(()), |place| (self.0)(&mut samples[place]))
    }
}

fn gone(_: &mut Tensor<U1>) -> Result<(), SourceError> {
    Err(std::io::Error::other("gone"))?
}

type Training = Trainer<Net, CrossEntropy, Momentum<Net>, U4>;

#[test]
fn an_epoch_that_cannot_be_read_is_undone() {
    let mut trainer = trainer();
    let before = trainer.network().to_boxed();
    let mut check = |data: &dyn Fn(&mut Training) -> Option<TrainError>| {
        let error = data(&mut trainer);
        assert_eq!(trainer.network().as_slice(), before.as_slice());
        error
    };
    let source = Faulty(gone);
    let error = check(&|trainer| trainer.epoch(&source).err()).unwrap();
    assert_eq!(error.to_string(), "a sample could not be read: gone");
    assert!(std::error::Error::source(&error).unwrap().downcast_ref::<std::io::Error>().is_some());
    let error = check(&|trainer| trainer.epoch(&(&source).read_ahead(1)).err()).unwrap();
    assert_eq!(error.to_string(), "a sample could not be read: gone");
    let error = check(&|trainer| trainer.evaluate(&(&source).read_ahead(1)).err()).unwrap();
    assert_eq!(error.to_string(), "a sample could not be read: gone");
    // A step that is refused ends the thread, too.
    let infinite = Faulty(|sample| {
        sample[0] = f32::INFINITY;
        Ok(())
    });
    let error = check(&|trainer| trainer.epoch(&(&infinite).read_ahead(1)).err()).unwrap();
    assert!(matches!(error, TrainError::Diverged { epoch: 1, .. }), "{error}");
    let panics = Faulty(|_| panic!("of its own"));
    check(&|trainer| {
        let epoch = || trainer.epoch(&(&panics).read_ahead(2));
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(epoch)).unwrap_err();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"of its own"));
        None
    });
}

#[test]
fn standardize_learns_means_and_deviations_and_keeps_them() {
    let large = 2_f32.powi(100);
    let samples =
        [[1.0, 0.1, large], [3.0, 0.1, 3.0 * large], [8.0, 0.1, -4.0 * large]].map(Tensor::<U3>::from);
    let mut layer = Standardize::<U3>::initialized(HeNormal, 1);
    assert_eq!(layer.predict(&samples[0]), samples[0]);
    layer.fit(&samples);
    assert_eq!(layer.mean, Tensor::from([4.0, 0.1, 0.0]));
    // √((9 + 1 + 16) / 3), nothing to divide by, √((1 + 9 + 16) / 3) · 2¹⁰⁰
    let deviation = (26.0_f64 / 3.0).sqrt();
    assert_eq!(layer.deviation, Tensor::from([deviation as f32, 1.0, deviation as f32 * large]));
    let outputs = samples.map(|sample| layer.predict(&sample));
    assert_eq!(outputs[0][1], 0.0);
    for column in [0, 2] {
        let mean: f32 = outputs.iter().map(|output| output[column]).sum();
        let square: f32 = outputs.iter().map(|output| output[column] * output[column]).sum();
        assert!(mean.abs() < 1e-6 && (square / 3.0 - 1.0).abs() < 1e-6);
    }
    // The mean of ten tenths is not a tenth, but only rounding is left of the distance.
    let mut double = Standardize::<U1, f64>::initialized(HeNormal, 1);
    double.fit(&vec![Tensor::<U1, f64>::from([0.1]); 10]);
    assert!(double.mean[0] != 0.1 && double.deviation[0] == 1.0);
    layer.fit(&[] as &[Tensor<U3>]);
    assert_eq!((layer.mean.clone(), layer.deviation.clone()), (Tensor::default(), Tensor::from([1.0; 3])));

    let mut trainer = trainer();
    let before = trainer.network().layer::<0>().clone();
    for _ in 0..5 {
        trainer.epoch(&uneven()).unwrap();
    }
    let after = trainer.network().layer::<0>();
    assert_eq!((&after.mean, &after.deviation), (&before.mean, &before.deviation));
    assert_eq!(Net::PARAMETERS, 8 + 15);
}

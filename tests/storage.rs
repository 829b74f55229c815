//! Saving and loading: round trips, and everything that must be refused.
#![allow(clippy::float_cmp)]

use std::path::{Path, PathBuf};
use std::{fs, thread};

use dimwise::parameters::Kind;
use dimwise::prelude::*;
use dimwise::storage::{Layout, StorageError, Weights, from_safetensors, load, save, to_safetensors};

network! {
    type Net = [Affine<U3, U4>, Tanh<U4>, Affine<U4, U2>];
    type Wider = [Affine<U3, U4>, Tanh<U4>, Affine<U4, U3>];
    type Shorter = [Affine<U3, U4>];
    type Nested<T> = [Affine<U3, U4, T>, Affine<U4, U2, T>];
    type Double<T> = [Affine<U3, U4, T>, Tanh<U4, T>, Affine<U4, U2, T>];
}

fn net() -> Box<Net> {
    Net::initialized(XavierNormal, 3)
}

/// An empty folder of its own for each test.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

fn refusal<N: Network + std::fmt::Debug>(bytes: &[u8]) -> String {
    from_safetensors::<N>(bytes).unwrap_err().to_string()
}

#[test]
fn a_network_comes_back_bit_by_bit() {
    let bytes = to_safetensors(&*net()).unwrap();
    assert_eq!(from_safetensors::<Net>(&bytes).unwrap(), net());
    let double = Double::<f64>::initialized(HeUniform, 1);
    assert_eq!(from_safetensors::<Double<f64>>(&to_safetensors(&*double).unwrap()).unwrap(), double);
}

#[test]
fn another_network_is_refused_with_both_shapes() {
    let bytes = to_safetensors(&*net()).unwrap();
    assert_eq!(refusal::<Wider>(&bytes), "2.weight should be of shape [4, 3] in the file, but is of [4, 2]");
    assert_eq!(
        refusal::<Nested<f32>>(&bytes),
        "in the network, but not in the file: 1.bias, 1.weight; in the file, but not in the network: 2.weight, 2.bias"
    );
    assert_eq!(refusal::<Shorter>(&bytes), "in the file, but not in the network: 2.weight, 2.bias");
    assert_eq!(refusal::<Double<f64>>(&bytes), "0.weight is of type f64 in the network, but f32 in the file");
}

/// Weights from elsewhere have no seeds.
#[test]
fn the_seeds_of_dropouts_may_be_missing() {
    network! {
        type Without = [Affine<U3, U4>, Tanh<U4>, Identity<U4>, Identity<U4>, Affine<U4, U2>];
        type Dropped = [Affine<U3, U4>, Tanh<U4>, Dropout<U4, U50>, Dropout<U4, U50>, Affine<U4, U2>];
    }
    let plain = Without::initialized(XavierNormal, 3);
    let bytes = to_safetensors(&*plain).unwrap();
    let loaded = from_safetensors::<Dropped>(&bytes).unwrap();
    let mut states = Vec::new();
    let mut weights = Vec::new();
    Dropped::segments(|segment| {
        let numbers = &loaded.as_slice()[segment.range()];
        match segment.kind {
            Kind::Seed => states.push(numbers.to_vec()),
            _ => weights.extend_from_slice(numbers),
        }
    });
    assert_eq!(weights, plain.as_slice());
    assert!(states[0][0] != states[1][0] && states[0][1] != states[1][1], "{states:?}");
    assert!(states.iter().all(|state| state[0] > 0.0 && state[2..] == [0.0, 0.0]), "{states:?}");
    // Always the same ones, and those that are in the file where they are.
    assert_eq!(from_safetensors::<Dropped>(&bytes).unwrap(), loaded);
    let initialized = Dropped::initialized(XavierNormal, 9);
    let bytes = to_safetensors(&*initialized).unwrap();
    assert_eq!(from_safetensors::<Dropped>(&bytes).unwrap(), initialized);
    // No other tensor may be missing.
    network! { type Normed = [Affine<U3, U4>, BatchNorm<U4>, Affine<U4, U2>]; }
    assert!(refusal::<Normed>(&to_safetensors(&*net()).unwrap()).ends_with("where this one has 1 BatchNorm"));
}

#[test]
fn damaged_files_are_refused() {
    let bytes = to_safetensors(&*net()).unwrap();
    for cut in [0, 7, 8, 40, bytes.len() - 1] {
        assert!(refusal::<Net>(&bytes[..cut]).starts_with("not a valid safetensors file: "), "cut at {cut}");
    }
    let mut hostile = bytes.clone();
    hostile[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    assert!(refusal::<Net>(&hostile).starts_with("not a valid safetensors file: "));
}

#[test]
fn files_name_themselves_in_errors() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join("net.safetensors");
    save(&*net(), &path).unwrap();
    assert_eq!(load::<Net>(&path).unwrap(), net());
    let nowhere = folder.join("no/such/folder/net.safetensors");
    for error in [save(&*net(), &nowhere).unwrap_err(), load::<Net>(&nowhere).unwrap_err()] {
        assert!(error.to_string().starts_with(nowhere.to_str().unwrap()), "{error}");
    }
}

/// The header of a file in the order of the network, and the bytes behind it.
fn parts() -> (String, Vec<u8>) {
    let bytes = to_safetensors(&*net()).unwrap();
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    (String::from_utf8(bytes[8..8 + length].into()).unwrap(), bytes[8 + length..].into())
}

fn file(header: &str, numbers: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), numbers].concat()
}

/// A file is compared, and cached, by its bytes.
#[test]
fn equal_networks_are_equal_bytes() {
    let bytes = to_safetensors(&*net()).unwrap();
    for _ in 0..20 {
        assert_eq!(to_safetensors(&*net()).unwrap(), bytes);
    }
}

#[test]
fn tensors_may_lie_in_any_order_beside_metadata() {
    let bytes = to_safetensors(&*net()).unwrap();
    let whole = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    assert_eq!(whole.tensor("2.weight").unwrap().shape(), [4, 2]);
    let notes = [("writer", "dimwise"), ("version", "1"), ("layout", "Native"), ("by", "hand")];
    let metadata = notes.map(|(name, note)| (name.to_string(), note.to_string())).into();
    // The library sorts by name.
    let sorted = safetensors::serialize(whole.tensors(), Some(metadata)).unwrap();
    assert_ne!(bytes, sorted);
    assert_eq!(from_safetensors::<Net>(&sorted).unwrap(), net());
}

#[test]
fn two_tensors_of_one_name_are_refused() {
    let (header, numbers) = parts();
    let bias = &header[header.find("\"0.bias\"").unwrap()..];
    let bias = &bias[..=bias.find('}').unwrap()];
    for again in [bias.to_string(), bias.replace("0.bias", "0.\\u0062ias")] {
        let twice = header.replacen('{', &format!("{{{again},"), 1);
        assert_eq!(
            refusal::<Net>(&file(&twice, &numbers)),
            "not a valid safetensors file: it has 0.bias twice"
        );
    }
    let twice = header.replacen("\"dtype\"", "\"dtype\":\"F32\",\"dtype\"", 1);
    assert!(refusal::<Net>(&file(&twice, &numbers)).contains("duplicate field `dtype`"));
}

#[test]
fn holes_overlaps_and_lengths_are_refused() {
    let (header, numbers) = parts();
    let whole = file(&header, &numbers);
    let expected = whole.len();
    let message = |found: &str| {
        format!("not a valid safetensors file: expected {expected} bytes as its header says, found {found}")
    };
    assert_eq!(refusal::<Net>(&whole[..expected - 1]), message(&(expected - 1).to_string()));
    let longer = [&whole[..], b"123"].concat();
    assert_eq!(refusal::<Net>(&longer), message(&format!("{} or more", expected + 1)));
    for (from, to) in [
        ("[48,64]", "[52,68]"),
        ("[48,64]", "[44,60]"),
        ("[48,64]", "[0,16]"),
        ("[48,64]", "[64,48]"),
        ("[48,64]", "[48,9223372036854775807]"),
        ("[3,4]", "[3,4611686018427387905]"),
        ("[3,4]", "[3,-4]"),
        ("F32", "F33"),
        ("{", "["),
    ] {
        let changed = header.replacen(from, to, 1);
        assert_ne!(changed, header, "{from}");
        let message = refusal::<Net>(&file(&changed, &numbers));
        assert!(message.starts_with("not a valid safetensors file: "), "{from} to {to}: {message}");
    }
}

/// With a fixed name for the unfinished file, most of these loads met half a file or none.
#[test]
fn whoever_loads_meets_a_whole_file() {
    let path = folder("concurrent").join("net.safetensors");
    let networks = [1, 2].map(|seed| Net::initialized(XavierNormal, seed));
    save(&*networks[0], &path).unwrap();
    let saved = thread::scope(|scope| {
        let savers = networks.each_ref().map(|network| {
            let path = &path;
            scope.spawn(move || (0..200).try_for_each(|_| save(&**network, path)))
        });
        let (mut loads, mut of_each) = (0, [0, 0]);
        while loads < 1000 || !savers.iter().all(|saver| saver.is_finished()) {
            let loaded = load::<Net>(&path).expect("a whole file");
            let which = networks.iter().position(|network| *network == loaded).expect("one of the two");
            of_each[which] += 1;
            loads += 1;
        }
        assert!(of_each.iter().all(|count| *count > 0), "{of_each:?} loads");
        savers.map(|saver| saver.join().unwrap())
    });
    saved.into_iter().collect::<Result<(), StorageError>>().unwrap();
    assert_eq!(names(path.parent().unwrap()), ["net.safetensors"]);
}

#[test]
fn no_other_file_is_touched() {
    let folder = folder("foreign");
    let path = folder.join("net.safetensors");
    fs::write(folder.join("net.safetensors.part"), "mine").unwrap();
    save(&*net(), &path).unwrap();
    save(&*net(), &path).unwrap();
    assert_eq!(names(&folder), ["net.safetensors", "net.safetensors.part"]);
    assert_eq!(fs::read_to_string(folder.join("net.safetensors.part")).unwrap(), "mine");
}

#[test]
fn a_folder_is_not_replaced() {
    let folder = folder("of_a_name");
    fs::create_dir(folder.join("net.safetensors")).unwrap();
    let error = save(&*net(), folder.join("net.safetensors")).unwrap_err();
    assert!(matches!(&error, StorageError::Io { path, .. } if path.ends_with("net.safetensors")), "{error}");
    assert_eq!(names(&folder), ["net.safetensors"]);
    assert!(save(&*net(), "/").is_err() && save(&*net(), "").is_err());
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
    use std::process::Command;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn permissions_are_kept_and_new_ones_are_as_of_any_file() {
        let folder = folder("permissions");
        let (path, other) = (folder.join("net.safetensors"), folder.join("other"));
        save(&*net(), &path).unwrap();
        fs::write(&other, "").unwrap();
        assert_eq!(mode(&path), mode(&other));
        for kept in [0o600, 0o640, 0o755] {
            fs::set_permissions(&path, PermissionsExt::from_mode(kept)).unwrap();
            save(&*net(), &path).unwrap();
            assert_eq!(mode(&path), kept);
        }
    }

    #[test]
    fn links_stay_and_what_they_lead_to_is_replaced() {
        let folder = folder("links");
        fs::create_dir(folder.join("inner")).unwrap();
        let target = folder.join("inner/net.safetensors");
        symlink("second", folder.join("first")).unwrap();
        symlink("inner/net.safetensors", folder.join("second")).unwrap();
        // Once without a file at its end, once with one.
        for seed in [1, 2] {
            let network = Net::initialized(XavierNormal, seed);
            save(&*network, folder.join("first")).unwrap();
            assert!(fs::symlink_metadata(folder.join("first")).unwrap().is_symlink());
            assert!(fs::symlink_metadata(folder.join("second")).unwrap().is_symlink());
            assert!(fs::symlink_metadata(&target).unwrap().is_file());
            assert_eq!(load::<Net>(&target).unwrap(), network);
        }
        symlink("round", folder.join("round")).unwrap();
        assert!(save(&*net(), folder.join("round")).unwrap_err().to_string().contains("symbolic links"));
    }

    #[test]
    fn a_device_is_written_into() {
        let error = save(&*net(), "/dev/full").unwrap_err();
        assert!(
            matches!(&error, StorageError::Io { error, .. } if error.raw_os_error() == Some(28)),
            "{error}"
        );
        save(&*net(), "/dev/null").unwrap();
        for device in ["/dev/full", "/dev/null"] {
            assert!(fs::metadata(device).unwrap().file_type().is_char_device());
        }
    }

    network! { type Large = [Affine<U100, U1000>]; }

    /// The disk is full in a process of its own, which may write no file beyond some kilobytes.
    #[test]
    fn a_full_disk_leaves_the_old_file_and_no_other() {
        const CHILD: &str = "DIMWISE_TEST_FULL_DISK";
        if let Some(folder) = std::env::var_os(CHILD) {
            let path = Path::new(&folder).join("net.safetensors");
            let error = save(&*Large::zeroed(), &path).unwrap_err();
            let too_large = std::io::ErrorKind::FileTooLarge;
            assert!(matches!(&error, StorageError::Io { error, .. } if error.kind() == too_large), "{error}");
            return;
        }
        let folder = folder("full_disk");
        let path = folder.join("net.safetensors");
        save(&*net(), &path).unwrap();
        let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"";
        let test = "unix::a_full_disk_leaves_the_old_file_and_no_other";
        let child = Command::new("sh")
            .args(["-c", script])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", test])
            .env(CHILD, &folder)
            .output()
            .unwrap();
        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
        assert!(String::from_utf8_lossy(&child.stdout).contains("1 passed"));
        assert_eq!(names(&folder), ["net.safetensors"]);
        assert_eq!(load::<Net>(&path).unwrap(), net());
    }
}

network! {
    /// Two convolutions, one of them back, each in groups or not, a norm, and two dense layers, of which one is square.
    type OfKeras = [
        Conv2d<(U4, U5, U6), U6, (U2, U3), Groups<U2>>, BatchNorm<_>, ConvTranspose2d<_, U3, (U3, U2), Stride<U2>>,
        Flatten<_>, Affine<_, U4>, Affine<_, U4>,
    ];
}

/// The names as Keras has them, and the shapes: height and width first, filters behind the channels, but before them in
/// the way back.
const KERAS: [(&str, &str, &[usize]); 12] = [
    ("conv2d/kernel", "0.weight", &[2, 3, 2, 6]),
    ("conv2d/bias", "0.bias", &[6]),
    ("batch_normalization/gamma", "1.weight", &[6]),
    ("batch_normalization/beta", "1.bias", &[6]),
    ("batch_normalization/moving_mean", "1.running_mean", &[6]),
    ("batch_normalization/moving_variance", "1.running_variance", &[6]),
    ("conv2d_transpose/kernel", "2.weight", &[3, 2, 3, 6]),
    ("conv2d_transpose/bias", "2.bias", &[3]),
    ("dense/kernel", "4.weight", &[3 * 9 * 8, 4]),
    ("dense/bias", "4.bias", &[4]),
    ("dense_1/kernel", "5.weight", &[4, 4]),
    ("dense_1/bias", "5.bias", &[4]),
];

/// The numbers of a tensor of Keras.
fn numbers_of_keras(name: &str) -> Vec<f32> {
    let (place, (.., dims)) = KERAS.iter().enumerate().find(|(_, entry)| entry.0 == name).unwrap();
    let number = |at: usize| {
        ((at * 7 + place) % 23) as f32 / 23.0 - if name.ends_with("variance") { -0.1 } else { 0.4 }
    };
    (0..dims.iter().product()).map(number).collect()
}

/// What Keras computes, as its documentation says it, with channels first.
fn keras(image: impl Fn([usize; 3]) -> f32) -> Vec<f32> {
    let [kernel, bias, gamma, beta, mean, variance, back, back_bias, dense, dense_bias, last, last_bias] =
        KERAS.map(|(name, ..)| numbers_of_keras(name));
    let mut first = vec![0.0; 6 * 4 * 4];
    for (at, number) in first.iter_mut().enumerate() {
        let (f, y, x) = (at / 16, at / 4 % 4, at % 4);
        *number = bias[f];
        for (i, j, c) in (0..12).map(|tap| (tap / 6, tap / 2 % 3, tap % 2)) {
            *number += image([f / 3 * 2 + c, y + i, x + j]) * kernel[((i * 3 + j) * 2 + c) * 6 + f];
        }
        *number = (*number - mean[f]) / (variance[f] + 1e-5).sqrt() * gamma[f] + beta[f];
    }
    let mut second: Vec<_> = (0..3 * 9 * 8).map(|at| back_bias[at / 72]).collect();
    for (c, y, x) in (0..96).map(|at| (at / 16, at / 4 % 4, at % 4)) {
        for (i, j, f) in (0..18).map(|tap| (tap / 6, tap / 3 % 2, tap % 3)) {
            second[(f * 9 + 2 * y + i) * 8 + 2 * x + j] +=
                first[(c * 4 + y) * 4 + x] * back[((i * 2 + j) * 3 + f) * 6 + c];
        }
    }
    let affine = |inputs: &[f32], weight: &[f32], bias: &[f32]| -> Vec<f32> {
        let sum = |o| inputs.iter().enumerate().map(|(i, input)| input * weight[i * 4 + o]).sum::<f32>();
        (0..4).map(|o| bias[o] + sum(o)).collect()
    };
    affine(&affine(&second, &dense, &dense_bias), &last, &last_bias)
}

#[test]
fn weights_of_keras_come_and_go() {
    let bytes: Vec<Vec<u8>> = KERAS
        .iter()
        .map(|(name, ..)| numbers_of_keras(name).iter().flat_map(|x| x.to_le_bytes()).collect())
        .collect();
    let tensors = KERAS.iter().zip(&bytes).map(|((name, _, dims), bytes)| {
        let view = safetensors::tensor::TensorView::new(safetensors::Dtype::F32, dims.to_vec(), bytes);
        (*name, view.unwrap())
    });
    let file = safetensors::serialize(tensors, None).unwrap();
    let weights = KERAS
        .iter()
        .fold(Weights::of(Layout::Keras), |weights, (theirs, ours, _)| weights.renamed(theirs, ours));
    let network = weights.from_bytes::<OfKeras>(&file).unwrap();
    let image = |[c, y, x]: [usize; 3]| (c * 31 + y * 7 + x * 3) as f32 % 11.0 / 11.0 - 0.5;
    let found = network.predict(&Tensor::<(U4, U5, U6)>::from_fn(image));
    for (found, expected) in found.as_slice().iter().zip(keras(image)) {
        assert!((found - expected).abs() < 1e-4 * expected.abs().max(1.0), "{found}, {expected}");
    }
    // And back: the same tensors under the same names.
    let again = weights.to_bytes(&*network).unwrap();
    let again = safetensors::SafeTensors::deserialize(&again).unwrap();
    assert_eq!(again.len(), KERAS.len());
    for ((name, _, dims), bytes) in KERAS.iter().zip(&bytes) {
        let tensor = again.tensor(name).unwrap();
        assert_eq!((tensor.shape(), tensor.data()), (*dims, &bytes[..]), "{name}");
    }
    // What is written so is read as nothing else.
    let error = Weights::of(Layout::PyTorch).from_bytes::<OfKeras>(&weights.to_bytes(&*network).unwrap());
    let error = error.unwrap_err();
    assert!(matches!(&error, StorageError::Layout { found, .. } if found == "Keras"), "{error}");
    // A depthwise kernel of Keras has its channels and its filters the other way round.
    network! { type Depthwise = [Conv2d<(U3, U4, U4), U3, U2, Groups<U3>>]; }
    let kernel = vec![0; 4 * 2 * 2 * 3];
    let view =
        safetensors::tensor::TensorView::new(safetensors::Dtype::F32, vec![2, 2, 3, 1], &kernel).unwrap();
    let bias = safetensors::tensor::TensorView::new(safetensors::Dtype::F32, vec![3], &kernel[..12]).unwrap();
    let file = safetensors::serialize([("0.weight", view), ("0.bias", bias)], None).unwrap();
    let error = Weights::of(Layout::Keras).from_bytes::<Depthwise>(&file).unwrap_err();
    assert!(matches!(&error, StorageError::Shape { expected, .. } if *expected == [2, 2, 1, 3]), "{error}");
}

/// The table of [`StorageError`] has each message.
#[test]
fn the_table_of_refusals_has_each_message() {
    let name = |name: &str| name.to_string();
    let shape = |found: &[usize]| StorageError::Shape {
        tensor: name("0.weight"),
        expected: vec![2, 3],
        found: found.to_vec(),
    };
    let header = from_safetensors::<Net>(&[]).unwrap_err();
    let errors = [
        header,
        StorageError::Duplicate { tensor: name("0.weight") },
        StorageError::Length { expected: 1064, found: 1060 },
        StorageError::Foreign { asked: Layout::Native },
        StorageError::Layout { asked: Layout::Native, found: name("PyTorch") },
        StorageError::Version { known: 1, found: name("2") },
        StorageError::Layers { expected: name("1 Tanh"), found: name("1 Relu") },
        StorageError::Tensors { missing: vec![], unknown: vec![name("3.weight")] },
        StorageError::Tensors { missing: vec![name("2.bias")], unknown: vec![] },
        StorageError::Renamed { tensor: name("0.weight"), names: [name("fc1.weight"), name("fc2.weight")] },
        shape(&[2, 4]),
        shape(&[3, 2]),
        StorageError::Type { tensor: name("0.weight"), expected: "f32", found: name("f16") },
    ];
    let table = include_str!("../src/storage/safetensors/error.rs");
    for error in errors {
        assert!(
            table.contains(&format!("| `{error}`")) || table.contains(&format!("| ``{error} ``")),
            "{error}"
        );
    }
}

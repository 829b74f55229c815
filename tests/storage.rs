//! Saving and loading: round trips, and everything that must be refused.
#![allow(clippy::float_cmp)]

use dimwise::prelude::*;
use dimwise::storage::{from_safetensors, load, save, to_safetensors};

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
    assert_eq!(
        refusal::<Wider>(&bytes),
        "2.weight is of shape [4, 3] in the network, but [4, 2] in the file"
    );
    assert_eq!(refusal::<Nested<f32>>(&bytes), "the network's 1.weight is not in the file");
    assert!(refusal::<Shorter>(&bytes).starts_with("the file's 2."));
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
    assert!(refusal::<Normed>(&to_safetensors(&*net()).unwrap()).starts_with("the network's 1.weight"));
}

#[test]
fn damaged_files_are_refused() {
    let bytes = to_safetensors(&*net()).unwrap();
    for cut in [0, 7, 8, 40, bytes.len() - 1] {
        assert!(refusal::<Net>(&bytes[..cut]).starts_with("no safetensors file: "), "cut at {cut}");
    }
    let mut hostile = bytes.clone();
    hostile[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    assert!(refusal::<Net>(&hostile).starts_with("no safetensors file: "));
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

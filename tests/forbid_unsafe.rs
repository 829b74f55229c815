//! What the macros write compiles in a program that forbids unsafe code and has all names taken.

#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Networks and layers of all these names in one module, each in a network of its own, each the name of an
/// element type; functions of all those names, whose numbers are sizes.
macro_rules! programs {
    (types { $($name:ident)* } values { $($value:ident)* }) => {
        pub(crate) const NAMES: &[&str] = &[$(stringify!($name),)* $(stringify!($value)),*];

        pub(crate) mod types {
            $(::dimwise::network! {
                pub(crate) type $name = [::dimwise::layer::Affine<::typenum::U3, ::typenum::U3>];
            })*
        }

        $(pub(crate) mod $name {
            mod inside {
                use super::super::types::$name;
                ::dimwise::network! { type Around = [$name, ::dimwise::layer::Relu<::typenum::U3>]; }
            }

            mod element {
                ::dimwise::network! { type Net<$name> = [::dimwise::layer::Relu<::typenum::U2, $name>]; }
            }

            mod layer {
                #[repr(C)]
                struct $name {
                    $name: ::dimwise::tensor::Tensor<::typenum::U2>,
                }
                ::dimwise::parameters!($name<>: ::core::primitive::f32 { $name: ::dimwise::parameters::Kind::Bias { start: 0.0 } });
            }

            mod parameter {
                #[repr(C)]
                struct Marked<$name: ::dimwise::shape::Shape> {
                    $name: ::core::marker::PhantomData<$name>,
                }
                ::dimwise::parameters!(Marked<$name: ::dimwise::shape::Shape>: ::core::primitive::f32 {} marker $name);
            }
        })*

        pub(crate) mod values {
            $(const fn $value() -> usize {
                1
            })*
            type One = ::typenum::U1;
            dimwise::network! {
                pub(crate) type Sized = [
                    dimwise::layer::Affine<One, ::typenum::U<{ 0 $(+ $value())* }>>,
                    dimwise::layer::Relu<::typenum::U<{ 0 $(+ $value())* }>>,
                ];
            }
            pub(crate) const COUNTED: usize = [$(stringify!($value)),*].len();
        }
    };
}

#[allow(clippy::upper_case_acronyms, clippy::builtin_type_shadow, dead_code)]
#[allow(non_snake_case, non_camel_case_types, missing_debug_implementations)]
mod named {
    programs! {
        types {
            A B D C CHECKED COUNT ManuallyDrop Cache Cached Checked Clone Debug Dim Element Empty FAULT Fault Fn
            FnMut Formatter Grads Guarded HasPart In Input Kind Layer MULTIPLY_ADDS Option Out
            Output Parameters Part PartialEq Path PhantomData Placement Plain Push Result
            STATISTICS Seams Segment Send Sizes Stack Sync Wrapped Wraps bool core f32 f64 usize dimwise std test Box
            Some None Vec String
            At Branch Cast Four HasBranch HasLayer Index IndexMut LAYERS LayerOf START The To U1 U28 U784
            EXPECTED FILE FOUND Found Frozen Included NO_SHAPES Order SHAPES Same u64
        }
        values {
            CHECKED COUNT FAULT MULTIPLY_ADDS STATISTICS a allow as_slice
            attribute attributes b backward before bit bits bound broken c cache checked
            clone cmp copied count d dead_code debug_struct diagnostic dim
            do_not_recommend e element eq expr f fault field field_count finish other any new
            field_len first fmt forward g grad_input grad_output gradients h high i ident index infer
            input is_trained j k kind l last layer literal m
            marker mem meta more n name network next number o ops option output p
            param parameters part path plain primitive repr rest right shape size size_of sizes stack stack_mut
            start stringify t tt ty unused_assignments unused_mut unused_variables value vis visit visit_field
            visit_links Some None work_out wrapped as_mut_slice clone_from copy_from_slice source dims
            LAYERS START argument ask ask_in between blamed branch branches close comma compile_error concat doc
            each fields hidden index_mut indices inner is it layer_mut layers list missing_docs no
            non_upper_case_globals of one or place point q r read second side takes the two unnameable_types
            expected fits found include_bytes include_weights included len mixed_field numbers order shapes
            backward_frozen forward_frozen scratch unreachable_pub unused_macros what with write written
        }
    }
}

#[test]
fn a_network_whose_name_the_macros_use_is_trained() {
    use dimwise::prelude::*;
    let (samples, targets) = ([Tensor::<U3>::from([1.0, 2.0, 3.0])], [Tensor::<U3>::default()]);
    let network = named::types::Parameters::initialized(HeNormal, 1);
    let optimizer = Sgd { learning_rate: 0.01 };
    let mut trainer = Trainer::<_, _, _, U1>::new(network, MeanSquaredError, optimizer, 1);
    let first = trainer.step(&samples, &targets).unwrap();
    assert!(trainer.step(&samples, &targets).unwrap() < first);
    assert_eq!(named::values::Sized::PARAMETERS, 2 * named::values::COUNTED);
}

#[test]
fn every_name_that_the_macros_use_is_tried() {
    let used = files("src").iter().flat_map(|file| names_in_macros(&read(file))).collect::<BTreeSet<_>>();
    let missing: Vec<_> = used.iter().filter(|name| !named::NAMES.contains(&name.as_str())).collect();
    assert!(used.contains("Parameters") && missing.is_empty(), "{missing:?}");
}

#[test]
fn the_word_unsafe_stands_where_values_are_viewed_and_in_the_kernels() {
    let with_unsafe =
        |file: &PathBuf| read(file).lines().any(|line| words(line).any(|word| word == "unsafe"));
    let elsewhere: Vec<_> = files("src")
        .into_iter()
        .filter(|file| with_unsafe(file) && !file.ends_with("src/plain.rs"))
        .filter(|file| !file.components().any(|part| part.as_os_str() == "kernel"))
        .collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
}

/// The identifiers in the exported macros of a file; those that begin with `_` no program has.
fn names_in_macros(text: &str) -> BTreeSet<String> {
    // `diagnostic` is the language's own: what is called so breaks every `#[diagnostic::..]` beside it.
    const KEYWORDS: &str = "as const crate diagnostic dyn else false fn for if impl in let macro_rules mut pub Self self static struct \
        true type unsafe use where";
    let is_keyword = |word: &str| KEYWORDS.split_whitespace().any(|keyword| keyword == word);
    let macros = text.split("#[macro_export]\n").skip(1).map(|rest| rest.split("\n}\n").next().unwrap());
    let names = macros.flat_map(str::lines).flat_map(words);
    names.filter(|word| !word.starts_with('_') && !is_keyword(word)).map(String::from).collect()
}

/// The words of a line of code, without numbers, lifetimes and comments.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let code = line.split("//").next().unwrap();
    let words = code.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '\'');
    words.filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

fn files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

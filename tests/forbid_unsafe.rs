//! What the macros write compiles in a program that forbids unsafe code and has all names taken.

#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// For each name a module in which all that a program can call by it has that name: networks, layers,
/// their fields, their parameters, a function that gives a size.
macro_rules! programs {
    ($($name:ident)*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];

        $(
            #[allow(non_snake_case, non_camel_case_types, missing_debug_implementations, dead_code)]
            mod $name {
                const fn $name() -> ::core::primitive::usize {
                    3
                }

                ::dimwise::network! {
                    type $name = [::dimwise::layer::Affine<::dimwise::dim!($name()), ::dimwise::dim!($name())>];
                    type Around = [$name, ::dimwise::layer::Relu<::dimwise::dim!($name())>];
                }

                #[test]
                fn is_a_network() {
                    ::std::assert_eq!(<Around as ::dimwise::layer::Layer>::summary().parameters, 12);
                }

                mod generic {
                    ::dimwise::network! { type Net<$name> = [::dimwise::layer::Relu<::dimwise::prelude::U2, $name>]; }
                }

                mod layer_of_one_type {
                    #[repr(C)]
                    struct $name {
                        $name: ::dimwise::tensor::Tensor<::dimwise::prelude::U2>,
                    }
                    ::dimwise::parameters!($name<>: ::core::primitive::f32 {
                        $name: ::dimwise::parameters::Kind::Bias,
                    });
                }

                mod layer_of_many_types {
                    #[repr(C)]
                    struct Marked<$name: ::dimwise::shape::Shape> {
                        $name: ::core::marker::PhantomData<$name>,
                    }
                    ::dimwise::parameters!(Marked<$name: ::dimwise::shape::Shape>: ::core::primitive::f32 {} marker $name);
                }
            }
        )*
    };
}

programs! {
    A B D ARENA C CHECKED COUNT Cache Checked Clone Debug Dim Element Empty End FAULT Fault Fn FnMut Formatter
    Guarded HasPart In Input Kind Layer LayerInfo MULTIPLY_ADDS Option Out Output PARTS Parameters Part
    PartialEq Path PhantomData Placement Plain Push Result STATISTICS Seams Segment Send Sizes Stack Sync a
}

#[test]
fn every_name_that_the_macros_use_is_tried() {
    let used = files("src").iter().flat_map(|file| names_in_macros(&read(file))).collect::<BTreeSet<_>>();
    let missing: Vec<_> = used.iter().filter(|name| !NAMES.contains(&name.as_str())).collect();
    assert!(used.contains("Parameters") && missing.is_empty(), "{missing:?}");
}

#[test]
fn the_word_unsafe_stands_where_values_are_viewed_and_in_the_kernels() {
    let with_unsafe = |file: &PathBuf| read(file).lines().any(|line| words(line).any(|word| word == "unsafe"));
    let elsewhere: Vec<_> = files("src")
        .into_iter()
        .filter(|file| with_unsafe(file) && !file.ends_with("src/plain.rs"))
        .filter(|file| !file.components().any(|part| part.as_os_str() == "kernel"))
        .collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
}

/// The identifiers in the exported macros of a file; those that begin with `_` no program has.
fn names_in_macros(text: &str) -> BTreeSet<String> {
    const KEYWORDS: &str = "as const crate dyn else fn for if impl in let macro_rules mut pub Self self struct \
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

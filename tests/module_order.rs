//! `src/lib.rs` lists the modules in the order in which data flow: each uses only those before it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Uses that still run against the order, as user and used. A pair that is no longer there must go.
const KNOWN: &[(&str, &str)] = &[];

#[test]
fn each_module_uses_only_those_before_it() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let order = modules(&code(&read(&source.join("lib.rs"))));
    let files: Vec<_> = files(&source).into_iter().filter(|file| !file.ends_with("lib.rs")).collect();
    let codes: Vec<_> = files.iter().map(|file| code(&read(file))).collect();
    let paths: Vec<_> = files.iter().map(|file| module_path(file.strip_prefix(&source).unwrap())).collect();

    // What can follow `crate::`: a module, or a macro, which belongs to the module that exports it.
    let mut owners: BTreeMap<_, _> = order.iter().map(|module| (module.clone(), module.clone())).collect();
    for (code, path) in codes.iter().zip(&paths) {
        for name in exported_macros(code) {
            owners.entry(name).or_insert(path[0].clone());
        }
    }

    let place = |module: &str| order.iter().position(|other| other == module).unwrap();
    let mut backward = BTreeSet::new();
    let mut where_they_are = Vec::new();
    for ((code, path), file) in codes.iter().zip(&paths).zip(&files) {
        let mut names = names_after("crate::", code);
        assert!(names.iter().all(|name| owners.contains_key(name)), "{}: {names:?}", file.display());
        // As many `super` lead to the root, too, unless they begin in a module inside of the file.
        names.extend(names_after(&"super::".repeat(path.len()), code));
        for used in names.iter().filter_map(|name| owners.get(name)) {
            if place(used) > place(&path[0]) {
                where_they_are.push(format!("{} uses {used}", file.display()));
                backward.insert((path[0].clone(), used.clone()));
            }
        }
    }
    let known = KNOWN.iter().map(|(user, used)| ((*user).to_owned(), (*used).to_owned())).collect();
    assert_eq!(backward, known, "{where_they_are:#?}");
}

#[test]
fn all_ways_to_write_a_path_from_the_root_are_read() {
    let program = r##"
        //! use crate::comment;
        use crate::{
            alone, // crate::remark
            nested::{inner::Deep, other},
            renamed as name,
        };
        pub(crate) use crate::single::{self, Item};
        /* crate::block /* crate::inner */ crate::outer */
        fn f<'a>(c: char) -> bool { c == '"' && crate::called::g::<'a>("crate::text \" {", r#"crate::raw"#) }
        macro_rules! m { () => { $crate::in_macro::h() }; }
        use super::super::far;
        use super::near;
        #[cfg(test)]
        mod tests { use crate::tested; fn f() { let _ = '}'; } }
        impl crate::last::Trait for T {}
    "##;
    let names: Vec<_> = names_after("crate::", &code(program)).into_iter().collect();
    assert_eq!(names, ["alone", "called", "in_macro", "last", "nested", "renamed", "single"]);
    assert!(names_after("super::super::", &code(program)).contains("far"));
    assert_eq!(modules("pub mod a; #[x] mod b; pub(crate) mod c; mod d { mod e {} }"), ["a", "b", "c"]);
    assert_eq!(module_path(Path::new("a/b/c.rs")), ["a", "b", "c"]);
    assert_eq!(module_path(Path::new("a/mod.rs")), ["a"]);
}

/// A file's text without comments, without what stands in quotes, and without what is compiled for tests alone.
fn code(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let skipped = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block_comment(rest),
            '"' => quoted(rest),
            'r' if !code.ends_with(is_word) => raw_string(rest),
            '\'' => character(rest),
            _ => 0,
        };
        let taken = if skipped == 0 { first.len_utf8() } else { skipped };
        code.push_str(if skipped == 0 { &rest[..taken] } else { " " });
        rest = &rest[taken..];
    }
    const FOR_TESTS: &str = "#[cfg(test)]";
    while let Some(start) = code.find(FOR_TESTS) {
        let item = &code[start + FOR_TESTS.len()..];
        let end = item.find(['{', ';']).unwrap();
        let len = if item[end..].starts_with('{') { end + braces(&item[end..]) } else { end + 1 };
        code.replace_range(start..start + FOR_TESTS.len() + len, "");
    }
    code
}

/// The length of a comment `/* .. */`, in which there may be others.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut len) = (0, 0);
    loop {
        let next = len + text[len..].find(['/', '*']).unwrap();
        let (change, taken) = match &text[next..next + 2] {
            "/*" => (1, 2),
            "*/" => (-1, 2),
            _ => (0, 1),
        };
        (depth, len) = (depth + change, next + taken);
        if depth == 0 {
            return len;
        }
    }
}

/// The length of `".."`.
fn quoted(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text[1..].find(|character| {
        let ends = character == '"' && !is_escaped;
        is_escaped = character == '\\' && !is_escaped;
        ends
    });
    end.unwrap() + 2
}

/// The length of `r".."`, `r#".."#` and so on; 0 where none begins.
fn raw_string(text: &str) -> usize {
    let hashes = text[1..].len() - text[1..].trim_start_matches('#').len();
    if !text[1 + hashes..].starts_with('"') {
        return 0;
    }
    let end = format!("\"{}", "#".repeat(hashes));
    let start = hashes + 2;
    start + text[start..].find(&end).unwrap() + end.len()
}

/// The length of `'x'` and `'\n'`; 0 where a lifetime begins.
fn character(text: &str) -> usize {
    let mut characters = text.char_indices().skip(1);
    match characters.next() {
        Some((_, '\\')) => text[3..].find('\'').unwrap() + 4,
        _ => characters.next().filter(|(_, character)| *character == '\'').map_or(0, |(end, _)| end + 1),
    }
}

/// The length of `{ .. }`.
fn braces(code: &str) -> usize {
    let mut depth = 0;
    let end = code.find(|character| {
        depth += match character {
            '{' => 1,
            '}' => -1,
            _ => 0,
        };
        depth == 0
    });
    end.unwrap() + 1
}

/// The names after `mod`, of modules in files of their own, in order.
fn modules(code: &str) -> Vec<String> {
    let names = code.split("mod ").skip(1).map(|rest| rest.split_at(rest.find(|c| !is_word(c)).unwrap()));
    names.filter(|(_, rest)| rest.starts_with(';')).map(|(name, _)| name.to_owned()).collect()
}

/// The names of the macros that a file exports.
fn exported_macros(code: &str) -> Vec<String> {
    let macros = code.split("#[macro_export]").skip(1);
    macros.map(|rest| first_word(rest.split("macro_rules! ").nth(1).unwrap()).to_owned()).collect()
}

/// The names right after `root` in all paths, also in those of a tree in braces.
fn names_after(root: &str, code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (start, _) in code.match_indices(root) {
        if code[..start].ends_with(|character| is_word(character) || character == ':') {
            continue;
        }
        let path = &code[start + root.len()..];
        if path.starts_with('{') {
            names.extend(branches(&path[..braces(path)]).map(|branch| first_word(branch).to_owned()));
        } else {
            names.insert(first_word(path).to_owned());
        }
    }
    names.remove("");
    names
}

/// What `{a::{b, c}, d}` lists: `a::{b, c}` and `d`.
fn branches(tree: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    let branches = tree[1..tree.len() - 1].split(move |character| {
        depth += match character {
            '{' => 1,
            '}' => -1,
            _ => 0,
        };
        character == ',' && depth == 0
    });
    branches.map(str::trim)
}

fn first_word(code: &str) -> &str {
    code.split(|character| !is_word(character)).next().unwrap()
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// `layer/norm/batch.rs` is the module `layer::norm::batch`.
fn module_path(file: &Path) -> Vec<String> {
    let mut path: Vec<_> =
        file.with_extension("").iter().map(|part| part.to_str().unwrap().to_owned()).collect();
    path.pop_if(|last| last == "mod");
    path
}

/// All files below a folder, but for those of tests.
fn files(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let paths = paths.filter(|path| !path.ends_with("tests"));
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

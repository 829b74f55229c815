//! Wrong networks, and what the compiler says about them: `ui/*.rs` and the `.stderr` beside each.
//! The rules stand right in `ui/pass`.
//!
//! After a change of a message: `TRYBUILD=overwrite cargo test --test ui`, then read every
//! `.stderr` as one who has just made the mistake.

use std::fs;
use std::path::{Path, PathBuf};

use trybuild::TestCases;

#[test]
fn wrong_programs_do_not_compile() {
    // Alone in its `TestCases`: with no pass case trybuild only checks, as an editor does.
    TestCases::new().compile_fail("tests/ui/*.rs");
}

/// What only shows when a program is built, because it hangs on a type that generic code is used with. (Beside
/// a pass case trybuild builds.)
#[test]
fn wrong_programs_do_not_build() {
    let cases = TestCases::new();
    cases.pass("tests/ui/pass/layers.rs");
    cases.compile_fail("tests/ui/build/*.rs");
}

#[test]
fn right_programs_run() {
    TestCases::new().pass("tests/ui/pass/*.rs");
}

#[test]
fn each_case_is_short_and_has_its_message() {
    for case in files("rs") {
        let lines = read(&case).lines().count();
        assert!(lines <= 15, "{} has {lines} lines", case.display());
        assert!(case.with_extension("stderr").exists(), "{} has no message", case.display());
    }
    for message in files("stderr") {
        assert!(message.with_extension("rs").exists(), "{} has no program", message.display());
    }
}

#[test]
fn the_readme_shows_a_real_message() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (readme, real) = (read(&root.join("README.md")), read(&root.join("tests/ui/seam_vector.stderr")));
    let shown = readme.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    // Where the error is and on which line, the test's program and the reader's differ.
    let without_line =
        |line: &str| line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ').to_owned();
    let real: Vec<_> = real.lines().map(without_line).collect();
    assert!(shown.lines().count() >= 3);
    for line in shown.lines() {
        assert!(real.contains(&without_line(line)), "no such line in the message: {line}");
    }
}

#[test]
fn what_is_read_first_names_sizes_in_decimal() {
    let in_bits = |line: &str| {
        let line = line.replace("typenum::uint::", "");
        line.contains("UInt<UInt<") || line.contains("UInt<UTerm")
    };
    for message in files("stderr") {
        let text = read(&message);
        let bad = text.lines().find(|line| is_read_first(line) && in_bits(line));
        assert_eq!(bad, None, "{}", message.display());
    }
}

/// The errors themselves, the labels at the user's code, and notes of our own. What rustc adds in
/// `help:` and `required for` lines is read by who wants more.
fn is_read_first(line: &str) -> bool {
    let rustc = ["required for", "required by", "expected ", "the full name", "consider using"];
    let line = line.trim_start();
    if let Some(note) = line.strip_prefix("= note: ") {
        return !rustc.iter().any(|start| note.starts_with(start));
    }
    // `12 | code`, or `| ^^^ label`.
    let label = line.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start().starts_with('|');
    line.starts_with("error") || label
}

fn files(extension: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|found| found == extension)).collect();
    assert!(!files.is_empty(), "no .{extension} files");
    files
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

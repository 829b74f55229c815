//! Wrong networks, and what the compiler says about them: `ui/*.rs` and the `.stderr` beside each.
//! The rules stand right in `ui/pass`.
//!
//! After a change of a message: `TRYBUILD=overwrite cargo test --test ui`, then read every
//! `.stderr` as one who has just made the mistake.

use std::collections::BTreeSet;
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
    let block = |language: &str| {
        let (_, rest) = readme.split_once(&format!("```{language}\n")).unwrap();
        rest.split_once("```").unwrap().0
    };
    // The wrong layer stands in line 6 of the test's program, and in another one of the reader's.
    let line = 1 + block("rust").lines().position(|line| line.trim() == "Relu<_>,").unwrap();
    let real = real.replace("tests/ui/seam_vector.rs:6", &format!("src/main.rs:{line}"));
    assert_eq!(block("text"), real.replace("\n6 |", &format!("\n{line} |")));
}

/// The table of mistakes: what is wrong stands in the program, and what the compiler says in its message.
#[test]
fn the_guide_quotes_real_programs_and_messages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = read(&root.join("src/guide/errors.md"));
    let rows: Vec<_> = guide.lines().filter_map(row).collect();
    assert!(rows.len() >= 42, "{} mistakes", rows.len());
    for [wrong, says, write, program] in &rows {
        let folder = root.join("tests/ui");
        let text = read(&folder.join(format!("{program}.stderr")));
        let first = text.lines().next().unwrap().split_once(": ").unwrap().1;
        assert_eq!(says, first, "{program}");
        assert!(!write.is_empty(), "{program}");
        // The code in backticks; the words around it are for the reader.
        let code = read(&folder.join(format!("{program}.rs")));
        for part in wrong.split('`').skip(1).step_by(2).flat_map(|part| part.split("..")) {
            let part = part.trim();
            assert!(code.contains(part), "{program}.rs has no {part}");
        }
    }
    let programs: BTreeSet<_> = rows.iter().map(|[.., program]| program).collect();
    assert_eq!(programs.len(), rows.len(), "a program stands in two rows");
}

/// A row of the guide's tables: what is wrong, what the compiler says, what to write, and the program.
fn row(line: &str) -> Option<[String; 4]> {
    let line = line.strip_prefix("| ")?.strip_suffix(" |")?.replace("\\|", "\0");
    let cells: Vec<_> = line.split(" | ").map(|cell| cell.replace('\0', "|")).collect();
    let [wrong, says, write, program] = <[String; 4]>::try_from(cells).ok()?;
    let program = program.strip_prefix('`')?.strip_suffix('`')?.to_owned();
    // Where a message itself has backticks, two stand around it, and a space beside its own.
    let says = match says.strip_prefix("``") {
        Some(says) => says.strip_suffix("``")?.trim().to_owned(),
        None => says.strip_prefix('`')?.strip_suffix('`')?.to_owned(),
    };
    Some([wrong, says, write, program])
}

/// What is written twice, by the user and by what is called, is compared by the compiler alone: the guide teaches
/// how to read it.
const MISMATCHES: [&str; 4] = [
    "array_into_other_shape",
    "function_of_other_shape",
    "matmul_into_other_shape",
    "predict_into_other_size",
];

/// How many messages may spell a size in bits anywhere, in what rustc adds below ours.
const IN_BITS: usize = 23;

#[test]
fn few_messages_have_bits_anywhere() {
    let mut messages = files("stderr");
    messages.extend(files_in("tests/ui/build", "stderr"));
    let in_bits: Vec<_> = messages.iter().filter(|message| read(message).contains("UInt<")).collect();
    assert!(in_bits.len() <= IN_BITS, "{} of {}: {in_bits:#?}", in_bits.len(), messages.len());
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
        let name = message.file_stem().unwrap().to_str().unwrap();
        if MISMATCHES.contains(&name) {
            assert!(text.starts_with("error[E0308]: mismatched types"), "{}", message.display());
            continue;
        }
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
    files_in("tests/ui", extension)
}

fn files_in(folder: &str, extension: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|found| found == extension)).collect();
    assert!(!files.is_empty(), "no .{extension} files");
    files
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

//! Tables in CSV: what is read, and what each refusal is called.

#![allow(clippy::float_cmp)]

use std::fs;
use std::path::{Path, PathBuf};

use dimwise::data::{Columns, CsvError, Fill};
use dimwise::prelude::*;
use dimwise::storage;

fn file(name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.csv"));
    fs::write(&path, text).unwrap();
    path
}

type Plants = Dataset<U2, Class<U2>>;

const PLANTS: &str = "length,width,plant\n5.5,3.5,rose\n4.5,3.0,oak\n1e1,-2,rose\n";

fn columns() -> Columns {
    Columns::new(["length", "width"], ["plant"])
}

/// What reading says, without the folder's name.
fn message(name: &str, text: impl AsRef<[u8]>, columns: &Columns) -> String {
    let path = file(name, text);
    let error = Plants::from_csv(&path, columns).unwrap_err().to_string();
    error.replace(&format!("{}{}", path.parent().unwrap().display(), std::path::MAIN_SEPARATOR), "")
}

fn classes(data: &Plants) -> Vec<usize> {
    data.targets().iter().map(|class| class.index()).collect()
}

#[test]
fn features_and_classes_are_read() {
    let (data, names) = Plants::from_csv(file("plants", PLANTS), &columns()).unwrap();
    assert_eq!(data.samples(), [[5.5, 3.5], [4.5, 3.0], [10.0, -2.0]].map(Tensor::from));
    assert_eq!(names.as_slice(), ["oak", "rose"]);
    assert_eq!(classes(&data), [1, 0, 1]);
    assert_eq!(&names[data.targets()[0]], "rose");
    let (turned, _) =
        Plants::from_csv(file("turned", PLANTS), &Columns::new(["width", "length"], ["plant"])).unwrap();
    assert_eq!(turned.samples()[0], Tensor::from([3.5, 5.5]));
}

#[test]
fn tables_are_written_in_many_ways() {
    let (expected, _) = Plants::from_csv(file("one_way", PLANTS), &columns()).unwrap();
    let number = |number: usize| number;
    let by_number = Columns::new([0, 1].map(number), [2]);
    for (name, text, columns) in [
        ("windows", PLANTS.replace('\n', "\r\n"), columns()),
        ("no_end", PLANTS.trim_end().into(), columns()),
        ("byte_order_mark", format!("\u{feff}{PLANTS}"), columns()),
        ("spaces", PLANTS.replace(',', " ,  "), columns()),
        ("quotes", PLANTS.replace("rose", "\"rose\""), columns()),
        ("empty_lines", PLANTS.replace('\n', "\n\n"), columns()),
        ("semicolons", PLANTS.replace(',', ";"), columns().separated_by(b';')),
        ("numbers", PLANTS.into(), by_number.clone()),
        ("no_header", PLANTS.split_once('\n').unwrap().1.into(), by_number.without_header()),
    ] {
        let (data, names) = Plants::from_csv(file(name, text), &columns).unwrap();
        assert_eq!(data.samples(), expected.samples(), "{name}");
        assert_eq!((names.as_slice(), classes(&data)), (&["oak".into(), "rose".into()][..], vec![1, 0, 1]));
    }
}

#[test]
fn whole_numbers_are_classes_by_their_value() {
    let text: String = (0..12).rev().map(|label| format!("{label},0\n")).collect();
    let columns = Columns::new([1], [0]).without_header();
    let (data, names) = Dataset::<U1, Class<U12>>::from_csv(file("labels", text), &columns).unwrap();
    assert!(data.targets().iter().enumerate().all(|(line, class)| class.index() == 11 - line));
    assert_eq!(names.as_slice()[2], "2");
}

#[test]
fn a_file_without_all_classes_takes_the_names_of_another() {
    let (_, names) = Plants::from_csv(file("all", PLANTS), &columns()).unwrap();
    let text = "length,width,plant\n1,2,rose\n";
    let columns = columns().with_class_names(names.as_slice().iter().cloned());
    let (data, again) = Plants::from_csv(file("some", text), &columns).unwrap();
    assert_eq!((classes(&data), again), (vec![1], names));
    assert_eq!(
        message("other_name", "length,width,plant\n1,2,elm\n", &columns),
        "other_name.csv, line 2, column \"plant\": expected one of \"oak\", \"rose\", found \"elm\""
    );
    let three = columns.with_class_names(["a", "b", "c"]);
    assert_eq!(
        message("three", "length,width,plant\n", &three),
        "three.csv: expected 2 classes, found \"a\", \"b\", \"c\""
    );
    let twice = three.with_class_names(["a", "a"]);
    assert_eq!(
        message("twice_a", "length,width,plant\n", &twice),
        "twice_a.csv: expected 2 classes, found \"a\", \"a\""
    );
}

#[test]
fn targets_of_a_regression_are_numbers() {
    let columns = Columns::new(["length"], ["width", "length"]);
    let path = file("regression", PLANTS);
    let data = Dataset::<U1, Tensor<U2, f64>, f64>::from_csv(&path, &columns).unwrap();
    assert_eq!(data.targets()[1], Tensor::from([3.0, 4.5]));
    let error = Dataset::<U1, Tensor<U2>>::from_csv(&path, &Columns::new(["length"], ["plant", "width"]));
    let error = error.unwrap_err().to_string();
    assert!(error.ends_with("line 2, column \"plant\": expected a number, found \"rose\""), "{error}");
}

#[test]
fn missing_values_are_refused_or_filled() {
    let text = "length,width,plant\n1,2,oak\nNA,3,rose\n,7,oak\n4,?,rose\n";
    assert_eq!(
        message("missing", text, &columns()),
        "missing.csv, line 3, column \"length\": expected a value, found \"NA\""
    );
    let read = |fill| Plants::from_csv(file("filled", text), &columns().filled(fill)).unwrap().0;
    let filled = read(Fill::Number(-1.0));
    assert_eq!(filled.samples(), [[1.0, 2.0], [-1.0, 3.0], [-1.0, 7.0], [4.0, -1.0]].map(Tensor::from));
    let filled = read(Fill::Mean);
    assert_eq!(filled.samples(), [[1.0, 2.0], [2.5, 3.0], [2.5, 7.0], [4.0, 4.0]].map(Tensor::from));
    assert_eq!(
        message("missing_class", "length,width,plant\n1,2,\n", &columns().filled(Fill::Mean)),
        "missing_class.csv, line 2, column \"plant\": expected a value, found \"\""
    );
    assert_eq!(
        message("no_mean", "length,width,plant\n1,,oak\n2,null,rose\n", &columns().filled(Fill::Mean)),
        "no_mean.csv: expected a value in column \"width\" for its mean, found none"
    );
}

#[test]
fn fields_are_refused_with_line_and_column() {
    let with = |line: &str| format!("length,width,plant\n1,2,oak\n\n{line}\n");
    for (name, line, expected) in [
        ("word", "1,wide,oak", "column \"width\": expected a number, found \"wide\""),
        ("comma", "\"1,5\",2,oak", "column \"length\": expected a number, found \"1,5\""),
        ("infinite", "1,inf,oak", "column \"width\": expected a number, found \"inf\""),
        ("too_large", "1,1e39,oak", "column \"width\": expected a number, found \"1e39\""),
    ] {
        assert_eq!(message(name, with(line), &columns()), format!("{name}.csv, line 4, {expected}"));
    }
    assert_eq!(message("short", with("1,oak"), &columns()), "short.csv, line 4: expected 3 fields, found 2");
    assert_eq!(message("long", with("1,2,oak,"), &columns()), "long.csv, line 4: expected 3 fields, found 4");
    assert_eq!(
        message("windows_lines", with("x,2,oak").replace('\n', "\r\n"), &columns()),
        "windows_lines.csv, line 4, column \"length\": expected a number, found \"x\""
    );
    // A field in quotes over two lines counts as two.
    assert_eq!(
        message("two_lines", "length,width,plant\n1,2,\"o\nak\"\nx,2,rose\n", &columns()),
        "two_lines.csv, line 4, column \"length\": expected a number, found \"x\""
    );
    assert_eq!(
        message("no_text", b"length,width,plant\n1,2,\xFF\n", &columns()),
        "no_text.csv, line 2, column \"plant\": expected text in UTF-8, found \"\u{fffd}\""
    );
    let numbers = Columns::new([0, 1], [2]).without_header();
    assert_eq!(
        message("by_number", "1,2,oak\n1,wide,oak\n", &numbers),
        "by_number.csv, line 2, column 1: expected a number, found \"wide\""
    );
}

#[test]
fn columns_that_are_not_there_are_refused() {
    let columns = |feature: &str| Columns::new(["length", feature], ["plant"]);
    assert_eq!(
        message("no_column", PLANTS, &columns("height")),
        "no_column.csv: expected a column \"height\", found \"length\", \"width\", \"plant\""
    );
    assert_eq!(
        message("twice", "length,width,width,plant\n", &columns("width")),
        "twice.csv: expected one column \"width\", found 2 of that name"
    );
    assert_eq!(
        message("headless", PLANTS, &columns("width").without_header()),
        "headless.csv: expected a header with column \"length\", found a table without header"
    );
    assert_eq!(
        message("beyond", PLANTS, &Columns::new([0, 3], [2])),
        "beyond.csv: expected a column 3, found columns 0 to 2"
    );
    assert_eq!(
        message("nothing", "", &Columns::new([0, 1], [2])),
        "nothing.csv: expected a column 0, found none"
    );
    assert_eq!(
        message("few", PLANTS, &Columns::new(["length"], ["plant"])),
        "few.csv: expected 2 feature columns for 2 numbers, found 1"
    );
    assert_eq!(
        message("many", PLANTS, &Columns::new(["length", "width"], ["plant", "plant"])),
        "many.csv: expected 1 target column for 1 number, found 2"
    );
    let missing = Plants::from_csv("no such file.csv", &columns("width")).unwrap_err();
    assert!(matches!(&missing, CsvError::Io { path, .. } if path.ends_with("no such file.csv")));
}

#[test]
fn there_are_as_many_classes_as_the_type_has() {
    assert_eq!(
        message("third", format!("{PLANTS}1,2,elm\n"), &columns()),
        "third.csv, line 5, column \"plant\": expected one of \"oak\", \"rose\", found \"elm\""
    );
    assert_eq!(
        message("one", "length,width,plant\n1,2,oak\n", &columns()),
        "one.csv: expected 2 classes, found \"oak\""
    );
    assert_eq!(
        message("none", "length,width,plant\n", &columns()),
        "none.csv: expected 2 classes, found none"
    );
}

network! { type Iris = [Standardize<U4>, Affine<_, U16>, Tanh<_>, Affine<_, U3>]; }

/// The way of `examples/iris.rs`, from the table to a network that was saved and loaded.
#[test]
fn irises_are_told_by_a_network_that_was_loaded() {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/iris.csv");
    let columns = Columns::new(0..4, [4]);
    let (data, species) = Dataset::<U4, Class<U3>>::from_csv(table, &columns).unwrap();
    assert_eq!((data.len(), species.as_slice()[2].as_str()), (150, "virginica"));
    let (train, test) = data.split(0.8, 1);
    assert_eq!((train.len(), test.len()), (120, 30));
    let mut network = Iris::initialized(XavierNormal, 1);
    network.layer_mut::<0>().fit(&train);
    let mut trainer = Trainer::<_, _, _, U16>::new(network, CrossEntropy, Adam::new(0.01), 1);
    for _ in 0..30 {
        trainer.epoch(&train).unwrap();
    }
    assert!(trainer.evaluate(&test).unwrap().accuracy >= Some(0.9));
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("iris.safetensors");
    storage::save(trainer.network(), &path).unwrap();
    let loaded = storage::load::<Iris>(&path).unwrap();
    assert_eq!(loaded.as_slice(), trainer.network().as_slice());
    let flower = loaded.predict(&Tensor::from([6.5, 3.0, 5.5, 2.0]));
    assert_eq!(&species[Class::of_largest(flower.as_slice())], "virginica");
}

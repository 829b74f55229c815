//! Logs as files. What TensorBoard reads in one, `interop/tensorboard_events.py` decides: with `DIMWISE_TENSORBOARD=folder`
//! the same run is written there in both formats.
#![allow(clippy::float_cmp)]

use std::path::PathBuf;
use std::{env, fs, process};

use dimwise::log::{CsvLog, Log, LogError, TensorBoard};

fn temporary(name: &str) -> PathBuf {
    env::temp_dir().join(format!("dimwise-log-{name}-{}", process::id()))
}

#[test]
fn a_table_has_the_columns_of_its_first_step() {
    let path = temporary("columns");
    let mut log = CsvLog::create(&path).unwrap();
    log.record(1, &[("loss", 0.1), ("accuracy, in \"test\"", 1.0)]).unwrap();
    log.record(2, &[("accuracy, in \"test\"", f64::NAN)]).unwrap();
    log.record(30, &[("accuracy, in \"test\"", 1e300), ("loss", -1.0 / 3.0)]).unwrap();
    let error = log.record(31, &[("loss", 1.0), ("other", 2.0)]).unwrap_err();
    let expected = format!(
        r#"{}: expected a number of columns ["step", "loss", "accuracy, in \"test\""], found "other""#,
        path.display()
    );
    assert_eq!(error.to_string(), expected);
    let error = log.record(31, &[("loss", 1.0), ("loss", 2.0)]).unwrap_err();
    assert!(matches!(error, LogError::Twice { ref name, .. } if name == "loss"), "{error}");
    let error = log.record(31, &[("step", 1.0)]).unwrap_err();
    assert!(matches!(error, LogError::Twice { ref name, .. } if name == "step"), "{error}");

    let table = fs::read_to_string(&path).unwrap();
    fs::remove_file(&path).unwrap();
    let large = format!("{}", 1e300);
    let rows = format!("1,0.1,1\n2,,NaN\n30,-0.3333333333333333,{large}\n");
    assert_eq!(table, format!("step,loss,\"accuracy, in \"\"test\"\"\"\n{rows}"));
}

#[test]
fn a_table_goes_on() {
    let path = temporary("append");
    let mut log = CsvLog::append(&path).unwrap();
    log.record(1, &[("loss", 0.5), ("accuracy", 0.25)]).unwrap();
    drop(log);
    // A program was killed in the middle of a row.
    fs::write(&path, fs::read_to_string(&path).unwrap() + "2,0.25").unwrap();
    let mut log = CsvLog::append(&path).unwrap();
    log.record(2, &[("accuracy", 0.5)]).unwrap();
    assert!(matches!(log.record(3, &[("other", 0.5)]), Err(LogError::NoColumn { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), "step,loss,accuracy\n1,0.5,0.25\n2,0.25\n2,,0.5\n");
    CsvLog::create(&path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "");
    fs::remove_file(&path).unwrap();
}

#[test]
fn another_table_is_refused() {
    let path = temporary("other");
    let table = "sepal,petal\n1,2\n";
    fs::write(&path, table).unwrap();
    let error = CsvLog::append(&path).unwrap_err();
    let expected = r#"expected a log, whose first column is "step", found columns ["sepal", "petal"]"#;
    assert_eq!(error.to_string(), format!("{}: {expected}", path.display()));
    assert_eq!(fs::read_to_string(&path).unwrap(), table);
    fs::remove_file(&path).unwrap();

    let nowhere = temporary("no-such-folder").join("log.csv");
    for error in [CsvLog::create(&nowhere).unwrap_err(), CsvLog::append(&nowhere).unwrap_err()] {
        assert!(error.to_string().starts_with(&format!("{}: ", nowhere.display())), "{error}");
    }
}

/// A log of one's own: the accuracies.
#[derive(Default)]
struct Accuracies(Vec<(usize, f64)>);

impl Log for Accuracies {
    fn record(&mut self, step: usize, values: &[(&str, f64)]) -> Result<(), LogError> {
        self.0.extend(values.iter().filter(|(name, _)| *name == "accuracy").map(|(_, value)| (step, *value)));
        Ok(())
    }
}

#[test]
fn one_run_in_all_logs() {
    let given = env::var_os("DIMWISE_TENSORBOARD").map(PathBuf::from);
    let folder = given.clone().unwrap_or_else(|| temporary("all"));
    let tensorboard = TensorBoard::create(&folder).unwrap();
    let mut logs = ((CsvLog::create(folder.join("log.csv")).unwrap(), tensorboard), Accuracies::default());
    for step in 0..100_usize {
        let (loss, accuracy) = (1.0 / (step + 1) as f64, step as f64 / 100.0);
        logs.record(3 * step, &[("loss/train", loss), ("loss/test", 2.0 * loss), ("accuracy", accuracy)])
            .unwrap();
    }
    let table = fs::read_to_string(folder.join("log.csv")).unwrap();
    let accuracies: Vec<(usize, f64)> = table
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect::<Vec<_>>())
        .map(|fields| (fields[0].parse().unwrap(), fields[3].parse().unwrap()))
        .collect();
    assert_eq!(logs.1.0, accuracies);
    if given.is_none() {
        fs::remove_dir_all(&folder).unwrap();
    }
}

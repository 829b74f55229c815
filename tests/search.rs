//! Searches: the same on any number of threads, and after any interruption.
// Tests compare with numbers that are exact.
#![allow(clippy::float_cmp)]

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use dimwise::random::Random;
use dimwise::search::{Found, Search, SearchError, choice, log_uniform, uniform};

#[derive(Clone, Debug, PartialEq)]
struct Settings {
    rate: f64,
    momentum: f64,
    width: usize,
}

fn draw(random: &mut Random) -> Settings {
    Settings {
        rate: log_uniform(random, 1e-4, 1.0),
        momentum: uniform(random, 0.0, 1.0),
        width: *choice(random, &[16, 32]),
    }
}

/// The rate is good at 0.01; the smaller the budget, the less one sees of it. Large rates diverge.
fn try_out(settings: &Settings, budget: usize) -> Result<f64, String> {
    if settings.rate > 0.5 {
        return Err(format!("diverged\nat {}", settings.rate));
    }
    let distance = (settings.rate / 0.01).ln().abs();
    Ok(distance + (settings.momentum - 0.5) / budget as f64)
}

fn outcomes(found: &Found<Settings>) -> Vec<(usize, usize, Settings, Result<f64, String>)> {
    let parts = |trial: &dimwise::search::Trial<Settings>| {
        (trial.number, trial.budget, trial.settings.clone(), trial.outcome.clone())
    };
    found.trials().iter().map(parts).collect()
}

fn file(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("dimwise-search-{name}-{}", std::process::id()));
    let _ = fs::remove_file(&path);
    path
}

#[test]
fn the_best_comes_first_and_what_failed_last() {
    let found = Search::new(40, 1, draw).random(10, try_out).unwrap();
    assert_eq!(found.trials().len(), 40);
    let best = found.best().unwrap();
    assert!(best.settings.rate > 0.004 && best.settings.rate < 0.025, "{best:?}");
    let values: Vec<_> = found.trials().iter().map_while(|trial| trial.outcome.clone().ok()).collect();
    assert!(values.is_sorted());
    assert!((1..40).contains(&values.len()), "{}", values.len());
    assert!(found.trials()[values.len()..].iter().all(|trial| trial.outcome.is_err()));
    let text = found.to_string();
    assert_eq!(text.lines().count(), 41, "{text}");
    assert!(text.contains("diverged at ") && text.contains(&format!("{:?}", best.settings)), "{text}");
    assert!(Search::new(0, 1, draw).random(10, try_out).unwrap().best().is_none());
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let random =
        |threads| outcomes(&Search::new(30, 7, draw).on_threads(threads).random(5, try_out).unwrap());
    let halving =
        |threads| outcomes(&Search::new(30, 7, draw).on_threads(threads).halving(1, 9, 3, try_out).unwrap());
    for threads in [2, 3, 16] {
        assert_eq!(random(threads), random(1));
        assert_eq!(halving(threads), halving(1));
    }
    assert_ne!(outcomes(&Search::new(30, 8, draw).random(5, try_out).unwrap()), random(1));
}

#[test]
fn halving_goes_on_with_the_best_part() {
    let tried = std::sync::Mutex::new(Vec::new());
    let found = Search::new(20, 3, draw)
        .halving(2, 20, 3, |settings, budget| {
            tried.lock().unwrap().push(budget);
            try_out(settings, budget)
        })
        .unwrap();
    let mut tried = tried.into_inner().unwrap();
    tried.sort_unstable();
    assert_eq!(tried, [vec![2; 20], vec![6; 6], vec![18; 2]].concat());
    // Those that went on were the best of their round.
    let all = Search::new(20, 3, draw).random(2, try_out).unwrap();
    let mut first: Vec<_> = all.trials()[..6].iter().map(|trial| trial.number).collect();
    let mut went_on: Vec<_> = found.trials()[..6].iter().map(|trial| trial.number).collect();
    first.sort_unstable();
    went_on.sort_unstable();
    assert_eq!(went_on, first);
    assert_eq!(found.trials()[..3].iter().map(|trial| trial.budget).collect::<Vec<_>>(), [18, 18, 6]);
}

#[test]
fn a_search_goes_on_where_its_file_ends() {
    let path = file("resumed");
    let search = || Search::new(20, 3, draw).with_file(&path);
    let expected = outcomes(&Search::new(20, 3, draw).halving(2, 20, 3, try_out).unwrap());
    assert_eq!(outcomes(&search().halving(2, 20, 3, try_out).unwrap()), expected);
    let whole = fs::read(&path).unwrap();
    assert_eq!(whole.iter().filter(|byte| **byte == b'\n').count(), 1 + 28);

    let count = AtomicUsize::new(0);
    let counted = |settings: &Settings, budget: usize| {
        count.fetch_add(1, Ordering::Relaxed);
        try_out(settings, budget)
    };
    assert_eq!(outcomes(&search().halving(2, 20, 3, counted).unwrap()), expected);
    assert_eq!(count.swap(0, Ordering::Relaxed), 0);

    // Cut anywhere, also in a line.
    for cut in (0..whole.len()).step_by(97) {
        fs::write(&path, &whole[..cut]).unwrap();
        let found = search().halving(2, 20, 3, counted).unwrap();
        assert_eq!(outcomes(&found), expected, "cut at {cut}");
        let lines = whole[..cut].iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(count.swap(0, Ordering::Relaxed), 28 - lines.saturating_sub(1));
        let is_cut = cut > 0 && whole[cut - 1] != b'\n';
        assert_eq!(found.left_out().is_some(), is_cut);
        assert_eq!(found.to_string().starts_with("left out of the file"), is_cut);
        assert!(search().halving(2, 20, 3, counted).unwrap().left_out().is_none());
        assert_eq!(count.swap(0, Ordering::Relaxed), 0);
    }
    fs::remove_file(&path).unwrap();
}

#[test]
fn the_file_of_another_search_is_refused() {
    let path = file("other");
    Search::new(3, 3, draw).with_file(&path).random(2, try_out).unwrap();
    let error = Search::new(3, 4, draw).with_file(&path).random(2, try_out).unwrap_err();
    assert!(matches!(error, SearchError::Seed { .. }), "{error}");
    let other = |random: &mut Random| Settings { width: 8, ..draw(random) };
    let error = Search::new(3, 3, other).with_file(&path).random(2, try_out).unwrap_err();
    assert!(matches!(&error, SearchError::Settings { found, .. } if !found.contains("width: 8")), "{error}");

    let mut lines: Vec<_> = fs::read_to_string(&path).unwrap().lines().map(String::from).collect();
    lines[2] = "nonsense".into();
    fs::write(&path, lines.join("\n") + "\n").unwrap();
    let error = Search::new(3, 3, draw).with_file(&path).random(2, try_out).unwrap_err();
    assert!(matches!(&error, SearchError::Line { line: 3, found, .. } if found == "nonsense"), "{error}");
    // One without an end of a line is no file of ours, and stays.
    fs::write(&path, "something else").unwrap();
    let error = Search::new(3, 3, draw).with_file(&path).random(2, try_out).unwrap_err();
    assert!(matches!(error, SearchError::Seed { .. }), "{error}");
    assert_eq!(fs::read(&path).unwrap(), b"something else");
    fs::remove_file(&path).unwrap();
    let error = Search::new(3, 3, draw).with_file(path.join("none")).random(2, try_out).unwrap_err();
    assert!(matches!(&error, SearchError::Io { .. }) && error.to_string().contains("none"), "{error}");
}

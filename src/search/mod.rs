//! [`Search`]: the best settings among many that are drawn at random.
//!
//! Beside the flow: it knows nothing of networks. A *trial* is settings that were drawn, tried with a *budget* (epochs,
//! mostly), and the number that came out, of which less is better.
//!
//! | search | tries |
//! |---|---|
//! | [`Search::random`] | every trial with the whole budget |
//! | [`Search::halving`] | all with a small one, the best of them with a larger one, and so on |
//!
//! ```
//! use dimwise::prelude::*;
//! use dimwise::search::{Search, log_uniform};
//!
//! network! { type Xor = [Affine<U2, U8>, Tanh<_>, Affine<_, U2>]; }
//!
//! #[derive(Debug)]
//! struct Settings {
//!     learning_rate: f64,
//!     weight_decay: f64,
//! }
//!
//! let samples = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]].map(Tensor::from);
//! let classes = [0, 1, 1, 0].map(|class| Class::<U2>::new(class).unwrap());
//! let data = Dataset::new(samples, classes)?;
//! let search = Search::new(8, 1, |random| Settings {
//!     learning_rate: log_uniform(random, 1e-4, 1.0),
//!     weight_decay: log_uniform(random, 1e-8, 1e-4),
//! });
//! let found = search.random(20, |settings: &Settings, epochs| -> Result<f64, TrainError> {
//!     let optimizer = AdamW::new(settings.learning_rate, settings.weight_decay);
//!     let network = Xor::initialized(XavierNormal, 1);
//!     let mut trainer = Trainer::<_, _, _, U4>::new(network, CrossEntropy, optimizer, 1);
//!     for _ in 0..epochs {
//!         trainer.epoch(&data)?;
//!     }
//!     Ok(trainer.evaluate(&data)?.loss)
//! })?;
//! println!("{found}");
//! assert!(found.best().unwrap().settings.learning_rate > 1e-3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod draw;
mod error;
mod file;
mod found;

pub use draw::{choice, log_uniform, uniform};
pub use error::SearchError;
pub use found::{Found, Trial};

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Debug, Display};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::random::Random;
use file::File;

/// A search through settings that a function draws.
///
/// Which settings a trial has follows from the seed and the number of the trial alone, and which trials go on from
/// their numbers: so the result is the same on one thread or more, and the same again. Training itself is
/// split over rayon's threads where steps are large; for small networks trials side by side are faster.
///
/// Bergstra and Bengio, *Random search for hyper-parameter optimization*, 2012.
pub struct Search<F> {
    draw: F,
    trials: usize,
    seed: u64,
    threads: usize,
    file: Option<PathBuf>,
}

impl<S: Debug, F: Fn(&mut Random) -> S> Search<F> {
    /// Searches through `trials` settings that `draw` draws, on all threads.
    pub fn new(trials: usize, seed: u64, draw: F) -> Self {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        Self { draw, trials, seed, threads, file: None }
    }

    /// Searches on so many threads.
    ///
    /// # Panics
    ///
    /// Panics if `threads` is 0.
    pub fn on_threads(mut self, threads: usize) -> Self {
        assert!(threads > 0, "a search takes at least one thread");
        self.threads = threads;
        self
    }

    /// Writes each trial to a file when it ends, one line a trial, and goes on with what is there: a search that was
    /// stopped tries only what it had not finished.
    ///
    /// The file is text: the trial's number, its budget, what came out and the settings, with tabs between them. A last
    /// line that was not written to its end is left out, and the [report](Found::left_out) says so.
    pub fn with_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.file = Some(path.into());
        self
    }

    /// The settings of a trial.
    pub fn settings(&self, trial: usize) -> S {
        // Far from what seeding adds to a seed, so that neighbours have nothing in common.
        let step = (trial as u64 + 1).wrapping_mul(0xD134_2543_DE82_EF95);
        (self.draw)(&mut Random::new(self.seed.wrapping_add(step)))
    }

    /// Tries all settings with the whole budget: `try_out` gets the settings and the budget, and returns what is to be
    /// small, a loss on data for validation.
    ///
    /// A trial whose `try_out` returns an error (training that diverged), or no number, is the worst, and the search goes on.
    ///
    /// # Errors
    ///
    /// [`SearchError`] where the [file](Self::with_file) cannot be read or written, or is that of another search.
    ///
    /// # Panics
    ///
    /// Panics where `try_out` does.
    pub fn random<E: Display>(
        &self,
        budget: usize,
        try_out: impl Fn(&S, usize) -> Result<f64, E> + Sync,
    ) -> Result<Found<S>, SearchError>
    where
        S: Send + Sync,
    {
        self.run(&[(budget, self.trials)], try_out)
    }

    /// Successive halving: tries all settings with the budget `least`, the best of them with `factor` times that, and so
    /// on up to `most`. Of each round the `1 / factor`th part goes on, at least one; a trial begins anew with each budget.
    ///
    /// So many settings are tried for the time that few would take with the whole budget. Settings that are slow
    /// at first and good at last are lost: choose `least` so that good ones can be told by then.
    ///
    /// Jamieson and Talwalkar, *Non-stochastic best arm identification and hyperparameter optimization*, 2016; the inner
    /// loop of Hyperband (Li et al., *Hyperband*, 2018).
    ///
    /// # Errors
    ///
    /// As [`random`](Self::random).
    ///
    /// # Panics
    ///
    /// Panics if `least` is 0 or above `most`, or if `factor` is below 2; and where `try_out` does.
    ///
    /// ```
    /// use dimwise::search::{Search, uniform};
    ///
    /// // The more budget, the nearer to (x - 1)².
    /// let search = Search::new(27, 1, |random| uniform(random, -3.0, 3.0));
    /// let found = search.halving(1, 9, 3, |x, budget| -> Result<f64, String> {
    ///     Ok((x - 1.0) * (x - 1.0) + 0.1 / budget as f64)
    /// })?;
    /// assert!((found.best().unwrap().settings - 1.0).abs() < 0.3);
    /// assert_eq!(found.trials().iter().filter(|trial| trial.budget == 9).count(), 3);
    /// # Ok::<(), dimwise::search::SearchError>(())
    /// ```
    pub fn halving<E: Display>(
        &self,
        least: usize,
        most: usize,
        factor: usize,
        try_out: impl Fn(&S, usize) -> Result<f64, E> + Sync,
    ) -> Result<Found<S>, SearchError>
    where
        S: Send + Sync,
    {
        assert!(
            0 < least && least <= most && factor > 1,
            "budgets grow from at least 1, by a factor of at least 2"
        );
        let (mut rounds, mut budget, mut count) = (Vec::new(), least, self.trials);
        loop {
            rounds.push((budget, count));
            budget = budget.saturating_mul(factor);
            if budget > most {
                break;
            }
            count = (count / factor).max(1);
        }
        self.run(&rounds, try_out)
    }

    /// Tries the best of each round in the next one; a round is a budget, and how many trials it has.
    fn run<E: Display>(
        &self,
        rounds: &[(usize, usize)],
        try_out: impl Fn(&S, usize) -> Result<f64, E> + Sync,
    ) -> Result<Found<S>, SearchError>
    where
        S: Send + Sync,
    {
        let mut trials: Vec<_> = (0..self.trials)
            .map(|number| Trial {
                number,
                settings: self.settings(number),
                budget: 0,
                outcome: Ok(f64::INFINITY),
            })
            .collect();
        let (file, known, left_out) = match &self.file {
            Some(path) => {
                let opened = File::open(path, self.seed)?;
                (Some(Mutex::new(opened.file)), opened.trials, opened.left_out)
            }
            None => (None, Vec::new(), None),
        };
        for &(budget, count) in rounds {
            trials.sort_by(Trial::compare);
            let next = &mut trials[..count.min(self.trials)];
            for trial in next.iter_mut() {
                trial.budget = budget;
            }
            let outcomes = self.round(next, |trial| {
                let same = |line: &&file::Line| (line.number, line.budget) == (trial.number, budget);
                if let Some(line) = known.iter().find(same) {
                    line.check(trial)?;
                    return Ok(line.outcome.clone());
                }
                let outcome = match try_out(&trial.settings, budget) {
                    Ok(value) if !value.is_nan() => Ok(value),
                    Ok(_) => Err("not a number".to_string()),
                    Err(error) => Err(file::on_one_line(&error)),
                };
                if let Some(file) = &file {
                    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                    file.append(trial, &outcome)?;
                }
                Ok(outcome)
            })?;
            for (trial, outcome) in next.iter_mut().zip(outcomes) {
                trial.outcome = outcome;
            }
        }
        trials.sort_by(Trial::compare);
        Ok(Found { trials, left_out })
    }

    /// What comes out of each of these trials, in their order; whichever thread is free takes the next one.
    fn round(
        &self,
        trials: &[Trial<S>],
        try_out: impl Fn(&Trial<S>) -> Result<Outcome, SearchError> + Sync,
    ) -> Result<Vec<Outcome>, SearchError>
    where
        S: Sync,
    {
        let next = AtomicUsize::new(0);
        let take = || {
            let mut taken = Vec::new();
            while let Some(trial) = trials.get(next.fetch_add(1, Ordering::Relaxed)) {
                let outcome = try_out(trial);
                let failed = outcome.is_err();
                taken.push((trial.number, outcome));
                if failed {
                    // Nobody begins another trial that could not be written.
                    next.store(trials.len(), Ordering::Relaxed);
                }
            }
            taken
        };
        let mut taken = thread::scope(|scope| {
            let threads: Vec<_> = (1..self.threads.min(trials.len())).map(|_| scope.spawn(take)).collect();
            let mut taken = take();
            for thread in threads {
                match thread.join() {
                    Ok(more) => taken.extend(more),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            taken
        });
        if let Some(failed) = taken.iter().position(|(_, outcome)| outcome.is_err()) {
            return taken.swap_remove(failed).1.map(|_| Vec::new());
        }
        let place = |number| trials.iter().position(|trial| trial.number == number);
        taken.sort_by_key(|(number, _)| place(*number));
        taken.into_iter().map(|(_, outcome)| outcome).collect()
    }
}

/// What came out of a trial, or why nothing did.
type Outcome = Result<f64, String>;

impl<F> fmt::Debug for Search<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Search")
            .field("trials", &self.trials)
            .field("seed", &self.seed)
            .field("threads", &self.threads)
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

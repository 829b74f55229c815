//! [`Checkpoints`]: when a run is saved, where, and which files are kept.

use alloc::format;
use alloc::vec::Vec;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::contents;
use super::error::CheckpointError;
use crate::data::Source;
use crate::fit::{Callback, End, FitError, History, Saving, Watch};
use crate::loss::TargetOf;
use crate::network::{InputOf, Network};
use crate::optimizer::{Entry, Stateful, inside};
use crate::shape::BatchSize;
use crate::trainer::Trainer;

/// When a [fit](crate::trainer::Trainer::fit) is saved, where, and which files are kept: trainer, callbacks and history.
///
/// A fit that is interrupted is saved in any case.
///
/// ```
/// use dimwise::fit::Fit;
/// use dimwise::prelude::*;
/// use dimwise::storage::Checkpoints;
///
/// # let folder = std::env::temp_dir().join("dimwise-doc-runs");
/// # std::fs::remove_dir_all(&folder).ok();
/// # let (x, y) = ([[0.0], [1.0]].map(Tensor::<U1>::from), [[0.0], [1.0]].map(Tensor::<U1>::from));
/// # let (train, validation) = (Dataset::new(x.clone(), y.clone())?, Dataset::new(x, y)?);
/// let network = Affine::<U1, U1>::zeroed();
/// let mut trainer = Trainer::<_, _, _, U8>::new(network, MeanSquaredError, Adam::new(0.1), 1);
/// // The first time there is nothing to go on with: it begins.
/// let checkpoints = Checkpoints::every(5).in_folder(&folder).keep_last(3).keep_best().resume_last();
/// let stopping = EarlyStopping::new(trainer.network(), 3);
/// trainer.fit(&train, Fit::epochs(20).validated_on(&validation).with(stopping).saved(checkpoints))?;
/// # assert!(folder.join("best.run").exists() && folder.join("epoch-000005.run").exists());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Checkpoints {
    every: usize,
    folder: PathBuf,
    last: usize,
    best: Option<Watch>,
    best_so_far: f64,
    resume: Resume,
}

/// What is gone on with.
#[derive(Clone, Debug)]
enum Resume {
    Nothing,
    Last,
    This(PathBuf),
}

impl Checkpoints {
    /// After every `epochs` epochs, at least 1, in the folder `runs`, where all files stay.
    pub fn every(epochs: usize) -> Self {
        Self {
            every: epochs.max(1),
            folder: "runs".into(),
            last: usize::MAX,
            best: None,
            best_so_far: f64::INFINITY,
            resume: Resume::Nothing,
        }
    }

    /// In this folder, which is made if it is not there. It is for one run alone.
    pub fn in_folder(self, folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), ..self }
    }

    /// Removes all but the last `count` files, at least 1, each time that there is a new one.
    pub fn keep_last(self, count: usize) -> Self {
        Self { last: count.max(1), ..self }
    }

    /// Also keeps the epoch with the lowest loss, in `best.run`: on validation data, or where there are none on what is
    /// trained on.
    pub fn keep_best(self) -> Self {
        self.keep_best_by(Watch::default())
    }

    /// [`keep_best`](Self::keep_best), judged by another number.
    pub fn keep_best_by(self, watch: Watch) -> Self {
        Self { best: Some(watch), ..self }
    }

    /// Goes on with the last file in the folder, and begins where there is none.
    pub fn resume_last(self) -> Self {
        Self { resume: Resume::Last, ..self }
    }

    /// Goes on with this file: with the best one, perhaps, or one from before a mistake. The later ones must be taken
    /// out of the folder then.
    pub fn resume(self, path: impl Into<PathBuf>) -> Self {
        Self { resume: Resume::This(path.into()), ..self }
    }

    fn path(&self, epoch: usize) -> PathBuf {
        self.folder.join(format!("epoch-{epoch:06}.run"))
    }

    fn best_path(&self) -> PathBuf {
        self.folder.join("best.run")
    }

    /// The epochs that there are files of, in order; none where there is no folder.
    fn epochs(&self) -> io::Result<Vec<usize>> {
        let mut epochs = Vec::new();
        for path in self.files()? {
            // A number that is written otherwise is of no file of ours.
            let epoch = path.file_stem().and_then(OsStr::to_str).and_then(|name| name.strip_prefix("epoch-"));
            if let Some(epoch) =
                epoch.and_then(|digits| digits.parse().ok()).filter(|epoch| self.path(*epoch) == path)
            {
                epochs.push(epoch);
            }
        }
        epochs.sort_unstable();
        Ok(epochs)
    }

    /// Removes the files of all epochs but the last ones.
    fn remove_old(&self) -> io::Result<()> {
        let epochs = self.epochs()?;
        for epoch in &epochs[..epochs.len().saturating_sub(self.last)] {
            fs::remove_file(self.path(*epoch))?;
        }
        Ok(())
    }

    /// Removes what a process left that was killed while it wrote.
    fn remove_unfinished(&self) -> io::Result<()> {
        for path in self.files()? {
            if super::super::replacement::is_unfinished(&path) {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// The paths in the folder; none where there is no folder.
    fn files(&self) -> io::Result<Vec<PathBuf>> {
        match fs::read_dir(&self.folder) {
            Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    fn wrong(&self) -> impl Fn(io::Error) -> CheckpointError {
        |error| CheckpointError::Io { path: self.folder.clone(), error }
    }
}

impl<N: Network, L: Send, O: Stateful<N>, B: BatchSize> Saving<N, L, O, B> for Checkpoints {
    /// Removes what a process left in the folder that was killed while it wrote.
    fn resume<S: InputOf<N>, G: TargetOf<N::Out>>(
        &mut self,
        trainer: &mut Trainer<N, L, O, B>,
        data: &impl Source<S, G, N::Element>,
        callbacks: &mut impl Callback<N, O>,
        history: &mut History,
    ) -> Result<(), FitError> {
        self.remove_unfinished().map_err(self.wrong())?;
        let path = match core::mem::replace(&mut self.resume, Resume::Nothing) {
            Resume::Nothing => None,
            Resume::Last => self.epochs().map_err(self.wrong())?.last().map(|epoch| self.path(*epoch)),
            Resume::This(path) => Some(path),
        };
        let Some(path) = path else { return Ok(()) };
        let data = contents::fingerprint(&path, trainer, data)?;
        let best = &mut self.best_so_far;
        contents::resume(
            &path,
            trainer,
            &mut |visit| visit_beside(callbacks, history, best, visit),
            Some(data),
        )?;
        Ok(())
    }

    fn save(
        &mut self,
        trainer: &mut Trainer<N, L, O, B>,
        callbacks: &mut impl Callback<N, O>,
        history: &mut History,
    ) -> Result<(), FitError> {
        let (epoch, is_interrupted) = (trainer.epochs(), history.end() == End::Interrupted);
        match self.epochs().map_err(self.wrong())?.last() {
            Some(&found) if found > epoch => {
                let path = self.path(found);
                return Err(CheckpointError::Later { path, expected: epoch, found }.into());
            }
            _ => fs::create_dir_all(&self.folder).map_err(self.wrong())?,
        }
        let mut is_best = false;
        if let (Some(watch), Some(record), false) = (&self.best, history.records().last(), is_interrupted) {
            let value = watch.of(&record)?;
            is_best = value < self.best_so_far;
            self.best_so_far = self.best_so_far.min(value);
        }
        let best = &mut self.best_so_far.clone();
        let mut save = |path: &Path| {
            contents::save(path, trainer, &mut |visit| visit_beside(callbacks, history, best, visit))
        };
        if is_best {
            save(&self.best_path())?;
        }
        if is_interrupted || epoch.is_multiple_of(self.every) {
            save(&self.path(epoch))?;
            self.remove_old().map_err(self.wrong())?;
        }
        Ok(())
    }
}

/// Visits all that is saved beside the trainer.
fn visit_beside<N: Network, O>(
    callbacks: &mut impl Callback<N, O>,
    history: &mut History,
    best: &mut f64,
    visit: &mut dyn FnMut(&str, Entry<'_, N::Element>),
) {
    visit("best", Entry::Number(best));
    history.visit_state(visit);
    callbacks.visit_state(&mut inside("callbacks", visit));
}

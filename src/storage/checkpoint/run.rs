//! [`Run`]: a trainer that is saved every few epochs, and [`Checkpoints`]: when, where, and which files are kept.

use alloc::format;
use alloc::vec::Vec;
use core::fmt;
use core::ops::{Deref, DerefMut};
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::contents::{self, Beside};
use super::error::CheckpointError;
use crate::data::Source;
use crate::early_stopping::EarlyStopping;
use crate::loss::Target;
use crate::network::{InputOf, Network};
use crate::optimizer::{Optimizer, Stateful};
use crate::shape::BatchSize;
use crate::trainer::Trainer;

/// When a [`Run`] is saved, where, and which files are kept.
///
/// ```
/// use dimwise::storage::Checkpoints;
///
/// let checkpoints = Checkpoints::every(5).in_folder("runs").keep_last(3).keep_best();
/// # let _ = checkpoints;
/// ```
#[derive(Clone, Debug)]
pub struct Checkpoints {
    every: usize,
    folder: PathBuf,
    last: usize,
    best: bool,
}

impl Checkpoints {
    /// After every `epochs` epochs, at least 1, in the folder `runs`, where all files stay.
    pub fn every(epochs: usize) -> Self {
        Self { every: epochs.max(1), folder: "runs".into(), last: usize::MAX, best: false }
    }

    /// In this folder, which is made if it is not there. It is for one run alone.
    pub fn in_folder(self, folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), ..self }
    }

    /// Removes all but the last `count` files, at least 1, each time that there is a new one.
    pub fn keep_last(self, count: usize) -> Self {
        Self { last: count.max(1), ..self }
    }

    /// Also keeps the epoch whose reported loss was the lowest, in `best.run`.
    pub fn keep_best(self) -> Self {
        Self { best: true, ..self }
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

/// A trainer that is saved every few epochs, with its early stopping if it has one. It derefs to the
/// [`Trainer`].
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::storage::Checkpoints;
///
/// # let folder = std::env::temp_dir().join("dimwise-doc-runs");
/// # std::fs::remove_dir_all(&folder).ok();
/// # let (x, y) = ([[0.0], [1.0]].map(Tensor::<U1>::from), [[0.0], [1.0]].map(Tensor::<U1>::from));
/// # let (train, validation) = (Dataset::new(x.clone(), y.clone())?, Dataset::new(x, y)?);
/// let network = Affine::<U1, U1>::zeroed();
/// let stopping = EarlyStopping::new(&*network, 3);
/// let mut run = Trainer::<_, _, _, U8>::new(network, MeanSquaredError, Adam::new(0.1), 1)
///     .with_checkpoints(Checkpoints::every(5).in_folder(&folder).keep_last(3).keep_best())
///     .with_early_stopping(stopping)
///     // The first time there is nothing to go on with: it begins.
///     .resume_last(&train)?;
/// while run.epochs() < 20 {
///     run.epoch(&train)?;
///     let loss = run.evaluate(&validation)?.loss;
///     if run.report(loss)? {
///         break;
///     }
/// }
/// # assert!(folder.join("best.run").exists() && folder.join("epoch-000005.run").exists());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Run<N: Network, L, O, B: BatchSize> {
    trainer: Trainer<N, L, O, B>,
    checkpoints: Checkpoints,
    early_stopping: Option<EarlyStopping<N>>,
    best_loss: f64,
}

impl<N: Network, L, O: Optimizer<N>, B: BatchSize> Trainer<N, L, O, B> {
    /// Makes it a [`Run`], which is saved every few epochs. Comes after all other settings.
    pub fn with_checkpoints(self, checkpoints: Checkpoints) -> Run<N, L, O, B>
    where
        O: Stateful<N>,
    {
        Run { trainer: self, checkpoints, early_stopping: None, best_loss: f64::INFINITY }
    }
}

impl<N: Network, L: Send, O: Stateful<N>, B: BatchSize> Run<N, L, O, B> {
    /// Lets [`report`](Self::report) say when to stop. The best network is saved with the run.
    pub fn with_early_stopping(self, early_stopping: EarlyStopping<N>) -> Self {
        Self { early_stopping: Some(early_stopping), ..self }
    }

    /// Goes on with the last epoch in the folder; begins where there is none.
    ///
    /// Removes what a process left there that was killed while it wrote. Else as [`Trainer::resume`].
    ///
    /// # Errors
    ///
    /// [`CheckpointError`] where the file cannot be read, is damaged, or is of another run, or where a sample of the data
    /// cannot be read.
    pub fn resume_last<S: InputOf<N>, G: Target>(
        self,
        data: &impl Source<S, G, N::Element>,
    ) -> Result<Self, CheckpointError> {
        self.checkpoints.remove_unfinished().map_err(self.checkpoints.wrong())?;
        match self.checkpoints.epochs().map_err(self.checkpoints.wrong())?.last() {
            Some(&epoch) => {
                let path = self.checkpoints.path(epoch);
                self.resume(path, data)
            }
            None => Ok(self),
        }
    }

    /// Goes on with the run in a file, as [`Trainer::resume`]: with the best one, perhaps, or one from before a mistake.
    /// The later ones must be taken out of the folder then.
    ///
    /// # Errors
    ///
    /// [`CheckpointError`] where the file cannot be read, is damaged, or is of another run, or where a sample of the data
    /// cannot be read.
    pub fn resume<S: InputOf<N>, G: Target>(
        mut self,
        path: impl AsRef<Path>,
        data: &impl Source<S, G, N::Element>,
    ) -> Result<Self, CheckpointError> {
        let path = path.as_ref();
        let data = contents::fingerprint(path, &mut self.trainer, data)?;
        let beside =
            Beside { early_stopping: self.early_stopping.as_mut(), best_loss: Some(&mut self.best_loss) };
        contents::resume(path, &mut self.trainer, beside, Some(data))?;
        Ok(self)
    }

    /// Saves the run in a file, as [`Trainer::save`], beside those that [`report`](Self::report) writes.
    ///
    /// # Errors
    ///
    /// [`CheckpointError::Io`] where the file cannot be written.
    pub fn save(&mut self, path: impl AsRef<Path>) -> Result<(), CheckpointError> {
        let beside =
            Beside { early_stopping: self.early_stopping.as_mut(), best_loss: Some(&mut self.best_loss) };
        contents::save(path.as_ref(), &mut self.trainer, beside)
    }

    /// Ends an epoch: records a loss of the network as it is, saves the run if it is time, and returns whether training
    /// should stop, which is never without [early stopping](Self::with_early_stopping).
    ///
    /// Only this saves. The loss should be one on data that the network is not trained on. NaN is never better.
    ///
    /// # Errors
    ///
    /// [`CheckpointError::Io`] where a file cannot be written or an old one not removed;
    /// [`CheckpointError::Later`] where the folder has a file of a later epoch, which is another run's. Training can
    /// go on after either.
    pub fn report(&mut self, loss: f64) -> Result<bool, CheckpointError> {
        let epoch = self.trainer.epochs();
        let stopping = self.early_stopping.as_mut();
        let stop = stopping.is_some_and(|stopping| stopping.should_stop(loss, self.trainer.network()));
        let is_best = loss < self.best_loss;
        if is_best {
            self.best_loss = loss;
        }
        let wrong = self.checkpoints.wrong();
        match self.checkpoints.epochs().map_err(&wrong)?.last() {
            Some(&found) if found > epoch => {
                let path = self.checkpoints.path(found);
                return Err(CheckpointError::Later { path, expected: epoch, found });
            }
            _ => fs::create_dir_all(&self.checkpoints.folder).map_err(&wrong)?,
        }
        drop(wrong);
        if is_best && self.checkpoints.best {
            self.save(self.checkpoints.best_path())?;
        }
        if epoch.is_multiple_of(self.checkpoints.every) {
            self.save(self.checkpoints.path(epoch))?;
            self.checkpoints.remove_old().map_err(self.checkpoints.wrong())?;
        }
        Ok(stop)
    }

    /// The lowest loss that was [reported](Self::report); infinite before the first one.
    pub fn best_loss(&self) -> f64 {
        self.best_loss
    }

    /// The early stopping, with the best network so far.
    pub fn early_stopping(&self) -> Option<&EarlyStopping<N>> {
        self.early_stopping.as_ref()
    }

    /// Gives trainer and early stopping back.
    pub fn into_parts(self) -> (Trainer<N, L, O, B>, Option<EarlyStopping<N>>) {
        (self.trainer, self.early_stopping)
    }
}

impl<N: Network, L, O, B: BatchSize> Deref for Run<N, L, O, B> {
    type Target = Trainer<N, L, O, B>;

    fn deref(&self) -> &Self::Target {
        &self.trainer
    }
}

impl<N: Network, L, O, B: BatchSize> DerefMut for Run<N, L, O, B> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.trainer
    }
}

impl<N: Network, L, O, B: BatchSize> fmt::Debug for Run<N, L, O, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("trainer", &self.trainer)
            .field("checkpoints", &self.checkpoints)
            .field("best_loss", &self.best_loss)
            .finish_non_exhaustive()
    }
}

//! Runs that are saved and resumed, each in one file.
//!
//! | file | knows |
//! |---|---|
//! | `codec` | the format: entries with names, a version, a checksum |
//! | `contents` | which entries there are, in which order |
//! | `signature` | what tells a network or an optimizer from others, in words |
//! | `checkpoints` | when a run is saved, and which files are kept |
//! | `error` | what is refused |

mod checkpoints;
mod codec;
mod contents;
mod error;
mod signature;

pub use checkpoints::Checkpoints;
pub use error::{CheckpointError, Part};

use std::path::Path;

use crate::data::Source;
use crate::loss::Target;
use crate::network::{InputOf, Network};
use crate::optimizer::{Optimizer, Stateful};
use crate::shape::BatchSize;
use crate::trainer::Trainer;

// The bound is each method's own: so the compiler says what the optimizer lacks.
impl<N: Network, L, O: Optimizer<N>, B: BatchSize> Trainer<N, L, O, B> {
    /// Saves all that training goes on from in one file: the network with its statistics and the counters of its
    /// dropout, the optimizer with its settings and state, the position of its schedule, the order of samples, epochs
    /// and steps, and what is [gone back](Self::go_back) to.
    ///
    /// An old file stays until the new one is complete and on the disk, and for good if that fails: a process that is
    /// killed meanwhile leaves it, and beside it an unfinished `.dimwise-….part`. Takes some 100 KB of memory, however
    /// large the network.
    ///
    /// # Errors
    ///
    /// [`CheckpointError::Io`] where the file cannot be written.
    pub fn save(&mut self, path: impl AsRef<Path>) -> Result<(), CheckpointError>
    where
        O: Stateful<N>,
    {
        contents::save(path.as_ref(), self, &mut |_| {})
    }

    /// Goes on with the run that was saved in a file, from where it was: each later step, epoch and report has the
    /// bits that it would have had without the break, on any number of threads; on a machine with another
    /// instruction set where the two agree in every bit, as all but `portable` do.
    ///
    /// The trainer is built as it was for the run, and `data` are those of its epochs, in memory or not, of which the
    /// number and the first 16 samples with their targets are compared. Layers, tensors, the optimizer's type, the batch size, the penalty, clipping, the limit
    /// of the loss and the loss's type must be the same as then; the optimizer's settings, which may have been changed
    /// while it trained, are those of the file. What is to be changed is changed after this. Of functions (a schedule, a
    /// loss) a file knows nothing; a schedule is compared by some learning rates that it gave.
    ///
    /// Takes no memory beside the trainer's own but some 100 KB. The network that the trainer was built with is
    /// overwritten, so nothing is given back where this fails.
    ///
    /// # Errors
    ///
    /// [`CheckpointError`] where the file cannot be read, is damaged, or is of another run, or where a sample of the data
    /// cannot be read.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// # let path = std::env::temp_dir().join("dimwise-doc.run");
    /// # let (x, y) = ([[0.0], [1.0]].map(Tensor::<U1>::from), [[0.0], [1.0]].map(Tensor::<U1>::from));
    /// # let data = Dataset::new(x, y)?;
    /// type Line = Affine<U1, U1>;
    /// let fresh = || Trainer::<Line, _, _, U2>::new(Line::zeroed(), MeanSquaredError, Adam::new(0.1), 1);
    ///
    /// let mut trainer = fresh();
    /// trainer.epoch(&data)?;
    /// trainer.save(&path)?;
    ///
    /// let mut resumed = fresh().resume(&path, &data)?;
    /// assert_eq!(resumed.epoch(&data)?, trainer.epoch(&data)?);
    /// assert_eq!(resumed.network().weight, trainer.network().weight);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resume<S: InputOf<N>, G: Target>(
        mut self,
        path: impl AsRef<Path>,
        data: &impl Source<S, G, N::Element>,
    ) -> Result<Self, CheckpointError>
    where
        O: Stateful<N>,
    {
        let path = path.as_ref();
        let data = contents::fingerprint(path, &mut self, data)?;
        contents::resume(path, &mut self, &mut |_| {}, Some(data))?;
        Ok(self)
    }

    /// [`resume`](Self::resume) for a run of single [steps](Self::step), which has had no data set.
    ///
    /// # Errors
    ///
    /// As [`resume`](Self::resume); also where the run has had a data set.
    pub fn resume_steps(mut self, path: impl AsRef<Path>) -> Result<Self, CheckpointError>
    where
        O: Stateful<N>,
    {
        contents::resume(path.as_ref(), &mut self, &mut |_| {}, None)?;
        Ok(self)
    }
}

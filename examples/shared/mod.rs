//! What the examples share: reading the command line and the digits, training with all accuracies, and the line in which
//! an experiment of the book ends.

use std::error::Error;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser};
use dimwise::data::{DataError, Split};
use dimwise::fit::{Callback, Fit, FitError, Progress, Validation};
use dimwise::network::InputOf;
use dimwise::prelude::*;
use dimwise::trainer::{Step, TrainError};

/// Images with their labels.
pub type Images<S> = Dataset<S, Class<U10>>;

/// The digits that come with the repository.
pub const DIGITS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data");

/// The command line as `S`, or the exit code after its mistake was named in one line.
pub fn settings<S: Parser>() -> Result<S, ExitCode> {
    S::try_parse().map_err(|error| {
        if !error.use_stderr() {
            error.exit();
        }
        // One line is enough; clap would add the usage.
        eprintln!("{}", error.to_string().lines().next().unwrap_or("bad arguments"));
        ExitCode::from(2)
    })
}

/// A number above 0, for clap.
pub fn positive(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(number) if number > 0.0 && f64::is_finite(number) => Ok(number),
        _ => Err("expected a number above 0".into()),
    }
}

/// The images to train on and those to test on, or the exit code after the mistake was named.
pub fn read_images<S: Shape>(folder: &Path) -> Result<(Images<S>, Images<S>), ExitCode> {
    let read = |split| {
        Images::from_idx_folder(folder, split).map_err(|error| {
            eprintln!("error: {error}");
            ExitCode::from(2)
        })
    };
    let (train, test) = (read(Split::Train)?, read(Split::Test)?);
    println!("{} images to train on, {} to test on", train.len(), test.len());
    Ok((train, test))
}

/// What the book says, and whether the run showed it.
pub struct Claim {
    /// Whether what was measured agrees.
    pub holds: bool,
    /// The claim and the numbers, in one line.
    pub line: String,
}

/// Runs an experiment of the book and ends with its claim in one line; the exit code is 0 where the claim
/// holds, 1 where it does not, 2 where there was nothing to run with.
pub fn experiment<S: Parser>(run: impl FnOnce(&S) -> Result<Claim, Box<dyn Error>>) -> ExitCode {
    let settings = match settings::<S>() {
        Ok(settings) => settings,
        Err(code) => return code,
    };
    match run(&settings) {
        Ok(Claim { holds: true, line }) => {
            println!("holds: {line}");
            ExitCode::SUCCESS
        }
        Ok(Claim { holds: false, line }) => {
            println!("does not hold: {line}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

// What an experiment on digits can be told. (Not a doc comment: clap would take it for the example's.)
#[derive(Args)]
pub struct Digits {
    /// Ends within ten seconds, and still checks the claim
    #[arg(long)]
    pub fast: bool,
    /// Folder with the four IDX files of MNIST or Fashion-MNIST, gzipped or not
    #[arg(long, value_name = "DIR", default_value = DIGITS)]
    data: PathBuf,
}

impl Digits {
    /// The images to train on and those to test on.
    pub fn read<S: Shape>(&self) -> Result<(Images<S>, Images<S>), DataError> {
        let read = |split| Images::from_idx_folder(&self.data, split);
        Ok((read(Split::Train)?, read(Split::Test)?))
    }
}

/// The first so many images, or all where there are fewer.
pub fn first<S: Shape>(images: &Images<S>, count: usize) -> Images<S> {
    images.split_at(count.min(images.len())).0
}

/// How a training went.
#[derive(Clone, Default)]
pub struct Course {
    /// The loss of each step.
    pub losses: Vec<f64>,
    /// The accuracy on what was trained on, after each epoch.
    pub train: Vec<f64>,
    /// The accuracy on the test images, likewise.
    pub test: Vec<f64>,
}

impl Course {
    /// The accuracies after the last epoch: on what was trained on, and on the test images.
    pub fn end(&self) -> (f64, f64) {
        (self.train.last().copied().unwrap_or_default(), self.test.last().copied().unwrap_or_default())
    }
}

/// The mean of the last so many losses, or of all where there are fewer.
pub fn mean_of_last(count: usize, losses: &[f64]) -> f64 {
    let last = &losses[losses.len().saturating_sub(count)..];
    last.iter().sum::<f64>() / last.len() as f64
}

/// Trains for so many epochs, and measures after each.
pub fn train<N, O, B>(
    trainer: &mut Trainer<N, CrossEntropy, O, B>,
    epochs: usize,
    train: &Images<N::In>,
    test: &Images<N::In>,
) -> Result<Course, FitError>
where
    N: Network<In: InputOf<N>, Out = U10, Element = f32>,
    O: Optimizer<N>,
    B: BatchSize,
{
    let mut losses = Losses::default();
    let fit = Fit::epochs(epochs).measured_by(Both { train, test }).with(Progress::quiet()).with(&mut losses);
    let history = trainer.fit(train, fit)?;
    Ok(Course { losses: losses.0, train: history.column(TRAIN), test: history.column(TEST) })
}

/// The columns of the accuracies.
const TRAIN: &str = "accuracy after the epoch";
const TEST: &str = "validation accuracy";

/// Measures the accuracy on what is trained on, too.
struct Both<'a, S: Shape> {
    train: &'a Images<S>,
    test: &'a Images<S>,
}

impl<N, O, B> Validation<N::In, Class<U10>, N, CrossEntropy, O, B> for Both<'_, N::In>
where
    N: Network<In: InputOf<N>, Out = U10, Element = f32>,
    O: Optimizer<N>,
    B: BatchSize,
{
    fn names(&self) -> Vec<String> {
        [TRAIN, TEST].map(String::from).into()
    }

    fn measure(&mut self, trainer: &mut Trainer<N, CrossEntropy, O, B>) -> Result<Vec<f64>, TrainError> {
        let [train, test] = [trainer.evaluate(self.train)?, trainer.evaluate(self.test)?];
        Ok([train, test].map(|measured| measured.accuracy.unwrap_or(f64::NAN)).into())
    }
}

/// The loss of each step.
#[derive(Default)]
struct Losses(Vec<f64>);

impl<N: Network, O> Callback<N, O> for Losses {
    fn on_step(&mut self, step: &Step, _: &N) -> ControlFlow<()> {
        self.0.push(step.loss);
        ControlFlow::Continue(())
    }
}

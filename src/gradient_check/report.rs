//! What a gradient check says: [`Report`], or a [`GradientError`] that names the gradient.

use alloc::string::String;
use core::fmt;

use super::compare::relative_error;

/// What a passed check has compared.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many numbers were moved.
    pub checked: usize,
    /// How many there are, in all inputs and parameters; more than `checked` where a tensor has
    /// over 256, of which 256 are drawn.
    pub numbers: usize,
    /// How many of those checked lie on a kink (ReLU at 0), where the gradient is only known to
    /// be between the slopes of both sides.
    pub kinks: usize,
    /// How many gradients are zero, or too small for a difference to say more: one of a dead ReLU.
    pub vanishing: usize,
    /// The largest relative error.
    pub largest_error: f64,
    /// Where that is: `0.weight[1, 2]`.
    pub worst: String,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { checked, numbers, kinks, vanishing, largest_error, worst } = self;
        write!(f, "{checked} of {numbers} gradients checked, {kinks} on kinks, {vanishing} vanishing; ")?;
        write!(f, "largest relative error {largest_error:.1e} at {worst}")
    }
}

/// Why a check failed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum GradientError {
    /// A gradient is not the slope of the loss.
    Mismatch {
        /// Which gradient: `0.weight[1, 2]`, `input of sample 1 [3]`.
        place: String,
        /// What `backward` gave.
        analytic: f64,
        /// What the central difference gave.
        numeric: f64,
    },
    /// Two backward passes that should be the same differ.
    Unsteady {
        /// Which gradient.
        place: String,
        /// What it was in the first run.
        first: f64,
        /// What it was in the second run.
        second: f64,
        /// What the runs differ in.
        but: Run,
    },
    /// The gradient was not added to what there was.
    NotAdded {
        /// Which gradient.
        place: String,
        /// What there was.
        before: f64,
        /// The gradient.
        gradient: f64,
        /// What `backward` left.
        after: f64,
    },
    /// [`Loss::value`](crate::loss::Loss::value) and
    /// [`Loss::gradient`](crate::loss::Loss::gradient) give different losses.
    Loss {
        /// What `value` gave.
        value: f64,
        /// What `gradient` gave.
        gradient: f64,
    },
    /// Fewer samples than the layer is trained on, or more than a check has room for.
    Samples {
        /// The fewest there may be.
        least: usize,
        /// The number of samples.
        found: usize,
        /// The most there may be.
        capacity: usize,
    },
}

/// What must not matter for a backward pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// The first run's memory held NaN, the second one's other numbers, with room for more samples.
    Memory,
    /// The first run was asked for the gradient by the input, the second was not.
    GradInput,
}

impl fmt::Display for GradientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mismatch { place, analytic, numeric } => {
                let error = relative_error(*analytic, *numeric, 0.0);
                write!(f, "{place}: backward gives {analytic}, the central difference is {numeric} ")?;
                write!(f, "(relative error {error:.1e})")
            }
            Self::Unsteady { place, first, second, but } => {
                write!(f, "{place}: backward gives {first}, then {second} ")?;
                f.write_str(match but {
                    Run::Memory => "in a larger workspace and memory that held other numbers",
                    Run::GradInput => "where it is not asked for the gradient by the input",
                })
            }
            Self::NotAdded { place, before, gradient, after } => {
                write!(
                    f,
                    "{place}: backward does not add: of {before} and the gradient {gradient} it makes {after}"
                )
            }
            Self::Loss { value, gradient } => {
                write!(f, "the loss is {value} without its gradient, and {gradient} with it")
            }
            Self::Samples { least, found, capacity } => {
                write!(f, "a gradient check takes {least} to {capacity} samples here, not {found}")
            }
        }
    }
}

impl core::error::Error for GradientError {}

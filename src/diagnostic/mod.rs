//! What the compiler says about sizes that do not fit.
//!
//! Below the layers: it knows sizes and no layer. [`Fault`] names the rule that a layer's own sizes break, or its
//! seam; [`right`] makes the message of it, at the layer, in decimal. [`Fit`] compares the seams of stacks that are
//! written by hand. [`network!`](crate::network!) asks for both.

mod fault;
mod rule;
mod seam;

pub use fault::Fault;
pub use rule::{Named, Rule, ThisLayer, broken, right, size};
pub use seam::{BranchAxes, BranchInputs, BranchOutputs, Enters, Feeds, Fit, Seam};

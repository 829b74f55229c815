//! [`Label`]: a target that is one class.

use super::{Class, Target};
use crate::shape::Dim;

/// A target that names one class: [`Class`].
#[diagnostic::on_unimplemented(
    message = "this loss takes classes as targets",
    label = "not classes",
    note = "`Class::<U10>::new(3)` is the fourth of ten classes"
)]
pub trait Label: Target {
    /// The index of the class's output.
    fn position(&self) -> usize;
}

impl<C: Dim> Label for Class<C> {
    fn position(&self) -> usize {
        self.index()
    }
}

//! [`Selection`]: some of a network's tensors.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::{Kind, NoSuchPath, Parameters, Segment, is_at_or_below, range_of};

/// Some of a network's tensors: those at or below a path, those of a layer with a name, those of a [`Kind`].
#[diagnostic::on_unimplemented(
    message = "this does not say which tensors of a network are meant",
    label = "write a path, `\"0.weight\"` or `\"0\"`, a layer's name, `Net::head`, or `|kind: Kind| kind.is_weight()`"
)]
pub trait Selection {
    /// Whether a tensor is among them.
    fn has(&self, segment: &Segment<'_>) -> bool;

    /// Whether a network has what is asked for.
    ///
    /// # Errors
    ///
    /// [`NoSuchPath`] where it does not.
    fn check<N: Parameters>(&self) -> Result<(), NoSuchPath>;
}

impl Selection for &str {
    fn has(&self, segment: &Segment<'_>) -> bool {
        segment.kind.is_trained() && is_at_or_below(&segment.path.to_string(), self)
    }

    fn check<N: Parameters>(&self) -> Result<(), NoSuchPath> {
        range_of::<N>(self, Kind::is_trained).map(|_| ())
    }
}

#[diagnostic::do_not_recommend]
impl<F: Fn(Kind) -> bool> Selection for F {
    fn has(&self, segment: &Segment<'_>) -> bool {
        self(segment.kind)
    }

    fn check<N: Parameters>(&self) -> Result<(), NoSuchPath> {
        Ok(())
    }
}

/// A value for each tensor of a network, in the order of the flat block.
pub(crate) fn one_per_tensor<N: Parameters, V: Clone>(value: V) -> Vec<V> {
    let mut values = Vec::new();
    N::segments(|_| values.push(value.clone()));
    values
}

/// Changes the values, of which each tensor has one, of those tensors that are meant.
pub(crate) fn change_selected<N: Parameters, V>(
    values: &mut [V],
    tensors: &impl Selection,
    change: impl Fn(&mut V),
) -> Result<(), NoSuchPath> {
    tensors.check::<N>()?;
    let mut values = values.iter_mut();
    N::segments(|segment| {
        if let Some(value) = values.next()
            && tensors.has(&segment)
        {
            change(value);
        }
    });
    Ok(())
}

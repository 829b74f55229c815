//! Memory of inference: of a chain of layers only two neighbouring activations are needed at once, so they
//! lie at the two ends of one arena, in turn, and the arena is as large as the largest two neighbours.

use crate::plain::{Plain, view_mut};

/// One end of an arena.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum End {
    /// The first elements.
    Front,
    /// The last elements.
    Back,
}

impl End {
    #[inline]
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Front => Self::Back,
            Self::Back => Self::Front,
        }
    }

    /// Room for `count` values at this end, and the rest of the arena.
    #[inline]
    pub(crate) fn of<P: Plain>(
        self,
        arena: &mut [P::Element],
        count: usize,
    ) -> (&mut [P], &mut [P::Element]) {
        let numbers = count * P::COUNT;
        match self {
            Self::Front => {
                let (values, rest) = arena.split_at_mut(numbers);
                (view_mut(values, count), rest)
            }
            Self::Back => {
                let (rest, values) = arena.split_at_mut(arena.len() - numbers);
                (view_mut(values, count), rest)
            }
        }
    }
}

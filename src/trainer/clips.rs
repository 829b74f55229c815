//! [`Clips`]: which gradients are bounded together, and how.

use alloc::vec;
use alloc::vec::Vec;
#[cfg(feature = "checkpoint")]
use alloc::{format, string::String};
use core::ops::Range;

use crate::clip::Clip;
use crate::parameters::{NoSuchPath, Parameters, Selection};

/// Groups of tensors, each with a bound of its own. Of each tensor counts what was said last.
#[derive(Default)]
pub(super) struct Clips {
    /// The bound of each group; of some there may be no tensor left.
    bounds: Vec<Clip>,
    /// The group of each tensor, in the order of the flat block; empty where nothing is bounded.
    groups: Vec<Option<usize>>,
    /// What is bounded in one go: a group, or one of its tensors.
    parts: Vec<(Clip, Vec<Range<usize>>)>,
    /// Whether there is no trained tensor without a bound.
    pub(super) are_complete: bool,
}

impl Clips {
    /// Bounds all gradients together, whatever was said before.
    pub(super) fn bound_all<N: Parameters>(&mut self, clip: Clip) {
        *self = Self { bounds: vec![clip], groups: vec![Some(0); tensors::<N>()], ..Self::default() };
        self.prepare::<N>();
    }

    /// Bounds these together, and no longer with others.
    pub(super) fn bound<N: Parameters>(
        &mut self,
        tensors: &impl Selection,
        clip: Clip,
    ) -> Result<(), NoSuchPath> {
        tensors.check::<N>()?;
        self.groups.resize(self::tensors::<N>(), None);
        let mut groups = self.groups.iter_mut();
        N::segments(|segment| {
            if let Some(group) = groups.next()
                && tensors.has(&segment)
            {
                *group = Some(self.bounds.len());
            }
        });
        self.bounds.push(clip);
        self.prepare::<N>();
        Ok(())
    }

    /// Finds out once what each step does.
    fn prepare<N: Parameters>(&mut self) {
        let mut ranges: Vec<Vec<Range<usize>>> = vec![Vec::new(); self.bounds.len()];
        let mut groups = self.groups.iter();
        self.are_complete = true;
        N::segments(|segment| match groups.next().copied().flatten() {
            Some(group) => match ranges[group].last_mut() {
                // Neighbours are one range, but where each tensor is bounded by itself.
                Some(last)
                    if last.end == segment.start && !matches!(self.bounds[group], Clip::TensorNorm(_)) =>
                {
                    last.end = segment.range().end;
                }
                _ => ranges[group].push(segment.range()),
            },
            None => self.are_complete &= !segment.kind.is_trained(),
        });
        self.parts.clear();
        for (clip, ranges) in self.bounds.iter().zip(ranges) {
            match clip {
                Clip::TensorNorm(_) => {
                    self.parts.extend(ranges.into_iter().map(|range| (*clip, vec![range])))
                }
                _ => self.parts.push((*clip, ranges)),
            }
        }
    }

    /// Bounds a network's gradients.
    pub(super) fn apply<N: Parameters>(&self, gradients: &mut N) {
        for (clip, ranges) in &self.parts {
            clip.apply_to_ranges(gradients.as_mut_slice(), ranges);
        }
    }

    /// What was said, for a file; `None` where it is nothing.
    #[cfg(feature = "checkpoint")]
    pub(super) fn text<N: Parameters>(&self) -> Option<String> {
        if let [clip] = &self.bounds[..]
            && self.groups.iter().all(Option::is_some)
        {
            return Some(format!("{clip:?}"));
        }
        let mut groups = self.groups.iter();
        let mut texts: Vec<String> = self.bounds.iter().map(|clip| format!("{clip:?} of")).collect();
        let mut is_empty = vec![true; texts.len()];
        N::segments(|segment| {
            if let Some(group) = groups.next().copied().flatten()
                && segment.kind.is_trained()
            {
                texts[group] += &format!(" {}", segment.path);
                is_empty[group] = false;
            }
        });
        let mut empty = is_empty.into_iter();
        texts.retain(|_| empty.next() == Some(false));
        (!texts.is_empty()).then(|| texts.join(", "))
    }
}

/// How many tensors there are.
fn tensors<N: Parameters>() -> usize {
    let mut count = 0;
    N::segments(|_| count += 1);
    count
}

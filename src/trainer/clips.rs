//! [`Clips`]: which gradients are bounded together, and how.

use alloc::vec;
use alloc::vec::Vec;
#[cfg(feature = "checkpoint")]
use alloc::{format, string::String};
use core::ops::Range;

use crate::clip::Clip;
use crate::parameters::{NoSuchPath, Parameters, Selection, change_selected, one_per_tensor};

/// Groups of tensors, each with a bound of its own. Of each tensor counts what was said last.
#[derive(Default)]
pub(super) struct Clips {
    /// The bound of each group; of some there may be no tensor left.
    bounds: Vec<Clip>,
    /// Where the tensors of each group lie.
    ranges: Vec<Vec<Range<usize>>>,
    /// The group of each tensor, in the order of the flat block; empty where nothing is bounded.
    groups: Vec<Option<usize>>,
    /// Whether there is no trained tensor without a bound.
    pub(super) are_complete: bool,
}

impl Clips {
    /// Bounds all gradients together, whatever was said before.
    pub(super) fn bound_all<N: Parameters>(&mut self, clip: Clip) {
        self.bounds = vec![clip];
        self.groups = one_per_tensor::<N, _>(Some(0));
        self.find_ranges::<N>();
    }

    /// Bounds these together, and no longer with others.
    pub(super) fn bound<N: Parameters>(
        &mut self,
        tensors: &impl Selection,
        clip: Clip,
    ) -> Result<(), NoSuchPath> {
        if self.groups.is_empty() {
            self.groups = one_per_tensor::<N, _>(None);
        }
        let next = self.bounds.len();
        change_selected::<N, _>(&mut self.groups, tensors, |group| *group = Some(next))?;
        self.bounds.push(clip);
        self.find_ranges::<N>();
        Ok(())
    }

    /// Finds out once what each step goes through.
    fn find_ranges<N: Parameters>(&mut self) {
        self.ranges = vec![Vec::new(); self.bounds.len()];
        self.are_complete = true;
        let mut groups = self.groups.iter();
        N::segments(|segment| {
            let Some(group) = groups.next().copied().flatten() else {
                self.are_complete &= !segment.kind.is_trained();
                return;
            };
            // Neighbours are one range, but where each tensor is bounded by itself.
            let is_each_alone = matches!(self.bounds[group], Clip::TensorNorm(_));
            match self.ranges[group].last_mut() {
                Some(last) if last.end == segment.start && !is_each_alone => last.end = segment.range().end,
                _ => self.ranges[group].push(segment.range()),
            }
        });
    }

    /// Bounds a network's gradients.
    pub(super) fn apply<N: Parameters>(&self, gradients: &mut N) {
        for (clip, ranges) in self.bounds.iter().zip(&self.ranges) {
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
        let mut texts = Vec::new();
        for (index, clip) in self.bounds.iter().enumerate() {
            let (mut groups, mut paths) = (self.groups.iter(), String::new());
            N::segments(|segment| {
                if groups.next() == Some(&Some(index)) && segment.kind.is_trained() {
                    paths += &format!(" {}", segment.path);
                }
            });
            if !paths.is_empty() {
                texts.push(format!("{clip:?} of{paths}"));
            }
        }
        (!texts.is_empty()).then(|| texts.join(", "))
    }
}

//! What a trainer says of itself to be saved: all that training goes on from, and what it was built with.

use alloc::format;
use alloc::string::{String, ToString};

use super::Trainer;
use super::learner::LossLimit;
use super::remembered::{Counters, Partway, Remembered};
use crate::data::{Fingerprint, Source, SourceError};
use crate::loss::Target;
use crate::network::{InputOf, Network};
use crate::optimizer::{Entry, Stateful, inside};
use crate::plain::cast_mut;
use crate::random::Random;
use crate::shape::BatchSize;

impl<N: Network, L, O: Stateful<N>, B: BatchSize> Trainer<N, L, O, B> {
    /// Visits all that training goes on from.
    pub(crate) fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        let mut counters = self.counters();
        counters.visit_state(visit);
        self.restart(counters);
        self.learner.loss_limit.visit_state(visit);
        visit("network", Entry::Numbers(self.learner.network.as_mut_slice()));
        self.learner.optimizer.visit_state(&mut inside("optimizer", visit));
        self.remembered.visit_state(&mut inside("remembered", visit));
    }

    /// Calls `visit` with the name and the value of each setting that the next steps depend on and that the
    /// program says anew.
    pub(crate) fn visit_settings(&self, mut visit: impl FnMut(&str, &str)) {
        let learner = &self.learner;
        visit("the room for samples", &B::SIZE.to_string());
        visit("the batch size", &self.batches.size().to_string());
        visit(
            "what happens to a short last batch",
            ["it is used", "it is left out"][usize::from(self.batches.drops_last())],
        );
        visit(
            "the limit of the loss",
            &or_none(match learner.loss_limit {
                LossLimit::Of(limit) => Some(limit.to_string()),
                LossLimit::Open | LossLimit::OfFirst(_) => None,
            }),
        );
        visit("the batches of a step", &learner.batches_of_step().to_string());
        visit("the penalty", &format!("l1 {}, l2 {}", learner.penalty.l1, learner.penalty.l2));
        visit("the bound of gradients", &or_none(learner.clips.text::<N>()));
    }

    /// What the data of the last epoch were.
    pub(crate) fn data_mut(&mut self) -> &mut Fingerprint {
        &mut self.data
    }

    /// What these data are, those of a source read into the trainer's own memory.
    pub(crate) fn fingerprint<S: InputOf<N>, G: Target>(
        &mut self,
        data: &impl Source<S, G, N::Element>,
    ) -> Result<Fingerprint, SourceError> {
        Fingerprint::of(data, cast_mut(&mut self.samples))
    }
}

fn or_none(setting: Option<String>) -> String {
    setting.unwrap_or_else(|| "none".into())
}

impl<N: Network, O: Stateful<N>> Remembered<N, O> {
    fn visit_state(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, N::Element>)) {
        self.counters.visit_state(visit);
        visit("network", Entry::Numbers(self.network.as_mut_slice()));
        self.optimizer.visit_state(&mut inside("optimizer", visit));
    }
}

impl Counters {
    fn visit_state<T>(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, T>)) {
        visit("epochs", Entry::Count(&mut self.epochs));
        visit("steps", Entry::Count(&mut self.steps));
        let mut state = self.order.state();
        for (part, bits) in state.iter_mut().enumerate() {
            visit(&format!("order.{part}"), Entry::Bits(bits));
        }
        self.order = Random::from_state(state);
        let Partway { steps, of, tally, penalties } = &mut self.partway;
        visit("partway.steps", Entry::Count(steps));
        visit("partway.of", Entry::Count(of));
        visit("partway.samples", Entry::Count(&mut tally.samples));
        visit("partway.weight", Entry::Number(&mut tally.weight));
        visit("partway.right", Entry::Count(&mut tally.right));
        visit("partway.judged", Entry::Count(&mut tally.judged));
        visit("partway.loss", Entry::Number(&mut tally.loss));
        visit("partway.penalties", Entry::Number(penalties));
    }
}

impl LossLimit {
    fn visit_state<T>(&mut self, visit: &mut dyn FnMut(&str, Entry<'_, T>)) {
        let mut first = if let Self::OfFirst(loss) = *self { loss } else { f64::INFINITY };
        visit("first_loss", Entry::Number(&mut first));
        *self = match *self {
            Self::Of(limit) => Self::Of(limit),
            _ if first.is_finite() => Self::OfFirst(first),
            _ => Self::Open,
        };
    }
}

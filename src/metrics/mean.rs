//! [`Mean`]: a sum over samples, and how much they count.

/// A mean that grows batch by batch.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mean {
    sum: f64,
    weight: f64,
}

impl Mean {
    /// Adds the sum of numbers that count so much together: each of them 1, where nothing has weights.
    pub(super) fn add(&mut self, sum: f64, weight: f64) {
        self.sum += sum;
        self.weight += weight;
    }

    /// Adds a 1 where it holds, else a 0.
    pub(super) fn add_share(&mut self, holds: bool) {
        self.add(f64::from(u8::from(holds)), 1.0);
    }

    /// NaN where there is nothing.
    pub(super) fn value(self) -> f64 {
        self.sum / self.weight
    }
}

//! [`Mean`]: a sum over samples, and their number.

/// A mean that grows batch by batch.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mean {
    sum: f64,
    count: usize,
}

impl Mean {
    /// Adds the sum of so many numbers.
    pub(super) fn add(&mut self, sum: f64, count: usize) {
        self.sum += sum;
        self.count += count;
    }

    /// Adds a 1 where it holds, else a 0.
    pub(super) fn add_share(&mut self, holds: bool) {
        self.add(f64::from(u8::from(holds)), 1);
    }

    /// NaN where there is nothing.
    pub(super) fn value(self) -> f64 {
        self.sum / self.count as f64
    }
}

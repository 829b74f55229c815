//! How a setting is drawn.

use crate::element::Element;
use crate::random::Random;

/// A number from `low` to `high`, all alike.
///
/// # Panics
///
/// Panics if `low` is not below `high`, or if one is not finite.
///
/// ```
/// use dimwise::random::Random;
/// use dimwise::search::uniform;
///
/// assert!((0.5..0.9).contains(&uniform(&mut Random::new(1), 0.5, 0.9)));
/// ```
pub fn uniform(random: &mut Random, low: f64, high: f64) -> f64 {
    assert!(low < high && low.is_finite() && high.is_finite(), "a range from a lower number to a higher one");
    low + (high - low) * random.uniform()
}

/// A number from `low` to `high` whose logarithm is [`uniform`]: for what counts by its order of magnitude, as a learning
/// rate does.
///
/// # Panics
///
/// Panics if `low` is not positive or not below `high`, or if one is not finite.
///
/// ```
/// use dimwise::random::Random;
/// use dimwise::search::log_uniform;
///
/// let mut random = Random::new(1);
/// let small = (0..1000).filter(|_| log_uniform(&mut random, 1e-6, 1e-2) < 1e-4).count();
/// assert!((450..550).contains(&small));
/// ```
pub fn log_uniform(random: &mut Random, low: f64, high: f64) -> f64 {
    assert!(low > 0.0, "a logarithmic range of positive numbers");
    Element::exp(uniform(random, Element::ln(low), Element::ln(high)))
}

/// One of these, all alike.
///
/// # Panics
///
/// Panics if there are none.
///
/// ```
/// use dimwise::random::Random;
/// use dimwise::search::choice;
///
/// assert!([16, 32, 64].contains(choice(&mut Random::new(1), &[16, 32, 64])));
/// ```
pub fn choice<'a, C>(random: &mut Random, choices: &'a [C]) -> &'a C {
    &choices[random.below(choices.len())]
}

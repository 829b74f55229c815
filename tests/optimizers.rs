//! Optimizers that PyTorch does not have, against their papers word for word; what decays and what not.

use dimwise::initializer::Normal;
use dimwise::prelude::*;

network! {
    type Net<T> = [Affine<U5, U7, T>, BatchNorm<U7, T>, Relu<U7, T>, Affine<U7, U3, T>];
}

/// Twenty steps with other gradients each, beside the same steps of an oracle: it sees whether the number
/// is a weight, the number, its gradient and what it remembers of it.
fn assert_steps(mut optimizer: impl Optimizer<Net<f64>>, oracle: impl Fn(bool, &mut f64, f64, &mut f64)) {
    let mut network = Net::<f64>::initialized(HeNormal, 1);
    network.as_mut_slice().iter_mut().for_each(|number| *number += 0.1);
    let mut is_weight = [false; Net::<f64>::COUNT];
    Net::<f64>::segments(|segment| is_weight[segment.range()].fill(segment.kind.is_weight()));
    let mut expected = network.to_boxed();
    let mut memory = Net::<f64>::zeroed();
    for step in 0..20 {
        let gradients = Net::<f64>::initialized(Normal { deviation: 1.0 }, step);
        optimizer.step(&mut *network, &gradients);
        for (index, memory) in memory.as_mut_slice().iter_mut().enumerate() {
            let number = &mut expected.as_mut_slice()[index];
            oracle(is_weight[index], number, gradients.as_slice()[index], memory);
        }
    }
    for (index, (found, expected)) in network.as_slice().iter().zip(expected.as_slice()).enumerate() {
        assert!((found - expected).abs() < 1e-13, "{index}: {found} is not {expected}");
    }
}

/// Chen et al., 2023, algorithm 2.
#[test]
fn lion() {
    let (learning_rate, weight_decay) = (0.01, 0.3);
    let mut lion = Lion::new(learning_rate);
    lion.weight_decay = weight_decay;
    assert_steps(lion, |is_weight, weight, gradient, momentum| {
        let update = 0.9 * *momentum + (1.0 - 0.9) * gradient;
        *momentum = 0.99 * *momentum + (1.0 - 0.99) * gradient;
        let sign = if update == 0.0 { 0.0 } else { update.signum() };
        let decay = if is_weight { weight_decay } else { 0.0 };
        *weight -= learning_rate * (sign + decay * *weight);
    });
}

/// Loshchilov and Hutter, 2017, algorithm 1, with momentum as Saito has it.
#[test]
fn momentum_with_weight_decay_on_a_schedule() {
    let optimizer = WeightDecay::new(Momentum::new(9.0, 0.9), 0.3);
    assert_steps(Scheduled::new(optimizer, 0.05), |is_weight, weight, gradient, velocity| {
        *velocity = 0.9 * *velocity - 0.05 * gradient;
        let decay = if is_weight { 0.05 * 0.3 * *weight } else { 0.0 };
        *weight += *velocity - decay;
    });
}

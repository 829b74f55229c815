//! Layers that do one thing in training and another one when they are used: running statistics that no
//! optimizer touches, dropout that changes from step to step and is gone in use.
// Tests compare with numbers that are exact.
#![allow(clippy::float_cmp)]

use dimwise::gradient_check::check_layer;
use dimwise::network::Stack;
use dimwise::prelude::*;
use dimwise::random::Random;

network! {
    type Block = [Affine<U6, U8>, BatchNorm<U8>, Relu<U8>, Dropout<U8, U25>];
    type Net = [
        BatchNorm<U6>, Residual<Stack<Affine<U6, U6>, BatchNorm<U6>>>, Block, LayerNorm<U8>, Affine<U8, U3>,
    ];
}

fn data() -> (Vec<Tensor<U6>>, Vec<Class<U3>>) {
    let mut random = Random::new(3);
    let samples = (0..8).map(|_| Tensor::filled_with(|| 2.0 * random.normal() as f32 + 1.0)).collect();
    (samples, (0..8).map(|index| Class::new(index % 3).unwrap()).collect())
}

/// What stands in the network's segments of one name, in their order.
fn numbers(network: &Net, name: &str) -> Vec<f32> {
    let mut found = Vec::new();
    Net::segments(|segment| {
        if segment.path.to_string().ends_with(name) {
            found.extend_from_slice(&network.as_slice()[segment.range()]);
        }
    });
    assert!(!found.is_empty(), "no {name}");
    found
}

#[test]
fn parameters_and_statistics_are_counted_apart() {
    let weights = 12 + (42 + 12) + (56 + 16) + 16 + 27;
    assert_eq!(Net::PARAMETERS, weights);
    assert_eq!(Net::COUNT, weights + 12 + 12 + 16 + 4);
}

/// After the same steps with any optimizer the first layer's running mean is the same: it depends on the
/// data alone.
#[test]
fn optimizers_do_not_touch_statistics() {
    fn running<O: Optimizer<Net>>(optimizer: O) -> Vec<f32> {
        let (samples, targets) = data();
        let network = Net::initialized(HeNormal, 1);
        let mut trainer = Trainer::<Net, CrossEntropy, O, U8>::new(network, CrossEntropy, optimizer, 1);
        for _ in 0..30 {
            trainer.step(&samples, &targets).unwrap();
        }
        let mean = numbers(trainer.network(), "0.running_mean");
        let steps = numbers(trainer.network(), "2.3.state")[2];
        assert_eq!(steps as usize, 30);
        mean[..6].to_vec()
    }
    let sgd = running(Sgd { learning_rate: 0.5 });
    assert_eq!(running(Momentum::new(0.1, 0.9)), sgd);
    assert_eq!(running(Adam::new(0.1)), sgd);
    let (samples, _) = data();
    for feature in 0..6 {
        let mean = samples.iter().map(|sample| sample[feature]).sum::<f32>() / 8.0;
        let after_30 = mean * (1.0 - 0.9_f32.powi(30));
        assert!((sgd[feature] - after_30).abs() < 1e-4, "{} is not {after_30}", sgd[feature]);
    }
}

#[test]
fn what_is_used_differs_from_what_is_trained() {
    let (samples, targets) = data();
    let network = Net::initialized(HeNormal, 1);
    let mut trainer = Trainer::<Net, CrossEntropy, _, U8>::new(network, CrossEntropy, Adam::new(0.01), 1);
    for _ in 0..20 {
        trainer.step(&samples, &targets).unwrap();
    }
    let network = trainer.network().to_boxed();
    let used = trainer.outputs(&samples).to_vec();
    assert_eq!(used, Predictor::<Net>::new(8).predict(&network, &samples));
    assert_ne!(used, Workspace::<Net, U8>::zeroed().forward(&network, &samples));
    // A sample's output depends on no other sample.
    assert_eq!(used[..2], *trainer.outputs(&samples[..2]));
    // Evaluating is using, and changes nothing.
    let loss: f64 = CrossEntropy.value(&used, &targets);
    let evaluation = trainer.evaluate(&Dataset::new(samples, targets).unwrap()).unwrap();
    assert!((evaluation.loss - loss).abs() < 1e-6);
    assert_eq!(trainer.network().as_slice(), network.as_slice());
}

type Half = Dropout<(U10, U100), U50>;

fn dropped(layer: &Half) -> Vec<bool> {
    let ones = Tensor::<(U10, U100)>::filled_with(|| 1.0);
    let mut workspace = Workspace::<Half, U1>::zeroed();
    let output = &workspace.forward(layer, &[ones])[0];
    output.as_slice().iter().map(|x| *x == 0.0).collect()
}

#[test]
fn dropout_depends_on_seed_and_step_alone() {
    let layer = Half::initialized(HeNormal, 1);
    assert_eq!(dropped(&layer), dropped(&Half::initialized(HeNormal, 1)));
    assert_ne!(dropped(&layer), dropped(&Half::initialized(HeNormal, 2)));
    let mut next = layer.clone();
    next.state[2] += 1.0;
    let (before, after) = (dropped(&layer), dropped(&next));
    let changed = before.iter().zip(&after).filter(|(a, b)| a != b).count();
    assert!((420..580).contains(&changed), "{changed} of 1000 changed");
    for masks in [before, after] {
        let count = masks.iter().filter(|dropped| **dropped).count();
        assert!((420..580).contains(&count), "{count} of 1000 dropped");
    }
}

/// A layer with this seed after so many steps.
fn after(seed: [f32; 2], steps: u64) -> Half {
    let mut layer = Half::initialized(HeNormal, 1);
    let limbs = [steps & 0xFF_FFFF, steps >> 24].map(|limb| limb as f32);
    layer.state = Tensor::from([seed[0], seed[1], limbs[0], limbs[1]]);
    *layer
}

/// One backward pass, and what it says about the state.
fn stepped(mut layer: Half) -> Half {
    let ones = [Tensor::<(U10, U100)>::filled_with(|| 1.0)];
    let (mut workspace, mut gradients) = (Workspace::<Half, U1>::zeroed(), Half::zeroed());
    workspace.forward(&layer, &ones);
    workspace.backward(&mut layer, &ones, None, &mut gradients);
    layer
}

/// A float counts to 2²⁴ and no further.
#[test]
fn dropout_counts_beyond_what_a_float_can() {
    let limb = 1_u64 << 24;
    for start in [0, 1, limb - 2, limb - 1, limb, limb + 1, 5 * limb - 1, (limb - 1) * limb + limb - 2] {
        let (now, next) = (after([3.0, 7.0], start), stepped(after([3.0, 7.0], start)));
        assert_eq!(next.state, after([3.0, 7.0], start + 1).state, "{start}");
        let changed = dropped(&now).iter().zip(dropped(&next)).filter(|(a, b)| **a != *b).count();
        assert!((420..580).contains(&changed), "{changed} of 1000 changed after {start} steps");
    }
    // After the last one of 2⁴⁸ the first one comes again.
    assert_eq!(stepped(after([3.0, 7.0], limb * limb - 1)).state, after([3.0, 7.0], 0).state);
}

#[test]
fn each_half_of_seed_and_steps_counts() {
    let states = [
        ([3.0, 7.0], 5),
        ([4.0, 7.0], 5),
        ([3.0, 8.0], 5),
        ([7.0, 3.0], 5),
        ([3.0, 7.0], 6),
        ([3.0, 7.0], 5 << 24),
        ([16_777_215.0, 7.0], 5),
        ([3.0, 16_777_215.0], 5),
        ([5.0, 7.0], 3),
    ];
    let masks = states.map(|(seed, steps)| dropped(&after(seed, steps)));
    for (index, mask) in masks.iter().enumerate() {
        for other in &masks[..index] {
            let changed = mask.iter().zip(other).filter(|(a, b)| a != b).count();
            assert!((420..580).contains(&changed), "{changed} of 1000 differ");
        }
    }
    // Two layers of a network have seeds of their own, of both halves.
    network! { type Two = [Half, Half]; }
    let network = Two::initialized(HeNormal, 1);
    let [a, b] = [&network.as_slice()[..4], &network.as_slice()[4..]];
    assert!(a[0] != b[0] && a[1] != b[1] && a[2..] == [0.0; 2] && b[2..] == [0.0; 2], "{a:?} {b:?}");
}

#[test]
fn dropout_keeps_the_mean() {
    let layer = Dropout::<dim!(20_000), U20, f64>::initialized(HeNormal, 5);
    let mut workspace = Workspace::<Dropout<dim!(20_000), U20, f64>, U1>::zeroed();
    let ones = vec![Tensor::<dim!(20_000), f64>::filled_with(|| 1.0)];
    let sum: f64 = workspace.forward(&*layer, &ones)[0].as_slice().iter().sum();
    assert!((sum / 20_000.0 - 1.0).abs() < 0.02, "{sum}");
    let all = Dropout::<U4, U100, f64>::zeroed();
    assert_eq!(check_layer(&*all, 2, 1).unwrap().vanishing, 8);
}

#[cfg(feature = "safetensors")]
#[test]
fn statistics_are_saved_with_the_weights() {
    let (samples, targets) = data();
    let network = Net::initialized(HeNormal, 1);
    let mut trainer = Trainer::<Net, CrossEntropy, _, U8>::new(network, CrossEntropy, Adam::new(0.01), 1);
    trainer.step(&samples, &targets).unwrap();
    let path = std::env::temp_dir().join(format!("dimwise-statistics-{}", std::process::id()));
    dimwise::storage::save(trainer.network(), &path).unwrap();
    let loaded = dimwise::storage::load::<Net>(&path);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(loaded.unwrap().as_slice(), trainer.network().as_slice());
}

/// The variance of what is always the same decays, down to 0: a denormal number would make each prediction
/// slow.
#[test]
fn running_statistics_never_become_denormal() {
    let (mut layer, mut gradients) = (BatchNorm::<U2>::initialized(HeNormal, 1), BatchNorm::zeroed());
    let samples = [Tensor::from([0.0, 1.0]), Tensor::from([0.0, 2.0])];
    let mut workspace = Workspace::<BatchNorm<U2>, U2>::zeroed();
    for _ in 0..1000 {
        workspace.forward(&layer, &samples);
        workspace.backward(&mut layer, &samples, None, &mut gradients);
        let running = layer.running_variance[0];
        assert!(running == 0.0 || running.is_normal(), "{running}");
    }
    assert_eq!(layer.running_variance[0], 0.0);
}

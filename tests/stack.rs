//! What training takes of the stack: a step of each model in a thread with little of it.
//!
//! A frame that is too large ends the whole program with "stack overflow".

use dimwise::models::{DeepConvNet, LeNet5, NeuralNet, ResNet, SimpleConvNet, TwoLayerNet};
use dimwise::network::InputOf;
use dimwise::plain::{flat_mut, zeroed_slice};
use dimwise::prelude::*;

/// What the documentation of `Trainer` says that a step needs.
const STACK: usize = if cfg!(debug_assertions) { 512 * 1024 } else { 192 * 1024 };

/// A prediction, a step, a check of other data and another prediction, on a batch that is long enough for
/// copies of both matrices.
fn trains<N>()
where
    N: Network<In: InputOf<N>, Out = U10> + 'static,
{
    let mut samples = zeroed_slice::<Tensor<N::In, N::Element>>(12);
    for (index, pixel) in flat_mut(&mut samples).iter_mut().enumerate() {
        *pixel = N::Element::from_f64((index % 17) as f64 / 17.0);
    }
    let targets: Vec<_> = (0..12).map(|sample| Class::<U10>::new(sample % 10).unwrap()).collect();
    let network = N::initialized(HeNormal, 1);
    let optimizer = Adam::new(0.001);
    let mut trainer = Trainer::<N, CrossEntropy, Adam<N>, U12>::new(network, CrossEntropy, optimizer, 1);
    assert!(trainer.step(&samples, &targets).unwrap().is_finite());
    assert_eq!(trainer.outputs(&samples).len(), 12);
    assert!(trainer.network().predict(&samples[0]).as_slice().iter().all(|score| score.is_finite()));
}

/// Once in a thread of that size, and once in a pool whose threads have it, too.
fn trains_in_a_small_thread<N>()
where
    N: Network<In: InputOf<N>, Out = U10> + 'static,
{
    let name = std::any::type_name::<N::Element>();
    let thread = std::thread::Builder::new().name(name.into()).stack_size(STACK);
    thread.spawn(trains::<N>).unwrap().join().unwrap();
    #[cfg(feature = "parallel")]
    rayon::ThreadPoolBuilder::new().num_threads(2).stack_size(STACK).build().unwrap().install(trains::<N>);
}

macro_rules! models {
    ($($test:ident: $model:ident;)*) => {$(
        #[test]
        fn $test() {
            trains_in_a_small_thread::<$model<f32>>();
            trains_in_a_small_thread::<$model<f64>>();
        }
    )*};
}
models! {
    two_layer_net: TwoLayerNet;
    neural_net: NeuralNet;
    simple_conv_net: SimpleConvNet;
    deep_conv_net: DeepConvNet;
    le_net5: LeNet5;
    res_net: ResNet;
    wide_layers: Wide;
}

network! {
    /// Wider than any model, for the products that copy both matrices.
    type Wide<T> = [Affine<U100, U600, T>, Relu<U600, T>, Affine<U600, U500, T>, Affine<U500, U10, T>];
}

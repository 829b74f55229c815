//! Networks as one would say them: sizes that are left out, branches in place, layers by index and by name.
#![allow(clippy::float_cmp)]

use dimwise::gradient_check::check_network;
use dimwise::prelude::*;

network! {
    type Written = [
        Conv2d<(U1, U28, U28), U6, U5>, Relu<(U6, U24, U24)>, MaxPool2d<(U6, U24, U24), U2>,
        Flatten<(U6, U12, U12)>, Affine<dim!(864), U100>, Relu<U100>, Affine<U100, U10>,
    ];
    type LeftOut = [
        Conv2d<(U1, U28, U28), U6, U5>, Relu<_>, MaxPool2d<_, U2>, Flatten<_>,
        Affine<_, U100>, Relu<_>, Affine<_, U10>,
    ];
    type Mixed = [
        Conv2d<(U1, U28, U28), U6, U5>, Relu<(U6, U24, U24)>, MaxPool2d<_, U2>, Flatten<_>,
        dimwise::layer::Affine<_, dim!(100),>, ::dimwise::layer::Relu<_>, Affine<U100, U10>,
    ];
    /// All in one type of number.
    type Generic<T> = [
        Conv2d<(U1, U28, U28), U6, U5>, Relu<_>, MaxPool2d<_, U2>, Flatten<_>,
        Affine<_, U100>, Relu<_>, Affine<_, U10>,
    ];
    type Double: f64 = [
        Conv2d<(U1, U28, U28), U6, U5>, Relu<_>, MaxPool2d<_, U2>, Flatten<_>,
        Affine<_, U100>, Relu<_>, Affine<_, U10>,
    ];
    type Named = [hidden: Affine<U4, U3>, rectifier: PRelu<_>, Affine<_, U2>];
    type NamedDouble: f64 = [Residual<[inner: Affine<U4, U4>]>, hidden: Affine<_, U3>];
    type NamedGeneric<T> = [hidden: Affine<U4, U3>, rectifier: PRelu<_>, Affine<_, U2>];
    type Block = [Affine<U8, U8>, Tanh<_>, Affine<_, U8>];
    type ByName = [Affine<U4, U8>, Residual<Block>, Relu<_>, Parallel<Block, Block, Concat>, Affine<_, U2>];
    type InPlaceOfNames = [
        Affine<U4, U8>, Residual<[Affine<_, U8>, Tanh<_>, Affine<_, U8>]>, Relu<_>,
        Parallel<[Affine<_, U8>, Tanh<_>, Affine<_, U8>], [Affine<_, U8>, Tanh<_>, Affine<_, U8>], Concat>,
        Affine<_, U2>,
    ];
    type Deep<T> = [
        Residual<[Affine<U8, U4>, Residual<[Tanh<_>], [Residual<[PRelu<_>]>, PRelu<_>]>, Affine<_, U8>]>,
        Residual<Block1, [Affine<_, U8>]>,
        Parallel<Block1<T>, [Affine<_, U2>], Concat>,
        Parallel<[Affine<_, U2>], Block2<T>, Concat>,
    ];
    type Block1<T> = [Affine<U8, U8>];
    type Block2<T> = [Affine<U10, U10>];
}

#[test]
fn sizes_left_out_are_those_written() {
    let written = Written::initialized(HeNormal, 1);
    let (left_out, mixed) = (LeftOut::initialized(HeNormal, 1), Mixed::initialized(HeNormal, 1));
    assert_eq!(written.as_slice(), left_out.as_slice());
    assert_eq!(written.as_slice(), mixed.as_slice());
    let sample = Tensor::<(U1, U28, U28)>::from_fn(|[_, row, column]| (row * column) as f32 / 784.0);
    assert_eq!(written.predict(&sample), left_out.predict(&sample));
    assert_eq!(Generic::<f32>::initialized(HeNormal, 1).predict(&sample), left_out.predict(&sample));
}

#[test]
fn a_network_in_another_type_of_number_has_each_layer_in_it() {
    let network = Generic::<f64>::initialized(HeNormal, 1);
    type Hidden = Affine<dim!(864), U100, f64>;
    let hidden: &Hidden = network.layer::<4>();
    let single = Generic::<f32>::initialized(HeNormal, 1);
    assert_eq!(hidden.weight.as_slice()[0] as f32, single.layer::<4>().weight.as_slice()[0]);
    assert_eq!(Double::initialized(HeNormal, 1).as_slice(), network.as_slice());
    let named = NamedDouble::initialized(HeNormal, 1);
    let hidden: &Affine<U4, U3, f64> = &named[NamedDouble::hidden];
    assert_eq!(hidden.weight, named.layer::<1>().weight);
}

#[test]
fn layers_are_found_by_index_and_by_name() {
    let mut network = Named::initialized(HeNormal, 1);
    network[Named::rectifier].weight = Tensor::from([0.5, 0.75, 1.0]);
    network.layer_mut::<2>().bias = Tensor::from([3.0, 4.0]);
    assert_eq!(network.layer::<1>().weight[1], 0.75);
    assert_eq!(network[Named::hidden].weight, network.layer::<0>().weight);
    let mut starts = Vec::new();
    Named::segments(|segment| starts.push((segment.path.to_string(), segment.start)));
    assert_eq!(starts[2], ("1.weight".into(), 15));
    assert_eq!(network.as_slice()[15..18], [0.5, 0.75, 1.0]);
    assert_eq!(network.as_slice()[24..], [3.0, 4.0]);
    let mut generic = NamedGeneric::<f32>::zeroed();
    generic[NamedGeneric::rectifier].weight = Tensor::from([1.0, 2.0, 3.0]);
    assert_eq!(generic.as_slice()[15..18], [1.0, 2.0, 3.0]);
    let nested = ByName::initialized(HeNormal, 1);
    assert_eq!(nested.layer::<1>().first.layer::<2>().weight.as_slice(), &nested.as_slice()[112..176]);
}

#[test]
fn branches_in_place_are_those_by_name() {
    let (by_name, in_place) = (ByName::initialized(HeNormal, 1), InPlaceOfNames::initialized(HeNormal, 1));
    assert_eq!(by_name.as_slice(), in_place.as_slice());
    let sample = Tensor::from([1.0, -2.0, 3.0, 0.5]);
    assert_eq!(by_name.predict(&sample), in_place.predict(&sample));
    let paths = |visit: fn(&mut Vec<String>)| {
        let mut paths = Vec::new();
        visit(&mut paths);
        paths
    };
    assert_eq!(
        paths(|paths| ByName::segments(|segment| paths.push(segment.path.to_string()))),
        paths(|paths| InPlaceOfNames::segments(|segment| paths.push(segment.path.to_string()))),
    );
    assert_eq!(in_place.layer::<1>().first.layer::<2>().bias, Tensor::default());
}

#[test]
fn branches_stand_in_branches() {
    assert_eq!(Deep::<f32>::PARAMETERS, (36 + 4 + 4 + 40) + (72 + 72) + (72 + 18) + (22 + 110));
    assert_eq!(<Deep as Layer>::Out::DIMS, [12]);
    let network = Deep::initialized(HeNormal, 1);
    let inputs = [Tensor::from_fn(|[i]| i as f64 - 3.6), Tensor::from_fn(|[i]| 0.7 - i as f64)];
    let targets = [Tensor::<U12, f64>::default(), Tensor::default()];
    check_network::<Deep<f64>, _, _>(&network, &MeanSquaredError, &inputs, &targets).unwrap();
}

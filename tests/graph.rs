//! Graphs: every node against central differences, values that are used more than once, the book's
//! examples, numbers from PyTorch, and losses.

#![allow(clippy::float_cmp)]

use dimwise::gradient_check::{check_loss, numerical_gradient};
use dimwise::graph::function::{self, Function};
use dimwise::graph::{Expression, Graph, GraphLoss, Node, OutputNode, Scalar, TargetNode, Variable};
use dimwise::plain::{flat, flat_mut, zeroed_slice};
use dimwise::prelude::*;
use dimwise::random::Random;

/// A variable with random numbers, positive and away from 0: for logarithms, roots and quotients.
fn positive<S: Shape>(seed: u64) -> Variable<S, f64> {
    let mut random = Random::new(seed);
    Variable::boxed(Tensor::boxed_filled_with(|| 0.5 + random.uniform()))
}

/// A variable with random numbers of both signs.
fn any<S: Shape>(seed: u64) -> Variable<S, f64> {
    let mut random = Random::new(seed);
    Variable::boxed(Tensor::boxed_filled_with(|| random.normal()))
}

/// Compares a variable's gradient of `Σ cᵢ · yᵢ`, with factors `c` of both signs, with central differences.
#[track_caller]
fn check<E: Expression<Element = f64>, S: Shape>(graph: &mut Graph<E>, variable: &Variable<S, f64>) {
    const STEP: f64 = 1e-5;
    let mut random = Random::new(9);
    let factors = Tensor::<E::Shape, f64>::boxed_filled_with(|| random.uniform() - 0.5);
    variable.zero_gradient();
    graph.forward();
    graph.backward_from(&factors);
    for offset in 0..S::LEN {
        let mut moved = |shift| {
            let mut index = 0;
            variable.update(|value, _| {
                *value += if index == offset { shift } else { 0.0 };
                index += 1;
            });
            let pairs = graph.forward().as_slice().iter().zip(factors.as_slice());
            pairs.map(|(y, factor)| y * factor).sum::<f64>()
        };
        let (above, below) = (moved(STEP), moved(-2.0 * STEP));
        moved(STEP);
        let (numerical, found) = ((above - below) / (2.0 * STEP), variable.gradient().as_slice()[offset]);
        let error = (numerical - found).abs() / (numerical.abs() + found.abs()).max(1e-3);
        assert!(error < 1e-6, "number {offset}: the gradient is {found}, by differences {numerical}");
        assert!(found != 0.0 || numerical == 0.0);
    }
}

/// A test a node, of `x`, of shape `(2, 3)`, and `y`, of the shape given; both gradients are checked.
macro_rules! nodes {
    ($($name:ident: $values:ident, $shape:ty, |$x:ident, $y:ident| $expression:expr;)*) => {
        $(#[test]
        fn $name() {
            let ($x, $y) = (&$values::<(U2, U3)>(1), &$values::<$shape>(2));
            let mut graph = Graph::new($expression);
            check(&mut graph, $x);
            check(&mut graph, $y);
        })*
    };
}

nodes! {
    addition: any, (U2, U3), |x, y| x + y;
    addition_of_a_scalar: any, (), |x, y| x + y;
    addition_to_a_scalar: any, (), |x, y| y + x;
    subtraction: any, (U2, U3), |x, y| x - y;
    subtraction_of_a_scalar: any, (), |x, y| x - y;
    subtraction_from_a_scalar: any, (), |x, y| y - x;
    multiplication: any, (U2, U3), |x, y| x * y;
    multiplication_by_a_scalar: any, (), |x, y| x * y;
    multiplication_of_a_scalar: any, (), |x, y| y * x;
    division: positive, (U2, U3), |x, y| x / y;
    division_by_a_scalar: positive, (), |x, y| x / y;
    division_of_a_scalar: positive, (), |x, y| y / x;
    negation: any, (U2, U3), |x, y| -x * y;
    numbers_on_the_right: any, (U2, U3), |x, y| ((x + 2.0) * 3.0 - 1.5) / 0.7 * y;
    numbers_on_the_left: positive, (U2, U3), |x, y| 2.0 + 3.0 * (1.0 - x) * (5.0 / y);
    exponential: any, (U2, U3), |x, y| (x * y).exp();
    logarithm: positive, (U2, U3), |x, y| (x / y).ln();
    square: any, (U2, U3), |x, y| (x - y).square();
    power: any, (U2, U3), |x, y| x.power(3) * y.power(-2) * x.power(1);
    real_power: positive, (U2, U3), |x, y| (x.ln() * y).exp();
    square_root: positive, (U2, U3), |x, y| (x * y).sqrt();
    tanh: any, (U2, U3), |x, y| (x * y).tanh();
    relu: any, (U2, U3), |x, y| (x * 0.5 + y).relu();
    sigmoid: any, (U2, U3), |x, y| (x * y).sigmoid();
    maximum_of_two: any, (U2, U3), |x, y| x.maximum(y * 2.0) * y;
    maximum_of_two_and_a_scalar: any, (), |x, y| x.maximum(y) * x;
    sum: any, (U2, U3), |x, y| (x * y).sum();
    mean: any, (U2, U3), |x, y| (x * y).mean();
    largest_of_all: any, (U2, U3), |x, y| (x * y).max();
    product_of_matrices: any, (U3, U4), |x, y| x.matmul(y);
    product_of_three: any, (U3, U2), |x, y| x.matmul(y).matmul(x);
    product_with_a_column: any, (U3, U1), |x, y| x.matmul(y);
    repetition: any, U3, |x, y| x + y.repeat::<U2>();
    repetition_of_a_repetition: any, U1, |x, y| x.repeat::<U4>() * y.repeat::<U3>().repeat::<U2>().repeat::<U4>().sum();
    used_twice: any, (), |x, y| x * x + y;
    used_thrice: any, (U2, U3), |x, y| x * x * x + y * x + y;
    used_on_two_paths: any, (U2, U3), |x, y| (x * y).exp() / ((x - y).square() + 1.0).sum();
    a_part_used_twice: any, (U2, U3), |x, y| { let part = x * y; part.tanh() * part + part };
    softmax: any, (U2, U3), |x, y| { let e = (x + y * 0.5).exp(); e / e.sum() };
}

#[test]
fn a_vector_times_a_matrix() {
    let (x, w) = (any::<U3>(1), any::<(U3, U17)>(2));
    let mut graph = Graph::new(x.matmul(&w));
    check(&mut graph, &x);
    check(&mut graph, &w);
}

/// Of any size, whose rank is known: a scalar stands beside it on either side.
#[test]
fn a_scalar_beside_a_vector_of_any_size() {
    fn of<N: Dim>() {
        let (x, factor) = (any::<N>(1), any::<()>(2));
        let mut graph = Graph::new((&factor * &x + &x * &factor).sum());
        check(&mut graph, &x);
        check(&mut graph, &factor);
    }
    of::<U1>();
    of::<U5>();
}

#[test]
fn tensors_of_every_rank() {
    fn of<S: Shape>() {
        let (x, y) = (positive::<S>(1), positive::<S>(2));
        let mut graph = Graph::new((x.ln() * &y + x.square()) / &y);
        check(&mut graph, &x);
        check(&mut graph, &y);
        let mut sum = Graph::new((&x * &y).sum());
        check(&mut sum, &x);
    }
    of::<()>();
    of::<U5>();
    of::<(U3, U1)>();
    of::<(U2, U3, U2)>();
    of::<(U2, U1, U3, U2)>();
    of::<(U2, U1, U3, U2, U1)>();
    of::<(U1, U2, U1, U1, U2, U2)>();
}

#[test]
fn a_tensor_without_numbers() {
    let (x, w) = (Variable::<(U2, U0)>::default(), Variable::<(U0, U3)>::default());
    let mut graph = Graph::new((x.matmul(&w) + 1.0).sum() + x.sum());
    assert_eq!(graph.forward()[[]], 6.0);
    graph.backward();
    assert!(Graph::new(x.mean()).forward()[[]].is_nan());
}

#[test]
fn a_chain_of_many_nodes() {
    let x = any::<U4>(3);
    let y = (&x * 0.5).tanh() + 1.0;
    let y = (y * 1.5).sigmoid().square() + y.sqrt() * 0.25;
    let y = (y - 0.5).exp().ln().power(3) + (y + 2.0).ln();
    let y = -(-(y.tanh() * 3.0).tanh().exp()).relu() + y.exp().sqrt().sqrt().sqrt().ln();
    let mut graph = Graph::new((y / 2.0).exp().sigmoid().ln().square().sqrt().sum());
    check(&mut graph, &x);
}

/// `x` goes through `$node` once for each letter: a type as deep as that.
macro_rules! deep {
    ($x:expr;) => { $x };
    ($x:expr; $letter:ident $($rest:ident)*) => { deep!(($x * 0.9 + 0.1).tanh(); $($rest)*) };
}

#[test]
fn a_graph_of_ninety_nodes_in_a_row() {
    let x = any::<U2>(4);
    let mut graph = Graph::new(deep!(&x; a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a));
    check(&mut graph, &x);
}

/// One of several functions, which one decided when the program runs.
#[derive(Clone, Copy, Debug)]
struct Any(usize);

impl Function<f64> for Any {
    fn value(self, x: f64) -> f64 {
        match self.0 {
            0 => x.sin(),
            1 => x * x,
            2 => (-x * x).exp(),
            _ => 1.0 / (1.0 + x * x),
        }
    }

    fn derivative(self, x: f64, y: f64) -> f64 {
        match self.0 {
            0 => x.cos(),
            1 => 2.0 * x,
            2 => -2.0 * x * y,
            _ => -2.0 * x * y * y,
        }
    }
}

#[test]
fn random_expressions() {
    let mut random = Random::new(5);
    for seed in 0..200 {
        let (x, y, z) = (any::<U3>(3 * seed), any::<U3>(3 * seed + 1), any::<()>(3 * seed + 2));
        let mut function = || Any(random.below(4));
        let left = (x.apply(function()) * &y + &z).apply(function());
        let right = (y.apply(function()) - (&x * &z).apply(function())).apply(function());
        let both = (left * right).apply(function()) + left / (right.square() + 1.5);
        let mut graph = Graph::new(both * both.mean() - both.sum());
        check(&mut graph, &x);
        check(&mut graph, &y);
        check(&mut graph, &z);
    }
}

#[test]
fn gradients_add_up_until_they_are_set_to_zero() {
    let x = Variable::new(3.0);
    let mut square = Graph::new(x.square());
    for times in 1..4 {
        square.forward();
        square.backward();
        assert_eq!(x.gradient()[[]], 6.0 * f64::from(times));
    }
    // Another graph of the same variable adds to it, too.
    let mut double = Graph::new(&x * 2.0);
    double.forward();
    double.backward();
    assert_eq!(x.gradient()[[]], 20.0);
    x.zero_gradient();
    assert_eq!(x.gradient()[[]], 0.0);
}

#[test]
fn of_equals_one_gets_the_gradient() {
    let (x, y) = (Variable::new([2.0, 5.0, 5.0]), Variable::new([2.0, 5.0, 4.0]));
    let mut largest = Graph::new(x.max() + x.maximum(&y).sum());
    assert_eq!(largest.forward()[[]], 17.0);
    largest.backward();
    assert_eq!(*x.gradient(), Tensor::from([1.0, 2.0, 1.0]));
    assert_eq!(*y.gradient(), Tensor::from([0.0, 0.0, 0.0]));
}

#[test]
fn the_books_apples_and_oranges() {
    let (apple, apples) = (&Variable::new(100.0), &Variable::new(2.0));
    let (orange, oranges, tax) = (&Variable::new(150.0), &Variable::new(3.0), &Variable::new(1.1));
    let mut total = Graph::new((apple * apples + orange * oranges) * tax);
    assert!((total.forward()[[]] - 715.0_f64).abs() < 1e-10);
    total.backward();
    for (variable, gradient) in [(apple, 2.2), (apples, 110.0), (orange, 3.3), (oranges, 165.0), (tax, 650.0)]
    {
        assert!((variable.gradient()[[]] - gradient).abs() < 1e-10);
    }
}

#[test]
fn the_books_sigmoid_is_the_layer() {
    let x = any::<(U2, U5)>(6);
    let mut random = Random::new(7);
    let factors = Tensor::<(U2, U5), f64>::filled_with(|| random.normal());
    let mut graph = Graph::new(1.0 / ((&x * -1.0).exp() + 1.0));
    graph.forward();
    graph.backward_from(&factors);

    let layer = Sigmoid::<(U2, U5), f64>::default();
    let mut workspace = Workspace::<_, U1>::zeroed();
    let input = [x.value().clone()];
    let output = workspace.forward(&layer, &input)[0].clone();
    workspace.outputs(1).1[0] = factors;
    let mut grad_input = [Tensor::default()];
    workspace.add_gradients(&layer, &input, Some(&mut grad_input), &mut Sigmoid::default());
    assert_near(graph.value().as_slice(), output.as_slice(), 1e-15);
    assert_near(x.gradient().as_slice(), grad_input[0].as_slice(), 1e-15);
}

#[track_caller]
fn assert_near(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= tolerance * expected.abs().max(1.0), "{found}, not {expected}");
    }
}

#[test]
fn a_large_graph_is_made_inside_two_mebibytes_of_stack() {
    type Large = (U1024, U1024);
    let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
    let made = thread.spawn(|| {
        let x = Variable::<Large>::boxed(Tensor::boxed_filled_with(|| 1.0));
        let b = Variable::<U1024>::default();
        let mut graph = Graph::new((&x * 2.0 + b.repeat::<U1024>()).relu().mean());
        let value = graph.forward()[[]];
        graph.backward();
        (value, b.gradient()[7], format!("{graph:?}").len())
    });
    let (value, gradient, length) = made.unwrap().join().unwrap();
    assert_eq!((value, gradient), (2.0, 1.0 / 1024.0));
    assert!(length > 0);
}

#[test]
fn a_loss_as_a_graph_is_the_built_in_one() {
    let squares = GraphLoss::new(|output, target| (output - target).square().mean());
    let cross_entropy = GraphLoss::new(cross_entropy);
    let mut random = Random::new(8);
    let mut tensors = |_| Tensor::<U5, f64>::filled_with(|| 3.0 * random.normal());
    let (outputs, targets) = ([0, 1, 2].map(&mut tensors), [0, 1, 2].map(&mut tensors));
    let classes = [4, 0, 2].map(|class| Class::<U5>::new(class).unwrap());

    assert_same_loss(&squares, &MeanSquaredError, &outputs, &targets);
    assert_same_loss(&cross_entropy, &CrossEntropy, &outputs, &classes);
    check_loss(&squares, &outputs, &targets).unwrap();
    check_loss(&cross_entropy, &outputs, &classes).unwrap();
}

fn cross_entropy(logits: OutputNode<U5, f64>, target: TargetNode<U5, f64>) -> impl Scalar<Element = f64> {
    let exponentials = (logits - logits.max()).exp();
    -(target * (exponentials / exponentials.sum()).ln()).sum()
}

#[track_caller]
fn assert_same_loss<G, L, B>(graph: &L, built_in: &B, outputs: &[Tensor<U5, f64>], targets: &[G])
where
    G: TargetOf<U5>,
    L: Loss<U5, G, f64>,
    B: Loss<U5, G, f64>,
{
    let gradient = |gradients: &mut [Tensor<U5, f64>], loss: &dyn Loss<U5, G, f64>| {
        flat_mut(gradients).fill(f64::NAN);
        let value = loss.gradient(outputs, targets, gradients);
        assert_near(&[loss.value(outputs, targets)], &[value], 1e-15);
        value
    };
    let (mut found, mut expected) = (zeroed_slice(outputs.len()), zeroed_slice(outputs.len()));
    assert_near(&[gradient(&mut found, graph)], &[gradient(&mut expected, built_in)], 1e-14);
    assert_near(flat(&found), flat(&expected), 1e-15);
}

#[test]
fn a_loss_larger_than_the_stack_has_room_for() {
    let loss = GraphLoss::new(|output, target| (output - target).square().mean());
    let (output, target) = ([any::<U512>(1).value().clone()], [any::<U512>(2).value().clone()]);
    let (mut found, mut expected) = ([Tensor::default()], [Tensor::default()]);
    let value = loss.gradient(&output, &target, &mut found);
    assert_near(&[value], &[MeanSquaredError.gradient(&output, &target, &mut expected)], 1e-15);
    assert_near(flat(&found), flat(&expected), 1e-15);
}

#[test]
#[should_panic(expected = "the placeholders of a loss have no value outside of it")]
fn a_placeholder_stays_in_its_loss() {
    let outside = std::sync::Mutex::new(None);
    let loss = GraphLoss::new(|output: OutputNode<U1>, target: TargetNode<U1>| {
        *outside.lock().unwrap() = Some(output);
        (output - target).sum()
    });
    let (output, target) = ([Tensor::<U1>::default()], [Tensor::<U1>::default()]);
    loss.value(&output, &target);
    let smuggled = outside.lock().unwrap().unwrap();
    Graph::new(smuggled);
}

/// Twenty steps of a network, with a loss that is a graph and with the built-in one.
#[test]
fn a_network_learns_the_same_with_a_graph() {
    network! { type Net<T> = [Affine<U4, U6, T>, Tanh<U6, T>, Affine<U6, U5, T>]; }

    fn trained<L: Loss<U5, Class<U5>, f64> + Send>(loss: L) -> Box<Net<f64>> {
        let mut random = Random::new(1);
        let inputs = [(); 8].map(|()| Tensor::<U4, f64>::filled_with(|| random.normal()));
        let classes = [0, 1, 2, 3, 4, 0, 1, 2].map(|class| Class::new(class).unwrap());
        let network = Net::initialized(XavierUniform, 2);
        let mut trainer = Trainer::<Net<f64>, L, Sgd, U8>::new(network, loss, Sgd { learning_rate: 0.5 }, 1);
        let first = trainer.step(&inputs, &classes).unwrap();
        let last = (0..20).map(|_| trainer.step(&inputs, &classes).unwrap()).last();
        assert!(last.unwrap() < 0.5 * first);
        trainer.into_network()
    }

    let (graph, built_in) = (trained(GraphLoss::new(cross_entropy)), trained(CrossEntropy));
    assert_near(graph.as_slice(), built_in.as_slice(), 1e-13);
}

#[test]
fn numerical_differentiation_gives_the_gradients_of_backpropagation() {
    network! { type Net<T> = [Affine<U4, U6, T>, Sigmoid<U6, T>, BatchNorm<U6, (), T>, Affine<U6, U5, T>]; }
    let network = Net::<f64>::initialized(XavierUniform, 2);
    let inputs = [1, 2, 3].map(|seed| any::<U4>(seed).value().clone());
    let classes = [0, 4, 2].map(|class| Class::<U5>::new(class).unwrap());
    let mut workspace = Workspace::<Net<f64>, U3>::zeroed();
    let mut gradients = Net::zeroed();
    workspace.forward(&network, &inputs);
    let (outputs, grad_outputs) = workspace.outputs(3);
    CrossEntropy.gradient(outputs, &classes, grad_outputs);
    workspace.add_gradients(&network, &inputs, None, &mut gradients);
    let numerical = numerical_gradient::<U3, _, _, _>(&*network, &CrossEntropy, &inputs, &classes);
    // Statistics have no gradient; what backward leaves there is how they change.
    Net::<f64>::segments(|segment| {
        if segment.kind.is_trained() {
            let range = segment.range();
            assert_near(&numerical.as_slice()[range.clone()], &gradients.as_slice()[range], 2e-5);
        } else {
            assert!(numerical.as_slice()[segment.range()].iter().all(|gradient| *gradient == 0.0));
        }
    });
    assert!(numerical.as_slice().iter().any(|gradient| gradient.abs() > 0.01));
}

/// Cross-entropy as a graph, from logits and from probabilities: where the target is 0, so is the term.
#[test]
fn what_has_no_probability_costs_nothing() {
    fn from_logits(logits: OutputNode<U3, f64>, target: TargetNode<U3, f64>) -> impl Scalar<Element = f64> {
        let shifted = logits - logits.max();
        target.weigh(shifted.exp().sum().ln() - shifted).sum()
    }
    fn from_probabilities(p: OutputNode<U3, f64>, target: TargetNode<U3, f64>) -> impl Scalar<Element = f64> {
        -target.weigh(p.ln()).sum()
    }
    let target = [Class::<U3>::new(0).unwrap()];
    let mut gradients = [Tensor::default()];
    let logits = [Tensor::from([1.0, f64::NEG_INFINITY, 0.0])];
    let loss = GraphLoss::new(from_logits).gradient(&logits, &target, &mut gradients);
    assert!((loss - 0.313_261_687_518_222_8).abs() < 1e-15, "{loss}");
    let wrong = 0.268_941_421_369_995_1;
    assert_near(gradients[0].as_slice(), &[-wrong, 0.0, wrong], 1e-15);
    let probabilities = [Tensor::from([0.5, 0.0, 0.5])];
    let loss = GraphLoss::new(from_probabilities).gradient(&probabilities, &target, &mut gradients);
    assert_eq!((loss, gradients), (2.0_f64.ln(), [Tensor::from([-2.0, 0.0, 0.0])]));
    let impossible = [Tensor::from([0.0, 0.5, 0.5])];
    assert_eq!(GraphLoss::new(from_probabilities).value(&impossible, &target), f64::INFINITY);
    let nan = [Tensor::from([0.5, f64::NAN, 0.5])];
    assert!(GraphLoss::new(from_probabilities).value(&nan, &target).is_nan());
}

/// The value of a function of one number, and its derivative.
fn at<F: Function<f64>>(function: F, x: f64) -> (f64, f64) {
    let x = Variable::<(), f64>::new(x);
    let mut graph = Graph::new((&x).apply(function));
    let value = graph.forward()[[]];
    graph.backward();
    (value, x.gradient()[[]])
}

#[test]
fn derivatives_are_not_told_from_what_was_rounded() {
    let near = |found: f64, expected: f64| (found / expected - 1.0).abs() < 1e-14;
    // 1 / (1 + e⁴⁰), and 1 / cosh² 20
    assert!(near(at(function::Logistic, 40.0).1, 4.248_354_255_291_589e-18));
    assert!(near(at(function::Logistic, -40.0).1, 4.248_354_255_291_589e-18));
    assert!(near(at(function::HyperbolicTangent, 20.0).1, 1.699_341_702_116_635_6e-17));
    assert!(near(at(function::HyperbolicTangent, -0.5).1, 0.786_447_732_965_927_4));
    assert_eq!(at(function::Logistic, f64::INFINITY), (1.0, 0.0));
    assert_eq!(at(function::HyperbolicTangent, f64::NEG_INFINITY), (-1.0, 0.0));
    assert_eq!(at(function::Power(0), 0.0), (1.0, 0.0));
    let (numerator, x) = (Variable::<(), f64>::new(1e-300), Variable::<(), f64>::new(1e-200));
    let mut quotient = Graph::new(&numerator / &x);
    quotient.forward();
    quotient.backward();
    assert!(near(x.gradient()[[]], -1e100));
}

#[test]
fn nan_wins() {
    let x = Variable::<U3, f64>::new(Tensor::from([f64::NAN, 1.0, 3.0]));
    assert!(Graph::new((&x).max()).forward()[[]].is_nan());
    assert!(at(function::Rectifier, f64::NAN).0.is_nan());
    let (one, nan) = (Variable::<(), f64>::new(1.0), Variable::<(), f64>::new(f64::NAN));
    assert!(Graph::new((&one).maximum(&nan)).forward()[[]].is_nan());
    assert!(Graph::new((&nan).maximum(&one)).forward()[[]].is_nan());
}

/// The numbers of `name` in `reference/graph.txt`, which `reference/graph.py` wrote.
fn numbers<S: Shape>(name: &str) -> Box<Tensor<S, f64>> {
    let lines = include_str!("reference/graph.txt").lines();
    let mut named = lines.filter_map(|line| line.split_once(": ")).filter(|(key, _)| *key == name);
    let (_, numbers) = named.next().unwrap_or_else(|| panic!("no numbers called {name}"));
    let numbers: Vec<f64> = numbers.split(' ').map(|number| number.parse().unwrap()).collect();
    Tensor::boxed_from_slice(&numbers).unwrap()
}

/// A test a formula: the same value and gradients as PyTorch's.
macro_rules! reference {
    ($($name:ident: |$($variable:ident: $shape:ty),*| $formula:expr;)*) => {
        $(#[test]
        fn $name() {
            let name = stringify!($name);
            $(let $variable = Variable::<$shape, f64>::boxed(numbers(&format!("{name}.{}", stringify!($variable))));)*
            let mut graph = {
                $(let $variable = &$variable;)*
                Graph::new($formula)
            };
            assert_near(&[graph.forward()[[]]], numbers::<()>(&format!("{name}.value")).as_slice(), 1e-14);
            graph.backward();
            $(
                let expected = numbers::<$shape>(&format!("{name}.grad_{}", stringify!($variable)));
                assert_near($variable.gradient().as_slice(), expected.as_slice(), 1e-13);
            )*
        })*
    };
}

reference! {
    formula: |x: U5, y: U5| ((x * y).exp() / (1.0 + x.square()) - 2.0 / y).tanh().sum();
    softmax_cross_entropy: |x: U5, y: U5| {
        let exponentials = x.exp();
        -(y.square() * (exponentials / exponentials.sum()).ln()).sum()
    };
    two_layers: |x: (U4, U3), w1: (U3, U6), b1: U6, w2: (U6, U2), b2: U2| {
        let hidden = (x.matmul(w1) + b1.repeat::<U4>()).sigmoid();
        (hidden.matmul(w2) + b2.repeat::<U4>()).relu().square().mean()
    };
    normalised: |x: (U2, U3, U2), scale: ()| {
        let centred = x - x.mean();
        (centred / (centred.square().mean() + 1e-5).sqrt() * scale).power(3).sum()
    };
    largest: |x: (U2, U3), y: (U2, U3)| x.maximum(y).sum() * (x * y).max();
}

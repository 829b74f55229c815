//! Layers of one's own, with nothing that is private to dimwise: a parametric ReLU, computed in place, and a
//! connection from each input to its own output. Both are gradient-checked, then trained.
//!
//! ```sh
//! cargo run --release --example own_layer
//! ```

use dimwise::fit::Fit;
use dimwise::gradient_check::check_network;
use dimwise::layer::prelude::*;
use dimwise::prelude::*;
use dimwise::random::Random;

/// `y = x` where `x > 0`, `a · x` elsewhere, with a slope `a` for each element, 0.25 at first.
#[repr(C)]
struct Rectifier<S: Shape, T: Element = f32> {
    slope: Tensor<S, T>,
}

dimwise::parameters!(Rectifier<S: Shape, T: Element>: T { slope: Kind::Scale { start: 0.25 } });

// What is computed sample by sample and gives the shape it takes is `InPlace`: in a network it lies over the output of
// the layer before it. Its derivative cannot be told from `y`, since the slope may be negative or 0, so `x` is kept.
impl<S: Shape, T: Element> InPlace for Rectifier<S, T> {
    type Shape = S;
    type Derivative = FromInput;

    fn apply(&self, values: &mut [Tensor<S, T>]) {
        for sample in values {
            for (x, slope) in sample.as_mut_slice().iter_mut().zip(self.slope.as_slice()) {
                if *x < T::ZERO {
                    *x *= *slope;
                }
            }
        }
    }

    // dy/dx = 1 or a, dy/da = 0 or x
    fn differentiate(&self, inputs: &[Tensor<S, T>], grads: &mut [Tensor<S, T>], gradients: &mut Self) {
        for (input, grads) in inputs.iter().zip(grads) {
            let slopes = self.slope.as_slice().iter().zip(gradients.slope.as_mut_slice());
            let elements = input.as_slice().iter().zip(grads.as_mut_slice());
            for ((x, grad), (slope, grad_slope)) in elements.zip(slopes) {
                if *x < T::ZERO {
                    *grad_slope += *grad * *x;
                    *grad *= *slope;
                }
            }
        }
    }
}

/// `y = w · x + b`, element by element.
#[repr(C)]
struct Diagonal<N: Dim, T: Element = f32> {
    weight: Tensor<N, T>,
    bias: Tensor<N, T>,
}

dimwise::parameters!(Diagonal<N: Dim, T: Element>: T {
    weight: Kind::Weight { fan_in: 1, fan_out: 1 },
    bias: Kind::Bias { start: 0.0 },
});

// Everything else is a `Layer`, whose input and output lie apart.
impl<N: Dim, T: Element> Layer for Diagonal<N, T> {
    type In = N;
    type Out = N;
    type Cache = Nothing<T>;
    type Placement = Released;
    const MULTIPLY_ADDS: usize = N::SIZE;

    fn forward(&self, input: &[Input<Self>], output: &mut [Output<Self>], _cache: Cached<'_, Self::Cache>) {
        for (x, y) in input.iter().zip(output) {
            *y = Tensor::from_fn(|[i]| self.weight[i] * x[i] + self.bias[i]);
        }
    }

    fn backward(
        &self,
        input: &[Input<Self>],
        _output: &[Output<Self>],
        grad_output: &mut [Output<Self>],
        grad_input: Option<&mut [Input<Self>]>,
        gradients: &mut Self,
        _cache: Cached<'_, Self::Cache>,
    ) {
        // dL/dw += dL/dy · x, dL/db += dL/dy
        for (x, grad) in input.iter().zip(&*grad_output) {
            for i in 0..N::SIZE {
                gradients.weight[i] += grad[i] * x[i];
                gradients.bias[i] += grad[i];
            }
        }
        // dL/dx = dL/dy · w
        for (grad_x, grad) in grad_input.into_iter().flatten().zip(grad_output) {
            *grad_x = Tensor::from_fn(|[i]| self.weight[i] * grad[i]);
        }
    }
}

network! { type Net<T> = [Diagonal<U2>, Affine<_, U8>, Rectifier<_>, Affine<_, U2>]; }

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let checked = Net::<f64>::initialized(HeNormal, 1);
    let mut random = Random::new(2);
    let inputs: Vec<_> = (0..8).map(|_| Tensor::filled_with(|| random.normal())).collect();
    let classes: Vec<_> = (0..8).map(|index| Class::<U2>::new(index % 2).expect("a class of two")).collect();
    let report = check_network(&*checked, &CrossEntropy, &inputs, &classes)?;
    println!("{report}");

    // A point's class is whether it lies in the unit circle, which takes a network with a bend.
    let points: Vec<_> =
        (0..400).map(|_| Tensor::<U2>::filled_with(|| 1.2 * random.normal() as f32)).collect();
    let inside = |point: &Tensor<U2>| usize::from(point[0] * point[0] + point[1] * point[1] < 1.0);
    let classes: Vec<_> =
        points.iter().map(|point| Class::<U2>::new(inside(point)).expect("one of two")).collect();
    let data = Dataset::new(points, classes)?;
    let network = Net::initialized(HeNormal, 1);
    let optimizer = Adam::new(0.01);
    let mut trainer = Trainer::<Net, _, _, U40>::new(network, CrossEntropy, optimizer, 1);
    let history = trainer.fit(&data, Fit::epochs(100))?;
    let accuracy = history.last("accuracy").unwrap_or(0.0);
    println!("{:.1} % of the points read rightly", 100.0 * accuracy);
    assert!(accuracy > 0.9, "the network has learnt");
    Ok(())
}

//! [`Summary`]: a network as a table, as other frameworks print it.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use typenum::U32;

use crate::diagnostic::Fit;
use crate::layer::{Layer, Placement, short_type_name};
use crate::network::{Model, Network, Predictor};
use crate::optimizer::{Adam, Momentum, Sgd};
use crate::parameters::Path;
use crate::shape::Shape;
use crate::trainer::Trainer;

/// A network that can be told as a table.
pub trait Summarize: Model {
    /// Returns the network as a table: layers, output shapes, parameters, totals, bytes.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// network! { type Mlp = [Affine<U784, U50>, Relu<_>, Affine<_, U10>]; }
    /// println!("{}", Mlp::summary());
    /// assert_eq!(Mlp::summary().parameters, 39_760);
    /// ```
    fn summary() -> Summary
    where
        Self: Layer<Seams: Fit>,
    {
        Summary::of::<Self>()
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model> Summarize for M {}

/// What [`Summarize::summary`] returns; prints as a table.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The network's name.
    pub name: &'static str,
    /// The sizes of a sample that comes in.
    pub input: &'static [usize],
    /// One row a layer, in order.
    pub rows: Vec<Row>,
    /// The number of parameters.
    pub parameters: usize,
    /// Multiply-adds of one sample's forward pass.
    pub multiply_adds: usize,
    /// The size of the network in memory.
    pub bytes: usize,
    /// What inference of one sample needs beside the network:
    /// [`Predictor::bytes(1)`](crate::network::Predictor::bytes).
    pub inference_bytes: usize,
    /// All memory of training in batches of 32, with each optimizer:
    /// [`Trainer::BYTES`](crate::trainer::Trainer::BYTES).
    pub training_bytes: [(&'static str, usize); 3],
}

/// One layer of a [`Summary`].
#[derive(Clone, Debug)]
pub struct Row {
    /// Where the layer stands: `0`, `1.0`.
    pub path: String,
    /// The layer's name.
    pub name: &'static str,
    /// The sizes of a sample that goes out.
    pub output: &'static [usize],
    /// The number of parameters.
    pub parameters: usize,
    /// Multiply-adds of one sample's forward pass.
    pub multiply_adds: usize,
}

impl Summary {
    fn of<N: Network>() -> Self {
        let mut rows = Vec::new();
        N::Placement::visit_layers(&Path::ROOT, &mut |layer| {
            rows.push(Row {
                path: layer.path.to_string(),
                name: layer.name,
                output: layer.out,
                parameters: layer.parameters,
                multiply_adds: layer.multiply_adds,
            });
        });
        Self {
            name: short_type_name::<N>(),
            input: N::In::DIMS,
            rows,
            parameters: N::PARAMETERS,
            multiply_adds: N::MULTIPLY_ADDS,
            bytes: size_of::<N>(),
            inference_bytes: Predictor::<N>::bytes(1),
            training_bytes: [
                ("Sgd", Trainer::<N, (), Sgd, U32>::BYTES),
                ("Momentum", Trainer::<N, (), Momentum<N>, U32>::BYTES),
                ("Adam", Trainer::<N, (), Adam<N>, U32>::BYTES),
            ],
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = "-".repeat(62);
        writeln!(f, "{}, input {:?}", self.name, self.input)?;
        writeln!(f, "{line}")?;
        writeln!(f, "{:<22}{:<16}{:>10}{:>14}", "layer", "output", "parameters", "multiply-adds")?;
        writeln!(f, "{line}")?;
        for row in &self.rows {
            let (layer, output) =
                (alloc::format!("{} {}", row.path, row.name), alloc::format!("{:?}", row.output));
            let (parameters, multiply_adds) = (thousands(row.parameters), thousands(row.multiply_adds));
            writeln!(f, "{layer:<22}{output:<16}{parameters:>10}{multiply_adds:>14}")?;
        }
        writeln!(f, "{line}")?;
        let (parameters, multiply_adds) = (thousands(self.parameters), thousands(self.multiply_adds));
        writeln!(f, "{:<38}{parameters:>10}{multiply_adds:>14}", "total")?;
        writeln!(f, "{:<38}{:>10} bytes", "memory", thousands(self.bytes))?;
        write!(f, "{:<38}{:>10} bytes more", "  to run on one sample", thousands(self.inference_bytes))?;
        for (optimizer, bytes) in self.training_bytes {
            let what = alloc::format!("  to train on 32 with {optimizer}");
            write!(f, "\n{what:<38}{:>10} bytes in all", thousands(bytes))?;
        }
        Ok(())
    }
}

/// `39760` as `39,760`.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use alloc::string::ToString;

    network! {
        type Hidden = [Affine<U50, U50>, Sigmoid<_>];
        type Net = [Affine<U784, U50>, Relu<_>, Hidden, Affine<_, U10>];
    }

    #[test]
    fn the_table_names_layers_and_totals() {
        let expected = "\
Net, input [784]
--------------------------------------------------------------
layer                 output          parameters multiply-adds
--------------------------------------------------------------
0 Affine              [50]                39,250        39,200
1 Relu                [50]                     0             0
2.0 Affine            [50]                 2,550         2,500
2.1 Sigmoid           [50]                     0             0
3 Affine              [10]                   510           500
--------------------------------------------------------------
total                                     42,310        42,200
memory                                   169,240 bytes
  to run on one sample                       400 bytes more
  to train on 32 with Sgd                635,488 bytes in all
  to train on 32 with Momentum           974,000 bytes in all
  to train on 32 with Adam             1,312,560 bytes in all";
        assert_eq!(Net::summary().to_string(), expected);
    }
}

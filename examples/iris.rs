//! From a table to a saved network: `cargo run --release --example iris`.

use std::error::Error;

use dimwise::data::Columns;
use dimwise::fit::Fit;
use dimwise::prelude::*;
use dimwise::storage;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/iris.csv");

network! {
    /// Tells three species of iris by their sepals and petals, in centimetres.
    type Iris = [
        Standardize<U4>,
        Affine<_, U16>,
        Tanh<_>,
        Affine<_, U3>,
    ];
}

fn main() -> Result<(), Box<dyn Error>> {
    let columns = Columns::new(["sepal_length", "sepal_width", "petal_length", "petal_width"], ["species"]);
    let (data, species) = Dataset::<U4, Class<U3>>::from_csv(TABLE, &columns)?;
    let (train, test) = data.split(0.8, 1);

    let mut network = Iris::initialized(XavierNormal, 1);
    network.layer_mut::<0>().fit(&train);
    let mut trainer = Trainer::<_, _, _, U16>::new(network, CrossEntropy, Adam::new(0.01), 1);
    let history = trainer.fit(&train, Fit::epochs(60).validated_on(&test))?;
    println!("{:.3} of the test flowers", history.last("validation accuracy").unwrap_or(0.0));

    let path = std::env::temp_dir().join("iris.safetensors");
    storage::save(trainer.network(), &path)?;
    let network = storage::load::<Iris>(&path)?;

    let flower = Tensor::from([6.5, 3.0, 5.5, 2.0]);
    let probabilities = network.predict(&flower).softmax(Axis::<0>);
    let class = Class::of_largest(probabilities.as_slice());
    println!("{} {:.3}", &species[class], probabilities[class.index()]);
    Ok(())
}

//! Apples and oranges, and their tax, as a graph: `cargo run --release --example ch05_apples`.
//!
//! Saito, *Deep Learning from Scratch*, 5.2 to 5.4: two apples at 100 yen and three oranges at 150 cost 715
//! yen with 10 % tax. By how much does that change with each of the five numbers?

use std::process::ExitCode;

use dimwise::graph::{Graph, Variable};

fn main() -> ExitCode {
    let (apple, apples) = (&Variable::new(100.0), &Variable::new(2.0));
    let (orange, oranges) = (&Variable::new(150.0), &Variable::new(3.0));
    let tax = &Variable::new(1.1);

    let mut total = Graph::new((apple * apples + orange * oranges) * tax);
    let price: f64 = total.forward()[[]];
    total.backward();

    println!(
        "an apple {:.0} yen, an orange {:.0} yen: {price:.0} yen",
        apple.value()[[]],
        orange.value()[[]]
    );
    let expected = [
        ("an apple's price", apple, 2.2),
        ("the number of apples", apples, 110.0),
        ("an orange's price", orange, 3.3),
        ("the number of oranges", oranges, 165.0),
        ("the tax", tax, 650.0),
    ];
    let mut largest = (price - 715.0).abs();
    for (name, variable, gradient) in expected {
        println!("changes with {name:<21} by {:>6.1}", variable.gradient()[[]]);
        largest = largest.max((variable.gradient()[[]] - gradient).abs());
    }
    println!(
        "The book's total is 715 yen, its gradients 2.2, 110, 3.3, 165 and 650: the largest difference here is {largest:.0e}."
    );
    if largest < 1e-9 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

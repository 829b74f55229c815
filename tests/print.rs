//! What tensors print, compared with what NumPy prints of the same numbers (`reference/generate_print.py`).

use dimwise::prelude::*;

const PRINTED: &str = include_str!("reference/print.txt");

/// The numbers and the text of NumPy's array of this name.
fn block(name: &str) -> (Vec<f64>, &'static str) {
    let mut blocks = PRINTED.split("== ").skip(1).map(|block| block.split_once('\n').unwrap());
    let (_, rest) = blocks.find(|(found, _)| *found == name).unwrap();
    let (numbers, text) = rest.split_once('\n').unwrap();
    (numbers.split(' ').map(|number| number.parse().unwrap()).collect(), text.trim_end_matches('\n'))
}

fn tensor<S: Shape, T: Element>(numbers: &[f64]) -> Box<Tensor<S, T>> {
    numbers.iter().map(|number| T::from_f64(*number)).collect::<Vec<_>>().try_into().unwrap()
}

/// Compares each, and gives how many there are.
macro_rules! compare {
    ($($name:literal: $shape:ty, $element:ty;)*) => {
        [$({
            let (numbers, text) = block($name);
            let tensor = tensor::<$shape, $element>(&numbers);
            assert_eq!(tensor.to_string(), text, $name);
        }),*].len()
    };
}

#[test]
fn tensors_print_as_in_numpy() {
    let compared = compare! {
        "small": (U2, U3), f32;
        "whole": (U3, U4), f64;
        "thirds": U4, f32;
        "thirds_f64": U4, f64;
        "large": (U2, U2), f32;
        "tiny": U3, f64;
        "almost_wide": U2, f64;
        "almost_wide_f32": U2, f32;
        "ratio": U3, f32;
        "hundred_million": U2, f32;
        "below_hundred_million": U2, f64;
        "million": U2, f32;
        "below_million": U2, f32;
        "exponents": U3, f64;
        "not_a_number": (U2, U2), f32;
        "not_a_number_wide": U4, f64;
        "nothing_finite": U2, f32;
        "only_negative_infinity": U3, f64;
        "zeros": (U2, U2), f32;
        "negative_zero": U2, f64;
        "normal": (U4, U3), f32;
        "normal_f64": (U4, U3), f64;
        "rank3": (U2, U3, U4), f32;
        "rank4": (U2, U2, U2, U2), f32;
        "long_row": U100, f32;
        "long_rows": (U2, U3, U15), f32;
        "thousand": U1000, f32;
        "more_than_thousand": dim!(1001), f32;
        "matrix_in_part": (U50, U30), f64;
        "rows_in_part": (U7, U5, U40), f32;
    };
    assert_eq!(
        compared,
        PRINTED.lines().filter(|line| line.starts_with("== ") && line.split(' ').count() == 2).count()
    );
}

#[test]
fn the_decimals_asked_for_print_as_in_numpy() {
    let check = |name: &str, decimals: usize, print: &dyn Fn(&[f64]) -> String| {
        let (numbers, text) = block(&format!("{name} {decimals}"));
        assert_eq!(print(&numbers), text, "{name}");
    };
    check("small", 2, &|numbers| format!("{:.2}", tensor::<(U2, U3), f32>(numbers)));
    check("thirds", 3, &|numbers| format!("{:.3}", tensor::<U4, f32>(numbers)));
    check("tiny", 2, &|numbers| format!("{:.2}", tensor::<U3, f64>(numbers)));
    check("large", 1, &|numbers| format!("{:.1}", tensor::<(U2, U2), f32>(numbers)));
    check("not_a_number", 1, &|numbers| format!("{:.1}", tensor::<(U2, U2), f32>(numbers)));
    check("normal", 0, &|numbers| format!("{:.0}", tensor::<(U4, U3), f32>(numbers)));
    check("rank3", 4, &|numbers| format!("{:.4}", tensor::<(U2, U3, U4), f32>(numbers)));
}

#[test]
fn a_precision_goes_into_a_layer() {
    let printed = format!("{:.1?}", Affine::<U1, U2>::zeroed());
    assert_eq!(printed, "Affine { weight: Tensor [1, 2] f32\n[[0.0 0.0]], bias: Tensor [2] f32\n[0.0 0.0] }");
}

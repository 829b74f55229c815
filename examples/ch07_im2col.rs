//! A convolution as a product of matrices: `cargo run --release --example ch07_im2col`.
//!
//! Saito, *Deep Learning from Scratch*, 7.4: im2col lays what each place of the kernel sees out as a row; an
//! image of (3, 7, 7) under a kernel of 5 by 5 becomes (9, 75). The library never keeps that matrix: `Conv2d`
//! goes through it strip by strip, and gives the same. Takes no time.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use dimwise::prelude::*;
use dimwise::random::Random;
use figure::Tile;
use shared::Claim;

/// Draws an image, its im2col matrix, and the convolution that is their product
#[derive(Parser)]
struct Settings {
    /// As without it: there is nothing to leave out
    #[arg(long)]
    fast: bool,
}

type Image = Tensor<(U3, U7, U7)>;
/// Three filters of 5 by 5 at the stride of 1 without padding: (3, 3, 3).
type Convolution = Conv2d<(U3, U7, U7), U3, U5>;

fn main() -> ExitCode {
    shared::experiment(run)
}

fn run(_: &Settings) -> Result<Claim, Box<dyn Error>> {
    let mut random = Random::new(1);
    // Each channel has a pattern of its own, and some noise.
    let image = Image::from_fn(|[channel, row, column]| {
        let pattern = [row, column, row.abs_diff(column)][channel] as f32 / 6.0;
        0.8 * pattern + 0.2 * random.uniform() as f32
    });
    let layer = Convolution::initialized(HeNormal, 1);

    let rows = im2col(&image);
    // (9, 75) times (75, 3): a row for each place, a column for each filter.
    let filters: Vec<_> = layer.weight.as_slice().chunks(75).collect();
    let product = Tensor::<(U3, U3, U3)>::from_fn(|[filter, y, x]| {
        rows[3 * y + x].iter().zip(filters[filter]).map(|(pixel, weight)| pixel * weight).sum()
    });
    let output = layer.predict(&image);

    draw(&image, &rows, &output)?;
    let differences = output.as_slice().iter().zip(product.as_slice()).map(|(a, b)| (a - b).abs());
    let largest = differences.fold(0.0, f32::max);
    Ok(Claim {
        holds: rows.len() == 9 && rows.iter().all(|row| row.len() == 75) && largest < 1e-5,
        line: format!(
            "im2col makes ({}, {}) of an image of (3, 7, 7), and its product with the filters is the \
             convolution: they differ by at most {largest:.0e}",
            rows.len(),
            rows[0].len(),
        ),
    })
}

/// For each place of the kernel, row by row, the 3 · 5 · 5 pixels under it.
fn im2col(image: &Image) -> Vec<Vec<f32>> {
    let places = (0..3).flat_map(|y| (0..3).map(move |x| (y, x)));
    let under = |(y, x)| {
        let pixel = |offset: usize| image[[offset / 25, y + offset / 5 % 5, x + offset % 5]];
        (0..75).map(pixel).collect()
    };
    places.map(under).collect()
}

/// One above the other: the image's channels, the matrix, the output's channels.
fn draw(image: &Image, rows: &[Vec<f32>], output: &Tensor<(U3, U3, U3)>) -> Result<(), Box<dyn Error>> {
    let tile = |caption: &str, channels: &[f32], columns: usize, numbers: usize| Tile {
        caption: caption.into(),
        columns,
        pixels: side_by_side(channels, columns, numbers),
    };
    let tiles = [
        tile("image (3, 7, 7), its channels side by side", image.as_slice(), 23, 7),
        Tile { caption: "im2col (9, 75)".into(), columns: 75, pixels: scaled(&rows.concat()) },
        tile("output (3, 3, 3)", output.as_slice(), 11, 3),
    ];
    figure::tiles("ch07_im2col", 1, 8, &tiles)
}

/// Three square channels of `size` as one image with gaps of a pixel.
fn side_by_side(channels: &[f32], columns: usize, size: usize) -> Vec<f64> {
    let shades = scaled(channels);
    let at = |row: usize, column: usize| match (column / (size + 1), column % (size + 1)) {
        (_, inside) if inside == size => 0.0,
        (channel, inside) => shades[size * (size * channel + row) + inside],
    };
    (0..size * columns).map(|offset| at(offset / columns, offset % columns)).collect()
}

/// From the smallest number, white, to the largest, black.
fn scaled(numbers: &[f32]) -> Vec<f64> {
    let (low, high) = numbers.iter().fold((f32::MAX, f32::MIN), |(low, high), x| (low.min(*x), high.max(*x)));
    numbers.iter().map(|x| f64::from((x - low) / (high - low))).collect()
}

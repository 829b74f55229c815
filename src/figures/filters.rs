//! [`filters`]: what convolutions look for.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::vec::Vec;
use std::path::Path;

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::FigureError;
use super::canvas::{SMALL, save, text, text_width};
use crate::element::Element;
use crate::plain::Plain;
use crate::shape::{Dim, Shape};
use crate::tensor::Tensor;

/// The most tiles in a figure.
const MOST: usize = 256;
/// The longest side of a tile, about, and what is between tiles, in pixels.
const TILE: i32 = 48;
const GAP: i32 = 6;

/// Draws the filters of a convolution as a grid of tiles: the `weight` of a [`Conv2d`](crate::layer::Conv2d), best of the
/// first layer, whose filters look at the picture itself.
///
/// A filter of one channel is grey: 0 is the middle, its largest weight black or white. One of three channels is in colour,
/// as red, green and blue. One of more has a row of grey tiles, a tile for each channel. At most the first 256 tiles are
/// drawn; what is not finite is drawn as 0.
///
/// # Errors
///
/// [`FigureError::Nothing`] where a filter has no weights, or there is none; [`FigureError::Io`] where the file cannot be
/// written.
///
/// ```
/// use dimwise::figures;
/// use dimwise::prelude::*;
///
/// let network = Conv2d::<(U1, U28, U28), U16, U5>::initialized(HeNormal, 1);
/// let path = std::env::temp_dir().join("dimwise-doc-filters.svg");
/// figures::filters(&path, &network.weight)?;
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn filters<O: Dim, I: Dim, H: Dim, W: Dim, T: Element>(
    path: impl AsRef<Path>,
    weight: &Tensor<(O, I, H, W), T>,
) -> Result<(), FigureError> {
    let path = path.as_ref();
    if <(O, I, H, W) as Shape>::LEN == 0 {
        return Err(FigureError::Nothing { path: path.to_owned(), expected: "a weight" });
    }
    let is_coloured = I::SIZE == 3;
    let filters = weight.as_slice().chunks(I::SIZE * H::SIZE * W::SIZE);
    let tiles: Vec<Vec<RGBColor>> = filters
        .flat_map(|filter| {
            let scaled = scaled(filter);
            let area = H::SIZE * W::SIZE;
            match is_coloured {
                true => [(0..area)
                    .map(|at| RGBColor(scaled[at], scaled[area + at], scaled[2 * area + at]))
                    .collect()]
                .into(),
                false => scaled
                    .chunks(area)
                    .map(|tile| tile.iter().map(|grey| RGBColor(*grey, *grey, *grey)).collect())
                    .collect::<Vec<_>>(),
            }
        })
        .take(MOST)
        .collect();

    let columns = if is_coloured || I::SIZE == 1 { square_root(tiles.len()) } else { I::SIZE.min(MOST) };
    let rows = tiles.len().div_ceil(columns);
    let (high, wide) = (H::SIZE as i32, W::SIZE as i32);
    let scale = (TILE / high.max(wide)).max(2);
    let step = (scale * wide + GAP, scale * high + GAP);
    let title = format!("{} filters of {} × {} × {}", O::SIZE, I::SIZE, H::SIZE, W::SIZE);
    let size =
        ((columns as i32 * step.0 + GAP).max(text_width(&title) + 2 * GAP), rows as i32 * step.1 + GAP + 24);
    save(path, size, |canvas| {
        canvas.draw(&Text::new(title, (GAP, 14), text(SMALL, BLACK, HPos::Left)))?;
        for (number, tile) in tiles.iter().enumerate() {
            let (row, column) = ((number / columns) as i32, (number % columns) as i32);
            let (left, top) = (GAP + column * step.0, GAP + 24 + row * step.1);
            for (at, colour) in tile.iter().enumerate() {
                let (x, y) = (left + scale * (at as i32 % wide), top + scale * (at as i32 / wide));
                canvas.draw(&Rectangle::new([(x, y), (x + scale, y + scale)], colour.filled()))?;
            }
            // White weights would be lost in the paper.
            let end = (left + scale * wide, top + scale * high);
            canvas.draw(&Rectangle::new([(left, top), end], BLACK.mix(0.2)))?;
        }
        Ok(())
    })
}

/// The weights of a filter from 0 to 255, 0 in the middle.
fn scaled<T: Element>(filter: &[T]) -> Vec<u8> {
    let finite = |weight: &T| if weight.is_finite() { weight.to_f64() } else { 0.0 };
    let largest = filter.iter().map(|weight| finite(weight).abs()).fold(0.0, f64::max);
    let scale = if largest > 0.0 { largest } else { 1.0 };
    filter.iter().map(|weight| (127.5 * (1.0 + finite(weight) / scale)).round() as u8).collect()
}

/// The smallest whole number whose square is as large.
fn square_root(number: usize) -> usize {
    (1..).find(|root| root * root >= number).unwrap_or(1)
}

//! [`confusion_matrix`]: which class is taken for which.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::path::Path;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::FigureError;
use super::canvas::{COLOURS, LARGE, SMALL, save, text, text_width};
use crate::data::ClassNames;
use crate::metrics::ConfusionMatrix;
use crate::shape::Dim;

/// Draws a matrix: a row for each target, a column for each answer. The darker, the larger the share of the row's samples.
///
/// Classes are called by their names where there are some, else by their numbers.
///
/// # Errors
///
/// [`FigureError::Nothing`] where there is no class; [`FigureError::Io`] where the file cannot be written.
///
/// ```
/// use dimwise::data::ClassNames;
/// use dimwise::figures;
/// use dimwise::metrics::ConfusionMatrix;
/// use dimwise::prelude::*;
///
/// let mut matrix = ConfusionMatrix::<U2>::new();
/// matrix.add_sample(Class::new(0)?, Class::new(1)?);
/// let path = std::env::temp_dir().join("dimwise-doc-matrix.svg");
/// figures::confusion_matrix(&path, &matrix, Some(&ClassNames::new(["ape", "bee"])?))?;
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn confusion_matrix<C: Dim>(
    path: impl AsRef<Path>,
    matrix: &ConfusionMatrix<C>,
    names: Option<&ClassNames<C>>,
) -> Result<(), FigureError> {
    let path = path.as_ref();
    let classes = C::SIZE as i32;
    if classes == 0 {
        return Err(FigureError::Nothing { path: path.to_owned(), expected: "a class" });
    }
    let names: Vec<String> = match names {
        Some(names) => names.as_slice().to_vec(),
        None => (0..C::SIZE).map(|class| class.to_string()).collect(),
    };
    let largest = matrix.rows().flatten().max().copied().unwrap_or(0);
    let longest = names.iter().map(|name| text_width(name)).max().unwrap_or(0);
    // As large as a number needs, as long as there are few; then only colours can be seen.
    let wanted = (text_width(&largest.to_string()) + 10).max(34);
    let cell = (900 / classes).clamp(4, wanted);
    let (has_numbers, has_names) = (cell == wanted, cell >= 14);
    let is_upright = longest + 4 <= cell;
    let (beside, below) = match (has_names, is_upright) {
        (false, _) => (0, 0),
        (true, true) => (longest, 16),
        (true, false) => (longest, longest),
    };
    let (left, top) = (36 + beside + 6, 16);
    let end = (left + classes * cell, top + classes * cell);
    save(path, ((end.0 + 16).max(150), (end.1 + below + 44).max(110)), |canvas| {
        let middle = |class: usize| class as i32 * cell + cell / 2;
        for (actual, row) in matrix.rows().enumerate() {
            let all: usize = row.iter().sum();
            for (predicted, count) in row.iter().enumerate().filter(|(_, count)| **count > 0) {
                let share = *count as f64 / all as f64;
                let corner = (left + predicted as i32 * cell, top + actual as i32 * cell);
                let colour = shade(share);
                canvas
                    .draw(&Rectangle::new([corner, (corner.0 + cell, corner.1 + cell)], colour.filled()))?;
                if has_numbers {
                    let style = text(SMALL, if share > 0.5 { WHITE } else { BLACK }, HPos::Center);
                    let place = (left + middle(predicted), top + middle(actual));
                    canvas.draw(&Text::new(count.to_string(), place, style))?;
                }
            }
        }
        canvas.draw(&Rectangle::new([(left, top), end], BLACK.mix(0.4)))?;
        if has_names {
            for (class, name) in names.iter().enumerate() {
                let style = text(SMALL, BLACK, HPos::Right);
                canvas.draw(&Text::new(name.as_str(), (left - 6, top + middle(class)), style))?;
                let place = (left + middle(class), end.1 + 6);
                let style = if is_upright {
                    text(SMALL, BLACK, HPos::Center).pos(Pos::new(HPos::Center, VPos::Top))
                } else {
                    text(SMALL, BLACK, HPos::Right).transform(FontTransform::Rotate270)
                };
                canvas.draw(&Text::new(name.as_str(), place, style))?;
            }
        }
        let style = text(LARGE, BLACK, HPos::Center);
        let across = (left + classes * cell / 2, end.1 + below + 26);
        canvas.draw(&Text::new("answer", across, style.clone()))?;
        let along = (18, top + classes * cell / 2);
        canvas.draw(&Text::new("target", along, style.transform(FontTransform::Rotate270)))?;
        Ok(())
    })
}

/// From white, nothing, to the first colour, all.
fn shade(share: f64) -> RGBColor {
    let mix = |colour: u8| (255.0 + share * (f64::from(colour) - 255.0)).round() as u8;
    let RGBColor(red, green, blue) = COLOURS[0];
    RGBColor(mix(red), mix(green), mix(blue))
}

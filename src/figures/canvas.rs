//! What all figures share: colours, text, and the file.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use core::error::Error;
use std::fs;
use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::FigureError;

pub(super) type Canvas<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(super) type Drawn = Result<(), Box<dyn Error>>;

/// Okabe and Ito's colours, which the colour-blind can tell apart, and four more.
pub(super) const COLOURS: [RGBColor; 10] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(110, 80, 40),
    RGBColor(90, 90, 90),
    RGBColor(170, 200, 0),
    RGBColor(120, 60, 160),
];

/// Sizes of text; the SVG has 1 / 1.24 of it.
pub(super) const SMALL: f64 = 14.88;
pub(super) const LARGE: f64 = 17.36;

/// How wide so much small text is at most, in pixels: there is no font to ask.
pub(super) fn text_width(text: &str) -> i32 {
    8 * i32::try_from(text.chars().count()).unwrap_or(i32::MAX / 8)
}

/// How text is drawn, from its middle or from one of its ends.
pub(super) fn text(size: f64, colour: RGBColor, across: HPos) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&colour).pos(Pos::new(across, VPos::Center))
}

/// Draws a figure of this size in pixels, and writes it.
pub(super) fn save(
    path: &Path,
    size: (i32, i32),
    draw: impl FnOnce(&Canvas<'_>) -> Drawn,
) -> Result<(), FigureError> {
    let mut svg = String::new();
    let drawn = (|| {
        let canvas = SVGBackend::with_string(&mut svg, (size.0.unsigned_abs(), size.1.unsigned_abs()))
            .into_drawing_area();
        canvas.fill(&WHITE)?;
        draw(&canvas)?;
        canvas.present()?;
        Ok::<_, Box<dyn Error>>(())
    })();
    drawn.map_err(|error| FigureError::Drawing { path: path.to_owned(), reason: error.to_string() })?;
    fs::write(path, short(svg)).map_err(|error| FigureError::Io { path: path.to_owned(), error })
}

/// Leaves out what SVG takes for granted, or is the same everywhere: half of the file.
fn short(svg: String) -> String {
    let mut svg = svg.replacen("<svg ", "<svg font-family='sans-serif' ", 1);
    for (long, short) in [
        (" opacity=\"1\"", ""),
        (" stroke=\"none\"", ""),
        (" stroke-width=\"1\"", ""),
        (" font-family=\"sans-serif\"", ""),
        (" fill=\"#000000\">\n", ">\n"),
        ("\n</text>", "</text>"),
    ] {
        svg = svg.replace(long, short);
    }
    // A text stands on a line of its own, behind its tag.
    let mut lines = String::new();
    for line in svg.lines() {
        if line.starts_with('<') && !lines.is_empty() {
            lines.push('\n');
        }
        lines.push_str(line);
    }
    lines
}

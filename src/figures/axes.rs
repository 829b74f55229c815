//! The axes of curves, and what tells the curves apart.

use alloc::format;
use alloc::string::{String, ToString};
use core::ops::Range;

use plotters::chart::SeriesAnno;
use plotters::coord::ranged1d::ValueFormatter;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

use super::canvas::{Drawn, SMALL};

/// A chart over numbers, whose horizontal axis may be logarithmic.
pub(super) type Chart<'a, 'b, X> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<X, RangedCoordf64>>;

/// A curve that was drawn.
type Curve<'a, 'b> = SeriesAnno<'a, SVGBackend<'b>>;

/// Draws axes with short numbers and these names, and lines across.
pub(super) fn draw_axes<X>(chart: &mut Chart<'_, '_, X>, x: &str, y: Option<&str>) -> Drawn
where
    X: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    let mut mesh = chart.configure_mesh();
    if let Some(y) = y {
        mesh.y_desc(y);
    }
    mesh.disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.1))
        .x_desc(x)
        .x_labels(8)
        .y_labels(6)
        .label_style(("sans-serif", SMALL))
        .x_label_formatter(&number)
        .y_label_formatter(&number)
        .axis_style(BLACK.mix(0.5))
        .draw()?;
    Ok(())
}

/// Names a curve in the legend.
pub(super) fn in_legend(curve: &mut Curve<'_, '_>, name: &str, line: ShapeStyle) {
    // The spaces make the legend's frame wide enough, whose width is a guess without fonts.
    curve.label(format!("{name}   ")).legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], line));
}

/// Draws the legend over the curves.
pub(super) fn draw_legend<'a, 'b: 'a, X>(chart: &mut Chart<'a, 'b, X>, corner: SeriesLabelPosition) -> Drawn
where
    X: Ranged<ValueType = f64>,
{
    chart
        .configure_series_labels()
        .position(corner)
        .label_font(("sans-serif", SMALL))
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK.mix(0.2))
        .draw()?;
    Ok(())
}

/// The range that all numbers take, a little wider.
pub(super) fn range(numbers: impl Iterator<Item = f64>) -> Range<f64> {
    let (low, high) = numbers.fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)));
    // Halves first: the difference of two large numbers may be infinite.
    let half = high / 2.0 - low / 2.0;
    let margin = if half > 0.0 { 0.08 * half } else { 0.5 * low.abs().max(1.0) };
    (low - margin).max(f64::MIN / 4.0)..(high + margin).min(f64::MAX / 4.0)
}

/// Few digits: 0.25, 2000, 1e-5.
fn number(number: &f64) -> String {
    let size = number.abs();
    if size != 0.0 && !(1e-3..1e6).contains(&size) {
        let text = format!("{number:.1e}");
        return text.replace(".0e", "e");
    }
    ((number * 1e6).round() / 1e6).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let found = [0.0, -0.0, 0.1 + 0.2, 2000.0, 1e-5, -2.5e-7, 1.5e9].map(|x| number(&x));
        assert_eq!(found, ["0", "-0", "0.3", "2000", "1e-5", "-2.5e-7", "1.5e9"]);
    }

    #[test]
    fn a_range_is_never_empty() {
        for numbers in [[1.0, 1.0], [0.0, 0.0], [-3.0, 2.0], [f64::MIN, f64::MAX]] {
            let range = range(numbers.into_iter());
            assert!(range.start < range.end && (range.end - range.start).is_finite(), "{range:?}");
        }
    }
}

//! [`rate_curve`]: which learning rates a network can be trained with.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::vec::Vec;
use std::path::Path;

use plotters::prelude::*;

use super::FigureError;
use super::canvas::{COLOURS, SMALL, save};
use super::history::{number, range};
use crate::rate_range::{RateCurve, RatePoint};

/// The size in pixels.
const SIZE: (i32, i32) = (560, 360);

/// Draws a learning-rate range test over a logarithmic axis of rates: the loss of each batch (grey), its running mean, and
/// an upright line at the [suggestion](RateCurve::suggestion) where there is one.
///
/// # Errors
///
/// [`FigureError::Nothing`] where there are less than two points; [`FigureError::Io`] where the file cannot be written.
///
/// ```
/// use dimwise::figures;
/// use dimwise::rate_range::{RateCurve, RatePoint};
///
/// // Of a test: `RateRange::default().test(&mut trainer, &data)?`.
/// let losses = [2.3, 2.3, 2.2, 1.6, 0.8, 0.5, 0.9, 3.0];
/// let points = (0..8).map(|step| RatePoint { rate: 1e-5 * 10_f64.powi(step), loss: losses[step as usize] });
/// let curve = RateCurve { points: points.collect() };
/// let path = std::env::temp_dir().join("dimwise-doc-rate-curve.svg");
/// figures::rate_curve(&path, &curve)?;
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn rate_curve(path: impl AsRef<Path>, curve: &RateCurve) -> Result<(), FigureError> {
    let path = path.as_ref();
    let [first, .., last] = &curve.points[..] else {
        return Err(FigureError::Nothing { path: path.to_owned(), expected: "a curve of two points" });
    };
    let point = |point: &RatePoint| (point.rate, point.loss);
    let (losses, means) = (curve.points.iter().map(point), curve.smoothed());
    let loss_range = range(curve.points.iter().chain(&means).map(|point| point.loss));
    save(path, SIZE, |canvas| {
        let mut chart = ChartBuilder::on(canvas)
            .margin(10)
            .margin_right(18)
            .x_label_area_size(40)
            .y_label_area_size(56)
            .build_cartesian_2d((first.rate..last.rate).log_scale(), loss_range.clone())?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(BLACK.mix(0.1))
            .x_desc("learning rate")
            .y_desc("loss")
            .y_labels(6)
            .label_style(("sans-serif", SMALL))
            .x_label_formatter(&number)
            .y_label_formatter(&number)
            .axis_style(BLACK.mix(0.5))
            .draw()?;
        chart.draw_series(LineSeries::new(losses, BLACK.mix(0.3)))?;
        let mut named = |name, points: &[(f64, f64)], colour: RGBColor| {
            let line = colour.stroke_width(2);
            let drawn = chart.draw_series(LineSeries::new(points.iter().copied(), line))?;
            // The spaces make the legend's frame wide enough, whose width is a guess without fonts.
            drawn
                .label(format!("{name}   "))
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], line));
            Ok::<_, DrawingAreaErrorKind<_>>(())
        };
        named("running mean".to_owned(), &means.iter().map(point).collect::<Vec<_>>(), COLOURS[0])?;
        if let Some(rate) = curve.suggestion() {
            named(
                format!("suggestion {rate:.1e}"),
                &[(rate, loss_range.start), (rate, loss_range.end)],
                COLOURS[1],
            )?;
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .label_font(("sans-serif", SMALL))
            .background_style(WHITE.mix(0.8))
            .border_style(BLACK.mix(0.2))
            .draw()?;
        Ok(())
    })
}

//! [`rate_curve`]: which learning rates a network can be trained with.

use alloc::borrow::ToOwned;
use alloc::format;
use std::path::Path;

use plotters::prelude::*;

use super::FigureError;
use super::axes::{draw_axes, draw_legend, in_legend, range};
use super::canvas::{COLOURS, save};
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
        draw_axes(&mut chart, "learning rate", Some("loss"))?;
        chart.draw_series(LineSeries::new(losses, BLACK.mix(0.3)))?;
        let mean = COLOURS[0].stroke_width(2);
        in_legend(chart.draw_series(LineSeries::new(means.iter().map(point), mean))?, "running mean", mean);
        if let Some(rate) = curve.suggestion() {
            let (upright, line) =
                ([loss_range.start, loss_range.end].map(|loss| (rate, loss)), COLOURS[1].stroke_width(2));
            let drawn = chart.draw_series(LineSeries::new(upright, line))?;
            in_legend(drawn, &format!("suggestion {rate:.1e}"), line);
        }
        draw_legend(&mut chart, SeriesLabelPosition::UpperLeft)?;
        Ok(())
    })
}

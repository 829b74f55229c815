//! [`history`]: numbers of a training, step by step.

use alloc::borrow::ToOwned;
use alloc::vec::Vec;
use std::path::Path;

use plotters::prelude::*;

use super::FigureError;
use super::axes::{draw_axes, draw_legend, in_legend, range};
use super::canvas::{COLOURS, Canvas, Drawn, LARGE, save};

/// A curve: its name, and its points.
type Curve<'a> = (&'a str, &'a [(usize, f64)]);

/// The size of a panel, and how many stand side by side.
const PANEL: (i32, i32) = (460, 320);
const COLUMNS: usize = 3;

/// Draws curves over steps or epochs, whose name stands below.
///
/// Names that begin alike up to a `/`, such as `loss/train` and `loss/test`, share a panel, as in TensorBoard. A curve is
/// interrupted where it is infinite or NaN.
///
/// # Errors
///
/// [`FigureError::Nothing`] where no point is finite; [`FigureError::Io`] where the file cannot be written.
///
/// ```
/// use dimwise::figures;
///
/// let loss: Vec<_> = (1..=10).map(|epoch| (epoch, 1.0 / epoch as f64)).collect();
/// let accuracy: Vec<_> = loss.iter().map(|(epoch, loss)| (*epoch, 1.0 - loss)).collect();
/// let path = std::env::temp_dir().join("dimwise-doc-history.svg");
/// // Of a fit: `history.series()`.
/// figures::history(&path, "epoch", &[("loss/train", loss), ("accuracy/train", accuracy)])?;
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn history(
    path: impl AsRef<Path>,
    steps: &str,
    series: &[(impl AsRef<str>, impl AsRef<[(usize, f64)]>)],
) -> Result<(), FigureError> {
    let path = path.as_ref();
    let series: Vec<Curve<'_>> =
        series.iter().map(|(name, points)| (name.as_ref(), points.as_ref())).collect();
    let panels = panels(&series);
    if panels.is_empty() {
        return Err(FigureError::Nothing { path: path.to_owned(), expected: "a curve with a finite point" });
    }
    let columns = panels.len().min(COLUMNS);
    let rows = panels.len().div_ceil(columns);
    save(path, (PANEL.0 * columns as i32, PANEL.1 * rows as i32), |canvas| {
        let places = canvas.split_evenly((rows, columns));
        panels.iter().zip(&places).try_for_each(|(panel, place)| panel.draw(place, steps))
    })
}

/// Curves with one pair of axes.
struct Panel<'a> {
    title: &'a str,
    curves: Vec<Curve<'a>>,
}

/// One panel for each beginning of names, without what has no finite point.
fn panels<'a>(series: &[Curve<'a>]) -> Vec<Panel<'a>> {
    let mut panels: Vec<Panel<'a>> = Vec::new();
    for &(name, points) in series.iter().filter(|(_, points)| points.iter().any(|(_, y)| y.is_finite())) {
        let (title, label) = name.split_once('/').unwrap_or((name, ""));
        match panels.iter_mut().find(|panel| panel.title == title) {
            Some(panel) => panel.curves.push((label, points)),
            None => panels.push(Panel { title, curves: [(label, points)].into() }),
        }
    }
    panels
}

impl Panel<'_> {
    fn draw(&self, canvas: &Canvas<'_>, steps: &str) -> Drawn {
        let points = || self.curves.iter().flat_map(|(_, points)| *points).filter(|(_, y)| y.is_finite());
        let mut chart = ChartBuilder::on(canvas)
            .margin(10)
            .margin_right(18)
            .caption(self.title, ("sans-serif", LARGE))
            .x_label_area_size(40)
            .y_label_area_size(56)
            .build_cartesian_2d(range(points().map(|(x, _)| *x as f64)), range(points().map(|(_, y)| *y)))?;
        draw_axes(&mut chart, steps, None)?;
        for ((label, points), colour) in self.curves.iter().zip(COLOURS.iter().cycle()) {
            let line = colour.stroke_width(2);
            for finite in points.split(|(_, y)| !y.is_finite()).filter(|finite| !finite.is_empty()) {
                let finite = finite.iter().map(|(x, y)| (*x as f64, *y));
                // One point alone would be no line.
                if finite.len() == 1 {
                    chart.draw_series(finite.clone().map(|point| Circle::new(point, 2, colour.filled())))?;
                }
                chart.draw_series(LineSeries::new(finite, line))?;
            }
            if !label.is_empty() {
                in_legend(chart.draw_series(LineSeries::new([], line))?, label, line);
            }
        }
        if self.curves.iter().any(|(label, _)| !label.is_empty()) {
            let corner =
                if self.falls() { SeriesLabelPosition::UpperRight } else { SeriesLabelPosition::LowerRight };
            draw_legend(&mut chart, corner)?;
        }
        Ok(())
    }

    /// Whether the curves end lower than they begin: then there is room in the upper corner.
    fn falls(&self) -> bool {
        let fall = |(_, points): &Curve<'_>| {
            let finite = || points.iter().map(|(_, y)| *y).filter(|y| y.is_finite());
            finite().next().unwrap_or(0.0) - finite().next_back().unwrap_or(0.0)
        };
        self.curves.iter().map(fall).sum::<f64>() > 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_begin_alike_share_a_panel() {
        let (points, bad) = ([(1, 1.0)], [(1, f64::NAN)]);
        let series: [Curve<'_>; 5] = [
            ("loss/train", &points),
            ("accuracy", &points),
            ("loss/test", &points),
            ("bad", &bad),
            ("none", &[]),
        ];
        let panels = panels(&series);
        let titles: Vec<_> = panels.iter().map(|panel| panel.title).collect();
        assert_eq!(titles, ["loss", "accuracy"]);
        assert_eq!(panels[0].curves, [("train", &points[..]), ("test", &points[..])]);
    }
}

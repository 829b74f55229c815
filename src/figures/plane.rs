//! [`plane`]: samples in two dimensions.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::path::Path;

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::FigureError;
use super::axes::range;
use super::canvas::{COLOURS, SMALL, save, text, text_width};
use super::components::projected;
use crate::data::ClassNames;
use crate::element::Element;
use crate::loss::{Class, samples as paired};
use crate::plain::Plain;
use crate::shape::{Dim, Shape};
use crate::tensor::Tensor;

/// The plane's size, without what stands beside it.
const SIZE: i32 = 480;
/// The most classes that are listed.
const MOST: usize = 20;

/// Draws samples as points along their first two principal components: the two directions in which they vary most. What is
/// alike is near. A class has a colour; from the eleventh on, points are rings.
///
/// The samples may be data, or what a network makes of them: outputs, activations, embeddings. The axes say how much of the
/// variance there is along them. Classes are listed where there are at most 20, by their names where there are some, else by
/// their numbers.
///
/// # Errors
///
/// [`FigureError::Nothing`] where there is no sample, or no finite one: those with a number that is not finite are left out.
/// [`FigureError::Io`] where the file cannot be written.
///
/// # Panics
///
/// Panics if there are not as many classes as samples.
///
/// ```
/// use dimwise::figures;
/// use dimwise::prelude::*;
///
/// let outputs = [[1.0, 2.0, 0.0], [0.5, 2.5, 0.5], [4.0, 0.0, 1.0]].map(Tensor::from);
/// let classes = [0, 0, 1].map(|class| Class::<U2>::new(class).unwrap());
/// let path = std::env::temp_dir().join("dimwise-doc-plane.svg");
/// figures::plane(&path, &outputs, &classes, None)?;
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias("PCA", "embeddings"))]
pub fn plane<S: Shape, C: Dim, T: Element>(
    path: impl AsRef<Path>,
    samples: &[Tensor<S, T>],
    classes: &[Class<C>],
    names: Option<&ClassNames<C>>,
) -> Result<(), FigureError> {
    let path = path.as_ref();
    paired(samples, classes);
    let is_finite = |sample: &Tensor<S, T>| sample.as_slice().iter().all(|x| x.is_finite());
    let (samples, classes): (Vec<_>, Vec<_>) = samples
        .iter()
        .zip(classes)
        .filter(|(sample, _)| is_finite(sample))
        .map(|(sample, class)| (sample, class.index()))
        .unzip();
    if samples.is_empty() || S::LEN == 0 {
        return Err(FigureError::Nothing { path: path.to_owned(), expected: "a sample of finite numbers" });
    }
    let projected = projected(&samples);
    let entries: Vec<String> = match names {
        _ if C::SIZE > MOST => Vec::new(),
        Some(names) => names.as_slice().to_vec(),
        None => (0..C::SIZE).map(|class| class.to_string()).collect(),
    };
    let beside = entries.iter().map(|entry| text_width(entry) + 40).max().unwrap_or(0);
    let height = SIZE.max(24 * entries.len() as i32 + 40);
    save(path, (SIZE + beside, height), |canvas| {
        let (chart_area, legend) = canvas.split_horizontally(SIZE);
        let along = |axis: usize| range(projected.points.iter().map(|point| point[axis]));
        let title = |name: &str, axis: usize| {
            format!("{name} component ({:.0} % of the variance)", 100.0 * projected.shares[axis])
        };
        let mut chart = ChartBuilder::on(&chart_area)
            .margin(14)
            .x_label_area_size(26)
            .y_label_area_size(26)
            .build_cartesian_2d(along(0), along(1))?;
        // The numbers along the axes mean nothing.
        chart
            .configure_mesh()
            .disable_mesh()
            .x_labels(0)
            .y_labels(0)
            .x_desc(title("first", 0))
            .y_desc(title("second", 1))
            .label_style(("sans-serif", SMALL))
            .axis_style(BLACK.mix(0.5))
            .draw()?;
        chart.draw_series(
            projected
                .points
                .iter()
                .zip(&classes)
                .map(|(&[x, y], class)| Circle::new((x, y), 3, style(*class))),
        )?;
        for (class, entry) in entries.iter().enumerate() {
            let y = 26 + 24 * class as i32;
            legend.draw(&Circle::new((8, y), 5, style(class)))?;
            legend.draw(&Text::new(entry.as_str(), (20, y), text(SMALL, BLACK, HPos::Left)))?;
        }
        Ok(())
    })
}

/// A colour, filled or not.
fn style(class: usize) -> ShapeStyle {
    let colour = COLOURS[class % COLOURS.len()];
    if (class / COLOURS.len()).is_multiple_of(2) { colour.mix(0.8).filled() } else { colour.stroke_width(1) }
}

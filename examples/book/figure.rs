//! Figures as SVG in `target/figures`: charts of curves, and tiles of grey pixels.
//!
//! All text is the viewer's `sans-serif`; no font is read. Few points make small files.

use std::error::Error;
use std::fs;
use std::ops::Range;
use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;

type Canvas<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), Box<dyn Error>>;
type Points = Vec<(f64, f64)>;

/// Okabe and Ito's colours, which the colour-blind can tell apart.
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
];
const BACKDROP: RGBColor = RGBColor(190, 190, 190);

/// Sizes of text; the SVG has 1 / 1.24 of it, which is a short number then.
const SMALL: f64 = 12.4;
const LARGE: f64 = 14.88;

/// How points are drawn.
#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Line,
    Dashed,
    Dots,
    Path,
    Bars,
    Backdrop,
}

/// A chart: curves over one pair of axes.
pub struct Panel {
    title: String,
    axes: [&'static str; 2],
    ranges: [Option<Range<f64>>; 2],
    legend: SeriesLabelPosition,
    curves: Vec<(Mark, &'static str, Points)>,
}

impl Panel {
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            axes: [""; 2],
            ranges: [None, None],
            legend: SeriesLabelPosition::LowerRight,
            curves: Vec::new(),
        }
    }

    /// The course of a training: accuracies on what was trained on and on test images.
    pub fn accuracies(title: impl Into<String>, train: &[f64], test: &[f64]) -> Self {
        Self::new(title)
            .axes("epoch", "accuracy")
            .y_range(0.0..1.02)
            .line("train", numbered(train))
            .dashed("test", numbered(test))
    }

    /// What stands along the axes.
    pub fn axes(mut self, x: &'static str, y: &'static str) -> Self {
        self.axes = [x, y];
        self
    }

    /// What the axes show, where that is not just all points.
    pub fn x_range(mut self, range: Range<f64>) -> Self {
        self.ranges[0] = Some(range);
        self
    }

    /// As [`x_range`](Self::x_range).
    pub fn y_range(mut self, range: Range<f64>) -> Self {
        self.ranges[1] = Some(range);
        self
    }

    /// Puts the legend there, not into the lower right corner.
    pub fn legend(mut self, position: SeriesLabelPosition) -> Self {
        self.legend = position;
        self
    }

    /// A curve; without a name it is not in the legend.
    pub fn line(self, name: &'static str, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.curve(Mark::Line, name, points)
    }

    pub fn dashed(self, name: &'static str, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.curve(Mark::Dashed, name, points)
    }

    pub fn dots(self, name: &'static str, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.curve(Mark::Dots, name, points)
    }

    /// A curve with a dot at each point.
    pub fn path(self, name: &'static str, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.curve(Mark::Path, name, points)
    }

    /// A histogram of the values in so many equal bins of the range; what is outside is left out.
    pub fn histogram(self, values: &[f64], range: Range<f64>, bins: usize) -> Self {
        let width = (range.end - range.start) / bins as f64;
        let mut counts = vec![0.0; bins];
        for value in values.iter().filter(|value| range.start <= **value && **value <= range.end) {
            counts[(((value - range.start) / width) as usize).min(bins - 1)] += 1.0;
        }
        let corners = counts
            .iter()
            .enumerate()
            .flat_map(|(bin, count)| [bin, bin + 1].map(|edge| (range.start + width * edge as f64, *count)));
        self.curve(Mark::Bars, "", corners)
    }

    /// A thin grey curve behind the others, such as a contour.
    pub fn backdrop(self, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.curve(Mark::Backdrop, "", points)
    }

    fn curve(mut self, mark: Mark, name: &'static str, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let finite = points.into_iter().filter(|(x, y)| x.is_finite() && y.is_finite());
        self.curves.push((mark, name, finite.collect()));
        self
    }

    /// The range that all points take, a little wider; `axis` is 0 or 1.
    fn range(&self, axis: usize) -> Range<f64> {
        if let Some(range) = &self.ranges[axis] {
            return range.clone();
        }
        let all = self.curves.iter().flat_map(|(.., points)| points).map(|(x, y)| [*x, *y][axis]);
        let (low, high) = all.fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)));
        let margin = if high > low { 0.03 * (high - low) } else { 0.5 };
        low - margin..high + margin
    }

    fn draw(&self, canvas: &Canvas<'_>) -> Drawn {
        let bare = self.axes == ["", ""];
        let mut chart = ChartBuilder::on(canvas)
            .margin(if bare { 3 } else { 8 })
            .caption(&self.title, ("sans-serif", if bare { SMALL } else { LARGE }))
            .x_label_area_size(if self.axes[0].is_empty() { 4 } else { 34 })
            .y_label_area_size(if self.axes[1].is_empty() { 4 } else { 54 })
            .build_cartesian_2d(self.range(0), self.range(1))?;
        // About one number each 50 pixels.
        let (wide, high) = canvas.dim_in_pixel();
        let labels = |axis: usize| match self.axes[axis] {
            "" => 0,
            _ => [wide, high][axis] as usize / 50,
        };
        chart
            .configure_mesh()
            .disable_mesh()
            .x_desc(self.axes[0])
            .y_desc(self.axes[1])
            .x_labels(labels(0))
            .y_labels(labels(1))
            .label_style(("sans-serif", SMALL))
            .x_label_formatter(&short)
            .y_label_formatter(&short)
            .axis_style(BLACK.mix(0.5))
            .draw()?;

        let mut colours = COLOURS.iter().cycle();
        for (mark, name, points) in &self.curves {
            // What is above or below would be drawn along the edge.
            let (low, high) = (self.range(1).start, self.range(1).end);
            let inside = |(_, y): &(f64, f64)| *mark == Mark::Bars || (low <= *y && *y <= high);
            let points = points.iter().copied().filter(inside);
            if *mark == Mark::Backdrop {
                chart.draw_series(LineSeries::new(points, BACKDROP))?;
                continue;
            }
            let colour = *colours.next().unwrap_or(&BLACK);
            let line = colour.stroke_width(2);
            let dot = |point| Circle::new(point, 2, colour.filled());
            let drawn = match mark {
                Mark::Dots => chart.draw_series(points.map(dot))?,
                Mark::Dashed => chart.draw_series(DashedLineSeries::new(points, 6, 4, line))?,
                Mark::Bars => chart.draw_series(AreaSeries::new(points, 0.0, colour.filled()))?,
                Mark::Path => {
                    chart.draw_series(points.clone().map(dot))?;
                    chart.draw_series(LineSeries::new(points, colour))?
                }
                Mark::Line | Mark::Backdrop => chart.draw_series(LineSeries::new(points, line))?,
            };
            if !name.is_empty() {
                let dashed = *mark == Mark::Dashed;
                // The spaces make the legend's frame wide enough, whose width is a guess without fonts.
                drawn.label(format!("{name}   ")).legend(move |(x, y)| {
                    let end = if dashed { x + 8 } else { x + 18 };
                    PathElement::new([(x, y), (end, y)], line)
                });
            }
        }
        if self.curves.iter().any(|(_, name, _)| !name.is_empty()) {
            chart
                .configure_series_labels()
                .position(self.legend.clone())
                .label_font(("sans-serif", SMALL))
                .background_style(WHITE.mix(0.8))
                .border_style(BLACK.mix(0.2))
                .draw()?;
        }
        Ok(())
    }
}

/// Draws panels of one size, in pixels, side by side in so many columns.
pub fn charts(name: &str, columns: usize, size: (u32, u32), panels: &[Panel]) -> Drawn {
    let rows = panels.len().div_ceil(columns);
    save(name, (size.0 * columns as u32, size.1 * rows as u32), |canvas| {
        let places = canvas.split_evenly((rows, columns));
        panels.iter().zip(&places).try_for_each(|(panel, place)| panel.draw(place))
    })
}

/// An image whose pixels are 0 (white) to 1 (black), row by row.
#[derive(Clone)]
pub struct Tile {
    pub caption: String,
    pub columns: usize,
    pub pixels: Vec<f64>,
}

/// Shades of grey; with few of them, neighbours are alike and drawn as one.
const SHADES: f64 = 4.0;

/// Draws images of one size side by side in so many columns; a pixel becomes a square of `scale`.
pub fn tiles(name: &str, columns: usize, scale: i32, tiles: &[Tile]) -> Drawn {
    let rows = tiles.len().div_ceil(columns);
    let wide = tiles.iter().map(|tile| tile.columns).max().unwrap_or(1) as i32 * scale;
    let high = tiles.iter().map(|tile| tile.pixels.len() / tile.columns).max().unwrap_or(1) as i32 * scale;
    let caption = if tiles.iter().all(|tile| tile.caption.is_empty()) { 0 } else { 16 };
    let gap = 8;
    let step = (wide + gap, high + gap + caption);
    let size = (step.0 * columns as i32 + gap, step.1 * rows as i32 + gap);
    save(name, (size.0 as u32, size.1 as u32), |canvas| {
        for (number, tile) in tiles.iter().enumerate() {
            let (row, column) = ((number / columns) as i32, (number % columns) as i32);
            tile.draw(canvas, (gap + column * step.0, gap + row * step.1), scale, caption)?;
        }
        Ok(())
    })
}

impl Tile {
    fn draw(&self, canvas: &Canvas<'_>, (left, top): (i32, i32), scale: i32, caption: i32) -> Drawn {
        if !self.caption.is_empty() {
            let style = ("sans-serif", SMALL).into_font().color(&BLACK);
            canvas.draw(&Text::new(self.caption.as_str(), (left, top), style))?;
        }
        let top = top + caption;
        let shades = self.pixels.chunks(self.columns).map(|row| {
            row.iter().map(|pixel| (pixel.clamp(0.0, 1.0) * SHADES).round() as u8).collect::<Vec<_>>()
        });
        for (row, shades) in shades.enumerate() {
            let mut column = 0;
            for run in shades.chunk_by(|a, b| a == b) {
                let grey = (255.0 * (1.0 - f64::from(run[0]) / SHADES)) as u8;
                let at = |column: usize, row: usize| (left + column as i32 * scale, top + row as i32 * scale);
                if grey < 255 {
                    let corners = [at(column, row), at(column + run.len(), row + 1)];
                    canvas.draw(&Rectangle::new(corners, RGBColor(grey, grey, grey).filled()))?;
                }
                column += run.len();
            }
        }
        let size = (self.columns as i32 * scale, (self.pixels.len() / self.columns) as i32 * scale);
        let frame = [(left, top), (left + size.0, top + size.1)];
        canvas.draw(&Rectangle::new(frame, BACKDROP))?;
        Ok(())
    }
}

fn save(name: &str, size: (u32, u32), draw: impl FnOnce(&Canvas<'_>) -> Drawn) -> Drawn {
    let mut svg = String::new();
    {
        let canvas = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        canvas.fill(&WHITE)?;
        draw(&canvas)?;
        canvas.present()?;
    }
    // What SVG takes for granted, or is the same everywhere, would be half of the file.
    let mut svg = svg.replacen("<svg ", "<svg font-family='sans-serif' ", 1);
    for (long, short) in [
        (" opacity=\"1\"", ""),
        (" stroke=\"none\"", ""),
        (" stroke-width=\"1\"", ""),
        (" font-family=\"sans-serif\"", ""),
        (" fill=\"#000000\">\n", ">"),
        ("\n</text>", "</text>"),
    ] {
        svg = svg.replace(long, short);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/figures");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(name).with_extension("svg"), svg)?;
    println!("drawn: target/figures/{name}.svg");
    Ok(())
}

/// 2000 and 0.2, not 2000.0 and 0.20000000000000004.
fn short(number: &f64) -> String {
    ((number * 1e6).round() / 1e6).to_string()
}

/// Numbers as points over 1, 2, 3 and so on.
pub fn numbered(values: &[f64]) -> Points {
    values.iter().enumerate().map(|(index, value)| ((index + 1) as f64, *value)).collect()
}

/// The means of each `window` neighbours, over their places: a curve's course without its jitter.
pub fn smoothed(values: &[f64], window: usize) -> Points {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    values.chunks(window).enumerate().map(|(index, chunk)| ((index * window) as f64, mean(chunk))).collect()
}

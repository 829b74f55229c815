//! Watches a training in the terminal: `cargo run --release --example dashboard`.
//!
//! The loss as it falls, the numbers of the last epoch, samples a second and the time left; `q` or Ctrl-C ends training
//! after the step. All of this is one [`Callback`], of the trait that the library's own `Progress` and `EarlyStopping`
//! implement: what is shown is exchanged without a change to how it is trained.

use std::error::Error;
use std::io::{self, IsTerminal};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use clap::Parser;
use dimwise::data::Split;
use dimwise::fit::{Callback, CallbackError, End, Fit, History, Interrupt, Moment, Plan};
use dimwise::models::SimpleConvNet;
use dimwise::prelude::*;
use dimwise::trainer::Step;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyModifiers};
use ratatui::layout::Constraint::{Fill, Length};
use ratatui::layout::Layout;
use ratatui::style::Color;
use ratatui::symbols::Marker;
use ratatui::widgets::{self, Block, Chart, Gauge, GraphType, Row, Table};
use ratatui::{DefaultTerminal, Frame};

/// Trains a convolutional network on digits, and shows how it goes
#[derive(Parser)]
struct Settings {
    /// How often to go through the training data
    #[arg(long, value_name = "N", default_value_t = 10)]
    epochs: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Settings { epochs } = Settings::parse();
    let read = |split| shared::Images::<(U1, U28, U28)>::from_idx_folder(shared::DIGITS, split);
    let (train, test) = (read(Split::Train)?, read(Split::Test)?);
    let network = SimpleConvNet::initialized(HeNormal, 1);
    let mut trainer = Trainer::<SimpleConvNet, _, _, U50>::new(network, CrossEntropy, Adam::new(0.001), 1);

    let dashboard = io::stdout().is_terminal().then(Dashboard::open).transpose()?;
    if dashboard.is_none() {
        println!("standard output is no terminal: no dashboard, only the table of all epochs");
    }
    // Beside the keys: where the process is told to end, and for Ctrl-C without a dashboard.
    let fit = Fit::epochs(epochs).validated_on(&test).with(dashboard).with(Interrupt::by_ctrl_c()?);
    let history = trainer.fit(&train, fit)?;
    print!("{history}");
    if history.end() == End::Interrupted {
        println!("interrupted at step {}", trainer.steps());
    }
    Ok(())
}

/// So often it is drawn, at most.
const BETWEEN: Duration = Duration::from_millis(100);

/// Takes the whole terminal, and gives it back when it is dropped.
struct Dashboard {
    terminal: DefaultTerminal,
    began: Instant,
    drawn: Instant,
    course: Course,
    /// Why it could not be drawn: `on_step` returns no error.
    failed: Option<io::Error>,
}

/// What is drawn.
#[derive(Default)]
struct Course {
    epochs: usize,
    steps_of_epoch: usize,
    /// So many samples were seen in so many steps in so many seconds.
    samples: usize,
    steps: usize,
    seconds: f64,
    /// The losses since it was drawn.
    fresh: Vec<f64>,
    /// Their means, by epochs; and the validation losses.
    training: Vec<(f64, f64)>,
    validation: Vec<(f64, f64)>,
    /// The numbers of the last epoch.
    record: Vec<(String, f64)>,
}

impl Dashboard {
    fn open() -> io::Result<Self> {
        let (terminal, now) = (ratatui::try_init()?, Instant::now());
        Ok(Self { terminal, began: now, drawn: now, course: Course::default(), failed: None })
    }

    /// Draws, and reads the keys.
    fn draw(&mut self) -> io::Result<ControlFlow<()>> {
        self.terminal.draw(|frame| self.course.draw(frame))?;
        while event::poll(Duration::ZERO)? {
            if let Event::Key(key) = event::read()? {
                // In this mode of the terminal Ctrl-C is a key.
                let is_ctrl_c = key.code == KeyCode::Char('c') && key.modifiers == KeyModifiers::CONTROL;
                if is_ctrl_c || key.code == KeyCode::Char('q') {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

impl Drop for Dashboard {
    fn drop(&mut self) {
        // In a panic it is restored already, before the message is written.
        if !std::thread::panicking() {
            ratatui::restore();
        }
    }
}

impl<N: Network, O> Callback<N, O> for Dashboard {
    fn on_begin(&mut self, plan: &Plan) -> Result<(), CallbackError> {
        self.began = Instant::now();
        self.course = Course { epochs: plan.epochs, steps_of_epoch: plan.steps, ..Course::default() };
        Ok(())
    }

    fn on_step(&mut self, step: &Step, _: &N) -> ControlFlow<()> {
        let course = &mut self.course;
        course.steps += 1;
        course.samples += step.samples;
        course.fresh.push(step.loss);
        if self.drawn.elapsed() < BETWEEN {
            return ControlFlow::Continue(());
        }
        self.drawn = Instant::now();
        course.seconds = (self.drawn - self.began).as_secs_f64();
        let mean = course.fresh.iter().sum::<f64>() / course.fresh.len() as f64;
        course.training.push((course.steps as f64 / course.steps_of_epoch as f64, mean));
        course.fresh.clear();
        self.draw().unwrap_or_else(|error| {
            self.failed = Some(error);
            ControlFlow::Break(())
        })
    }

    fn on_epoch(&mut self, moment: Moment<'_, N, O>) -> Result<ControlFlow<()>, CallbackError> {
        self.course.record = moment.record.iter().map(|(name, value)| (name.into(), value)).collect();
        if let [Some(epoch), Some(loss)] = ["epoch", "validation loss"].map(|name| moment.record.get(name)) {
            self.course.validation.push((epoch, loss));
        }
        Ok(ControlFlow::Continue(()))
    }

    fn on_end(&mut self, _: &mut N, _: &History) -> Result<(), CallbackError> {
        self.failed.take().map_or(Ok(()), |error| Err(error.into()))
    }
}

impl Course {
    fn draw(&self, frame: &mut Frame<'_>) {
        let [above, below] = Layout::vertical([Fill(1), Length(3)]).areas(frame.area());
        let [left, right] = Layout::horizontal([Fill(1), Length(34)]).areas(above);

        let most = self.training.iter().chain(&self.validation).map(|(_, loss)| *loss).fold(0.0, f64::max);
        let line = |name, points, colour| {
            let line = widgets::Dataset::default().name(name).data(points).style(colour);
            line.marker(Marker::Braille).graph_type(GraphType::Line)
        };
        let axis = |title, end, label| {
            widgets::Axis::default().title(title).bounds([0.0, end]).labels(["0".to_string(), label])
        };
        let curves = vec![
            line("training", &self.training, Color::Cyan),
            line("validation", &self.validation, Color::Yellow),
        ];
        let chart = Chart::new(curves)
            .x_axis(axis("epoch", self.epochs as f64, self.epochs.to_string()))
            .y_axis(axis("loss", most, format!("{most:.2}")));
        frame.render_widget(chart.block(Block::bordered()), left);

        let rounded = |value: &f64| (1e4 * value).round() / 1e4;
        let rows =
            self.record.iter().map(|(name, value)| Row::new([name.clone(), rounded(value).to_string()]));
        let table = Table::new(rows, [Fill(1), Length(10)]);
        frame.render_widget(table.block(Block::bordered().title("last epoch")), right);

        let share = self.steps as f64 / (self.epochs * self.steps_of_epoch) as f64;
        let label = format!(
            "epoch {} of {}, step {} of {}: {:.0} samples a second, {:.0} s left",
            (self.steps - 1) / self.steps_of_epoch + 1,
            self.epochs,
            (self.steps - 1) % self.steps_of_epoch + 1,
            self.steps_of_epoch,
            self.samples as f64 / self.seconds,
            self.seconds / share - self.seconds,
        );
        let gauge = Gauge::default().label(label).ratio(share);
        frame.render_widget(gauge.block(Block::bordered().title("q to end")), below);
    }
}

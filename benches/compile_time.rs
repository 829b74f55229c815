//! How long does the compiler take for a network, and how does that grow with its depth?
//!
//! Checks and builds programs with networks of 10, 50 and 100 layers, in a folder of their own below
//! `target`; the time of a program with a network of two layers is taken off.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("target/compile_time");
    fs::create_dir_all(folder.join("src"))?;
    let manifest = format!(
        "[package]\nname = \"depth\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\ndimwise = {{ path = {root:?} }}\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    // `cargo test --benches` only looks whether it works.
    let once = !env::args().any(|argument| argument == "--bench");
    let depths: &[usize] = if once { &[10] } else { &[10, 50, 100] };
    println!("{:>6} | {:>14} | {:>14} | {:>14}", "layers", "check", "build", "release build");
    let base = times(&folder, 2, once)?;
    for &depth in depths {
        let taken = times(&folder, depth, once)?;
        let [check, build, release] = [0, 1, 2].map(|kind| match (taken.get(kind), base.get(kind)) {
            (Some(taken), Some(base)) => format!("{:.2} s", taken.as_secs_f64() - base.as_secs_f64()),
            _ => String::from("-"),
        });
        println!("{depth:>6} | {check:>14} | {build:>14} | {release:>14}");
    }
    Ok(())
}

/// The time to check and to build a program that trains a network of so many layers.
fn times(folder: &Path, depth: usize, once: bool) -> Result<Vec<Duration>, Box<dyn Error>> {
    let mut kinds: Vec<&[&str]> = vec![&["check"], &["build"], &["build", "--release"]];
    kinds.truncate(if once { 1 } else { 3 });
    let mut times = Vec::new();
    for arguments in kinds {
        // Twice, so that the library itself is there.
        let mut time = Duration::ZERO;
        for attempt in 0..2 {
            fs::write(folder.join("src/main.rs"), program(depth, attempt))?;
            let start = Instant::now();
            let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
            let output = cargo.args(arguments).args(["--offline", "--quiet"]).current_dir(folder).output()?;
            time = start.elapsed();
            if !output.status.success() {
                return Err(String::from_utf8_lossy(&output.stderr).into());
            }
        }
        times.push(time);
    }
    Ok(times)
}

fn program(depth: usize, attempt: usize) -> String {
    let mut layers = String::new();
    for layer in 0..depth {
        let next = match layer % 4 {
            0 => "Affine<U32, U32>",
            1 => "Relu<U32>",
            2 => "Affine<U32, U32>",
            _ => "Tanh<U32>",
        };
        // Writing into a string cannot fail.
        let _ = writeln!(layers, "    {next},");
    }
    format!(
        "use dimwise::prelude::*;
network! {{ type Net = [
{layers}]; }}
fn main() {{
    // Attempt {attempt}.
    let network = Net::initialized(HeNormal, {attempt});
    let mut trainer = Trainer::<Net, _, _, U8>::new(network, MeanSquaredError, Adam::new(1e-3), 1);
    let batch = [Tensor::<U32>::default(), Tensor::default()];
    println!(\"{{:?}}\", trainer.step(&batch, &batch));
}}
"
    )
}

//! How long does the compiler take for a network, and how does that grow with its depth?
//!
//! Checks and builds programs with networks of 10 to 100 layers, in a folder of their own below `target`;
//! the time of a program with a network of two layers is taken off.

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
    println!("{:>6} | {:>12} | {:>8} | {:>8} | {:>13}", "layers", "kind", "check", "build", "release build");
    for kind in [&DENSE, &IMAGES] {
        let base = times(&folder, kind, 2, once)?;
        for &depth in if once { &[10][..] } else { kind.depths } {
            let taken = times(&folder, kind, depth, once)?;
            let [check, build, release] = [0, 1, 2].map(|way| match (taken.get(way), base.get(way)) {
                (Some(taken), Some(base)) => format!("{:.2} s", taken.as_secs_f64() - base.as_secs_f64()),
                _ => String::from("-"),
            });
            println!("{depth:>6} | {:>12} | {check:>8} | {build:>8} | {release:>13}", kind.name);
        }
    }
    Ok(())
}

/// Layers that can follow each other.
struct Kind {
    name: &'static str,
    depths: &'static [usize],
    /// The shape of what goes in and comes out.
    shape: &'static str,
    layers: [&'static str; 4],
}

const DENSE: Kind = Kind {
    name: "dense",
    depths: &[10, 50, 100],
    shape: "U32",
    layers: ["Affine<U32, U32>", "Relu<U32>", "Affine<U32, U32>", "Tanh<U32>"],
};

const IMAGES: Kind = Kind {
    name: "convolutions",
    depths: &[10, 30, 50],
    shape: "(U4, U8, U8)",
    layers: [
        "Conv2d<(U4, U8, U8), U4, U3, U1, U1>",
        "Relu<(U4, U8, U8)>",
        "Conv2d<(U4, U8, U8), U4, (U5, U3), U1, (U2, U1)>",
        "BatchNorm<(U4, U8, U8)>",
    ],
};

/// The time to check and to build a program that trains a network of so many layers.
fn times(folder: &Path, kind: &Kind, depth: usize, once: bool) -> Result<Vec<Duration>, Box<dyn Error>> {
    let mut ways: Vec<&[&str]> = vec![&["check"], &["build"], &["build", "--release"]];
    ways.truncate(if once { 1 } else { 3 });
    let mut times = Vec::new();
    for arguments in ways {
        // Twice, so that the library itself is there.
        let mut time = Duration::ZERO;
        for attempt in 0..2 {
            fs::write(folder.join("src/main.rs"), program(kind, depth, attempt))?;
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

fn program(kind: &Kind, depth: usize, attempt: usize) -> String {
    let mut layers = String::new();
    for layer in 0..depth {
        // Writing into a string cannot fail.
        let _ = writeln!(layers, "    {},", kind.layers[layer % kind.layers.len()]);
    }
    let shape = kind.shape;
    format!(
        "#![recursion_limit = \"256\"]
use dimwise::prelude::*;
network! {{ type Net = [
{layers}]; }}
fn main() {{
    // Attempt {attempt}.
    let network = Net::initialized(HeNormal, {attempt});
    let mut trainer = Trainer::<Net, _, _, U8>::new(network, MeanSquaredError, Adam::new(1e-3), 1);
    let batch = [Tensor::<{shape}>::default(), Tensor::default()];
    println!(\"{{:?}}\", trainer.step(&batch, &batch));
}}
"
    )
}

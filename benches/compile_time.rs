//! How long does the compiler take for the library, and for a network by its depth?
//!
//! Checks and builds programs with networks of 10 to 100 layers, in a folder of their own below `target`;
//! the time of a program with a network of two layers is taken off. Processor time, of all cores together: less
//! depends on what else runs.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// What a program goes through.
const WAYS: [&[&str]; 3] = [&["check"], &["build"], &["build", "--release"]];

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo test --benches` only looks whether it works.
    let once = !env::args().any(|argument| argument == "--bench");
    let folder = Folder::new(if once { &WAYS[..1] } else { &WAYS })?;
    println!("{:>6} | {:>20} | {:>8} | {:>8} | {:>13}", "layers", "kind", "check", "build", "release build");
    print_row("", "the library", &folder.library()?);
    for kind in [&DENSE, &IMAGES, &GENERIC] {
        let base = folder.network(kind, 2)?;
        for &depth in if once { &[10][..] } else { kind.depths } {
            let taken = folder.network(kind, depth)?;
            let more: Vec<_> = taken.iter().zip(&base).map(|(taken, base)| taken - base).collect();
            print_row(&depth.to_string(), kind.name, &more);
        }
    }
    Ok(())
}

fn print_row(layers: &str, kind: &str, seconds: &[f64]) {
    let [check, build, release] = [0, 1, 2].map(|way| match seconds.get(way) {
        Some(seconds) => format!("{seconds:.2} s"),
        None => String::from("-"),
    });
    println!("{layers:>6} | {kind:>20} | {check:>8} | {build:>8} | {release:>13}");
}

/// Where the programs lie, and what they go through.
struct Folder {
    path: PathBuf,
    ways: &'static [&'static [&'static str]],
}

impl Folder {
    fn new(ways: &'static [&'static [&'static str]]) -> Result<Self, Box<dyn Error>> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let path = root.join("target/compile_time");
        fs::create_dir_all(path.join("src"))?;
        let manifest = format!(
            "[package]\nname = \"depth\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\ndimwise = {{ path = {root:?} }}\n"
        );
        fs::write(path.join("Cargo.toml"), manifest)?;
        fs::copy(root.join("Cargo.lock"), path.join("Cargo.lock"))?;
        Ok(Self { path, ways })
    }

    /// The seconds that the library takes, the crates that it depends on being there.
    fn library(&self) -> Result<Vec<f64>, Box<dyn Error>> {
        fs::write(self.path.join("src/main.rs"), "fn main() {}\n")?;
        self.ways
            .iter()
            .map(|way| {
                self.cargo(way)?;
                let profile: &[&str] = if way.contains(&"--release") { &["--release"] } else { &[] };
                self.cargo(&[&["clean", "-p", "dimwise"], profile].concat())?;
                self.cargo(way)
            })
            .collect()
    }

    /// The seconds that a program takes that trains a network of so many layers, the library being there.
    fn network(&self, kind: &Kind, depth: usize) -> Result<Vec<f64>, Box<dyn Error>> {
        self.ways
            .iter()
            .map(|way| {
                let mut seconds = 0.0;
                // Twice, so that the library itself is there.
                for attempt in 0..2 {
                    fs::write(self.path.join("src/main.rs"), program(kind, depth, attempt))?;
                    seconds = self.cargo(way)?;
                }
                Ok(seconds)
            })
            .collect()
    }

    /// The seconds of processor time that a command of cargo takes.
    fn cargo(&self, arguments: &[&str]) -> Result<f64, Box<dyn Error>> {
        let before = seconds_of_children()?;
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
        // Its own, not that of the `cargo bench` around it.
        cargo.env("CARGO_TARGET_DIR", "target").current_dir(&self.path);
        let output = cargo.args(arguments).args(["--offline", "--quiet"]).output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        Ok(seconds_of_children()? - before)
    }
}

/// The processor time of all processes that this one has waited for, as Linux tells it.
fn seconds_of_children() -> Result<f64, Box<dyn Error>> {
    /// What the kernel counts in, on every architecture.
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = fs::read_to_string("/proc/self/stat").map_err(|error| format!("/proc/self/stat: {error}"))?;
    // The second field, a name in brackets, may hold spaces; `cutime` and `cstime` are the 16th and the 17th.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: Vec<f64> =
        after_name.split_whitespace().skip(13).take(2).map(str::parse).collect::<Result<_, _>>()?;
    match ticks[..] {
        [user, system] => Ok((user + system) / TICKS_PER_SECOND),
        _ => Err("no times of children in /proc/self/stat".into()),
    }
}

/// Layers that can follow each other.
struct Kind {
    name: &'static str,
    /// The network's parameter, if it is generic over its element type.
    parameter: &'static str,
    depths: &'static [usize],
    /// The shape of what goes in and comes out.
    shape: &'static str,
    layers: [&'static str; 4],
}

const DENSE: Kind = Kind {
    name: "dense",
    parameter: "",
    depths: &[10, 50, 100],
    shape: "U32",
    layers: ["Affine<U32, U32>", "Relu<U32>", "Affine<U32, U32>", "Tanh<U32>"],
};

const IMAGES: Kind = Kind {
    name: "convolutions",
    parameter: "",
    depths: &[10, 30, 50],
    shape: "(U4, U8, U8)",
    layers: [
        "Conv2d<(U4, U8, U8), U4, U3, Padding<U1>>",
        "Relu<(U4, U8, U8)>",
        "Conv2d<(U4, U8, U8), U4, (U5, U3), Padding<(U2, U1)>>",
        "BatchNorm<(U4, U8, U8)>",
    ],
};

/// The same layers in a network that is generic over its element type, as those of `dimwise::models`.
const GENERIC: Kind = Kind {
    name: "generic convolutions",
    parameter: "<T>",
    depths: IMAGES.depths,
    shape: IMAGES.shape,
    layers: [
        "Conv2d<(U4, U8, U8), U4, U3, Padding<U1>, T>",
        "Relu<(U4, U8, U8), T>",
        "Conv2d<(U4, U8, U8), U4, (U5, U3), Padding<(U2, U1)>, T>",
        "BatchNorm<(U4, U8, U8), (), T>",
    ],
};

fn program(kind: &Kind, depth: usize, attempt: usize) -> String {
    let mut layers = String::new();
    for layer in 0..depth {
        // Writing into a string cannot fail.
        let _ = writeln!(layers, "    {},", kind.layers[layer % kind.layers.len()]);
    }
    let Kind { shape, parameter, .. } = kind;
    format!(
        "#![recursion_limit = \"256\"]
use dimwise::prelude::*;
network! {{ type Net{parameter} = [
{layers}]; }}
fn main() {{
    // Attempt {attempt}.
    let network = <Net>::initialized(HeNormal, {attempt});
    let mut trainer = Trainer::<Net, _, _, U8>::new(network, MeanSquaredError, Adam::new(1e-3), 1);
    let batch = [Tensor::<{shape}>::default(), Tensor::default()];
    println!(\"{{:?}}\", trainer.step(&batch, &batch));
}}
"
    )
}

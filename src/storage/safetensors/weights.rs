//! [`Weights`]: what is read into what, under which names and in which layout.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use safetensors::tensor::{Dtype, TensorInfo};

use super::StorageError;
use super::header::{self, SafetensorsHeader};
use super::layout::{Arrangement, Layout};
use super::names::rename;
use super::plan::{Place, Plan, Stretch};
use crate::element::Element;
use crate::initializer::seed_of_path;
use crate::layer::Placement;
use crate::network::Network;
use crate::parameters::{self, Kind, Segment};
use crate::storage::numbers::write_numbers;
use crate::storage::replacement::Replacement;

/// The version of the notes in a file's header.
const VERSION: u32 = 1;

/// What a load left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// The paths in the network of what was not in the file, and stays as it was.
    pub missing: Vec<String>,
    /// The names in the file of what is not in the network.
    pub unknown: Vec<String>,
}

/// A way to read and write files of weights: their layout, names and types of number.
///
/// ```
/// use dimwise::prelude::*;
/// use dimwise::storage::{Layout, Weights};
///
/// network! { type Net = [Affine<U3, U3>, Tanh<_>, Affine<_, U3>]; }
/// let net = Net::initialized(XavierUniform, 1);
/// let path = std::env::temp_dir().join("dimwise-doc-pytorch.safetensors");
///
/// // For `Sequential(Linear(3, 3), Tanh(), Linear(3, 3)).load_state_dict(load_file(path))`.
/// Weights::of(Layout::PyTorch).save(&*net, &path)?;
///
/// // From a module whose layers have names.
/// let named = Weights::of(Layout::PyTorch).renamed("hidden", "0").renamed("head", "2");
/// named.save(&*net, &path)?;
/// assert_eq!(named.load::<Net>(&path)?, net);
/// # Ok::<(), dimwise::storage::StorageError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Weights {
    layout: Layout,
    renames: Vec<(&'static str, &'static str)>,
    is_converted: bool,
}

impl Weights {
    /// Files of this layout, with the network's own paths as names and its own type of number.
    pub fn of(layout: Layout) -> Self {
        Self { layout, renames: Vec::new(), is_converted: false }
    }

    /// What is called `file` in the file, and what is below it, is `network` in the network: `("fc1", "0")` renames
    /// `fc1.weight` to `0.weight`. One `*` in both stands for the same text: `("encoder.*.fc", "*.0")`. Of several that
    /// match the first one counts.
    #[must_use]
    pub fn renamed(mut self, file: &'static str, network: &'static str) -> Self {
        self.renames.push((file, network));
        self
    }

    /// Files with another type of number are read, too: `f16`, `bf16`, `f32` and `f64` are converted to the network's.
    #[must_use]
    pub fn converted(mut self) -> Self {
        self.is_converted = true;
        self
    }

    /// Reads a network from a file that has all of its tensors, and no others.
    ///
    /// A seed of a [`Dropout`](crate::layer::Dropout) that is not in the file follows from its path.
    ///
    /// # Errors
    ///
    /// [`StorageError`] if the file cannot be read, is damaged, in another layout, or holds another network's tensors.
    pub fn load<N: Network>(&self, path: impl AsRef<Path>) -> Result<Box<N>, StorageError> {
        let path = path.as_ref();
        self.whole(open(path)?, path)
    }

    /// The network that the bytes of a file hold, as [`load`](Self::load) reads it.
    ///
    /// # Errors
    ///
    /// [`StorageError`], as `load`.
    pub fn from_bytes<N: Network>(&self, bytes: &[u8]) -> Result<Box<N>, StorageError> {
        // Reading from memory does not fail, so no error names a path.
        self.whole(bytes, Path::new(""))
    }

    /// Reads those tensors of a network that are in a file, and returns what is not in either.
    ///
    /// # Errors
    ///
    /// [`StorageError`] if the file cannot be read, is damaged, in another layout, or has a tensor of another shape or
    /// type. The network is then as it was.
    pub fn load_into<N: Network>(
        &self,
        network: &mut N,
        path: impl AsRef<Path>,
    ) -> Result<Loaded, StorageError> {
        let path = path.as_ref();
        let mut reader = open(path)?;
        let plan = self.plan::<N>(&mut reader, path)?;
        let mut read = network.to_boxed();
        plan.read(&mut *read, reader).map_err(|error| error.at(path))?;
        network.as_mut_slice().copy_from_slice(read.as_slice());
        Ok(plan.loaded)
    }

    /// Writes a network to a file, as [`save`](super::save) does.
    ///
    /// # Errors
    ///
    /// [`StorageError::Io`] if the file cannot be written.
    pub fn save<N: Network>(&self, network: &N, path: impl AsRef<Path>) -> Result<(), StorageError> {
        let path = path.as_ref();
        let header = self.header::<N>()?;
        let save = || {
            let mut file = Replacement::create(path)?;
            file.write_all(&header)?;
            self.write(network, &mut file)?;
            file.commit()
        };
        save().map_err(|error| StorageError::Io { path: path.into(), error })
    }

    /// The network as the bytes of a file.
    ///
    /// # Errors
    ///
    /// [`StorageError::Format`] if the format cannot hold the network.
    pub fn to_bytes<N: Network>(&self, network: &N) -> Result<Vec<u8>, StorageError> {
        let mut bytes = self.header::<N>()?;
        bytes.reserve_exact(size_of::<N>());
        self.write(network, &mut bytes).expect("writing to memory does not fail");
        Ok(bytes)
    }

    fn header<N: Network>(&self) -> Result<Vec<u8>, StorageError> {
        let notes = [
            ("format", self.layout.format().to_string()),
            ("writer", "dimwise".to_string()),
            ("version", VERSION.to_string()),
            ("layout", format!("{:?}", self.layout)),
            ("shapes", N::SHAPES.to_string()),
            ("layers", layers::<N>().join("\n")),
        ];
        let (mut tensors, mut end) = (Vec::new(), 0);
        N::segments(|segment| {
            if !self.layout.has(&segment) {
                return;
            }
            let start = end;
            end += segment.range().len() * size_of::<N::Element>();
            let info = TensorInfo {
                dtype: dtype::<N::Element>(),
                shape: self.layout.arrangement(&segment).dims(segment.dims),
                data_offsets: (start, end),
            };
            tensors.push((self.name_in_file(&segment), info));
        });
        header::to_bytes(&notes, tensors)
    }

    fn write<N: Network>(&self, network: &N, writer: &mut impl Write) -> io::Result<()> {
        let mut result = Ok(());
        N::segments(|segment| {
            if result.is_err() || !self.layout.has(&segment) {
                return;
            }
            let numbers = &network.as_slice()[segment.range()];
            result = match self.layout.arrangement(&segment) {
                Arrangement::Same => write_numbers(writer, numbers),
                arrangement => {
                    let there = |position| numbers[arrangement.here(position, segment.dims)];
                    write_numbers(writer, &(0..numbers.len()).map(there).collect::<Vec<_>>())
                }
            };
        });
        result
    }

    /// A network all of whose tensors are in the file, which has no others.
    fn whole<N: Network>(&self, mut reader: impl Read, path: &Path) -> Result<Box<N>, StorageError> {
        let plan = self.plan::<N>(&mut reader, path)?;
        let Loaded { missing, unknown } = &plan.loaded;
        if !missing.is_empty() || !unknown.is_empty() {
            return Err(StorageError::Tensors { missing: missing.clone(), unknown: unknown.clone() });
        }
        let mut network = N::zeroed();
        let numbers = network.as_mut_slice();
        // Weights from elsewhere have no seeds: those that are in the file replace these.
        N::segments(|segment| {
            if segment.kind == Kind::Seed {
                seed_of_path(&segment.path.to_string(), &mut numbers[segment.range()]);
            }
        });
        plan.read(&mut *network, reader).map_err(|error| error.at(path))?;
        Ok(network)
    }

    /// Reads the header, and compares all that it says with the network's type.
    fn plan<N: Network>(&self, reader: &mut impl Read, path: &Path) -> Result<Plan, StorageError> {
        let header = SafetensorsHeader::read(reader, path)?;
        self.compare_notes(&header)?;
        self.compare_layers::<N>(&header)?;
        let (stretches, loaded) = self.stretches::<N>(&header)?;
        Ok(Plan { header_len: header.len, stretches, loaded })
    }

    /// Compares what the file says of itself with what is asked for.
    fn compare_notes(&self, header: &SafetensorsHeader) -> Result<(), StorageError> {
        let is_ours = header.note("writer") == Some("dimwise");
        if self.layout == Layout::Native && !is_ours {
            return Err(StorageError::Foreign { asked: self.layout });
        }
        if !is_ours {
            return Ok(());
        }
        let version = header.note("version").unwrap_or_default();
        if !version.parse::<u32>().is_ok_and(|version| version <= VERSION) {
            return Err(StorageError::Version { known: VERSION, found: version.into() });
        }
        let layout = header.note("layout").unwrap_or_default();
        if layout != format!("{:?}", self.layout) {
            return Err(StorageError::Layout { asked: self.layout, found: layout.into() });
        }
        Ok(())
    }

    /// Compares the layers that a file of this library names: other activations have the same tensors.
    fn compare_layers<N: Network>(&self, header: &SafetensorsHeader) -> Result<(), StorageError> {
        let (Layout::Native, Some(found)) = (self.layout, header.note("layers")) else { return Ok(()) };
        let expected = layers::<N>();
        let mut found: Vec<_> = found.split('\n').collect();
        // Where the tensors differ, these say it better.
        if found.len() != expected.len() {
            return Ok(());
        }
        let differs = expected.into_iter().zip(found.drain(..)).find(|(expected, found)| expected != found);
        match differs {
            Some((expected, found)) => Err(StorageError::Layers { expected, found: found.to_string() }),
            None => Ok(()),
        }
    }

    /// Where each tensor of the file goes, in the order of the file.
    fn stretches<N: Network>(
        &self,
        header: &SafetensorsHeader,
    ) -> Result<(Vec<Stretch>, Loaded), StorageError> {
        // The network's paths, under the names that the layout has for them.
        let mut places = BTreeMap::new();
        N::segments(|segment| {
            let place = Place {
                start: segment.start,
                len: segment.range().len(),
                arrangement: self.layout.arrangement(&segment),
                dims: segment.dims,
            };
            places.insert(self.layout.name_of(&segment), (segment.kind, place));
        });
        let (mut stretches, mut loaded) = (Vec::new(), Loaded::default());
        let mut names = BTreeMap::<String, String>::new();
        for (name, info) in header.tensors() {
            let path = self.path_in_network(&name);
            let bytes = (info.data_offsets.1 - info.data_offsets.0) as u64;
            let place = places.get(&path).map(|(_, place)| place);
            if let Some(place) = place {
                if let Some(first) = names.insert(path.clone(), name.clone()) {
                    return Err(StorageError::Renamed { tensor: path, names: [first, name] });
                }
                self.compare::<N::Element>(info, &path, place)?;
            } else if !self.layout.is_counter(&name) {
                loaded.unknown.push(name);
            }
            stretches.push(Stretch { bytes, dtype: info.dtype, into: place.cloned() });
        }
        // What a layer's chance depends on is no weight: a file from elsewhere lacks it.
        let is_missing =
            |(path, (kind, _)): &(&String, &(Kind, Place))| *kind != Kind::Seed && !names.contains_key(*path);
        loaded.missing = places.iter().filter(is_missing).map(|(path, _)| path.clone()).collect();
        Ok((stretches, loaded))
    }

    /// Compares a tensor's shape and type with the network's.
    fn compare<T: Element>(
        &self,
        info: &TensorInfo,
        tensor: &str,
        place: &Place,
    ) -> Result<(), StorageError> {
        let tensor = String::from(tensor);
        let expected = place.arrangement.dims(place.dims);
        if info.shape != expected {
            return Err(StorageError::Shape { tensor, expected, found: info.shape.clone() });
        }
        let is_number = matches!(info.dtype, Dtype::F16 | Dtype::BF16 | Dtype::F32 | Dtype::F64);
        if info.dtype != dtype::<T>() && !(self.is_converted && is_number) {
            let found = format!("{:?}", info.dtype).to_lowercase();
            return Err(StorageError::Type { tensor, expected: T::NAME, found });
        }
        Ok(())
    }

    /// What the file calls a tensor.
    fn name_in_file(&self, segment: &Segment<'_>) -> String {
        let path = self.layout.name_of(segment);
        let renamed = self.renames.iter().find_map(|(file, network)| rename(&path, network, file));
        renamed.unwrap_or(path)
    }

    /// Where a tensor of the file stands in the network.
    fn path_in_network(&self, name: &str) -> String {
        let renamed = self.renames.iter().find_map(|(file, network)| rename(name, file, network));
        renamed.unwrap_or_else(|| name.to_string())
    }
}

fn open(path: &Path) -> Result<BufReader<File>, StorageError> {
    let file = File::open(path).map_err(|error| StorageError::Io { path: path.into(), error })?;
    Ok(BufReader::new(file))
}

/// Each layer of a network, by path and name: `1 Relu`. A dropout changes nothing where a network is used.
fn layers<N: Network>() -> Vec<String> {
    let mut layers = Vec::new();
    N::Placement::visit_layers(&parameters::Path::ROOT, &mut |layer| {
        let name = if layer.name == "Dropout" { "Identity" } else { layer.name };
        layers.push(format!("{} {name}", layer.path));
    });
    layers
}

fn dtype<T: Element>() -> Dtype {
    if size_of::<T>() == 4 { Dtype::F32 } else { Dtype::F64 }
}

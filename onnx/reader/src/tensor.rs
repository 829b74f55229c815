//! [`Tensor`]: numbers that are known when the program is compiled.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};

use dimwise_onnx_format::{self as format, element};

use crate::refusal::{Refusal, Result};

/// Numbers of a shape, row by row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Array<T> {
    pub(crate) dims: Vec<usize>,
    pub(crate) items: Vec<T>,
}

/// What a file knows: weights, or whole numbers such as those of a shape.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tensor {
    /// `f32` are kept as `f64`, which is exact.
    Floats(Array<f64>),
    /// Each below 2⁶³, or [`BATCH`].
    Integers(Array<i64>),
}

/// Stands for the number of samples among whole numbers: it is not known.
pub(crate) const BATCH: i64 = i64::MIN;

/// The most numbers of one sample, or of one tensor that is computed: 128 MiB. A damaged file can ask for any number.
const MOST: usize = 1 << 24;

/// The number of elements of a shape, unless it is one that no file could mean.
pub(crate) fn elements(dims: &[usize]) -> Option<usize> {
    product(dims).filter(|count| *count <= MOST)
}

fn product(dims: &[usize]) -> Option<usize> {
    dims.iter().try_fold(1, |product: usize, size| product.checked_mul(*size))
}

impl<T: Clone> Array<T> {
    pub(crate) fn of_one(item: T) -> Self {
        Self { dims: Vec::new(), items: vec![item] }
    }

    pub(crate) fn row(items: Vec<T>) -> Self {
        Self { dims: vec![items.len()], items }
    }

    /// Every item computed from the one at its place.
    pub(crate) fn map<U>(&self, compute: impl FnMut(&T) -> U) -> Array<U> {
        Array { dims: self.dims.clone(), items: self.items.iter().map(compute).collect() }
    }

    /// The array in the shape `dims`, repeated along axes of size 1 and along those that it does not have; `None` if
    /// the shapes do not fit.
    pub(crate) fn broadcast(&self, dims: &[usize]) -> Option<Self> {
        if self.dims == dims {
            return Some(self.clone());
        }
        let missing = dims.len().checked_sub(self.dims.len())?;
        let fits = self.dims.iter().zip(&dims[missing..]).all(|(own, size)| own == size || *own == 1);
        let own = self.items.len();
        let count = product(dims).filter(|count| fits && (*count <= MOST || *count == own))?;
        let strides = strides(&self.dims);
        let steps: Vec<_> = (0..dims.len())
            .map(|axis| match axis.checked_sub(missing) {
                Some(own) if self.dims[own] > 1 => strides[own],
                _ => 0,
            })
            .collect();
        let items = places(dims, &steps, count).map(|place| self.items[place].clone()).collect();
        Some(Self { dims: dims.to_vec(), items })
    }

    /// Of an axis only the places listed, in that order.
    pub(crate) fn select(&self, axis: usize, picked: &[usize]) -> Self {
        let run = strides(&self.dims)[axis];
        let mut dims = self.dims.clone();
        dims[axis] = picked.len();
        let mut items = Vec::new();
        for row in self.items.chunks_exact((run * self.dims[axis]).max(1)) {
            picked.iter().for_each(|place| items.extend_from_slice(&row[place * run..][..run]));
        }
        Self { dims, items }
    }

    /// The array with axis `axes[i]` in place `i`.
    pub(crate) fn transpose(&self, axes: &[usize]) -> Self {
        let strides = strides(&self.dims);
        let dims: Vec<_> = axes.iter().map(|axis| self.dims[*axis]).collect();
        let steps: Vec<_> = axes.iter().map(|axis| strides[*axis]).collect();
        let items = places(&dims, &steps, self.items.len()).map(|place| self.items[place].clone()).collect();
        Self { dims, items }
    }
}

impl Array<i64> {
    /// From `one` where the number is not 0, from `other` elsewhere; all are of one shape.
    pub(crate) fn choose<T: Clone>(&self, one: &Array<T>, other: &Array<T>) -> Array<T> {
        let both = one.items.iter().zip(&other.items);
        let items = self
            .items
            .iter()
            .zip(both)
            .map(|(condition, (one, other))| if *condition != 0 { one } else { other });
        Array { dims: self.dims.clone(), items: items.cloned().collect() }
    }
}

/// How far apart neighbours along each axis are.
pub(crate) fn strides(dims: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; dims.len()];
    for axis in (1..dims.len()).rev() {
        strides[axis - 1] = strides[axis] * dims[axis];
    }
    strides
}

/// The places of all elements of a shape, row by row, where a step along an axis is `steps[axis]`.
fn places(dims: &[usize], steps: &[usize], count: usize) -> impl Iterator<Item = usize> {
    let (dims, steps) = (dims.to_vec(), steps.to_vec());
    let (mut index, mut place) = (vec![0; dims.len()], 0);
    (0..count).map(move |_| {
        let here = place;
        for axis in (0..dims.len()).rev() {
            index[axis] += 1;
            place += steps[axis];
            if index[axis] < dims[axis] {
                break;
            }
            place -= dims[axis] * steps[axis];
            index[axis] = 0;
        }
        here
    })
}

impl Tensor {
    /// The numbers as floating-point ones, if all are known.
    pub(crate) fn as_floats(&self) -> Option<Array<f64>> {
        match self {
            Self::Floats(array) => Some(array.clone()),
            Self::Integers(array) if array.items.contains(&BATCH) => None,
            Self::Integers(array) => Some(array.map(|item| *item as f64)),
        }
    }

    pub(crate) fn dims(&self) -> &[usize] {
        match self {
            Self::Floats(array) => &array.dims,
            Self::Integers(array) => &array.dims,
        }
    }

    /// Of an axis only the places listed, in that order.
    pub(crate) fn select(&self, axis: usize, picked: &[usize]) -> Self {
        match self {
            Self::Floats(array) => Self::Floats(array.select(axis, picked)),
            Self::Integers(array) => Self::Integers(array.select(axis, picked)),
        }
    }

    pub(crate) fn with_dims(self, dims: Vec<usize>) -> Self {
        match self {
            Self::Floats(array) => Self::Floats(Array { dims, ..array }),
            Self::Integers(array) => Self::Integers(Array { dims, ..array }),
        }
    }

    /// The tensor of a file that lies in `folder`.
    pub(crate) fn read(tensor: &format::Tensor, folder: &Path) -> Result<Self> {
        let refuse = |why: String| Refusal::of_file(format!("tensor `{}`: {why}", tensor.name));
        let dims = tensor.dims.iter().map(|size| usize::try_from(*size).ok()).collect::<Option<Vec<_>>>();
        let dims = dims.ok_or_else(|| refuse(format!("its shape {:?} is none", tensor.dims)))?;
        // It is compared with what the file holds before anything is allocated.
        let count = product(&dims).filter(|count| *count <= isize::MAX as usize / 8);
        let count = count.ok_or_else(|| refuse(format!("its shape {dims:?} is none")))?;
        let width = match tensor.data_type {
            element::BOOL => 1,
            element::FLOAT | element::INT32 => 4,
            element::DOUBLE | element::INT64 => 8,
            other => {
                return Err(refuse(format!(
                    "numbers of type {other}; those of type 1, 6, 7, 9 and 11 are read: f32, i32, i64, bool and f64"
                )));
            }
        };
        let external;
        let raw = if tensor.data_location == 1 {
            external = read_external(tensor, folder, count * width).map_err(refuse)?;
            &external
        } else {
            &tensor.raw_data
        };
        let bytes = raw.chunks_exact(width);
        let found = if raw.is_empty() { None } else { Some(raw.len()) };
        if let Some(found) = found.filter(|found| *found != count * width) {
            return Err(refuse(format!(
                "expected {} bytes for its shape {dims:?}, found {found}",
                count * width
            )));
        }
        let tensor = match tensor.data_type {
            element::FLOAT => {
                let items = bytes.map(|bytes| f32::from_le_bytes(bytes.try_into().expect("4 bytes")));
                let listed = tensor.float_data.iter().copied();
                Self::Floats(Array { dims, items: items.chain(listed).map(f64::from).collect() })
            }
            element::DOUBLE => {
                let items = bytes.map(|bytes| f64::from_le_bytes(bytes.try_into().expect("8 bytes")));
                Self::Floats(Array { dims, items: items.chain(tensor.double_data.iter().copied()).collect() })
            }
            element::INT64 => {
                let items = bytes.map(|bytes| i64::from_le_bytes(bytes.try_into().expect("8 bytes")));
                Self::Integers(Array {
                    dims,
                    items: items.chain(tensor.int64_data.iter().copied()).collect(),
                })
            }
            element::INT32 => {
                let items = bytes.map(|bytes| i32::from_le_bytes(bytes.try_into().expect("4 bytes")));
                let listed = tensor.int32_data.iter().copied();
                Self::Integers(Array { dims, items: items.chain(listed).map(i64::from).collect() })
            }
            _ => {
                let listed = tensor.int32_data.iter().map(|number| i64::from(*number));
                let items = bytes.map(|bytes| i64::from(bytes[0])).chain(listed).collect();
                Self::Integers(Array { dims, items })
            }
        };
        let found = match &tensor {
            Self::Floats(array) => array.items.len(),
            Self::Integers(array) => array.items.len(),
        };
        if found != count {
            return Err(refuse(format!(
                "expected {count} numbers for its shape {:?}, found {found}",
                tensor.dims()
            )));
        }
        Ok(tensor)
    }
}

/// The other files that a file's tensors lie in.
pub(crate) fn external_file(tensor: &format::Tensor, folder: &Path) -> Option<PathBuf> {
    let location = &tensor.external_data.iter().find(|entry| entry.key == "location")?.value;
    let path = Path::new(location);
    let is_inside = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    is_inside.then(|| folder.join(path))
}

fn read_external(
    tensor: &format::Tensor,
    folder: &Path,
    wanted: usize,
) -> std::result::Result<Vec<u8>, String> {
    let path = external_file(tensor, folder)
        .ok_or("its numbers are in another file, whose place is no path below the folder of this one")?;
    let number = |key: &str| {
        let entry = tensor.external_data.iter().find(|entry| entry.key == key);
        entry
            .map(|entry| entry.value.parse::<u64>().map_err(|_| format!("its {key} `{}`", entry.value)))
            .transpose()
    };
    let offset = number("offset")?.unwrap_or(0);
    let length = number("length")?.unwrap_or(wanted as u64);
    if length != wanted as u64 {
        return Err(format!("expected {wanted} bytes, found {length} in {}", path.display()));
    }
    let read = || {
        let mut file = File::open(&path)?;
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        file.take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|error: std::io::Error| format!("{}: {error}", path.display()))?;
    if bytes.len() == wanted {
        Ok(bytes)
    } else {
        Err(format!("expected {wanted} bytes, found {} in {}", bytes.len(), path.display()))
    }
}

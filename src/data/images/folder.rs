//! [`ImageFolder`]: pictures that are read when they are needed.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;
use std::fs;
use std::path::{Path, PathBuf};

use super::picture;
use super::{Channels, ImageError};
use crate::data::arrange;
use crate::data::class_names::sorted_names;
use crate::data::{ClassNames, Source, SourceError};
use crate::element::Element;
use crate::loss::Class;
use crate::shape::{Dim, Shape};
use crate::tensor::Tensor;

/// A folder with a folder for each of `C` classes, in which are the pictures, in PNG or JPEG: as samples of shape
/// `(U1, height, width)`, grey, or `(U3, height, width)`, red, green and blue.
///
/// A [`Source`]: a picture is read from its file each time that it is needed, resized to the type's size (each new
/// pixel is a mean of those in its place), turned as its camera says, and its bytes become numbers from 0 to 1.
/// Transparency is left out. Read it [ahead](Source::read_ahead) while training, or all at once into memory by
/// [`Dataset::from_image_folder`](crate::data::Dataset::from_image_folder).
///
/// Classes are sorted by their folders' names, by value where all are whole numbers; pictures by class and name. Files
/// that begin with a dot, `Thumbs.db` and `desktop.ini` are passed over.
///
/// ```no_run
/// use dimwise::data::{ImageFolder, Source};
/// use dimwise::prelude::*;
///
/// network! {
///     type Net = [Conv2d<(U3, U32, U32), U8, U3, Stride<U2>>, Relu<_>, Flatten<_>, Affine<_, U2>];
/// }
///
/// let pictures = ImageFolder::<(U3, U32, U32), U2>::open("pets")?;
/// let (train, test) = pictures.split(0.8, 1);
/// let train = train
///     .augmented(|image, random| {
///         if random.below(2) == 0 {
///             image.as_mut_slice().chunks_mut(32).for_each(<[f32]>::reverse);
///         }
///     })
///     .read_ahead(2);
///
/// let network = Net::initialized(HeNormal, 1);
/// let mut trainer = Trainer::<_, _, _, U32>::new(network, CrossEntropy, Adam::new(0.001), 1);
/// trainer.epoch(&train)?;
/// println!("{:?}", trainer.evaluate(&test)?);
/// println!("{}", &pictures.class_names()[Class::new(0)?]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ImageFolder<S: Shape, C: Dim, T: Element = f32> {
    files: Vec<(PathBuf, Class<C>)>,
    names: ClassNames<C>,
    samples: PhantomData<fn() -> Tensor<S, T>>,
}

impl<S: Shape, C: Dim, T: Element> ImageFolder<S, C, T> {
    /// Looks which pictures there are; reads none.
    ///
    /// # Errors
    ///
    /// [`ImageError`], which has a table of all refusals.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, ImageError> {
        let folder = folder.as_ref();
        let mut found = Vec::new();
        // One too many tells enough.
        for path in entries(folder)?.into_iter().take(C::SIZE.saturating_add(1)) {
            if !path.is_dir() {
                return Err(ImageError::Entry { path, expected: "a folder of pictures", found: "a file" });
            }
            let name = path.file_name().unwrap_or_default();
            found.push(name.to_str().map(String::from).ok_or_else(|| ImageError::Entry {
                path: path.clone(),
                expected: "a folder named in UTF-8",
                found: "another name",
            })?);
        }
        let found = sorted_names(found);
        let names = ClassNames::new(found.iter().cloned()).map_err(|_| ImageError::Classes {
            path: folder.into(),
            expected: C::SIZE,
            found,
        })?;
        let mut files = Vec::new();
        for name in names.as_slice() {
            let Some(class) = names.class(name) else { continue };
            let pictures = pictures(&folder.join(name))?;
            files.extend(pictures.into_iter().map(|path| (path, class)));
        }
        Ok(Self { files, names, samples: PhantomData })
    }

    /// The names of the classes: those of their folders.
    pub fn class_names(&self) -> &ClassNames<C> {
        &self.names
    }

    /// The names of the classes alone.
    pub fn into_class_names(self) -> ClassNames<C> {
        self.names
    }

    /// The pictures' files with their classes, sorted by class and name, or shuffled after a [`split`](Self::split).
    pub fn files(&self) -> &[(PathBuf, Class<C>)] {
        &self.files
    }

    /// A share of the pictures of each class, chosen at random from `seed`, and the others, as
    /// [`Dataset::split`](crate::data::Dataset::split) does.
    ///
    /// # Panics
    ///
    /// Panics if `share` is not from 0 to 1.
    pub fn split(&self, share: f64, seed: u64) -> (Self, Self) {
        let classes: Vec<_> = self.files.iter().map(|(_, class)| *class).collect();
        let (front, back) = arrange::split(&classes, share, seed);
        let part = |indices: Vec<usize>| Self {
            files: indices.into_iter().map(|index| self.files[index].clone()).collect(),
            names: self.names.clone(),
            samples: PhantomData,
        };
        (part(front), part(back))
    }
}

/// What is in a folder, sorted, without what systems put there.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, ImageError> {
    let io = |error| ImageError::Io { path: folder.into(), error };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        let entry = entry.map_err(io)?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with('.') && !matches!(&*name, "Thumbs.db" | "desktop.ini") {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

/// The pictures in the folder of a class, at least one.
fn pictures(folder: &Path) -> Result<Vec<PathBuf>, ImageError> {
    let paths = entries(folder)?;
    let is_picture = |path: &Path| {
        let ending = path.extension().unwrap_or_default();
        ["png", "jpg", "jpeg"].iter().any(|known| ending.eq_ignore_ascii_case(known))
    };
    if let Some(other) = paths.iter().find(|path| path.is_dir() || !is_picture(path)) {
        return Err(ImageError::Entry {
            path: other.clone(),
            expected: "a picture named .png, .jpg or .jpeg",
            found: if other.is_dir() { "a folder" } else { "another file" },
        });
    }
    if paths.is_empty() {
        return Err(ImageError::Entry { path: folder.into(), expected: "pictures", found: "none" });
    }
    Ok(paths)
}

impl<Ch: Channels, H: Dim, W: Dim, C: Dim, T: Element> Source<(Ch, H, W), Class<C>, T>
    for ImageFolder<(Ch, H, W), C, T>
{
    fn len(&self) -> usize {
        self.files.len()
    }

    fn gather(
        &self,
        indices: &[usize],
        samples: &mut [Tensor<(Ch, H, W), T>],
        targets: &mut Vec<Class<C>>,
    ) -> Result<(), SourceError> {
        for (index, sample) in indices.iter().zip(samples) {
            let (path, class) = &self.files[*index];
            picture::read(path, sample)?;
            targets.push(*class);
        }
        Ok(())
    }
}

impl<S: Shape, C: Dim, T: Element> fmt::Debug for ImageFolder<S, C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImageFolder")
            .field("pictures", &self.files.len())
            .field("shape", &S::DIMS)
            .field("classes", &self.names)
            .finish()
    }
}

//! Pictures in a folder a class, as data.

mod error;
mod folder;
mod picture;

pub use error::ImageError;
pub use folder::ImageFolder;
pub use picture::Channels;

use std::path::Path;

use super::{ClassNames, Dataset};
use crate::element::Element;
use crate::loss::Class;
use crate::plain::zeroed_slice;
use crate::shape::Dim;

impl<Ch: Channels, H: Dim, W: Dim, C: Dim, T: Element> Dataset<(Ch, H, W), Class<C>, T> {
    /// All pictures of a folder with a folder for each class, and the names of the classes: an [`ImageFolder`], read
    /// into memory.
    ///
    /// # Errors
    ///
    /// [`ImageError`], which has a table of all refusals.
    pub fn from_image_folder(folder: impl AsRef<Path>) -> Result<(Self, ClassNames<C>), ImageError> {
        let folder = ImageFolder::<(Ch, H, W), C, T>::open(folder)?;
        let mut samples = zeroed_slice(folder.files().len());
        for ((path, _), sample) in folder.files().iter().zip(&mut samples) {
            picture::read(path, sample)?;
        }
        let targets = folder.files().iter().map(|(_, class)| *class).collect();
        Ok((Self { samples, targets }, folder.into_class_names()))
    }
}

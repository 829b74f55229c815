//! One picture as a tensor.

use alloc::string::ToString;
use alloc::vec::Vec;
use std::fs::File;
use std::io::{BufReader, ErrorKind};
use std::path::Path;

use image::imageops::{FilterType, resize};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::ImageError;
use crate::element::Element;
use crate::plain::Plain;
use crate::shape::Dim;
use crate::sizes::{U1, U3};
use crate::tensor::Tensor;

/// The channels of a picture: 1, grey, or 3, red, green and blue.
#[diagnostic::on_unimplemented(
    message = "pictures are not read in so many channels",
    label = "pictures have 1 channel (grey) or 3 (red, green, blue)"
)]
pub trait Channels: Dim {
    /// The bytes of a picture of this width and height, all channels of a pixel together.
    #[doc(hidden)]
    fn pixels(image: DynamicImage, width: u32, height: u32) -> Vec<u8>;
}

impl Channels for U1 {
    fn pixels(image: DynamicImage, width: u32, height: u32) -> Vec<u8> {
        resize(&image.into_luma8(), width, height, FilterType::Triangle).into_raw()
    }
}

impl Channels for U3 {
    fn pixels(image: DynamicImage, width: u32, height: u32) -> Vec<u8> {
        resize(&image.into_rgb8(), width, height, FilterType::Triangle).into_raw()
    }
}

const PICTURE: &str = "a picture in PNG or JPEG";

/// What a byte of a file can become at most: deflate's limit, which JPEG does not reach either.
const MOST_PER_BYTE: u64 = 1032;

/// Reads a picture into a tensor of any size.
pub(super) fn read<Ch: Channels, H: Dim, W: Dim, T: Element>(
    path: &Path,
    sample: &mut Tensor<(Ch, H, W), T>,
) -> Result<(), ImageError> {
    let side = |size: usize| {
        u32::try_from(size).map_err(|_| ImageError::Picture {
            path: path.into(),
            expected: "a side below 2^32 to resize to",
            found: size.to_string(),
        })
    };
    let (width, height) = (side(W::SIZE)?, side(H::SIZE)?);
    let image = decoded(path)?;
    if sample.as_slice().is_empty() {
        return Ok(());
    }
    let pixels = Ch::pixels(image, width, height);
    let area = H::SIZE * W::SIZE;
    for (channel, plane) in sample.as_mut_slice().chunks_exact_mut(area).enumerate() {
        for (element, byte) in plane.iter_mut().zip(pixels.iter().skip(channel).step_by(Ch::SIZE)) {
            *element = T::from_f64(f64::from(*byte) / 255.0);
        }
    }
    Ok(())
}

/// The picture, the right way up.
fn decoded(path: &Path) -> Result<DynamicImage, ImageError> {
    let io = |error| ImageError::Io { path: path.into(), error };
    let wrong = |error| match error {
        image::ImageError::IoError(error) if error.kind() != ErrorKind::UnexpectedEof => io(error),
        error => {
            let (path, found) = (path.into(), error.to_string());
            ImageError::Picture { path, expected: PICTURE, found }
        }
    };
    let file = File::open(path).map_err(io)?;
    let most = file.metadata().map_err(io)?.len().saturating_mul(MOST_PER_BYTE);
    let mut reader = ImageReader::new(BufReader::new(file)).with_guessed_format().map_err(io)?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg)) {
        return Err(ImageError::Picture {
            path: path.into(),
            expected: PICTURE,
            found: "other first bytes".into(),
        });
    }
    let mut limits = Limits::default();
    let most = most.min(limits.max_alloc.unwrap_or(u64::MAX));
    limits.max_alloc = Some(most.saturating_add(1 << 16));
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(wrong)?;
    let ((width, height), bytes) = (decoder.dimensions(), decoder.total_bytes());
    if bytes > most {
        return Err(ImageError::Size { path: path.into(), most, width, height, found: bytes });
    }
    if bytes == 0 {
        let (path, found) = (path.into(), "one without pixels".into());
        return Err(ImageError::Picture { path, expected: PICTURE, found });
    }
    let orientation = decoder.orientation().map_err(wrong)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(wrong)?;
    image.apply_orientation(orientation);
    Ok(image)
}

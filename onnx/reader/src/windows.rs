//! [`Windows`]: how the windows of convolutions and poolings lie, along one axis after the other.

use crate::graph::Node;
use crate::refusal::{Refusal, Result};

/// Windows along the axes of an image, or of a sequence: one number for each axis.
#[derive(Clone, Debug)]
pub(crate) struct Windows {
    pub(crate) kernel: Vec<usize>,
    pub(crate) stride: Vec<usize>,
    pub(crate) dilation: Vec<usize>,
    /// Zeros before and after.
    pub(crate) before: Vec<usize>,
    pub(crate) after: Vec<usize>,
    /// The sizes that come out.
    pub(crate) out: Vec<usize>,
    /// What a transposed convolution adds.
    pub(crate) added: Vec<usize>,
}

/// No window, stride or padding is larger: a damaged file can say any number.
const MOST: i64 = 1 << 24;

/// One number for each of `axes`, or none.
fn sizes(node: &Node, attribute: &str, axes: usize, least: i64) -> Result<Option<Vec<usize>>> {
    let Some(numbers) = node.ints(attribute) else { return Ok(None) };
    let sizes: Option<Vec<_>> = numbers
        .iter()
        .map(|number| usize::try_from(*number).ok().filter(|_| (least..=MOST).contains(number)))
        .collect();
    match sizes.filter(|sizes| sizes.len() == axes) {
        Some(sizes) => Ok(Some(sizes)),
        None => {
            Err(Refusal::of(node, format!("its {attribute} are {numbers:?}, beside an input of {axes} axes")))
        }
    }
}

impl Windows {
    fn new(node: &Node, image: &[usize], kernel: &[usize]) -> Result<Self> {
        let axes = image.len();
        if !(1..=2).contains(&axes) {
            let why = format!("over {axes} axes; there are layers over sequences and images");
            return Err(Refusal::of(node, why));
        }
        let said = sizes(node, "kernel_shape", axes, 1)?;
        if kernel.len() != axes || kernel.contains(&0) || said.is_some_and(|said| said != kernel) {
            return Err(Refusal::of(node, format!("its kernel has the shape {kernel:?}")));
        }
        let ones = vec![1; axes];
        let stride = sizes(node, "strides", axes, 1)?.unwrap_or_else(|| ones.clone());
        let dilation = sizes(node, "dilations", axes, 1)?.unwrap_or(ones);
        let pads = sizes(node, "pads", 2 * axes, 0)?.unwrap_or_else(|| vec![0; 2 * axes]);
        let (before, after) = (pads[..axes].to_vec(), pads[axes..].to_vec());
        let kernel = kernel.to_vec();
        let added = sizes(node, "output_padding", axes, 0)?.unwrap_or_else(|| vec![0; axes]);
        Ok(Self { kernel, stride, dilation, before, after, out: Vec::new(), added })
    }

    /// The pixels that a kernel covers.
    fn reach(&self, axis: usize) -> usize {
        self.dilation[axis] * (self.kernel[axis] - 1) + 1
    }

    /// Shares the zeros of an axis out: where their number is odd, one more after, or one more before.
    fn share(&mut self, axis: usize, zeros: usize, more_before: bool) {
        let (less, more) = (zeros / 2, zeros - zeros / 2);
        (self.before[axis], self.after[axis]) = if more_before { (more, less) } else { (less, more) };
    }

    /// Those of a convolution, or of a pooling.
    pub(crate) fn forward(node: &Node, image: &[usize], kernel: &[usize]) -> Result<Self> {
        let mut windows = Self::new(node, image, kernel)?;
        let auto_pad = auto_pad(node)?;
        for (axis, size) in image.iter().enumerate() {
            if let AutoPad::Same { more_before } = auto_pad {
                let stride = windows.stride[axis];
                let covered = (size.div_ceil(stride) - 1) * stride + windows.reach(axis);
                windows.share(axis, covered.saturating_sub(*size), more_before);
            }
            let padded = size + windows.before[axis] + windows.after[axis];
            let Some(room) = padded.checked_sub(windows.reach(axis)) else {
                let why = format!("its window covers {} pixels of {padded}", windows.reach(axis));
                return Err(Refusal::of(node, why));
            };
            windows.out.push(room / windows.stride[axis] + 1);
            let rest = room % windows.stride[axis];
            // One more window that begins inside of the image or of the zeros before it.
            let begins = windows.out[axis] * windows.stride[axis] < size + windows.before[axis];
            if node.int("ceil_mode").unwrap_or(0) != 0 && rest != 0 && begins {
                let why =
                    "ceil_mode gives windows that lie outside of the image in part; there is no such layer";
                return Err(Refusal::of(node, why));
            }
        }
        Ok(windows)
    }

    /// Those of a transposed convolution.
    pub(crate) fn back(node: &Node, image: &[usize], kernel: &[usize]) -> Result<Self> {
        let mut windows = Self::new(node, image, kernel)?;
        let shape = sizes(node, "output_shape", image.len(), 1)?;
        let auto_pad = auto_pad(node)?;
        for (axis, size) in image.iter().enumerate() {
            let covered = (size - 1) * windows.stride[axis] + windows.reach(axis) + windows.added[axis];
            let same = matches!(auto_pad, AutoPad::Same { .. }).then(|| size * windows.stride[axis]);
            if let Some(out) = shape.as_ref().map(|shape| shape[axis]).or(same) {
                let Some(zeros) = covered.checked_sub(out) else {
                    return Err(Refusal::of(node, format!("its windows cover {covered} of {out} pixels")));
                };
                let is_upper = matches!(auto_pad, AutoPad::Same { more_before: false });
                windows.share(axis, zeros, !is_upper);
            }
            let cut = windows.before[axis] + windows.after[axis];
            match covered.checked_sub(cut).filter(|out| *out > 0) {
                Some(out) => windows.out.push(out),
                None => {
                    return Err(Refusal::of(
                        node,
                        format!("its padding {cut} leaves nothing of {covered} pixels"),
                    ));
                }
            }
        }
        Ok(windows)
    }
}

#[derive(Clone, Copy)]
enum AutoPad {
    /// What `pads` says, or nothing.
    Said,
    /// As many positions as pixels at a stride of 1.
    Same { more_before: bool },
}

fn auto_pad(node: &Node) -> Result<AutoPad> {
    match node.text("auto_pad").as_deref() {
        None | Some("" | "NOTSET" | "VALID") => Ok(AutoPad::Said),
        Some("SAME_UPPER") => Ok(AutoPad::Same { more_before: false }),
        Some("SAME_LOWER") => Ok(AutoPad::Same { more_before: true }),
        Some(other) => Err(Refusal::of(node, format!("its auto_pad is `{other}`"))),
    }
}

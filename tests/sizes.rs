//! Sizes that are too large to be multiplied: nothing wraps around.
// Tests compare with numbers that are exact.
#![allow(clippy::float_cmp)]
// For the digits of such numbers.
#![recursion_limit = "512"]

use dimwise::prelude::*;
use typenum::{Prod, Sum, U4294967296};

/// The rows of the kernel are so far apart that all the pixels between them cannot be counted in bytes.
#[test]
fn a_kernel_whose_rows_lie_beyond_all_memory_meets_padding_alone() {
    type Half = Sum<Prod<dim!(0x10_6141), U4294967296>, dim!(0x74a4_911e)>;
    type Whole = Sum<Half, Half>;
    type Options = (Padding<(Half, U0)>, Dilation<(Whole, U1)>);
    network! { type Net = [Conv2d<(U1, U1, dim!(4001)), U1, (U2, U1), Options>]; }
    assert_eq!(Whole::SIZE, 0x20_c282_e949_223c);
    let mut network = Net::zeroed();
    network.as_mut_slice().copy_from_slice(&[1.0, 2.0, 0.5]);
    let image = Tensor::boxed_filled_with(|| 3.0);
    // What would be read where nothing has been written: the pixels of another convolution.
    let mut other = Conv2d::<(U1, U1, dim!(4001)), U1, (U2, U1), Padding<(U1, U0)>>::zeroed();
    other.as_mut_slice().fill(1.0);
    assert!((other.predict(&*image)[[0, 0, 9]] - 4.0_f32).abs() < f32::EPSILON);
    let output = network.predict(&*image);
    assert_eq!(output.as_slice(), [0.5; 4001]);

    // So do the gradients.
    let mut workspace = Workspace::<Net, U1>::zeroed();
    let images = [*image];
    workspace.forward(&network, &images);
    workspace.outputs(1).1[0].as_mut_slice().fill(1.0);
    let (mut gradients, mut grad_input) = (Net::zeroed(), images.clone());
    workspace.add_gradients(&network, &images, Some(&mut grad_input), &mut gradients);
    assert_eq!(gradients.as_slice(), [0.0, 0.0, 4001.0]);
    assert_eq!(grad_input[0].as_slice(), [0.0; 4001]);
}

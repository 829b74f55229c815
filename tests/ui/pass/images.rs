use dimwise::prelude::*;

network! {
    // Each is the right twin of a wrong one.
    type Kernel = [Conv2d<(U1, U5, U28), U4, U5>];
    type Strided = [Conv2d<(U1, U28, U28), U4, U5, Stride<U1>>];
    type Grouped = [Conv2d<(U6, U28, U28), U8, U3, (Padding<U1>, Groups<U2>)>];
    type Pool = [MaxPool2d<(U3, U5, U5), U5>];
    type PaddedPools = [
        MaxPool2d<(U1, U2, U2), U2, Padding<U1>>, AvgPool2d<(U1, U2, U2), (U2, U3), (Stride<U1>, Padding<(U1, U1)>)>,
    ];
    type Dilated = [Conv2d<(U1, U9, U9), U4, U3, (Padding<U1>, Dilation<U5>)>];
    type Image = [
        Conv2d<(U1, U28, U28), U30, U5>,
        Relu<(U30, U24, U24)>,
        MaxPool2d<(U30, U24, U24), U2>,
        Conv2d<(U30, U12, U12), U8, U3>,
    ];
    type Transposed = [ConvTranspose2d<(U3, U2, U2), U4, U3, (Stride<U2>, Padding<U1>, OutputPadding<U1>)>];
    type Sequence = [Conv1d<(U3, U16), U8, U3, (Padding<U1>, Stride<U2>)>, MaxPool1d<(U8, U8), U2>];
    type Reshaped = [Affine<U10, U768>, Reshape<U768, (U3, U16, U16)>];
    type Flattened = [
        MaxPool2d<(U30, U24, U24), U2>,
        Flatten<(U30, U12, U12)>,
        Affine<dim!(4320), U100>,
    ];
}

fn main() {
    assert_eq!(<Kernel as Layer>::Out::DIMS, [4, 1, 24]);
    assert_eq!(<Strided as Layer>::Out::DIMS, [4, 24, 24]);
    assert_eq!(<Grouped as Layer>::Out::DIMS, [8, 28, 28]);
    assert_eq!(<Pool as Layer>::Out::DIMS, [3, 1, 1]);
    assert_eq!(<PaddedPools as Layer>::Out::DIMS, [1, 3, 2]);
    assert!(PaddedPools::zeroed().predict(&Tensor::<(U1, U2, U2)>::default()).as_slice().iter().all(|x| *x == 0.0));
    assert_eq!(<Dilated as Layer>::Out::DIMS, [4, 1, 1]);
    assert_eq!(<Image as Layer>::Out::DIMS, [8, 10, 10]);
    assert_eq!(<Transposed as Layer>::Out::DIMS, [4, 4, 4]);
    assert_eq!(<Sequence as Layer>::Out::DIMS, [8, 4]);
    assert_eq!(<Reshaped as Layer>::Out::DIMS, [3, 16, 16]);
    assert_eq!(<Flattened as Layer>::Out::DIMS, [100]);
}

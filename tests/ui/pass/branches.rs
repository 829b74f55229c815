use dimwise::layer::Sum;
use dimwise::prelude::*;

type In = (U3, U14, U14);

network! {
    // Each is the right twin of a wrong one.
    type Sums = [Affine<U4, U8>, Residual<Affine<U8, U8>>, Affine<U8, U2>];
    type Inputs = [Parallel<Affine<U8, U7>, Affine<U8, U7>, Sum>, Affine<U7, U2>];
    type Joined = [
        Parallel<Conv2d<In, U8, U3, Padding<U1>>, Conv2d<In, U4, U1>, Concat>,
        Relu<(U12, U14, U14)>,
    ];
}

fn main() {
    assert_eq!(Sums::PARAMETERS, 40 + 72 + 18);
    assert_eq!(<Joined as Layer>::Out::DIMS, [12, 14, 14]);
    let paths = "0.first.weight 0.first.bias 0.second.weight 0.second.bias 1.weight 1.bias";
    let mut found = Vec::new();
    Inputs::segments(|segment| found.push(segment.path.to_string()));
    assert_eq!(found.join(" "), paths);
    let _ = Inputs::zeroed().predict(&Tensor::<U8>::default());
}

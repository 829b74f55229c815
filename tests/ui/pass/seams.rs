use dimwise::prelude::*;

type R = Relu<U8>;

network! {
    type Vector = [
        Affine<U784, U50>,
        Relu<U50>,
        Affine<U50, U10>,
    ];
    type Matrix = [Relu<(U3, U4)>, Tanh<(U3, U4)>];
    type Rank3 = [Relu<(U1, U28, U28)>, Tanh<(U1, U28, U28)>];
    type Rank4 = [Relu<(U2, U3, U8, U8)>, Tanh<(U2, U3, U8, U8)>];
    type Large = [Relu<dim!(4320)>, Affine<dim!(4320), U100>];
    type Deep = [
        R, R, R, R, R, R, R, R, R, R, R, R, R, R, R, R, R,
        Affine<U8, U8>, R, R, R, R, R, R, R, R, R, R, R, R,
        R, R, R, R, R, R, R, R, R, R, R, R, R, R, R, R, R,
    ];
    type Hidden = [Affine<U50, U49>, Relu<U49>, Affine<U49, U50>];
    type Net = [Affine<U784, U50>, Hidden, Hidden, Affine<U50, U10>];
    type Xor<T> = [Affine<U2, U3, T>, Sigmoid<U3, T>, Affine<U3, U1, T>];
}

fn main() {
    assert_eq!(Vector::PARAMETERS, 39_760);
    assert_eq!(Matrix::PARAMETERS + Rank3::PARAMETERS + Rank4::PARAMETERS, 0);
    assert_eq!(Large::PARAMETERS, 432_100);
    assert_eq!(Deep::PARAMETERS, 72);
    assert_eq!(Net::PARAMETERS, 784 * 50 + 50 + 2 * (50 * 49 + 49 + 49 * 50 + 50) + 510);
    assert_eq!(size_of::<Xor<f64>>(), 2 * size_of::<Xor>());
}

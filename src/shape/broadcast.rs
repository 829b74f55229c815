//! Which shape can be repeated to become another one: [`BroadcastTo`].

use typenum::{B1, UInt, UTerm};

use super::Dim;
use super::Shape;

/// A shape that becomes `To` by repeating axes of size 1, and whole tensors along axes missing in front: `C`,
/// `(U1, C)`, `(R, U1)` and `()` become `(R, C)`.
///
/// Holds for every shape and itself, so generic code need not ask for it.
///
/// ```
/// use dimwise::prelude::*;
///
/// fn add_to_each_row<R: Dim, C: Dim>(matrix: &Tensor<(R, C)>, row: &Tensor<C>) -> Tensor<(R, C)> {
///     matrix + row
/// }
/// let sum = add_to_each_row(&Tensor::from([[1.0, 2.0], [3.0, 4.0]]), &Tensor::from([10.0, 20.0]));
/// assert_eq!(sum, Tensor::from([[11.0, 22.0], [13.0, 24.0]]));
/// ```
#[diagnostic::on_unimplemented(
    message = "shape mismatch: {From} cannot be broadcast to {Into}",
    label = "this is of {From}, which does not become {Into}",
    note = "an axis of size 1 is repeated, and axes may be missing in front"
)]
pub trait BroadcastTo<To, From = <Self as Spelt>::Decimal, Into = <To as Spelt>::Decimal> {}

/// A shape's sizes in decimal, for messages.
#[doc(hidden)]
pub trait Spelt {
    type Decimal;
}
impl<S: Shape> Spelt for S {
    type Decimal = <S as Shape>::Decimal;
}

/// An axis that is as long as another one, or of one.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: an axis of {From} cannot be broadcast to one of {Into}",
    label = "this axis is {From}, it should be {Into} or 1"
)]
pub trait AxisTo<To, From, Into> {}

// Number by number, the one first: so that no two of them are the same.
#[diagnostic::do_not_recommend]
impl<N, F, I> AxisTo<N, F, I> for UInt<UTerm, B1> {}
#[diagnostic::do_not_recommend]
impl<F, I> AxisTo<UTerm, F, I> for UTerm {}
#[diagnostic::do_not_recommend]
impl<U, B, C, F, I> AxisTo<UInt<UInt<U, B>, C>, F, I> for UInt<UInt<U, B>, C> {}

/// A scalar becomes anything.
#[diagnostic::do_not_recommend]
impl<S: Shape, F, I> BroadcastTo<S, F, I> for () {}

/// Vectors. That a size is a shape must not rest on its being a size, so this asks for less.
#[diagnostic::do_not_recommend]
impl<A: AnyNumber + AxisTo<B, From, Into>, B: AnyNumber, From, Into> BroadcastTo<B, From, Into> for A {}

/// One of typenum's numbers, whatever else it is.
#[doc(hidden)]
pub trait AnyNumber {}
impl AnyNumber for UTerm {}
impl<U, B> AnyNumber for UInt<U, B> {}

/// From the last axes of the one to all of the other: `[X Y] from A -> B`.
macro_rules! broadcast {
    ([$($missing:ident)*] $($from:ident -> $to:ident),+) => {
        #[diagnostic::do_not_recommend]
        impl<$($missing: Dim,)* $($from: Dim, $to: Dim,)* Spelling, Wanted>
            BroadcastTo<($($missing,)* $($to,)*), Spelling, Wanted> for shape!($($from)+)
        where
            $($from: AxisTo<$to, <$from as Shape>::Decimal, <$to as Shape>::Decimal>,)*
        {
        }
    };
}
broadcast!([X] A -> G);
broadcast!([X Y] A -> G);
broadcast!([X Y Z] A -> G);
broadcast!([X Y Z V] A -> G);
broadcast!([X Y Z V W] A -> G);
broadcast!([] A -> G, B -> H);
broadcast!([X] A -> G, B -> H);
broadcast!([X Y] A -> G, B -> H);
broadcast!([X Y Z] A -> G, B -> H);
broadcast!([X Y Z V] A -> G, B -> H);
broadcast!([] A -> G, B -> H, C -> I);
broadcast!([X] A -> G, B -> H, C -> I);
broadcast!([X Y] A -> G, B -> H, C -> I);
broadcast!([X Y Z] A -> G, B -> H, C -> I);
broadcast!([] A -> G, B -> H, C -> I, D -> J);
broadcast!([X] A -> G, B -> H, C -> I, D -> J);
broadcast!([X Y] A -> G, B -> H, C -> I, D -> J);
broadcast!([] A -> G, B -> H, C -> I, D -> J, E -> K);
broadcast!([X] A -> G, B -> H, C -> I, D -> J, E -> K);
broadcast!([] A -> G, B -> H, C -> I, D -> J, E -> K, F -> L);

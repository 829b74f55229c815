//! Which shape can be repeated to become another one: [`BroadcastTo`].

use typenum::{B0, B1, UInt, UTerm};

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
pub trait BroadcastTo<To: Shape>: Shape<Decimal: Becomes<DecimalOf<To>, RanksOf<Self, To>>> {}
impl<To: Shape, S: Shape<Decimal: Becomes<DecimalOf<To>, RanksOf<S, To>>>> BroadcastTo<To> for S {}

/// The sizes of a shape, in decimal.
#[doc(hidden)]
pub type DecimalOf<S> = <S as Shape>::Decimal;
/// The types of the indices of two shapes, which tell the ranks, and which axes of the first one are of size 1.
#[doc(hidden)]
pub type RanksOf<From, To> = (<From as Shape>::Index, <To as Shape>::Index, <From as Shape>::Ones);

/// [`BroadcastTo`], of sizes in decimal.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: {Self} cannot be broadcast to {To}",
    label = "this is of {Self}, which does not become {To}",
    note = "an axis of size 1 is repeated, and axes may be missing in front"
)]
pub trait Becomes<To, Ranks> {}

/// An axis that becomes one of `To`: it is as long, or `Size` says that it is of 1. In decimal.
#[doc(hidden)]
pub trait AxisTo<To, Size> {}
#[diagnostic::do_not_recommend]
impl<From, To> AxisTo<To, One> for From {}
#[diagnostic::do_not_recommend]
impl<Size> AxisTo<Size, NotOne> for Size {}

/// A size of 1.
#[doc(hidden)]
#[derive(Debug)]
pub struct One;
/// Any other size.
#[doc(hidden)]
#[derive(Debug)]
pub struct NotOne;

/// Whether one of typenum's numbers is 1, whatever else it is.
#[doc(hidden)]
pub trait IsOne {
    type Is;
}
impl IsOne for UTerm {
    type Is = NotOne;
}
impl IsOne for UInt<UTerm, B0> {
    type Is = NotOne;
}
impl IsOne for UInt<UTerm, B1> {
    type Is = One;
}
impl<U, B, C> IsOne for UInt<UInt<U, B>, C> {
    type Is = NotOne;
}

/// A scalar becomes anything.
#[diagnostic::do_not_recommend]
impl<To, Index> Becomes<To, ([usize; 0], Index, ())> for () {}

/// The type of an index into as many axes.
macro_rules! index {
    ($axis:ident) => {
        usize
    };
    ($a:ident $b:ident) => {
        [usize; 2]
    };
    ($a:ident $b:ident $c:ident) => {
        [usize; 3]
    };
    ($a:ident $b:ident $c:ident $d:ident) => {
        [usize; 4]
    };
    ($a:ident $b:ident $c:ident $d:ident $e:ident) => {
        [usize; 5]
    };
    ($a:ident $b:ident $c:ident $d:ident $e:ident $f:ident) => {
        [usize; 6]
    };
}

/// From the last axes of the one to all of the other: `[X Y] from A -> B`, and `O` where `A` may be of size 1.
macro_rules! broadcast {
    ([$($missing:ident)*] $($from:ident $one:ident -> $to:ident),+) => {
        #[diagnostic::do_not_recommend]
        impl<$($missing,)* $($from, $one, $to,)*>
            Becomes<shape!($($missing)* $($to)*), (index!($($from)+), index!($($missing)* $($to)+), shape!($($one)+))>
            for shape!($($from)+)
        where
            $($from: AxisTo<$to, $one>,)*
        {
        }
    };
}
broadcast!([] A O -> G);
broadcast!([X] A O -> G);
broadcast!([X Y] A O -> G);
broadcast!([X Y Z] A O -> G);
broadcast!([X Y Z V] A O -> G);
broadcast!([X Y Z V W] A O -> G);
broadcast!([] A O -> G, B P -> H);
broadcast!([X] A O -> G, B P -> H);
broadcast!([X Y] A O -> G, B P -> H);
broadcast!([X Y Z] A O -> G, B P -> H);
broadcast!([X Y Z V] A O -> G, B P -> H);
broadcast!([] A O -> G, B P -> H, C Q -> I);
broadcast!([X] A O -> G, B P -> H, C Q -> I);
broadcast!([X Y] A O -> G, B P -> H, C Q -> I);
broadcast!([X Y Z] A O -> G, B P -> H, C Q -> I);
broadcast!([] A O -> G, B P -> H, C Q -> I, D R -> J);
broadcast!([X] A O -> G, B P -> H, C Q -> I, D R -> J);
broadcast!([X Y] A O -> G, B P -> H, C Q -> I, D R -> J);
broadcast!([] A O -> G, B P -> H, C Q -> I, D R -> J, E S -> K);
broadcast!([X] A O -> G, B P -> H, C Q -> I, D R -> J, E S -> K);
broadcast!([] A O -> G, B P -> H, C Q -> I, D R -> J, E S -> K, F T -> L);

//! The order of axes: transposing and permuting.

use super::Placed;
use crate::implied::Knows;
use crate::kernel::transpose_matrix;
use crate::plain::Plain;
use crate::shape::{Axis, EveryAxis, IndexWith, MOST_AXES, OneAxis, Shape};

/// A shape with at least two axes, of which the last two can be exchanged: the bound that generic code asks for. What
/// it becomes is [`TransposeOf`].
pub trait Transpose: Shape<Index: TwoAxes<<Self as Shape>::Decimal>> {}
#[diagnostic::do_not_recommend]
impl<S: Shape<Index: TwoAxes<S::Decimal>>> Transpose for S {}

/// The shape with its last two axes exchanged, where it has two.
pub type TransposeOf<S> = <S as Shape>::Transposed;

/// The index of at least two axes.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a tensor of {Sizes} cannot be transposed",
    label = "transposing takes at least two axes"
)]
pub trait TwoAxes<Sizes> {}
macro_rules! two_axes {
    ($($rank:literal)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<Sizes> TwoAxes<Sizes> for [usize; $rank] {}
    )*};
}
two_axes!(2 3 4 5 6);

/// A shape whose axes can be put into the order `Order`, `(Axis<2>, Axis<0>, Axis<1>)`: the bound that generic code asks
/// for.
pub trait Permute<Order>:
    EveryAxis + Knows<Order, Itself: OrderOf<<Self as Shape>::Index, <Self as Shape>::Decimal>>
{
}
impl<S: EveryAxis, Order: OrderOf<S::Index, S::Decimal>> Permute<Order> for S {}

/// The shape with its axes in another order, where that is an order of them.
pub type PermutedOf<S, Order> = <Order as OrderOf<<S as Shape>::Index, <S as Shape>::Decimal>>::Out<S>;

/// An order of all axes of a shape, which is named by the type of its index, and by its sizes in decimal.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this is no order of the axes of a tensor of {Sizes}",
    label = "name each of its axes once"
)]
pub trait OrderOf<Index, Sizes> {
    /// The shape with its axes in that order.
    type Out<S: EveryAxis>: Shape;
    /// The old axis at each new position.
    const ORDER: &'static [usize];
}

/// Two axes that are not the same.
#[doc(hidden)]
#[diagnostic::on_unimplemented(message = "this order names an axis twice", label = "name each axis once")]
pub trait IsNot<Other> {}

macro_rules! is_not {
    ($($axis:literal: $($other:literal)*;)*) => {$($(
        #[diagnostic::do_not_recommend]
        impl IsNot<Axis<$other>> for Axis<$axis> {}
    )*)*};
}
is_not!(0: 1 2 3 4 5; 1: 0 2 3 4 5; 2: 0 1 3 4 5; 3: 0 1 2 4 5; 4: 0 1 2 3 5; 5: 0 1 2 3 4;);

/// The new order, and the pairs that must differ.
macro_rules! permute {
    ($rank:literal: $($axis:ident)+; $($one:ident $($other:ident)+),+) => {
        #[diagnostic::do_not_recommend]
        impl<Sizes, $(const $axis: usize),+> OrderOf<[usize; $rank], Sizes> for ($(Axis<$axis>,)+)
        where
            $(Axis<$axis>: OneAxis, [usize; $rank]: IndexWith<$axis, Sizes>,)+
            $(Axis<$one>: $(IsNot<Axis<$other>> +)+ ,)+
        {
            type Out<S: EveryAxis> = ($(<Axis<$axis> as OneAxis>::Size<S>,)+);
            const ORDER: &'static [usize] = &[$($axis),+];
        }
    };
}
permute!(2: I J; I J);
permute!(3: I J K; I J K, J K);
permute!(4: I J K L; I J K L, J K L, K L);
permute!(5: I J K L M; I J K L M, J K L M, K L M, L M);
permute!(6: I J K L M N; I J K L M N, J K L M N, K L M N, L M N, M N);

/// Other orders of the axes.
pub trait Axes: Placed {
    /// Returns the tensor with its last two axes exchanged.
    ///
    /// # Shapes
    ///
    /// `(.., M, N)` becomes `(.., N, M)`.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let matrix = Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    /// assert_eq!(matrix.transpose(), Tensor::from([[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]));
    /// ```
    #[doc(alias("t"))]
    fn transpose(&self) -> Self::With<TransposeOf<Self::Shape>>
    where
        <Self::Shape as Shape>::Index: TwoAxes<<Self::Shape as Shape>::Decimal>,
    {
        let &[.., rows, cols] = Self::Shape::DIMS else { unreachable!("two axes: `Transpose`") };
        let numbers = self.tensor().as_slice();
        if const { Self::Shape::LEN <= 16 } {
            return Self::generate(|position| {
                let (matrix, row, col) = (position / (rows * cols), position % rows, position / rows % cols);
                numbers[(matrix * rows + row) * cols + col]
            });
        }
        let mut out = Self::zeros::<TransposeOf<Self::Shape>>();
        let transposed = out.tensor_mut().as_mut_slice().chunks_exact_mut(rows * cols);
        for (matrix, transposed) in numbers.chunks_exact(rows * cols).zip(transposed) {
            transpose_matrix(matrix, cols, transposed);
        }
        out
    }

    /// Returns the tensor with its axes in another order: the first one named is the new first one.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// let image = Tensor::<(U3, U28, U32)>::from_fn(|[channel, y, x]| (channel * 10_000 + y * 100 + x) as f32);
    /// let channels_last: Tensor<(U28, U32, U3)> = image.permute((Axis::<1>, Axis::<2>, Axis::<0>));
    /// assert_eq!(channels_last[[5, 7, 2]], 20_507.0);
    /// ```
    fn permute<Order>(&self, order: Order) -> Self::With<PermutedOf<Self::Shape, Order>>
    where
        Self::Shape: EveryAxis,
        Order: OrderOf<<Self::Shape as Shape>::Index, <Self::Shape as Shape>::Decimal>,
    {
        let _ = order;
        let (order, from) = (Order::ORDER, Self::Shape::DIMS);
        let numbers = self.tensor().as_slice();
        let (mut index, mut strides) = ([0; MOST_AXES], [0; MOST_AXES]);
        for (stride, axis) in strides.iter_mut().zip(order) {
            *stride = from[axis + 1..].iter().product();
        }
        let mut next = 0;
        Self::generate(|_| {
            let number = numbers[next];
            // One step along the last of the new axes; at its end, one along the axis before.
            for place in (0..order.len()).rev() {
                index[place] += 1;
                next += strides[place];
                if index[place] < from[order[place]] {
                    break;
                }
                next -= index[place] * strides[place];
                index[place] = 0;
            }
            number
        })
    }
}

impl<P: Placed> Axes for P {}

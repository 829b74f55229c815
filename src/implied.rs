//! Bounds that a trait implies for its parameters: [`Knows`].

/// A type beside a parameter of a trait, to say of that parameter what it is: `trait T<P>: Knows<P, Itself: Bound>`.
///
/// Of what stands above a trait the compiler implies the bounds on associated types, but not those on parameters. So
/// the parameter is an associated type here, which is the same type.
#[doc(hidden)]
pub trait Knows<P>: IsItself<P, Itself = P> {}
impl<N: ?Sized, P> Knows<P> for N {}

#[doc(hidden)]
pub trait IsItself<P> {
    type Itself;
}
impl<N: ?Sized, P> IsItself<P> for N {
    type Itself = P;
}

//! The seams between layers and between branches, which the compiler compares size by size, in decimal.

/// The seam between a layer that gives `Out` and one that takes `In`, both in decimal.
#[doc(hidden)]
#[allow(missing_debug_implementations)]
pub struct Seam<Out, In>(core::marker::PhantomData<(Out, In)>);

/// All seams inside fit.
#[doc(hidden)]
#[diagnostic::on_unimplemented(message = "shape mismatch inside of this network")]
pub trait Fit {}
#[diagnostic::do_not_recommend]
impl Fit for () {}
impl<A: Fit, B: Fit, C: Fit> Fit for (A, B, C) {}
impl<Out: Feeds<In>, In> Fit for Seam<Out, In> {}

/// Holds for the same sizes, in decimal: a layer's output and the next one's input.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: a layer takes {In} inputs, but the layer before it gives {Self}",
    label = "a layer inside takes {In}, but gets {Self}"
)]
pub trait Feeds<In> {}
#[diagnostic::do_not_recommend]
impl<Size> Feeds<Size> for Size {}

/// Two branches, by what they take, by what they give, or by all axes but the first; all in decimal.
#[doc(hidden)]
#[allow(missing_debug_implementations)]
pub struct BranchInputs<A, B>(core::marker::PhantomData<(A, B)>);
#[doc(hidden)]
#[allow(missing_debug_implementations)]
pub struct BranchOutputs<A, B>(core::marker::PhantomData<(A, B)>);
#[doc(hidden)]
#[allow(missing_debug_implementations)]
pub struct BranchAxes<A, B>(core::marker::PhantomData<(A, B)>);
impl<A: TakesSame<B>, B> Fit for BranchInputs<A, B> {}
impl<A: GivesSame<B>, B> Fit for BranchOutputs<A, B> {}
impl<A: SameAxes<B>, B> Fit for BranchAxes<A, B> {}

/// Holds for the same sizes, in decimal: what two branches take.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: one branch takes {Self}, but the other one {Other}",
    label = "its branches take {Self} and {Other}"
)]
pub trait TakesSame<Other> {}
#[diagnostic::do_not_recommend]
impl<Size> TakesSame<Size> for Size {}

/// Holds for the same sizes, in decimal: what two branches give.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: one branch gives {Self}, but the other one {Other}",
    label = "its branches give {Self} and {Other}"
)]
pub trait GivesSame<Other> {}
#[diagnostic::do_not_recommend]
impl<Size> GivesSame<Size> for Size {}

/// Holds for the same sizes, in decimal: all axes but the first of what two branches give.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: one branch gives {Self} after the first axis, but the other one {Other}",
    label = "its branches give {Self} and {Other} after the first axis"
)]
pub trait SameAxes<Other> {}
#[diagnostic::do_not_recommend]
impl<Size> SameAxes<Size> for Size {}

/// Holds for the same sizes, in decimal: a sample and what a network takes.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: the network takes samples of {In}, but these are of {Self}",
    label = "the network takes {In}, these are {Self}"
)]
pub trait Enters<In> {}
#[diagnostic::do_not_recommend]
impl<Size> Enters<Size> for Size {}

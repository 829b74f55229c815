//! The seams of a network, where one layer's output becomes the next one's input, and what the
//! compiler says when they do not fit.
//!
//! Two voices, one rule. [`network!`](crate::network!) knows the user's own words: it compares the sizes as
//! numbers, at the later layer, so the message points there and speaks in decimal (`__checked!`). A
//! stack written by hand is compared where it is used, size by size in decimal ([`Fit`]).

use crate::layer::Layer;
use crate::network::Network;
use crate::network::fault::Fault;
use crate::shape::{Shape, product};

/// The seam between a layer that gives `Out` and one that takes `In`, both in decimal.
#[doc(hidden)]
#[allow(missing_debug_implementations)]
pub struct Seam<Out, In>(core::marker::PhantomData<(Out, In)>);

/// [`Layer`], asked for under a name that hides its impls: the compiler would list them all.
#[doc(hidden)]
pub trait IsLayer: Layer {}
#[diagnostic::do_not_recommend]
impl<L: Layer> IsLayer for L {}

/// All seams inside fit.
#[doc(hidden)]
#[diagnostic::on_unimplemented(message = "shape mismatch inside of this network")]
pub trait Fit {}
impl Fit for () {}
impl<A: Fit, B: Fit, C: Fit> Fit for (A, B, C) {}
impl<Out: Feeds<In>, In> Fit for Seam<Out, In> {}

/// Holds for the same sizes, in decimal: a layer's output and the next one's input.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: a layer takes {In} inputs, but the layer before it gives {Self}",
    label = "a layer inside takes {In}, but gets {Self}",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait Feeds<In> {}
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
    label = "its branches take {Self} and {Other}",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait TakesSame<Other> {}
impl<Size> TakesSame<Size> for Size {}

/// Holds for the same sizes, in decimal: what two branches give.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: one branch gives {Self}, but the other one {Other}",
    label = "its branches give {Self} and {Other}",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait GivesSame<Other> {}
impl<Size> GivesSame<Size> for Size {}

/// Holds for the same sizes, in decimal: all axes but the first of what two branches give.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: one branch gives {Self} after the first axis, but the other one {Other}",
    label = "its branches give {Self} and {Other} after the first axis",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait SameAxes<Other> {}
impl<Size> SameAxes<Size> for Size {}

/// Holds for the same sizes, in decimal: a sample and what a network takes.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: the network takes samples of {In}, but these are of {Self}",
    label = "the network takes {In}, these are {Self}",
    note = "sizes are spelt as lengths: `[(); 784]` is 784, `([(); 4], [(); 320])` is 4320"
)]
pub trait Enters<In> {}
impl<Size> Enters<Size> for Size {}

/// What the seams of a layer are compared by.
#[doc(hidden)]
#[allow(missing_debug_implementations)]
pub struct Sizes {
    input: &'static [usize],
    output: &'static [usize],
    /// Of one number.
    pub bits: usize,
    /// What cannot be in the layer.
    pub fault: Fault,
    faulty: bool,
}

impl Sizes {
    /// How many numbers come in, and how many go out.
    pub const fn elements(&self) -> [usize; 2] {
        [product(self.input), product(self.output)]
    }

    /// Whether some come in and some go out. What cannot be for another reason, which says more, does.
    pub const fn holds_numbers(&self) -> bool {
        let [input, output] = self.elements();
        self.faulty || input * output > 0
    }
}

/// The sizes of a layer. It asks of each of the user's types first whether it is a layer, and whether
/// the seams inside of it fit if it is a stack or a network.
#[doc(hidden)]
pub const fn sizes<L: Network>() -> Sizes {
    // A network with an error inside ends here, where the compiler knows it for an error already said.
    let _ = L::CHECKED;
    sizes_of_checked::<L>()
}

const fn sizes_of_checked<L: Layer>() -> Sizes {
    let fault = match L::FAULT {
        Some(fault) => fault,
        None => Fault::NONE,
    };
    let bits = 8 * size_of::<L::Element>();
    Sizes { input: L::In::DIMS, output: L::Out::DIMS, bits, fault, faulty: L::FAULT.is_some() }
}

/// A size that a layer gives to the next one, to be compared at rank `rank`; 0 if another rank is at
/// stake, so that the comparison holds.
#[doc(hidden)]
pub const fn gives(before: &Sizes, after: &Sizes, rank: usize, axis: usize) -> usize {
    if before.output.len() == rank && after.input.len() == rank { before.output[axis] } else { 0 }
}

/// A size that a layer takes from the one before it; as [`gives`].
#[doc(hidden)]
pub const fn takes(before: &Sizes, after: &Sizes, rank: usize, axis: usize) -> usize {
    if before.output.len() == rank && after.input.len() == rank { after.input[axis] } else { 0 }
}

/// Rank and number of elements on both sides where the ranks differ, else zeros.
#[doc(hidden)]
pub const fn ranks(before: &Sizes, after: &Sizes) -> [usize; 4] {
    let (out, into) = (before.output, after.input);
    if out.len() == into.len() { [0; 4] } else { [out.len(), product(out), into.len(), product(into)] }
}

/// A network whose layers and seams have been checked: `CHECKED` is 0, or does not compile.
#[doc(hidden)]
pub trait Checked {
    const CHECKED: usize;
}

/// `T` if the guard is 0. Where the guard does not compile, the compiler knows that all is said, and
/// keeps silent about what follows from it.
#[doc(hidden)]
pub trait Guards<T> {
    type Same;
}
#[doc(hidden)]
#[allow(missing_debug_implementations)]
pub struct Guard<const CHECKED: usize>;
impl<T> Guards<T> for Guard<0> {
    type Same = T;
}
#[doc(hidden)]
pub type Guarded<const CHECKED: usize, T> = <Guard<CHECKED> as Guards<T>>::Same;

/// Type `$type` for network `$name`, once its layers are checked.
#[doc(hidden)]
#[macro_export]
macro_rules! __if_checked {
    ($name:ident, $type:ty) => {
        $crate::network::seam::Guarded<{ <$name as $crate::network::seam::Checked>::CHECKED }, $type>
    };
}

// Traits with the sizes as const parameters, so that a message can print them in decimal. Each
// holds for equal sizes only, whatever the layer. rustc blames the type argument of the function
// below it, which `network!` fills with the user's own tokens.

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: this layer takes {IN} inputs, but the layer before it gives {OUT}",
    label = "takes {IN}, gets {OUT}"
)]
pub trait TakesVector<const OUT: usize, const IN: usize> {}
impl<L, const A: usize> TakesVector<A, A> for L {}

#[doc(hidden)]
pub const fn vector<L: TakesVector<OUT, IN>, const OUT: usize, const IN: usize>() {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: this layer takes {INA}x{INB} inputs, but the layer before it gives {A}x{B}",
    label = "takes {INA}x{INB}, gets {A}x{B}"
)]
pub trait TakesMatrix<const A: usize, const B: usize, const INA: usize, const INB: usize> {}
impl<L, const A: usize, const B: usize> TakesMatrix<A, B, A, B> for L {}

#[doc(hidden)]
pub const fn matrix<L, const A: usize, const B: usize, const INA: usize, const INB: usize>()
where
    L: TakesMatrix<A, B, INA, INB>,
{
}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: this layer takes {INA}x{INB}x{INC} inputs, but the layer before it gives {A}x{B}x{C}",
    label = "takes {INA}x{INB}x{INC}, gets {A}x{B}x{C}"
)]
pub trait TakesRank3<
    const A: usize,
    const B: usize,
    const C: usize,
    const INA: usize,
    const INB: usize,
    const INC: usize,
>
{
}
impl<L, const A: usize, const B: usize, const C: usize> TakesRank3<A, B, C, A, B, C> for L {}

#[doc(hidden)]
pub const fn rank3<
    L,
    const A: usize,
    const B: usize,
    const C: usize,
    const INA: usize,
    const INB: usize,
    const INC: usize,
>()
where
    L: TakesRank3<A, B, C, INA, INB, INC>,
{
}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: this layer takes {INA}x{INB}x{INC}x{IND} inputs, but the layer before it gives {A}x{B}x{C}x{D}",
    label = "takes {INA}x{INB}x{INC}x{IND}, gets {A}x{B}x{C}x{D}"
)]
pub trait TakesRank4<
    const A: usize,
    const B: usize,
    const C: usize,
    const D: usize,
    const INA: usize,
    const INB: usize,
    const INC: usize,
    const IND: usize,
>
{
}
impl<L, const A: usize, const B: usize, const C: usize, const D: usize> TakesRank4<A, B, C, D, A, B, C, D>
    for L
{
}

#[doc(hidden)]
pub const fn rank4<
    L,
    const A: usize,
    const B: usize,
    const C: usize,
    const D: usize,
    const INA: usize,
    const INB: usize,
    const INC: usize,
    const IND: usize,
>()
where
    L: TakesRank4<A, B, C, D, INA, INB, INC, IND>,
{
}

/// Two ranks that differ, said with both element counts.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "shape mismatch: this layer takes {IN} inputs of rank {INRANK}, but the layer before it gives {OUT} of rank {OUTRANK}",
    label = "takes rank {INRANK}, gets rank {OUTRANK}",
    note = "`Flatten` makes a vector of any shape, `Reshape` any shape of as many elements"
)]
pub trait TakesRank<const OUTRANK: usize, const OUT: usize, const INRANK: usize, const IN: usize> {}
impl<L> TakesRank<0, 0, 0, 0> for L {}

#[doc(hidden)]
pub const fn rank<L, const OUTRANK: usize, const OUT: usize, const INRANK: usize, const IN: usize>()
where
    L: TakesRank<OUTRANK, OUT, INRANK, IN>,
{
}

/// A layer whose numbers have another number of bits than the network's.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "element type mismatch: this layer computes in f{IN}, but the network in f{NETWORK}",
    label = "computes in f{IN}, not f{NETWORK}",
    note = "the element type is a layer's last parameter: `Relu<U50, f64>`; `f32` where it is left out"
)]
pub trait ComputesIn<const NETWORK: usize, const IN: usize> {}
impl<L, const BITS: usize> ComputesIn<BITS, BITS> for L {}

#[doc(hidden)]
pub const fn element<L: ComputesIn<NETWORK, IN>, const NETWORK: usize, const IN: usize>() {}

/// Compares the element type of each of a network's layers and the sizes between each two.
#[doc(hidden)]
#[macro_export]
macro_rules! __checked {
    ($name:ident; $bits:expr; $($layer:ty),*) => {
        impl $crate::network::seam::Checked for $name {
            const CHECKED: ::core::primitive::usize = {
                $($crate::network::seam::sizes::<$layer>();)*
                $($crate::network::seam::element::<
                    $layer, { $bits }, { $crate::network::seam::sizes::<$layer>().bits },
                >();)*
                $($crate::__faultless!($layer);)*
                $crate::__seams!($($layer),*);
                0
            };
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __seams {
    ($last:ty) => {};
    ($before:ty, $layer:ty $(, $rest:ty)*) => {
        $crate::__seam!($before, $layer);
        $crate::__seams!($layer $(, $rest)*);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __seam {
    ($a:ty, $b:ty) => {{
        // Names that no program has: its own stand in the layers' sizes.
        use $crate::network::seam as __seam;
        const __BEFORE: &__seam::Sizes = &__seam::sizes::<$a>();
        const __AFTER: &__seam::Sizes = &__seam::sizes::<$b>();
        __seam::vector::<
            $b,
            { __seam::gives(__BEFORE, __AFTER, 1, 0) },
            { __seam::takes(__BEFORE, __AFTER, 1, 0) },
        >();
        __seam::matrix::<
            $b,
            { __seam::gives(__BEFORE, __AFTER, 2, 0) },
            { __seam::gives(__BEFORE, __AFTER, 2, 1) },
            { __seam::takes(__BEFORE, __AFTER, 2, 0) },
            { __seam::takes(__BEFORE, __AFTER, 2, 1) },
        >();
        __seam::rank3::<
            $b,
            { __seam::gives(__BEFORE, __AFTER, 3, 0) },
            { __seam::gives(__BEFORE, __AFTER, 3, 1) },
            { __seam::gives(__BEFORE, __AFTER, 3, 2) },
            { __seam::takes(__BEFORE, __AFTER, 3, 0) },
            { __seam::takes(__BEFORE, __AFTER, 3, 1) },
            { __seam::takes(__BEFORE, __AFTER, 3, 2) },
        >();
        __seam::rank4::<
            $b,
            { __seam::gives(__BEFORE, __AFTER, 4, 0) },
            { __seam::gives(__BEFORE, __AFTER, 4, 1) },
            { __seam::gives(__BEFORE, __AFTER, 4, 2) },
            { __seam::gives(__BEFORE, __AFTER, 4, 3) },
            { __seam::takes(__BEFORE, __AFTER, 4, 0) },
            { __seam::takes(__BEFORE, __AFTER, 4, 1) },
            { __seam::takes(__BEFORE, __AFTER, 4, 2) },
            { __seam::takes(__BEFORE, __AFTER, 4, 3) },
        >();
        __seam::rank::<
            $b,
            { __seam::ranks(__BEFORE, __AFTER)[0] },
            { __seam::ranks(__BEFORE, __AFTER)[1] },
            { __seam::ranks(__BEFORE, __AFTER)[2] },
            { __seam::ranks(__BEFORE, __AFTER)[3] },
        >();
    }};
}

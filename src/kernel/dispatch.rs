//! Which instruction set a product runs on.
#![allow(unsafe_code)]

use super::pool::{self, Windows};
use super::product::Product;
use super::row::Row;
use super::strip::{Convolved, PatchGradient};
use super::update::{Adam, Lion};
#[cfg(target_arch = "x86_64")]
use super::vector::x86::{Avx2, Avx512};
use super::vector::{ALWAYS_FUSED, Number, Portable};
use super::{activation, dgemm, dot, function, update};
#[cfg(feature = "std")]
use alloc::{format, string::String};

/// The environment variable that makes the whole process run on one instruction set.
#[cfg(feature = "std")]
const VARIABLE: &str = "DIMWISE_INSTRUCTION_SET";

/// What it may be set to.
#[cfg(feature = "std")]
const NAMES: [&str; 3] = ["portable", "avx2", "avx512"];

/// An instruction set that the processor has.
#[derive(Clone, Copy, Debug)]
pub struct InstructionSet(Choice);

#[derive(Clone, Copy, Debug)]
enum Choice {
    Portable(Portable),
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
}

impl InstructionSet {
    /// The best one, looked for once; with `std`, the one that [`VARIABLE`] names, if it is set.
    ///
    /// # Panics
    ///
    /// Panics if the variable is set to anything but one of [`NAMES`], or to a set that the processor lacks.
    #[inline]
    pub fn best() -> Self {
        #[cfg(feature = "std")]
        {
            static BEST: std::sync::OnceLock<InstructionSet> = std::sync::OnceLock::new();
            *BEST.get_or_init(|| match std::env::var_os(VARIABLE) {
                Some(name) => {
                    Self::named(&name.to_string_lossy()).unwrap_or_else(|message| panic!("{message}"))
                }
                None => Self::find(),
            })
        }
        #[cfg(not(feature = "std"))]
        Self::find()
    }

    /// The set of this name, or why there is none.
    #[cfg(feature = "std")]
    fn named(name: &str) -> Result<Self, String> {
        let set = match name {
            "portable" => Some(Choice::Portable(Portable)),
            #[cfg(target_arch = "x86_64")]
            "avx2" => Avx2::detect().map(Choice::Avx2),
            #[cfg(target_arch = "x86_64")]
            "avx512" => Avx512::detect().map(Choice::Avx512),
            #[cfg(not(target_arch = "x86_64"))]
            "avx2" | "avx512" => None,
            _ => return Err(format!("{VARIABLE} is {name:?}, but must be one of {NAMES:?}, or not be set")),
        };
        set.map(Self).ok_or_else(|| format!("{VARIABLE} is {name:?}, which this processor does not have"))
    }

    fn find() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if let Some(proof) = Avx512::detect() {
                return Self(Choice::Avx512(proof));
            }
            if let Some(proof) = Avx2::detect() {
                return Self(Choice::Avx2(proof));
            }
        }
        Self(Choice::Portable(Portable))
    }

    /// The best one for a pass over so many numbers: the widest registers are worth it only for many,
    /// and not where memory is what is waited for.
    #[inline]
    pub fn best_for(numbers: usize) -> Self {
        match Self::best().0 {
            #[cfg(target_arch = "x86_64")]
            Choice::Avx512(proof) if numbers < 64 => Self(Choice::Avx2(proof.into())),
            best => Self(best),
        }
    }

    /// Whether a multiplication and an addition round once: then results equal those of all other
    /// such sets in every bit.
    pub fn is_fused(self) -> bool {
        ALWAYS_FUSED || !matches!(self.0, Choice::Portable(_))
    }

    /// All, the best one first.
    pub fn all() -> impl Iterator<Item = Self> {
        let sets = [
            #[cfg(target_arch = "x86_64")]
            Avx512::detect().map(Choice::Avx512),
            #[cfg(target_arch = "x86_64")]
            Avx2::detect().map(Choice::Avx2),
            Some(Choice::Portable(Portable)),
        ];
        sets.into_iter().flatten().map(Self)
    }
}

/// Defines functions of numbers `$t` that exist once for each instruction set and choose among them.
macro_rules! versions {
    ($t:ident: $(
        $(#[$meta:meta])*
        $visibility:vis fn $name:ident($($argument:ident: $type:ty),*) {
            // The same for all, but what an instruction set proves, has, and fills its registers with.
            |$proof:pat_param, $fused:ident, $rows:ident, $vectors:ident| $body:expr
        }
    )*) => {$(
        $(#[$meta])*
        $visibility fn $name(set: InstructionSet, $($argument: $type),*) {
            of_single_precision! {
                $t,
                #[cfg(target_arch = "x86_64")]
                #[target_feature(enable = "avx512f,avx512vl,avx2,fma")]
                fn avx512($proof: Avx512, $($argument: $type),*) {
                    const_tile!($fused = true, $rows = 8, $vectors = 3);
                    $body
                }
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2($proof: Avx2, $($argument: $type),*) {
                const_tile!($fused = true, $rows = 6, $vectors = 2);
                $body
            }
            // Inlined, its frame would be there, too, while another set computes.
            #[cfg_attr(target_arch = "x86_64", inline(never))]
            fn portable($proof: Portable, $($argument: $type),*) {
                const_tile!($fused = ALWAYS_FUSED, $rows = Portable::ROWS, $vectors = 2);
                $body
            }
            match set.0 {
                #[cfg(target_arch = "x86_64")]
                Choice::Avx512(proof) => {
                    of_single_precision! {
                        $t,
                        // SAFETY: an `Avx512` exists only where the processor has the features.
                        return unsafe { avx512(proof, $($argument),*) };
                    }
                    // SAFETY: an `Avx512` exists only where the processor has these features, too.
                    #[allow(unreachable_code)]
                    unsafe { avx2(proof.into(), $($argument),*) }
                }
                // SAFETY: an `Avx2` exists only where the processor has the features.
                #[cfg(target_arch = "x86_64")]
                Choice::Avx2(proof) => unsafe { avx2(proof, $($argument),*) },
                Choice::Portable(proof) => portable(proof, $($argument),*),
            }
        }
    )*};
}

/// Code for `f32` alone. Of `f64`, no matrix library uses AVX-512 by default; its code would take a sixth of
/// the time that this crate takes to compile.
macro_rules! of_single_precision {
    (f32, $($code:tt)*) => { $($code)* };
    (f64, $($code:tt)*) => {};
}

macro_rules! const_tile {
    ($fused:ident = $is:expr, $rows:ident = $r:expr, $vectors:ident = $v:expr) => {
        #[allow(dead_code)]
        const $fused: bool = $is;
        #[allow(dead_code)]
        const $rows: usize = $r;
        #[allow(dead_code)]
        const $vectors: usize = $v;
    };
}

/// A number with kernels: `f32` or `f64`. See the functions of the module.
#[doc(hidden)]
pub trait Kernel: Number {
    fn product(set: InstructionSet, product: Product<Self>);
    fn left_transposed_product(set: InstructionSet, product: Product<Self>);
    fn row(set: InstructionSet, row: Row<Self>);
    fn dot_rows(set: InstructionSet, matrix: &[Self], vector: &[Self], output: &mut [Self]);
    fn convolve(set: InstructionSet, convolved: Convolved<Self>);
    fn patch_gradient(set: InstructionSet, gradient: PatchGradient<Self>);
    /// The largest number of each window.
    fn max_pool(set: InstructionSet, windows: &Windows, pixels: &[Self], largest: &mut [Self]);
    /// The largest number of each window, and which of the window's it is.
    fn max_pool_with_taps(
        set: InstructionSet,
        windows: &Windows,
        pixels: &[Self],
        largest: &mut [Self],
        taps: &mut [Self],
    );
    /// Gives each window's gradient to the number that was the largest.
    fn max_pool_gradient(
        set: InstructionSet,
        windows: &Windows,
        taps: &[Self],
        grads: &[Self],
        grad_pixels: &mut [Self],
    );
    /// The sum of each window times `factor`.
    fn sum_pool(set: InstructionSet, windows: &Windows, factor: Self, pixels: &[Self], sums: &mut [Self]);
    /// Gives each window's gradient, times `factor`, to all of its numbers.
    fn sum_pool_gradient(
        set: InstructionSet,
        windows: &Windows,
        factor: Self,
        grads: &[Self],
        grad_pixels: &mut [Self],
    );
    /// `eˣ` of each.
    fn exp_all(set: InstructionSet, values: &mut [Self]);
    /// `tanh x` of each.
    fn tanh_all(set: InstructionSet, values: &mut [Self]);
    /// `1 / (1 + e⁻ˣ)` of each.
    fn sigmoid_all(set: InstructionSet, values: &mut [Self]);
    /// `x` where it is positive, `eˣ - 1` elsewhere, of each.
    fn elu_all(set: InstructionSet, values: &mut [Self]);
    /// Multiplies each gradient by the derivative, told from the number beside it.
    fn elu_gradient(set: InstructionSet, numbers: &[Self], gradients: &mut [Self]);
    /// `ln(1 + eˣ)`, of each.
    fn softplus_all(set: InstructionSet, values: &mut [Self]);
    /// Multiplies each gradient by the derivative, told from the result beside it.
    fn softplus_gradient(set: InstructionSet, results: &[Self], gradients: &mut [Self]);
    /// `x σ(x)`, of each.
    fn silu_all(set: InstructionSet, values: &mut [Self]);
    /// Multiplies each gradient by the derivative, told from the number beside it.
    fn silu_gradient(set: InstructionSet, numbers: &[Self], gradients: &mut [Self]);
    /// `x Φ(x)`, of each.
    fn gelu_all(set: InstructionSet, values: &mut [Self]);
    /// Multiplies each gradient by the derivative, told from the number beside it.
    fn gelu_gradient(set: InstructionSet, numbers: &[Self], gradients: &mut [Self]);
    /// `parameters -= rate · gradients`.
    fn sgd(set: InstructionSet, rate: Self, gradients: &[Self], parameters: &mut [Self]);
    /// `velocities = decay · velocities - rate · gradients`, then `parameters += velocities`.
    fn momentum(
        set: InstructionSet,
        rate: Self,
        decay: Self,
        gradients: &[Self],
        velocities: &mut [Self],
        parameters: &mut [Self],
    );
    /// `velocities = decay · velocities - rate · gradients`, then `parameters += decay · velocities - rate ·
    /// gradients`.
    fn nesterov(
        set: InstructionSet,
        rate: Self,
        decay: Self,
        gradients: &[Self],
        velocities: &mut [Self],
        parameters: &mut [Self],
    );
    /// A step of AdaGrad.
    fn ada_grad(
        set: InstructionSet,
        rate: Self,
        epsilon: Self,
        gradients: &[Self],
        squares: &mut [Self],
        parameters: &mut [Self],
    );
    /// A step of RMSProp.
    #[allow(clippy::too_many_arguments)] // three settings, three slices
    fn rms_prop(
        set: InstructionSet,
        rate: Self,
        decay: Self,
        epsilon: Self,
        gradients: &[Self],
        squares: &mut [Self],
        parameters: &mut [Self],
    );
    /// Adds the gradient of `l1 · Σ |w| + l2 / 2 · Σ w²` to `gradients`.
    fn penalty(set: InstructionSet, l1: Self, l2: Self, weights: &[Self], gradients: &mut [Self]);
    /// `numbers *= keep`.
    fn decay(set: InstructionSet, keep: Self, numbers: &mut [Self]);
    /// Sets `largest` to the largest magnitude if that is larger, and to NaN where a number is infinite or
    /// NaN.
    fn largest_magnitude(set: InstructionSet, numbers: &[Self], largest: &mut Self);
    /// Adds `Σ |x|` and `Σ x²` to `sums`.
    fn power_sums(set: InstructionSet, numbers: &[Self], sums: &mut [f64; 2]);
    /// A step of Lion.
    fn lion(
        set: InstructionSet,
        step: Lion<Self>,
        gradients: &[Self],
        means: &mut [Self],
        parameters: &mut [Self],
    );
    /// A step of Adam.
    fn adam(
        set: InstructionSet,
        step: Adam<Self>,
        gradients: &[Self],
        means: &mut [Self],
        squares: &mut [Self],
        parameters: &mut [Self],
    );
}

macro_rules! kernel {
    ($t:ident, $functions:ident, $product:path, $left_transposed_product:path) => {
        impl Kernel for $t {
            fn product(set: InstructionSet, product: Product<$t>) {
                $product(set, product);
            }
            fn left_transposed_product(set: InstructionSet, product: Product<$t>) {
                $left_transposed_product(set, product);
            }
            versions! {
                $t:
                fn convolve(convolved: Convolved<$t>) {
                    |proof, FUSED, ROWS, VECTORS| convolved.run::<_, ROWS, VECTORS>(proof)
                }
                fn patch_gradient(gradient: PatchGradient<$t>) {
                    |proof, FUSED, ROWS, VECTORS| gradient.run::<_, ROWS, VECTORS>(proof)
                }
                fn row(row: Row<$t>) {
                    |proof, FUSED, ROWS, VECTORS| row.run(proof)
                }
                fn dot_rows(matrix: &[$t], vector: &[$t], output: &mut [$t]) {
                    |_, FUSED, ROWS, VECTORS| dot::dot_rows(matrix, vector, output)
                }
                fn max_pool(windows: &Windows, pixels: &[$t], largest: &mut [$t]) {
                    |_, FUSED, ROWS, VECTORS| pool::max(windows, pixels, largest)
                }
                fn max_pool_with_taps(
                    windows: &Windows,
                    pixels: &[$t],
                    largest: &mut [$t],
                    taps: &mut [$t]
                ) {
                    |_, FUSED, ROWS, VECTORS| pool::max_with_taps(windows, pixels, largest, taps)
                }
                fn max_pool_gradient(
                    windows: &Windows,
                    taps: &[$t],
                    grads: &[$t],
                    grad_pixels: &mut [$t]
                ) {
                    |_, FUSED, ROWS, VECTORS| pool::max_gradient(windows, taps, grads, grad_pixels)
                }
                fn sum_pool(windows: &Windows, factor: $t, pixels: &[$t], sums: &mut [$t]) {
                    |_, FUSED, ROWS, VECTORS| pool::sum(windows, factor, pixels, sums)
                }
                fn sum_pool_gradient(
                    windows: &Windows,
                    factor: $t,
                    grads: &[$t],
                    grad_pixels: &mut [$t]
                ) {
                    |_, FUSED, ROWS, VECTORS| pool::sum_gradient(windows, factor, grads, grad_pixels)
                }
                fn exp_all(values: &mut [$t]) {
                    |_, FUSED, ROWS, VECTORS| function::$functions::exp_all::<FUSED>(values)
                }
                fn tanh_all(values: &mut [$t]) {
                    |_, FUSED, ROWS, VECTORS| function::$functions::tanh_all::<FUSED>(values)
                }
                fn sigmoid_all(values: &mut [$t]) {
                    |_, FUSED, ROWS, VECTORS| function::$functions::sigmoid_all::<FUSED>(values)
                }
                fn elu_all(values: &mut [$t]) {
                    |_, FUSED, ROWS, VECTORS| activation::$functions::elu_all::<FUSED>(values)
                }
                fn elu_gradient(numbers: &[$t], gradients: &mut [$t]) {
                    |_, FUSED, ROWS, VECTORS|
                        activation::$functions::elu_gradient::<FUSED>(numbers, gradients)
                }
                fn softplus_all(values: &mut [$t]) {
                    |_, FUSED, ROWS, VECTORS| activation::$functions::softplus_all::<FUSED>(values)
                }
                fn softplus_gradient(results: &[$t], gradients: &mut [$t]) {
                    |_, FUSED, ROWS, VECTORS|
                        activation::$functions::softplus_gradient::<FUSED>(results, gradients)
                }
                fn silu_all(values: &mut [$t]) {
                    |_, FUSED, ROWS, VECTORS| activation::$functions::silu_all::<FUSED>(values)
                }
                fn silu_gradient(numbers: &[$t], gradients: &mut [$t]) {
                    |_, FUSED, ROWS, VECTORS|
                        activation::$functions::silu_gradient::<FUSED>(numbers, gradients)
                }
                fn gelu_all(values: &mut [$t]) {
                    |_, FUSED, ROWS, VECTORS| activation::$functions::gelu_all::<FUSED>(values)
                }
                fn gelu_gradient(numbers: &[$t], gradients: &mut [$t]) {
                    |_, FUSED, ROWS, VECTORS|
                        activation::$functions::gelu_gradient::<FUSED>(numbers, gradients)
                }
                fn sgd(rate: $t, gradients: &[$t], parameters: &mut [$t]) {
                    |_, FUSED, ROWS, VECTORS| update::sgd(rate, gradients, parameters)
                }
                fn momentum(
                    rate: $t,
                    decay: $t,
                    gradients: &[$t],
                    velocities: &mut [$t],
                    parameters: &mut [$t]
                ) {
                    |_, FUSED, ROWS, VECTORS|
                        update::momentum(rate, decay, gradients, velocities, parameters)
                }
                fn nesterov(
                    rate: $t,
                    decay: $t,
                    gradients: &[$t],
                    velocities: &mut [$t],
                    parameters: &mut [$t]
                ) {
                    |_, FUSED, ROWS, VECTORS| {
                        update::nesterov(rate, decay, gradients, velocities, parameters)
                    }
                }
                fn ada_grad(
                    rate: $t,
                    epsilon: $t,
                    gradients: &[$t],
                    squares: &mut [$t],
                    parameters: &mut [$t]
                ) {
                    |_, FUSED, ROWS, VECTORS| {
                        update::ada_grad(rate, epsilon, gradients, squares, parameters)
                    }
                }
                fn rms_prop(
                    rate: $t,
                    decay: $t,
                    epsilon: $t,
                    gradients: &[$t],
                    squares: &mut [$t],
                    parameters: &mut [$t]
                ) {
                    |_, FUSED, ROWS, VECTORS| {
                        update::rms_prop(rate, decay, epsilon, gradients, squares, parameters)
                    }
                }
                fn penalty(l1: $t, l2: $t, weights: &[$t], gradients: &mut [$t]) {
                    |_, FUSED, ROWS, VECTORS| update::penalty(l1, l2, weights, gradients)
                }
                fn decay(keep: $t, numbers: &mut [$t]) {
                    |_, FUSED, ROWS, VECTORS| update::decay(keep, numbers)
                }
                fn largest_magnitude(numbers: &[$t], largest: &mut $t) {
                    |_, FUSED, ROWS, VECTORS| update::largest_magnitude(numbers, largest)
                }
                fn power_sums(numbers: &[$t], sums: &mut [f64; 2]) {
                    |_, FUSED, ROWS, VECTORS| update::power_sums(numbers, sums)
                }
                fn lion(step: Lion<$t>, gradients: &[$t], means: &mut [$t], parameters: &mut [$t]) {
                    |_, FUSED, ROWS, VECTORS| update::lion(step, gradients, means, parameters)
                }
                fn adam(
                    step: Adam<$t>,
                    gradients: &[$t],
                    means: &mut [$t],
                    squares: &mut [$t],
                    parameters: &mut [$t]
                ) {
                    |_, FUSED, ROWS, VECTORS|
                        update::adam(step, gradients, means, squares, parameters)
                }
            }
        }
    };
}
kernel!(f32, fast, single::product::<false>, single::product::<true>);
kernel!(f64, exact, double::product::<false>, double::product::<true>);

/// Products of `f32` matrices.
mod single {
    use super::*;

    pub(super) fn product<const TRANSPOSED: bool>(set: InstructionSet, product: Product<f32>) {
        match (product.is_large::<TRANSPOSED>(), TRANSPOSED) {
            (false, false) => of_rows(set, product),
            (false, true) => of_columns(set, product),
            (true, false) => packed_of_rows(set, product),
            (true, true) => packed_of_columns(set, product),
        }
    }

    versions! {
        f32:
        fn of_rows(product: Product<f32>) {
            |proof, FUSED, ROWS, VECTORS| product.run::<_, false, ROWS, VECTORS>(proof)
        }
        fn of_columns(product: Product<f32>) {
            |proof, FUSED, ROWS, VECTORS| product.run::<_, true, ROWS, VECTORS>(proof)
        }
        fn packed_of_rows(product: Product<f32>) {
            |proof, FUSED, ROWS, VECTORS| product.run_packed::<_, false, ROWS, VECTORS>(proof)
        }
        fn packed_of_columns(product: Product<f32>) {
            |proof, FUSED, ROWS, VECTORS| product.run_packed::<_, true, ROWS, VECTORS>(proof)
        }
    }
}

/// Products of `f64` matrices: matrixmultiply chooses the instruction set.
mod double {
    use super::*;

    pub(super) fn product<const TRANSPOSED: bool>(_: InstructionSet, product: Product<f64>) {
        dgemm::multiply::<TRANSPOSED>(product);
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_found_by_its_name() {
        assert!(matches!(InstructionSet::named("portable"), Ok(InstructionSet(Choice::Portable(_)))));
        for name in NAMES {
            let found = InstructionSet::named(name).map(|set| format!("{set:?}").to_lowercase());
            match found {
                Ok(set) => assert!(set.contains(name), "{set} for {name}"),
                Err(message) => assert_eq!(
                    message,
                    format!("DIMWISE_INSTRUCTION_SET is {name:?}, which this processor does not have")
                ),
            }
        }
        assert_eq!(
            InstructionSet::named("sse").unwrap_err(),
            "DIMWISE_INSTRUCTION_SET is \"sse\", but must be one of [\"portable\", \"avx2\", \"avx512\"], or not be set"
        );
    }

    /// In the processes where a set is forced, and in all others.
    #[test]
    fn the_whole_process_runs_on_the_set_that_is_asked_for() {
        let all: alloc::vec::Vec<_> =
            InstructionSet::all().map(|set| format!("{set:?}").to_lowercase()).collect();
        let best = format!("{:?}", InstructionSet::best()).to_lowercase();
        match std::env::var(VARIABLE) {
            Ok(name) => assert!(best.contains(&name), "{best} for {name}"),
            Err(_) => assert_eq!(best, all[0]),
        }
    }
}

//! Which instruction set an operation runs on: [`InstructionSet`].

#[cfg(feature = "std")]
use alloc::{format, string::String};

use super::operation::Operation;
#[cfg(target_arch = "x86_64")]
use super::vector::{Avx2, Avx512};
use super::vector::{Portable, Set};

/// The environment variable that makes the whole process run on one instruction set.
#[cfg(feature = "std")]
const VARIABLE: &str = "DIMWISE_INSTRUCTION_SET";

/// An instruction set that the processor has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InstructionSet(Choice);

/// Lists the instruction sets, the best one first.
macro_rules! sets {
    ($($(#[$cfg:meta])* $set:ident = $name:literal),+ $(,)?) => {
        #[derive(Clone, Copy, Debug)]
        enum Choice {
            $($(#[$cfg])* $set($set),)+
        }

        $($(#[$cfg])*
        impl From<$set> for InstructionSet {
            #[inline]
            fn from(set: $set) -> Self {
                Self(Choice::$set(set))
            }
        })+

        /// What the variable may be set to.
        #[cfg(feature = "std")]
        const NAMES: &[&str] = &[$($name),+];

        impl InstructionSet {
            /// All that the processor has, the best one first.
            pub(crate) fn all() -> impl Iterator<Item = Self> {
                [$($(#[$cfg])* $set::detect().map(Self::from)),+].into_iter().flatten()
            }

            /// The set of this name, or why there is none.
            #[cfg(feature = "std")]
            fn named(name: &str) -> Result<Self, String> {
                let set = match name {
                    $($(#[$cfg])* $name => $set::detect().map(Self::from),)+
                    _ if NAMES.contains(&name) => None,
                    _ => return Err(format!("{VARIABLE} is {name:?}, but must be one of {NAMES:?}, or not be set")),
                };
                set.ok_or_else(|| format!("{VARIABLE} is {name:?}, which this processor does not have"))
            }

            /// The best one for a pass over so many numbers: the widest registers are worth it only for many,
            /// and not where memory is what is waited for.
            #[inline]
            pub(crate) fn best_for(numbers: usize) -> Self {
                match Self::best().0 {
                    $($(#[$cfg])* Choice::$set(set) => set.for_pass_over(numbers),)+
                }
            }

            /// Whether a multiplication and an addition round once: then results equal those of all other
            /// such sets in every bit.
            #[cfg(test)]
            pub(crate) fn is_fused(self) -> bool {
                match self.0 {
                    $($(#[$cfg])* Choice::$set(_) => <$set as Set<f32>>::FUSED,)+
                }
            }

            /// Runs an operation on `f32`.
            #[inline(always)]
            pub(crate) fn single(self, operation: impl Operation<f32>) {
                match self.0 {
                    $($(#[$cfg])* Choice::$set(set) => Set::<f32>::enter(set, operation),)+
                }
            }

            /// Runs an operation on `f64` that has to round as [`single`](Self::single) does.
            #[inline(always)]
            pub(crate) fn double_fused(self, operation: impl Operation<f64>) {
                match self.0 {
                    $($(#[$cfg])* Choice::$set(set) => Set::<f64>::enter(set, operation),)+
                }
            }
        }
    };
}
sets! {
    #[cfg(target_arch = "x86_64")]
    Avx512 = "avx512",
    #[cfg(target_arch = "x86_64")]
    Avx2 = "avx2",
    Portable = "portable",
}

impl InstructionSet {
    /// Runs an operation on `f64`: on any set as portable code. `f64` is for gradient checks and where digits count more
    /// than time; code for each set would take a user's build longer than it saves.
    #[inline(always)]
    pub(crate) fn double(self, operation: impl Operation<f64>) {
        Portable.enter(operation);
    }

    /// The best one, looked for once; with `std`, the one that [`VARIABLE`] names, if it is set.
    ///
    /// # Panics
    ///
    /// Panics if the variable is set to anything but one of [`NAMES`], or to a set that the processor lacks.
    #[inline]
    pub(crate) fn best() -> Self {
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

    fn find() -> Self {
        Self::all().next().expect("each processor has the portable set")
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
            "DIMWISE_INSTRUCTION_SET is \"sse\", but must be one of [\"avx512\", \"avx2\", \"portable\"], or not be set"
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

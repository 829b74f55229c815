//! Neural networks whose shapes are types.
//!
#![no_std]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

#[doc(hidden)]
pub mod decimal;
pub mod dim;
pub mod shape;
pub mod element;
#[macro_use]
pub mod plain;
pub mod tensor;
pub mod parameters;
pub mod layer;
pub mod network;
pub mod random;
pub mod initializer;
pub mod loss;
pub mod optimizer;
pub mod gradient_check;
pub mod prelude;

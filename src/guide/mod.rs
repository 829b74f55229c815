//! Pages to read: no items, only text, whose programs are tests.

/// What the compiler says about a mistake, and what to write instead.
#[doc = include_str!("errors.md")]
pub mod errors {}

/// From tables, pictures and arrays to a network that is trained, saved and used.
#[doc = include_str!("own_data.md")]
pub mod own_data {}

//! What the author of a layer needs beside the [`prelude`](crate::prelude): `use dimwise::layer::prelude::*;`.

#[doc(no_inline)]
pub use crate::{
    layer::{
        Cached, FromInput, FromOutput, InPlace, Input, Kept, Layer, Output, PerBatch, PerSample, Released,
    },
    parameters::{Kind, Parameters},
    plain::{Nothing, Plain, flat, flat_mut},
};

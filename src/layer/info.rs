//! [`LayerInfo`]: what a layer's type tells of it.

use super::Layer;
use crate::parameters::Path;
use crate::shape::Shape;

/// What is known of a layer from its type alone.
#[derive(Clone, Copy, Debug)]
pub struct LayerInfo<'a> {
    /// Where the layer stands in its network: `0`, `1.0`.
    pub path: &'a Path<'a>,
    /// The type's name without its parameters: `Affine`.
    pub name: &'static str,
    /// The type's name with its parameters, as the compiler spells it.
    pub type_name: &'static str,
    /// Where the layer begins the second of two branches: the type that joins them, as the compiler spells it.
    pub joined_by: Option<&'static str>,
    /// The sizes of a sample that goes out.
    pub out: &'static [usize],
    /// The number of parameters.
    pub parameters: usize,
    /// Multiply-adds of one sample's forward pass.
    pub multiply_adds: usize,
}

impl<'a> LayerInfo<'a> {
    pub(crate) fn of<L: Layer>(path: &'a Path<'a>) -> Self {
        Self {
            path,
            name: short_type_name::<L>(),
            type_name: core::any::type_name::<L>(),
            joined_by: None,
            out: L::Out::DIMS,
            parameters: L::COUNT - L::STATISTICS,
            multiply_adds: L::MULTIPLY_ADDS,
        }
    }
}

/// `Affine` for `dimwise::layer::affine::Affine<..>`.
pub(crate) fn short_type_name<L>() -> &'static str {
    let name = core::any::type_name::<L>();
    let name = name.split('<').next().unwrap_or(name);
    name.rsplit("::").next().unwrap_or(name)
}

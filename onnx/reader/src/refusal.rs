//! [`Refusal`]: why a file is not imported.

use std::fmt;

use crate::graph::Node;

/// Why a file is not imported, with the node that cannot be.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Name and operator of the node.
    node: Option<[String; 2]>,
    why: String,
}

pub(crate) type Result<T> = std::result::Result<T, Refusal>;

impl Refusal {
    /// Of the file as a whole.
    pub(crate) fn of_file(why: impl Into<String>) -> Self {
        Self { node: None, why: why.into() }
    }

    /// Of one node.
    pub(crate) fn of(node: &Node, why: impl Into<String>) -> Self {
        Self { node: Some([node.name.clone(), node.operator.clone()]), why: why.into() }
    }
}

impl std::error::Error for Refusal {}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some([name, operator]) = &self.node {
            write!(f, "node `{name}` ({operator}): ")?;
        }
        f.write_str(&self.why)
    }
}

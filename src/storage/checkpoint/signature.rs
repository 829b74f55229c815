//! What tells a network from another one: its layers and its tensors, in words.

use alloc::format;
use alloc::string::{String, ToString};
use core::any::type_name;

use crate::element::Element;
use crate::layer::Placement;
use crate::network::Network;
use crate::parameters::{Kind, Path};
use crate::shape::Shape;

/// Calls `visit` with the name and the description of each thing that makes the network what it is.
pub(super) fn visit_network<N: Network>(mut visit: impl FnMut(&str, &str)) {
    visit("the type of its numbers", N::Element::NAME);
    visit("its input", &format!("{:?}", N::In::DIMS));
    // The layers first: where they are the same, so are the tensors, but for those of other versions of a layer.
    let mut layers = 0;
    N::Placement::visit_layers(&Path::ROOT, &mut |layer| {
        let mut description = format!("{} to {:?}", readable(layer.type_name), layer.out);
        if let Some(join) = layer.joined_by {
            description += &format!(" in a branch joined by {}", readable(join));
        }
        let path = layer.path.to_string();
        visit(&if path.is_empty() { "the layer".into() } else { format!("layer {path}") }, &description);
        layers += 1;
    });
    visit("the number of layers", &layers.to_string());
    let mut tensors = 0;
    N::segments(|segment| {
        visit(&segment.path.to_string(), &format!("a {} of {:?}", name(segment.kind), segment.dims));
        tensors += 1;
    });
    visit("the number of tensors", &tensors.to_string());
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Weight { .. } => "weight",
        Kind::Bias { .. } => "bias",
        Kind::Scale { .. } => "scale",
        Kind::Statistic { .. } => "statistic",
        Kind::FrozenWeight { .. } => "frozen weight",
        Kind::Seed => "seed",
    }
}

/// An optimizer's type, with all that it is made of: `Scheduled<Momentum<Network>, CosineDecay>`.
pub(super) fn optimizer<N, O>() -> String {
    readable(&type_name::<O>().replace(type_name::<N>(), "Network"))
}

/// A type as its user writes it.
pub(super) fn of_type<L>() -> String {
    readable(type_name::<L>())
}

/// A type's name as the compiler spells it, without the modules around each name, and with sizes in decimal:
/// `Affine<2, 8, f64>`.
fn readable(type_name: &str) -> String {
    let mut short = String::new();
    let mut rest = type_name;
    while !rest.is_empty() {
        // A word, then what stands between it and the next one.
        let (word, after) = rest.split_at(rest.find(|c| !is_word(c)).unwrap_or(rest.len()));
        let (between, next) = after.split_at(after.find(is_word).unwrap_or(after.len()));
        if between != "::" {
            short.push_str(if word == "UTerm" { "0" } else { word });
            short.push_str(between);
        }
        rest = next;
    }
    // The innermost of typenum's sizes, of `UInt<12, B1>` and so on, is the last one that begins.
    let mut end = short.len();
    while let Some(start) = short[..end].rfind("UInt<") {
        if let Some((length, size)) = doubled(&short[start..]) {
            short.replace_range(start..start + length, &size.to_string());
        }
        end = start;
    }
    short
}

/// The length of `UInt<12, B1>` and what it stands for: 25.
fn doubled(text: &str) -> Option<(usize, u64)> {
    let (inside, _) = text.strip_prefix("UInt<")?.split_once('>')?;
    let (upper, bit) = inside.split_once(", ")?;
    let bit = match bit {
        "B0" => 0,
        "B1" => 1,
        _ => return None,
    };
    let size = upper.parse::<u64>().ok()?.checked_mul(2)?;
    Some(("UInt<".len() + inside.len() + 1, size + bit))
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '{' | '}' | '#')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;

    #[test]
    fn types_are_told_as_they_are_written() {
        assert_eq!(of_type::<Affine<U784, U50>>(), "Affine<784, 50>");
        assert_eq!(of_type::<Dropout<(U1, U28, U3), U0>>(), "Dropout<(1, 28, 3), 0>");
        // The compiler leaves out what nobody has to write.
        assert_eq!(of_type::<Tensor<dim!(4320), f64>>(), "Tensor<4320, f64>");
        let schedule = |step: usize| step as f64;
        fn scheduled<N, S>(_: S) -> String {
            optimizer::<N, Scheduled<Momentum<Affine<U2, U3>>, S>>()
        }
        assert_eq!(scheduled::<Affine<U2, U3>, _>(schedule), "Scheduled<Momentum<Network>, {{closure}}>");
        assert_eq!(readable("a::UInt<b::C, B1>"), "UInt<C, B1>");
        assert_eq!(readable(&format!("UInt<{}, B1>", u64::MAX)), format!("UInt<{}, B1>", u64::MAX));
    }
}

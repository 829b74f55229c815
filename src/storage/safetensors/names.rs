//! What a tensor is called in a file and in a network.

use alloc::format;
use alloc::string::{String, ToString};

/// The name, if it is `from` or below it, as `to`; a `*` in both stands for the same text.
pub(super) fn rename(name: &str, from: &str, to: &str) -> Option<String> {
    let below = |rest: &str| (rest.is_empty() || rest.starts_with('.')).then(|| rest.to_string());
    let Some((before, after)) = from.split_once('*') else {
        return Some(format!("{to}{}", below(name.strip_prefix(from)?)?));
    };
    let inside = name.strip_prefix(before)?;
    // The shortest text that is followed by what stands behind the star.
    let (text, rest) = inside.match_indices(after).find_map(|(at, _)| {
        let rest = below(&inside[at + after.len()..])?;
        (at > 0).then(|| (&inside[..at], rest))
    })?;
    Some(format!("{}{rest}", to.replacen('*', text, 1)))
}

#[cfg(test)]
mod tests {
    use super::rename;

    #[test]
    fn names_are_renamed_at_dots_alone() {
        let renamed = |name, from, to| rename(name, from, to).unwrap_or_else(|| "as it is".into());
        assert_eq!(renamed("fc1.weight", "fc1", "0"), "0.weight");
        assert_eq!(renamed("fc1.weight", "fc1.weight", "0.bias"), "0.bias");
        assert_eq!(renamed("fc12.weight", "fc1", "0"), "as it is");
        assert_eq!(renamed("encoder.3.fc.bias", "encoder.*.fc", "*.0"), "3.0.bias");
        assert_eq!(renamed("encoder.3.fcs.bias", "encoder.*.fc", "*.0"), "as it is");
        assert_eq!(renamed("blocks.1.conv", "blocks.*", "*.first"), "1.first.conv");
        assert_eq!(renamed("encoder..fc.bias", "encoder.*.fc", "*.0"), "as it is");
    }
}

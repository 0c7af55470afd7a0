//! Whether a backend is correct or has the defects of Spin's.

use std::fmt;
use std::str::FromStr;

/// Whether a backend is correct or has the defects of Spin's (see `docs/host.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quirks {
    /// Correct results on every backend: the default when serving.
    #[default]
    None,
    /// The behaviour of Spin 4.1: the default in tests. On Redis every swap reports failure, even if it took effect,
    /// because Spin sends an `UNWATCH` after it with an argument, which `UNWATCH` does not accept.
    Spin41,
    /// The behaviour of Spin if only that `UNWATCH` is fixed: on Redis every swap reports success, even if it lost its
    /// race and did not take effect. Everything else is as with [`Quirks::Spin41`].
    UnwatchMended,
}

impl Quirks {
    /// All variants with the names of the option.
    const NAMED: [(Self, &str); 3] =
        [(Self::None, "none"), (Self::Spin41, "spin-4.1"), (Self::UnwatchMended, "unwatch-mended")];

    /// Whether a backend behaves like Spin instead of as its interface promises.
    pub fn like_spin(self) -> bool {
        match self {
            Self::None => false,
            Self::Spin41 | Self::UnwatchMended => true,
        }
    }
}

impl fmt::Display for Quirks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::NAMED.iter().find(|(quirks, _)| quirks == self).map_or("", |(_, name)| name);
        f.write_str(name)
    }
}

/// By name, as the hidden `--quirks` accepts it.
impl FromStr for Quirks {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::NAMED.iter().find(|(_, name)| *name == text);
        found.map(|(quirks, _)| *quirks).ok_or_else(|| {
            let names = Self::NAMED.map(|(_, name)| name).join("`, `");
            format!("`{text}` is none of `{names}`")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_name_of_its_own() {
        for quirks in [Quirks::None, Quirks::Spin41, Quirks::UnwatchMended] {
            assert_eq!(quirks.to_string().parse(), Ok(quirks));
        }
        assert!("spin".parse::<Quirks>().is_err());
    }
}

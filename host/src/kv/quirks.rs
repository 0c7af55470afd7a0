//! Whether a backend is right, or as surprising as Spin's own.

use std::fmt;
use std::str::FromStr;

/// Whether a backend is right, or as surprising as Spin's own (see `docs/host.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quirks {
    /// Correct results on every backend: what is served.
    #[default]
    None,
    /// What Spin 4.1 does on that backend: what the tests run with. On Redis every swap reports failure, also one that took
    /// effect, because an `UNWATCH` follows it with an argument that it does not take.
    Spin41,
    /// What Spin will do when only that `UNWATCH` is mended: on Redis every swap reports success, also one that lost its race
    /// and did not take effect. All else is as with [`Quirks::Spin41`].
    UnwatchMended,
}

impl Quirks {
    /// All, each under the name that it is chosen by.
    const NAMED: [(Self, &str); 3] =
        [(Self::None, "none"), (Self::Spin41, "spin-4.1"), (Self::UnwatchMended, "unwatch-mended")];

    /// Whether a backend does what Spin does, and not what its interface promises.
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

/// By its name, as the hidden `--quirks` takes it.
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

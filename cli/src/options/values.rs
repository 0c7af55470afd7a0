//! The values of options.

use clap::ValueEnum;

/// Defines options whose values are sent as they are written.
macro_rules! words {
    ($(#[doc = $doc:literal] $name:ident { $($variant:ident = $word:literal),+ })+) => { $(
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
        pub enum $name { $($variant),+ }

        impl $name {
            /// As the API writes it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    )+ };
}

words! {
    /// What kind of thing is requested.
    RequestKind { Application = "application", Storage = "storage", Elevation = "elevation" }
    /// For what a decision counts.
    Scope { Computer = "computer", Group = "group", Organization = "organization" }
    /// What an approval covers.
    Condition { File = "file", Publisher = "publisher" }
    /// Which of the audits.
    WhichAudit { System = "system", Unified = "unified" }
    /// How an export is written.
    Format { Csv = "csv", Jsonl = "jsonl" }
}

/// The end of an approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// At a moment.
    At(jiff::Timestamp),
    /// None.
    Never,
}

/// Reads the end of an approval.
pub fn until(text: &str) -> Result<Until, String> {
    if text == "never" {
        return Ok(Until::Never);
    }
    let moment = text
        .parse()
        .map_err(|_| "it is neither `never` nor a moment such as 2027-01-31T12:00:00Z".to_owned())?;
    Ok(Until::At(moment))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_approval_ends_at_a_moment_or_never() {
        assert_eq!(until("never"), Ok(Until::Never));
        assert!(matches!(until("2027-01-31T12:00:00Z"), Ok(Until::At(_))));
        assert!(until("tomorrow").is_err());
    }
}

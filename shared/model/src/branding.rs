//! How an organization shows itself in messages and in the console.

use serde::{Deserialize, Serialize};

use crate::language::Language;
use crate::named::named;
use crate::text::EmailAddress;

named! {
    /// The format of a logo.
    pub enum LogoFormat("format of a logo") {
        Png = "image/png",
        Jpeg = "image/jpeg",
    }
}

impl LogoFormat {
    /// The format that the first bytes of a file say it has; `None` if it is another one.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if bytes.starts_with(b"\xff\xd8\xff") {
            Some(Self::Jpeg)
        } else {
            None
        }
    }
}

/// A logo. Its bytes are stored under a key of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Logo {
    /// Identifies the bytes; fresh for each upload.
    pub id: String,
    /// The format.
    pub format: LogoFormat,
    /// How many bytes it has.
    pub size: usize,
}

impl Logo {
    /// The most bytes.
    pub const BYTES_MAX: usize = 32 * 1024;
}

/// How an organization shows itself. What is null is as at the organization above.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Branding {
    /// The name in messages; null at the root as well: the organization's own name, and no sender's name.
    #[serde(default)]
    pub display_name: Option<String>,
    /// The colour of the strip above emails, as `#rrggbb`.
    #[serde(default)]
    pub colour: Option<String>,
    /// The address that answers to messages go to.
    #[serde(default)]
    pub reply_to: Option<EmailAddress>,
    /// The language of messages to recipients who have chosen none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// The logo.
    #[serde(default)]
    pub logo: Option<Logo>,
}

impl Branding {
    /// Whether nothing is set.
    #[must_use]
    pub fn is_unset(&self) -> bool {
        *self == Self::default()
    }

    /// A colour as it is kept: `#` and six hexadecimal digits in lower case; `None` for another text.
    #[must_use]
    pub fn colour(text: &str) -> Option<String> {
        let digits = text.strip_prefix('#')?;
        let good = digits.len() == 6 && digits.chars().all(|c| c.is_ascii_hexdigit());
        good.then(|| text.to_ascii_lowercase())
    }

    /// The branding with what it does not set taken from that of the organization above.
    #[must_use]
    pub fn over(&self, above: &Self) -> Self {
        Self {
            display_name: self.display_name.clone().or_else(|| above.display_name.clone()),
            colour: self.colour.clone().or_else(|| above.colour.clone()),
            reply_to: self.reply_to.clone().or_else(|| above.reply_to.clone()),
            language: self.language.or(above.language),
            logo: self.logo.clone().or_else(|| above.logo.clone()),
        }
    }
}

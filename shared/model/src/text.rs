//! Text from outside, validated once: names, email addresses, phone numbers, digests, and the limits of all other
//! texts.

mod address;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use self::address::address;
use crate::fault::{Fault, FaultKind};
use crate::reported::Reported;
use crate::unicode;

/// The longest name of anything, in characters.
pub const NAME_MAX: usize = 200;
/// The longest name of a computer, in characters, as in DNS.
pub const HOSTNAME_MAX: usize = 253;
/// The longest name of an operating system, in characters.
pub const OS_MAX: usize = 100;
/// The longest description of a role, in characters.
pub const DESCRIPTION_MAX: usize = 500;
/// The longest reason a requester may give, in characters.
pub const REASON_MAX: usize = 2000;
/// The longest user name of a requester, in characters.
pub const USERNAME_MAX: usize = 256;
/// The longest message to a requester, in characters.
pub const MESSAGE_MAX: usize = 2000;
/// The longest internal note, in characters.
pub const NOTE_MAX: usize = 2000;
/// The longest email address, in characters (RFC 5321 says bytes, before addresses had other letters).
pub const EMAIL_MAX: usize = 254;
/// The longest part of an email address before the at sign, in characters.
const LOCAL_PART_MAX: usize = 64;

/// The values of a variable that holds several, separated by commas or white space.
pub fn several(variable: &str) -> impl Iterator<Item = &str> {
    variable.split(|c: char| c == ',' || c.is_whitespace()).filter(|value| !value.is_empty())
}

/// Why a text is not accepted, in the words of its [`Fault`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextError {
    /// Nothing is left after trimming.
    Empty,
    /// More characters than the limit given.
    TooLong(usize),
    /// Contains a control character.
    ControlCharacter,
    /// Not an email address.
    Email,
    /// Not a phone number.
    Phone,
    /// Not the name of a time zone.
    TimeZone,
    /// Not a SHA-256.
    Sha256,
    /// Not a digest of a certificate.
    Thumbprint,
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Fault::from(*self).fmt(f)
    }
}

impl std::error::Error for TextError {}

impl From<TextError> for Fault {
    fn from(error: TextError) -> Self {
        match error {
            TextError::Empty => FaultKind::Empty.into(),
            TextError::TooLong(most) => FaultKind::TooLong.above(most),
            TextError::ControlCharacter => FaultKind::ControlCharacters.into(),
            TextError::Email => FaultKind::NotAnEmailAddress.into(),
            TextError::Phone => FaultKind::NotAPhoneNumber.into(),
            TextError::TimeZone => FaultKind::NotATimeZone.into(),
            TextError::Sha256 => FaultKind::NotASha256.into(),
            TextError::Thumbprint => FaultKind::NotAThumbprint.into(),
        }
    }
}

/// A name of an organization, group, policy, role or person, as it is shown: as it was typed, with one space in place
/// of each run of white space, without characters that show nothing and do nothing ([`unicode::is_idle`]), 1 to 200
/// characters, no control characters. Joiners stay inside the name: Persian words and emoji need them.
///
/// # Errors
/// Says what is wrong with the text.
pub fn name(text: &str) -> Result<String, TextError> {
    let text = text.trim();
    if text.contains(char::is_control) {
        return Err(TextError::ControlCharacter);
    }
    let shown: String = text.chars().filter(|c| !unicode::is_idle(*c)).collect();
    let at_the_end = |c: char| unicode::is_space(c) || matches!(c, '\u{200c}' | '\u{200d}');
    let shown = unicode::single_spaced(shown.trim_matches(at_the_end));
    if shown.chars().all(|c| c == ' ' || unicode::is_invisible(c)) {
        return Err(TextError::Empty);
    }
    line(&shown, NAME_MAX)
}

/// The text by which names are compared that must be unique, so that two names which people cannot tell apart are one:
/// without invisible characters, in normalization form KC, case-folded, with one space in place of each run of white
/// space.
///
/// Upper case comes first: it expands letters that lower case leaves alone, so `ß` equals `SS` and `ss`.
#[must_use]
pub fn name_key(name: &str) -> String {
    let visible: String = name.chars().filter(|c| !unicode::is_invisible(*c)).collect();
    let folded = unicode::nfkc(&visible).to_uppercase().to_lowercase();
    unicode::single_spaced(&unicode::nfkc(&folded))
}

/// A requester's user name: trimmed, 1 to 256 characters, no control characters.
///
/// # Errors
/// Says what is wrong with the text.
pub fn username(text: &str) -> Result<String, TextError> {
    line(text, USERNAME_MAX)
}

/// A user name that a computer reports, as it is kept: trimmed, and of one of more than 256 characters the beginning and the end.
/// One with control characters or lone surrogates, which Windows allows, or with something that looks like their escape, is
/// kept as [`Reported`] writes it, so that names which differ stay different. Says also whether something was left out.
///
/// # Errors
/// Nothing is left.
pub fn reported_username(wtf8: &[u8]) -> Result<(String, bool), TextError> {
    let plain = std::str::from_utf8(wtf8).map(str::trim).ok();
    if let Some(plain) = plain.filter(|plain| !plain.contains(char::is_control) && !plain.contains("\\u{"))
        && plain.chars().count() <= USERNAME_MAX
    {
        return if plain.is_empty() { Err(TextError::Empty) } else { Ok((plain.to_owned(), false)) };
    }
    let name = Reported::of_wtf8(wtf8.trim_ascii(), usize::MAX);
    if name.is_blank() {
        return Err(TextError::Empty);
    }
    let name = if name.as_str().chars().count() > USERNAME_MAX { name.shortened(USERNAME_MAX) } else { name };
    let cut = name.is_cut();
    Ok((name.into(), cut))
}

/// A host name that a computer reports, as it is kept: without white space around it and without the dot at the end of a
/// fully qualified name, and of one of more than 253 characters the beginning and the end. `None` when nothing is left.
#[must_use]
pub fn reported_hostname(reported: Reported) -> Option<String> {
    // The dots are those of the root of DNS, which is no part of the name.
    let bare =
        |name: &str| name.trim_start().trim_end_matches(|c: char| c == '.' || c.is_whitespace()).to_owned();
    let name = bare(reported.as_str());
    let name = if name.chars().count() > HOSTNAME_MAX {
        bare(reported.shortened(HOSTNAME_MAX).as_str())
    } else {
        name
    };
    (!name.is_empty()).then_some(name)
}

/// The name of an operating system that a computer reports, as it is kept: trimmed, and of one of more than 100 characters
/// the beginning and the end. Empty when nothing is left.
#[must_use]
pub fn reported_os(reported: Reported) -> String {
    let name = reported.as_str().trim();
    if name.chars().count() > OS_MAX { reported.shortened(OS_MAX).into() } else { name.to_owned() }
}

/// The text by which user names of one computer are compared: each letter in upper case, as Windows compares them. A
/// letter for which upper case is several letters, such as `ß`, stays as it is.
#[must_use]
pub fn username_key(name: &str) -> String {
    let upper = |c: char| {
        let mut upper = c.to_uppercase();
        if upper.len() == 1 { upper.next().unwrap_or(c) } else { c }
    };
    name.chars().map(upper).collect()
}

/// A requester's reason as it is kept: trimmed, with escapes for control characters and lone surrogates, and the first
/// 2000 characters. Says also whether there were more. `None` when nothing is left.
#[must_use]
pub fn reason(wtf8: &[u8]) -> (Option<String>, bool) {
    let whole = Reported::of_wtf8(wtf8, usize::MAX).lines();
    let whole = whole.trim();
    let reason: String = whole.chars().take(REASON_MAX).collect();
    let cut = reason.len() < whole.len();
    ((!reason.is_empty()).then_some(reason), cut)
}

/// A message to the requester: trimmed, at most 2000 characters; `None` when nothing is left.
///
/// # Errors
/// Says what is wrong with the text.
pub fn message(text: &str) -> Result<Option<String>, TextError> {
    paragraph(text, MESSAGE_MAX)
}

/// An internal note: trimmed, at most 2000 characters; `None` when nothing is left.
///
/// # Errors
/// Says what is wrong with the text.
pub fn note(text: &str) -> Result<Option<String>, TextError> {
    paragraph(text, NOTE_MAX)
}

/// One line of text: trimmed, 1 to `max` characters, no control characters.
///
/// # Errors
/// Says what is wrong with the text.
pub fn line(text: &str, max: usize) -> Result<String, TextError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if text.chars().count() > max {
        return Err(TextError::TooLong(max));
    }
    if text.chars().any(char::is_control) {
        return Err(TextError::ControlCharacter);
    }
    Ok(text.to_owned())
}

/// Free text with line breaks: trimmed, at most `max` characters; `None` when nothing is left.
///
/// # Errors
/// Says what is wrong with the text.
pub fn paragraph(text: &str, max: usize) -> Result<Option<String>, TextError> {
    let text = text.trim();
    if text.chars().count() > max {
        return Err(TextError::TooLong(max));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(TextError::ControlCharacter);
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

macro_rules! checked {
    ($( $(#[doc = $doc:literal])+ $name:ident, $check:path, $schema:expr; )+) => { $(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// The whole text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = TextError;

            fn from_str(text: &str) -> Result<Self, TextError> {
                $check(text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = TextError;

            fn try_from(text: String) -> Result<Self, TextError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                crate::schema::described(concat!($($doc),+), $schema)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    )+ };
}

checked! {
    /// An email address as its owner writes it: at most 254 characters. Two that differ only in upper and lower case, or
    /// in a dot at the end of the domain, are the same address.
    EmailAddress, email, crate::schema::email(EMAIL_MAX, "kim@company.example");
    /// A phone number in E.164 format: a plus sign and 7 to 15 digits, the first of them not 0.
    PhoneNumber, phone, crate::schema::phone("", "+15550100");
    /// A SHA-256 as 64 hexadecimal digits. Upper case is accepted, and stored as lower case.
    Sha256, sha256, crate::schema::text(Some("^[0-9A-Fa-f]{64}$"), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    /// The SHA-1 or SHA-256 of a certificate, as 40 or 64 hexadecimal digits. Upper case, and colons or white space between the
    /// digits, are accepted; it is stored in lower case, without them.
    Thumbprint, thumbprint, crate::schema::text(Some("^[0-9A-Fa-f]{40}([0-9A-Fa-f]{24})?$"), "b1bc968bd4f49d622aa89a81f2150152a41d829c");
    /// The name of a time zone in the IANA database, such as `Europe/Berlin`: at most 64 characters. A name that the database
    /// does not have counts as UTC.
    TimeZoneName, time_zone, crate::schema::text(Some("^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"), "Europe/Berlin");
    /// Where a notification goes: an email address; `sms:` and a phone number in E.164 format; or `slack:`, `teams:`,
    /// `webhook:` or `pagerduty:` and the name of an integration of the organization. Push messages go to no address, but to the browsers of
    /// administrators who choose the channel `push`.
    Address, address, crate::schema::address(EMAIL_MAX, "sms:+15550100");
}

/// The text by which addresses are compared, everywhere: of administrators, invitations, subscribers, notify lists,
/// requesters and deliveries.
///
/// An email address is the same in upper and lower case, on both sides of the at sign, and with or without a dot at the
/// end of the domain. RFC 5321 would let a mail server tell the cases of the part before the at sign apart; servers do
/// not, and people do not. Everything else counts, also dots and `+tags` before the at sign. A phone number has one
/// form.
#[must_use]
pub fn address_key(address: &str) -> String {
    address.strip_suffix('.').unwrap_or(address).to_lowercase()
}

impl EmailAddress {
    /// The text by which addresses are compared; see [`address_key`].
    #[must_use]
    pub fn key(&self) -> String {
        address_key(&self.0)
    }
}

fn email(text: &str) -> Result<String, TextError> {
    let text = text.trim();
    // The dot of the root: DNS knows it, SMTP does not (RFC 5321, section 2.3.5).
    let text = text.strip_suffix('.').unwrap_or(text);
    let (local, domain) = text.split_once('@').ok_or(TextError::Email)?;
    let bad = |c: char| c.is_control() || c.is_whitespace() || "<>()[],;:\\\"".contains(c);
    let shaped = text.chars().count() <= EMAIL_MAX
        && (1..=LOCAL_PART_MAX).contains(&local.chars().count())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && !local.contains(bad);
    if shaped && is_domain(domain) { Ok(text.to_owned()) } else { Err(TextError::Email) }
}

/// Labels of letters, digits and inner hyphens; international names are accepted unchanged.
fn is_domain(domain: &str) -> bool {
    let label = |l: &str| {
        (1..=63).contains(&l.len())
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    domain.split('.').all(label)
}

fn phone(text: &str) -> Result<String, TextError> {
    let digits = text.strip_prefix('+').ok_or(TextError::Phone)?;
    let shaped = (7..=15).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !digits.starts_with('0');
    if shaped { Ok(text.to_owned()) } else { Err(TextError::Phone) }
}

/// Parts of letters, digits, hyphens, underscores and plus signs, between slashes.
fn time_zone(text: &str) -> Result<String, TextError> {
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'+' | b'-'))
    };
    let shaped = text.len() <= 64 && text.starts_with(|c: char| c.is_ascii_alphabetic());
    if shaped && text.split('/').all(part) { Ok(text.to_owned()) } else { Err(TextError::TimeZone) }
}

fn sha256(text: &str) -> Result<String, TextError> {
    let shaped = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if shaped { Ok(text.to_ascii_lowercase()) } else { Err(TextError::Sha256) }
}

/// Tools write a colon or a space between the bytes, and Windows puts an invisible mark in front.
fn thumbprint(text: &str) -> Result<String, TextError> {
    let between = |c: char| c == ':' || c.is_whitespace() || unicode::is_invisible(c);
    let digits: String = text.chars().filter(|c| !between(*c)).take(65).collect();
    let shaped = matches!(digits.len(), 40 | 64) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    if shaped { Ok(digits.to_ascii_lowercase()) } else { Err(TextError::Thumbprint) }
}

//! How people read messages: their language and their clock.

use serde::{Deserialize, Serialize};

use crate::named::named;
use crate::text::TimeZoneName;

named! {
    /// A language of messages, by its tag (RFC 5646).
    pub enum Language("language") {
        English = "en",
        German = "de",
        Spanish = "es",
        French = "fr",
    }
}

/// How somebody reads messages. What is not set is as at their organization, and otherwise English and UTC.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reading {
    /// Their language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Their time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<TimeZoneName>,
}

impl Reading {
    /// Whether nothing is set.
    #[must_use]
    pub fn is_unset(&self) -> bool {
        *self == Self::default()
    }
}

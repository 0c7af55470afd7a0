//! Typed ids: a prefix for the kind, an underscore, and a ULID (`req_01J…`), so that ids sort by age.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ulid::{ULID_LEN, Ulid};

/// A text that is not an id of the expected kind.
///
/// Callers answer it exactly like an id that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an id that starts with `{prefix}_`")]
pub struct InvalidId {
    /// The prefix that was expected, without the underscore.
    pub prefix: &'static str,
    /// The text that was given.
    pub text: String,
}

/// The part of an id after its prefix and the underscore.
fn encoded<'a>(prefix: &str, text: &'a str) -> Option<&'a str> {
    text.strip_prefix(prefix)?.strip_prefix('_')
}

/// Whether `text` is `prefix`, an underscore and the canonical text of a ULID: 128 bits as 26 upper-case Crockford characters.
///
/// One text per id: lower case, and the letters that Crockford reads as digits, would be other texts for the same id. A page
/// reads hundreds of ids, so they are compared with the pattern rather than decoded and encoded again.
fn is_id(prefix: &str, text: &str) -> bool {
    let canonical = |c: u8| matches!(c, b'0'..=b'9' | b'A'..=b'H' | b'J' | b'K' | b'M' | b'N' | b'P'..=b'T' | b'V'..=b'Z');
    encoded(prefix, text).is_some_and(|ulid| {
        ulid.len() == ULID_LEN && ulid.starts_with(|c| matches!(c, '0'..='7')) && ulid.bytes().all(canonical)
    })
}

macro_rules! id {
    ($( $(#[doc = $doc:literal])+ $name:ident = $prefix:literal; )+) => { $(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(
            // INVARIANT: the prefix, an underscore and the canonical text of a ULID.
            String,
        );

        impl $name {
            /// The part before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// The id with this ULID.
            #[must_use]
            pub fn from_ulid(ulid: Ulid) -> Self {
                Self(format!("{}_{ulid}", Self::PREFIX))
            }

            /// The ULID after the prefix.
            #[must_use]
            pub fn ulid(&self) -> Ulid {
                encoded(Self::PREFIX, &self.0).and_then(|ulid| Ulid::from_string(ulid).ok()).unwrap_or_default()
            }

            /// The whole text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                text.to_owned().try_into()
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                if is_id(Self::PREFIX, &text) { Ok(Self(text)) } else { Err(InvalidId { prefix: Self::PREFIX, text }) }
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let pattern = format!("^{}_[0-7][0-9A-HJKMNP-TV-Z]{{25}}$", Self::PREFIX);
                let example = format!("{}_01ARZ3NDEKTSV4RRFFQ69G5FAV", Self::PREFIX);
                $crate::schema::described(concat!($($doc),+), $crate::schema::text(Some(&pattern), &example))
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    )+ };
}

id! {
    /// The id of an organization.
    OrganizationId = "org";
    /// The id of a computer group.
    GroupId = "grp";
    /// The id of a key with which computers enroll into a group.
    EnrollmentKeyId = "enk";
    /// The id of a computer.
    ComputerId = "cmp";
    /// The id of a policy.
    PolicyId = "pol";
    /// The id of a tag.
    TagId = "tag";
    /// The id of a request.
    RequestId = "req";
    /// The id of a note that an administrator left at a request.
    NoteId = "nte";
    /// The id of a flag: a file that was flagged as malicious.
    FlagId = "flg";
    /// The id of a decision on a request.
    DecisionId = "dec";
    /// The id of a grant: what an approval gives.
    GrantId = "grt";
    /// The id of the first use of a grant by a computer.
    GrantUseId = "use";
    /// The id of an administrator.
    AdministratorId = "adm";
    /// The id of a session of an administrator.
    SessionId = "ses";
    /// The id of an API token of an administrator.
    ApiTokenId = "tok";
    /// The id of a subscription to push messages: a browser of an administrator.
    PushSubscriptionId = "psh";
    /// The id of a custom role.
    RoleId = "rol";
    /// A rule that decides requests.
    RuleId = "rul";
    /// The id of an integration: a named target of notifications.
    IntegrationId = "itg";
    /// The id of a delivery: a notification to one address.
    NotificationId = "ntf";
    /// The id of an attempt to send a delivery.
    AttemptId = "att";
    /// The id of an event of an organization's journal.
    EventId = "evt";
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "req_01ARZ3NDEKTSV4RRFFQ69G5FAV";

    #[test]
    fn an_id_survives_text_json_and_its_ulid() {
        let id: RequestId = TEXT.parse().unwrap();
        assert_eq!(id.to_string(), TEXT);
        assert_eq!(RequestId::from_ulid(id.ulid()), id);
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{TEXT}\""));
        assert_eq!(serde_json::from_str::<RequestId>(&json).unwrap(), id);
    }

    #[test]
    fn what_is_not_exactly_an_id_is_refused() {
        let cases = [
            ("", "empty"),
            ("req_", "no ULID"),
            ("org_01ARZ3NDEKTSV4RRFFQ69G5FAV", "another kind's prefix"),
            ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "no prefix"),
            ("req_01arz3ndektsv4rrffq69g5fav", "lower case would be a second name of the same thing"),
            ("req_O1ARZ3NDEKTSV4RRFFQ69G5FAV", "the letter O is read as zero"),
            ("req_81ARZ3NDEKTSV4RRFFQ69G5FAV", "more than 128 bits"),
            ("req_01ARZ3NDEKTSV4RRFFQ69G5FAV ", "trailing space"),
            ("req_01ARZ3NDEKTSV4RRFFQ69G5FA", "one character short"),
            ("req_01ARZ3NDEKTSV4RRFFQ69G5F\u{00c9}", "not ASCII"),
        ];
        for (text, why) in cases {
            assert!(text.parse::<RequestId>().is_err(), "{why}: {text}");
            assert!(serde_json::from_value::<RequestId>(text.into()).is_err(), "{why}: {text}");
        }
    }
}

//! Reading notices. serde's derived code reads the fields of each kind by itself, which is 28 KB of a component; here all kinds
//! share one reader of fields.

use std::fmt;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::{Notice, NoticeName};
use crate::ids::{AdministratorId, FlagId, NotificationId, RequestId};

/// The fields of all kinds.
#[derive(Default, serde::Deserialize)]
struct Fields {
    request_id: Option<RequestId>,
    administrator_id: Option<AdministratorId>,
    notification_id: Option<NotificationId>,
    flag_id: Option<FlagId>,
    computers: Option<u32>,
    to: Option<AdministratorId>,
    by: Option<String>,
    whose: Option<String>,
    asked_by: Option<String>,
    message: Option<String>,
    address: Option<IpAddr>,
    at: Option<Timestamp>,
}

impl<'de> Deserialize<'de> for Notice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Stored)
    }
}

/// `{"request_submitted": {"request_id": …}}`, or only a name where there are no fields.
struct Stored;

impl<'de> Visitor<'de> for Stored {
    type Value = Notice;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a notice")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Notice, E> {
        Fields::default().of(name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Notice, A::Error> {
        let Some((name, fields)) = map.next_entry::<String, Fields>()? else {
            return Err(A::Error::custom("a notice without a kind"));
        };
        if map.next_key::<String>()?.is_some() {
            return Err(A::Error::custom("a notice of two kinds"));
        }
        fields.of(&name)
    }
}

impl Fields {
    /// The notice of that kind with these fields.
    fn of<E: Error>(self, name: &str) -> Result<Notice, E> {
        let Ok(kind) = name.replace('_', "-").parse::<NoticeName>() else {
            return Err(E::custom(format_args!("no notice is a `{name}`")));
        };
        let request = || required(self.request_id, "request_id");
        let administrator = || required(self.administrator_id, "administrator_id");
        let at = || required(self.at, "at");
        Ok(match kind {
            NoticeName::RequestSubmitted => Notice::RequestSubmitted { request_id: request()? },
            NoticeName::RequestDecided => Notice::RequestDecided { request_id: request()? },
            NoticeName::RequestRevoked => Notice::RequestRevoked { request_id: request()? },
            NoticeName::ApprovalEdited => Notice::ApprovalEdited { request_id: request()? },
            NoticeName::RequestEnded => Notice::RequestEnded { request_id: request()? },
            NoticeName::RequestExpired => Notice::RequestExpired { request_id: request()? },
            NoticeName::RequestJoined => {
                let computers = required(self.computers, "computers")?;
                Notice::RequestJoined { request_id: request()?, computers }
            }
            NoticeName::RequestHandled => Notice::RequestHandled { request_id: request()? },
            NoticeName::RequestTaken => Notice::RequestTaken { request_id: request()? },
            NoticeName::RequestHandedOver => {
                let (to, by) = (required(self.to, "to")?, required(self.by, "by")?);
                Notice::RequestHandedOver { request_id: request()?, to, by }
            }
            NoticeName::RequestExpiring => Notice::RequestExpiring { request_id: request()? },
            NoticeName::RequestUntaken => Notice::RequestUntaken { request_id: request()? },
            NoticeName::RequestUndecided => Notice::RequestUndecided { request_id: request()? },
            NoticeName::DecisionAsked => {
                let asked_by = required(self.asked_by, "asked_by")?;
                Notice::DecisionAsked { request_id: request()?, asked_by, message: self.message }
            }
            NoticeName::FileFlagged => {
                Notice::FileFlagged { request_id: request()?, flag_id: required(self.flag_id, "flag_id")? }
            }
            NoticeName::Invitation => Notice::Invitation { administrator_id: administrator()? },
            NoticeName::PasswordReset => Notice::PasswordReset { administrator_id: administrator()? },
            NoticeName::SignedInElsewhere => {
                let (address, at) = (self.address, at()?);
                Notice::SignedInElsewhere { administrator_id: administrator()?, address, at }
            }
            NoticeName::PasswordChanged => {
                let (address, at) = (self.address, at()?);
                Notice::PasswordChanged { administrator_id: administrator()?, address, at }
            }
            NoticeName::RightsChanged => {
                Notice::RightsChanged { administrator_id: administrator()?, by: self.by, at: at()? }
            }
            NoticeName::AccountRecovered => {
                let whose = required(self.whose, "whose")?;
                Notice::AccountRecovered { administrator_id: administrator()?, whose, at: at()? }
            }
            NoticeName::Again => {
                Notice::Again { notification_id: required(self.notification_id, "notification_id")? }
            }
            NoticeName::Digest => Notice::Digest,
        })
    }
}

fn required<T, E: Error>(field: Option<T>, name: &'static str) -> Result<T, E> {
    field.ok_or_else(|| E::missing_field(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ulid<T: std::str::FromStr<Err: fmt::Debug>>(prefix: &str) -> T {
        format!("{prefix}_01J00000000000000000000000").parse().unwrap()
    }

    #[test]
    fn every_kind_is_read_as_it_was_written() {
        let request_id: RequestId = ulid("req");
        let administrator_id: AdministratorId = ulid("adm");
        let (id, at) = (|| request_id.clone(), Timestamp::UNIX_EPOCH);
        let all = [
            Notice::RequestSubmitted { request_id: id() },
            Notice::RequestDecided { request_id: id() },
            Notice::RequestRevoked { request_id: id() },
            Notice::ApprovalEdited { request_id: id() },
            Notice::RequestEnded { request_id: id() },
            Notice::RequestExpired { request_id: id() },
            Notice::RequestJoined { request_id: id(), computers: 3 },
            Notice::RequestHandled { request_id: id() },
            Notice::RequestTaken { request_id: id() },
            Notice::RequestHandedOver { request_id: id(), to: administrator_id.clone(), by: "A".to_owned() },
            Notice::RequestExpiring { request_id: id() },
            Notice::RequestUntaken { request_id: id() },
            Notice::RequestUndecided { request_id: id() },
            Notice::DecisionAsked { request_id: id(), asked_by: "A".to_owned(), message: None },
            Notice::FileFlagged { request_id: id(), flag_id: ulid("flg") },
            Notice::Invitation { administrator_id: administrator_id.clone() },
            Notice::PasswordReset { administrator_id: administrator_id.clone() },
            Notice::SignedInElsewhere { administrator_id: administrator_id.clone(), address: None, at },
            Notice::PasswordChanged { administrator_id: administrator_id.clone(), address: None, at },
            Notice::RightsChanged {
                administrator_id: administrator_id.clone(),
                by: Some("A".to_owned()),
                at,
            },
            Notice::AccountRecovered { administrator_id, whose: "A".to_owned(), at },
            Notice::Again { notification_id: ulid("ntf") },
            Notice::Digest,
        ];
        assert_eq!(all.each_ref().map(Notice::name), *NoticeName::ALL);
        for notice in all {
            let text = serde_json::to_string(&notice).unwrap();
            assert_eq!(serde_json::from_str::<Notice>(&text).unwrap(), notice, "{text}");
        }
    }

    #[test]
    fn what_is_no_notice_is_refused() {
        let id = "req_01J00000000000000000000000";
        for text in [
            "{}".to_owned(),
            "7".to_owned(),
            r#""request_submitted""#.to_owned(),
            r#"{"request_submitted":{}}"#.to_owned(),
            format!(r#"{{"of_another_kind":{{"request_id":"{id}"}}}}"#),
            format!(r#"{{"request_submitted":{{"request_id":"{id}"}},"digest":{{}}}}"#),
            format!(r#"{{"request_joined":{{"request_id":"{id}"}}}}"#),
        ] {
            assert!(serde_json::from_str::<Notice>(&text).is_err(), "{text}");
        }
    }
}

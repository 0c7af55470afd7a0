//! Which requests of a list are wanted.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::ids::{AdministratorId, ComputerId, GroupId, InvalidId, OrganizationId, RequestId};
use crate::kinds::{RequestKind, RequestStatus};
use crate::list::List;
use crate::named::UnknownName;
use crate::request::Request;

/// The fewest characters of a text that is compared with the beginning of a SHA-256. Shorter ones would match by chance.
const HASH_MIN: usize = 4;

/// How much later than it was made a request may get into the list of all requests, because an organization below is processed
/// late. One that gets there later still may be missing when the list is narrowed to an age.
const LATE: SignedDuration = SignedDuration::from_hours(24);

/// Several statuses, written as their names separated by commas. `decided` stands for approved, denied, ignored and revoked,
/// and `ended` for expired and cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Statuses(
    // INVARIANT: sorted, each once, at least one.
    Vec<RequestStatus>,
);

impl Statuses {
    /// The name of the group of the decided ones.
    const DECIDED: &'static str = "decided";
    /// The name of the group of those that ended without a decision, or whose approval is over.
    const ENDED: &'static str = "ended";

    /// Only requests that wait for a decision.
    #[must_use]
    pub fn pending() -> Self {
        Self(vec![RequestStatus::Pending])
    }

    /// Whether only pending requests are wanted.
    #[must_use]
    pub fn is_only_pending(&self) -> bool {
        self.0 == [RequestStatus::Pending]
    }

    /// Whether a status is among them.
    #[must_use]
    pub fn contains(&self, status: RequestStatus) -> bool {
        self.0.contains(&status)
    }
}

impl FromStr for Statuses {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let mut statuses = Vec::new();
        for name in text.split(',') {
            match name.trim() {
                Self::DECIDED => statuses.extend([
                    RequestStatus::Approved,
                    RequestStatus::Denied,
                    RequestStatus::Ignored,
                    RequestStatus::Revoked,
                ]),
                Self::ENDED => statuses.extend([RequestStatus::Expired, RequestStatus::Cancelled]),
                name => statuses.push(name.parse()?),
            }
        }
        statuses.sort_unstable();
        statuses.dedup();
        Ok(Self(statuses))
    }
}

impl TryFrom<String> for Statuses {
    type Error = UnknownName;

    fn try_from(text: String) -> Result<Self, UnknownName> {
        text.parse()
    }
}

impl fmt::Display for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|status| status.id()).collect();
        f.write_str(&names.join(","))
    }
}

impl From<Statuses> for String {
    fn from(statuses: Statuses) -> Self {
        statuses.to_string()
    }
}

/// Who has taken the requests that are sought, as a caller says it: `me`, `none`, or an administrator's id.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum SoughtAssignee {
    /// The caller.
    Me,
    /// Nobody.
    Nobody,
    /// This administrator.
    Administrator(AdministratorId),
}

impl SoughtAssignee {
    const ME: &str = "me";
    const NOBODY: &str = "none";

    /// Who that is, for this caller.
    #[must_use]
    pub fn sought_by(&self, caller: &AdministratorId) -> AssignedTo {
        match self {
            Self::Me => AssignedTo::Administrator(caller.clone()),
            Self::Nobody => AssignedTo::Nobody,
            Self::Administrator(id) => AssignedTo::Administrator(id.clone()),
        }
    }
}

impl TryFrom<String> for SoughtAssignee {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        Ok(match text.as_str() {
            Self::ME => Self::Me,
            Self::NOBODY => Self::Nobody,
            id => Self::Administrator(id.parse()?),
        })
    }
}

/// Who has taken a request that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssignedTo {
    /// Nobody.
    Nobody,
    /// This administrator.
    Administrator(AdministratorId),
}

impl AssignedTo {
    fn has(&self, request: &Request) -> bool {
        let assignee = request.assignee.as_ref().map(|assignee| &assignee.administrator_id);
        match self {
            Self::Nobody => assignee.is_none(),
            Self::Administrator(id) => assignee == Some(id),
        }
    }
}

impl fmt::Display for AssignedTo {
    /// `none`, or the administrator's id.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nobody => f.write_str(SoughtAssignee::NOBODY),
            Self::Administrator(id) => f.write_str(id.as_str()),
        }
    }
}

/// Which requests of a list are wanted. The default is all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestFilter {
    /// With one of these statuses.
    pub statuses: Option<Statuses>,
    /// Of this kind.
    pub kind: Option<RequestKind>,
    /// Of this organization alone, without those below it.
    pub only: Option<OrganizationId>,
    /// Of a computer in this group: see [`Request::listed_group`].
    pub group: Option<GroupId>,
    /// Of this computer.
    pub computer: Option<ComputerId>,
    /// Taken by this administrator, or by nobody.
    pub assignee: Option<AssignedTo>,
    /// Made before this moment.
    pub before: Option<Timestamp>,
    /// Made at this moment or later.
    pub after: Option<Timestamp>,
    /// In which this text is found; see [`SoughtText`].
    pub text: Option<SoughtText>,
}

impl RequestFilter {
    /// Whether requests are looked at one by one, because no list holds exactly those that are wanted. The list of pending
    /// requests holds exactly the pending ones, in the order in which they were made.
    #[must_use]
    pub fn looks_closer(&self) -> bool {
        let by_status = self.statuses.as_ref().is_some_and(|statuses| !statuses.is_only_pending());
        let by_age = self.before.is_some() || self.after.is_some();
        by_status
            || by_age
            || self.kind.is_some()
            || self.only.is_some()
            || self.group.is_some()
            || self.computer.is_some()
            || self.assignee.is_some()
            || self.text.is_some()
    }

    /// The list that holds what is wanted: see [`ReadableList::of_wanted`](crate::ReadableList::of_wanted).
    fn list(&self) -> List {
        if self.is_only_pending() { List::PendingRequests } else { List::Requests }
    }

    /// The ids between which the wanted requests are in that list: the lowest, and the lowest above them.
    #[must_use]
    pub fn ids_in_list(&self) -> (Option<RequestId>, Option<RequestId>) {
        self.ids(if self.list().is_log() { LATE } else { SignedDuration::ZERO })
    }

    /// Whether only pending requests are wanted.
    #[must_use]
    pub fn is_only_pending(&self) -> bool {
        self.statuses.as_ref().is_some_and(Statuses::is_only_pending)
    }

    /// The ids between which the wanted requests are: the lowest, and the lowest above them. An id contains the time at which the
    /// request was made. With `slack`, for a list that is ordered by when requests got there, which may be later.
    #[must_use]
    pub fn ids(&self, slack: SignedDuration) -> (Option<RequestId>, Option<RequestId>) {
        let (from, below) = ulids_between(self.after, self.before, slack);
        (from.map(RequestId::from_ulid), below.map(RequestId::from_ulid))
    }

    /// Whether a request is wanted. `can_open`: whether the reader may open it; the text is sought only in what they may see.
    #[must_use]
    pub fn wants(&self, request: &Request, can_open: bool, now: Timestamp) -> bool {
        let status = || request.status_at(now);
        self.statuses.as_ref().is_none_or(|wanted| wanted.contains(status()))
            && self.kind.is_none_or(|kind| kind == request.kind())
            && self.only.as_ref().is_none_or(|only| *only == request.organization_id)
            && self.group.as_ref().is_none_or(|group| group == request.listed_group())
            && self.computer.as_ref().is_none_or(|computer| *computer == request.computer_id)
            && self.assignee.as_ref().is_none_or(|assignee| assignee.has(request))
            && self.before.is_none_or(|before| request.created_at < before)
            && self.after.is_none_or(|after| request.created_at >= after)
            && self.text.as_ref().is_none_or(|text| text.is_in(request, can_open))
    }
}

/// The ULIDs between which are those made in a period: the lowest, and the lowest above them. With `slack`, for a list that is ordered
/// by when records got there, which may be later.
pub(crate) fn ulids_between(
    after: Option<Timestamp>,
    before: Option<Timestamp>,
    slack: SignedDuration,
) -> (Option<Ulid>, Option<Ulid>) {
    let at =
        |moment: Timestamp| Ulid::from_parts(u64::try_from(moment.as_millisecond()).unwrap_or_default(), 0);
    let from = after.map(|after| at(after.saturating_sub(slack).unwrap_or(Timestamp::UNIX_EPOCH)));
    let beyond = slack.saturating_add(SignedDuration::from_millis(1));
    let below = before.map(|before| at(before.saturating_add(beyond).unwrap_or(Timestamp::MAX)));
    (from, below)
}

/// A text that is sought in requests and audits, without regard to upper and lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoughtText {
    /// In lower case.
    text: String,
    /// Whether it can be the beginning of a SHA-256.
    is_hash: bool,
}

impl SoughtText {
    /// A text to seek; `None` if it is blank, which is in every request.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let is_hash = text.len() >= HASH_MIN && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        (!text.is_empty()).then_some(Self { text, is_hash })
    }

    /// Whether it is found in a request: in what a list shows (the name of the subject, the first user, the computer's host
    /// name and name) and, for readers who may open it, also in the path, the device's identifier, every user and reason, and
    /// at the beginning of the SHA-256.
    #[must_use]
    pub fn is_in(&self, request: &Request, can_open: bool) -> bool {
        let name = request.subject.name();
        let shown = [request.hostname.as_str(), name.as_str(), request.shown_requester()];
        let shown = shown.into_iter().chain(request.computer_name.as_deref());
        shown.into_iter().any(|text| self.is_within(text)) || (can_open && self.is_inside(request))
    }

    /// Whether it is found in what must be opened.
    fn is_inside(&self, request: &Request) -> bool {
        let hash = request.subject.file().map(|file| file.sha256.as_str());
        let path = request.subject.path().map(|path| path.as_str());
        let device = request.subject.device().map(|device| device.id.as_str());
        let mut people = request.requesters.iter();
        hash.is_some_and(|hash| self.is_hash && hash.starts_with(&self.text))
            || path.into_iter().chain(device).any(|text| self.is_within(text))
            || people.any(|each| {
                self.is_within(&each.username) || each.reason.as_deref().is_some_and(|r| self.is_within(r))
            })
    }

    /// Whether it is found in a text.
    #[must_use]
    pub fn is_within(&self, text: &str) -> bool {
        text.to_lowercase().contains(&self.text)
    }
}

#[cfg(feature = "openapi")]
mod schema {
    use utoipa::openapi::schema::{ObjectBuilder, Type};
    use utoipa::openapi::{RefOr, Schema};
    use utoipa::{PartialSchema, ToSchema};

    use super::Statuses;

    impl PartialSchema for Statuses {
        fn schema() -> RefOr<Schema> {
            let names = "(pending|approved|denied|ignored|expired|cancelled|revoked|decided|ended)";
            ObjectBuilder::new()
                .schema_type(Type::String)
                .description(Some("Statuses, separated by commas. `decided` stands for approved, denied, ignored and revoked; `ended` for expired and cancelled."))
                .pattern(Some(format!("^{names}(,{names})*$")))
                .max_length(Some(64))
                .examples(["pending"])
                .into()
        }
    }

    impl ToSchema for Statuses {}
}

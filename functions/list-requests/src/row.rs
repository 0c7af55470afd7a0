//! A request in the list.

use countersign_http::RequestFacts;
use countersign_model::{Request, Requester};
use countersign_store::Stored;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A request in a list, without details that need the right to open it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestRow {
    #[serde(flatten)]
    facts: RequestFacts,
    /// The user who asks. If several do, the first who asked of those who have not withdrawn.
    requester: RequesterName,
    /// How many other users of the computer ask for the same.
    other_requesters: usize,
    /// What is requested.
    subject: SubjectName,
    /// Whether you may open it.
    can_open: bool,
}

/// The user who asks, in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequesterName {
    /// The user name on the computer.
    username: String,
}

/// What is requested, in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubjectName {
    /// The file's name without its folder, or the device's name.
    name: String,
}

impl RequestRow {
    /// The view at a time.
    pub fn at(now: Timestamp, mut request: Stored<Request>, can_open: bool) -> Self {
        let (requester, other_requesters) = RequesterName::of(&mut request.value);
        Self {
            subject: SubjectName { name: request.value.subject.name() },
            requester,
            other_requesters,
            facts: RequestFacts::at(now, request),
            can_open,
        }
    }
}

impl RequesterName {
    /// The first of those who wait for the decision, or of all who asked if none does, and how many others wait.
    fn of(request: &mut Request) -> (Self, usize) {
        let others = request.others_waiting();
        let first = request.requesters.iter().position(Requester::waits).unwrap_or_default();
        let first = request.requesters.get_mut(first).map(|first| std::mem::take(&mut first.username));
        (Self { username: first.unwrap_or_default() }, others)
    }
}

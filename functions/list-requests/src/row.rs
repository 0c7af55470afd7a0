//! A request in the list.

use countersign_http::RequestFacts;
use countersign_model::{File, Request, Signature};
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
    /// Whether its file is flagged as malicious: a flag of its organization or of one above is in force, also of one that you may
    /// not see. Nobody can approve it then. `GET /v1/requests/{request_id}/flag` shows the flag. False for a device.
    flagged: bool,
    /// Whether you may open it.
    can_open: bool,
    /// More of it; null unless you may open it.
    details: Option<RequestDetails>,
}

/// What a row says that is neither in the request nor follows from the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Whether its reader may open the request.
    pub can_open: bool,
    /// Whether a flag in force stops the request.
    pub flagged: bool,
}

/// What whoever may open a request reads of it in a list, too.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestDetails {
    /// The reason of the user who asks; null if none was given.
    reason: Option<String>,
    /// What is known of who signed the file; null for a device.
    signature: Option<Signature>,
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
    pub fn at(now: Timestamp, request: &Stored<Request>, shown: Shown) -> Self {
        let Shown { can_open, flagged } = shown;
        let (username, reason) = asker(&request.value);
        let signature = request.value.subject.file().map(File::signature);
        Self {
            subject: SubjectName { name: request.value.subject.name() },
            requester: RequesterName { username },
            other_requesters: request.value.others_waiting(),
            facts: RequestFacts::at(now, request),
            flagged,
            can_open,
            details: can_open.then_some(RequestDetails { reason, signature }),
        }
    }
}

/// The name and the reason of the first of those who wait for the decision, or of all who asked if none does.
fn asker(request: &Request) -> (String, Option<String>) {
    let requesters = &request.requesters;
    let first = requesters.iter().find(|one| one.waits()).or_else(|| requesters.first());
    first.map(|first| (first.username.clone(), first.reason.clone())).unwrap_or_default()
}

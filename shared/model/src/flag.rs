//! Files that are flagged as malicious: nothing that asks for one is approved, and what was approved is revoked.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::decision::{Decision, InvalidDecision, Outcome, Revocation, Verdict};
use crate::ids::{AdministratorId, DecisionId, FlagId, GrantId, OrganizationId, RequestId};
use crate::kinds::{DecisionScope, RequestKind, RequestStatus};
use crate::request::Request;
use crate::text::Sha256;

/// What requesters are told of a request that a flag stops.
pub const MESSAGE: &str = "The file was flagged as malicious. Do not run it.";

/// Who cleared a flag, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cleared {
    /// The administrator.
    pub administrator_id: AdministratorId,
    /// Their name at the time.
    pub administrator_name: String,
    /// When.
    pub at: Timestamp,
}

/// How far a flag was carried to the organizations below. Approvals and requests there are stopped some at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    /// The last organization, in the order of the list.
    pub reached: OrganizationId,
    /// How many it was carried to.
    pub organizations: u32,
}

/// A file that was flagged as malicious at an organization, for it and those below.
///
/// At most one flag of an organization and file is in force: they are elected like unique names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFlag {
    /// Its id.
    pub id: FlagId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The SHA-256 of the file.
    pub sha256: Sha256,
    /// The name of the file in the request at which it was flagged.
    pub file_name: String,
    /// The request at which it was flagged.
    pub request_id: RequestId,
    /// The administrator who flagged it.
    pub administrator_id: AdministratorId,
    /// Their name at the time.
    pub administrator_name: String,
    /// When.
    pub at: Timestamp,
    /// Shown only to administrators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// How far it was carried to the organizations below; absent while the first of them are all there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<Spread>,
    /// The flag of the same organization and file before it, which was cleared: a time line tells of both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<FlagId>,
    /// Set when it was cleared: it does not count any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleared: Option<Cleared>,
}

impl FileFlag {
    /// Whether it counts.
    #[must_use]
    pub const fn is_in_force(&self) -> bool {
        self.cleared.is_none()
    }

    /// Why an approval of the file is refused.
    #[must_use]
    pub fn refusal(&self) -> String {
        let (who, at) = (&self.administrator_name, self.at);
        format!(
            "the file was flagged as malicious by {who} at {at}; nobody can approve it until the flag is cleared"
        )
    }

    /// The same flag, cleared. `None` if it was cleared before.
    #[must_use]
    pub fn clear(&self, cleared: Cleared) -> Option<Self> {
        self.is_in_force().then(|| Self { cleared: Some(cleared), ..self.clone() })
    }

    /// The same flag, carried to so many more organizations. `None` if it was cleared, or was carried further than `from` before.
    #[must_use]
    pub fn spread_to(&self, from: u32, reached: OrganizationId, more: u32) -> Option<Self> {
        let organizations = from.saturating_add(more);
        let is_next = self.is_in_force() && self.carried() == from;
        is_next.then(|| Self { spread: Some(Spread { reached, organizations }), ..self.clone() })
    }

    /// To how many organizations below it was carried, as far as that is on record.
    #[must_use]
    pub fn carried(&self) -> u32 {
        self.spread.as_ref().map_or(0, |spread| spread.organizations)
    }

    /// Whether it stops a request: it is in force, and the request is of its organization or one below, for its file.
    #[must_use]
    pub fn stops(&self, request: &Request) -> bool {
        let is_below = request.ancestors.contains(&self.organization_id);
        let file = request.subject.file();
        self.is_in_force()
            && (is_below || request.organization_id == self.organization_id)
            && file.is_some_and(|file| file.sha256 == self.sha256)
    }

    /// The texts by which the subjects of requests for a file are compared; see [`Subject::key`](crate::Subject::key).
    #[must_use]
    pub fn subjects_of(sha256: &Sha256) -> [String; 2] {
        [RequestKind::Application, RequestKind::Elevation].map(|kind| format!("{kind} {sha256}"))
    }

    /// A request as the flag stops it, which is denied if it is pending and revoked if it is approved. `None` if it is
    /// neither, or not one that the flag stops.
    #[must_use]
    pub fn stop(&self, request: &Request, id: DecisionId, now: Timestamp) -> Option<(Request, Stopped)> {
        if !self.stops(request) {
            return None;
        }
        match request.status_at(now) {
            RequestStatus::Pending => {
                let decision = self.denial(id, now).ok()?;
                let decision = Decision { group_id: Some(request.group_id.clone()), ..decision };
                let status = RequestStatus::Denied;
                let stopped = Request { status, decision: Some(decision.clone()), ..request.clone() };
                Some((stopped, Stopped::Denied(Box::new(decision))))
            }
            // What was settled along is revoked with the approval that it rests on.
            RequestStatus::Approved if request.decision.as_ref()?.settled_by.is_none() => {
                let revoked = request.revoke(self.revocation(now)).ok()?;
                let decision =
                    revoked.decision.map(|decision| Decision { flag: Some(self.id.clone()), ..decision });
                Some((Request { decision, ..revoked }, Stopped::Revoked))
            }
            RequestStatus::Approved
            | RequestStatus::Denied
            | RequestStatus::Ignored
            | RequestStatus::Expired
            | RequestStatus::Cancelled
            | RequestStatus::Revoked => None,
        }
    }

    fn denial(&self, id: DecisionId, now: Timestamp) -> Result<Decision, InvalidDecision> {
        let verdict = Verdict {
            id: id.clone(),
            outcome: Outcome::Denied,
            scope: DecisionScope::Computer,
            administrator_id: self.administrator_id.clone(),
            administrator_name: self.administrator_name.clone(),
            message: Some(MESSAGE.to_owned()),
            note: self.note.clone(),
            expires_at: None,
            // A denial has no grant.
            grant: GrantId::from_ulid(id.ulid()),
        };
        Ok(Decision { flag: Some(self.id.clone()), ..Decision::new(verdict, now)? })
    }

    fn revocation(&self, now: Timestamp) -> Revocation {
        Revocation {
            administrator_id: self.administrator_id.clone(),
            administrator_name: self.administrator_name.clone(),
            at: now,
            message: Some(MESSAGE.to_owned()),
        }
    }
}

/// What a flag did to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stopped {
    /// It was pending, and this denies it.
    Denied(Box<Decision>),
    /// Its approval is revoked.
    Revoked,
}

//! A request and its life: pending, then approved, denied, ignored, expired or cancelled; an approval can be revoked.

pub mod amend;
pub mod anew;
pub mod aspects;
mod attachment;
pub mod earlier;
mod ending;
pub mod handling;
pub mod heard;
mod moving;
pub mod prolonging;
pub mod reach;
pub mod reader;
mod reminding;
pub mod renewal;
pub mod requesters;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use self::attachment::{ATTACHMENT_LEAST, ATTACHMENT_MAX, ATTACHMENT_MOST, Attachment};
use self::handling::{Assignee, Notes};
use self::renewal::Renews;
use self::requesters::{NewRequester, Requester};

use crate::approval_settings::PENDING_DAYS;
use crate::computer::Computer;
use crate::condition::Condition;
use crate::decision::{Decision, Outcome, Revocation};
use crate::ending::Ended;
use crate::ids::{ComputerId, EnrollmentKeyId, GroupId, OrganizationId, PolicyId, RequestId};
use crate::kinds::{DecisionScope, RequestKind, RequestStatus};
use crate::organization::Organization;
use crate::reported::Reported;
use crate::rights::Resource;
use crate::subject::Subject;
use crate::transition::TransitionError;
use crate::whereabouts::Whereabouts;

/// How long that is.
pub const PENDING_LASTS: SignedDuration = SignedDuration::from_hours(24 * PENDING_DAYS as i64);
/// How long after it was submitted a decided request still accepts its copy of the file: 24 hours.
pub const ATTACHMENT_TAKEN: SignedDuration = SignedDuration::from_hours(24);

/// The data of a new request that is not in the records of the computer and its organization.
#[derive(Debug, Clone)]
pub struct NewRequest {
    /// The subject.
    pub subject: Subject,
    /// The user who asks.
    pub requester: NewRequester,
    /// The policy that blocked the program, which is deployed or once was.
    pub policy_id: Option<PolicyId>,
    /// Its name.
    pub policy_name: Option<String>,
    /// What the agent named instead, if it is no policy that the organization ever deployed.
    pub unknown_policy: Option<Reported>,
    /// Whether a copy of the file is to be uploaded. Without a file there is none.
    pub attach: bool,
    /// Hash of the caller's idempotency key.
    pub idempotency: Option<String>,
}

/// A request for permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// The organization of the computer.
    pub organization_id: OrganizationId,
    /// Its name at the time of the request.
    pub organization_name: String,
    /// The organizations above it, the root first. They never change, so decisions about the request need not read the
    /// organization.
    pub ancestors: Vec<OrganizationId>,
    /// The computer's group at the time of the request.
    pub group_id: GroupId,
    /// The group that it was moved to while the request was pending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<GroupId>,
    /// The computer.
    pub computer_id: ComputerId,
    /// Its host name at the time of the request.
    pub hostname: String,
    /// The name that administrators had given it then, if they had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub computer_name: Option<String>,
    /// Whether another computer had that host name, and no administrator has confirmed this one since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unconfirmed: bool,
    /// Whether clones of it were found to use its token since it asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cloned: bool,
    /// The key with which it enrolled, if that is known: the requests of its computers are limited together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enrollment_key_id: Option<EnrollmentKeyId>,
    /// The subject.
    pub subject: Subject,
    /// The approval that it asks to prolong, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renews: Option<Renews>,
    /// The users who ask, and those who have withdrawn. The first who asked comes first.
    // INVARIANT: at least one and at most REQUESTERS_MAX, each user once. While somebody of them waits it is pending.
    pub requesters: Vec<Requester>,
    /// How many times others asked for whom there is no room: they are only counted.
    #[serde(default, skip_serializing_if = "crate::json::is_zero")]
    pub more_requesters: u32,
    /// The policy that blocked the program, which is deployed or once was.
    pub policy_id: Option<PolicyId>,
    /// Its name at the time of the request.
    pub policy_name: Option<String>,
    /// What the agent named instead, if it is no policy that the organization ever deployed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_policy: Option<Reported>,
    /// When it was first asked.
    pub created_at: Timestamp,
    /// When it was last asked.
    pub last_asked_at: Timestamp,
    /// When it expires if nobody decides.
    pub expires_at: Timestamp,
    /// How many times the computer asked.
    pub count: u32,
    /// The copy of the file.
    pub attachment: Attachment,
    /// The status when last written; for the current one see [`Request::status_at`].
    pub status: RequestStatus,
    /// The decision.
    // INVARIANT: set exactly if the status is approved, denied, ignored or revoked, or expired after an approval.
    pub decision: Option<Decision>,
    /// What was decided before, the newest first: the request was decided anew.
    // INVARIANT: at most EARLIER_MAX. All are denials, or were ignored.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_decisions: Vec<Decision>,
    /// The end with the computer, group or organization that it was for.
    // INVARIANT: set only if the status is cancelled, or expired after an approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
    /// Hash of the idempotency key that it was submitted with.
    pub idempotency: Option<String>,
    /// The administrator who has taken it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<Assignee>,
    /// The notes that administrators left at it.
    #[serde(default, skip_serializing_if = "Notes::is_empty")]
    pub notes: Notes,
}

impl Request {
    /// A new request of a computer of the organization, pending from `now` on. It keeps the current names, for list
    /// rows and messages.
    #[must_use]
    pub fn submit(
        id: RequestId,
        organization: &Organization,
        computer: &Computer,
        new: NewRequest,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            organization_id: organization.id.clone(),
            organization_name: organization.name.clone(),
            ancestors: organization.ancestors.clone(),
            group_id: computer.group_id.clone(),
            moved_to: None,
            computer_id: computer.id.clone(),
            hostname: computer.hostname.clone(),
            computer_name: computer.name.clone(),
            unconfirmed: computer.unconfirmed,
            cloned: computer.is_cloned(),
            enrollment_key_id: computer.enrollment_key_id.clone(),
            attachment: Attachment::announced(new.attach, &new.subject),
            subject: new.subject,
            renews: None,
            requesters: vec![Requester::new(new.requester, now)],
            more_requesters: 0,
            policy_id: new.policy_id,
            policy_name: new.policy_name,
            unknown_policy: new.unknown_policy,
            created_at: now,
            last_asked_at: now,
            expires_at: now.saturating_add(PENDING_LASTS).unwrap_or(now),
            count: 1,
            status: RequestStatus::Pending,
            decision: None,
            earlier_decisions: Vec::new(),
            ended: None,
            idempotency: new.idempotency,
            assignee: None,
            notes: Notes::default(),
        }
    }

    /// The same new request, which waits for so long.
    #[must_use]
    pub fn waiting_for(self, lasts: SignedDuration) -> Self {
        Self { expires_at: self.created_at.saturating_add(lasts).unwrap_or(self.created_at), ..self }
    }

    /// The request as the resource of a decision about it; add `.scope(…)` where it matters.
    #[must_use]
    pub fn resource(&self) -> Resource {
        Resource::new(self.organization_id.clone(), self.ancestors.clone()).kind(self.kind())
    }

    /// Its computer was confirmed. `None` if it was not unconfirmed.
    #[must_use]
    pub fn confirmed(&self) -> Option<Self> {
        self.unconfirmed.then(|| Self { unconfirmed: false, ..self.clone() })
    }

    /// Its computer was found to be cloned. `None` if that is known.
    #[must_use]
    pub fn of_clones(&self) -> Option<Self> {
        (!self.cloned).then(|| Self { cloned: true, ..self.clone() })
    }

    /// Whether its time is over and nobody has decided it.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        self.status == RequestStatus::Expired && self.decision.is_none()
    }

    /// The kind of the request.
    #[must_use]
    pub const fn kind(&self) -> RequestKind {
        self.subject.kind()
    }

    /// The status at a time, whether or not it was saved yet.
    #[must_use]
    pub fn status_at(&self, now: Timestamp) -> RequestStatus {
        let over = match self.status {
            RequestStatus::Pending => now >= self.expires_at,
            RequestStatus::Approved => !self.decision.as_ref().is_some_and(|d| d.in_force_at(now)),
            RequestStatus::Denied
            | RequestStatus::Ignored
            | RequestStatus::Expired
            | RequestStatus::Cancelled
            | RequestStatus::Revoked => false,
        };
        if over { RequestStatus::Expired } else { self.status }
    }

    /// The same request, now with a copy of the file to come, if none was wanted at first.
    #[must_use]
    pub fn announce(&self) -> Self {
        match self.attachment {
            Attachment::NotWanted => {
                Self { attachment: Attachment::announced(true, &self.subject), ..self.clone() }
            }
            Attachment::Expected | Attachment::TooLarge { .. } | Attachment::Verified { .. } => self.clone(),
        }
    }

    /// The same request, without the copy of its file to come if that is announced as larger than so many bytes.
    #[must_use]
    pub fn keeping_up_to(self, most: u64) -> Self {
        let size = self.subject.file().and_then(|file| file.size);
        match (self.attachment, size) {
            (Attachment::Expected, Some(size)) if size > most => {
                Self { attachment: Attachment::TooLarge { size }, ..self }
            }
            _ => self,
        }
    }

    /// Whether the copy of the file is accepted now: it was announced, and the request is pending, or was approved or
    /// denied so recently that somebody may still want to examine the file.
    #[must_use]
    pub fn awaits_attachment_at(&self, now: Timestamp) -> bool {
        let recent = self.created_at.saturating_add(ATTACHMENT_TAKEN).is_ok_and(|end| now < end);
        self.attachment == Attachment::Expected
            && match self.status_at(now) {
                RequestStatus::Pending => true,
                RequestStatus::Approved | RequestStatus::Denied => recent,
                RequestStatus::Ignored
                | RequestStatus::Expired
                | RequestStatus::Cancelled
                | RequestStatus::Revoked => false,
            }
    }

    /// An administrator decides. The first decision wins. A decision for the group is for the one that the computer is
    /// in now.
    ///
    /// # Errors
    /// It was already decided or cancelled, or has expired; the decision would not reach the computer; or it would cover a
    /// publisher that the agent did not verify.
    pub fn decide(&self, decision: Decision, at: &Whereabouts) -> Result<Self, TransitionError> {
        self.must_be_pending(decision.at)?;
        self.decided(decision, at)
    }

    /// The request with this decision, whatever its status.
    fn decided(&self, decision: Decision, at: &Whereabouts) -> Result<Self, TransitionError> {
        at.reached_by(&decision)?;
        if decision.condition == Condition::Publisher {
            self.subject.coverable_publisher()?;
        }
        let decision = Decision { group_id: at.group().cloned(), ..decision };
        let status = match decision.outcome {
            Outcome::Approved => RequestStatus::Approved,
            Outcome::Denied => RequestStatus::Denied,
            Outcome::Ignored => RequestStatus::Ignored,
        };
        Ok(Self { status, decision: Some(decision), ..self.clone() })
    }

    /// The request with its expiry, or that of its approval, recorded; `None` if there is nothing to record.
    #[must_use]
    pub fn expire(&self, now: Timestamp) -> Option<Self> {
        let status = self.status_at(now);
        (status != self.status).then(|| Self { status, ..self.clone() })
    }

    /// An administrator revokes the approval.
    ///
    /// # Errors
    /// There is no approval in force.
    pub fn revoke(&self, revocation: Revocation) -> Result<Self, TransitionError> {
        let status = self.status_at(revocation.at);
        match &self.decision {
            Some(decision) if status == RequestStatus::Approved => {
                let decision = Decision { revoked: Some(revocation), ..decision.clone() };
                Ok(Self { status: RequestStatus::Revoked, decision: Some(decision), ..self.clone() })
            }
            _ => Err(TransitionError::NotApproved { status }),
        }
    }

    /// The copy of the file has been received in full, with the announced SHA-256. It may arrive after the decision.
    ///
    /// # Errors
    /// No copy was announced.
    pub fn attach(&self, size: u64) -> Result<Self, TransitionError> {
        match self.attachment {
            Attachment::NotWanted | Attachment::TooLarge { .. } => {
                Err(TransitionError::AttachmentNotExpected)
            }
            Attachment::Expected | Attachment::Verified { .. } => {
                Ok(Self { attachment: Attachment::Verified { size }, ..self.clone() })
            }
        }
    }

    /// Whether the other is a matching request: of another computer of the organization, for the same subject.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.organization_id == other.organization_id
            && self.computer_id != other.computer_id
            && self.subject.key() == other.subject.key()
    }

    /// Whether a decision of this scope on this request also settles the other, whose computer is `at` this place, if
    /// that request is pending.
    #[must_use]
    pub fn settles(&self, scope: DecisionScope, other: &Self, at: &Whereabouts) -> bool {
        let Some(group) = at.group() else { return false };
        self.matches(other)
            && !at.is_unconfirmed()
            && !at.is_cloned()
            && match scope {
                DecisionScope::Computer => false,
                DecisionScope::Group => self.decided_group() == group,
                DecisionScope::Organization => true,
            }
    }

    /// The group that the computer was in when the request was decided; while nobody has decided, when it asked.
    #[must_use]
    pub fn decided_group(&self) -> &GroupId {
        let decided = self.decision.as_ref().and_then(|decision| decision.group_id.as_ref());
        decided.unwrap_or(&self.group_id)
    }

    pub(crate) fn must_be_pending(&self, now: Timestamp) -> Result<(), TransitionError> {
        match (self.status_at(now), &self.decision) {
            (RequestStatus::Pending, _) => Ok(()),
            (_, Some(decision)) => {
                Err(TransitionError::AlreadyDecided { decision: Box::new(decision.clone()) })
            }
            // The same refusal as before the request was ended.
            (_, None) if self.ended.is_some() => Err(TransitionError::ComputerRemoved),
            (status, None) => Err(TransitionError::NotPending { status }),
        }
    }
}

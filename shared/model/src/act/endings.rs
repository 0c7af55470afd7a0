//! Acts about requests that end by themselves: nobody decided in time, or what they were for is gone.

use serde::{Deserialize, Serialize};

use super::decisions::StatusDetail;
use super::footprint::{AgentNews, Footprint, Happening};
use super::name::ActName;
use super::requests::waiting;
use crate::audit::AuditKind;
use crate::decision::Outcome;
use crate::ending::EndReason;
use crate::ids::{ComputerId, GroupId, RequestId};
use crate::kinds::{DecisionScope, RequestKind};
use crate::list::{List, ListEntry, WHOLE_ORGANIZATION};
use crate::notice::Notice;
use crate::permit::Basis;
use crate::request::Request;

/// For whom an approval is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApprovalDetail {
    /// The scope of the approval.
    pub scope: DecisionScope,
    /// The computer group that it is for; absent for other scopes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupId>,
    /// The request that was decided, if this one was settled along with it; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_by: Option<RequestId>,
}

impl ApprovalDetail {
    /// The approval of a request; `None` if it was not approved.
    #[must_use]
    pub fn of(request: &Request) -> Option<Self> {
        let decision = request.decision.as_ref().filter(|decision| decision.outcome == Outcome::Approved)?;
        let for_group = decision.scope == DecisionScope::Group;
        let group_id = for_group.then(|| request.decided_group().clone());
        Some(Self { scope: decision.scope, group_id, settled_by: decision.settled_by.clone() })
    }

    /// The sets that contain the request while its approval is in force: that of its group or of the organization, unless
    /// it is for one computer; that of the request that it was settled along with; and that of its subject, if it gives a
    /// grant.
    pub(super) fn shared(&self, id: &RequestId, subject: &str) -> Vec<ListEntry> {
        let of_scope = match self.scope {
            DecisionScope::Computer => None,
            DecisionScope::Group => self.group_id.as_ref().map(GroupId::as_str),
            DecisionScope::Organization => Some(WHOLE_ORGANIZATION),
        };
        let of_decided = self.settled_by.as_ref().map(RequestId::as_str);
        let of_subject = self.gives_a_grant().then_some(subject);
        let partitions = of_scope.into_iter().chain(of_decided).chain(of_subject);
        partitions.map(|partition| ListEntry::within(List::SharedApprovals, partition, id)).collect()
    }

    /// Whether it gives a grant. One that was settled along rests on the grant of another one.
    pub(super) const fn gives_a_grant(&self) -> bool {
        self.settled_by.is_none()
    }
}

/// Nobody decided a request in time; or its approval has expired, and what it was for is gone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestExpired {
    /// The request that it is about.
    pub request_id: RequestId,
    /// The computer that asked.
    pub computer_id: ComputerId,
    /// The text by which subjects are compared: the kind, and the file's SHA-256 or the device and the access.
    pub subject: String,
    /// The approval that has expired; absent if nobody decided in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<ApprovalDetail>,
    /// What is gone, so that the approval would have ended if it had not expired before; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<EndReason>,
}

impl RequestExpired {
    /// Nobody decided in time.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        Self { because: None, ..Self::before_it_ended(request, EndReason::ComputerRemoved) }
    }

    /// An approval had expired when what it was for was found gone.
    #[must_use]
    pub fn before_it_ended(request: &Request, because: EndReason) -> Self {
        Self {
            request_id: request.id.clone(),
            computer_id: request.computer_id.clone(),
            subject: request.subject.key(),
            approval: ApprovalDetail::of(request),
            because: Some(because),
        }
    }
}

impl Happening for RequestExpired {
    fn footprint(&self) -> Footprint {
        let mut lists: Vec<_> = waiting(&self.request_id, &self.computer_id, &self.subject).into();
        lists.extend(
            self.approval.iter().flat_map(|approval| approval.shared(&self.request_id, &self.subject)),
        );
        Footprint {
            name: ActName::RequestExpired,
            audit: AuditKind::Unified,
            concerns: vec![self.request_id.to_string(), self.computer_id.to_string()],
            lists,
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        *basis == Basis::Processor
    }
}

/// A request ended with the computer that asked, or an approval with the computer, group or organization that it was for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestEnded {
    /// The request that it is about.
    pub request_id: RequestId,
    /// The computer that asked.
    pub computer_id: ComputerId,
    /// The kind of the request.
    pub kind: RequestKind,
    /// The text by which subjects are compared: the kind, and the file's SHA-256 or the device and the access.
    pub subject: String,
    /// The computer's host name at the time of the request.
    pub hostname: String,
    /// Whether another computer had that host name when this one asked, and no administrator had confirmed this one; absent
    /// otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unconfirmed: bool,
    /// The state before.
    pub before: StatusDetail,
    /// The state after.
    pub after: StatusDetail,
    /// What is gone.
    pub because: EndReason,
    /// The approval that has ended; absent if nobody had decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<ApprovalDetail>,
}

impl RequestEnded {
    /// The act, from the states before and after.
    #[must_use]
    pub fn of(old: &Request, new: &Request, because: EndReason) -> Self {
        Self {
            request_id: new.id.clone(),
            computer_id: new.computer_id.clone(),
            kind: new.kind(),
            subject: new.subject.key(),
            hostname: new.hostname.clone(),
            unconfirmed: new.unconfirmed,
            before: StatusDetail { status: old.status },
            after: StatusDetail { status: new.status },
            because,
            approval: ApprovalDetail::of(new),
        }
    }
}

impl Happening for RequestEnded {
    fn footprint(&self) -> Footprint {
        let mut lists: Vec<_> = waiting(&self.request_id, &self.computer_id, &self.subject).into();
        lists.extend(
            self.approval.iter().flat_map(|approval| approval.shared(&self.request_id, &self.subject)),
        );
        let ends_a_grant = self.approval.as_ref().is_some_and(ApprovalDetail::gives_a_grant);
        if ends_a_grant {
            lists.push(ListEntry::new(List::Grants, &self.request_id));
        }
        // Nobody would see any more what became of the messages of a deleted organization.
        let is_told = self.because != EndReason::OrganizationDeleted;
        let notice = Notice::RequestEnded { request_id: self.request_id.clone() };
        Footprint {
            name: ActName::RequestEnded,
            audit: AuditKind::Both,
            concerns: vec![self.request_id.to_string(), self.computer_id.to_string()],
            lists,
            notice: is_told.then_some(notice),
            agents: if ends_a_grant { AgentNews::NOW } else { AgentNews::NONE },
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        *basis == Basis::Processor
    }
}

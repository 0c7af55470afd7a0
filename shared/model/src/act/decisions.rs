//! Acts about decisions: decided, settled along with another request, revoked.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::endings::ApprovalDetail;
use super::footprint::{AgentNews, Footprint, Happening};
use super::name::ActName;
use super::requests::{of_computer, waiting};
use crate::action::Action;
use crate::audit::AuditKind;
use crate::condition::Condition;
use crate::decision::{Decision, FirstUse, Outcome};
use crate::ids::{ComputerId, FlagId, GrantId, GroupId, RequestId, RuleId};
use crate::kinds::{DecisionScope, RequestKind, RequestStatus};
use crate::list::{List, ListEntry};
use crate::notice::Notice;
use crate::permit::Basis;
use crate::request::Request;

/// The status of a request, before or after a decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusDetail {
    /// The status of the request.
    pub status: RequestStatus,
}

/// An administrator decided a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestDecided {
    /// The request that it is about.
    pub request_id: RequestId,
    /// The computer that asked.
    pub computer_id: ComputerId,
    /// The grant of an approval; absent for other decisions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<GrantId>,
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
    /// The state after: the decision.
    pub after: StatusDetail,
    /// The scope of the decision.
    pub scope: DecisionScope,
    /// What the approval covers; absent if that is the file or device that was asked for, and for other decisions.
    #[serde(default, skip_serializing_if = "Condition::is_file")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub condition: Condition,
    /// When the approval expires; null if it never does, and for other decisions.
    pub expires_at: Option<Timestamp>,
    /// When its time begins with its first use; absent if it began with the decision, and for other decisions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_use: Option<FirstUse>,
    /// Whether the denial also settles the pending matching requests.
    pub include_matching: bool,
    /// The rule that decided; absent if a person did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_id: Option<RuleId>,
    /// The computer group that the approval is for; absent for other scopes and decisions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupId>,
    /// The flag of the file that denied the request; absent if somebody decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag_id: Option<FlagId>,
}

impl RequestDecided {
    /// The act of deciding a request, from the states before and after.
    #[must_use]
    pub fn of(old: &Request, new: &Request, decision: &Decision) -> Self {
        Self {
            request_id: new.id.clone(),
            computer_id: new.computer_id.clone(),
            grant_id: decision.grant.clone(),
            kind: new.kind(),
            subject: new.subject.key(),
            hostname: new.hostname.clone(),
            unconfirmed: new.unconfirmed,
            before: StatusDetail { status: old.status },
            after: StatusDetail { status: new.status },
            scope: decision.scope,
            condition: decision.condition,
            expires_at: decision.expires_at,
            first_use: decision.first_use,
            include_matching: decision.include_matching,
            rule_id: decision.rule.as_ref().map(|rule| rule.id.clone()),
            group_id: ApprovalDetail::of(new).and_then(|approval| approval.group_id),
            flag_id: decision.flag.clone(),
        }
    }
}

impl Happening for RequestDecided {
    fn footprint(&self) -> Footprint {
        let mut concerns = vec![self.request_id.to_string(), self.computer_id.to_string()];
        let mut lists: Vec<_> = waiting(&self.request_id, &self.computer_id, &self.subject).into();
        let mut agents = AgentNews::NONE;
        concerns.extend(self.rule_id.as_ref().map(ToString::to_string));
        if let Some(grant) = &self.grant_id {
            concerns.push(grant.to_string());
            // The list names the request, which carries the decision: there is no second record that could say otherwise.
            lists.push(ListEntry::new(List::Grants, &self.request_id));
            let (scope, group_id) = (self.scope, self.group_id.clone());
            lists.extend(
                ApprovalDetail { scope, group_id, settled_by: None }.shared(&self.request_id, &self.subject),
            );
            agents = AgentNews { now: true, at: self.expires_at };
        }
        Footprint {
            name: ActName::RequestDecided,
            audit: AuditKind::Both,
            concerns,
            lists,
            notice: Some(Notice::RequestDecided { request_id: self.request_id.clone() }),
            agents,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        // The right was judged where the file was flagged.
        if self.flag_id.is_some() {
            return self.after.status == RequestStatus::Denied && *basis == Basis::Processor;
        }
        match self.after.status {
            RequestStatus::Approved => {
                basis.is_right_up_to(Action::approve(self.kind), self.kind, self.scope)
            }
            RequestStatus::Denied => basis.is_right_for(Action::RequestsDeny, self.kind),
            RequestStatus::Ignored => basis.is_right_for(Action::RequestsIgnore, self.kind),
            // No decision leads to this status.
            RequestStatus::Pending
            | RequestStatus::Expired
            | RequestStatus::Cancelled
            | RequestStatus::Revoked => false,
        }
    }
}

/// A pending request was settled along with a decision on a matching one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestSettled {
    /// The request that it is about.
    pub request_id: RequestId,
    /// The computer that asked.
    pub computer_id: ComputerId,
    /// The text by which subjects are compared: the kind, and the file's SHA-256 or the device and the access.
    pub subject: String,
    /// What was decided.
    pub outcome: Outcome,
    /// The scope of the decision.
    pub scope: DecisionScope,
    /// The computer group that the approval is for; absent for other scopes and decisions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupId>,
    /// The request that was decided.
    pub settled_by: RequestId,
    /// Whether it had been denied along with the same request, which was decided anew; absent otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub anew: bool,
    /// The rule that decided the matching request; absent if a person did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_id: Option<RuleId>,
}

impl RequestSettled {
    /// The act of settling a request along with another one.
    #[must_use]
    pub fn of(settled: &Request, decision: &Decision, decided: &RequestId) -> Self {
        Self {
            request_id: settled.id.clone(),
            computer_id: settled.computer_id.clone(),
            subject: settled.subject.key(),
            outcome: decision.outcome,
            scope: decision.scope,
            group_id: ApprovalDetail::of(settled).and_then(|approval| approval.group_id),
            settled_by: decided.clone(),
            anew: !settled.earlier_decisions.is_empty(),
            rule_id: decision.rule.as_ref().map(|rule| rule.id.clone()),
        }
    }
}

impl Happening for RequestSettled {
    fn footprint(&self) -> Footprint {
        let mut lists: Vec<_> = waiting(&self.request_id, &self.computer_id, &self.subject).into();
        match self.outcome {
            Outcome::Approved => {
                let (scope, group_id) = (self.scope, self.group_id.clone());
                let settled_by = Some(self.settled_by.clone());
                let approval = ApprovalDetail { scope, group_id, settled_by };
                lists.extend(approval.shared(&self.request_id, &self.subject));
            }
            // It is found there when the request that was decided is decided anew.
            Outcome::Denied => {
                let partition = self.settled_by.as_str();
                lists.push(ListEntry::within(List::SharedApprovals, partition, &self.request_id));
            }
            Outcome::Ignored => {}
        }
        let mut concerns =
            vec![self.request_id.to_string(), self.computer_id.to_string(), self.settled_by.to_string()];
        concerns.extend(self.rule_id.as_ref().map(ToString::to_string));
        Footprint {
            name: ActName::RequestSettled,
            audit: AuditKind::Both,
            concerns,
            lists,
            notice: Some(Notice::RequestDecided { request_id: self.request_id.clone() }),
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        *basis == Basis::Processor
    }
}

/// An administrator revoked an approval, or it was revoked along with the one that it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestRevoked {
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
    /// The scope of the approval.
    pub scope: DecisionScope,
    /// The computer group that the approval was for; absent for other scopes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupId>,
    /// The request whose approval was revoked, if this one was settled along with it; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_by: Option<RequestId>,
    /// The flag of the file for which the approval was revoked; absent if somebody revoked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag_id: Option<FlagId>,
}

impl RequestRevoked {
    /// The act, from the states before and after. The scope is that of the revoked decision, not of an earlier read.
    #[must_use]
    pub fn of(old: &Request, new: &Request) -> Self {
        let approval = ApprovalDetail::of(old);
        Self {
            request_id: new.id.clone(),
            computer_id: new.computer_id.clone(),
            kind: new.kind(),
            subject: new.subject.key(),
            hostname: new.hostname.clone(),
            unconfirmed: new.unconfirmed,
            before: StatusDetail { status: old.status },
            after: StatusDetail { status: new.status },
            scope: old.decision.as_ref().map_or(DecisionScope::Organization, |decision| decision.scope),
            group_id: approval.as_ref().and_then(|approval| approval.group_id.clone()),
            settled_by: approval.and_then(|approval| approval.settled_by),
            flag_id: new.decision.as_ref().and_then(|decision| decision.flag.clone()),
        }
    }
}

impl Happening for RequestRevoked {
    fn footprint(&self) -> Footprint {
        let approval = ApprovalDetail {
            scope: self.scope,
            group_id: self.group_id.clone(),
            settled_by: self.settled_by.clone(),
        };
        let mut lists = approval.shared(&self.request_id, &self.subject);
        lists.push(of_computer(&self.request_id, &self.computer_id));
        if approval.gives_a_grant() {
            lists.push(ListEntry::new(List::Grants, &self.request_id));
        }
        Footprint {
            name: ActName::RequestRevoked,
            audit: AuditKind::Both,
            concerns: vec![self.request_id.to_string(), self.computer_id.to_string()],
            lists,
            notice: Some(Notice::RequestRevoked { request_id: self.request_id.clone() }),
            agents: if approval.gives_a_grant() { AgentNews::NOW } else { AgentNews::NONE },
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        // The right was judged where the file was flagged.
        if self.flag_id.is_some() {
            return *basis == Basis::Processor;
        }
        match self.settled_by {
            None => basis.is_right_up_to(Action::RequestsRevoke, self.kind, self.scope),
            // The right was judged where the approval was revoked.
            Some(_) => *basis == Basis::Processor,
        }
    }
}

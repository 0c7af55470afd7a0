//! Acts about grants: their end was changed, a computer used one for the first time.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::endings::ApprovalDetail;
use super::footprint::{AgentNews, Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::audit::AuditKind;
use crate::ids::{ComputerId, GrantId, GroupId, RequestId};
use crate::kinds::{DecisionScope, RequestKind};
use crate::list::{List, ListEntry};
use crate::notice::Notice;
use crate::permit::Basis;
use crate::request::Request;

/// The end of an approval, before or after it was changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EndDetail {
    /// When the approval ends; null if it never does.
    pub expires_at: Option<Timestamp>,
}

/// An administrator shortened or prolonged an approval, or it was changed along with the one that it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrantEdited {
    /// The request that was approved.
    pub request_id: RequestId,
    /// The computer that asked.
    pub computer_id: ComputerId,
    /// The grant of the approval; null if that is not known.
    pub grant_id: Option<GrantId>,
    /// The kind of the request.
    pub kind: RequestKind,
    /// The state before.
    pub before: EndDetail,
    /// The state after.
    pub after: EndDetail,
    /// The scope of the approval.
    pub scope: DecisionScope,
    /// The computer group that the approval is for; absent for other scopes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupId>,
    /// The request whose approval was changed, if this one was settled along with it; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_by: Option<RequestId>,
}

impl GrantEdited {
    /// The act, from the states before and after.
    #[must_use]
    pub fn of(old: &Request, new: &Request) -> Self {
        let approval = ApprovalDetail::of(old);
        let end = |request: &Request| EndDetail {
            expires_at: request.decision.as_ref().and_then(|decision| decision.expires_at),
        };
        Self {
            request_id: new.id.clone(),
            computer_id: new.computer_id.clone(),
            grant_id: new.decision.as_ref().and_then(|decision| decision.grant.clone()),
            kind: new.kind(),
            before: end(old),
            after: end(new),
            scope: old.decision.as_ref().map_or(DecisionScope::Organization, |decision| decision.scope),
            group_id: approval.as_ref().and_then(|approval| approval.group_id.clone()),
            settled_by: approval.and_then(|approval| approval.settled_by),
        }
    }
}

impl Happening for GrantEdited {
    fn footprint(&self) -> Footprint {
        let mut concerns = vec![self.request_id.to_string(), self.computer_id.to_string()];
        concerns.extend(self.grant_id.iter().map(ToString::to_string));
        // One that was settled along rests on the grant of another one.
        let gives_a_grant = self.settled_by.is_none();
        let grants = gives_a_grant.then(|| ListEntry::new(List::Grants, &self.request_id));
        Footprint {
            name: ActName::GrantEdited,
            audit: AuditKind::Both,
            concerns,
            lists: grants.into_iter().collect(),
            notice: Some(Notice::ApprovalEdited { request_id: self.request_id.clone() }),
            agents: if gives_a_grant {
                AgentNews { now: true, at: self.after.expires_at }
            } else {
                AgentNews::NONE
            },
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        match self.settled_by {
            None => basis.is_right_up_to(Action::approve(self.kind), self.kind, self.scope),
            // The right was judged where the approval was changed.
            Some(_) => *basis == Basis::Processor,
        }
    }
}

/// A computer used a grant for the first time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrantUsed {
    /// The grant.
    pub grant_id: GrantId,
    /// The request that was approved.
    pub request_id: RequestId,
    /// The computer that used it.
    pub computer_id: ComputerId,
    /// When the computer used it first, as its agent says.
    pub used_at: Timestamp,
    /// When it ends for this computer; null if it never does.
    pub expires_at: Option<Timestamp>,
}

impl Happening for GrantUsed {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(
            ActName::GrantUsed,
            AuditKind::Unified,
            &[&self.request_id, &self.computer_id, &self.grant_id],
        )
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_computer(&self.computer_id)
    }
}

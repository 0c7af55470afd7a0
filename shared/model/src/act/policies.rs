//! Acts about policies: drafts, and their deployment.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::footprint::{AgentNews, Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::audit::AuditKind;
use crate::ids::{GroupId, OrganizationId, PolicyId};
use crate::kinds::RequestKind;
use crate::list::{List, ListEntry};
use crate::permit::Basis;
use crate::policy::{
    Deployment, DeploymentSummary, DeploymentVersion, Notify, Policy, PolicyAction, PolicyContent,
    PolicyEntry,
};

/// The audit's details of a policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyDetail {
    /// The name of the policy.
    pub name: String,
    /// The computer group it is for.
    pub group_id: GroupId,
    /// Who is notified of requests that it caused.
    pub notify: Notify,
    /// Its position among the policies of the group.
    pub order: u32,
    /// What it blocks and allows; absent if it says what a new policy does, or if an edit did not change it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = PolicyContentDetail, required = false))]
    pub content: Option<PolicyContentDetail>,
}

impl From<&Policy> for PolicyDetail {
    fn from(policy: &Policy) -> Self {
        let content = Some(&policy.content).filter(|content| !content.is_default());
        Self {
            name: policy.name.clone(),
            group_id: policy.group_id.clone(),
            notify: policy.notify.clone(),
            order: policy.order,
            content: content.map(PolicyContentDetail::whole),
        }
    }
}

/// The audit's details of what a policy blocks and allows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyContentDetail {
    /// What it is for; null if nothing is said.
    pub description: Option<String>,
    /// What happens to what no entry is about.
    pub default_action: PolicyAction,
    /// The kinds of things that it is about.
    pub kinds: Vec<RequestKind>,
    /// How many entries it has.
    pub entries: usize,
    /// The entries in their order. Of an edit, only those that the other state does not have, unless only the order changed.
    pub differing: Vec<PolicyEntry>,
}

impl PolicyContentDetail {
    fn whole(content: &PolicyContent) -> Self {
        Self::with(content, content.entries.clone())
    }

    /// What one state has that the other one has not, so that an edit of a long policy is a short entry in the audit.
    fn beside(content: &PolicyContent, other: &PolicyContent) -> Self {
        let differing: Vec<_> =
            content.entries.iter().filter(|entry| !other.entries.contains(entry)).cloned().collect();
        let same = differing.is_empty() && content.entries.len() == other.entries.len();
        let all = same && content.entries != other.entries;
        Self::with(content, if all { content.entries.clone() } else { differing })
    }

    fn with(content: &PolicyContent, differing: Vec<PolicyEntry>) -> Self {
        Self {
            description: content.description.clone(),
            default_action: content.default_action,
            kinds: content.kinds.clone(),
            entries: content.entries.len(),
            differing,
        }
    }
}

/// A policy was created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyCreated {
    /// The policy that it is about.
    pub policy_id: PolicyId,
    /// The state after.
    pub after: PolicyDetail,
}

impl PolicyCreated {
    /// The act of creating it.
    #[must_use]
    pub fn of(new: &Policy) -> Self {
        Self { policy_id: new.id.clone(), after: new.into() }
    }
}

impl Happening for PolicyCreated {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::PolicyCreated,
            audit: AuditKind::System,
            concerns: vec![self.policy_id.to_string()],
            lists: vec![ListEntry::new(List::Policies, &self.policy_id)],
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::ApplicationPoliciesCreate)
    }
}

/// A policy's draft was edited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyEdited {
    /// The policy that it is about.
    pub policy_id: PolicyId,
    /// The state before.
    pub before: PolicyDetail,
    /// The state after.
    pub after: PolicyDetail,
}

impl PolicyEdited {
    /// The act, from the states before and after.
    #[must_use]
    pub fn of(old: &Policy, new: &Policy) -> Self {
        let differ = old.content != new.content;
        let side = |policy: &Policy, other: &Policy| PolicyDetail {
            content: differ.then(|| PolicyContentDetail::beside(&policy.content, &other.content)),
            ..policy.into()
        };
        Self { policy_id: new.id.clone(), before: side(old, new), after: side(new, old) }
    }
}

impl Happening for PolicyEdited {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::PolicyEdited, AuditKind::System, &[&self.policy_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::ApplicationPoliciesEdit)
    }
}

/// A policy's position, before or after a move.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlaceDetail {
    /// Its position among the policies of the group.
    pub order: u32,
}

/// A policy was moved to another position among those of its group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyMoved {
    /// The policy that it is about.
    pub policy_id: PolicyId,
    /// The name of the policy.
    pub name: String,
    /// The state before.
    pub before: PlaceDetail,
    /// The state after.
    pub after: PlaceDetail,
}

impl PolicyMoved {
    /// The act, from the positions before and after.
    #[must_use]
    pub fn of(old: &Policy, new: &Policy) -> Self {
        Self {
            policy_id: new.id.clone(),
            name: new.name.clone(),
            before: PlaceDetail { order: old.order },
            after: PlaceDetail { order: new.order },
        }
    }
}

impl Happening for PolicyMoved {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::PolicyMoved, AuditKind::System, &[&self.policy_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::ApplicationPoliciesMove)
    }
}

/// A policy's draft was deleted; it stays live until the next deployment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyDeleted {
    /// The policy that it is about.
    pub policy_id: PolicyId,
    /// The state before.
    pub before: PolicyDetail,
}

impl PolicyDeleted {
    /// The act of deleting it.
    #[must_use]
    pub fn of(old: &Policy) -> Self {
        Self { policy_id: old.id.clone(), before: old.into() }
    }
}

impl Happening for PolicyDeleted {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::PolicyDeleted,
            audit: AuditKind::System,
            concerns: vec![self.policy_id.to_string()],
            lists: vec![ListEntry::new(List::Policies, &self.policy_id)],
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        // It is also deleted with its group.
        basis.is_right(Action::ApplicationPoliciesDelete) || *basis == Basis::Processor
    }
}

/// The audit's details of a deployment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeploymentDetail {
    /// The number of the deployment, which increases by one with each; 0 before the first.
    pub policy_version: u64,
    /// When it was deployed; null before the first.
    pub deployed_at: Option<Timestamp>,
    /// How many policies it made live; absent for the one before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policies: Option<usize>,
    /// The earlier version whose policies were deployed again; absent if the drafts were deployed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = u64, required = false))]
    pub restores: Option<u64>,
    /// What it changed, in numbers; absent for the one before, and in entries of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = DeploymentSummary, required = false))]
    pub summary: Option<DeploymentSummary>,
}

/// An organization's policies were deployed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PoliciesDeployed {
    /// The organization that it is about.
    pub organization_id: OrganizationId,
    /// What was live before.
    pub before: DeploymentDetail,
    /// What is live now.
    pub after: DeploymentDetail,
}

impl PoliciesDeployed {
    /// The act, from the deployments before and after; the new one has this many policies.
    #[must_use]
    pub fn of(old: &Deployment, new: &Deployment, policies: usize) -> Self {
        let detail = |deployment: &Deployment, policies| DeploymentDetail {
            policy_version: deployment.version,
            deployed_at: deployment.deployed_at,
            policies,
            restores: None,
            summary: None,
        };
        Self {
            organization_id: new.organization_id.clone(),
            before: detail(old, None),
            after: detail(new, Some(policies)),
        }
    }

    /// The act, with what the deployment changed.
    #[must_use]
    pub fn as_version(old: &Deployment, new: &Deployment, version: &DeploymentVersion) -> Self {
        let act = Self::of(old, new, version.summary.policies);
        let (restores, summary) = (version.restores, Some(version.summary));
        Self { after: DeploymentDetail { restores, summary, ..act.after }, ..act }
    }
}

impl Happening for PoliciesDeployed {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::PoliciesDeployed,
            audit: AuditKind::System,
            concerns: vec![self.organization_id.to_string()],
            lists: Vec::new(),
            notice: None,
            agents: AgentNews::NOW,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right_at(Action::OrganizationsDeploy, &self.organization_id)
    }
}

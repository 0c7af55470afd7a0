//! Acts about policies: drafts, and their deployment.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::footprint::{AgentNews, Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::audit::AuditKind;
use crate::ids::{GroupId, OrganizationId, PolicyId};
use crate::list::{List, ListEntry};
use crate::permit::Basis;
use crate::policy::{Deployment, Notify, Policy};

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
}

impl From<&Policy> for PolicyDetail {
    fn from(policy: &Policy) -> Self {
        Self {
            name: policy.name.clone(),
            group_id: policy.group_id.clone(),
            notify: policy.notify.clone(),
            order: policy.order,
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
        Self { policy_id: new.id.clone(), before: old.into(), after: new.into() }
    }
}

impl Happening for PolicyEdited {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::PolicyEdited,
            audit: AuditKind::System,
            concerns: vec![self.policy_id.to_string()],
            lists: Vec::new(),
            notice: None,
            agents: AgentNews::NONE,
        }
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
        Footprint {
            name: ActName::PolicyMoved,
            audit: AuditKind::System,
            concerns: vec![self.policy_id.to_string()],
            lists: Vec::new(),
            notice: None,
            agents: AgentNews::NONE,
        }
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
        basis.is_right(Action::ApplicationPoliciesDelete)
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
        };
        Self {
            organization_id: new.organization_id.clone(),
            before: detail(old, None),
            after: detail(new, Some(policies)),
        }
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

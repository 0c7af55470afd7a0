//! Policies, which are drafts until deployed, and deployments.

mod content;
mod difference;
mod tag;
mod versions;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use content::{Match, MatchBy, PolicyAction, PolicyContent, PolicyEntry, ValueError};
pub use difference::{DeploymentSummary, PolicyAspect, PolicyDifference, differences};
pub use tag::{Tag, TagValues};
pub use versions::{Deployment, DeploymentVersion};

use crate::ids::{GroupId, OrganizationId, PolicyId};
use crate::text::Address;

/// Who is notified of a request that the policy caused.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notify {
    /// Whether anybody is notified.
    pub enabled: bool,
    /// The addresses: email addresses, and phone numbers after `sms:`.
    pub addresses: Vec<Address>,
}

impl Notify {
    /// The most addresses a policy may name.
    pub const ADDRESSES_MAX: usize = 50;

    /// The addresses to notify, each once; none if it is off.
    #[must_use]
    pub fn effective(&self) -> Vec<&Address> {
        let mut seen = std::collections::BTreeSet::new();
        self.addresses.iter().filter(|a| self.enabled && seen.insert(a.key())).collect()
    }
}

/// The draft of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Its id.
    pub id: PolicyId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// The computer group that it applies to.
    pub group_id: GroupId,
    /// Its name, unique in its organization by [`text::name_key`](crate::text::name_key).
    pub name: String,
    /// The number of the last renaming, from 0.
    #[serde(default)]
    pub naming: u64,
    /// Who is notified.
    pub notify: Notify,
    /// What it blocks and allows.
    #[serde(default, skip_serializing_if = "PolicyContent::is_default")]
    pub content: PolicyContent,
    /// Its position among the policies of the group, the smallest first.
    pub order: u32,
    /// Whether it has been deleted.
    #[serde(default)]
    pub deleted: bool,
}

/// A policy as deployed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeployedPolicy {
    /// The policy.
    pub id: PolicyId,
    /// Its name at that time.
    pub name: String,
    /// Its position at that time.
    pub order: u32,
    /// Who was to be notified at that time.
    pub notify: Notify,
    /// What it blocked and allowed at that time, with the values of its tags.
    #[serde(default, skip_serializing_if = "PolicyContent::is_default")]
    pub content: PolicyContent,
}

impl DeployedPolicy {
    /// The draft that would deploy just this.
    #[must_use]
    pub fn as_draft_of(&self, draft: &Policy) -> Policy {
        Policy {
            name: self.name.clone(),
            order: self.order,
            notify: self.notify.clone(),
            content: self.content.unresolved(),
            ..draft.clone()
        }
    }
}

/// How a policy was when it was last deployed. It stays when the policy is deleted: agents that have not checked in
/// since still ask in its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastDeployment {
    /// The policy.
    pub policy_id: PolicyId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The deployment that it was last part of: [`Deployment::generation`].
    pub generation: String,
    /// The policy as it was deployed then, without its content.
    pub policy: DeployedPolicy,
}

impl LastDeployment {
    /// How long after the latest deployment the notify list of a policy that was replaced still counts. Agents that can
    /// reach the server have the new policies within a minute; others may still ask in the name of the old one.
    pub const STILL_COUNTS: SignedDuration = SignedDuration::from_hours(24);

    /// The records of one group's policies in a deployment.
    pub fn of<'a>(
        organization: &'a OrganizationId,
        generation: &'a str,
        live: &'a DeployedPolicies,
    ) -> impl Iterator<Item = Self> + 'a {
        live.policies.iter().map(|policy| Self {
            policy_id: policy.id.clone(),
            organization_id: organization.clone(),
            generation: generation.to_owned(),
            policy: DeployedPolicy { content: PolicyContent::default(), ..policy.clone() },
        })
    }

    /// The addresses to notify at a time: while the policy is live, and for a while after it was replaced.
    #[must_use]
    pub fn effective_at(&self, deployment: &Deployment, now: Timestamp) -> Vec<&Address> {
        let live = self.generation == deployment.generation;
        let end = deployment.deployed_at.and_then(|at| at.saturating_add(Self::STILL_COUNTS).ok());
        let recent = end.is_some_and(|end| now < end);
        if live || recent { self.policy.notify.effective() } else { Vec::new() }
    }
}

/// The live policies of one group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeployedPolicies {
    /// The group.
    pub group_id: GroupId,
    /// The version they were deployed with.
    pub version: u64,
    /// The policies in order.
    pub policies: Vec<DeployedPolicy>,
}

impl DeployedPolicies {
    /// The live policies of a group after these drafts are deployed.
    #[must_use]
    pub fn of(group_id: &GroupId, version: u64, drafts: &[Policy]) -> Self {
        let mut live: Vec<&Policy> =
            drafts.iter().filter(|p| p.group_id == *group_id && !p.deleted).collect();
        live.sort_by_key(|p| (p.order, &p.id));
        let deployed = |p: &Policy| DeployedPolicy {
            id: p.id.clone(),
            name: p.name.clone(),
            order: p.order,
            notify: p.notify.clone(),
            content: p.content.clone(),
        };
        Self { group_id: group_id.clone(), version, policies: live.into_iter().map(deployed).collect() }
    }

    /// The live policy with this id.
    #[must_use]
    pub fn policy(&self, id: &PolicyId) -> Option<&DeployedPolicy> {
        self.policies.iter().find(|p| p.id == *id)
    }

    /// The addresses that any of the live policies notifies, each once.
    #[must_use]
    pub fn effective(&self) -> Vec<&Address> {
        let mut seen = std::collections::BTreeSet::new();
        let all = self.policies.iter().flat_map(|policy| policy.notify.effective());
        all.filter(|address| seen.insert(address.key())).collect()
    }
}

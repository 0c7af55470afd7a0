//! Deployments and their versions.

use countersign_http::AdministratorName;
use countersign_model::{
    DeployedPolicy, DeploymentSummary, DeploymentVersion, GroupId, OrganizationId, PolicyAction, PolicyEntry,
    PolicyId, RequestKind,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::NotifyView;
use crate::state::KeptVersion;

/// What to deploy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Deploy {
    /// The earlier version whose policies are deployed again; default: the drafts are deployed.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_u64)]
    pub version: Option<u64>,
}

/// The deployment that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeployedView {
    /// The number of the deployment, which increases by one with each.
    policy_version: u64,
    /// The earlier version whose policies it deployed again; null if it deployed the drafts.
    restores: Option<u64>,
    /// What it changed, in numbers.
    summary: DeploymentSummary,
    /// How many policies deploying the drafts would change now: 0 after they were deployed.
    draft_changes: usize,
}

impl DeployedView {
    /// The answer to a deployment.
    pub fn of(version: &DeploymentVersion, policy_version: u64, draft_changes: usize) -> Self {
        Self { policy_version, restores: version.restores, summary: version.summary, draft_changes }
    }
}

/// A version of an organization's policies.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeploymentView {
    /// The number of the version, which increases by one with each deployment.
    policy_version: u64,
    /// Whether it is live.
    live: bool,
    /// When it was deployed; null if that is not known any more.
    deployed_at: Option<Timestamp>,
    /// The administrator who deployed it; null if that is not known any more, or if you may not know of their organization.
    deployed_by: Option<AdministratorName>,
    /// The earlier version whose policies it deployed again; null if it deployed the drafts.
    restores: Option<u64>,
    /// What it changed, in numbers; null if that is not known any more.
    summary: Option<DeploymentSummary>,
}

impl DeploymentView {
    /// A version as somebody sees it who may know of these organizations.
    pub fn of(kept: &KeptVersion, live: u64, sees: impl Fn(&OrganizationId) -> bool) -> Self {
        let known = kept.remembered.as_ref();
        let name = |version: &DeploymentVersion| AdministratorName {
            id: version.deployed_by.clone(),
            name: version.deployed_by_name.clone(),
        };
        Self {
            policy_version: kept.version,
            live: kept.version == live,
            deployed_at: known.map(|version| version.deployed_at),
            deployed_by: known.filter(|version| sees(&version.deployed_from)).map(name),
            restores: known.and_then(|version| version.restores),
            summary: known.map(|version| version.summary),
        }
    }
}

/// Which group's policies to show.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VersionQuery {
    /// The computer group whose policies are shown; default: none, and the groups are listed with how many they have.
    #[param(inline)]
    pub group_id: Option<GroupId>,
}

/// A version with its groups.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenedDeployment {
    /// The version.
    pub deployment: DeploymentView,
    /// The groups that it has policies for, by id.
    pub groups: Vec<DeployedGroup>,
}

/// A group in a version.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeployedGroup {
    /// The id of the computer group.
    pub group_id: GroupId,
    /// The present name of the group; null if it was deleted.
    pub name: Option<String>,
    /// How many policies the version has for it.
    pub policy_count: usize,
    /// These policies in their order; absent unless the group was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<DeployedPolicyView>, required = false)]
    pub policies: Option<Vec<DeployedPolicyView>>,
}

/// A policy as it was deployed.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeployedPolicyView {
    /// The id of the policy.
    id: PolicyId,
    /// Its name at that time.
    name: String,
    /// Who was notified of requests that it caused.
    notify: NotifyView,
    /// What it was for; null if nothing was said.
    description: Option<String>,
    /// What happened to what no entry was about.
    default_action: PolicyAction,
    /// The kinds of things that it was about.
    kinds: Vec<RequestKind>,
    /// What it blocked and allowed, in the order in which it was tried.
    entries: Vec<PolicyEntry>,
}

impl From<&DeployedPolicy> for DeployedPolicyView {
    fn from(policy: &DeployedPolicy) -> Self {
        let DeployedPolicy { id, name, notify, content, .. } = policy.clone();
        let (description, default_action) = (content.description, content.default_action);
        let (kinds, entries) = (content.kinds, content.entries);
        Self { id, name, notify: notify.into(), description, default_action, kinds, entries }
    }
}

/// How many computers have the live policies.
#[derive(Debug, Serialize, ToSchema)]
pub struct RolloutView {
    /// The live version; 0 before the first deployment.
    pub policy_version: u64,
    /// How many computers were given it.
    pub up_to_date: usize,
    /// How many computers were given another version last, or none yet.
    pub behind: usize,
    /// Whether all computers were counted; false: only the newest 2000 were.
    pub complete: bool,
    /// Computers that do not have the live version: the newest 50.
    pub computers: Vec<BehindView>,
}

/// A computer that does not have the live policies.
#[derive(Debug, Serialize, ToSchema)]
pub struct BehindView {
    /// The id of the computer.
    pub id: countersign_model::ComputerId,
    /// The host name that it reported last.
    pub hostname: String,
    /// The name that administrators gave it; null if it has none.
    pub name: Option<String>,
    /// The computer group that it is in.
    pub group_id: GroupId,
    /// The version that it was given last; null if it was given none yet.
    pub policy_version: Option<u64>,
}

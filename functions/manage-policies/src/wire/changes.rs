//! What differs between the drafts and what is live, or between two versions.

use countersign_model::{
    DeployedPolicy, DeploymentSummary, GroupId, PolicyAction, PolicyAspect, PolicyDifference, PolicyEntry,
    PolicyId, RequestKind,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::NotifyView;

/// What to compare.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangesQuery {
    /// The version to start from, one of those that the organization keeps; default: the live one.
    #[param(minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    pub from: Option<u64>,
    /// The version to compare it with, one of those that the organization keeps; default: the drafts.
    #[param(minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    pub to: Option<u64>,
    /// The computer group to which the answer is narrowed; default: all groups.
    #[param(inline)]
    pub group_id: Option<GroupId>,
}

/// What differs, by group.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyComparison {
    /// The version that it starts from; 0 is the state before the first deployment.
    pub from: u64,
    /// The version that it is compared with; null: the drafts.
    pub to: Option<u64>,
    /// What differs, in numbers.
    pub summary: DeploymentSummary,
    /// How many computers are in the groups that differ.
    pub computers: usize,
    /// Whether all computers were counted; false: of a group, only 10,000 were.
    pub computers_complete: bool,
    /// The groups that differ, by id: the first 50.
    pub groups: Vec<GroupDifference>,
    /// How many further groups differ, which can be asked for with `group_id`.
    pub more_groups: usize,
}

/// What differs in a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupDifference {
    /// The id of the computer group.
    pub group_id: GroupId,
    /// The present name of the group; null if it was deleted.
    pub name: Option<String>,
    /// How many computers are in it, of those that were counted.
    pub computers: usize,
    /// The policies that differ: those that are there afterwards in their order, then those that are gone.
    pub policies: Vec<PolicyDifferenceView>,
}

/// How a policy differs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyDifference)]
pub struct PolicyDifferenceView {
    /// The id of the policy.
    policy_id: PolicyId,
    /// Its name, the later one if that differs.
    name: String,
    /// What differs.
    changes: Vec<PolicyAspect>,
    /// What it was before, as far as that differs; null if it is new.
    before: Option<PolicyFields>,
    /// What it is afterwards, as far as that differs; null if it is gone.
    after: Option<PolicyFields>,
}

/// The fields of a policy that differ; the others are absent.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct PolicyFields {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    name: Option<String>,
    /// What it is for; null if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false)]
    description: Option<Option<String>>,
    /// What happens to what no entry is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = PolicyAction, required = false)]
    default_action: Option<PolicyAction>,
    /// The kinds of things that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<RequestKind>, required = false)]
    kinds: Option<Vec<RequestKind>>,
    /// What it blocks and allows, in the order in which it is tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<PolicyEntry>, required = false)]
    entries: Option<Vec<PolicyEntry>>,
    /// Who is notified of requests that it caused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = NotifyView, required = false)]
    notify: Option<NotifyView>,
    /// Its position among the policies of its group.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u32, required = false)]
    order: Option<u32>,
}

impl PolicyFields {
    fn of(policy: &DeployedPolicy, aspects: &[PolicyAspect]) -> Self {
        let all = aspects.iter().any(|aspect| matches!(aspect, PolicyAspect::Added | PolicyAspect::Removed));
        let shown = |aspect| all || aspects.contains(&aspect);
        let content = &policy.content;
        Self {
            name: shown(PolicyAspect::Name).then(|| policy.name.clone()),
            description: shown(PolicyAspect::Description).then(|| content.description.clone()),
            default_action: shown(PolicyAspect::DefaultAction).then_some(content.default_action),
            kinds: shown(PolicyAspect::Kinds).then(|| content.kinds.clone()),
            entries: shown(PolicyAspect::Entries).then(|| content.entries.clone()),
            notify: shown(PolicyAspect::Notify).then(|| policy.notify.clone().into()),
            order: shown(PolicyAspect::Moved).then_some(policy.order),
        }
    }
}

impl From<&PolicyDifference<'_>> for PolicyDifferenceView {
    fn from(difference: &PolicyDifference<'_>) -> Self {
        let PolicyDifference { id, aspects, before, after } = difference;
        let fields =
            |policy: &Option<&DeployedPolicy>| policy.map(|policy| PolicyFields::of(policy, aspects));
        let name = after.or(*before).map(|policy| policy.name.clone()).unwrap_or_default();
        Self {
            policy_id: (*id).clone(),
            name,
            changes: aspects.clone(),
            before: fields(before),
            after: fields(after),
        }
    }
}

//! The policies of an organization's groups at one point: as drafts, or as a version deployed them.

use std::collections::{BTreeMap, BTreeSet};

use countersign_http::{Problem, Services};
use countersign_journal::Journal;
use countersign_model::{
    DeployedPolicies, DeployedPolicy, Deployment, DeploymentSummary, DeploymentVersion, Group, GroupId,
    OrganizationId, Permit, Policy, PolicyDifference, Tag, TagId, TagValues, lists, policy,
};
use countersign_store::{DeployedPoliciesId, StoreError};
use futures::future::try_join;

/// The policies of each group, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State(pub BTreeMap<GroupId, Vec<DeployedPolicy>>);

impl State {
    /// What deploying these drafts would make live.
    pub fn of_drafts<'a>(groups: impl IntoIterator<Item = &'a GroupId>, drafts: &[Policy]) -> Self {
        let of = |group: &GroupId| (group.clone(), DeployedPolicies::of(group, 0, drafts).policies);
        Self(groups.into_iter().map(of).collect())
    }

    /// What a generation has for these groups. A group that it does not know has no policies.
    pub async fn of_generation(
        journal: &Journal,
        generation: &str,
        groups: impl IntoIterator<Item = &GroupId>,
    ) -> Result<Self, StoreError> {
        let groups: Vec<&GroupId> = groups.into_iter().collect();
        let ids: Vec<_> = groups.iter().map(|group| DeployedPoliciesId::new(generation, group)).collect();
        let found = journal.load_many::<DeployedPolicies>(&ids).await?;
        let of = |(group, found): (&GroupId, Option<countersign_store::Stored<DeployedPolicies>>)| {
            (group.clone(), found.map(|found| found.value.policies).unwrap_or_default())
        };
        Ok(Self(groups.into_iter().zip(found).map(of).collect()))
    }

    /// The policies of a group.
    pub fn of(&self, group: &GroupId) -> &[DeployedPolicy] {
        self.0.get(group).map(Vec::as_slice).unwrap_or_default()
    }

    /// How each group's policies differ from those of an earlier state. Groups without a difference are left out.
    pub fn differences_from<'a>(&'a self, before: &'a Self) -> Vec<(&'a GroupId, Vec<PolicyDifference<'a>>)> {
        let gone = before.0.keys().filter(|group| !self.0.contains_key(*group));
        let all = self.0.keys().chain(gone);
        let of = |group: &'a GroupId| (group, policy::differences(before.of(group), self.of(group)));
        all.map(of).filter(|(_, differences)| !differences.is_empty()).collect()
    }

    /// The same in numbers.
    pub fn summary_from(&self, before: &Self) -> DeploymentSummary {
        let mut summary = DeploymentSummary::default();
        for (group, differences) in self.differences_from(before) {
            summary.add(self.of(group).len(), &differences);
        }
        // Also those of groups without a difference.
        summary.policies = self.0.values().map(Vec::len).sum();
        summary
    }
}

/// The groups of the permit's organization, and the drafts of its policies.
pub async fn drafts(journal: &Journal, permit: &Permit) -> Result<(Vec<Group>, Vec<Policy>), StoreError> {
    let groups = journal.all::<Group>(permit, lists::GROUPS);
    let policies = journal.all::<Policy>(permit, lists::POLICIES);
    let (groups, policies) = try_join(groups, policies).await?;
    let groups = groups.into_iter().map(|group| group.value).filter(|group| !group.deleted);
    let policies = policies.into_iter().map(|policy| policy.value).filter(|policy| !policy.deleted);
    Ok((groups.collect(), policies.collect()))
}

/// The values of the tags that these drafts name. A tag that was deleted is missing.
async fn tag_values(
    journal: &Journal,
    deployment: &Deployment,
    drafts: &[Policy],
) -> Result<BTreeMap<TagId, Vec<String>>, StoreError> {
    let named: BTreeSet<&TagId> = drafts.iter().flat_map(|policy| policy.content.tags()).collect();
    let tags: Vec<&Tag> = named.into_iter().filter_map(|id| deployment.tag(id)).collect();
    let found = journal.load_many::<TagValues>(tags.iter().map(|tag| &tag.values_id)).await?;
    let values = found.into_iter().map(|found| found.map(|found| found.value.values));
    Ok(tags.into_iter().zip(values).filter_map(|(tag, values)| Some((tag.id.clone(), values?))).collect())
}

/// The drafts with the values of their tags, and the first draft whose tag was deleted.
pub async fn resolved(
    journal: &Journal,
    deployment: &Deployment,
    drafts: Vec<Policy>,
) -> Result<(Vec<Policy>, Option<String>), StoreError> {
    let values = tag_values(journal, deployment, &drafts).await?;
    let lacks = |policy: &&Policy| policy.content.tags().iter().any(|tag| !values.contains_key(*tag));
    let lacking = drafts.iter().find(lacks).map(|policy| policy.name.clone());
    let resolved =
        drafts.into_iter().map(|policy| Policy { content: policy.content.resolved(&values), ..policy });
    Ok((resolved.collect(), lacking))
}

/// The live deployment of an organization.
pub async fn live(services: &Services, organization: &OrganizationId) -> Result<Deployment, Problem> {
    let found = services.journal.load::<Deployment>(organization).await?;
    Ok(found.ok_or_else(Problem::not_found)?.value)
}

/// A version that is kept.
pub struct KeptVersion {
    pub version: u64,
    pub generation: String,
    /// What is remembered of it; `None` for one that an earlier version of this program deployed.
    pub remembered: Option<DeploymentVersion>,
}

impl KeptVersion {
    /// A version, if the organization keeps it.
    pub async fn find(
        journal: &Journal,
        deployment: &Deployment,
        version: u64,
    ) -> Result<Option<Self>, StoreError> {
        let Some(generation) = deployment.generation_of(version) else { return Ok(None) };
        let remembered = journal.load::<DeploymentVersion>(&generation).await?.map(|found| found.value);
        Ok(Some(Self { version, generation, remembered }))
    }

    /// The groups that it has policies for: those of that time, or else these.
    pub fn groups<'a>(&'a self, present: &'a [GroupId]) -> &'a [GroupId] {
        self.remembered.as_ref().map_or(present, |version| &version.groups)
    }
}

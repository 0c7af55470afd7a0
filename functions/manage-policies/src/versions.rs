//! The versions of an organization's policies, what differs between them, and which computers have the live one.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State as Of;
use countersign_authority::rights::{Rights, rights_at};
use countersign_http::{AsAdministrator, InputError, Page, PathId, Problem, QueryOf, Services};
use countersign_journal::Journal;
use countersign_model::{
    Action, Deployment, DeploymentVersion, Group, GroupId, OrganizationId, Sight, decide,
};

use crate::fleet::{Counted, Fleet};
use crate::state::{self, KeptVersion, State};
use crate::wire::changes::{ChangesQuery, GroupDifference, PolicyComparison};
use crate::wire::deployments::{
    BehindView, DeployedGroup, DeploymentView, OpenedDeployment, RolloutView, VersionQuery,
};

/// Whether an administrator of this organization is shown.
fn sees(rights: &Rights, organization: &OrganizationId) -> bool {
    Sight::of(&rights.actor).over_resource(&rights.resource()).sees(organization)
}

/// Lists the versions of an organization's policies that are kept, the newest first: the last 100.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/deployments", tag = "policies", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path)), responses((status = 200, body = Page<DeploymentView>)))]
pub async fn list_deployments(
    Of(services): Of<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
) -> Result<axum::Json<Page<DeploymentView>>, Problem> {
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let _ = decide(&rights.actor, Action::ApplicationPoliciesView, &rights.resource())?;
    let live = state::live(&services, &organization).await?;
    let kept = live.newest_first();
    let generations: Vec<&String> = kept.iter().map(|(_, generation)| generation).collect();
    let remembered = services.journal.load_many::<DeploymentVersion>(generations).await?;
    let items = kept.iter().zip(remembered).map(|((version, generation), remembered)| {
        let remembered = remembered.map(|found| found.value);
        let kept = KeptVersion { version: *version, generation: generation.clone(), remembered };
        DeploymentView::of(&kept, live.version, |organization| sees(&rights, organization))
    });
    Ok(Json(Page { items: items.collect(), next_cursor: None }))
}

/// Shows a version of an organization's policies.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/deployments/{version}", tag = "policies", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), ("version" = u64, Path, minimum = 1, maximum = 9_007_199_254_740_991_u64, description = "The number of the version."), VersionQuery),
    responses((status = 200, body = OpenedDeployment)))]
pub async fn open_deployment(
    Of(services): Of<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId((organization, version)): PathId<(OrganizationId, u64)>,
    QueryOf(query): QueryOf<VersionQuery>,
) -> Result<Json<OpenedDeployment>, Problem> {
    let journal = &services.journal;
    let rights = rights_at(journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::ApplicationPoliciesView, &rights.resource())?;
    let live = state::live(&services, &organization).await?;
    let kept = KeptVersion::find(journal, &live, version).await?.ok_or_else(Problem::not_found)?;
    let (present, _) = state::drafts(journal, &permit).await?;
    let names = names(&present);
    let ids: Vec<GroupId> = present.into_iter().map(|group| group.id).collect();
    let wanted = kept.groups(&ids).iter().filter(|id| query.group_id.as_ref().is_none_or(|only| only == *id));
    let state = State::of_generation(journal, &kept.generation, wanted).await?;
    let groups = state.0.iter().map(|(group, policies)| DeployedGroup {
        group_id: group.clone(),
        name: names.get(group).cloned(),
        policy_count: policies.len(),
        policies: query.group_id.is_some().then(|| policies.iter().map(Into::into).collect()),
    });
    let deployment = DeploymentView::of(&kept, live.version, |organization| sees(&rights, organization));
    Ok(Json(OpenedDeployment { deployment, groups: groups.collect() }))
}

fn names(groups: &[Group]) -> BTreeMap<GroupId, String> {
    groups.iter().map(|group| (group.id.clone(), group.name.clone())).collect()
}

/// The most groups whose differences one answer shows.
const GROUPS: usize = 50;

/// Shows what deploying would change, or how two versions differ.
///
/// Without parameters, the drafts are compared with what is live.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/policies/changes", tag = "policies", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), ChangesQuery), responses((status = 200, body = PolicyComparison)))]
pub async fn compare_policies(
    Of(services): Of<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
    QueryOf(query): QueryOf<ChangesQuery>,
) -> Result<Json<PolicyComparison>, Problem> {
    let journal = &services.journal;
    let rights = rights_at(journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::ApplicationPoliciesView, &rights.resource())?;
    let live = state::live(&services, &organization).await?;
    let (groups, drafts) = state::drafts(journal, &permit).await?;
    let names = names(&groups);
    let present: Vec<GroupId> = groups.into_iter().map(|group| group.id).collect();
    let from = query.from.unwrap_or(live.version);
    let mut before = of_version(journal, &live, ("/from", from), &present).await?;
    let mut after = match query.to {
        Some(version) => of_version(journal, &live, ("/to", version), &present).await?,
        None => {
            // Policies of deleted groups concern nobody.
            before.0.retain(|group, _| present.contains(group));
            let (drafts, _) = state::resolved(journal, &live, drafts).await?;
            State::of_drafts(&present, &drafts)
        }
    };
    if let Some(only) = &query.group_id {
        before.0.retain(|group, _| group == only);
        after.0.retain(|group, _| group == only);
    }
    let differing = after.differences_from(&before);
    let computers = Counted::of(journal, &permit, differing.iter().map(|(group, _)| *group)).await?;
    let shown = differing.iter().take(GROUPS).map(|(group, differences)| GroupDifference {
        group_id: (*group).clone(),
        name: names.get(*group).cloned(),
        computers: computers.in_group(group),
        policies: differences.iter().map(Into::into).collect(),
    });
    Ok(Json(PolicyComparison {
        from,
        to: query.to,
        summary: after.summary_from(&before),
        computers: differing.iter().map(|(group, _)| computers.in_group(group)).sum(),
        computers_complete: computers.complete,
        groups: shown.collect(),
        more_groups: differing.len().saturating_sub(GROUPS),
    }))
}

/// A version that a parameter names.
async fn of_version(
    journal: &Journal,
    live: &Deployment,
    (pointer, version): (&str, u64),
    present: &[GroupId],
) -> Result<State, Problem> {
    if version == 0 {
        return Ok(State::default());
    }
    let Some(kept) = KeptVersion::find(journal, live, version).await? else {
        let message = "must be one of the versions that the organization keeps";
        return Err(Problem::invalid_query(vec![InputError::new(pointer, message)]));
    };
    Ok(State::of_generation(journal, &kept.generation, kept.groups(present)).await?)
}

/// The most computers that are named.
const NAMED: usize = 50;

/// Shows how many computers have the live policies, and which have not.
///
/// A computer has them once it was given them at a check-in.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/policies/rollout", tag = "policies", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path)), responses((status = 200, body = RolloutView)))]
pub async fn show_rollout(
    Of(services): Of<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
) -> Result<Json<RolloutView>, Problem> {
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::ComputersView, &rights.resource())?;
    let live = state::live(&services, &organization).await?;
    let fleet = Fleet::of(&services.journal, &permit).await?;
    let behind: Vec<_> =
        fleet.computers.iter().filter(|computer| computer.policy_version != Some(live.version)).collect();
    let named = behind.iter().take(NAMED).map(|computer| BehindView {
        id: computer.id.clone(),
        hostname: computer.hostname.clone(),
        name: computer.name.clone(),
        group_id: computer.group_id.clone(),
        policy_version: computer.policy_version,
    });
    Ok(Json(RolloutView {
        policy_version: live.version,
        up_to_date: fleet.computers.len() - behind.len(),
        behind: behind.len(),
        complete: fleet.complete,
        computers: named.collect(),
    }))
}

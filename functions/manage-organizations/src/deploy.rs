//! Deploying: the drafts of all policies become what agents get at their next check-in.

use axum::Json;
use axum::extract::State;
use countersign_authority::rights::rights_at;
use countersign_http::{AsAdministrator, Code, PathId, Problem, Services};
use countersign_journal::Change;
use countersign_model::act::PoliciesDeployed;
use countersign_model::{
    Action, DeployedPolicies, Deployment, Group, LastDeployment, List, Organization, OrganizationId, Policy,
    decide,
};
use countersign_store::{DeployedPoliciesId, Stored};
use futures::future::try_join;

use crate::room;
use crate::wire::DeploymentView;

/// Deploys an organization's policies.
///
/// Agents get them within 60 seconds.
#[utoipa::path(post, path = "/v1/organizations/{organization_id}/deploy", tag = "policies", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path)), responses((status = 200, body = DeploymentView),
    (status = 409, description = "There are too many groups, or the policies of a group are too large together.")))]
pub async fn deploy_policies(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
) -> Result<Json<DeploymentView>, Problem> {
    let journal = &services.journal;
    let rights = rights_at(journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::OrganizationsDeploy, &rights.resource())?;
    let groups = journal.all::<Group>(&permit, List::Groups);
    let policies = journal.all::<Policy>(&permit, List::Policies);
    let (mut groups, policies) = try_join(groups, policies).await?;
    groups.retain(|group| !group.value.deleted);
    let drafts: Vec<Policy> =
        policies.into_iter().map(|policy| policy.value).filter(|policy| !policy.deleted).collect();
    require_fit(&groups, &drafts)?;
    // The name is fresh, so a deployment that dies half way, or loses to another one, is never read.
    let generation = journal.random().ulid(caller.now).to_string();
    let origin = caller.origin();
    let saved = journal
        .save_update(&organization, None, |old: &Deployment| {
            let new = old.next(generation.clone(), caller.now);
            let act = PoliciesDeployed::of(old, &new, drafts.len());
            let mut change = Change::new(&permit, &origin, act);
            for group in &groups {
                let live = DeployedPolicies::of(&group.value.id, new.version, &drafts);
                change = change.create_as(&DeployedPoliciesId::new(&generation, &group.value.id), &live);
                // Agents that have not checked in yet still ask in the name of a policy that the next deployment leaves out.
                for last in LastDeployment::of(&organization, &generation, &live) {
                    change = change.create(&last);
                }
            }
            Ok::<_, Problem>((new, change))
        })
        .await?;
    Ok(Json(DeploymentView { policy_version: saved.value.version }))
}

/// Why the policies are not deployed.
enum NotDeployed {
    TooManyGroups,
    /// Those of the group with this name are too large together.
    TooLarge(String),
}

impl From<NotDeployed> for Problem {
    fn from(why: NotDeployed) -> Self {
        match why {
            NotDeployed::TooManyGroups => {
                let most = Organization::GROUPS_MAX;
                let detail = format!("only {most} groups can be deployed; delete some first");
                Self::new(Code::TooManyGroups, detail)
            }
            NotDeployed::TooLarge(name) => {
                let detail = format!(
                    "the policies of the group `{name}` are too large together; name fewer addresses, or delete one"
                );
                Self::new(Code::PoliciesTooLarge, detail)
            }
        }
    }
}

/// Checks that the deployment can be stored. Saving a draft checks this too, but two drafts saved at the same moment
/// may together be too large.
fn require_fit(groups: &[Stored<Group>], drafts: &[Policy]) -> Result<(), NotDeployed> {
    if groups.len() > Organization::GROUPS_MAX {
        return Err(NotDeployed::TooManyGroups);
    }
    match groups.iter().find(|group| !room::fit(&group.value.id, drafts)) {
        Some(group) => Err(NotDeployed::TooLarge(group.value.name.clone())),
        None => Ok(()),
    }
}

//! Deploying: the drafts of all policies become what agents get at their next check-in.

use axum::Json;
use axum::extract::State;
use countersign_authority::rights::rights_at;
use countersign_http::{AsAdministrator, PathId, Problem, Services};
use countersign_journal::Change;
use countersign_model::{
    Act, Action, DeployedPolicies, Deployment, Group, List, OrganizationId, Policy, decide,
};
use countersign_store::DeployedPoliciesId;
use futures::future::try_join;
use serde_json::json;

use crate::wire::DeploymentView;

/// Deploys an organization's policies. Agents have them within 60 seconds.
#[utoipa::path(post, path = "/v1/organizations/{organization_id}/deploy", tag = "policies", security(("session" = [])),
    params(("organization_id" = String, Path)), responses((status = 200, body = DeploymentView)))]
pub async fn deploy_policies(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
) -> Result<Json<DeploymentView>, Problem> {
    let journal = &services.journal;
    let rights = rights_at(journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::OrganizationsDeploy, &rights.resource())?;
    let groups = journal.whole_list::<Group>(&organization, List::Groups);
    let policies = journal.whole_list::<Policy>(&organization, List::Policies);
    let (groups, policies) = try_join(groups, policies).await?;
    let drafts: Vec<Policy> = policies.into_iter().map(|policy| policy.value).collect();
    // Its name is fresh, so a deployment that dies half way, or loses to another, is never looked at.
    let generation = journal.random().ulid(caller.now).to_string();
    let origin = caller.origin();
    let saved = journal
        .save_update(&organization, None, |old: &Deployment| {
            let new = old.next(generation.clone(), caller.now);
            let policies = drafts.iter().filter(|policy| !policy.deleted).count();
            let mut change = Change::new(&permit, &origin, &organization, Act::PoliciesDeployed)
                .about(organization.as_str())
                .detail(json!({
                    "before": { "policy_version": old.version, "deployed_at": old.deployed_at },
                    "after": { "policy_version": new.version, "deployed_at": new.deployed_at, "policies": policies },
                }))
                .agents();
            for group in groups.iter().filter(|group| !group.value.deleted) {
                let live = DeployedPolicies::of(&group.value.id, new.version, &drafts);
                change = change.create_as(&DeployedPoliciesId::new(&generation, &group.value.id), &live);
            }
            Ok::<_, Problem>((new, change))
        })
        .await?;
    services.wake(&organization);
    Ok(Json(DeploymentView { policy_version: saved.value.version }))
}

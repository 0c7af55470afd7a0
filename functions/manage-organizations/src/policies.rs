//! Policies, as drafts: nothing here reaches a computer until it is deployed.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use countersign_authority::Principal;
use countersign_authority::rights::{Rights, rights_at};
use countersign_http::{AsAdministrator, IfMatch, JsonBody, Page, PathId, Problem, QueryOf, Services, etag};
use countersign_journal::Change;
use countersign_model::{Act, Action, List, OrganizationId, Policy, PolicyId, decide};
use countersign_store::Stored;
use http::StatusCode;
use serde_json::{Value, json};

use crate::groups::group_at;
use crate::wire::{NewPolicy, OfGroupQuery, PolicyChanges, PolicyOrder, PolicyView, name};

fn answer(status: StatusCode, policy: Stored<Policy>) -> impl IntoResponse {
    (status, [etag(policy.revision)], Json(PolicyView::from(policy)))
}

async fn policy_at(
    services: &Services,
    asker: &Principal,
    organization: &OrganizationId,
    policy: &PolicyId,
) -> Result<(Rights, Stored<Policy>), Problem> {
    let rights = rights_at(&services.journal, asker, organization).await?;
    let found = services.journal.load::<Policy>(&policy).await?;
    let own = |found: &Stored<Policy>| found.value.organization_id == *organization && !found.value.deleted;
    Ok((rights, found.filter(own).ok_or_else(Problem::not_found)?))
}

async fn drafts(services: &Services, organization: &OrganizationId) -> Result<Vec<Stored<Policy>>, Problem> {
    let mut all = services.journal.whole_list::<Policy>(organization, List::Policies).await?;
    all.retain(|policy| !policy.value.deleted);
    Ok(all)
}

fn audited(policy: &Policy) -> Value {
    json!({ "name": policy.name, "group_id": policy.group_id, "notify": policy.notify, "order": policy.order })
}

/// Creates a policy for a computer group, behind those it has.
#[utoipa::path(post, path = "/v1/organizations/{organization_id}/policies", tag = "policies", security(("session" = [])),
    params(("organization_id" = String, Path)), request_body = NewPolicy, responses((status = 201, body = PolicyView)))]
pub async fn create_policy(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
    body: JsonBody<NewPolicy>,
) -> Result<impl IntoResponse, Problem> {
    let NewPolicy { name: text, group_id, notify } = &body.value;
    let (name, notify) = (name(text)?, notify.checked()?);
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::ApplicationPoliciesCreate, &rights.resource())?;
    group_at(&services, &administrator, &organization, group_id).await.map_err(|_| unknown_group())?;
    let of_group = drafts(&services, &organization).await?;
    let last = of_group.iter().filter(|p| p.value.group_id == *group_id).map(|p| p.value.order).max();
    let id = PolicyId::from_ulid(services.journal.random().ulid(caller.now));
    let (organization_id, group_id) = (organization.clone(), group_id.clone());
    let order = last.map_or(0, |last| last.saturating_add(1));
    let policy = Policy { id, organization_id, group_id, name, notify, order, deleted: false };
    let change = Change::new(&permit, &caller.origin(), &organization, Act::PolicyCreated)
        .create(&policy)
        .about(policy.id.as_str())
        .detail(json!({ "after": audited(&policy) }))
        .index(List::Policies, policy.id.as_str());
    services.journal.save(change).await?;
    services.wake(&organization);
    Ok(answer(StatusCode::CREATED, Stored { revision: 1, value: policy }))
}

fn unknown_group() -> Problem {
    Problem::invalid_field("/group_id", "must be a computer group of this organization")
}

/// Lists an organization's policies.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/policies", tag = "policies", security(("session" = [])),
    params(("organization_id" = String, Path), OfGroupQuery), responses((status = 200, body = Page<PolicyView>)))]
pub async fn list_policies(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
    QueryOf(query): QueryOf<OfGroupQuery>,
) -> Result<Page<PolicyView>, Problem> {
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let _permit = decide(&rights.actor, Action::ApplicationPoliciesView, &rights.resource())?;
    let (cursor, limit) = (query.cursor.as_deref(), query.limit.get());
    let page = services.journal.page::<Policy>(&organization, List::Policies, cursor, limit).await?;
    let wanted = |p: &Policy| !p.deleted && query.group_id.as_ref().is_none_or(|group| p.group_id == *group);
    let items = page.items.into_iter().filter(|policy| wanted(&policy.value)).map(Into::into);
    Ok(Page { items: items.collect(), next_cursor: page.next })
}

/// Opens a policy.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/policies/{policy_id}", tag = "policies", security(("session" = [])),
    params(("organization_id" = String, Path), ("policy_id" = String, Path)), responses((status = 200, body = PolicyView)))]
pub async fn open_policy(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, PolicyId)>,
) -> Result<impl IntoResponse, Problem> {
    let (rights, policy) = policy_at(&services, &administrator, &organization, &id).await?;
    let _permit = decide(&rights.actor, Action::ApplicationPoliciesView, &rights.resource())?;
    Ok(answer(StatusCode::OK, policy))
}

/// Edits a policy's draft.
#[utoipa::path(patch, path = "/v1/organizations/{organization_id}/policies/{policy_id}", tag = "policies", security(("session" = [])),
    params(("organization_id" = String, Path), ("policy_id" = String, Path), IfMatch), request_body = PolicyChanges,
    responses((status = 200, body = PolicyView)))]
pub async fn edit_policy(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, PolicyId)>,
    IfMatch(revision): IfMatch,
    body: JsonBody<PolicyChanges>,
) -> Result<impl IntoResponse, Problem> {
    let new_name = body.value.name.as_deref().map(name).transpose()?;
    let notify = body.value.notify.as_ref().map(|notify| notify.checked()).transpose()?;
    let (rights, _) = policy_at(&services, &administrator, &organization, &id).await?;
    let permit = decide(&rights.actor, Action::ApplicationPoliciesEdit, &rights.resource())?;
    let origin = caller.origin();
    let saved = services
        .journal
        .save_update(&id, revision, |old: &Policy| {
            let mut new = old.clone();
            new.name = new_name.clone().unwrap_or(new.name);
            new.notify = notify.clone().unwrap_or(new.notify);
            let change = Change::new(&permit, &origin, &organization, Act::PolicyEdited)
                .about(id.as_str())
                .detail(json!({ "before": audited(old), "after": audited(&new) }));
            Ok::<_, Problem>((new, change))
        })
        .await?;
    services.wake(&organization);
    Ok(answer(StatusCode::OK, saved))
}

/// Deletes a policy's draft; it stays live until the next deployment.
#[utoipa::path(delete, path = "/v1/organizations/{organization_id}/policies/{policy_id}", tag = "policies", security(("session" = [])),
    params(("organization_id" = String, Path), ("policy_id" = String, Path), IfMatch), responses((status = 204)))]
pub async fn delete_policy(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, PolicyId)>,
    IfMatch(revision): IfMatch,
) -> Result<StatusCode, Problem> {
    let (rights, _) = policy_at(&services, &administrator, &organization, &id).await?;
    let permit = decide(&rights.actor, Action::ApplicationPoliciesDelete, &rights.resource())?;
    let origin = caller.origin();
    services
        .journal
        .save_update(&id, revision, |old: &Policy| {
            let change = Change::new(&permit, &origin, &organization, Act::PolicyDeleted)
                .about(id.as_str())
                .detail(json!({ "before": audited(old) }))
                .index(List::Policies, id.as_str());
            Ok::<_, Problem>((Policy { deleted: true, ..old.clone() }, change))
        })
        .await?;
    services.wake(&organization);
    Ok(StatusCode::NO_CONTENT)
}

/// Puts the policies of a group in order. Those not named keep their order behind the named ones.
#[utoipa::path(put, path = "/v1/organizations/{organization_id}/policies/order", tag = "policies", security(("session" = [])),
    params(("organization_id" = String, Path)), request_body = PolicyOrder, responses((status = 200, body = Page<PolicyView>)))]
pub async fn order_policies(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
    body: JsonBody<PolicyOrder>,
) -> Result<Page<PolicyView>, Problem> {
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::ApplicationPoliciesMove, &rights.resource())?;
    let drafts = drafts(&services, &organization).await?;
    let origin = caller.origin();
    let mut items = Vec::new();
    for (place, policy) in in_order(drafts, &body.value.policy_ids)?.into_iter().enumerate() {
        let order = u32::try_from(place).unwrap_or(u32::MAX);
        if policy.value.order == order {
            items.push(policy.into());
            continue;
        }
        let id = policy.value.id.clone();
        let moved = services.journal.save_update(&id, None, |old: &Policy| {
            let change = Change::new(&permit, &origin, &organization, Act::PolicyMoved)
                .about(id.as_str())
                .detail(json!({ "name": old.name, "before": { "order": old.order }, "after": { "order": order } }));
            Ok::<_, Problem>((Policy { order, ..old.clone() }, change))
        });
        items.push(moved.await?.into());
    }
    services.wake(&organization);
    Ok(Page { items, next_cursor: None })
}

/// The policies of the group that the named ones belong to, the named ones first.
fn in_order(mut drafts: Vec<Stored<Policy>>, named: &[PolicyId]) -> Result<Vec<Stored<Policy>>, Problem> {
    let place = |id: &PolicyId| named.iter().position(|named| named == id);
    let group = named.first().and_then(|first| drafts.iter().find(|p| p.value.id == *first));
    let Some(group) = group.map(|policy| policy.value.group_id.clone()) else {
        return Err(Problem::invalid_field("/policy_ids", "must name policies of this organization"));
    };
    drafts.retain(|policy| policy.value.group_id == group);
    let mut seen = std::collections::BTreeSet::new();
    for (at, id) in named.iter().enumerate() {
        if !drafts.iter().any(|policy| policy.value.id == *id) || !seen.insert(id) {
            let message = "must name each policy once, all of one group";
            return Err(Problem::invalid_field(format!("/policy_ids/{at}"), message));
        }
    }
    drafts.sort_by_key(|policy| (place(&policy.value.id).unwrap_or(usize::MAX), policy.value.order));
    Ok(drafts)
}

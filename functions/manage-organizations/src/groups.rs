//! Computer groups and the keys that enrol computers into them.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use countersign_authority::Principal;
use countersign_authority::rights::{Rights, rights_at};
use countersign_http::{
    AsAdministrator, IfMatch, JsonBody, Page, PageQuery, PathId, Problem, QueryOf, Services, etag,
};
use countersign_journal::Change;
use countersign_model::{Act, Action, Computer, Group, GroupId, List, OrganizationId, decide};
use countersign_store::Stored;
use countersign_store::tokens::{Kind, mint};
use http::StatusCode;
use serde_json::{Value, json};

use crate::wire::{EnrollmentKeyView, GroupView, Named};

fn answer(status: StatusCode, group: Stored<Group>) -> impl IntoResponse {
    (status, [etag(group.revision)], Json(GroupView::from(group)))
}

/// A group of an organization with the administrator's rights there; 404 for another organization's.
pub async fn group_at(
    services: &Services,
    asker: &Principal,
    organization: &OrganizationId,
    group: &GroupId,
) -> Result<(Rights, Stored<Group>), Problem> {
    let rights = rights_at(&services.journal, asker, organization).await?;
    let found = services.journal.load::<Group>(&group).await?;
    let own = |found: &Stored<Group>| found.value.organization_id == *organization && !found.value.deleted;
    match found.filter(own) {
        Some(group) => Ok((rights, group)),
        // What may not be seen must not be told from what does not exist.
        None => Err(Problem::not_found()),
    }
}

/// Creates a computer group.
#[utoipa::path(post, path = "/v1/organizations/{organization_id}/groups", tag = "groups", security(("session" = [])),
    params(("organization_id" = String, Path)), request_body = Named, responses((status = 201, body = GroupView)))]
pub async fn create_group(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
    body: JsonBody<Named>,
) -> Result<impl IntoResponse, Problem> {
    let name = body.value.checked()?;
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::ComputerGroupsCreate, &rights.resource())?;
    let id = GroupId::from_ulid(services.journal.random().ulid(caller.now));
    let group = Group::new(id, organization.clone(), name, caller.now);
    let change = Change::new(&permit, &caller.origin(), &organization, Act::GroupCreated)
        .create(&group)
        .about(group.id.as_str())
        .detail(json!({ "after": { "name": group.name } }))
        .index(List::Groups, group.id.as_str());
    services.journal.save(change).await?;
    services.wake(&organization);
    Ok(answer(StatusCode::CREATED, Stored { revision: 1, value: group }))
}

/// Lists an organization's computer groups.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/groups", tag = "groups", security(("session" = [])),
    params(("organization_id" = String, Path), PageQuery), responses((status = 200, body = Page<GroupView>)))]
pub async fn list_groups(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
    QueryOf(query): QueryOf<PageQuery>,
) -> Result<Page<GroupView>, Problem> {
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let _permit = decide(&rights.actor, Action::ComputerGroupsView, &rights.resource())?;
    let (cursor, limit) = (query.cursor.as_deref(), query.limit.get());
    let page = services.journal.page::<Group>(&organization, List::Groups, cursor, limit).await?;
    let items = page.items.into_iter().filter(|group| !group.value.deleted).map(Into::into);
    Ok(Page { items: items.collect(), next_cursor: page.next })
}

/// Opens a computer group.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/groups/{group_id}", tag = "groups", security(("session" = [])),
    params(("organization_id" = String, Path), ("group_id" = String, Path)), responses((status = 200, body = GroupView)))]
pub async fn open_group(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, GroupId)>,
) -> Result<impl IntoResponse, Problem> {
    let (rights, group) = group_at(&services, &administrator, &organization, &id).await?;
    let _permit = decide(&rights.actor, Action::ComputerGroupsView, &rights.resource())?;
    Ok(answer(StatusCode::OK, group))
}

/// Renames a computer group.
#[utoipa::path(patch, path = "/v1/organizations/{organization_id}/groups/{group_id}", tag = "groups", security(("session" = [])),
    params(("organization_id" = String, Path), ("group_id" = String, Path), IfMatch), request_body = Named,
    responses((status = 200, body = GroupView)))]
pub async fn edit_group(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, GroupId)>,
    IfMatch(revision): IfMatch,
    body: JsonBody<Named>,
) -> Result<impl IntoResponse, Problem> {
    let name = body.value.checked()?;
    let (rights, _) = group_at(&services, &administrator, &organization, &id).await?;
    let permit = decide(&rights.actor, Action::ComputerGroupsRename, &rights.resource())?;
    let origin = caller.origin();
    let saved = services
        .journal
        .save_update(&id, revision, |old: &Group| {
            let change = Change::new(&permit, &origin, &organization, Act::GroupEdited)
                .about(id.as_str())
                .detail(json!({ "before": { "name": old.name }, "after": { "name": name } }));
            Ok::<_, Problem>((old.renamed(name.clone()), change))
        })
        .await?;
    services.wake(&organization);
    Ok(answer(StatusCode::OK, saved))
}

/// Deletes a computer group without computers. Its enrollment keys and policies go with it.
#[utoipa::path(delete, path = "/v1/organizations/{organization_id}/groups/{group_id}", tag = "groups", security(("session" = [])),
    params(("organization_id" = String, Path), ("group_id" = String, Path), IfMatch), responses((status = 204)))]
pub async fn delete_group(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, GroupId)>,
    IfMatch(revision): IfMatch,
) -> Result<StatusCode, Problem> {
    let (rights, _) = group_at(&services, &administrator, &organization, &id).await?;
    let permit = decide(&rights.actor, Action::ComputerGroupsDelete, &rights.resource())?;
    let computers = services.journal.whole_list::<Computer>(&organization, List::Computers).await?;
    if computers.iter().any(|computer| computer.value.group_id == id && !computer.value.deleted) {
        return Err(Problem::conflict("group-not-empty", "the group still has computers; move them first"));
    }
    let origin = caller.origin();
    services
        .journal
        .save_update(&id, revision, |old: &Group| {
            let change = Change::new(&permit, &origin, &organization, Act::GroupDeleted)
                .about(id.as_str())
                .detail(
                    json!({ "before": { "name": old.name, "enrollment_keys": old.enrollment_keys.len() } }),
                )
                .index(List::Groups, id.as_str());
            Ok::<_, Problem>((old.deleted(), change))
        })
        .await?;
    services.wake(&organization);
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a key with which agents enrol computers into the group. It is shown this once.
#[utoipa::path(post, path = "/v1/organizations/{organization_id}/groups/{group_id}/enrollment-keys", tag = "groups",
    security(("session" = [])), params(("organization_id" = String, Path), ("group_id" = String, Path)),
    responses((status = 201, body = EnrollmentKeyView)))]
pub async fn create_enrollment_key(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, GroupId)>,
) -> Result<impl IntoResponse, Problem> {
    let (rights, _) = group_at(&services, &administrator, &organization, &id).await?;
    let permit = decide(&rights.actor, Action::ComputersEnroll, &rights.resource())?;
    let (key, token) = mint(Kind::Enrollment, id.ulid(), services.journal.random());
    let origin = caller.origin();
    services
        .journal
        .save_update(&id, None, |old: &Group| {
            let new = old.with_key(token.digest.clone(), caller.now);
            let change = Change::new(&permit, &origin, &organization, Act::EnrollmentKeyCreated)
                .about(id.as_str())
                .detail(json!({ "group": old.name, "before": keys_of(old), "after": keys_of(&new) }));
            Ok::<_, Problem>((new, change))
        })
        .await?;
    services.wake(&organization);
    Ok((StatusCode::CREATED, Json(EnrollmentKeyView { key, group_id: id })))
}

/// What the audit says of a group's keys: when each was made. With one too many the oldest goes.
fn keys_of(group: &Group) -> Value {
    let made: Vec<_> = group.enrollment_keys.iter().map(|key| key.created_at).collect();
    json!({ "enrollment_keys_made_at": made })
}

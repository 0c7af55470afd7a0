//! Computers and their maintenance mode.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use countersign_authority::Principal;
use countersign_authority::rights::{Rights, rights_at};
use countersign_http::{AsAdministrator, IfMatch, JsonBody, Page, PathId, Problem, QueryOf, Services, etag};
use countersign_journal::Change;
use countersign_model::{
    Act, Action, Computer, ComputerId, GroupId, List, Maintenance, OrganizationId, decide,
};
use countersign_store::Stored;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::groups::group_at;
use crate::wire::{ComputerChanges, ComputerView, NewMaintenance, OfGroupQuery};

fn answer(now: Timestamp, computer: Stored<Computer>) -> impl IntoResponse {
    ([etag(computer.revision)], Json(ComputerView::at(now, computer)))
}

async fn computer_at(
    services: &Services,
    asker: &Principal,
    organization: &OrganizationId,
    computer: &ComputerId,
) -> Result<(Rights, Stored<Computer>), Problem> {
    let rights = rights_at(&services.journal, asker, organization).await?;
    let found = services.journal.load::<Computer>(&computer).await?;
    let own = |found: &Stored<Computer>| found.value.organization_id == *organization && !found.value.deleted;
    Ok((rights, found.filter(own).ok_or_else(Problem::not_found)?))
}

/// Lists an organization's computers.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/computers", tag = "computers", security(("session" = [])),
    params(("organization_id" = String, Path), OfGroupQuery), responses((status = 200, body = Page<ComputerView>)))]
pub async fn list_computers(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
    QueryOf(query): QueryOf<OfGroupQuery>,
) -> Result<Page<ComputerView>, Problem> {
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let _permit = decide(&rights.actor, Action::ComputersView, &rights.resource())?;
    let (cursor, limit) = (query.cursor.as_deref(), query.limit.get());
    let page = services.journal.page::<Computer>(&organization, List::Computers, cursor, limit).await?;
    let wanted =
        |c: &Computer| !c.deleted && query.group_id.as_ref().is_none_or(|group| c.group_id == *group);
    let items = page.items.into_iter().filter(|computer| wanted(&computer.value));
    let items = items.map(|computer| ComputerView::at(caller.now, computer)).collect();
    Ok(Page { items, next_cursor: page.next })
}

/// Opens a computer.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/computers/{computer_id}", tag = "computers", security(("session" = [])),
    params(("organization_id" = String, Path), ("computer_id" = String, Path)), responses((status = 200, body = ComputerView)))]
pub async fn open_computer(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, ComputerId)>,
) -> Result<impl IntoResponse, Problem> {
    let (rights, computer) = computer_at(&services, &administrator, &organization, &id).await?;
    let _permit = decide(&rights.actor, Action::ComputersView, &rights.resource())?;
    Ok(answer(caller.now, computer))
}

/// Moves a computer to another group, or confirms one whose host name was taken.
#[utoipa::path(patch, path = "/v1/organizations/{organization_id}/computers/{computer_id}", tag = "computers", security(("session" = [])),
    params(("organization_id" = String, Path), ("computer_id" = String, Path), IfMatch), request_body = ComputerChanges,
    responses((status = 200, body = ComputerView)))]
pub async fn edit_computer(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, ComputerId)>,
    IfMatch(revision): IfMatch,
    body: JsonBody<ComputerChanges>,
) -> Result<impl IntoResponse, Problem> {
    let ComputerChanges { group_id, unconfirmed } = body.value;
    if unconfirmed == Some(true) {
        return Err(Problem::invalid_field("/unconfirmed", "can only be set to `false`"));
    }
    let (rights, _) = computer_at(&services, &administrator, &organization, &id).await?;
    let mut permit = None;
    if let Some(group) = &group_id {
        permit = Some(decide(&rights.actor, Action::ComputersMove, &rights.resource())?);
        require_group(&services, &administrator, &organization, group).await?;
    }
    if unconfirmed.is_some() {
        permit = Some(decide(&rights.actor, Action::ComputersConfirm, &rights.resource())?);
    }
    let Some(permit) = permit else {
        return Err(Problem::invalid_field("", "must name something to change"));
    };
    let act = if group_id.is_some() { Act::ComputerMoved } else { Act::ComputerConfirmed };
    let origin = caller.origin();
    let saved = services
        .journal
        .save_update(&id, revision, |old: &Computer| {
            let mut new = group_id.clone().map_or_else(|| old.clone(), |group| old.moved(group));
            if unconfirmed.is_some() {
                new = new.confirmed();
            }
            let audited = |c: &Computer| json!({ "group_id": c.group_id, "unconfirmed": c.unconfirmed });
            let change = Change::new(&permit, &origin, &organization, act)
                .about(id.as_str())
                .detail(json!({ "hostname": old.hostname, "before": audited(old), "after": audited(&new) }))
                .agents();
            Ok::<_, Problem>((new, change))
        })
        .await?;
    services.wake(&organization);
    Ok(answer(caller.now, saved))
}

async fn require_group(
    services: &Services,
    asker: &Principal,
    organization: &OrganizationId,
    group: &GroupId,
) -> Result<(), Problem> {
    let found = group_at(services, asker, organization, group).await;
    let unknown = |_| Problem::invalid_field("/group_id", "must be a computer group of this organization");
    found.map(drop).map_err(unknown)
}

/// Removes a computer; its token no longer counts.
#[utoipa::path(delete, path = "/v1/organizations/{organization_id}/computers/{computer_id}", tag = "computers", security(("session" = [])),
    params(("organization_id" = String, Path), ("computer_id" = String, Path), IfMatch), responses((status = 204)))]
pub async fn delete_computer(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, ComputerId)>,
    IfMatch(revision): IfMatch,
) -> Result<StatusCode, Problem> {
    let (rights, _) = computer_at(&services, &administrator, &organization, &id).await?;
    let permit = decide(&rights.actor, Action::ComputersDelete, &rights.resource())?;
    let origin = caller.origin();
    services
        .journal
        .save_update(&id, revision, |old: &Computer| {
            let change = Change::new(&permit, &origin, &organization, Act::ComputerDeleted)
                .about(id.as_str())
                .detail(json!({ "before": { "hostname": old.hostname, "group_id": old.group_id } }))
                .index(List::Computers, id.as_str());
            Ok::<_, Problem>((old.deleted(), change))
        })
        .await?;
    services.wake(&organization);
    Ok(StatusCode::NO_CONTENT)
}

/// The longest a maintenance mode may last.
const MAINTENANCE_MAX: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Sets a computer's maintenance mode, or ends it.
#[utoipa::path(post, path = "/v1/organizations/{organization_id}/computers/{computer_id}/maintenance", tag = "computers",
    security(("session" = [])), params(("organization_id" = String, Path), ("computer_id" = String, Path), IfMatch),
    request_body = NewMaintenance, responses((status = 200, body = ComputerView)))]
pub async fn set_maintenance_mode(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, ComputerId)>,
    IfMatch(revision): IfMatch,
    body: JsonBody<NewMaintenance>,
) -> Result<impl IntoResponse, Problem> {
    let new = maintenance(&body.value, caller.now)?;
    let (rights, _) = computer_at(&services, &administrator, &organization, &id).await?;
    let permit = decide(&rights.actor, Action::ComputersSetMaintenanceMode, &rights.resource())?;
    let origin = caller.origin();
    let saved = services
        .journal
        .save_update(&id, revision, |old: &Computer| {
            let before = old.maintenance_at(caller.now);
            let mut change = Change::new(&permit, &origin, &organization, Act::MaintenanceModeSet)
                .about(id.as_str())
                .detail(json!({ "hostname": old.hostname, "before": before, "after": new }))
                .agents();
            if let Some(new) = &new {
                change = change.agents_at(new.until);
            }
            Ok::<_, Problem>((old.with_maintenance(new.clone()), change))
        })
        .await?;
    services.wake(&organization);
    Ok(answer(caller.now, saved))
}

fn maintenance(body: &NewMaintenance, now: Timestamp) -> Result<Option<Maintenance>, Problem> {
    if body.mode == "off" {
        return match body.until {
            Some(_) => Err(Problem::invalid_field("/until", "must be left out with `off`")),
            None => Ok(None),
        };
    }
    let mode = body.mode.parse().map_err(|_| {
        Problem::invalid_field("/mode", "must be `monitor`, `learning`, `installation` or `off`")
    })?;
    let until = body.until.ok_or_else(|| Problem::invalid_field("/until", "must say when it ends"))?;
    if until <= now || until.duration_since(now) > MAINTENANCE_MAX {
        return Err(Problem::invalid_field("/until", "must be in the future, at most 7 days from now"));
    }
    Ok(Some(Maintenance { mode, until }))
}

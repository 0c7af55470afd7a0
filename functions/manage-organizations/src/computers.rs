//! Computers and their maintenance mode.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use countersign_authority::Principal;
use countersign_authority::rights::rights_at;
use countersign_http::{
    AsAdministrator, AsReader, BelongingRecord, Gone, IfMatch, JsonBody, Page, PathId, Problem, QueryOf,
    Services, etag, require_at,
};
use countersign_journal::Change;
use countersign_model::act::{ComputerDeleted, ComputerEdited, ComputerMoved, MaintenanceModeSet};
use countersign_model::{
    Act, Action, Computer, ComputerId, Group, GroupId, List, Maintenance, MaintenanceMode, OrganizationId,
    Origin, Permit, decide,
};
use countersign_store::Stored;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};

use crate::wire::computers::{ComputerChanges, ComputerView, NewMaintenance, NewMode};
use crate::wire::{OfGroupQuery, name as checked_name};

/// The answer with a computer.
pub fn answer(now: Timestamp, computer: Stored<Computer>) -> impl IntoResponse {
    ([etag(computer.revision)], Json(ComputerView::at(now, computer)))
}

/// Lists an organization's computers.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/computers", tag = "computers", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), OfGroupQuery), responses((status = 200, body = Page<ComputerView>)))]
pub async fn list_computers(
    State(services): State<Services>,
    AsReader { caller, administrator, paging }: AsReader,
    PathId(organization): PathId<OrganizationId>,
    QueryOf(query): QueryOf<OfGroupQuery>,
) -> Result<Page<ComputerView>, Problem> {
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::ComputersView, &rights.resource())?;
    let (cursor, limit) = (paging.open(query.cursor.as_ref())?, query.limit.get());
    let page = services.journal.page::<Computer>(&permit, List::Computers, cursor.as_deref(), limit).await?;
    let wanted =
        |c: &Computer| !c.deleted && query.group_id.as_ref().is_none_or(|group| c.group_id == *group);
    let items = page.items.into_iter().filter(|computer| wanted(&computer.value));
    let items = items.map(|computer| ComputerView::at(caller.now, computer)).collect();
    paging.page(items, page.next)
}

/// Shows a computer.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/computers/{computer_id}", tag = "computers", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), ("computer_id" = inline(ComputerId), Path)), responses((status = 200, body = ComputerView)))]
pub async fn open_computer(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, ComputerId)>,
) -> Result<impl IntoResponse, Problem> {
    let found = BelongingRecord::<Computer>::at(&services, &administrator, &organization, &id).await?;
    let permit = found.permit(Action::ComputersView)?;
    Ok(answer(caller.now, found.open(&permit)?))
}

/// Moves a computer to another group, or gives it a name.
#[utoipa::path(patch, path = "/v1/organizations/{organization_id}/computers/{computer_id}", tag = "computers", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), ("computer_id" = inline(ComputerId), Path), IfMatch), request_body = ComputerChanges,
    responses((status = 200, body = ComputerView)))]
pub async fn edit_computer(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, ComputerId)>,
    IfMatch(revision): IfMatch,
    body: JsonBody<ComputerChanges>,
) -> Result<impl IntoResponse, Problem> {
    let ComputerChanges { group_id, name } = body.value;
    let name = name.map(|name| name.map(|name| checked_name(&name)).transpose()).transpose()?;
    let found = BelongingRecord::<Computer>::at(&services, &administrator, &organization, &id).await?;
    let moves = group_id.as_ref().map(|_| found.permit(Action::ComputersMove)).transpose()?;
    let edits = name.as_ref().map(|_| found.permit(Action::ComputersEdit)).transpose()?;
    if let Some(group) = &group_id {
        require_group(&services, &administrator, &organization, group).await?;
    }
    // A computer that is moved and renamed in one call counts as moved; the audit's details say the rest.
    let Some(permit) = moves.or(edits) else {
        return Err(Problem::invalid_field("", "must contain at least one change"));
    };
    let origin = caller.origin();
    let edit = |old: &Computer| {
        require_at(old, &permit)?;
        let mut new = old.clone();
        if let Some(group) = &group_id {
            new = new.moved(group.clone());
        }
        if let Some(name) = &name {
            new = new.named(name.clone());
        }
        let act: Act = match group_id {
            Some(_) => ComputerMoved::of(old, &new).into(),
            None => ComputerEdited::of(old, &new).into(),
        };
        Ok::<_, Gone>((new, Change::new(&permit, &origin, act)))
    };
    let saved = services.journal.save_update(&id, revision, edit).await?;
    Ok(answer(caller.now, saved))
}

async fn require_group(
    services: &Services,
    asker: &Principal,
    organization: &OrganizationId,
    group: &GroupId,
) -> Result<(), Problem> {
    let found = BelongingRecord::<Group>::at(services, asker, organization, group).await;
    let unknown = |_| Problem::invalid_field("/group_id", "must be a computer group of this organization");
    found.map(drop).map_err(unknown)
}

/// Removes a computer.
///
/// Its token stops working. Its pending requests are cancelled, and approvals for it alone end; meanwhile nobody can
/// decide them. Requesters who gave an email address are notified.
#[utoipa::path(delete, path = "/v1/organizations/{organization_id}/computers/{computer_id}", tag = "computers", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), ("computer_id" = inline(ComputerId), Path), IfMatch), responses((status = 204)))]
pub async fn delete_computer(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, ComputerId)>,
    IfMatch(revision): IfMatch,
) -> Result<StatusCode, Problem> {
    let found = BelongingRecord::<Computer>::at(&services, &administrator, &organization, &id).await?;
    let permit = found.permit(Action::ComputersDelete)?;
    services.journal.save_update(&id, revision, removal(&permit, &caller.origin())).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The removal of a computer, as a transition of its record.
pub fn removal<'a>(
    permit: &'a Permit,
    origin: &'a Origin,
) -> impl Fn(&Computer) -> Result<(Computer, Change), Gone> + Send + Sync + 'a {
    move |old| {
        require_at(old, permit)?;
        Ok((old.deleted(), Change::new(permit, origin, ComputerDeleted::of(old))))
    }
}

/// The longest maintenance mode.
const MAINTENANCE_MAX: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Sets a computer's maintenance mode, or ends it.
#[utoipa::path(post, path = "/v1/organizations/{organization_id}/computers/{computer_id}/maintenance", tag = "computers",
    security(("administrator" = [])), params(("organization_id" = inline(OrganizationId), Path), ("computer_id" = inline(ComputerId), Path), IfMatch),
    request_body = NewMaintenance, responses((status = 200, body = ComputerView)))]
pub async fn set_maintenance_mode(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, ComputerId)>,
    IfMatch(revision): IfMatch,
    body: JsonBody<NewMaintenance>,
) -> Result<impl IntoResponse, Problem> {
    let new = maintenance(&body.value, caller.now)?;
    let found = BelongingRecord::<Computer>::at(&services, &administrator, &organization, &id).await?;
    let permit = found.permit(Action::ComputersSetMaintenanceMode)?;
    let origin = caller.origin();
    let saved = services
        .journal
        .save_update(&id, revision, |old: &Computer| {
            require_at(old, &permit)?;
            let act = MaintenanceModeSet::of(old, new.clone(), caller.now);
            Ok::<_, Gone>((old.with_maintenance(new.clone()), Change::new(&permit, &origin, act)))
        })
        .await?;
    Ok(answer(caller.now, saved))
}

fn maintenance(body: &NewMaintenance, now: Timestamp) -> Result<Option<Maintenance>, Problem> {
    let mode = match body.mode {
        NewMode::Monitor => MaintenanceMode::Monitor,
        NewMode::Learning => MaintenanceMode::Learning,
        NewMode::Installation => MaintenanceMode::Installation,
        NewMode::Off if body.until.is_some() => {
            return Err(Problem::invalid_field("/until", "must be left out with `off`"));
        }
        NewMode::Off => return Ok(None),
    };
    let until: Timestamp = body.until.map(Into::into).ok_or_else(|| {
        Problem::invalid_field("/until", "is required: it says when the maintenance mode ends")
    })?;
    if until <= now || until.duration_since(now) > MAINTENANCE_MAX {
        return Err(Problem::invalid_field("/until", "must be in the future, at most 7 days from now"));
    }
    Ok(Some(Maintenance { mode, until }))
}

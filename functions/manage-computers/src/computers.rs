//! Computers: opened, edited, moved and removed.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use countersign_authority::Principal;
use countersign_http::{
    AsAdministrator, BelongingRecord, Gone, IfMatch, JsonBody, PathId, Problem, Services, etag, field,
    require_at,
};
use countersign_journal::{Change, Journal, Terms};
use countersign_model::act::{ComputerDeleted, ComputerEdited, ComputerMoved};
use countersign_model::{
    Action, Computer, ComputerId, FaultKind, Group, GroupId, NewAct, OrganizationId, Origin, Permit, text,
};
use countersign_store::{Expiring, Stored, UpdateError};
use http::StatusCode;
use jiff::Timestamp;

use crate::wire::{ComputerChanges, ComputerView};

/// The answer with a computer.
pub async fn answer(
    journal: &Journal,
    now: Timestamp,
    computer: Stored<Computer>,
) -> Result<impl IntoResponse + use<>, Problem> {
    let check_ins = journal.check_ins(&computer.value.id).await?;
    Ok(([etag(computer.revision)], Json(ComputerView::at(now, computer, &check_ins))))
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
    answer(&services.journal, caller.now, found.open(&permit)?).await
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
    let checked = |name: String| field("/name", text::name(&name));
    let name = name.map(|name| name.map(checked).transpose()).transpose()?;
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
        let act: NewAct = match group_id {
            Some(_) => ComputerMoved::of(old, &new).into(),
            None => ComputerEdited::of(old, &new).into(),
        };
        Ok::<_, Gone>((new, Change::new(&permit, &origin, act)))
    };
    let saved = services.journal.save_update(&id, revision, edit).await?;
    answer(&services.journal, caller.now, saved).await
}

/// Refuses a group that the organization does not have.
///
/// # Errors
/// 422 at `/group_id`.
pub async fn require_group(
    services: &Services,
    asker: &Principal,
    organization: &OrganizationId,
    group: &GroupId,
) -> Result<(), Problem> {
    let found = BelongingRecord::<Group>::at(services, asker, organization, group).await;
    let unknown = |_| {
        Problem::invalid_field(
            "/group_id",
            FaultKind::NotFound.saying("must be a computer group of this organization"),
        )
    };
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
    remove(&services.journal, &id, revision.into(), &permit, &caller.origin()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a computer. Its check-ins go with it: that is noted first, so that they also go if this process dies in between, and
/// they stay if the removal is not made.
///
/// # Errors
/// There is no such computer at the permit's organization, or it has another revision.
pub async fn remove(
    journal: &Journal,
    id: &ComputerId,
    terms: Terms,
    permit: &Permit,
    origin: &Origin,
) -> Result<(), UpdateError<Gone>> {
    journal.expire_after(origin.at, &Expiring::CheckIns { computer_id: id.clone() }).await?;
    let removal = |old: &Computer| {
        require_at(old, permit)?;
        Ok((old.deleted(), Change::new(permit, origin, ComputerDeleted::of(old))))
    };
    journal.save_update(id, terms, removal).await.map(drop)
}

//! A preview of who would be told now of a request that waits for too long.

use axum::Json;
use axum::extract::State;
use countersign_authority::rights::{Rights, rights_at};
use countersign_authority::{able_to_decide, approval_settings};
use countersign_http::{
    AdministratorName, AsAdministrator, OrganizationName, PathId, Problem, QueryOf, Services,
};
use countersign_journal::Journal;
use countersign_model::{
    Action, Administrator, Organization, OrganizationId, Permit, RequestKind, Sight, decide,
};

use crate::wire::escalation::{EscalationQuery, EscalationView, UndecidedView, UntakenView};

/// Shows who would be told now of a request that nobody takes or decides.
///
/// The times and addresses are those of the approval settings that count there. Administrators who want to hear of every request
/// are told of it at once, so they are not shown as those who are told when nobody decides it.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/escalation", tag = "organizations",
    security(("administrator" = [])), params(("organization_id" = inline(OrganizationId), Path), EscalationQuery),
    responses((status = 200, body = EscalationView)))]
pub async fn preview_escalation(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
    QueryOf(query): QueryOf<EscalationQuery>,
) -> Result<Json<EscalationView>, Problem> {
    let journal = &services.journal;
    let kind = query.kind.unwrap_or(RequestKind::Application);
    let rights = rights_at(journal, &administrator, &organization).await?;
    let viewing = decide(&rights.actor, Action::AdministratorsView, &rights.resource())?;
    let settings = approval_settings(journal, &rights.organization.value).await?;
    let escalation = settings.escalation.unwrap_or_default();
    let undecided = match escalation.undecided_after_minutes {
        Some(minutes) => Some(nearest_above(journal, &rights, &viewing, kind, minutes).await?),
        None => None,
    };
    let to = escalation.addresses().into_iter().cloned().collect();
    let untaken = escalation.untaken_after_minutes.map(|after_minutes| UntakenView { after_minutes, to });
    Ok(Json(EscalationView { organization_id: organization, kind, untaken, undecided }))
}

/// Those of the nearest organization above that has any.
async fn nearest_above(
    journal: &Journal,
    rights: &Rights,
    viewing: &Permit,
    kind: RequestKind,
    after_minutes: u32,
) -> Result<UndecidedView, Problem> {
    let place = &rights.organization.value;
    let request = rights.resource().kind(kind);
    let resource = rights.resource();
    let sight = Sight::of(&rights.actor).over_resource(&resource);
    for above in place.ancestors.iter().rev() {
        let Some(permit) = Permit::who_can(viewing, place, above) else { continue };
        let mut able = able_to_decide(journal, &permit, &request).await?;
        able.retain(|person| !person.notify_on_request);
        if able.is_empty() {
            continue;
        }
        let named = if sight.sees(above) { journal.load::<Organization>(above).await? } else { None };
        let all = able.len();
        let shown = |person: Administrator| AdministratorName { id: person.id, name: person.name };
        let administrators: Vec<_> = match &named {
            Some(_) => able.into_iter().map(shown).collect(),
            None => Vec::new(),
        };
        return Ok(UndecidedView {
            after_minutes,
            organization: named.map(|found| OrganizationName::from(&found.value)),
            others: all.saturating_sub(administrators.len()),
            administrators,
        });
    }
    Ok(UndecidedView { after_minutes, organization: None, administrators: Vec::new(), others: 0 })
}

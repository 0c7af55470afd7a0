//! A preview of who would be told now of a request that waits for too long.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use countersign_authority::rights::{Rights, rights_at};
use countersign_authority::{approval_settings, told_above};
use countersign_http::{
    AdministratorName, AsAdministrator, OrganizationName, PathId, Problem, QueryOf, Services,
};
use countersign_journal::Journal;
use countersign_model::{
    Action, Administrator, NoticeKind, Organization, OrganizationId, Permit, RequestKind, Resource, Sight,
    decide,
};

use crate::wire::escalation::{EscalationQuery, EscalationView, UndecidedView, UntakenView};

/// Shows who would be told now of a request that nobody takes or decides.
///
/// The times and addresses are those of the approval settings that count there. Of the administrators who are told when nobody
/// decides it, those who want to hear of every request are not shown, since they are told of it at once; those who want that only
/// while nobody else is on are. For who is away, their delegate is shown, if they have one.
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

/// Those of the nearest organization above that has any who would not have been told at once.
async fn nearest_above(
    journal: &Journal,
    rights: &Rights,
    viewing: &Permit,
    kind: RequestKind,
    after_minutes: u32,
) -> Result<UndecidedView, Problem> {
    let place = &rights.organization.value;
    let (request, resource) = (rights.resource().kind(kind), rights.resource());
    let sight = Sight::of(&rights.actor).over_resource(&resource);
    for above in place.ancestors.iter().rev() {
        let Some(permit) = Permit::who_can(viewing, place, above) else { continue };
        let told = told_later(journal, &permit, &request, place).await?;
        if told.is_empty() {
            continue;
        }
        let named = if sight.sees(above) { journal.load::<Organization>(above).await? } else { None };
        let all = told.len();
        let seen = |person: &Administrator| named.is_some() && sight.sees(&person.organization_id);
        let administrators: Vec<_> = told
            .into_iter()
            .filter(seen)
            .map(|person| AdministratorName { id: person.id, name: person.name })
            .collect();
        return Ok(UndecidedView {
            after_minutes,
            organization: named.map(|found| OrganizationName::from(&found.value)),
            others: all.saturating_sub(administrators.len()),
            administrators,
        });
    }
    Ok(UndecidedView { after_minutes, organization: None, administrators: Vec::new(), others: 0 })
}

/// Those of an organization above who hear of a request only when nobody decides it, each once, with their delegates while they are
/// away.
async fn told_later(
    journal: &Journal,
    permit: &Permit,
    request: &Resource,
    place: &Organization,
) -> Result<Vec<Administrator>, Problem> {
    let mut all = told_above(journal, permit, request).await?;
    all.retain(|told| !told.ways(NoticeKind::NewRequest).is_empty());
    // Somebody may stand in for one who hears at once and for one who does not.
    let at_once = all.iter().filter(|told| told.hears_at_once(place));
    let mut known: BTreeSet<_> = at_once.map(|told| told.administrator.id.clone()).collect();
    let people = all.into_iter().map(|told| told.administrator);
    Ok(people.filter(|person| known.insert(person.id.clone())).collect())
}

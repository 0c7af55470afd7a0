//! Approval settings: what an organization asks of requests and of decisions about them.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_authority::approval_settings;
use countersign_authority::rights::rights_at;
use countersign_http::{AsAdministrator, IfMatch, JsonBody, PathId, Problem, Services, etag};
use countersign_journal::Change;
use countersign_model::act::ApprovalSettingsEdited;
use countersign_model::{Action, ApprovalSettings, Organization, OrganizationId, decide};
use countersign_store::Stored;

use crate::wire::approval_settings::ApprovalSettingsView;

/// Shows what an organization asks of requests and decisions, with what counts there.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/approval-settings", tag = "organizations",
    security(("administrator" = [])), params(("organization_id" = inline(OrganizationId), Path)),
    responses((status = 200, body = ApprovalSettingsView)))]
pub async fn open_approval_settings(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
) -> Result<Response, Problem> {
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::OrganizationsView, &rights.resource())?;
    let stored = services.journal.load::<Organization>(permit.organization()).await?;
    answer(&services, stored.ok_or_else(Problem::not_found)?).await
}

/// Replaces what an organization asks of requests and decisions.
///
/// What is left out or null is as at the organization above. The settings count for requests and decisions that are made
/// later. They are part of the organization: `If-Match` takes its revision.
#[utoipa::path(put, path = "/v1/organizations/{organization_id}/approval-settings", tag = "organizations",
    security(("administrator" = [])), params(("organization_id" = inline(OrganizationId), Path), IfMatch),
    request_body = ApprovalSettings, responses((status = 200, body = ApprovalSettingsView)))]
pub async fn replace_approval_settings(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
    if_match: IfMatch,
    body: JsonBody<ApprovalSettings>,
) -> Result<Response, Problem> {
    let new = body.value.checked().map_err(|error| Problem::invalid_field(error.at, error.why))?;
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::OrganizationsEditGeneral, &rights.resource())?;
    let origin = caller.origin();
    let replace = |old: &Organization| {
        if old.deleted {
            return Err(Problem::not_found());
        }
        let edited = old.asking(new.clone(), origin.at);
        let change = Change::new(&permit, &origin, ApprovalSettingsEdited::of(old, &edited));
        Ok::<_, Problem>((edited, change))
    };
    let saved = services.journal.save_update(&organization, if_match.0, replace).await?;
    answer(&services, saved).await
}

async fn answer(services: &Services, stored: Stored<Organization>) -> Result<Response, Problem> {
    let effective = approval_settings(&services.journal, &stored.value).await?;
    let revision = stored.revision;
    Ok(([etag(revision)], Json(ApprovalSettingsView::new(stored, effective))).into_response())
}

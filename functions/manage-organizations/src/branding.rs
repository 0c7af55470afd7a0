//! Branding: how an organization shows itself in messages and in the console.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use countersign_authority::rights::rights_at;
use countersign_http::{
    AsAdministrator, Caller, Gone, IfMatch, JsonBody, PathId, Problem, Services, etag, read_bytes,
};
use countersign_journal::Change;
use countersign_model::act::BrandingEdited;
use countersign_model::{
    Action, Branding, FaultKind, Logo, LogoFormat, Organization, OrganizationId, Permit, decide, openapi,
};
use countersign_store::{Stored, keys};
use http::StatusCode;
use http::header::CONTENT_TYPE;

use crate::wire::branding::{BrandingView, ReplaceBranding};

/// Shows the branding of an organization, its own and what is in force.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/branding", tag = "organizations", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path)), responses((status = 200, body = BrandingView)))]
pub async fn open_branding(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
) -> Result<Response, Problem> {
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let _ = decide(&rights.actor, Action::OrganizationsView, &rights.resource())?;
    answer(&services, rights.organization).await
}

/// Replaces the display name, the colour and the reply address of an organization.
///
/// The logo stays. What is null is as at the organization above. New messages follow at once.
#[utoipa::path(put, path = "/v1/organizations/{organization_id}/branding", tag = "organizations", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), IfMatch), request_body = ReplaceBranding,
    responses((status = 200, body = BrandingView)))]
pub async fn replace_branding(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
    if_match: IfMatch,
    body: JsonBody<ReplaceBranding>,
) -> Result<Response, Problem> {
    let new = body.value.checked()?;
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::OrganizationsEditBranding, &rights.resource())?;
    let replace = |old: &Branding| Branding { logo: old.logo.clone(), ..new.clone() };
    let saved = save(&services, (&caller, &permit), if_match, replace, None).await?;
    answer(&services, saved).await
}

/// Sends the logo of an organization, or that of the nearest organization above that has one.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/logo", tag = "organizations", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path)),
    responses((status = 200, description = "The bytes of the logo.", content((openapi::Bytes = "image/png"), (openapi::Bytes = "image/jpeg")))))]
pub async fn show_logo(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
) -> Result<Response, Problem> {
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let _ = decide(&rights.actor, Action::OrganizationsView, &rights.resource())?;
    let branding = services.journal.branding(&rights.organization.value).await?;
    countersign_http::show_logo(&services.journal, branding).await
}

/// Sets the logo of an organization: a PNG or JPEG image of at most 32 KiB.
#[utoipa::path(put, path = "/v1/organizations/{organization_id}/logo", tag = "organizations", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), IfMatch),
    request_body(content((openapi::Bytes = "image/png"), (openapi::Bytes = "image/jpeg"))),
    responses((status = 200, body = BrandingView)))]
pub async fn replace_logo(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
    if_match: IfMatch,
    http: Request,
) -> Result<Response, Problem> {
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::OrganizationsEditBranding, &rights.resource())?;
    if_match.check(rights.organization.revision)?;
    require_picture(&http)?;
    let bytes = read_bytes(http, &services, Logo::BYTES_MAX).await?;
    let format = LogoFormat::of(&bytes).ok_or_else(|| Problem::invalid_field("", FaultKind::NotAnImage))?;
    let id = services.journal.random().ulid(caller.now).to_string();
    let logo = Logo { id, format, size: bytes.len() };
    let replace = |old: &Branding| Branding { logo: Some(logo.clone()), ..old.clone() };
    let upload = Some((&logo, bytes.to_vec()));
    let saved = save(&services, (&caller, &permit), if_match, replace, upload).await?;
    answer(&services, saved).await
}

/// Removes the logo of an organization.
///
/// That of the nearest organization above is shown from then on.
#[utoipa::path(delete, path = "/v1/organizations/{organization_id}/logo", tag = "organizations", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), IfMatch), responses((status = 204)))]
pub async fn remove_logo(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::OrganizationsEditBranding, &rights.resource())?;
    let without = |old: &Branding| Branding { logo: None, ..old.clone() };
    save(&services, (&caller, &permit), if_match, without, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What may be sent as a logo; its bytes say which of the formats it is.
const ACCEPTED: [&str; 2] = ["image/png", "image/jpeg"];

fn require_picture(http: &Request) -> Result<(), Problem> {
    let sent = http.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accepted = ACCEPTED.iter().any(|each| sent.eq_ignore_ascii_case(each));
    if accepted { Ok(()) } else { Err(Problem::unsupported_media_type("image/png")) }
}

/// Changes the branding of the permit's organization, with the bytes of a new logo.
async fn save(
    services: &Services,
    (caller, permit): (&Caller, &Permit),
    if_match: IfMatch,
    edit: impl Fn(&Branding) -> Branding + Send + Sync,
    upload: Option<(&Logo, Vec<u8>)>,
) -> Result<Stored<Organization>, Problem> {
    let journal = &services.journal;
    let id = permit.organization();
    let before = journal.load::<Organization>(id).await?.ok_or(Gone)?.value.branding;
    let changes_logo = edit(&before).logo != before.logo;
    let outgrown = before.logo.iter().filter(|_| changes_logo);
    let noted = outgrown.chain(upload.iter().map(|(logo, _)| *logo)).map(|logo| logo.id.as_str());
    journal.expect_logos(id, noted.collect::<Vec<_>>(), caller.now).await?;
    let origin = caller.origin();
    let transition = |old: &Organization| {
        if old.deleted {
            return Err(Gone);
        }
        let new = old.branded(edit(&old.branding));
        let change = Change::new(permit, &origin, BrandingEdited::of(old, &new));
        let change = match &upload {
            Some((logo, bytes)) => change.raw(keys::logo(&logo.id), bytes.clone()),
            None => change,
        };
        Ok((new, change))
    };
    Ok(journal.save_update(id, if_match.0, transition).await?)
}

async fn answer(services: &Services, stored: Stored<Organization>) -> Result<Response, Problem> {
    let effective = services.journal.branding(&stored.value).await?;
    let view = BrandingView::of(&stored, &effective);
    Ok(([etag(stored.revision)], Json(view)).into_response())
}

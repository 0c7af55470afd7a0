//! Login settings: the requirements for signing in as an administrator of an organization or of one below it.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_authority::login_policy;
use countersign_authority::rights::rights_at;
use countersign_http::{AsAdministrator, Caller, Code, IfMatch, JsonBody, PathId, Problem, Services, etag};
use countersign_journal::Change;
use countersign_model::act::LoginSettingsEdited;
use countersign_model::{
    Action, Administrator, LoginPolicy, LoginSettings, Organization, OrganizationId, decide,
};
use countersign_store::Stored;

use crate::wire::login_settings::{LoginSettingsView, ReplaceLoginSettings};

/// Shows the login settings of an organization, with the requirements in force there.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/login-settings", tag = "organizations",
    security(("administrator" = [])), params(("organization_id" = inline(OrganizationId), Path)),
    responses((status = 200, body = LoginSettingsView)))]
pub async fn open_login_settings(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
) -> Result<Response, Problem> {
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::LoginSettingsView, &rights.resource())?;
    let stored = services.journal.load::<LoginSettings>(permit.organization()).await?;
    answer(&services, &rights.organization.value, stored.ok_or_else(Problem::not_found)?).await
}

/// Replaces the login settings of an organization.
///
/// They take effect at the next sign-in, and within a minute for existing sessions. An organization below can require
/// more, never less.
#[utoipa::path(put, path = "/v1/organizations/{organization_id}/login-settings", tag = "organizations",
    security(("administrator" = [])), params(("organization_id" = inline(OrganizationId), Path), IfMatch),
    request_body = ReplaceLoginSettings, responses((status = 200, body = LoginSettingsView),
    (status = 409, description = "The settings would lock you out, or they require one-time codes although the deployment has no `secret_key`.")))]
pub async fn replace_login_settings(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, session, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
    if_match: IfMatch,
    body: JsonBody<ReplaceLoginSettings>,
) -> Result<Response, Problem> {
    let new = body.value.checked(organization.clone())?;
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::LoginSettingsEdit, &rights.resource())?;
    if new.require_totp && services.secret_keys().await?.is_empty() {
        return Err(NotReplaced::NotConfigured.into());
    }
    let own = applies_to(&services, &administrator.value, &rights.organization.value).await?;
    if own {
        require_way_back(&new, &caller, session.second_factor)?;
    }
    let origin = caller.origin();
    let replace = |old: &LoginSettings| {
        let change = Change::new(&permit, &origin, LoginSettingsEdited::of(old, &new));
        Ok::<_, Problem>((new.clone(), change))
    };
    let saved = services.journal.save_update(&organization, if_match.0, replace).await?;
    answer(&services, &rights.organization.value, saved).await
}

/// Whether the settings apply to the caller.
async fn applies_to(
    services: &Services,
    administrator: &Administrator,
    organization: &Organization,
) -> Result<bool, Problem> {
    let home = services.journal.load::<Organization>(&administrator.organization_id).await?;
    Ok(home.is_some_and(|home| home.value.is_at_or_below(&organization.id)))
}

/// Why login settings are not replaced.
enum NotReplaced {
    /// One-time codes are switched off.
    NotConfigured,
    /// The caller's address is in none of the networks.
    AddressOutside,
    /// The caller has no one-time codes.
    NoCodes,
}

impl From<NotReplaced> for Problem {
    fn from(why: NotReplaced) -> Self {
        match why {
            NotReplaced::NotConfigured => Self::new(
                Code::NotConfigured,
                "one-time codes need the deployment's `secret_key`, which is not set",
            ),
            NotReplaced::AddressOutside => Self::new(
                Code::WouldLockYouOut,
                "these networks do not contain the address you call from; add it",
            ),
            NotReplaced::NoCodes => Self::new(
                Code::WouldLockYouOut,
                "set up one-time codes for yourself and sign in with one before you require them",
            ),
        }
    }
}

/// Prevents administrators from locking themselves out: they must meet the requirements that they set.
fn require_way_back(new: &LoginSettings, caller: &Caller, second_factor: bool) -> Result<(), NotReplaced> {
    if !LoginPolicy::of([new]).allows(caller.address) {
        return Err(NotReplaced::AddressOutside);
    }
    if new.require_totp && !second_factor { Err(NotReplaced::NoCodes) } else { Ok(()) }
}

async fn answer(
    services: &Services,
    organization: &Organization,
    stored: Stored<LoginSettings>,
) -> Result<Response, Problem> {
    let policy = login_policy(&services.journal, organization).await?;
    let revision = stored.revision;
    Ok(([etag(revision)], Json(LoginSettingsView::new(stored, policy))).into_response())
}

//! Creating, replacing and deleting integrations.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use countersign_authority::integrations::Target;
use countersign_authority::rights::rights_at;
use countersign_http::{
    AsAdministrator, BelongingRecord, Code, Gone, IfMatch, JsonBody, PathId, Problem, Services, etag,
    require_at, save_new,
};
use countersign_journal::Change;
use countersign_model::act::IntegrationChanged;
use countersign_model::{Action, Integration, IntegrationId, OrganizationId, decide, lists};
use http::StatusCode;

use crate::wire::{IntegrationTarget, IntegrationView, NewIntegration};

/// Creates an integration: a named target of notifications.
///
/// Its `address` can be put on the notify list of a policy of the organization. Whoever reads there need not be an administrator. The
/// secret of a webhook, with which its calls are signed, is shown once, in this answer.
#[utoipa::path(post, path = "/v1/organizations/{organization_id}/integrations", tag = "integrations", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path)), request_body = NewIntegration, responses((status = 201, body = IntegrationView),
    (status = 409, description = "An integration of the organization has this name, there are as many as there can be, or the deployment has no `secret_key`.")))]
pub async fn create_integration(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
    body: JsonBody<NewIntegration>,
) -> Result<impl IntoResponse, Problem> {
    let journal = &services.journal;
    let (name, kind, target) = body.value.checked(journal.random())?;
    let rights = rights_at(journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::IntegrationsCreate, &rights.resource())?;
    let there = journal.list(&permit, lists::INTEGRATIONS, None, Integration::MAX).await?;
    if there.items.len() >= Integration::MAX {
        let detail = format!("an organization can have at most {} integrations", Integration::MAX);
        return Err(Problem::new(Code::TooManyIntegrations, detail));
    }
    let id = IntegrationId::from_ulid(journal.random().ulid(caller.now));
    let integration = Integration {
        sealed: sealed(&services, &target, &id).await?,
        id,
        organization_id: organization,
        name,
        kind,
        created_at: caller.now,
        last_success_at: None,
        last_failure_at: None,
        last_failure: None,
        failures: 0,
        open_until: None,
        deleted: false,
    };
    let act = IntegrationChanged::of(None, &integration);
    let change = Change::new(&permit, &caller.origin(), act).create(&integration);
    let saved = save_new(journal, &integration, change).await?;
    let tag = [etag(saved.revision)];
    Ok((StatusCode::CREATED, tag, Json(IntegrationView::with_secret(saved, target))))
}

/// Replaces what is behind an integration.
///
/// Name and kind stay, and so do the addresses that name it. A webhook gets another secret, which is shown once, in this answer.
#[utoipa::path(put, path = "/v1/organizations/{organization_id}/integrations/{integration_id}", tag = "integrations",
    security(("administrator" = [])), params(("organization_id" = inline(OrganizationId), Path), ("integration_id" = inline(IntegrationId), Path), IfMatch),
    request_body = IntegrationTarget, responses((status = 200, body = IntegrationView), (status = 409, description = "The deployment has no `secret_key`.")))]
pub async fn replace_integration(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, IntegrationId)>,
    IfMatch(revision): IfMatch,
    body: JsonBody<IntegrationTarget>,
) -> Result<impl IntoResponse, Problem> {
    let found = BelongingRecord::<Integration>::at(&services, &administrator, &organization, &id).await?;
    let permit = found.permit(Action::IntegrationsCreate)?;
    let kind = found.open(&permit)?.value.kind;
    let target = body.value.checked(kind, services.journal.random())?;
    let sealed = sealed(&services, &target, &id).await?;
    let origin = caller.origin();
    let replace = |old: &Integration| {
        require_at(old, &permit)?;
        let new = Integration {
            sealed: sealed.clone(),
            last_success_at: None,
            last_failure_at: None,
            last_failure: None,
            failures: 0,
            open_until: None,
            ..old.clone()
        };
        let change = Change::new(&permit, &origin, IntegrationChanged::of(Some(old), &new));
        Ok::<_, Gone>((new, change))
    };
    let saved = services.journal.save_update(&id, revision, replace).await?;
    Ok(([etag(saved.revision)], Json(IntegrationView::with_secret(saved, target))))
}

/// Deletes an integration.
///
/// Messages to an address that names it fail from then on, visibly.
#[utoipa::path(delete, path = "/v1/organizations/{organization_id}/integrations/{integration_id}", tag = "integrations",
    security(("administrator" = [])), params(("organization_id" = inline(OrganizationId), Path), ("integration_id" = inline(IntegrationId), Path), IfMatch),
    responses((status = 204, description = "The integration is deleted.")))]
pub async fn delete_integration(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, IntegrationId)>,
    IfMatch(revision): IfMatch,
) -> Result<StatusCode, Problem> {
    let found = BelongingRecord::<Integration>::at(&services, &administrator, &organization, &id).await?;
    let permit = found.permit(Action::IntegrationsDelete)?;
    let origin = caller.origin();
    let delete = |old: &Integration| {
        require_at(old, &permit)?;
        // The secret goes with it.
        let new = Integration { deleted: true, sealed: String::new(), ..old.clone() };
        let change = Change::new(&permit, &origin, IntegrationChanged::of(Some(old), &new));
        Ok::<_, Gone>((new, change))
    };
    services.journal.save_update(&id, revision, delete).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn sealed(services: &Services, target: &Target, id: &IntegrationId) -> Result<String, Problem> {
    let keys = services.secret_keys().await?;
    target.seal(&keys, id, services.journal.random()).ok_or_else(|| {
        let detail = "an integration needs the deployment's `secret_key`, which is not set";
        Problem::new(Code::NotConfigured, detail)
    })
}

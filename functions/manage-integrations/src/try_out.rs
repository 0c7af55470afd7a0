//! Sending a test message to an integration.

use axum::Json;
use axum::extract::State;
use countersign_http::functions::{ToTry, try_integration};
use countersign_http::{AsAdministrator, BelongingRecord, Code, PathId, Problem, Services};
use countersign_model::{Action, Integration, IntegrationId, OrganizationId};

use crate::wire::IntegrationTested;

/// Seconds after which a test that did not end should be repeated.
const RETRY_AFTER: u32 = 5;

/// Sends a test message to an integration, and says what came back.
#[utoipa::path(post, path = "/v1/organizations/{organization_id}/integrations/{integration_id}/test", tag = "integrations",
    security(("administrator" = [])), params(("organization_id" = inline(OrganizationId), Path), ("integration_id" = inline(IntegrationId), Path)),
    responses((status = 200, body = IntegrationTested)))]
pub async fn test_integration(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, IntegrationId)>,
) -> Result<Json<IntegrationTested>, Problem> {
    let found = BelongingRecord::<Integration>::at(&services, &administrator, &organization, &id).await?;
    found.permit(Action::IntegrationsCreate).map(drop)?;
    let tried = try_integration(services.outbound.as_ref(), &ToTry { integration_id: id }).await;
    let tried = tried.map_err(|error| {
        let detail = format!("the integration could not be tried: {error}");
        Problem::unavailable(Code::Busy, detail, RETRY_AFTER)
    })?;
    Ok(Json(IntegrationTested { accepted: tried.accepted, answer: tried.answer }))
}

//! Verifying that no entry of an audit was altered, dropped or cut off since it was sealed.

use axum::Json;
use axum::extract::State;
use countersign_authority::AuditSeals;
use countersign_authority::rights::rights_at;
use countersign_http::{AsReader, Problem, QueryOf, Services};
use countersign_journal::Sealer;
use countersign_model::{Action, decide};

use crate::wire::{VerificationView, VerifyQuery};

/// Verifies an organization's audit, one page at a time, the newest rows first.
///
/// Each row of its sealed chain is checked against the row before it and the stored entry; the first page also checks
/// the head.
#[utoipa::path(get, path = "/v1/audit/system/verify", tag = "audit", security(("administrator" = [])), params(VerifyQuery),
    responses((status = 200, body = VerificationView)))]
pub async fn verify_system_audit(
    State(services): State<Services>,
    AsReader { administrator, paging, .. }: AsReader,
    QueryOf(query): QueryOf<VerifyQuery>,
) -> Result<Json<VerificationView>, Problem> {
    let noted = query.noted()?;
    let at = query.organization_id.unwrap_or_else(|| administrator.value.organization_id.clone());
    let rights = rights_at(&services.journal, &administrator, &at).await?;
    let permit = decide(&rights.actor, Action::SystemAuditView, &rights.resource())?;
    let seals = AuditSeals::new(&services.secret_keys().await?);
    let sealer = seals.as_ref().map(|seals| seals as &dyn Sealer);
    let (cursor, limit) = (paging.open(query.cursor.as_ref())?, query.limit.get());
    let mut verified =
        services.journal.verify_chain(&permit, sealer, noted.as_ref(), cursor.as_deref(), limit).await?;
    let next = paging.seal(verified.next.take())?;
    Ok(Json(VerificationView::new(verified, next)))
}

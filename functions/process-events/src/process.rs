//! `/process`: the other functions call it after a response, so that events take effect at once.

use axum::extract::State;
use countersign_authority::AuditSeals;
use countersign_http::{JsonBody, Problem, Services};
use countersign_journal::{Journal, Processed};
use countersign_model::OrganizationId;
use countersign_store::StoreError;
use http::StatusCode;

use crate::effects::Processor;
use crate::send::send;
use crate::wire::ToProcess;

/// Processes the events of an organization, then sends what is due there. The caller need not wait for providers, so
/// sending continues after the answer.
pub async fn process(
    State(services): State<Services>,
    body: JsonBody<ToProcess>,
) -> Result<StatusCode, Problem> {
    let organization = body.value.organization_id;
    let seals = AuditSeals::new(&services.secret_keys().await?);
    process_all(&services.journal, seals.as_ref(), &organization).await?;
    let due = services.journal.outbox(&organization).next_at().await?;
    if due.is_some_and(|at| at <= services.journal.clock().now()) {
        let sender = services.clone();
        services.background.spawn(Box::pin(async move {
            send(&sender, &organization, None).await;
        }));
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Processes until nothing is left, or until another processor is at work.
pub async fn process_all(
    journal: &Journal,
    seals: Option<&AuditSeals>,
    organization: &OrganizationId,
) -> Result<Processed, StoreError> {
    let mut all = Processed::default();
    loop {
        let effects = Processor::new(journal, seals.cloned());
        let done = journal.process(organization, &effects).await?;
        all.events += done.events;
        all.elsewhere |= done.elsewhere;
        all.set_aside += done.set_aside;
        if done.elsewhere || !done.more {
            return Ok(all);
        }
    }
}

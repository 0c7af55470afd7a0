//! `/process`: the other functions call it after a response, so that events take effect at once.

use axum::Json;
use axum::extract::State;
use countersign_authority::AuditSeals;
use countersign_http::functions::{ToPlan, ToProcess, plan};
use countersign_http::{JsonBody, Problem, Services};
use countersign_journal::{Journal, Processed};
use countersign_kv::log;
use countersign_model::OrganizationId;
use countersign_store::{StoreError, Watched};
use jiff::SignedDuration;

use crate::effects::Processor;

/// Processes the events of an organization, then has planned and sent what is due there, unless the caller does. The caller
/// need not wait for that, so it continues after the answer.
pub async fn process(
    State(services): State<Services>,
    body: JsonBody<ToProcess>,
) -> Result<Json<Processed>, Problem> {
    let ToProcess { organization_id: organization, plans_itself } = body.value;
    let seals = AuditSeals::new(&services.secret_keys().await?);
    let done = process_all(&services.journal, seals.as_ref(), &organization).await?;
    services.journal.count_watched([(Watched::SetAside, done.set_aside as u64)]).await;
    if !plans_itself && is_due(&services.journal, &organization).await? {
        let planner = services.clone();
        services.background.spawn(Box::pin(async move {
            let what = ToPlan { organization_id: organization, sends_itself: false };
            if let Err(error) = plan(planner.outbound.as_ref(), &what).await {
                let fields: [(&str, &dyn std::fmt::Display); 2] =
                    [("organization", &what.organization_id), ("error", &error)];
                log::line("notices wait", &fields);
            }
        }));
    }
    Ok(Json(done))
}

async fn is_due(journal: &Journal, organization: &OrganizationId) -> Result<bool, StoreError> {
    let due = journal.notices(organization).next_at().await?;
    Ok(due.is_some_and(|at| at <= journal.clock().now()))
}

/// How long one call goes on. What is left is done by the next call.
const TAKES: SignedDuration = SignedDuration::from_secs(15);

/// Processes until nothing is left, until another processor is at work, or until time is up.
pub async fn process_all(
    journal: &Journal,
    seals: Option<&AuditSeals>,
    organization: &OrganizationId,
) -> Result<Processed, StoreError> {
    let mut all = Processed::default();
    let began = journal.clock().now();
    loop {
        let effects = Processor::new(journal, seals.cloned());
        let done = journal.process(organization, &effects).await?;
        all.events += done.events;
        all.elsewhere |= done.elsewhere;
        all.set_aside += done.set_aside;
        let is_late = journal.clock().now().duration_since(began) >= TAKES;
        if done.elsewhere || !done.more || is_late {
            all.more = done.more;
            return Ok(all);
        }
    }
}

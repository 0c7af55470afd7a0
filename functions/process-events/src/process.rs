//! `/process`: the other functions call it after a response, so that events take effect at once.

use std::fmt::Display;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use countersign_authority::AuditSeals;
use countersign_http::functions::{ToPlan, ToProcess, plan};
use countersign_http::{JsonBody, Outbound, Problem, Services};
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
    if !plans_itself {
        have_planned(&services, organization);
    }
    Ok(Json(done))
}

/// Has notices planned and sent that are due, after the answer. Under load an instance answers many calls about an organization in
/// the time that planning takes: one more call follows the one under way, and covers them all.
fn have_planned(services: &Services, organization: OrganizationId) {
    let Some(calls) = services.planning.begin(&organization) else { return };
    let (journal, outbound) = (services.journal.clone(), Arc::clone(&services.outbound));
    services.background.spawn(Box::pin(async move {
        while calls.goes_on() {
            let planned = plan_if_due(&journal, outbound.as_ref(), &organization).await;
            if let Err(error) = planned {
                let fields: [(&str, &dyn Display); 2] = [("organization", &organization), ("error", &error)];
                log::line("notices wait", &fields);
            }
        }
    }));
}

async fn plan_if_due(
    journal: &Journal,
    outbound: &dyn Outbound,
    organization: &OrganizationId,
) -> Result<(), String> {
    let due = journal.notices(organization).next_at().await.map_err(|error| error.to_string())?;
    if due.is_some_and(|at| at <= journal.clock().now()) {
        let what = ToPlan { organization_id: organization.clone(), sends_itself: false };
        plan(outbound, &what).await.map_err(|error| error.to_string())?;
    }
    Ok(())
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

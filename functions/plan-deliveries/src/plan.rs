//! `/plan`: called when notices wait in an organization.
//!
//! Planning has a lease of its own, which only avoids duplicate work: the update that takes a notice out of its queue
//! succeeds once.

use axum::Json;
use axum::extract::State;
use countersign_http::functions::{Planned, ToPlan, ToSend, send};
use countersign_http::{JsonBody, Problem, Services};
use countersign_journal::{Journal, planning_lease};
use countersign_kv::log;
use countersign_model::OrganizationId;
use countersign_store::{Lease, StoreError};
use jiff::SignedDuration;

use crate::planner::Planner;

/// Notices that are expanded at once.
const ROUND: usize = 32;
/// How long one call begins rounds. What is left is done by the next call.
const TAKES: SignedDuration = SignedDuration::from_secs(15);

/// Expands the notices of an organization that are due, then has the deliveries sent, unless the caller does. The caller need not
/// wait for providers, so sending continues after the answer.
pub async fn plan(
    State(services): State<Services>,
    body: JsonBody<ToPlan>,
) -> Result<Json<Planned>, Problem> {
    let ToPlan { organization_id: organization, sends_itself } = body.value;
    let done = plan_all(&services.journal.without_waking(), &organization).await?;
    if !sends_itself && is_due(&services.journal, &organization).await? {
        let sender = services.clone();
        services.background.spawn(Box::pin(async move {
            let what = ToSend { organization_id: organization, until: None };
            if let Err(error) = send(sender.outbound.as_ref(), &what).await {
                let fields: [(&str, &dyn std::fmt::Display); 2] =
                    [("organization", &what.organization_id), ("error", &error)];
                log::line("deliveries wait", &fields);
            }
        }));
    }
    Ok(Json(done))
}

async fn is_due(journal: &Journal, organization: &OrganizationId) -> Result<bool, StoreError> {
    let due = journal.outbox(organization).next_at().await?;
    Ok(due.is_some_and(|at| at <= journal.clock().now()))
}

/// Plans until nothing is left, until another planner is at work, or until time is up.
async fn plan_all(journal: &Journal, organization: &OrganizationId) -> Result<Planned, StoreError> {
    let mut done = Planned::default();
    let mut lease = None;
    let result = rounds(journal, organization, &mut lease, &mut done).await;
    if let Some(lease) = lease {
        journal.release(lease).await?;
    }
    result.map(|()| done)
}

async fn rounds(
    journal: &Journal,
    organization: &OrganizationId,
    lease: &mut Option<Lease>,
    done: &mut Planned,
) -> Result<(), StoreError> {
    let began = journal.clock().now();
    let notices = journal.notices(organization);
    let mut planner = Planner::new(journal, organization);
    loop {
        let now = journal.clock().now();
        let due = notices.due(now, ROUND).await?;
        if due.is_empty() {
            let Some(held) = lease.take() else { return Ok(()) };
            // A caller that came while the lease was held went away again, so look once more after releasing it.
            journal.release(held).await?;
            continue;
        }
        if now.duration_since(began) >= TAKES {
            done.more = true;
            return Ok(());
        }
        if !lease.as_ref().is_some_and(|lease| lease.holds(now)) {
            if let Some(old) = lease.take() {
                journal.release(old).await?;
            }
            *lease = journal.lease(&planning_lease(organization)).await?;
            // Another planner sees whatever there is to do.
            if lease.is_none() {
                return Ok(());
            }
            // What was read may be what the previous holder has just planned.
            continue;
        }
        let plan = planner.round(&due).await?;
        match journal.save_plan(organization, plan, planner.remember_replaced()).await {
            Ok(()) => done.notices += due.len(),
            // Another planner was faster, because its clock is ahead or this one was slow, or others keep changing a queue. The
            // notices are still in theirs, for that planner or the next call.
            Err(StoreError::Busy) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

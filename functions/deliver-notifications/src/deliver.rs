//! `deliver`: called by a scheduler, it does the work that a crash or a missed wake left undone.

use axum::Json;
use axum::extract::State;
use countersign_authority::root;
use countersign_http::functions::{Sent, ToSend, send};
use countersign_http::{AsScheduler, Problem, Services};
use countersign_journal::Journal;
use countersign_kv::log;
use countersign_kv::under_way::at_most;
use countersign_model::OrganizationId;
use futures::FutureExt;
use jiff::{SignedDuration, Timestamp};

use crate::store_check;
use crate::walk::{TOGETHER, Walk, later};
use crate::wire::Delivered;

/// The most keys that one call removes.
const SWEPT: u64 = 200;
/// How long one call begins new attempts, after the walk.
const SENDING_TAKES: SignedDuration = SignedDuration::from_secs(10);

/// Processes events and sends messages in all organizations.
///
/// Call it every few seconds.
#[utoipa::path(post, path = "/v1/notifications/deliver", tag = "notifications", security(("scheduler" = [])),
    responses((status = 200, body = Delivered)))]
pub async fn deliver_notifications(
    State(services): State<Services>,
    AsScheduler { .. }: AsScheduler,
) -> Result<Json<Delivered>, Problem> {
    let warnings = store_check::warnings(&services).await?;
    let Some(root) = root(&services.journal).await? else {
        return Ok(Json(Delivered { warnings, ..Delivered::default() }));
    };
    let mut walk = Walk::from_mark(&services, root).await?;
    // The list of organizations does not have those that were deleted.
    walk.look_at(&clean_up(&services.journal).await).await;
    walk.through().await?;
    let mut done = Delivered { warnings, ..walk.done };
    send_everywhere(&services, walk.outstanding, &mut done).await;
    Ok(Json(done))
}

/// Removes what nothing refers to any more. If it fails, the next call continues. Returns the deleted organizations in which
/// something is still to be done.
async fn clean_up(journal: &Journal) -> Vec<OrganizationId> {
    match journal.sweep(SWEPT).await {
        Ok(swept) => swept.unfinished,
        Err(error) => {
            log::line("what has expired is not removed yet", &[("error", &error)]);
            Vec::new()
        }
    }
}

/// Sends what is due, some organizations at a time and in another order each time, so that a slow provider does not
/// delay the same organizations again and again.
async fn send_everywhere(services: &Services, mut organizations: Vec<OrganizationId>, done: &mut Delivered) {
    let journal = &services.journal;
    let until = later(journal.clock().now(), SENDING_TAKES);
    if !organizations.is_empty() {
        let turn = journal.random().u64() % organizations.len() as u64;
        organizations.rotate_left(usize::try_from(turn).unwrap_or_default());
    }
    let send = |organization: OrganizationId| {
        let sending = async move {
            let sent = send_until(services, &organization, until).await;
            let next_at = journal.outbox(&organization).next_at().await.unwrap_or_default();
            (sent, next_at)
        };
        sending.boxed()
    };
    let each = organizations.into_iter().map(send).collect();
    for (sent, next_at) in at_most(TOGETHER, each).await {
        done.deliveries_sent += sent.sent;
        done.deliveries_failed += sent.failed;
        done.more |= sent.more;
        // What is due at once is due now, not in 1970.
        let next_at = next_at.map(|at| at.max(journal.clock().now()));
        done.next_due_at = [done.next_due_at, next_at].into_iter().flatten().min();
    }
}

/// A failure is logged, and nothing is lost: the outbox keeps what is due.
async fn send_until(services: &Services, organization: &OrganizationId, until: Timestamp) -> Sent {
    let what = ToSend { organization_id: organization.clone(), until: Some(until) };
    send(services.outbound.as_ref(), &what).await.unwrap_or_else(|error| {
        log::line("deliveries wait", &[("organization", organization), ("error", &error)]);
        Sent::default()
    })
}

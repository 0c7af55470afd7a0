//! Sending again what failed: all at once, after a channel was put right.

use axum::Json;
use axum::extract::State;
use countersign_authority::rights::rights_at;
use countersign_http::{AsReader, Caller, JsonBody, Problem, Services};
use countersign_journal::{Change, Journal};
use countersign_kv::under_way::try_all;
use countersign_model::act::DeliveryResent;
use countersign_model::clock::ALLOWED_SKEW;
use countersign_model::{Action, Delivery, DeliveryState, NotificationId, Permit, decide, lists};
use countersign_store::UpdateError;

use crate::log::require_resendable;
use crate::wire::resend_failed::{FailedResent, ToResend};

/// How many deliveries are read at once.
const AT_ONCE: usize = 100;
/// A call that has sent so many again ends.
const MOST: usize = if cfg!(test) { 100 } else { 200 };
/// How many deliveries one call looks at.
const LOOKED_AT: usize = if cfg!(test) { 200 } else { 5_000 };

/// Sends the failed messages of an organization again, each with a full set of attempts.
///
/// A message that is no longer true or no longer permitted is not sent. Password resets and invitations are left out, because they have
/// operations of their own. A call looks at the newest deliveries; if `next_cursor` is set, the next call goes on with it. Each message that is
/// sent again is recorded in the system audit.
#[utoipa::path(post, path = "/v1/notifications/resend", tag = "notifications", security(("administrator" = [])),
    request_body = ToResend, responses((status = 200, body = FailedResent)))]
pub async fn resend_failed(
    State(services): State<Services>,
    AsReader { caller, administrator, paging }: AsReader,
    body: JsonBody<ToResend>,
) -> Result<Json<FailedResent>, Problem> {
    let what = body.value;
    let journal = &services.journal;
    let rights = rights_at(journal, &administrator, &what.organization_id).await?;
    let sees = decide(&rights.actor, Action::NotificationsView, &rights.resource())?;
    let permit = decide(&rights.actor, Action::NotificationsResend, &rights.resource())?;
    let mut cursor = paging.open(what.cursor.as_ref())?;
    let (mut looked_at, mut resent, mut left_out) = (0, 0, 0);
    loop {
        let page = journal.page::<Delivery>(&sees, lists::NOTIFICATIONS, cursor.as_deref(), AT_ONCE).await?;
        let is_over = page.items.last().is_some_and(|last| what.ends_at(&last.value));
        let failed = page.items.into_iter().map(|found| found.value).filter(|each| what.wants(each));
        let (resendable, others): (Vec<_>, Vec<_>) =
            failed.partition(|each| require_resendable(each).is_ok());
        let all = resendable.iter().map(|each| resend(journal, &permit, &caller, &each.id));
        resent += try_all(all).await?.into_iter().filter(|resent| *resent).count();
        left_out += others.len();
        looked_at += AT_ONCE;
        cursor = page.next.filter(|_| !is_over);
        if cursor.is_none() || looked_at >= LOOKED_AT || resent >= MOST {
            break;
        }
    }
    Ok(Json(FailedResent { resent, left_out, next_cursor: paging.seal(cursor)? }))
}

/// Sends one again, unless somebody did meanwhile.
async fn resend(
    journal: &Journal,
    permit: &Permit,
    caller: &Caller,
    id: &NotificationId,
) -> Result<bool, Problem> {
    let origin = caller.origin();
    let again = |old: &Delivery| match old.state {
        DeliveryState::Failed => {
            let change = Change::new(permit, &origin, DeliveryResent::of(old));
            Ok((old.resent(caller.now), change))
        }
        DeliveryState::Pending
        | DeliveryState::Sent
        | DeliveryState::Collapsed
        | DeliveryState::Digested
        | DeliveryState::Skipped => Err(Meanwhile),
    };
    match journal.save_update(id, None, again).await {
        Ok(_) => Ok(true),
        Err(UpdateError::Refused(Meanwhile)) => Ok(false),
        Err(UpdateError::Store(error)) => Err(error.into()),
    }
}

/// It is no longer failed.
struct Meanwhile;

impl ToResend {
    /// Whether the call sends this delivery again.
    fn wants(&self, delivery: &Delivery) -> bool {
        delivery.state == DeliveryState::Failed
            && self.channel.is_none_or(|channel| delivery.channel == channel)
            && self.since.is_none_or(|since| delivery.created_at >= since.into())
    }

    /// Whether the rest of the deliveries, which are older than this one, was made before the time from which on they are sent again.
    fn ends_at(&self, delivery: &Delivery) -> bool {
        let made = delivery.created_at.saturating_add(ALLOWED_SKEW);
        self.since.is_some_and(|since| made.is_ok_and(|made| made < since.into()))
    }
}

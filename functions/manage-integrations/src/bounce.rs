//! Addresses to which messages do not arrive are put right.

use axum::extract::State;
use countersign_authority::rights::rights_on;
use countersign_http::{AsAdministrator, PathId, Problem, Services};
use countersign_journal::Change;
use countersign_model::act::BounceCleared;
use countersign_model::{Action, Delivery, NotificationId, decide};
use countersign_store::BouncedAddress;
use http::StatusCode;

/// Puts the address of a message right, to which messages did not arrive: they are sent there again.
///
/// What a provider reported before no longer counts. Messages that were not sent meanwhile can be resent. Providers keep lists of such
/// addresses themselves, from which it has to be removed, too.
#[utoipa::path(delete, path = "/v1/notifications/{notification_id}/bounce", tag = "notifications",
    security(("administrator" = [])), params(("notification_id" = inline(NotificationId), Path)),
    responses((status = 204, description = "Messages are sent to the address.")))]
pub async fn clear_bounce(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<NotificationId>,
) -> Result<StatusCode, Problem> {
    let journal = &services.journal;
    let (rights, delivery) =
        rights_on(journal, &administrator, &id, |d: &Delivery| d.organization_id.clone()).await?;
    let permit = decide(&rights.actor, Action::NotificationsResend, &rights.resource())?;
    let delivery = delivery.value;
    let address = BouncedAddress::new(delivery.channel, &delivery.address);
    if journal.bounces(std::slice::from_ref(&address)).await?.iter().any(Option::is_some) {
        let act = BounceCleared::of(&delivery);
        journal.save(Change::new(&permit, &caller.origin(), act)).await?;
        journal.clear_bounce(&address).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

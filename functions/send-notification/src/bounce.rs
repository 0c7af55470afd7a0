//! Addresses to which messages do not arrive: shown with the deliveries to them, and put right.

use axum::extract::State;
use countersign_authority::rights::rights_on;
use countersign_http::{AsAdministrator, PathId, Problem, Services};
use countersign_journal::{Change, Journal};
use countersign_model::act::BounceCleared;
use countersign_model::{Action, Bounce, Channel, Delivery, NotificationId, decide};
use countersign_store::{BouncedAddress, StoreError, Stored};
use http::StatusCode;

/// The bounces in force with their addresses: those of a page at most.
pub struct Bounces(Vec<(BouncedAddress, Bounce)>);

impl Bounces {
    /// Those of the addresses of these deliveries. Each address is read once.
    pub async fn of(journal: &Journal, deliveries: &[Stored<Delivery>]) -> Result<Self, StoreError> {
        let is_personal =
            |each: &&Stored<Delivery>| matches!(each.value.channel, Channel::Email | Channel::Sms);
        let mut addresses = Vec::new();
        for address in deliveries.iter().filter(is_personal).map(|each| address_of(&each.value)) {
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        let found = journal.bounces(&addresses).await?;
        let found = addresses.into_iter().zip(found);
        Ok(Self(found.filter_map(|(address, bounce)| Some((address, bounce?))).collect()))
    }

    /// That of the address of a delivery.
    pub fn get(&self, delivery: &Delivery) -> Option<&Bounce> {
        let wanted = address_of(delivery);
        self.0.iter().find(|(address, _)| *address == wanted).map(|(_, bounce)| bounce)
    }
}

fn address_of(delivery: &Delivery) -> BouncedAddress {
    BouncedAddress::new(delivery.channel, &delivery.address)
}

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
    let bounces = Bounces::of(journal, std::slice::from_ref(&delivery)).await?;
    if bounces.get(&delivery.value).is_some() {
        let act = BounceCleared::of(&delivery.value);
        journal.save(Change::new(&permit, &caller.origin(), act)).await?;
        journal.clear_bounce(&address_of(&delivery.value)).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

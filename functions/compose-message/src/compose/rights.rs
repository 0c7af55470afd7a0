//! Whether a message that has waited may still go to its recipient: rights may have changed since it was planned.

use countersign_authority::rights::actor_of;
use countersign_authority::{Audience, have_same_recipients};
use countersign_journal::Journal;
use countersign_model::{Action, Administrator, AdministratorState, Delivery, Request, RequestId, decide};
use countersign_store::StoreError;

use super::{Content, no_longer};

/// Those of the requests that the recipient of a delivery may still hear of.
pub async fn still_heard<'a>(
    journal: &Journal,
    delivery: &Delivery,
    requests: impl Iterator<Item = &'a Request>,
) -> Result<Vec<RequestId>, StoreError> {
    let audience = Audience::new(journal);
    let mut known: Vec<(&Request, bool)> = Vec::new();
    let mut heard = Vec::new();
    for request in requests {
        let may = match known.iter().find(|(other, _)| have_same_recipients(other, request)) {
            Some((_, may)) => *may,
            None => {
                let may = audience.hears_of_such(request, delivery).await?;
                known.push((request, may));
                may
            }
        };
        if may || audience.hears_of_this(request, delivery).await? {
            heard.push(request.id.clone());
        }
    }
    Ok(heard)
}

/// Why a recipient is not told of a request who was to be.
pub async fn not_told(
    journal: &Journal,
    delivery: &Delivery,
    request: &Request,
) -> Result<Content, StoreError> {
    let Some(person) = &delivery.recipient else {
        return Ok(no_longer("not told: the address is not to be notified of the request any more"));
    };
    let found = journal.load::<Administrator>(&person.administrator_id).await?.map(|found| found.value);
    let Some(person) = found.filter(|found| found.state != AdministratorState::Deleted) else {
        return Ok(no_longer("not told: the account was deleted"));
    };
    if !person.is_active() {
        return Ok(no_longer("not told: the account is disabled"));
    }
    let actor = actor_of(journal, &person).await?;
    let may = decide(&actor, Action::RequestsOpen, &request.resource()).is_ok();
    Ok(no_longer(match may {
        true => "not told: they do not hear of the request any more, by their settings or their part in it",
        false => "not told: they may not open the request any more",
    }))
}

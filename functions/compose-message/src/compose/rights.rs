//! Whether a message that has waited may still go to its recipient: rights may have changed since it was planned.

use countersign_authority::rights::actor_of;
use countersign_authority::{Audience, have_same_recipients};
use countersign_journal::Journal;
use countersign_journal::readable::{load_one_readable, unless_damaged};
use countersign_model::delivery::NOT_TOLD;
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

/// What somebody may not do any more with a request of which they were to be told.
pub enum Lost {
    /// They may not open it, or do not hear of it.
    Hearing,
    /// They may not decide it.
    Deciding,
}

/// Why a planned message is not sent to its recipient.
pub async fn not_told(
    journal: &Journal,
    delivery: &Delivery,
    request: &Request,
    lost: Lost,
) -> Result<Content, StoreError> {
    let why = match &delivery.recipient {
        None => "the address is not to be notified of the request any more",
        Some(person) => why(journal, person.administrator_id.as_str(), request, lost).await?,
    };
    Ok(no_longer(format!("{NOT_TOLD}{why}")))
}

async fn why(
    journal: &Journal,
    administrator: &str,
    request: &Request,
    lost: Lost,
) -> Result<&'static str, StoreError> {
    let found = load_one_readable::<Administrator>(journal, administrator).await?;
    let Some(person) = found.filter(|found| found.state != AdministratorState::Deleted) else {
        return Ok("the account was deleted");
    };
    if !person.is_active() {
        return Ok("the account is disabled");
    }
    let actor = actor_of(journal, &person).await;
    let actor = unless_damaged("an administrator is not notified", administrator, actor)?;
    let opens = actor.is_some_and(|actor| decide(&actor, Action::RequestsOpen, &request.resource()).is_ok());
    Ok(match (opens, lost) {
        (false, _) => "they may not open the request any more",
        (true, Lost::Deciding) => "they may not decide the request any more",
        (true, Lost::Hearing) => {
            "they do not hear of the request any more, by their settings or their part in it"
        }
    })
}

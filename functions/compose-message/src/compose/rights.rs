//! Whether a message that has waited may still go to its recipient: rights may have changed since it was planned.

use countersign_authority::{Audience, have_same_recipients};
use countersign_journal::Journal;
use countersign_model::{Delivery, Request, RequestId};
use countersign_store::StoreError;

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

//! A user who joined a request is known from then on as one who asked for it.

use countersign_journal::readable::load_readable;
use countersign_journal::{Consequences, Event, Journal};
use countersign_model::{Act, Request, RequestId};
use countersign_store::StoreError;

/// The request that a user joined by an event.
pub fn joined(event: &Event) -> Option<&RequestId> {
    let Act::RequestJoined(joined) = &event.act else { return None };
    Some(&joined.0.request_id)
}

/// What follows from joining a request.
pub async fn of_joining(journal: &Journal, id: &RequestId) -> Result<Consequences, StoreError> {
    let mut consequences = Consequences::default();
    for request in load_readable::<Request>(journal, &[id.as_str()]).await? {
        consequences.remember(&request);
    }
    Ok(consequences)
}

//! A submission on its way, and the open request that it may meet.

use countersign_http::Entered;
use countersign_journal::Journal;
use countersign_model::{Computer, NewRequester, Request, RequestStatus};
use countersign_store::{AskedRequests, Claim, Idempotency, KeyRequests, Manifest, Slot, StoreError};

/// A submission to be saved.
pub struct Submitting<'a> {
    pub computer: &'a Computer,
    /// The request to create if there is no open one.
    pub request: Request,
    /// The user who asks.
    pub requester: NewRequester,
    /// Whether a copy of the file may be uploaded.
    pub attach: bool,
    /// The most bytes of a copy that is stored.
    pub largest_copy: u64,
    /// The manifest of the bytes, if they are already stored.
    pub stored: Option<Manifest>,
    pub idempotency: Option<Idempotency>,
    /// The computer's newest requests.
    pub asked: AskedRequests,
    /// The requests that the computers of its enrollment key made this week, as far as they are processed.
    pub of_key: KeyRequests,
    /// Held until the submission is saved.
    pub under_way: Entered,
}

/// The slot of the open request of a computer and subject.
pub fn open_request(submitting: &Submitting<'_>) -> Slot {
    Slot::open_request(&submitting.computer.id, &submitting.request.subject.key())
}

/// Whether the request that holds the slot is no longer pending. It never becomes pending again.
pub async fn is_over(journal: &Journal, claim: &Claim) -> Result<bool, StoreError> {
    let now = journal.clock().now();
    let holder = journal.load_by_record_id::<Request>(&claim.holder).await?;
    Ok(holder.is_none_or(|holder| holder.value.status_at(now) != RequestStatus::Pending))
}

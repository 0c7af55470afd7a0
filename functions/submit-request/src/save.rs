//! Saving a submission: one open request per computer and subject, elected among all that are submitted at once.

use countersign_http::{Caller, Problem};
use countersign_journal::{Change, Elected, Journal, Terms};
use countersign_model::act::{RequestRepeated, RequestSubmitted};
use countersign_model::{Computer, Permit, Request, RequestId, RequestStatus, TransitionError};
use countersign_store::{Claim, Idempotency, Manifest, Slot, StoreError, UpdateError};

/// How often a submission starts again because the open request it found was decided meanwhile.
const ROUNDS: usize = 3;

/// A submission to be saved.
pub struct Submitting<'a> {
    pub computer: &'a Computer,
    /// The request to create if there is no open one.
    pub request: Request,
    /// Whether a copy of the file may be uploaded.
    pub attach: bool,
    /// The manifest of the bytes, if they are already stored.
    pub stored: Option<Manifest>,
    pub idempotency: Option<Idempotency>,
}

/// The result of a submission.
pub struct Submission {
    pub request: Request,
    /// Whether this attempt, or the one it repeats under the same idempotency key, created the request.
    pub created: bool,
}

/// Creates the request, or counts a repetition of the open one.
pub async fn submit(
    journal: &Journal,
    caller: &Caller,
    submitting: &Submitting<'_>,
) -> Result<Submission, Problem> {
    let Submitting { computer, request, .. } = submitting;
    let slot = Slot::open_request(&computer.id, &request.subject.key());
    let dead = |claim: Claim| async move { is_over(journal, &claim).await };
    for _ in 0..ROUNDS {
        let change = submitted(caller, submitting)?;
        let holder = match journal.save_elected::<Request, _, _>(&slot, change, dead).await? {
            Elected::Won(saved) => {
                let created = saved.value.id == request.id
                    || request.idempotency.is_some() && saved.value.idempotency == request.idempotency;
                return Ok(Submission { request: saved.value, created });
            }
            Elected::Held(claim) => claim.holder,
        };
        if let Some(request) = repeat(journal, caller, submitting, &holder).await? {
            return Ok(Submission { request, created: false });
        }
    }
    Err(StoreError::Busy.into())
}

/// Whether the request that holds the slot is no longer pending. It never becomes pending again.
async fn is_over(journal: &Journal, claim: &Claim) -> Result<bool, StoreError> {
    let now = journal.clock().now();
    let holder = journal.load_by_record_id::<Request>(&claim.holder).await?;
    Ok(holder.is_none_or(|holder| holder.value.status_at(now) != RequestStatus::Pending))
}

fn submitted(caller: &Caller, submitting: &Submitting<'_>) -> Result<Change, Problem> {
    let Submitting { computer, request, idempotency, .. } = submitting;
    let permit = Permit::own_computer(computer, &request.computer_id).ok_or_else(Problem::not_found)?;
    let change = Change::new(&permit, &caller.origin(), RequestSubmitted::of(request));
    let change = noting_asked(change, submitting.stored.as_ref(), caller);
    Ok(change.create(request).idempotent(idempotency.clone()))
}

/// With the note that the bytes which are there already were asked about: they are kept so much longer.
fn noting_asked(change: Change, stored: Option<&Manifest>, caller: &Caller) -> Change {
    match stored.and_then(|stored| stored.asked_again(caller.now)) {
        Some(manifest) => {
            let (key, value) = manifest.entry();
            change.raw(key, value)
        }
        None => change,
    }
}

/// Counts a repetition of an open request; `None` if it is no longer open.
async fn repeat(
    journal: &Journal,
    caller: &Caller,
    submitting: &Submitting<'_>,
    holder: &str,
) -> Result<Option<Request>, Problem> {
    let id: RequestId = holder.parse().map_err(|_| StoreError::corrupt(holder))?;
    let Submitting { computer, attach, stored, idempotency, .. } = submitting;
    let origin = caller.origin();
    let terms = Terms { revisions: None, idempotency: idempotency.clone() };
    let repeated = journal
        .save_update(&id, terms, |old: &Request| {
            let permit = Permit::own_computer(computer, &old.computer_id).ok_or(NotRepeated::NotOwn)?;
            let again = old.repeat(caller.now)?;
            let again = if *attach { with_copy(again.announce(), stored.as_ref()) } else { again };
            let change = Change::new(&permit, &origin, RequestRepeated::of(&again));
            let change = noting_asked(change, stored.as_ref(), caller);
            Ok::<_, NotRepeated>((again, change))
        })
        .await;
    match repeated {
        Ok(saved) => Ok(Some(saved.value)),
        Err(UpdateError::Refused(NotRepeated::NotPending)) => Ok(None),
        Err(UpdateError::Refused(NotRepeated::NotOwn)) => Err(Problem::not_found()),
        // So many ask at this moment that this repetition is not counted. The answer is the same.
        Err(UpdateError::Store(StoreError::Busy)) => {
            Ok(journal.load::<Request>(&id).await?.map(|stored| stored.value))
        }
        Err(UpdateError::Store(error)) => Err(error.into()),
    }
}

/// Why a repetition is not counted.
enum NotRepeated {
    NotPending,
    NotOwn,
}

impl From<TransitionError> for NotRepeated {
    fn from(_: TransitionError) -> Self {
        Self::NotPending
    }
}

/// The request with the stored bytes, if it wants a copy.
pub fn with_copy(request: Request, stored: Option<&Manifest>) -> Request {
    let attached = stored.and_then(|stored| request.attach(stored.size).ok());
    attached.unwrap_or(request)
}

//! Saving a submission: one open request per computer and subject, elected among all that are submitted at once.

use countersign_http::{Caller, Problem, Services};
use countersign_journal::{Change, Elected, Journal, Terms};
use countersign_model::act::{RequestRepeated, RequestSubmitted};
use countersign_model::{Permit, Request, RequestId, TransitionError};
use countersign_store::{AskedRequests, Claim, Manifest, StoreError, UpdateError};
use jiff::Timestamp;

use crate::room::Room;
use crate::submitting::{Submitting, is_over, open_request};

/// How often a submission starts again because the open request it found was decided meanwhile.
const ROUNDS: usize = 3;

/// How many repetitions of one request are counted at once, and how many more with each minute that it is open.
const REPEATED_MAX: i64 = 100;
const REPEATED_PER_MINUTE: i64 = 2;

/// The result of a submission.
pub struct Submission {
    pub request: Request,
    /// Whether this attempt, or the one it repeats under the same idempotency key, created the request.
    pub created: bool,
}

/// Creates the request if the computer may have one more, or counts a repetition of the open one.
pub async fn submit(
    services: &Services,
    caller: &Caller,
    submitting: &Submitting<'_>,
) -> Result<Submission, Problem> {
    let room = Room::find(services, caller, submitting).await?;
    let saved = elect(&services.journal, caller, submitting, &room.asked).await?;
    if !saved.created {
        room.give_back(&services.journal).await?;
    }
    Ok(saved)
}

async fn elect(
    journal: &Journal,
    caller: &Caller,
    submitting: &Submitting<'_>,
    asked: &AskedRequests,
) -> Result<Submission, Problem> {
    let Submitting { request, .. } = submitting;
    let slot = open_request(submitting);
    let dead = |claim: Claim| async move { is_over(journal, &claim).await };
    for _ in 0..ROUNDS {
        let change = submitted(caller, submitting, asked)?;
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

fn submitted(caller: &Caller, submitting: &Submitting<'_>, asked: &AskedRequests) -> Result<Change, Problem> {
    let Submitting { computer, request, idempotency, .. } = submitting;
    let permit = Permit::own_computer(computer, &request.computer_id).ok_or_else(Problem::not_found)?;
    let change = Change::new(&permit, &caller.origin(), RequestSubmitted::of(request));
    let change = noting_asked(change, submitting.stored.as_ref(), &request.id, caller);
    let (key, value) = asked.entry_with(&computer.id, &request.id)?;
    Ok(change.raw(key, value).create(request).idempotent(idempotency.clone()))
}

/// With the note that this request, too, asked about the bytes which are there already: they are kept so much longer.
fn noting_asked(change: Change, stored: Option<&Manifest>, request: &RequestId, caller: &Caller) -> Change {
    match stored.and_then(|stored| stored.asked_again_by(request, caller.now)) {
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
            if is_often(old, caller.now) {
                return Err(NotRepeated::TooOften(Box::new(old.clone())));
            }
            let again = if *attach { with_copy(again.announce(), stored.as_ref()) } else { again };
            let change = Change::new(&permit, &origin, RequestRepeated::of(&again));
            let change = noting_asked(change, stored.as_ref(), &id, caller);
            Ok::<_, NotRepeated>((again, change))
        })
        .await;
    match repeated {
        Ok(saved) => Ok(Some(saved.value)),
        Err(UpdateError::Refused(NotRepeated::NotPending)) => Ok(None),
        Err(UpdateError::Refused(NotRepeated::NotOwn)) => Err(Problem::not_found()),
        Err(UpdateError::Refused(NotRepeated::TooOften(request))) => Ok(Some(*request)),
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
    TooOften(Box<Request>),
}

/// Whether a request was repeated so often that no further repetition is counted, so that repeating it costs no writes.
/// The answer is the same.
fn is_often(request: &Request, now: Timestamp) -> bool {
    let minutes = now.duration_since(request.created_at).as_mins();
    i64::from(request.count) >= REPEATED_MAX.saturating_add(minutes.saturating_mul(REPEATED_PER_MINUTE))
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

//! The request that an operation is about, with the caller's rights.

use countersign_authority::Principal;
use countersign_authority::rights::actor_and;
use countersign_http::{Caller, Code, IdempotencyKey, Problem};
use countersign_journal::{Journal, Terms};
use countersign_model::{Action, Actor, Denial, NoteId, Permit, Request, RequestId, TransitionError, decide};
use countersign_store::Stored;
use jiff::Timestamp;
use ulid::Ulid;

/// The caller's rights and the request, read in one round. The request must not be revealed until a decision allows it:
/// a denial that hides it answers 404 as well.
pub async fn asked_about(
    journal: &Journal,
    asker: &Principal,
    id: &RequestId,
) -> Result<(Actor, Stored<Request>), Problem> {
    let (actor, request) = actor_and(journal, asker, journal.load::<Request>(id)).await?;
    Ok((actor, request.ok_or_else(Problem::not_found)?))
}

/// Whether the caller may open the request. Whoever may open it may also handle it.
pub fn may_open(actor: &Actor, request: &Request) -> Result<Permit, Denial> {
    decide(actor, Action::RequestsOpen, &request.resource())
}

/// The preconditions of a change under an idempotency key. The same key with another request or another body is another
/// attempt.
pub fn terms(caller: &Caller, key: &IdempotencyKey, what: &str, id: &RequestId, body: &[u8]) -> Terms {
    let attempt = [what.as_bytes(), b" ", id.as_str().as_bytes(), b"\n", body].concat();
    Terms { revisions: None, idempotency: caller.idempotency(key, &attempt) }
}

/// The id of a new note. A retry under the same key has the same one, so that it is answered with the note of the first attempt.
pub fn note_id(journal: &Journal, request: &Request, terms: &Terms, now: Timestamp) -> NoteId {
    let ulid = match &terms.idempotency {
        Some(idempotency) => {
            let random = idempotency.key.get(..20).and_then(|hex| u128::from_str_radix(hex, 16).ok());
            let millisecond = u64::try_from(request.created_at.as_millisecond()).unwrap_or_default();
            Ulid::from_parts(millisecond, random.unwrap_or_default())
        }
        None => journal.random().ulid(now),
    };
    NoteId::from_ulid(ulid)
}

/// The answer when the request is not pending any more.
pub fn not_pending(error: &TransitionError) -> Problem {
    Problem::new(Code::NotPending, error.to_string())
}

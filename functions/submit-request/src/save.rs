//! Saving a submission: one open request per computer and subject, elected among all that are submitted at once. A
//! user who asks for the same becomes one of its requesters.

use countersign_http::{Caller, Code, Problem, Services};
use countersign_journal::{Change, Elected, Journal, Terms};
use countersign_model::act::{RequestAmended, RequestJoined, RequestRepeated, RequestSubmitted};
use countersign_model::{AskedAs, NewAct, Permit, Request, RequestId, TransitionError};
use countersign_store::{AskedRequests, Claim, Manifest, StoreError, Stored, UpdateError};
use jiff::Timestamp;

use crate::changes::{self, Written};
use crate::limits::MINUTE;
use crate::room::Room;
use crate::submitting::{Submitting, is_over, open_request};

/// How often a submission starts again because the open request it found was decided meanwhile, or because so many others
/// joined it at the same moment.
const ROUNDS: usize = 3;

/// How many repetitions of one request, or of one of its users, are counted at once, and how many more with each minute.
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
    let saved = elect(services, caller, submitting, &room.asked).await?;
    if !saved.created {
        room.give_back(&services.journal).await?;
    }
    Ok(saved)
}

async fn elect(
    services: &Services,
    caller: &Caller,
    submitting: &Submitting<'_>,
    asked: &AskedRequests,
) -> Result<Submission, Problem> {
    let (journal, Submitting { request, .. }) = (&services.journal, submitting);
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
        if let Some(request) = repeat(services, caller, submitting, &holder).await? {
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
pub fn noting_asked(
    change: Change,
    stored: Option<&Manifest>,
    request: &RequestId,
    caller: &Caller,
) -> Change {
    match stored.and_then(|stored| stored.asked_again_by(request, caller.now)) {
        Some(manifest) => {
            let (key, value) = manifest.entry();
            change.raw(key, value)
        }
        None => change,
    }
}

/// Adds a user to an open request, or counts that they ask again; `None` if it is no longer open, or too many ask at this
/// moment.
async fn repeat(
    services: &Services,
    caller: &Caller,
    submitting: &Submitting<'_>,
    holder: &str,
) -> Result<Option<Request>, Problem> {
    let journal = &services.journal;
    let id: RequestId = holder.parse().map_err(|_| StoreError::corrupt(holder))?;
    let Submitting { computer, requester, .. } = submitting;
    let mut repeated = save_repeated(journal, caller, submitting, (&id, None)).await;
    if let Err(UpdateError::Refused(NotRepeated::NotCounted(written, request))) = &repeated {
        let written = *written;
        match changes::count(services, computer, written).await? {
            Ok(()) => repeated = save_repeated(journal, caller, submitting, (&id, Some(written))).await,
            Err(_) if written == Written::Repetition => return Ok(Some((**request).clone())),
            Err(until) => return Err(changes::too_many(until, caller.now)),
        }
    }
    match repeated {
        Ok(saved) => Ok(Some(saved.value)),
        Err(UpdateError::Refused(NotRepeated::NotPending)) => Ok(None),
        Err(UpdateError::Refused(NotRepeated::NotOwn)) => Err(Problem::not_found()),
        Err(UpdateError::Refused(NotRepeated::TooOften(request))) => {
            let has_withdrawn = request.requester(&requester.username).is_some_and(|user| !user.waits());
            if has_withdrawn { Err(too_often(caller.now)) } else { Ok(Some(*request)) }
        }
        // So many ask at this moment that this repetition is not counted. The answer is the same, unless something would be
        // lost. The same is true of one that was counted as something else, because its user withdrew or joined meanwhile.
        Err(UpdateError::Store(StoreError::Busy) | UpdateError::Refused(NotRepeated::NotCounted(..))) => {
            let found = journal.load::<Request>(&id).await?.map(|stored| stored.value);
            let says_nothing_new = |request: &Request| {
                let again = request.ask_again(requester.clone(), caller.now);
                again.is_ok_and(|again| again.by == AskedAs::Repeating)
            };
            Ok(found.filter(says_nothing_new))
        }
        Err(UpdateError::Store(error)) => Err(error.into()),
    }
}

/// Saves that a request was asked for again, which must have been counted unless it happens rarely.
async fn save_repeated(
    journal: &Journal,
    caller: &Caller,
    submitting: &Submitting<'_>,
    (id, counted): (&RequestId, Option<Written>),
) -> Result<Stored<Request>, UpdateError<NotRepeated>> {
    let Submitting { computer, requester, attach, stored, idempotency, .. } = submitting;
    let origin = caller.origin();
    let terms = Terms { revisions: None, idempotency: idempotency.clone() };
    let repeat = |old: &Request| {
        let permit = Permit::own_computer(computer, &old.computer_id).ok_or(NotRepeated::NotOwn)?;
        let again = old.ask_again(requester.clone(), caller.now)?;
        if is_often(old, again.by, &requester.username, caller.now) {
            return Err(NotRepeated::TooOften(Box::new(old.clone())));
        }
        let written = Written::from(again.by);
        if counted != Some(written) && changes::must_be_counted(old) {
            return Err(NotRepeated::NotCounted(written, Box::new(old.clone())));
        }
        let act = asked_as(again.by, old, &again.request, &requester.username);
        let again = again.request.renewing(submitting.request.renews.clone());
        let announced = || again.announce().keeping_up_to(submitting.largest_copy);
        let again = if *attach { with_copy(announced(), stored.as_ref()) } else { again };
        let change = Change::new(&permit, &origin, act);
        Ok((again, noting_asked(change, stored.as_ref(), id, caller)))
    };
    journal.save_update(id, terms, repeat).await
}

fn asked_as(by: AskedAs, old: &Request, request: &Request, username: &str) -> NewAct {
    match by {
        AskedAs::Amending => RequestAmended::of(old, request, username).into(),
        AskedAs::Repeating => RequestRepeated::of(request, username).into(),
        AskedAs::Joining | AskedAs::OneOfMore => RequestJoined::of(request, username).into(),
    }
}

/// Why a repetition is not counted.
enum NotRepeated {
    NotPending,
    NotOwn,
    TooOften(Box<Request>),
    /// It must be counted first as this.
    NotCounted(Written, Box<Request>),
}

/// Whether a request was repeated so often that no further repetition is counted, so that repeating it costs no writes.
/// The answer is the same. A user who says something new is judged by how often they asked themselves, and one who joins
/// is never kept out by the others.
pub fn is_often(request: &Request, by: AskedAs, username: &str, now: Timestamp) -> bool {
    let (count, since) = match (by, request.requester(username)) {
        (AskedAs::Repeating | AskedAs::OneOfMore, _) => (request.count, request.created_at),
        (AskedAs::Amending | AskedAs::Joining, Some(known)) => (known.count, known.asked_at),
        (AskedAs::Amending | AskedAs::Joining, None) => return false,
    };
    let minutes = now.duration_since(since).as_mins();
    i64::from(count) >= REPEATED_MAX.saturating_add(minutes.saturating_mul(REPEATED_PER_MINUTE))
}

/// A user who withdraws and asks again, or says something new, all the time.
pub fn too_often(now: Timestamp) -> Problem {
    let detail = "this user withdrew or amended and asked again too often; ask again later";
    let until = now.saturating_add(MINUTE).unwrap_or(now);
    Problem::over_limit(Code::TooManyNewRequests, detail, until, now)
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

//! Whether a computer may make one more request. A computer that asks now and then is judged by the note of its newest
//! requests, which costs one read. Once it asks often, or for several things at once, its new requests are counted
//! before they are saved, so that racing ones cannot exceed the limits. What instances let pass uncounted at the same
//! moment, at most one request each, comes on top.
//!
//! All requests of the computers of one enrollment key are counted together, by the processor, so that a submission
//! costs one read more and no write. Therefore what is submitted but not processed yet comes on top, and so does, at the
//! beginning of a week, what was open before. A processor that dies right after a turn miscounts the events of this turn,
//! at most 150, until their week is over.

use std::collections::BTreeSet;

use countersign_http::{Caller, Code, Problem, Services};
use countersign_journal::Journal;
use countersign_model::{Request, RequestId, RequestStatus};
use countersign_store::throttle::Try;
use countersign_store::{AskedRequests, Claim, KeyWeek};
use futures::future::try_join_all;
use jiff::{SignedDuration, Timestamp};

use crate::limits::{self, DAY, FREE_LISTED, FREE_OF_KEY, FREE_PER_DAY, FREE_PER_MINUTE, Limits, MINUTE};
use crate::submitting::{Submitting, is_over, open_request};

/// Seconds after which a computer with too many open requests asks again: it is not known when they are decided.
const DECIDED_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// Room for one more request.
pub struct Room {
    /// The computer's newest requests, without those that no longer matter.
    pub asked: AskedRequests,
    counted: Vec<Try>,
}

impl Room {
    /// Looks for room for one more request. A repetition needs none.
    ///
    /// # Errors
    /// 429: the computer has as many requests as it may.
    pub async fn find(
        services: &Services,
        caller: &Caller,
        submitting: &Submitting<'_>,
    ) -> Result<Self, Problem> {
        let asked = &submitting.asked;
        let rarely = !submitting.under_way.beside_another
            && asked.within(MINUTE, caller.now) < FREE_PER_MINUTE
            && asked.within(DAY, caller.now) < FREE_PER_DAY;
        let free = |asked: AskedRequests| Self { asked, counted: Vec::new() };
        let is_free = rarely && asked.ids().len() < FREE_LISTED;
        if is_free && submitting.of_key.submitted < FREE_OF_KEY {
            return Ok(free(asked.clone()));
        }
        let Some(limits) = Limits::of(services).await? else {
            return Ok(free(asked.trimmed(FREE_PER_DAY, |_| false)));
        };
        let of_key = require_few_of_key(submitting, &limits, caller.now);
        if is_free && of_key.is_ok() {
            return Ok(free(asked.clone()));
        }
        let journal = &services.journal;
        let dead = |claim: Claim| async move { is_over(journal, &claim).await };
        if journal.is_elected(&open_request(submitting), submitting.idempotency.as_ref(), dead).await? {
            return Ok(free(asked.clone()));
        }
        of_key?;
        let asked = require_few_open(journal, asked, &limits, caller.now).await?;
        let counted =
            if rarely { Vec::new() } else { count(journal, submitting, &limits, caller.now).await? };
        Ok(Self { asked, counted })
    }

    /// Takes back the count, because no request was made.
    pub async fn give_back(&self, journal: &Journal) -> Result<(), Problem> {
        try_join_all(self.counted.iter().map(|each| journal.give_back(each))).await?;
        Ok(())
    }
}

/// The requests of all computers of the enrollment key, if these are not too many.
fn require_few_of_key(submitting: &Submitting<'_>, limits: &Limits, now: Timestamp) -> Result<(), Problem> {
    let (of_key, Some(key)) = (submitting.of_key, &submitting.computer.enrollment_key_id) else {
        return Ok(());
    };
    if of_key.submitted >= limits.key_requests_per_week() {
        let detail =
            "the computers that enrolled with the same key made too many requests this week; ask again later";
        return Err(Problem::over_limit(
            Code::TooManyNewRequests,
            detail,
            KeyWeek::of(key, now).until(),
            now,
        ));
    }
    if of_key.open() >= limits.key_open_requests {
        let detail = "too many requests of the computers that enrolled with the same key are open; wait until some are decided";
        return Err(Problem::over_limit(Code::TooManyOpenRequests, detail, decided_within(now), now));
    }
    Ok(())
}

/// The newest requests with those that are still pending, if these are not too many.
async fn require_few_open(
    journal: &Journal,
    asked: &AskedRequests,
    limits: &Limits,
    now: Timestamp,
) -> Result<AskedRequests, Problem> {
    if asked.ids().len() < FREE_LISTED {
        return Ok(asked.clone());
    }
    let read = journal.load_many::<Request>(asked.ids()).await?;
    let is_open = |request: &Request| request.status_at(now) == RequestStatus::Pending;
    let open: BTreeSet<RequestId> =
        read.into_iter().flatten().map(|read| read.value).filter(is_open).map(|request| request.id).collect();
    if open.len() as u64 >= limits.open_requests {
        let detail =
            "too many requests of this computer are open; withdraw one, or wait until some are decided";
        return Err(Problem::over_limit(Code::TooManyOpenRequests, detail, decided_within(now), now));
    }
    Ok(asked.trimmed(FREE_PER_DAY, |id| open.contains(id)))
}

fn decided_within(now: Timestamp) -> Timestamp {
    now.saturating_add(DECIDED_WITHIN).unwrap_or(now)
}

async fn count(
    journal: &Journal,
    submitting: &Submitting<'_>,
    limits: &Limits,
    now: Timestamp,
) -> Result<Vec<Try>, Problem> {
    let detail =
        "this computer, or those that enrolled with the same key, made too many requests; ask again later";
    let counted = limits::count(journal, &limits.requests(submitting.computer), 1).await?;
    counted.map_err(|until| Problem::over_limit(Code::TooManyNewRequests, detail, until, now))
}

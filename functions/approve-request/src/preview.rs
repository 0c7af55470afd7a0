//! What a decision would do: computed as the decision itself would be, and nothing is written.

use std::collections::{BTreeMap, BTreeSet};

use countersign_http::{CountView, Problem};
use countersign_journal::Journal;
use countersign_model::{
    Actor, Computer, Covered, Decision, DecisionScope, Grant, Outcome, Permit, Request, RequestId,
    RequestStatus, Whereabouts, lists, text,
};
use countersign_store::{StoreError, Stored};
use futures::future::try_join;
use jiff::Timestamp;

use crate::judge::{Ground, judge};
use crate::open::Opened;
use crate::reach::{Computers, Reach};
use crate::wire::{
    CoversPreview, DecisionPreview, Draft, RecipientsPreview, ScopePreview, SettledPreview, ToldPreview,
    TotalsPreview,
};

/// How many requests for the same subject are examined for one decision, and for one of several.
const ALONE: usize = 200;
const AMONG_SEVERAL: usize = 20;
/// The most users who are named.
const NAMED: usize = 10;

/// What a decision would do, with how far each scope reaches.
pub async fn of_decision(
    journal: &Journal,
    actor: &Actor,
    request: Stored<Request>,
    draft: &Draft,
    now: Timestamp,
) -> Result<DecisionPreview, Problem> {
    let ground = Ground::of(journal, actor, &request.value, draft).await?;
    let (at, decision) = (&ground.at, &ground.decision);
    let (decided, opened) = rehearsed(actor, request, draft, &ground)?;
    let permit = opened.permit();
    let others = others(journal, permit, &opened.request.value, now, ALONE);
    let mut reach = Reach::default();
    let reached = try_join(reach.of(journal, permit, at), covered(journal, permit, &decided, now));
    let (others, (computers, covers)) = try_join(others, reached).await?;
    Ok(view(&decided, decision, &others, &computers).covering(covers))
}

/// What several decisions would do together, each request and each address once.
#[derive(Default)]
pub struct Totals {
    decided: BTreeSet<RequestId>,
    settled: BTreeSet<RequestId>,
    /// Whether more requests than were examined may be settled.
    incomplete: bool,
    /// The names of the users by their addresses.
    told: BTreeMap<String, String>,
    reach: Reach,
}

impl Totals {
    /// What one of the decisions would do, which is added to the totals.
    pub async fn of_one(
        &mut self,
        journal: &Journal,
        actor: &Actor,
        request: Stored<Request>,
        draft: &Draft,
        ground: &Ground,
        now: Timestamp,
    ) -> Result<DecisionPreview, Problem> {
        let decision = &ground.decision;
        let (decided, opened) = rehearsed(actor, request, draft, ground)?;
        let permit = opened.permit();
        let others = others(journal, permit, &opened.request.value, now, AMONG_SEVERAL);
        let (others, computers) = try_join(others, self.reach.of(journal, permit, &ground.at)).await?;
        if decision.outcome == Outcome::Approved {
            self.reach.reaches(&decided, &ground.at, decision.scope);
        }
        let settled = others.settled(&decided, decision);
        self.incomplete |= !others.complete && decision.settles_within().is_some();
        self.decided.insert(decided.id.clone());
        self.settled.extend(settled.iter().map(|other| other.id.clone()));
        for (address, name) in told_of(&decided, &settled, decision).flat_map(recipients) {
            self.told.entry(address).or_insert(name);
        }
        Ok(view(&decided, decision, &others, &computers))
    }

    /// The totals as they are shown.
    pub fn view(self) -> TotalsPreview {
        let along = self.settled.difference(&self.decided).count() as u64;
        let count = self.told.len();
        let names = if count > NAMED { Vec::new() } else { self.told.into_values().collect() };
        TotalsPreview {
            decided: self.decided.len(),
            computers: self.reach.together().into(),
            settles: CountView { count: along, complete: !self.incomplete },
            told: RecipientsPreview { count, names },
        }
    }
}

/// The request as the decision would leave it, unless the decision would be refused.
fn rehearsed(
    actor: &Actor,
    request: Stored<Request>,
    draft: &Draft,
    ground: &Ground,
) -> Result<(Request, Opened), Problem> {
    let decided = judge(actor, &request.value, draft, ground)?.0;
    Ok((decided, Opened::by(actor, request)?))
}

/// Pending requests of other computers for the same subject, with where these are.
struct Others {
    found: Vec<(Request, Whereabouts)>,
    /// Whether all requests for the subject were examined.
    complete: bool,
}

impl Others {
    /// Those that a decision of this scope settles.
    fn within<'a>(&'a self, decided: &'a Request, scope: DecisionScope) -> impl Iterator<Item = &'a Request> {
        let settled = move |(other, at): &&(Request, Whereabouts)| decided.settles(scope, other, at);
        self.found.iter().filter(settled).map(|(other, _)| other)
    }

    /// Those that the decision settles.
    fn settled<'a>(&'a self, decided: &'a Request, decision: &Decision) -> Vec<&'a Request> {
        decision.settles_within().map(|scope| self.within(decided, scope).collect()).unwrap_or_default()
    }
}

async fn others(
    journal: &Journal,
    permit: &Permit,
    request: &Request,
    now: Timestamp,
    most: usize,
) -> Result<Others, StoreError> {
    let ids = journal.partition(permit, lists::MATCHING_REQUESTS, &request.subject.key(), None, most).await?;
    let complete = ids.len() < most;
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    // Some may have been decided or have expired since they were listed.
    let listed = journal.load_by_record_ids::<Request>(&ids).await?.into_iter().flatten();
    let waits = |other: &Request| request.matches(other) && other.status_at(now) == RequestStatus::Pending;
    let waiting: Vec<_> = listed.map(|listed| listed.value).filter(waits).collect();
    let computers = journal.load_many::<Computer>(waiting.iter().map(|other| &other.computer_id)).await?;
    let places =
        computers.iter().map(|found| Whereabouts::of_computer(found.as_ref().map(|found| &found.value)));
    Ok(Others { found: waiting.iter().cloned().zip(places).collect(), complete })
}

/// What an approval of a publisher covers beside the request's own file; `None` for any other decision.
async fn covered(
    journal: &Journal,
    permit: &Permit,
    decided: &Request,
    now: Timestamp,
) -> Result<Option<CoversPreview>, StoreError> {
    let grant = decided.decision.as_ref().and_then(|decision| Grant::of(decided, decision));
    let Some(grant) = grant.filter(|grant| matches!(grant.covered, Covered::Publisher(_))) else {
        return Ok(None);
    };
    let page = journal.page::<Request>(permit, lists::PENDING_REQUESTS, None, ALONE).await?;
    let subject = decided.subject.key();
    let waits = |other: &Request| {
        other.organization_id == decided.organization_id
            && other.status_at(now) == RequestStatus::Pending
            && other.subject.key() != subject
            && grant.allows(&other.subject)
    };
    let waiting: Vec<_> = page.items.into_iter().map(|other| other.value).filter(waits).collect();
    let computers = journal.load_many::<Computer>(waiting.iter().map(|other| &other.computer_id)).await?;
    let reached = waiting.iter().zip(computers).filter(|(_, found)| {
        found.as_ref().is_some_and(|found| !found.value.deleted && grant.is_for(&found.value))
    });
    let files: Vec<String> = reached.map(|(other, _)| other.subject.key()).collect();
    let complete = page.next.is_none();
    let waiting = CountView { count: files.len() as u64, complete };
    let different = files.into_iter().collect::<BTreeSet<_>>().len() as u64;
    Ok(Some(CoversPreview { waiting, files: CountView { count: different, complete } }))
}

fn view(decided: &Request, decision: &Decision, others: &Others, computers: &Computers) -> DecisionPreview {
    let scopes = DecisionScope::ALL.iter().map(|scope| {
        let waiting = others.within(decided, *scope).count() as u64;
        let waiting = CountView { count: waiting, complete: others.complete };
        ScopePreview { scope: *scope, computers: computers.within(*scope).into(), waiting }
    });
    let settled = others.settled(decided, decision);
    let mut names: Vec<String> =
        told_of(decided, &settled, decision).flat_map(recipients).map(|(_, name)| name).collect();
    let count = names.len();
    if count > NAMED {
        names.clear();
    }
    let request_ids = settled.iter().map(|other| other.id.clone()).collect();
    let complete = others.complete || decision.settles_within().is_none();
    let settles = SettledPreview { count: settled.len(), complete, request_ids };
    DecisionPreview::new(
        decided.id.clone(),
        decision,
        scopes.collect(),
        settles,
        ToldPreview { count, names },
    )
}

/// The requests whose users are told of a decision: those that it decides and settles, unless they are ignored.
fn told_of<'a>(
    decided: &'a Request,
    settled: &'a [&'a Request],
    decision: &Decision,
) -> impl Iterator<Item = &'a Request> {
    let is_told = decision.outcome != Outcome::Ignored;
    [decided].into_iter().chain(settled.iter().copied()).filter(move |_| is_told)
}

/// The users of a request who are told of its decision: those who wait and gave an address, each address once, with its key.
fn recipients(request: &Request) -> Vec<(String, String)> {
    let mut recipients: Vec<(String, String)> = Vec::new();
    for requester in request.waiting() {
        let Some(email) = &requester.email else { continue };
        let key = text::address_key(email.as_str());
        if !recipients.iter().any(|(known, _)| *known == key) {
            recipients.push((key, requester.username.clone()));
        }
    }
    recipients
}

//! Deciding all pending requests that match, some in each call. Each is judged and decided on its own.

use axum::Json;
use axum::extract::State;
use countersign_authority::Principal;
use countersign_authority::rights::rights_at;
use countersign_http::{
    AsReader, Caller, IdempotencyKey, InputError, JsonBody, Problem, QueryOf, Services, require_short,
};
use countersign_journal::{Journal, Part};
use countersign_model::{
    Action, Actor, GroupId, Request, RequestFilter, RequestId, RequestReader, Statuses, decide, lists,
};
use countersign_store::{Stored, keys};
use jiff::SignedDuration;

use crate::bulk::key_of;
use crate::decide::{save_on, terms};
use crate::judge::Ground;
use crate::open::{Opened, asked_about};
use crate::preview::Totals;
use crate::wire::{
    BULK_MAX, BulkResult, Done, Draft, MatchingDecision, MatchingFilter, MatchingQuery, MatchingResults,
    SkippedRequest, WhySkipped,
};

/// The most characters of the text that is sought.
const SOUGHT_MAX: usize = 254;

/// Decides the pending requests that match, each on its own, the oldest first.
///
/// A call looks at up to 50 requests. Call again with `next_cursor` and the same body until it is null. A call that is repeated goes
/// on with what is still pending. Requests of unconfirmed and of cloned computers, and those whose name has characters that cannot be seen, are
/// named and stay pending.
#[utoipa::path(post, path = "/v1/requests/decisions/matching", tag = "requests", security(("administrator" = [])),
    params(MatchingQuery, IdempotencyKey), request_body = MatchingDecision,
    responses((status = 200, body = MatchingResults)))]
pub async fn decide_matching_requests(
    State(services): State<Services>,
    AsReader { caller, administrator, paging }: AsReader,
    QueryOf(query): QueryOf<MatchingQuery>,
    key: IdempotencyKey,
    body: JsonBody<MatchingDecision>,
) -> Result<Json<MatchingResults>, Problem> {
    let journal = &services.journal;
    let draft = || {
        let draft = body.value.decision.checked(journal.random(), &caller, &administrator.value);
        draft.map_err(|problem| problem.below("/decision"))
    };
    draft().map(drop)?;
    let after = opened(paging.open(query.cursor.as_ref())?, body.bytes())?;
    let found = match (&body.value.request_id, &body.value.filter) {
        (Some(id), None) => Found::like(journal, &administrator, id, after.as_deref()).await?,
        (None, Some(filter)) => Found::by(journal, &administrator, filter, after.as_deref()).await?,
        _ => {
            return Err(Problem::invalid_field(
                "",
                "either `request_id` or `filter` must be given, and not both",
            ));
        }
    };
    let next = found.next.map(|next| format!("{}{next}", stamp(body.bytes())));
    let mut done = MatchingResults {
        results: Vec::new(),
        skipped: Vec::new(),
        totals: None,
        looked_at: found.requests.len(),
        next_cursor: paging.seal(next)?,
    };
    let mut totals = query.dry_run.then(Totals::default);
    let mut reader = RequestReader::new(&found.actor);
    for request in found.requests {
        let may = reader.may_read(&request.value);
        if !may.list || !found.filter.wants(&request.value, may.open, caller.now) {
            continue;
        }
        // Each has ids of its own.
        let group = found.filter.group.as_ref();
        let one = One { journal, caller: &caller, actor: &found.actor, group, draft: draft()? };
        one.take(request, &mut done, totals.as_mut(), &key, body.bytes()).await?;
    }
    done.totals = totals.map(Totals::view);
    Ok(Json(done))
}

/// A decision about one of the requests.
struct One<'a> {
    journal: &'a Journal,
    caller: &'a Caller,
    actor: &'a Actor,
    /// The group that the filter names. A computer that has just been moved may still be listed under another one.
    group: Option<&'a GroupId>,
    draft: Draft,
}

impl One<'_> {
    /// Decides the request, or leaves it pending. With totals, this is a dry run.
    async fn take(
        &self,
        request: Stored<Request>,
        done: &mut MatchingResults,
        totals: Option<&mut Totals>,
        key: &IdempotencyKey,
        body: &[u8],
    ) -> Result<(), Problem> {
        let Self { journal, caller, actor, group, draft } = self;
        let id = request.value.id.clone();
        let ground = Ground::of(journal, actor, &request.value, draft).await?;
        let because = match () {
            () if ground.at.is_unconfirmed() => Some(WhySkipped::Unconfirmed),
            () if ground.at.is_cloned() => Some(WhySkipped::Cloned),
            () if group.is_some() && ground.at.group() != *group => Some(WhySkipped::Moved),
            () if request.value.subject.hides_characters() => Some(WhySkipped::HiddenCharacter),
            () => None,
        };
        if let Some(because) = because {
            done.skipped.push(SkippedRequest { request_id: id, because });
            return Ok(());
        }
        let made = match totals {
            Some(totals) => {
                let preview = totals.of_one(journal, actor, request, draft, &ground, caller.now).await;
                preview.map(Done::Rehearsed)
            }
            None => {
                let terms = terms(caller, &key_of(key, &id), "matching", &id, body);
                let origin = caller.origin();
                match save_on(journal, actor, &origin, &id, draft, &ground, terms).await {
                    Ok(saved) => Ok(Done::Decided(Box::new(Opened::by(actor, saved)?))),
                    Err(problem) => Err(problem),
                }
            }
        };
        // What the store cannot do now must not be skipped by the cursor.
        match made {
            Err(problem) if problem.status().is_server_error() => Err(problem),
            made => {
                done.results.push(BulkResult::of(id.as_str(), made));
                Ok(())
            }
        }
    }
}

/// Some of the requests that may match, the oldest first.
struct Found {
    actor: Actor,
    filter: RequestFilter,
    requests: Vec<Stored<Request>>,
    next: Option<String>,
}

impl Found {
    /// Those of the organization for the same subject as a request.
    async fn like(
        journal: &Journal,
        asker: &Principal,
        id: &RequestId,
        after: Option<&str>,
    ) -> Result<Self, Problem> {
        let (actor, request) = asked_about(journal, asker, id).await?;
        let opened = Opened::by(&actor, request)?;
        let subject = opened.request.value.subject.key();
        let (permit, list) = (opened.permit(), lists::MATCHING_REQUESTS);
        let ids = journal.partition(permit, list, &subject, after, BULK_MAX).await?;
        let next = ids.last().filter(|_| ids.len() == BULK_MAX).cloned();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let requests = journal.load_by_record_ids::<Request>(&ids).await?.into_iter().flatten().collect();
        let filter = RequestFilter { statuses: Some(Statuses::pending()), ..RequestFilter::default() };
        Ok(Self { actor, filter, requests, next })
    }

    /// Those of an organization's pending requests that a filter may want.
    async fn by(
        journal: &Journal,
        asker: &Principal,
        wanted: &MatchingFilter,
        after: Option<&str>,
    ) -> Result<Self, Problem> {
        require_short("/filter/q", wanted.q.as_deref().unwrap_or_default(), SOUGHT_MAX)?;
        let rights = rights_at(journal, asker, &wanted.organization_id).await?;
        let permit = decide(&rights.actor, Action::RequestsList, &rights.resource())?;
        let filter = wanted.filter();
        let (from, below) = filter.ids(SignedDuration::ZERO);
        let part = Part {
            cursor: after,
            limit: BULK_MAX,
            oldest_first: true,
            from: from.as_ref().map(RequestId::as_str),
            below: below.as_ref().map(RequestId::as_str),
        };
        let page = journal.part::<Request>(&permit, lists::PENDING_REQUESTS, &part).await?;
        Ok(Self { actor: rights.actor, filter, requests: page.items, next: page.next })
    }
}

/// Binds a cursor to the body that it was given for.
fn stamp(body: &[u8]) -> String {
    let digest = keys::sha256(body);
    format!("{} ", digest.get(..32).unwrap_or(&digest))
}

/// Where a cursor goes on, if it was given for this body.
fn opened(cursor: Option<String>, body: &[u8]) -> Result<Option<String>, Problem> {
    let Some(cursor) = cursor else { return Ok(None) };
    let rest = cursor.strip_prefix(&stamp(body)).map(str::to_owned);
    let another = || {
        let message = "was given for another body: send the same one again";
        Problem::invalid_query(vec![InputError::new("/cursor", message)])
    };
    rest.map(Some).ok_or_else(another)
}

//! Opening a request: everything about it, and what the caller may do with it.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_authority::rights::actor_and;
use countersign_authority::{Principal, approval_settings_at, first_used};
use countersign_http::{AsAdministrator, PathId, Problem, Services, etag};
use countersign_journal::{Change, Journal};
use countersign_model::act::RequestOpened;
use countersign_model::{
    Action, Actor, ApprovalSettings, Attachment, Computer, DecisionScope, Denial, FileFlag, Group, Origin,
    Outcome, Permit, Request, RequestId, RequestStatus, Whereabouts, check, decide, lists,
};
use countersign_store::throttle::Throttle;
use countersign_store::{StoreError, Stored};
use futures::future::{try_join4, try_join5};
use jiff::{SignedDuration, Timestamp};

use crate::defaults;
use crate::seen::Seen;
use crate::wire::{
    ActionView, AttachmentView, Doing, GroupName, HeardView, MatchingView, Obstacle, ReachView, RenewedView,
    RequestView,
};

/// How many requests for the same subject are examined to count the pending ones.
const LOOKED_AT: usize = 200;

/// An opening is on record once in an hour for each administrator and request.
const RECORDED: Throttle = Throttle { name: "open/request", most: 1, period: SignedDuration::from_hours(1) };

/// Opens a request: everything about it, and what you may do with it.
///
/// The audits say who opened it, once in a clock hour for each administrator and request.
#[utoipa::path(get, path = "/v1/requests/{request_id}", tag = "requests", security(("administrator" = [])),
    params(("request_id" = inline(RequestId), Path)), responses((status = 200, body = RequestView)))]
pub async fn open_request(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<RequestId>,
) -> Result<Response, Problem> {
    let (actor, request) = asked_about(&services.journal, &administrator, &id).await?;
    let opened = Opened::by(&actor, request)?;
    record(&services.journal, &caller.origin(), &actor, &opened).await?;
    answer(&services.journal, &actor, opened, None, caller.now).await
}

/// Puts the opening on record, unless it is. The event comes before the count, so that what was answered is on record whatever
/// fails in between.
async fn record(
    journal: &Journal,
    origin: &Origin,
    actor: &Actor,
    opened: &Opened,
) -> Result<(), StoreError> {
    let request = &opened.request.value;
    let subject = [actor.administrator.as_str(), request.id.as_str()];
    if journal.tries(&RECORDED, &subject).await? > 0 {
        return Ok(());
    }
    let act = RequestOpened { request_id: request.id.clone(), kind: request.kind() };
    journal.save(Change::new(opened.permit(), origin, act)).await?;
    journal.count_try(&RECORDED, &subject).await.map(drop)
}

/// A request that the actor may read in full, with the permit that says so. Everybody who may decide it or revoke its
/// approval may.
pub struct Opened {
    pub request: Stored<Request>,
    permit: Permit,
}

impl Opened {
    /// The request, unless the actor may not open it.
    pub fn by(actor: &Actor, request: Stored<Request>) -> Result<Self, Denial> {
        let permit = decide(actor, Action::RequestsOpen, &request.value.resource())?;
        Ok(Self { request, permit })
    }

    /// The permit to open it.
    pub fn permit(&self) -> &Permit {
        &self.permit
    }
}

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

/// The answer for somebody who may open the request. `settings` are those of its organization, if they are known already.
pub async fn answer(
    journal: &Journal,
    actor: &Actor,
    opened: Opened,
    settings: Option<ApprovalSettings>,
    now: Timestamp,
) -> Result<Response, Problem> {
    let at = whereabouts(journal, &opened.request.value);
    let copy = copy(journal, &opened.request.value);
    let settings = settings_for(journal, &opened.request.value, settings, now);
    let renewed = renewed(journal, &opened.request.value, now);
    let all = try_join5(at, matching(journal, &opened, now), copy, settings, renewed);
    let flag = flag_for(journal, &opened.request.value, now);
    let used = first_used(journal, &opened.request.value, now);
    let heard = heard(journal, &opened.request.value);
    let ((at, matching, copy, settings, renewed), flag, used, heard) =
        try_join4(all, flag, used, heard).await?;
    let mut request = opened.request;
    // It may have been confirmed, or have taken another one's name, since it asked.
    request.value.unconfirmed = at.place.is_unconfirmed();
    request.value.cloned = at.place.is_cloned();
    let (place, about) = (&at.place, &request.value);
    let doing = Doing {
        seen_revision: Seen::of(about, place).text(),
        defaults: settings.map(|settings| defaults::view(actor, about, place, settings, now)),
        actions: actions(actor, about, place, flag.as_ref(), now),
    };
    let reach = reach(&request.value, &at, used, now);
    let group = shown_group(journal, &request.value, at).await?;
    let revision = request.revision;
    let view = RequestView::at(now, request, group, copy, matching, doing);
    let view = view.renewing(renewed).reaching(reach).heard(heard);
    Ok(([etag(revision)], Json(view)).into_response())
}

/// Where the computer that asked is now.
pub struct Found {
    pub place: Whereabouts,
    group: Option<Group>,
}

/// Finds the computer that asked, with its group.
pub async fn whereabouts(journal: &Journal, request: &Request) -> Result<Found, StoreError> {
    let computer = journal.load::<Computer>(&request.computer_id).await?.map(|found| found.value);
    let group = match Whereabouts::of_computer(computer.as_ref()).group() {
        Some(group) => journal.load::<Group>(group).await?.map(|found| found.value),
        None => None,
    };
    Ok(Found { place: Whereabouts::of(computer.as_ref(), group.as_ref()), group })
}

/// Whether the approval in force reaches the computer, which used its grant first at `used`, or, so far, not at all.
fn reach(request: &Request, at: &Found, used: Option<Timestamp>, now: Timestamp) -> Option<ReachView> {
    let reached = request.reach(&at.place, used, now)?;
    let name = at.group.as_ref().map(|group| group.name.clone());
    let group = at.place.group().map(|id| GroupName { id: id.clone(), name });
    Some(ReachView { reaches: reached.is_ok(), because: reached.err(), group })
}

/// Whether the computer was told of the decision. It is not known of a decision of an earlier version, unless the computer asked
/// for it since.
async fn heard(journal: &Journal, request: &Request) -> Result<Option<HeardView>, StoreError> {
    let at = journal.heard_at(request).await?;
    let noted = request.decision.as_ref().is_some_and(|decision| decision.hearing_noted);
    Ok((noted || at.is_some()).then_some(HeardView { at }))
}

/// The group that the request was decided for. While nobody has decided, the one that the computer is in now.
async fn shown_group(journal: &Journal, request: &Request, at: Found) -> Result<GroupName, StoreError> {
    let id = match (&request.decision, at.place.group()) {
        (None, Some(group)) => group.clone(),
        _ => request.decided_group().clone(),
    };
    let group = match at.group.filter(|group| group.id == id) {
        Some(group) => Some(group),
        None => journal.load::<Group>(&id).await?.map(|found| found.value),
    };
    Ok(GroupName { id, name: group.map(|group| group.name) })
}

/// The copy of the file as it is now: it is not kept as long as the request.
async fn copy(journal: &Journal, request: &Request) -> Result<AttachmentView, StoreError> {
    let (Attachment::Verified { size }, Some(file)) = (request.attachment, request.subject.file()) else {
        return Ok(request.attachment.into());
    };
    let manifest = journal.attachment(&request.organization_id, file.sha256.as_str()).await?;
    Ok(if manifest.is_some() { request.attachment.into() } else { AttachmentView::removed(size) })
}

/// Whether the request waits for a decision, or may be decided anew.
fn can_be_decided(request: &Request, now: Timestamp) -> bool {
    match request.status_at(now) {
        RequestStatus::Pending | RequestStatus::Denied | RequestStatus::Ignored => true,
        RequestStatus::Approved
        | RequestStatus::Expired
        | RequestStatus::Cancelled
        | RequestStatus::Revoked => false,
    }
}

/// What the organization asks of decisions, if the request can be decided.
async fn settings_for(
    journal: &Journal,
    request: &Request,
    known: Option<ApprovalSettings>,
    now: Timestamp,
) -> Result<Option<ApprovalSettings>, StoreError> {
    if !can_be_decided(request, now) {
        return Ok(None);
    }
    if known.is_some() {
        return Ok(known);
    }
    approval_settings_at(journal, &request.organization_id, &request.ancestors).await.map(Some)
}

/// The flag that stops approvals of the file, if the request can be decided.
async fn flag_for(
    journal: &Journal,
    request: &Request,
    now: Timestamp,
) -> Result<Option<FileFlag>, StoreError> {
    if can_be_decided(request, now) { journal.flag_on(request).await } else { Ok(None) }
}

/// The approval that the request asks to prolong, with the decision of then. It is of the same computer and kind, so whoever
/// may open the one may open the other.
async fn renewed(
    journal: &Journal,
    request: &Request,
    now: Timestamp,
) -> Result<Option<RenewedView>, StoreError> {
    let Some(renews) = request.renews.clone() else { return Ok(None) };
    let earlier = journal.load::<Request>(&renews.request_id).await?.map(|earlier| earlier.value);
    Ok(Some(RenewedView::at(now, renews, earlier)))
}

/// Counts other computers with a pending request for the same subject, among those examined.
async fn matching(journal: &Journal, opened: &Opened, now: Timestamp) -> Result<MatchingView, StoreError> {
    let Opened { request: Stored { value: request, .. }, permit } = opened;
    if request.status_at(now) != RequestStatus::Pending {
        return Ok(MatchingView { count: 0, complete: true });
    }
    let subject = request.subject.key();
    let ids = journal.partition(permit, lists::MATCHING_REQUESTS, &subject, None, LOOKED_AT).await?;
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    // Some may have been decided or have expired since they were listed.
    let listed = journal.load_by_record_ids::<Request>(&ids).await?;
    let listed = listed.iter().flatten().map(|listed| &listed.value);
    let waiting = listed.filter(|o| request.matches(o) && o.status_at(now) == RequestStatus::Pending);
    Ok(MatchingView { count: waiting.count(), complete: ids.len() < LOOKED_AT })
}

/// What can be done with a request in its current status, and whether the actor may do it. A denied or ignored one is decided
/// anew.
fn actions(
    actor: &Actor,
    request: &Request,
    at: &Whereabouts,
    flag: Option<&FileFlag>,
    now: Timestamp,
) -> Vec<ActionView> {
    let view = |name, action, scope: Option<DecisionScope>| {
        let resource = request.resource();
        let resource = scope.into_iter().fold(resource, countersign_model::Resource::scope);
        ActionView::new(name, scope, check(actor, action, &resource))
    };
    let decide = |name, action, outcome, scope: Option<DecisionScope>| {
        let reached = at.reached(outcome, scope.unwrap_or(DecisionScope::Computer));
        let flagged = flag.filter(|_| outcome == Outcome::Approved).map(Obstacle::from);
        view(name, action, scope).unless(flagged.or(reached.err().map(Obstacle::from)))
    };
    let approve = |&scope| decide("approve", Action::approve(request.kind()), Outcome::Approved, Some(scope));
    match (request.status_at(now), &request.decision) {
        (RequestStatus::Pending | RequestStatus::Denied | RequestStatus::Ignored, _) => {
            let other = [
                decide("deny", Action::RequestsDeny, Outcome::Denied, None),
                decide("ignore", Action::RequestsIgnore, Outcome::Ignored, None),
            ];
            DecisionScope::ALL.iter().map(approve).chain(other).collect()
        }
        // A request that was settled along with another one is revoked through that other one.
        (RequestStatus::Approved, Some(decision)) if decision.settled_by.is_none() => {
            vec![view("revoke", Action::RequestsRevoke, Some(decision.scope))]
        }
        _ => Vec::new(),
    }
}

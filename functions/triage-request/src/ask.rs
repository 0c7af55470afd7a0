//! Asking those who can decide a request to do so.

use axum::Json;
use axum::extract::State;
use countersign_authority::Beginning;
use countersign_http::{AsAdministrator, Code, JsonBody, PathId, Problem, Services};
use countersign_journal::Change;
use countersign_model::act::DecisionAsked;
use countersign_model::{
    Action, Actor, AdministratorId, DecisionScope, Request, RequestId, RequestStatus, Sight,
};
use countersign_store::throttle::Throttle;
use jiff::SignedDuration;

use crate::decider::Decider;
use crate::deciders::{Deciders, answer};
use crate::request::{asked_about, may_open};
use crate::wire::ask::{AskedView, NewAsk};

/// The most administrators who are asked.
const ASKED_MAX: usize = 50;
/// How many administrators are examined at once, and how often.
const PAGE: usize = 200;
/// See [`PAGE`].
const PAGES: usize = 5;
/// Once for each caller and request in an hour.
const ASKS: Throttle = Throttle { name: "ask/request", most: 1, period: SignedDuration::from_hours(1) };

/// Asks those who can decide a request to do so: one message each, to at most 50 of them.
///
/// It is for administrators who may open the request and not approve it as far as it should be. You can ask once in an hour for
/// each request.
#[utoipa::path(post, path = "/v1/requests/{request_id}/ask", tag = "requests", security(("administrator" = [])),
    params(("request_id" = inline(RequestId), Path)), request_body = NewAsk,
    responses((status = 200, body = AskedView), (status = 409, description = "You can approve the request that far yourself, nobody else can, or it is no longer pending."),
        (status = 429, description = "You asked about this request in this hour.")))]
pub async fn ask_to_decide(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<RequestId>,
    body: JsonBody<NewAsk>,
) -> Result<Json<AskedView>, Problem> {
    let journal = &services.journal;
    let message = body.value.checked()?;
    let (actor, request) = asked_about(journal, &administrator, &id).await?;
    let request = request.value;
    let permit = may_open(&actor, &request)?;
    let status = request.status_at(caller.now);
    if status != RequestStatus::Pending {
        return Err(Problem::new(Code::NotPending, format!("the request is {status}")));
    }
    let scope = wanted(&actor, &request, body.value.scope)?;
    let deciders = Deciders::of(journal, &permit, &request).await?;
    let able = able(&deciders, &administrator.value.id, scope).await?;
    if able.is_empty() {
        let detail = "no other active administrator can approve the request that far";
        return Err(Problem::new(Code::NobodyToAsk, detail));
    }
    let counted = journal.count_try(&ASKS, &[administrator.value.id.as_str(), id.as_str()]).await?;
    if !counted.allowed {
        let detail = "you asked about this request in this hour";
        return Err(Problem::over_limit(Code::TooManyAsks, detail, counted.until, caller.now));
    }
    let act = DecisionAsked {
        request_id: id.clone(),
        kind: request.kind(),
        asked_by: Some(administrator.value.name.clone()),
        scope,
        message,
        asked: able.iter().map(|decider| decider.administrator.id.clone()).collect(),
        asked_in_all: None,
    };
    // The request stays as it is. It carries the event, so that its time line has it.
    let origin = caller.origin();
    let asking = |old: &Request| {
        let permit = may_open(&actor, old)?;
        Ok::<_, Problem>((old.clone(), Change::new(&permit, &origin, act.clone())))
    };
    journal.save_update(&id, None, asking).await?;
    let resource = request.resource();
    let sight = Sight::of(&actor).over_resource(&resource);
    Ok(Json(AskedView::new(able, |organization| sight.sees(organization))))
}

/// The scope for which somebody is asked to approve: by default the narrowest one for which the caller cannot.
fn wanted(actor: &Actor, request: &Request, scope: Option<DecisionScope>) -> Result<DecisionScope, Problem> {
    let cannot = |scope: &DecisionScope| {
        !answer(actor, request, Action::approve(request.kind()), Some(*scope)).allowed
    };
    let narrowest = || DecisionScope::ALL.iter().copied().filter(cannot).min();
    let scope = scope.or_else(narrowest).filter(cannot);
    scope.ok_or_else(|| Problem::new(Code::CanDecide, "you can approve the request that far yourself"))
}

/// Up to 50 others who can approve the request that far, the nearest first.
async fn able(
    deciders: &Deciders<'_>,
    caller: &AdministratorId,
    scope: DecisionScope,
) -> Result<Vec<Decider>, Problem> {
    let (mut able, mut from) = (Vec::new(), Beginning::default());
    for _ in 0..PAGES {
        let (page, next) = deciders.page(from, PAGE).await?;
        let is_able = |decider: &Decider| {
            decider.administrator.id != *caller && decider.approves.is_some_and(|widest| widest >= scope)
        };
        able.extend(page.into_iter().filter(is_able));
        match next {
            Some(next) if able.len() < ASKED_MAX => from = next,
            _ => break,
        }
    }
    able.truncate(ASKED_MAX);
    Ok(able)
}

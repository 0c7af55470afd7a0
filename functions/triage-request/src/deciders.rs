//! Who can decide a request, and what the caller is missing.

use axum::Json;
use axum::extract::State;
use countersign_authority::rights::organization;
use countersign_authority::{Above, Beginning, Candidates};
use countersign_http::{AsReader, PathId, Problem, QueryOf, Services};
use countersign_journal::Journal;
use countersign_model::{Action, Actor, DecisionScope, Permit, Request, RequestId, Sight, check};

use crate::decider::Decider;
use crate::request::{asked_about, may_open};
use crate::wire::deciders::{CanView, DeciderView, DecidersPage, DecidersQuery};

/// Lists who can decide a request, and says what you are missing.
///
/// First come those who belong to the organization of the request, then those of the organizations above it, then those who belong
/// elsewhere and have a role there. Each that you may see has the reason if they are not told of such requests. People of
/// organizations that you may not see are shown as `managing_organization`. A page may be short or even empty although
/// `next_cursor` is set.
#[utoipa::path(get, path = "/v1/requests/{request_id}/deciders", tag = "requests", security(("administrator" = [])),
    params(("request_id" = inline(RequestId), Path), DecidersQuery), responses((status = 200, body = DecidersPage)))]
pub async fn list_deciders(
    State(services): State<Services>,
    AsReader { caller, administrator, paging }: AsReader,
    PathId(id): PathId<RequestId>,
    QueryOf(query): QueryOf<DecidersQuery>,
) -> Result<Json<DecidersPage>, Problem> {
    let begins = Beginning::read(paging.open(query.cursor.as_ref())?.as_deref());
    let journal = &services.journal;
    let (actor, request) = asked_about(journal, &administrator, &id).await?;
    let request = request.value;
    let viewing = may_open(&actor, &request)?;
    let (able, next) =
        Deciders::of(journal, &viewing, &request).await?.page(begins, query.limit.get()).await?;
    let resource = request.resource();
    let sight = Sight::of(&actor).over_resource(&resource);
    let items = able.into_iter().map(|decider| {
        let seen = decider.administrator.id == actor.administrator
            || sight.sees(&decider.administrator.organization_id);
        let not_told = decider.not_told(&request, caller.now);
        DeciderView::new(decider, seen, not_told)
    });
    Ok(Json(DecidersPage {
        items: items.collect(),
        next_cursor: paging.page(Vec::<()>::new(), next.map(|next| next.text()))?.next_cursor,
        you: questions(&request)
            .into_iter()
            .map(|(action, scope)| {
                CanView::new(action, scope, answer(&actor, &request, action, scope), &sight)
            })
            .collect(),
    }))
}

/// Those who can decide a request.
pub struct Deciders<'a> {
    journal: &'a Journal,
    request: &'a Request,
    above: Above,
    path: Vec<Permit>,
}

impl<'a> Deciders<'a> {
    /// `viewing` is the caller's permit to open the request.
    pub async fn of(journal: &'a Journal, viewing: &Permit, request: &'a Request) -> Result<Self, Problem> {
        let place = organization(journal, &request.organization_id).await?.value;
        let above = Above::load(journal, place).await?;
        let path = above.path(viewing);
        Ok(Self { journal, request, above, path })
    }

    /// Those among up to `limit` administrators, and where the next page begins.
    pub async fn page(
        &self,
        from: Beginning,
        limit: usize,
    ) -> Result<(Vec<Decider>, Option<Beginning>), Problem> {
        // Whoever may deny holds a permission that has a part in approving.
        let action = Action::approve(self.request.kind());
        let candidates = Candidates::new(self.journal, action, self.path.clone(), &self.above.books);
        let (people, next) = candidates.page(from, limit).await?;
        let able = people.into_iter().filter_map(|administrator| {
            let actor = Actor::assemble(&administrator, &self.above.books);
            let may = |action, scope| answer(&actor, self.request, action, scope).allowed;
            let approves = DecisionScope::ALL.iter().copied().filter(|scope| may(action, Some(*scope))).max();
            let denies = may(Action::RequestsDeny, None);
            (approves.is_some() || denies).then_some(Decider { administrator, approves, denies })
        });
        Ok((able.collect(), next))
    }
}

/// Whether the actor can do something with the request, and what is missing.
pub fn answer(
    actor: &Actor,
    request: &Request,
    action: Action,
    scope: Option<DecisionScope>,
) -> countersign_model::Answer {
    let resource = scope.into_iter().fold(request.resource(), countersign_model::Resource::scope);
    check(actor, action, &resource)
}

/// Every decision that can be made on a request.
pub fn questions(request: &Request) -> Vec<(Action, Option<DecisionScope>)> {
    let approve = Action::approve(request.kind());
    let approvals = DecisionScope::ALL.iter().map(|scope| (approve, Some(*scope)));
    approvals.chain([(Action::RequestsDeny, None), (Action::RequestsIgnore, None)]).collect()
}

//! What a rule would have decided in the past 30 days, before it is saved.

use axum::Json;
use axum::extract::State;
use countersign_authority::rights::rights_at;
use countersign_http::{AsReader, JsonBody, LARGEST_PAGE, Problem, Services};
use countersign_model::{Action, Actor, Request, Rule, RuleId, decide, lists};
use jiff::{SignedDuration, Timestamp};

use crate::wire::{DryRunBody, DryRunView, WouldDecideView};

/// How far back it looks.
const PAST: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Pages of requests that one call looks at.
const PAGES: usize = 5;

/// Tries a rule on the requests of the past 30 days, without deciding anything.
///
/// One call looks at up to 1000 requests and says how many; `next_cursor` goes on with older ones. Requests are taken as they
/// were submitted: with the computer's group then. The rule's end and limit do not count.
#[utoipa::path(post, path = "/v1/rules/dry-run", tag = "rules", security(("administrator" = [])), request_body = DryRunBody,
    responses((status = 200, body = DryRunView)))]
pub async fn try_rule(
    State(services): State<Services>,
    AsReader { caller, administrator, paging }: AsReader,
    body: JsonBody<DryRunBody>,
) -> Result<Json<DryRunView>, Problem> {
    let journal = &services.journal;
    let DryRunBody { organization_id, rule, cursor } = &body.value;
    let id = RuleId::from_ulid(journal.random().ulid(caller.now));
    let rule = rule.checked("/rule", id, organization_id.clone(), &administrator.value, caller.now)?;
    let rights = rights_at(journal, &administrator, organization_id).await?;
    let permit = decide(&rights.actor, Action::RequestsList, &rights.resource())?;
    let since = caller.now.checked_sub(PAST).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut next = paging.open(cursor.as_ref())?;
    let mut tried = Tried { rule, now: caller.now, looked_at: 0, items: Vec::new(), agrees: 0, differs: 0 };
    for _ in 0..PAGES {
        let page = journal.page::<Request>(&permit, lists::REQUESTS, next.as_deref(), LARGEST_PAGE).await?;
        let is_over = page.items.last().is_some_and(|last| last.value.created_at < since);
        for request in page.items.iter().map(|stored| &stored.value) {
            if request.created_at >= since {
                tried.look_at(&rights.actor, request);
            }
        }
        next = page.next.filter(|_| !is_over);
        if next.is_none() {
            break;
        }
    }
    let Tried { looked_at, items, agrees, differs, .. } = tried;
    let page = paging.page(items, next)?;
    let would_decide = page.items.len();
    let (items, next_cursor) = (page.items, page.next_cursor);
    Ok(Json(DryRunView { looked_at, would_decide, agrees, differs, items, next_cursor }))
}

/// What was found so far.
struct Tried {
    rule: Rule,
    now: Timestamp,
    looked_at: usize,
    items: Vec<WouldDecideView>,
    agrees: usize,
    differs: usize,
}

impl Tried {
    /// A request counts if the caller may open it and the rule reaches its organization.
    fn look_at(&mut self, actor: &Actor, request: &Request) {
        let reaches = self.rule.below || request.organization_id == self.rule.organization_id;
        if !reaches || decide(actor, Action::RequestsOpen, &request.resource()).is_err() {
            return;
        }
        self.looked_at += 1;
        if !self.rule.would_have_decided(request) {
            return;
        }
        if let Some(decision) = &request.decision {
            let same = decision.outcome == self.rule.outcome();
            *(if same { &mut self.agrees } else { &mut self.differs }) += 1;
        }
        self.items.push(WouldDecideView::at(self.now, request));
    }
}

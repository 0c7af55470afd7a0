//! The grants in force of an organization, a group or a computer.

use axum::extract::State;
use countersign_authority::rights::rights_at;
use countersign_http::{AsReader, InputError, Page, Problem, QueryOf, Services};
use countersign_journal::Journal;
use countersign_model::{Action, ComputerId, List, Permit, Request, RequestStatus, decide, lists};
use countersign_store::StoreError;
use futures::future::try_join_all;
use jiff::Timestamp;

use crate::wire::{GrantView, GrantsQuery};

/// Lists the grants of an organization that are in force, without those of the organizations below.
///
/// All grants are listed newest first; those for a group or a computer oldest first, a moment after they were given. A page may be
/// short or even empty although `next_cursor` is set. A grant whose end was changed may be on a later page a second time.
#[utoipa::path(get, path = "/v1/grants", tag = "grants", security(("administrator" = [])),
    params(GrantsQuery), responses((status = 200, body = Page<GrantView>)))]
pub async fn list_grants(
    State(services): State<Services>,
    AsReader { caller, administrator, paging }: AsReader,
    QueryOf(query): QueryOf<GrantsQuery>,
) -> Result<Page<GrantView>, Problem> {
    let journal = &services.journal;
    if query.group_id.is_some() && query.computer_id.is_some() {
        let message = "cannot be combined with `group_id`";
        return Err(Problem::invalid_query(vec![InputError::new("/computer_id", message)]));
    }
    let organization = query.organization_id.as_ref().unwrap_or(&administrator.value.organization_id);
    let cursor = paging.open(query.cursor.as_ref())?;
    let rights = rights_at(journal, &administrator, organization).await?;
    let permit = decide(&rights.actor, Action::RequestsList, &rights.resource())?;
    let (found, next) = requests(journal, &permit, &query, cursor.as_deref()).await?;
    let opens = |request: &Request| decide(&rights.actor, Action::RequestsOpen, &request.resource()).is_ok();
    let is_wanted = |request: &Request| match &query.sha256 {
        Some(sha256) => opens(request) && request.subject.file().is_some_and(|file| file.sha256 == *sha256),
        None => true,
    };
    let found = found.iter().filter(|request| is_listed(request, &query, caller.now));
    let may_list = |request: &&Request| {
        decide(&rights.actor, Action::RequestsList, &request.resource()).is_ok() && is_wanted(request)
    };
    let views = found.filter(may_list).map(|request| view(journal, request, opens(request), caller.now));
    let items = try_join_all(views).await?.into_iter().flatten().collect();
    paging.page(items, next)
}

/// A page of requests whose approvals may be what is asked for, and where the next page begins.
async fn requests(
    journal: &Journal,
    permit: &Permit,
    query: &GrantsQuery,
    cursor: Option<&str>,
) -> Result<(Vec<Request>, Option<String>), StoreError> {
    let limit = query.limit.get();
    let group = query.group_id.as_ref().map(|group| (List::SharedApprovals, group.as_str()));
    let computer = query.computer_id.as_ref().map(|computer| (List::ComputerRequests, computer.as_str()));
    let Some((list, partition)) = group.or(computer) else {
        let page = journal.page::<Request>(permit, lists::GRANTS, cursor, limit).await?;
        let mut found: Vec<Request> = Vec::with_capacity(page.items.len());
        for request in page.items {
            // The log names a request again when its grant was changed.
            if !found.iter().any(|known| known.id == request.value.id) {
                found.push(request.value);
            }
        }
        return Ok((found, page.next));
    };
    let ids = journal.oldest_in_partition(permit, list, partition, cursor, limit).await?;
    let next = ids.last().filter(|_| ids.len() >= limit).cloned();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let found = journal.load_by_record_ids::<Request>(&ids).await?;
    Ok((found.into_iter().flatten().map(|found| found.value).collect(), next))
}

/// Whether the approval of the request is in force, gives a grant of its own, and is for what is asked for.
fn is_listed(request: &Request, query: &GrantsQuery, now: Timestamp) -> bool {
    use countersign_model::DecisionScope::{Computer, Group};
    let Some(decision) = request.decision.as_ref().filter(|decision| decision.settled_by.is_none()) else {
        return false;
    };
    let is_for_group = |group| decision.scope == Group && request.decided_group() == group;
    let is_for_computer =
        |computer: &ComputerId| decision.scope == Computer && request.computer_id == *computer;
    request.status_at(now) == RequestStatus::Approved
        && query.group_id.as_ref().is_none_or(is_for_group)
        && query.computer_id.as_ref().is_none_or(is_for_computer)
}

/// The grant as it is shown; `None` if the request gives none.
pub async fn view(
    journal: &Journal,
    request: &Request,
    opens: bool,
    now: Timestamp,
) -> Result<Option<GrantView>, StoreError> {
    let grant = request.decision.as_ref().and_then(|decision| decision.grant.as_ref());
    let used_by = match grant {
        Some(grant) => journal.grant_uses(grant).await?,
        None => 0,
    };
    Ok(GrantView::of(request, used_by, opens, now))
}

//! How the like was decided before: earlier requests for the same file, of the same publisher, user and computer.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use countersign_authority::People;
use countersign_http::{AsAdministrator, PathId, Problem, Services};
use countersign_journal::readable::load_readable;
use countersign_model::{AdministratorId, Request, RequestId};

use crate::request::{asked_about, may_open};
use crate::wire::earlier::{EarlierRequestsView, EarlierView};

/// How many are shown for each thing that they have in common.
const EACH: usize = 20;

/// Lists earlier requests for the same file or device, of the same publisher, user and computer.
///
/// Up to 20 of each, the newest first, with room kept for those that were decided; and only those that you may open. Requests that were made later are not
/// among them.
#[utoipa::path(get, path = "/v1/requests/{request_id}/earlier", tag = "requests", security(("administrator" = [])),
    params(("request_id" = inline(RequestId), Path)), responses((status = 200, body = EarlierRequestsView)))]
pub async fn list_earlier(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<RequestId>,
) -> Result<Json<EarlierRequestsView>, Problem> {
    let journal = &services.journal;
    let (actor, request) = asked_about(journal, &administrator, &id).await?;
    let request = request.value;
    may_open(&actor, &request).map(drop)?;
    let earlier = journal.earlier_requests(&request, EACH).await?;
    let ids: BTreeSet<RequestId> = earlier.into_iter().flat_map(|(_, ids)| ids).collect();
    let ids: Vec<&str> = ids.iter().rev().map(RequestId::as_str).collect();
    let mut found = load_readable::<Request>(journal, &ids).await?;
    found.retain(|found| may_open(&actor, found).is_ok());
    let resource = request.resource();
    let people = People::load(journal, &resource, found.iter().filter_map(decider).collect()).await?;
    let sight = people.sight(&actor, &resource);
    let view = |earlier: Request| {
        let is_shown = decider(&earlier).is_some_and(|id| people.shows(&actor, &sight, id));
        EarlierView::new(request.in_common(&earlier), earlier, is_shown, caller.now)
    };
    Ok(Json(EarlierRequestsView { items: found.into_iter().map(view).collect() }))
}

fn decider(request: &Request) -> Option<&AdministratorId> {
    request.decision.as_ref().map(|decision| &decision.administrator_id)
}

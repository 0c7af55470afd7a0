//! Grants that cover a flagged file by its publisher. A flag does not revoke them, because they cover whatever the publisher
//! signs; whoever flags the file is shown them, to revoke those whose publisher is not trusted any more.

use countersign_http::Problem;
use countersign_journal::Journal;
use countersign_model::{Action, Actor, Condition, Request, RequestStatus, decide, lists};
use jiff::Timestamp;

use crate::wire::flag::{CoveringGrant, CoveringGrants};

/// How many of the organization's newest grants are looked at.
const LOOKED_AT: usize = 200;
/// How many are shown.
const SHOWN: usize = 50;

/// The grants of the organization that cover the request's file because its publisher signed it.
pub async fn covering(
    journal: &Journal,
    actor: &Actor,
    request: &Request,
    now: Timestamp,
) -> Result<CoveringGrants, Problem> {
    let file = request.subject.file().filter(|file| file.verified_publisher().is_some());
    let Some(file) = file else { return Ok(CoveringGrants { grants: Vec::new(), complete: true }) };
    let permit = decide(actor, Action::RequestsList, &request.resource())?;
    let page = journal.page::<Request>(&permit, lists::GRANTS, None, LOOKED_AT).await?;
    let complete = page.next.is_none();
    let mut grants: Vec<CoveringGrant> = Vec::new();
    for other in page.items.into_iter().map(|other| other.value) {
        let publisher = other.subject.coverable_publisher().ok().filter(|publisher| file.is_by(publisher));
        let decision = other
            .decision
            .as_ref()
            .filter(|decision| decision.condition == Condition::Publisher && decision.settled_by.is_none());
        let in_force = other.status_at(now) == RequestStatus::Approved;
        let (Some(publisher), Some(decision), true) = (publisher, decision, in_force) else { continue };
        // What is for the file itself is revoked in a moment. The log names a grant again when its end was changed.
        let is_itself = other.subject.file().is_some_and(|other| other.sha256 == file.sha256);
        if is_itself || grants.iter().any(|known| known.request_id == other.id) {
            continue;
        }
        grants.push(CoveringGrant {
            request_id: other.id.clone(),
            grant_id: decision.grant.clone(),
            scope: decision.scope,
            publisher: publisher.into(),
        });
    }
    let complete = complete && grants.len() <= SHOWN;
    grants.truncate(SHOWN);
    Ok(CoveringGrants { grants, complete })
}

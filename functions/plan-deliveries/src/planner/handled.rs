//! A request is decided, or nobody did in time: the administrators who were told of it hear that it is handled, so that nobody looks
//! after it in vain.

use countersign_authority::Recipient;
use countersign_journal::Event;
use countersign_journal::readable::load_one_readable;
use countersign_model::{Act, AdministratorId, Notice, NoticeKind, Request, RequestId};
use countersign_store::StoreError;
use jiff::Timestamp;

use super::Planner;
use super::tell::delivery;

/// The request that an event decided.
pub fn handled(event: &Event) -> Option<&RequestId> {
    if let Act::RequestDecided(decided) = &event.act {
        return Some(&decided.request_id);
    }
    let Act::RequestSettled(settled) = &event.act else { return None };
    Some(&settled.request_id)
}

impl Planner {
    /// Tells administrators who were told of a request before, and want to know, who decided it. Whoever decided it knows.
    pub(super) async fn tell_that_it_is_handled(
        &mut self,
        event: &Event,
        id: &RequestId,
    ) -> Result<(), StoreError> {
        let Some(request) = load_one_readable::<Request>(&self.journal, id.as_str()).await? else {
            return Ok(());
        };
        let Some(decision) = &request.decision else { return Ok(()) };
        self.tell_of_end(event, &request, decision.at, Some(&decision.administrator_id)).await
    }

    /// Nobody decided a request in time: those who asked hear of it, and administrators as if it was handled.
    pub(crate) async fn tell_of_expiry(&mut self, event: &Event, id: &RequestId) -> Result<(), StoreError> {
        let found = load_one_readable::<Request>(&self.journal, id.as_str()).await?;
        // An approval that has expired was expected to.
        let Some(request) = found.filter(Request::is_undecided) else { return Ok(()) };
        let notice = Notice::RequestExpired { request_id: request.id.clone() };
        self.tell_requesters(event, &notice, &request)?;
        self.tell_of_end(event, &request, request.expires_at, None).await
    }

    async fn tell_of_end(
        &mut self,
        event: &Event,
        request: &Request,
        at: Timestamp,
        by: Option<&AdministratorId>,
    ) -> Result<(), StoreError> {
        let notice = Notice::RequestHandled { request_id: request.id.clone() };
        self.tell_those_told(event, &notice, request, at, by.as_slice()).await
    }

    /// Tells who was told of a request until then what became of it, but for those who know.
    pub(super) async fn tell_those_told(
        &mut self,
        event: &Event,
        notice: &Notice,
        request: &Request,
        at: Timestamp,
        know: &[&AdministratorId],
    ) -> Result<(), StoreError> {
        let now = self.journal.clock().now();
        let concerned =
            |recipient: &Recipient| recipient.administrator_id().is_none_or(|id| !know.contains(&id));
        for recipient in self.all_hearing(request, NoticeKind::Handled).await?.into_iter().filter(concerned) {
            if self.hears_by_any_before(request, &recipient, at).await? {
                self.deliver_paced(event, delivery(event, notice, at, recipient, now));
            }
        }
        Ok(())
    }
}

//! A request is decided: the administrators who were told of it hear that it is handled, so that nobody looks after it in vain.

use countersign_authority::Recipient;
use countersign_journal::Event;
use countersign_journal::readable::load_readable;
use countersign_model::{Act, Notice, Request, RequestId};
use countersign_store::StoreError;

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
        let Some(request) = load_readable::<Request>(&self.journal, &[id.as_str()]).await?.pop() else {
            return Ok(());
        };
        let Some(decision) = &request.decision else { return Ok(()) };
        let now = self.journal.clock().now();
        let notice = Notice::RequestHandled { request_id: request.id.clone() };
        let concerned = |recipient: &Recipient| {
            recipient.wants_handled && recipient.administrator_id.as_ref() != Some(&decision.administrator_id)
        };
        for recipient in self.audience.of(&request).await?.into_iter().filter(concerned) {
            let told_at = self.told_at(&request, &recipient).await?;
            if told_at.is_some_and(|told_at| told_at <= decision.at) {
                self.deliver_paced(event, delivery(event, &notice, decision.at, recipient, now));
            }
        }
        Ok(())
    }
}

//! Somebody takes a request or is handed it: the administrators who were told of it hear who takes care of it, and whoever it is
//! handed over to hears that it is theirs.

use countersign_journal::Event;
use countersign_journal::readable::load_one_readable;
use countersign_model::act::RequestAssigned;
use countersign_model::{Notice, NoticeKind, Request, RequestStatus, Who};
use countersign_store::StoreError;

use super::Planner;
use super::tell::delivery;

impl Planner {
    /// Tells them while the request is pending and still with the one who got it then. Whoever did it knows.
    pub(super) async fn tell_that_it_is_taken(
        &mut self,
        event: &Event,
        assigned: &RequestAssigned,
    ) -> Result<(), StoreError> {
        let taker = assigned.after.as_ref().and_then(|taker| taker.administrator_id.as_ref());
        let (Some(taker), Who::Administrator { id: actor, name: by, .. }) = (taker, &event.who) else {
            return Ok(());
        };
        let now = self.journal.clock().now();
        let found = load_one_readable::<Request>(&self.journal, assigned.request_id.as_str()).await?;
        let Some(request) = found.filter(|found| found.status_at(now) == RequestStatus::Pending) else {
            return Ok(());
        };
        if request.assignee.as_ref().map(|assignee| &assignee.administrator_id) != Some(taker) {
            return Ok(());
        }
        let request_id = request.id.clone();
        if taker != actor {
            let notice = Notice::RequestHandedOver { request_id, to: taker.clone(), by: by.clone() };
            let told = self.audience.assignee(&request, NoticeKind::AskedToDecide).await?;
            self.gather_for(&told);
            for recipient in told {
                let at = self.awake_at(&recipient);
                let message = delivery(event, &notice, event.at, recipient, now);
                self.deliver_alone_paced(event, message, at);
            }
        }
        let notice = Notice::RequestTaken { request_id: request.id.clone() };
        self.tell_those_told(event, &notice, &request, event.at, &[actor, taker]).await?;
        self.change_incidents(event, &notice, &request, event.at).await
    }
}

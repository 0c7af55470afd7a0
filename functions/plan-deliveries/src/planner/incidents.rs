//! Programs that keep an incident of a request hear when it is taken and when it is over.

use countersign_journal::Event;
use countersign_journal::readable::{load_one_readable, load_readable};
use countersign_model::{Delivery, Notice, Request, RequestId, RequestStatus};
use countersign_store::StoreError;
use jiff::Timestamp;

use super::Planner;
use super::step::Step;
use super::tell::delivery;

impl Planner {
    /// A request is over, in whichever way: its incidents are resolved, once.
    pub(super) async fn resolve_incidents(
        &mut self,
        event: &Event,
        id: &RequestId,
    ) -> Result<(), StoreError> {
        let Some(request) = load_one_readable::<Request>(&self.journal, id.as_str()).await? else {
            return Ok(());
        };
        if request.status_at(self.journal.clock().now()) == RequestStatus::Pending {
            return Ok(());
        }
        let notice = Notice::RequestHandled { request_id: request.id.clone() };
        self.change_incidents(event, &notice, &request, request.created_at).await
    }

    /// Tells the programs that were told of a request, or are about to be.
    pub(super) async fn change_incidents(
        &mut self,
        event: &Event,
        notice: &Notice,
        request: &Request,
        since: Timestamp,
    ) -> Result<(), StoreError> {
        let now = self.journal.clock().now();
        for recipient in self.audience.incidents(request).await? {
            let ids = Step::FIRST.map(|step| step.id(request, &recipient));
            let ids = ids.each_ref().map(|id| id.as_str());
            let mut is_told = false;
            for found in load_readable::<Delivery>(&self.journal, &ids).await? {
                is_told |= self.is_told(&found).await?;
            }
            if is_told {
                self.deliver(event, &delivery(event, notice, since, recipient, now))?;
            }
        }
        Ok(())
    }
}

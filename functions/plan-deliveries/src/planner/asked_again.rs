//! A pending request is asked for again: whoever could not be told of it before is told now.

use std::convert::Infallible;

use countersign_authority::Recipient;
use countersign_journal::readable::load_readable;
use countersign_journal::{Due, Event};
use countersign_model::act::{RequestDetail, RequestJoined, RequestRepeated};
use countersign_model::{Act, Delivery, DeliveryState, Request, RequestStatus};
use countersign_store::{StoreError, UpdateError};
use jiff::SignedDuration;

use super::Planner;
use super::tell::submission_id;

/// How long a message that failed is left alone: a user who asks many times does not make it fail many times.
const LEFT_ALONE: SignedDuration = SignedDuration::from_mins(10);

/// What somebody asks for once more.
pub fn asked_again(event: &Event) -> Option<&RequestDetail> {
    if let Act::RequestRepeated(RequestRepeated(detail)) = &event.act {
        return Some(detail);
    }
    let Act::RequestJoined(RequestJoined(detail)) = &event.act else { return None };
    Some(detail)
}

impl Planner {
    /// Notifies those who may open the request only now, or are on a notify list only now, and those to whom the message could
    /// not be sent. Nobody else hears of it again.
    pub(super) async fn tell_the_rest(
        &mut self,
        event: &Event,
        detail: &RequestDetail,
    ) -> Result<(), StoreError> {
        let now = self.journal.clock().now();
        let Some(request) = self.journal.load::<Request>(&detail.request_id).await? else { return Ok(()) };
        let request = request.value;
        if request.status_at(now) != RequestStatus::Pending {
            return Ok(());
        }
        for recipient in self.audience.of(&request).await? {
            self.tell_if_untold(event, &request, recipient).await?;
        }
        Ok(())
    }

    /// Notifies somebody of a request, unless they heard of it or of one that stands for it.
    pub(super) async fn tell_if_untold(
        &mut self,
        event: &Event,
        request: &Request,
        recipient: Recipient,
    ) -> Result<(), StoreError> {
        let now = self.journal.clock().now();
        let id = submission_id(request, &recipient);
        if self.planned.contains_key(&id) {
            return Ok(());
        }
        let found = load_readable::<Delivery>(&self.journal, &[id.as_str()]).await?.pop();
        // An earlier attempt to expand this notice may have written it, and died before it was listed.
        let found = found.filter(|found| found.event_id != event.id);
        let Some(found) = found else { return self.tell(event, request, recipient).await };
        match found.state {
            // It is due already, unless an earlier attempt to expand this notice died before it said so.
            DeliveryState::Pending => {
                self.plan.again(Due::at_once(found.id.as_str()));
                Ok(())
            }
            DeliveryState::Sent => Ok(()),
            DeliveryState::Collapsed if self.stands_for(request, &recipient).await?.is_some() => Ok(()),
            DeliveryState::Failed | DeliveryState::Skipped
                if now.duration_since(found.updated_at) < LEFT_ALONE =>
            {
                Ok(())
            }
            DeliveryState::Collapsed | DeliveryState::Failed | DeliveryState::Skipped => {
                self.send_anew(&found).await?;
                self.let_stand(request, &recipient).await
            }
        }
    }

    /// Has a delivery sent that was not.
    pub(super) async fn send_anew(&mut self, delivery: &Delivery) -> Result<(), StoreError> {
        let now = self.journal.clock().now();
        let again = |old: &Delivery| Ok::<_, Infallible>(old.resent(now));
        self.journal.update(&delivery.id, again).await.map_err(|error| match error {
            UpdateError::Refused(never) => match never {},
            UpdateError::Store(error) => error,
        })?;
        self.planned.insert(delivery.id.clone(), DeliveryState::Pending);
        self.plan.again(Due::at_once(delivery.id.as_str()));
        Ok(())
    }
}

//! A pending request is asked for again: whoever could not be told of it before is told now.

use std::convert::Infallible;

use countersign_authority::Recipient;
use countersign_journal::readable::load_readable;
use countersign_journal::{Due, Event};
use countersign_model::act::{RequestDetail, RequestJoined, RequestRepeated};
use countersign_model::{Act, Delivery, DeliveryState, Notice, Request, RequestStatus};
use countersign_store::{StoreError, UpdateError};
use jiff::SignedDuration;

use crate::planner::Planner;
use crate::tell::{LOOKED_AT, delivery};

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
    pub(crate) async fn tell_the_rest(
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
        let earlier = self.earlier_alike(&request, LOOKED_AT).await?;
        for recipient in self.audience.of(&request).await? {
            self.tell_if_untold(event, &request, recipient, &earlier).await?;
        }
        Ok(())
    }

    async fn tell_if_untold(
        &mut self,
        event: &Event,
        request: &Request,
        recipient: Recipient,
        earlier: &[Request],
    ) -> Result<(), StoreError> {
        let now = self.journal.clock().now();
        let notice = Notice::RequestSubmitted { request_id: request.id.clone() };
        let delivery = delivery(event, &notice, request.created_at, recipient.clone(), now);
        if self.planned.contains_key(&delivery.id) {
            return Ok(());
        }
        let found = load_readable::<Delivery>(&self.journal, &[delivery.id.as_str()]).await?;
        // An earlier attempt to expand this notice may have written it, and died before the message was due.
        match found.first().filter(|found| found.event_id != event.id) {
            None => self.tell(event, &recipient, delivery, earlier).await,
            Some(found) => {
                let failed = matches!(found.state, DeliveryState::Failed | DeliveryState::Skipped);
                if failed && now.duration_since(found.updated_at) >= LEFT_ALONE {
                    let again = |old: &Delivery| Ok::<_, Infallible>(old.resent(now));
                    self.journal.update(&found.id, again).await.map_err(|error| match error {
                        UpdateError::Refused(never) => match never {},
                        UpdateError::Store(error) => error,
                    })?;
                    self.plan.again(Due::at_once(found.id.as_str()));
                } else if found.state == DeliveryState::Pending {
                    // It is due already, unless an earlier attempt to expand this notice died before it said so.
                    self.plan.again(Due::at_once(found.id.as_str()));
                }
                Ok(())
            }
        }
    }
}

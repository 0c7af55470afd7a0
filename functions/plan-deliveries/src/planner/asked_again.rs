//! A pending request is asked for again: whoever could not be told of it before is told now.

use countersign_authority::Recipient;
use countersign_journal::readable::load_one_readable;
use countersign_journal::{Due, Event};
use countersign_model::act::{RequestDetail, RequestJoined, RequestRepeated};
use countersign_model::{Act, Delivery, DeliveryState, Request, RequestStatus};
use countersign_store::StoreError;
use jiff::{SignedDuration, Timestamp};

use super::Planner;
use super::step::Step;

/// How long a message that its recipient refused is left alone: a user who asks many times does not make it fail many times. What failed
/// because of the account or a setting is tried at once, because that may have been put right.
const LEFT_ALONE: SignedDuration = SignedDuration::from_mins(10);

/// What somebody asks for once more.
pub fn asked_again(event: &Event) -> Option<&RequestDetail> {
    if let Act::RequestRepeated(RequestRepeated(detail)) = &event.act {
        return Some(detail);
    }
    let Act::RequestJoined(RequestJoined(detail)) = &event.act else { return None };
    Some(detail)
}

/// Whether a message that was not sent is not tried again yet: its recipient refused it a short while ago.
fn is_left_alone(unsent: &Delivery, now: Timestamp) -> bool {
    now.duration_since(unsent.updated_at) < LEFT_ALONE && !unsent.is_unsent(now)
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
        if matches!(event.act, Act::RequestJoined(_)) {
            self.look_at_joining_later(event, &request.id);
        }
        for recipient in self.hearing_first(&request).await? {
            self.tell_if_untold(event, Step::New, &request, recipient).await?;
        }
        Ok(())
    }

    /// Notifies somebody of a request by a step, unless they heard of it or of one that stands for it. What an escalation says is said at its
    /// own time first.
    pub(super) async fn tell_if_untold(
        &mut self,
        event: &Event,
        step: Step,
        request: &Request,
        recipient: Recipient,
    ) -> Result<(), StoreError> {
        let now = self.journal.clock().now();
        let id = step.id(request, &recipient);
        if self.planned.contains_key(&id) {
            return Ok(());
        }
        let found = load_one_readable::<Delivery>(&self.journal, id.as_str()).await?;
        // An earlier attempt to expand this notice may have written it, and died before it was listed.
        let found = found.filter(|found| found.event_id != event.id);
        let found = match found {
            Some(found) => found,
            None if step == Step::New => return self.tell(event, step, request, recipient).await,
            None => return Ok(()),
        };
        match found.state {
            // It is due already, unless an earlier attempt to expand this notice died before it said so.
            DeliveryState::Pending => {
                self.plan.again(Due::at_once(found.id.as_str()));
                Ok(())
            }
            DeliveryState::Sent => Ok(()),
            DeliveryState::Collapsed if self.stands_for(step, request, &recipient).await?.is_some() => Ok(()),
            DeliveryState::Digested => {
                self.tell_if_not_in_digest(event, step, request, &recipient, found).await
            }
            DeliveryState::Failed | DeliveryState::Skipped if is_left_alone(&found, now) => Ok(()),
            DeliveryState::Collapsed | DeliveryState::Failed | DeliveryState::Skipped => {
                self.send_anew_paced(event, found);
                self.let_stand(step, request, &recipient).await
            }
        }
    }

    /// Notifies somebody of a request that was to be in a digest, unless that was or will be sent.
    async fn tell_if_not_in_digest(
        &mut self,
        event: &Event,
        step: Step,
        request: &Request,
        recipient: &Recipient,
        found: Delivery,
    ) -> Result<(), StoreError> {
        let now = self.journal.clock().now();
        let digest = self.digest_of(&found).await?;
        match digest.as_ref().map(|digest| digest.state) {
            Some(DeliveryState::Sent) => Ok(()),
            Some(DeliveryState::Pending) => {
                // As above.
                let due = digest.as_ref().and_then(|digest| Some((digest.due_at()?, digest.id.to_string())));
                due.into_iter().for_each(|(at, id)| self.plan.again(Due { at, id }));
                Ok(())
            }
            Some(_) if digest.is_some_and(|digest| is_left_alone(&digest, now)) => Ok(()),
            Some(_) | None => {
                self.send_anew_paced(event, found);
                self.let_stand(step, request, recipient).await
            }
        }
    }
}

//! What stood for other requests is over: those with whom it did hear of the next one that waits (DESIGN §6). All that wait are
//! gone through, a page for each entry of the queue, until everybody is told.

use countersign_authority::{Recipient, have_same_recipients};
use countersign_journal::readable::{load_one_readable, load_readable};
use countersign_journal::{Due, Event};
use countersign_model::act::RequestCancelled;
use countersign_model::{
    Act, Computer, Delivery, DeliveryState, List, NoticeKind, Permit, ProcessorOnly, Request, RequestId,
    RequestStatus, Whereabouts,
};
use countersign_store::StoreError;

use super::standing::{delivery_key, keys_of, told_by};
use super::step::Step;
use super::{FAILED, Planner};

/// How the entry of the queue begins that goes on behind the requests of a page. The number of the event that ended the first one
/// follows, and the last id of the page.
pub const ENDED: &str = "ended/";
/// How many requests that wait for the same are looked through at once.
const PAGE: usize = 100;

/// The request that an event ended, in whichever way.
pub fn ended(event: &Event) -> Option<&RequestId> {
    if let Act::RequestCancelled(RequestCancelled(detail)) = &event.act {
        return Some(&detail.request_id);
    }
    if let Act::RequestExpired(expired) = &event.act {
        return Some(&expired.request_id);
    }
    if let Act::RequestEnded(ended) = &event.act {
        return Some(&ended.request_id);
    }
    if let Act::RequestDecided(decided) = &event.act {
        return Some(&decided.request_id);
    }
    let Act::RequestSettled(settled) = &event.act else { return None };
    Some(&settled.request_id)
}

/// Whether somebody is among those who were told by a step.
fn is_among(step: Step, recipient: &Recipient, told: &[String]) -> bool {
    keys_of(step, recipient).iter().any(|key| told.contains(key))
}

/// Whether the message never reached its recipient.
fn is_lost(delivery: &Delivery) -> bool {
    matches!(delivery.state, DeliveryState::Failed | DeliveryState::Skipped)
}

impl Planner {
    /// A request has ended: whoever heard of it in place of others hears of the next one that waits.
    pub(super) async fn replace(
        &mut self,
        event: &Event,
        id: &RequestId,
        after: Option<&str>,
    ) -> Result<(), StoreError> {
        let Some(ended) = load_one_readable::<Request>(&self.journal, id.as_str()).await? else {
            return Ok(());
        };
        let (untold, is_known) = self.stood_with(&ended).await?;
        if ended.status_at(self.journal.clock().now()) == RequestStatus::Pending || !is_known {
            return Ok(());
        }
        let (waiting, next) = self.page_with(&ended, after).await?;
        if after.is_none() && next.is_none() && waiting.is_empty() {
            for unconfirmed in [false, true] {
                self.forget(&ended, unconfirmed).await?;
            }
        }
        let untold = self.tell_of_next(Some(event), &ended, untold, &waiting).await?;
        if let Some(next) = next.filter(|_| !untold.is_empty()) {
            self.plan.look_again(Due::at_once(format!("{ENDED}{:020}/{next}", event.number)));
        }
        Ok(())
    }

    /// A message could not be sent: if it stood for other requests, its recipient hears of the next one instead.
    pub(super) async fn replace_failed(&mut self, entry: &str) -> Result<(), StoreError> {
        let (id, after) = entry.split_once('/').map_or((entry, None), |(id, after)| (id, Some(after)));
        let found = load_one_readable::<Delivery>(&self.journal, id).await?;
        let Some(delivery) = found.filter(is_lost) else { return Ok(()) };
        // The next one would fail for the same reason, and this one is sent when the channel works again.
        if delivery.is_unsent(self.journal.clock().now()) {
            return Ok(());
        }
        let about = delivery.request_id.as_ref().zip(Step::of_notice(&delivery.notice));
        let Some((request, step)) = about else { return Ok(()) };
        let found = load_one_readable::<Request>(&self.journal, request.as_str()).await?;
        let Some(request) = found else { return Ok(()) };
        let key = told_by(step, &delivery_key(&delivery));
        if !self.stood_with(&request).await?.0.contains(&key) {
            return Ok(());
        }
        let (waiting, next) = self.page_with(&request, after).await?;
        let untold = self.tell_of_next(None, &request, vec![key], &waiting).await?;
        if let Some(next) = next.filter(|_| !untold.is_empty()) {
            self.plan.look_again(Due::at_once(format!("{FAILED}{id}/{next}")));
        }
        Ok(())
    }

    /// The pending requests of other computers for the same as one which speak for each other, oldest first: at most a page.
    pub(super) async fn waiting_with(&self, request: &Request) -> Result<Vec<Request>, StoreError> {
        let (mut waiting, _) = self.page_with(request, None).await?;
        waiting.retain(|other| other.unconfirmed == request.unconfirmed);
        Ok(waiting)
    }

    /// The pending requests of other computers for the same among a page of those that are listed, and its last id if it is full.
    async fn page_with(
        &self,
        request: &Request,
        after: Option<&str>,
    ) -> Result<(Vec<Request>, Option<String>), StoreError> {
        let permit = Permit::processor(&request.organization_id, ProcessorOnly);
        let (list, subject) = (List::MatchingRequests, request.subject.key());
        let mut ids = self.journal.oldest_in_partition(&permit, list, &subject, after, PAGE).await?;
        let texts: Vec<&str> = ids.iter().map(String::as_str).collect();
        let now = self.journal.clock().now();
        let mut found = load_readable::<Request>(&self.journal, &texts).await?;
        found.retain(|other| {
            other.id != request.id
                && other.status_at(now) == RequestStatus::Pending
                && other.subject.key() == subject
        });
        let last = ids.pop().filter(|_| ids.len() + 1 == PAGE);
        Ok((found, last))
    }

    /// Tells those of the next request that waits and is not about to be settled along with the one that is over. Returns who is left.
    async fn tell_of_next(
        &mut self,
        event: Option<&Event>,
        over: &Request,
        all: Vec<String>,
        waiting: &[Request],
    ) -> Result<Vec<String>, StoreError> {
        let mut left = [all.clone(), all];
        let mut known: Vec<(&Request, Vec<Recipient>)> = Vec::new();
        for other in waiting {
            let [confirmed, unconfirmed] = &mut left;
            let untold = if other.unconfirmed { unconfirmed } else { confirmed };
            for step in Step::ESCALATIONS {
                let is_of_it = |key: &String| key.starts_with(step.prefix());
                if untold.iter().any(is_of_it) && !self.settles(over, other).await? {
                    for recipient in self.escalated(other, step).await? {
                        self.tell_instead(event, step, other, recipient, untold).await?;
                    }
                }
            }
            if untold.is_empty() {
                continue;
            }
            let hearing = match known.iter().find(|(same, _)| have_same_recipients(same, other)) {
                Some((_, hearing)) => hearing.clone(),
                None => {
                    let hearing = self.hearing(other, NoticeKind::NewRequest).await?;
                    known.push((other, hearing.clone()));
                    hearing
                }
            };
            let is_untold = |each: &Recipient| is_among(Step::New, each, untold);
            if !hearing.iter().any(is_untold) || self.settles(over, other).await? {
                continue;
            }
            for recipient in hearing {
                self.tell_instead(event, Step::New, other, recipient, untold).await?;
            }
        }
        let [mut confirmed, mut unconfirmed] = left;
        confirmed.append(&mut unconfirmed);
        Ok(confirmed)
    }

    /// Tells somebody of a request, if they are among those who are to be told of another one, and takes them out if they know of it then.
    async fn tell_instead(
        &mut self,
        event: Option<&Event>,
        step: Step,
        request: &Request,
        recipient: Recipient,
        untold: &mut Vec<String>,
    ) -> Result<(), StoreError> {
        let keys = keys_of(step, &recipient);
        if is_among(step, &recipient, untold) && self.now_knows(event, step, request, recipient).await? {
            untold.retain(|key| !keys.contains(key));
        }
        Ok(())
    }

    /// Tells somebody of a request unless they heard of it or of one that stands for it. Whether they know now.
    async fn now_knows(
        &mut self,
        event: Option<&Event>,
        step: Step,
        request: &Request,
        recipient: Recipient,
    ) -> Result<bool, StoreError> {
        let id = step.id(request, &recipient);
        match event {
            Some(event) => self.tell_if_untold(event, step, request, recipient.clone()).await?,
            None => {
                let found = load_one_readable::<Delivery>(&self.journal, id.as_str()).await?;
                if let Some(collapsed) = found.filter(|found| found.state == DeliveryState::Collapsed)
                    && self.stands_for(step, request, &recipient).await?.is_none()
                {
                    self.send_anew(&collapsed).await?;
                    self.let_stand(step, request, &recipient).await?;
                }
            }
        }
        if self.planned.get(&id) == Some(&DeliveryState::Pending)
            || self.stands_for(step, request, &recipient).await?.is_some()
        {
            return Ok(true);
        }
        let Some(found) = load_one_readable::<Delivery>(&self.journal, id.as_str()).await? else {
            return Ok(false);
        };
        if event.is_none() && found.state == DeliveryState::Pending {
            // It is due already, unless an earlier attempt died before it said so.
            self.plan.again(Due::at_once(found.id.as_str()));
        }
        let knows = self.is_told(&found).await?;
        if knows {
            self.let_stand(step, request, &recipient).await?;
        }
        Ok(knows)
    }

    async fn settles(&self, ended: &Request, other: &Request) -> Result<bool, StoreError> {
        let Some(scope) = ended.decision.as_ref().and_then(|decision| decision.settles_within()) else {
            return Ok(false);
        };
        let computer = load_readable::<Computer>(&self.journal, &[other.computer_id.as_str()]).await?;
        Ok(ended.settles(scope, other, &Whereabouts::of_computer(computer.first())))
    }
}

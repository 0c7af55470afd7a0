//! A request waits: when nobody takes it or decides it for so long, those hear of it whom the organization's settings name; and
//! everybody who was told of it is reminded before it expires. Each is looked at when it is due, and happens at most once.

use countersign_authority::{Recipient, escalated_to, ways_to};
use countersign_journal::readable::{load_one_readable, load_readable};
use countersign_journal::{Due, Event};
use countersign_model::act::RequestSubmitted;
use countersign_model::{Act, Administrator, Delivery, DeliveryState, NoticeKind, Request, RequestStatus};
use countersign_store::StoreError;
use jiff::Timestamp;

use super::Planner;
use super::step::Step;
use super::tell::delivery;

impl Planner {
    /// Has a new request looked at again, as far as the settings of its organization say.
    pub(super) async fn look_at_waiting_later(
        &mut self,
        event: &Event,
        request: &Request,
    ) -> Result<(), StoreError> {
        let escalation = self.audience.settings(request).await?.escalation.unwrap_or_default();
        for step in Step::LATER {
            let at = step.at(&escalation, request);
            let at = at.filter(|at| *at < request.expires_at);
            let id = format!("{}{:020}", step.prefix(), event.number);
            at.into_iter().for_each(|at| self.plan.look_again(Due { at, id: id.clone() }));
        }
        Ok(())
    }

    /// Looks at a request that waited for so long.
    pub(super) async fn tell_of_waiting(&mut self, event: &Event, step: Step) -> Result<(), StoreError> {
        let Act::RequestSubmitted(RequestSubmitted(detail)) = &event.act else { return Ok(()) };
        let now = self.journal.clock().now();
        let found = load_one_readable::<Request>(&self.journal, detail.request_id.as_str()).await?;
        let Some(request) = found.filter(|found| found.status_at(now) == RequestStatus::Pending) else {
            return Ok(());
        };
        let whom = self.concerned(&request, step).await?;
        self.gather_for(&whom);
        let notice = step.notice(request.id.clone());
        for recipient in whom {
            if self.planned.contains_key(&step.id(&request, &recipient)) {
                continue;
            }
            if step == Step::Expiring {
                self.deliver_paced(event, delivery(event, &notice, request.created_at, recipient, now));
            } else {
                self.tell(event, step, &request, recipient).await?;
            }
        }
        Ok(())
    }

    /// Whom a step tells.
    async fn concerned(&mut self, request: &Request, step: Step) -> Result<Vec<Recipient>, StoreError> {
        match step {
            Step::Untaken if request.assignee.is_some() => Ok(Vec::new()),
            Step::Untaken => {
                let escalation = self.audience.settings(request).await?.escalation;
                Ok(escalation.iter().flat_map(escalated_to).collect())
            }
            Step::Undecided => self.nearest_above(request).await,
            Step::New => self.hearing_first(request).await,
            Step::Expiring => self.all_who_know(request, self.journal.clock().now()).await,
        }
    }

    /// Whom a step that is due tells.
    pub(super) async fn escalated(
        &mut self,
        request: &Request,
        step: Step,
    ) -> Result<Vec<Recipient>, StoreError> {
        let escalation = self.audience.settings(request).await?.escalation.unwrap_or_default();
        if step.at(&escalation, request).is_none_or(|at| at > self.journal.clock().now()) {
            return Ok(Vec::new());
        }
        let whom = self.concerned(request, step).await?;
        self.gather_for(&whom);
        Ok(whom)
    }

    /// Those of the nearest organization above who may decide a request and were not told of it, if there are any.
    async fn nearest_above(&self, request: &Request) -> Result<Vec<Recipient>, StoreError> {
        let escalation = self.audience.settings(request).await?.escalation;
        if escalation.is_none_or(|escalation| escalation.undecided_after_minutes.is_none()) {
            return Ok(Vec::new());
        }
        for above in request.ancestors.iter().rev() {
            let mut untold = Vec::new();
            for recipient in self.audience.able_above(request, above).await? {
                if !self.knows(request, &recipient).await? {
                    untold.push(recipient);
                }
            }
            if !untold.is_empty() {
                return Ok(untold);
            }
        }
        Ok(Vec::new())
    }

    /// Whether somebody was told of a request before it was left undecided, or of one that stands for it, or will be.
    async fn knows(&self, request: &Request, recipient: &Recipient) -> Result<bool, StoreError> {
        let ids = [Step::New, Step::Untaken].map(|step| step.id(request, recipient));
        let ids = ids.each_ref().map(|id| id.as_str());
        for found in load_readable::<Delivery>(&self.journal, &ids).await? {
            if found.state == DeliveryState::Collapsed || self.is_told(&found).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Everybody who was told of a request, and who has taken it. For who is away, their delegate is told of what they were told of.
    async fn all_who_know(&self, request: &Request, now: Timestamp) -> Result<Vec<Recipient>, StoreError> {
        let assignee = self.audience.assignee(request, NoticeKind::NewRequest).await?;
        let mut all = Vec::new();
        for recipient in self.audience.all_hearing(request, NoticeKind::NewRequest).await? {
            let has_it = assignee.iter().any(|each| each.is(recipient.channel, &recipient.key()));
            if has_it || self.was_told(request, &recipient, now).await? {
                all.push(recipient);
            }
        }
        Ok(all)
    }

    /// Whether somebody was told of a request, or the administrator in whose place they are told.
    async fn was_told(
        &self,
        request: &Request,
        recipient: &Recipient,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut addresses = vec![recipient.clone()];
        if let Some(away) = &recipient.in_place_of {
            let away =
                load_one_readable::<Administrator>(&self.journal, away.administrator_id.as_str()).await?;
            addresses.extend(away.iter().flat_map(|away| ways_to(away, NoticeKind::NewRequest)));
        }
        for address in addresses {
            if self.told_at(request, &address).await?.is_some_and(|at| at <= now) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

//! A planner: from notices to deliveries.

mod account;
mod asked_again;
mod handled;
mod handling;
mod ids;
mod incidents;
mod joined;
mod next;
mod pacing;
mod personal;
mod standing;
mod step;
mod taken;
mod tell;
mod waiting;

use std::collections::{BTreeMap, BTreeSet};

use countersign_authority::Audience;
use countersign_journal::readable::unless_damaged;
use countersign_journal::{Due, Event, Journal, Plan};
use countersign_kv::log;
use countersign_model::{
    Act, DeliveryState, Notice, NotificationId, OrganizationId, Permit, ProcessorOnly, Request, RequestId,
};
use countersign_store::StoreError;
use jiff::Timestamp;

use self::asked_again::asked_again;
use self::handled::handled;
use self::joined::LATER;
use self::next::{ENDED, ended};
use self::pacing::Paced;
use self::standing::Remembered;
use self::step::Step;

/// How the entry of a delivery begins that could not be sent.
const FAILED: &str = countersign_journal::Due::FAILED;

/// Expands the notices of one organization, one after the other, so that each sees what the earlier ones planned.
pub struct Planner {
    journal: Journal,
    organization: OrganizationId,
    audience: Audience,
    /// The deliveries of this round, which are not written yet, and their states.
    planned: BTreeMap<NotificationId, DeliveryState>,
    /// Those of which it is not decided yet whether they go by themselves or in a digest, by recipient.
    paced: BTreeMap<String, Vec<Paced>>,
    /// Until when the messages to a recipient are gathered, if they want none now.
    gathers_until: BTreeMap<String, Timestamp>,
    /// The requests and periods of this call of which it is looked at later who joined.
    joined: BTreeSet<(RequestId, i64)>,
    /// What these deliveries change in the records of what stands for what.
    standing: BTreeMap<String, Remembered>,
    /// Whether it plans what is told in the place of something else.
    replaces: bool,
    plan: Plan,
}

impl Planner {
    /// For one call of `/plan`.
    pub fn new(journal: &Journal, organization: &OrganizationId) -> Self {
        Self {
            journal: journal.clone(),
            organization: organization.clone(),
            audience: Audience::new(journal),
            planned: BTreeMap::new(),
            paced: BTreeMap::new(),
            gathers_until: BTreeMap::new(),
            joined: BTreeSet::new(),
            standing: BTreeMap::new(),
            replaces: false,
            plan: Plan::default(),
        }
    }

    /// The plan for some entries of the queue.
    pub async fn round(&mut self, due: &[Due]) -> Result<Plan, StoreError> {
        self.planned.clear();
        self.paced.clear();
        self.gathers_until.clear();
        self.standing.clear();
        self.plan = Plan::default();
        for entry in due {
            let expanded = self.entry(&entry.id).await;
            unless_damaged("nobody hears of an event", &entry.id, expanded)?;
            self.plan.done(&entry.id);
        }
        self.pace().await?;
        self.remember().await?;
        Ok(std::mem::take(&mut self.plan))
    }

    async fn entry(&mut self, entry: &str) -> Result<(), StoreError> {
        self.replaces = entry.starts_with(FAILED);
        if let Some(delivery) = entry.strip_prefix(FAILED) {
            return self.replace_failed(delivery).await;
        }
        let permit = Permit::processor(&self.organization, ProcessorOnly);
        let later = entry.strip_prefix(LATER);
        let step = Step::of(entry);
        let going_on = entry.strip_prefix(ENDED).and_then(|rest| rest.split_once('/'));
        let number = step.map(|(_, number)| number).or(going_on.map(|(number, _)| number)).or(later);
        let number = number.unwrap_or(entry);
        let event = match number.parse() {
            Ok(number) => self.journal.event_if_told(&permit, number).await?,
            Err(_) => None,
        };
        let Some(event) = event else {
            log::line("a notice names no event", &[("organization", &self.organization), ("entry", &entry)]);
            return Ok(());
        };
        if later.is_some() {
            return self.tell_of_joining(&event).await;
        }
        if let Some((step, _)) = step {
            return self.tell_of_waiting(&event, step).await;
        }
        if let Some((_, after)) = going_on {
            return self.tell_of_what_is_next(&event, Some(after)).await;
        }
        if let Some(notice) = event.footprint().notice {
            self.expand(&event, &notice).await?;
        } else if let Some(detail) = asked_again(&event) {
            self.tell_the_rest(&event, detail).await?;
        }
        self.tell_of_account(&event).await?;
        if let Some(request) = handled(&event) {
            self.tell_that_it_is_handled(&event, request).await?;
        }
        if let Act::RequestExpired(expired) = &event.act {
            self.tell_of_expiry(&event, &expired.request_id).await?;
        }
        if let Act::RequestAssigned(assigned) = &event.act {
            self.tell_that_it_is_taken(&event, assigned).await?;
        }
        if let Some(request) = ended(&event) {
            self.resolve_incidents(&event, request).await?;
        }
        self.tell_of_what_is_next(&event, None).await
    }

    async fn tell_of_what_is_next(&mut self, event: &Event, after: Option<&str>) -> Result<(), StoreError> {
        self.replaces = true;
        match ended(event) {
            Some(request) => self.replace(event, request, after).await,
            None => Ok(()),
        }
    }

    async fn expand(&mut self, event: &Event, notice: &Notice) -> Result<(), StoreError> {
        match notice {
            Notice::RequestSubmitted { request_id } => self.tell_of_submission(event, request_id).await,
            Notice::RequestDecided { request_id }
            | Notice::RequestRevoked { request_id }
            | Notice::ApprovalEdited { request_id } => {
                let Some(request) = self.journal.load::<Request>(request_id).await? else { return Ok(()) };
                self.tell_requesters(event, notice, &request.value)?;
                self.tell_of_flag(event, &request.value).await
            }
            Notice::RequestEnded { request_id } => {
                let Some(request) = self.journal.load::<Request>(request_id).await? else { return Ok(()) };
                self.tell_requesters(event, notice, &request.value)
            }
            Notice::DecisionAsked { .. } => self.tell_those_asked(event, notice).await,
            Notice::FileFlagged { request_id, flag_id } => {
                self.tell_of_new_flag(event, request_id, flag_id).await
            }
            Notice::Invitation { administrator_id } | Notice::PasswordReset { administrator_id } => {
                self.tell_administrator(event, notice, administrator_id).await
            }
            Notice::Again { notification_id } => {
                self.plan.again(Due::at_once(notification_id.as_str()));
                Ok(())
            }
            // No event has it as its notice.
            Notice::Digest
            | Notice::SignedInElsewhere { .. }
            | Notice::PasswordChanged { .. }
            | Notice::RightsChanged { .. }
            | Notice::AccountRecovered { .. }
            | Notice::RequestExpired { .. }
            | Notice::RequestJoined { .. }
            | Notice::RequestHandled { .. }
            | Notice::RequestTaken { .. }
            | Notice::RequestHandedOver { .. }
            | Notice::RequestExpiring { .. }
            | Notice::RequestUntaken { .. }
            | Notice::RequestUndecided { .. } => Ok(()),
        }
    }
}

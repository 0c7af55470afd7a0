//! What administrators tell each other about a request: a colleague asks for a decision, a file was flagged.

use countersign_authority::Recipient;
use countersign_journal::Event;
use countersign_journal::readable::{load_one_readable, load_readable};
use countersign_model::{
    Act, Administrator, Channel, FileFlag, FlagId, Notice, NoticeKind, Request, RequestId,
};
use countersign_store::StoreError;

use super::Planner;
use super::tell::delivery;

impl Planner {
    /// Sends those who were asked to decide one message each.
    pub(super) async fn tell_those_asked(
        &mut self,
        event: &Event,
        notice: &Notice,
    ) -> Result<(), StoreError> {
        let Act::DecisionAsked(asked) = &event.act else { return Ok(()) };
        let now = self.journal.clock().now();
        let ids: Vec<&str> = asked.asked.iter().map(|id| id.as_str()).collect();
        let people = load_readable::<Administrator>(&self.journal, &ids).await?;
        let Some(request) = self.journal.load::<Request>(&asked.request_id).await? else { return Ok(()) };
        for person in people.into_iter().filter(Administrator::is_active) {
            for recipient in
                self.audience.ways_or_instead(&request.value, person, NoticeKind::AskedToDecide).await?
            {
                let message = delivery(event, notice, event.at, recipient.clone(), now);
                // Somebody may be told in the place of several.
                if !self.planned.contains_key(&message.id) {
                    self.deliver_when_awake(event, &recipient, message)?;
                }
            }
        }
        Ok(())
    }

    /// Tells everybody concerned at the organization that a file was flagged.
    pub(super) async fn tell_of_new_flag(
        &mut self,
        event: &Event,
        request: &RequestId,
        flag: &FlagId,
    ) -> Result<(), StoreError> {
        if let Some(request) = self.journal.load::<Request>(request).await? {
            self.tell_by_flag(event, &request.value, flag).await?;
        }
        Ok(())
    }

    /// Tells everybody concerned by a request that a flag stopped, also at the organizations below. Whoever is concerned by
    /// several gets one message, because the delivery has the id of the flag.
    pub(super) async fn tell_of_flag(&mut self, event: &Event, request: &Request) -> Result<(), StoreError> {
        match request.decision.as_ref().and_then(|decision| decision.flag.as_ref()) {
            Some(flag) => self.tell_by_flag(event, request, flag).await,
            None => Ok(()),
        }
    }

    async fn tell_by_flag(
        &mut self,
        event: &Event,
        request: &Request,
        flag: &FlagId,
    ) -> Result<(), StoreError> {
        let found = self.journal.load::<FileFlag>(flag).await?.map(|flag| flag.value);
        let Some(flag) = found.filter(FileFlag::is_in_force) else { return Ok(()) };
        let mut all = self.hearing(request, NoticeKind::Flagged).await?;
        all.extend(self.audience.assignee(request, NoticeKind::Flagged).await?);
        let notice = Notice::FileFlagged { request_id: request.id.clone(), flag_id: flag.id.clone() };
        let now = self.journal.clock().now();
        let mut told = std::collections::BTreeSet::new();
        let flagged_by =
            load_one_readable::<Administrator>(&self.journal, flag.administrator_id.as_str()).await?;
        // Whoever flagged it knows, also if a list has their address.
        let others = |recipient: &Recipient| {
            recipient.administrator_id() != Some(&flag.administrator_id)
                && !flagged_by.as_ref().is_some_and(|by| is_address_of(by, recipient))
        };
        for recipient in all.into_iter().filter(others) {
            let delivery = delivery(event, &notice, flag.at, recipient.clone(), now);
            if told.insert(delivery.id.clone()) {
                self.deliver_when_awake(event, &recipient, delivery)?;
            }
        }
        Ok(())
    }
}

fn is_address_of(person: &Administrator, recipient: &Recipient) -> bool {
    recipient.is(Channel::Email, &person.email.key())
        || person.phone.as_ref().is_some_and(|phone| recipient.is(Channel::Sms, phone.as_str()))
}

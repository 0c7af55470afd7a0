//! A plan: the deliveries that notices come to. It is written before the notices leave their queue, under ids that follow
//! from event and address, so a planner that dies is followed by one that makes the same.

use countersign_kv::under_way::try_all;
use countersign_model::ids::OrganizationId;
use countersign_store::record::{Entity, Envelope, decode, encode, raw};
use countersign_store::{StoreError, keys};
use futures::future::try_join;

use crate::Journal;
use crate::lists::log::Row;
use crate::queue::{ADDED, Due};
use crate::told::DeliveriesOf;

/// The deliveries of some notices.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    records: Vec<(String, Vec<u8>)>,
    listed: Vec<Row>,
    due: Vec<Due>,
    later: Vec<Due>,
    done: Vec<String>,
}

impl Plan {
    /// A delivery to be made, at the earliest at this time, which reports the event with this number. It is listed, and its
    /// record is written unless it exists.
    ///
    /// # Errors
    /// If it is too large to be stored.
    pub fn deliver<T: Entity>(&mut self, number: u64, delivery: &T, due: Due) -> Result<(), StoreError> {
        self.due.push(due);
        self.note(number, delivery)
    }

    /// An existing delivery is to be made (again), at the earliest at this time.
    pub fn again(&mut self, due: Due) {
        self.due.push(due);
    }

    /// A record for the sender's own use: written unless it exists, and not listed.
    ///
    /// # Errors
    /// If it is too large to be stored.
    pub fn ensure<T: Entity>(&mut self, record: &T) -> Result<(), StoreError> {
        let key = keys::record(&record.own_record_id());
        let envelope = Envelope::first("created".to_owned(), None, raw(&key, record)?);
        let value = encode(&key, &envelope)?;
        self.records.push((key, value));
        Ok(())
    }

    /// A delivery that is listed but not made (collapsed, or failed from the start).
    ///
    /// # Errors
    /// If it is too large to be stored.
    pub fn note<T: Entity>(&mut self, number: u64, delivery: &T) -> Result<(), StoreError> {
        self.listed.push(Row(number, delivery.own_record_id()));
        self.ensure(delivery)
    }

    /// Another notice to be looked at, at the earliest at this time.
    pub fn look_again(&mut self, due: Due) {
        self.later.push(due);
    }

    /// An entry of the queue of notices is done with.
    pub fn done(&mut self, entry: impl Into<String>) {
        self.done.push(entry.into());
    }
}

/// The name of the lease under which an organization's notices are expanded.
pub fn planning_lease(organization: &OrganizationId) -> String {
    format!("plan/{organization}")
}

impl Journal {
    /// Saves a plan: records, outbox, what the planner saves `then`, and at last the queue of notices with the log of deliveries, in one
    /// update.
    ///
    /// # Errors
    /// When the backend fails, or [`StoreError::Busy`] if another planner was faster.
    pub async fn save_plan(
        &self,
        organization: &OrganizationId,
        plan: Plan,
        then: impl Future<Output = Result<(), StoreError>> + Send,
    ) -> Result<(), StoreError> {
        let Plan { records, mut listed, due, later, done } = plan;
        // A delivery may be planned after those of later events.
        listed.sort_by_key(|row| row.0);
        let told = self.told_entries(organization, &listed);
        // An existing delivery was planned before, and may have been sent since: it keeps its state.
        let present = try_all(records.iter().map(|(key, _)| self.kv().get(key)));
        let (told, present) = try_join(told, async { Ok(present.await?) }).await?;
        let absent = records.into_iter().zip(&present).filter(|(_, present)| present.is_none());
        self.write_parts(absent.map(|(record, _)| record).chain(told).collect()).await?;
        self.outbox(organization).add(&due).await?;
        then.await?;
        let notices = self.notices(organization);
        notices.add(&later).await?;
        let mut rest = listed.as_slice();
        loop {
            notices.move_log().await?;
            let (now, then) = rest.split_at(rest.len().min(ADDED));
            rest = then;
            let ids: Vec<&str> = done.iter().map(String::as_str).collect();
            notices
                .change(|queue| {
                    if !queue.holds(&ids) {
                        return Err(StoreError::Busy);
                    }
                    queue.log.extend(now);
                    if rest.is_empty() {
                        queue.remove(&ids);
                    }
                    Ok(())
                })
                .await?;
            if rest.is_empty() {
                return Ok(());
            }
        }
    }

    /// For each event, the entry that notes which deliveries report it: those that were planned before, and these.
    async fn told_entries(
        &self,
        organization: &OrganizationId,
        listed: &[Row],
    ) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let mut numbers: Vec<u64> = listed.iter().map(|row| row.0).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let entry = |number| async move {
            let key = keys::told(organization, number);
            let before = self.kv().get(&key).await?;
            let before: Option<DeliveriesOf> = before.and_then(|bytes| decode(&key, &bytes).ok());
            let ids = listed.iter().filter(|row| row.0 == number).map(|row| row.1.clone());
            let value = encode(&key, &before.unwrap_or_default().with(ids))?;
            Ok::<_, StoreError>((key, value))
        };
        try_all(numbers.into_iter().map(entry)).await
    }
}

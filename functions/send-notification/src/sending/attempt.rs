//! One attempt to send one delivery: claim it, check whether it is still to be sent, send it, save the outcome.

use countersign_http::Services;
use countersign_http::functions::{Composed, ToCompose, compose};
use countersign_journal::Journal;
use countersign_kv::log;
use countersign_model::{Attempt, AttemptId, Bounce, Delivery, NotDue, NotificationId, ProviderPlace};
use countersign_store::{BouncedAddress, StoreError, UpdateError};

use crate::provider::{self, About, Carried, Posting, Providers};
use countersign_journal::readable::unless_damaged;

/// The result of examining a delivery.
pub enum Looked {
    /// This attempt was written down.
    Tried {
        /// The delivery after it.
        after: Delivery,
        /// Whether a provider was called, or the message was refused before.
        made: bool,
    },
    /// This sender made no attempt, or lost its claim; the delivery as it is.
    Left(Delivery),
    /// No attempt is due now.
    NotDue(NotDue),
    /// The record does not exist or is unreadable: nothing will ever be sent.
    Gone,
}

/// Makes the attempt that a delivery waits for, if it waits for one and this sender gets the claim.
pub async fn attempt(
    services: &Services,
    providers: &Providers,
    id: &NotificationId,
) -> Result<Looked, StoreError> {
    let journal = &services.journal;
    let now = journal.clock().now();
    let own = AttemptId::from_ulid(journal.random().ulid(now));
    let claimed = journal.update(id, |old: &Delivery| old.claim(own.clone(), now)).await;
    let delivery = match claimed {
        Ok(stored) => stored.value,
        Err(UpdateError::Refused(why)) => return Ok(Looked::NotDue(why)),
        Err(UpdateError::Store(error)) => {
            unless_damaged("a delivery is not sent", id.as_str(), Err::<(), _>(error))?;
            return Ok(Looked::Gone);
        }
    };
    // The record was read back: it may carry another sender's claim.
    if !delivery.is_sent_by(&own) {
        return Ok(Looked::Left(delivery));
    }
    let claim = SendingClaim { journal, delivery: &delivery, own };
    match bounce_of(journal, &delivery).await {
        Ok(Some(Bounce { reason, at, .. })) => {
            let answer =
                format!("not sent, because messages to this address do not arrive since {at}: {reason}");
            return claim.write_down(Attempt::Refused { answer, account: false }).await;
        }
        Ok(None) => {}
        Err(error) => {
            claim.release().await?;
            return Err(error);
        }
    }
    // Before it is composed: what waits costs little, and a link that is not sent is not made.
    let (channel, to, organization) = (delivery.channel, &delivery.address, &delivery.organization_id);
    let turn = match providers.turn(services, channel, to, organization).await {
        Ok(turn) => turn,
        Err(attempt) => return claim.write_down(attempt).await,
    };
    let what = ToCompose { delivery: delivery.clone() };
    match compose(services.outbound.as_ref(), &what).await {
        Ok(Composed::Say(message)) => {
            let key = delivery.message_key().to_string();
            let posting = Posting { channel, to, message: message.as_ref(), key };
            claim.send(services, providers, &posting, turn).await
        }
        Ok(Composed::Impossible { why }) => {
            claim.write_down(Attempt::Refused { answer: why, account: true }).await
        }
        Ok(Composed::NoLonger { why }) => claim.skip(&why).await,
        Ok(Composed::Later { why, until }) => claim.write_down(Attempt::NotMade { answer: why, until }).await,
        Ok(Composed::Damaged { why }) => {
            claim.write_down(Attempt::Refused { answer: why, account: false }).await
        }
        Err(error) => {
            log::line("a delivery cannot be composed yet", &[("delivery", id), ("error", &error)]);
            let answer = "the message could not be composed".to_owned();
            claim.write_down(Attempt::Later { answer, retry_after: None }).await
        }
    }
}

/// That messages to the address of a delivery do not arrive, if a provider reported it.
async fn bounce_of(journal: &Journal, delivery: &Delivery) -> Result<Option<Bounce>, StoreError> {
    let address = BouncedAddress::new(delivery.channel, &delivery.address);
    let found = journal.bounces(&[address]).await;
    let what = "an address is used whatever was reported about it";
    Ok(unless_damaged(what, delivery.id.as_str(), found)?.and_then(|mut found| found.pop()).flatten())
}

/// A claim that was in the delivery's record when that was read back. Everything under it is written only while the
/// claim stands.
struct SendingClaim<'a> {
    journal: &'a Journal,
    delivery: &'a Delivery,
    own: AttemptId,
}

impl SendingClaim<'_> {
    async fn send(
        &self,
        services: &Services,
        providers: &Providers,
        posting: &Posting<'_>,
        turn: Option<ProviderPlace>,
    ) -> Result<Looked, StoreError> {
        let now = self.journal.clock().now();
        // After a stall, another sender may take over the claim while this one waits for the provider.
        let sending = self.delivery.sending.as_ref();
        if !sending.is_some_and(|sending| sending.has_time_for(provider::TAKES, now)) {
            return self.release().await;
        }
        let carried = providers.send(services, posting, &About::of(self.delivery), turn).await;
        self.write_down(carried).await
    }

    async fn write_down(&self, carried: impl Into<Carried>) -> Result<Looked, StoreError> {
        let Carried { attempt, by } = carried.into();
        let now = self.journal.clock().now();
        let jitter = self.journal.random().u64();
        let after = |old: &Delivery| {
            old.after_attempt(&self.own, attempt.clone(), now, jitter).carried_by(by.clone())
        };
        Ok(match self.update(after).await? {
            Ok(after) => Looked::Tried { after, made: !matches!(attempt, Attempt::NotMade { .. }) },
            Err(delivery) => Looked::Left(delivery),
        })
    }

    async fn skip(&self, why: &str) -> Result<Looked, StoreError> {
        let now = self.journal.clock().now();
        let skipped = self.update(|old| old.skipped(&self.own, why, now)).await?;
        Ok(Looked::Left(skipped.unwrap_or_else(|other| other)))
    }

    /// Nothing was sent, so the next attempt need not wait until the claim expires.
    async fn release(&self) -> Result<Looked, StoreError> {
        let now = self.journal.clock().now();
        let released = self.update(|old| old.released(&self.own, now)).await?;
        Ok(Looked::Left(released.unwrap_or_else(|other| other)))
    }

    /// Changes the delivery while the claim stands; otherwise `Err` with the current delivery.
    async fn update(
        &self,
        change: impl Fn(&Delivery) -> Delivery + Send + Sync,
    ) -> Result<Result<Delivery, Delivery>, StoreError> {
        let transition = |old: &Delivery| match old.is_sent_by(&self.own) {
            true => Ok(change(old)),
            false => Err(Box::new(old.clone())),
        };
        match self.journal.update(&self.delivery.id, transition).await {
            Ok(stored) => Ok(Ok(stored.value)),
            Err(UpdateError::Refused(other)) => Ok(Err(*other)),
            Err(UpdateError::Store(error)) => Err(error),
        }
    }
}

//! One attempt to send one delivery: look whether it is still to be sent, say it, and write down what became of it.

use std::convert::Infallible;

use countersign_http::Services;
use countersign_model::{Attempt, Delivery};
use countersign_store::{StoreError, UpdateError};

use super::compose::{Composed, compose};
use crate::provider::{Posting, Providers};

/// Makes one attempt. Returns the delivery as it is after it.
pub async fn attempt(
    services: &Services,
    providers: &Providers,
    delivery: &Delivery,
) -> Result<Delivery, StoreError> {
    match compose(services, providers, delivery).await? {
        Composed::Say { message, secret } => {
            let posting = Posting {
                channel: delivery.channel,
                to: &delivery.address,
                message: &message,
                secret: secret.as_deref(),
            };
            let now = services.journal.clock().now();
            let attempt = providers.send(services.outbound.as_ref(), &posting, now).await;
            write_down(services, delivery, attempt).await
        }
        Composed::Impossible { why } => {
            write_down(services, delivery, Attempt::Refused { answer: why }).await
        }
        Composed::NoLonger { why } => {
            let now = services.journal.clock().now();
            update(
                services,
                delivery,
                |old| if old.is_due(now) { old.skipped(&why, now) } else { old.clone() },
            )
            .await
        }
    }
}

async fn write_down(
    services: &Services,
    delivery: &Delivery,
    attempt: Attempt,
) -> Result<Delivery, StoreError> {
    let now = services.journal.clock().now();
    let jitter = services.journal.random().u64();
    update(services, delivery, |old| old.after_attempt(attempt.clone(), now, jitter)).await
}

async fn update(
    services: &Services,
    delivery: &Delivery,
    change: impl Fn(&Delivery) -> Delivery + Send + Sync,
) -> Result<Delivery, StoreError> {
    let change = |old: &Delivery| Ok::<_, Infallible>(change(old));
    match services.journal.update(&delivery.id, change).await {
        Ok(stored) => Ok(stored.value),
        Err(UpdateError::Refused(never)) => match never {},
        Err(UpdateError::Store(error)) => Err(error),
    }
}

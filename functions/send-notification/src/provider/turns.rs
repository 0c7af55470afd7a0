//! Rate limits: a message is handed over only when it is the turn of its provider or integration, which the senders of all organizations
//! and hosts share.

use std::sync::Arc;
use std::time::Duration;
use std::vec::IntoIter;

use countersign_http::Services;
use countersign_journal::readable::is_damage;
use countersign_kv::log;
use countersign_model::turns::SOON;
use countersign_model::{Attempt, NotARate, Rate};
use futures::lock::Mutex;
use jiff::Timestamp;

/// The most turns that are taken at once. What a round of messages does not use is lost.
const MOST: usize = 16;

/// The turns that one round of messages has taken and not used yet.
#[derive(Clone, Default)]
pub struct Turnstile(Arc<Mutex<Vec<Taken>>>);

struct Taken {
    name: String,
    /// The times that were given out. Up to `soon`, each is a turn; later, it is when to ask again.
    times: IntoIter<Timestamp>,
    soon: Timestamp,
    /// How many were taken before.
    before: usize,
}

impl Turnstile {
    /// Waits for a turn if it comes soon. `Err`: the attempt, which is not made, because the turn comes later.
    ///
    /// `name` is whose turns they are, and `of` what people know it by. One message alone takes one turn; the more follow, the more turns are
    /// taken at once.
    pub async fn pass(&self, services: &Services, name: &str, of: &str, rate: Rate) -> Result<(), Attempt> {
        let clock = services.journal.clock();
        let (at, is_turn) = self.next(services, name, rate).await;
        if !is_turn {
            return Err(Attempt::NotMade { answer: format!("waits: rate limit of `{of}`"), until: at });
        }
        let wait = Duration::try_from(at.duration_since(clock.now())).unwrap_or_default();
        if !wait.is_zero() {
            clock.sleep(wait).await;
        }
        Ok(())
    }

    /// When it is a turn, and whether it is; otherwise, the message is to ask again then.
    async fn next(&self, services: &Services, name: &str, rate: Rate) -> (Timestamp, bool) {
        let mut all = self.0.lock().await;
        let place = all.iter().position(|taken| taken.name == name);
        let known = place.map(|place| all.swap_remove(place));
        let now = services.journal.clock().now();
        let mut taken = known.unwrap_or_else(|| Taken {
            name: name.to_owned(),
            times: Vec::new().into_iter(),
            soon: now,
            before: 0,
        });
        let mut next = taken.times.next();
        if next.is_none() {
            let number = taken.before.clamp(1, MOST);
            taken.soon = now.saturating_add(SOON).unwrap_or(now);
            match services.journal.take_turns(name, rate, number, now).await {
                Ok(times) => {
                    taken.before += number;
                    taken.times = times.into_iter();
                    next = taken.times.next();
                }
                Err(error) => {
                    log::line("turns are not taken", &[("of", &name), ("error", &error)]);
                    // A damaged record stops nothing. Otherwise, others take turns at this moment.
                    let is_turn = is_damage(&error);
                    return (if is_turn { now } else { taken.soon }, is_turn);
                }
            }
        }
        let at = next.unwrap_or(now);
        let is_turn = at <= taken.soon;
        all.push(taken);
        (at, is_turn)
    }
}

/// The rate that a variable sets; `None` if it switches the limit off. Empty: the provider's own.
pub fn rate_of(variable: &str, own: Option<Rate>) -> Result<Option<Rate>, NotARate> {
    match variable.trim() {
        "" => Ok(own),
        "off" => Ok(None),
        rate => rate.parse().map(Some),
    }
}

//! Rate limits: a message is handed over only when it is the turn of its provider or integration, which the senders of all organizations
//! and hosts share.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use countersign_http::Services;
use countersign_journal::readable::is_damage;
use countersign_kv::log;
use countersign_model::turns::SOON;
use countersign_model::{Attempt, NotARate, Rate};
use futures::lock::Mutex;
use jiff::Timestamp;

/// The most turns that are taken at once. What a round of messages does not use is lost.
const MOST: usize = 16;

/// The turns that one round of messages has taken and not used yet, by whose they are.
#[derive(Clone, Default)]
pub struct Turnstile(Arc<Mutex<BTreeMap<String, Taken>>>);

#[derive(Default)]
struct Taken {
    /// When it is a turn, and whether it is; otherwise, the message is to ask again then.
    times: VecDeque<(Timestamp, bool)>,
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

    async fn next(&self, services: &Services, name: &str, rate: Rate) -> (Timestamp, bool) {
        let mut all = self.0.lock().await;
        let taken = all.entry(name.to_owned()).or_default();
        if let Some(next) = taken.times.pop_front() {
            return next;
        }
        let now = services.journal.clock().now();
        let soon = now.saturating_add(SOON).unwrap_or(now);
        let number = taken.before.clamp(1, MOST);
        match services.journal.take_turns(name, rate, number, now).await {
            Ok(times) => {
                taken.before += number;
                taken.times.extend(times.into_iter().map(|at| (at, at <= soon)));
                taken.times.pop_front().unwrap_or((now, true))
            }
            Err(error) => {
                log::line("turns are not taken", &[("of", &name), ("error", &error)]);
                // A damaged record stops nothing. Otherwise, others take turns at this moment.
                if is_damage(&error) { (now, true) } else { (soon, false) }
            }
        }
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

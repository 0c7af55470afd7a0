//! How push services are doing: one that fails is not called for a while, as the providers of other channels are not.

use std::collections::BTreeMap;

use countersign_journal::Journal;
use countersign_journal::readable::provider_health;
use countersign_kv::log;
use countersign_model::provider_health::Sign;
use countersign_model::{ProviderHealth, ProviderPlace, PushSubscription};
use countersign_store::StoreError;
use futures::future::{join_all, try_join_all};
use jiff::{SignedDuration, Timestamp};

/// A success is noted about every ten minutes.
const LATELY: SignedDuration = SignedDuration::from_mins(20);

/// How the push services of some browsers were doing when that was read.
pub struct Health(BTreeMap<ProviderPlace, ProviderHealth>);

impl Health {
    /// Of the services of these browsers.
    pub async fn load(journal: &Journal, browsers: &[PushSubscription]) -> Result<Self, StoreError> {
        let mut places: Vec<ProviderPlace> = browsers.iter().filter_map(place).collect();
        places.sort_unstable();
        places.dedup();
        let loaded = places.into_iter().map(async |place| {
            let what = "a push service is called whatever happened before";
            Ok::<_, StoreError>((place, provider_health(what, journal, place, name(place)).await?))
        });
        Ok(Self(try_join_all(loaded).await?.into_iter().collect()))
    }

    /// Until when the service of a browser is not called; `None` if it may be called now.
    pub fn open_until(&self, browser: &PushSubscription, now: Timestamp) -> Option<Timestamp> {
        self.0.get(&place(browser)?)?.open_until(now)
    }

    /// Whether the service of a browser accepted a message of this deployment lately. A signature that it refuses then is refused for one
    /// subscription, such as one that was made for another key.
    pub fn works(&self, browser: &PushSubscription, now: Timestamp) -> bool {
        let known = place(browser).and_then(|place| self.0.get(&place));
        known.and_then(|known| known.last_success_at).is_some_and(|at| now.duration_since(at) < LATELY)
    }

    /// Notes what the answers say about the services. A note that is lost costs another failed call.
    pub async fn note<'a>(
        &self,
        journal: &Journal,
        answers: impl Iterator<Item = (&'a PushSubscription, Sign, &'a str)>,
        now: Timestamp,
    ) {
        let mut said: BTreeMap<ProviderPlace, (Sign, &str)> = BTreeMap::new();
        for (browser, sign, words) in answers {
            let Some(place) = place(browser) else { continue };
            if sign != Sign::Works && !place.is_known_host(&browser.host) {
                continue;
            }
            // Several browsers of one service are one call of it, which works if it works for one.
            let known = said.entry(place).or_insert((Sign::Nothing, ""));
            if sign > known.0 {
                *known = (sign, words);
            }
        }
        let changed = self.0.iter().filter_map(|(place, known)| {
            let (sign, words) = *said.get(place)?;
            (known.after(sign, words, now) != *known).then_some((*place, sign, words))
        });
        join_all(changed.map(async |(place, sign, words)| {
            let change = |old: &ProviderHealth| old.after(sign, words, now);
            if let Err(error) = journal.note_provider(place, name(place), change).await {
                let what = "how a push service is doing is not noted";
                log::line(what, &[("service", &place), ("error", &error)]);
            }
        }))
        .await;
    }
}

fn place(browser: &PushSubscription) -> Option<ProviderPlace> {
    ProviderPlace::of_push_host(&browser.host)
}

/// The service as people know it.
fn name(place: ProviderPlace) -> &'static str {
    place.push_service().unwrap_or_default()
}

//! Counters of the whole deployment, for those who watch it: no organization and no person is told apart by them.

use countersign_kv::under_way::{all, try_all};
use countersign_kv::{decode_counter, log};
use countersign_model::{Channel, DeliveryState};

use crate::{Store, StoreError, keys};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Watched {
    /// Deliveries of a channel that came to this state, which is an end.
    Deliveries(Channel, DeliveryState),
    /// Attempts to deliver that failed and are repeated.
    Retries(Channel),
    /// Numbers of a journal that could be neither processed nor dropped.
    SetAside,
    /// Sign-ins that were refused.
    RefusedSignIns(Refused),
}

/// Why a sign-in was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refused {
    /// The address or the password was wrong.
    Credentials,
    /// The one-time code was wrong.
    Code,
    /// There had been too many attempts.
    Throttled,
    /// Anything else, such as an address from which the organization allows no sign-in.
    Other,
}

impl Refused {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Credentials, Self::Code, Self::Throttled, Self::Other];

    /// Its name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::Code => "code",
            Self::Throttled => "throttled",
            Self::Other => "other",
        }
    }
}

impl Watched {
    fn key(self) -> String {
        keys::watched(&match self {
            Self::Deliveries(channel, state) => format!("deliveries/{channel}/{state}"),
            Self::Retries(channel) => format!("retries/{channel}"),
            Self::SetAside => "set-aside".to_owned(),
            Self::RefusedSignIns(why) => format!("refused-sign-ins/{}", why.id()),
        })
    }
}

impl Store {
    /// Counts, with one write for each counter. What cannot be counted is only logged: nothing but a number is missing then, and a
    /// writer that dies in between leaves no more behind.
    pub async fn count_watched(&self, what: impl IntoIterator<Item = (Watched, u64)>) {
        let counts = what.into_iter().filter(|(_, many)| *many > 0).map(|(what, many)| async move {
            let many = i64::try_from(many).unwrap_or(i64::MAX);
            (what, self.kv.increment(&what.key(), many).await)
        });
        for (what, counted) in all(counts).await {
            if let Err(error) = counted {
                log::line("not counted", &[("counter", &what.key()), ("error", &error)]);
            }
        }
    }

    /// What was counted so far. One read for each, all in one round.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn watched(&self, what: &[Watched]) -> Result<Vec<u64>, StoreError> {
        let reads = what.iter().map(|what| async {
            let read = self.kv.get(&what.key()).await?;
            Ok(read.and_then(|bytes| decode_counter(&bytes)).map_or(0, |(count, _)| count))
        });
        try_all(reads).await
    }
}

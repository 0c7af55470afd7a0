//! Waiting calls (long polls): what they ask for, and the polling loop.
use std::future::Future;
use std::time::Duration;

use async_trait::async_trait;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::RETRY_AFTER;
use serde::Deserialize;

use crate::problem::Problem;
use crate::services::Services;

/// The longest wait that a call may ask for, in seconds.
pub const LONGEST_WAIT: u64 = 25;
/// Seconds after which a call that found no place should be repeated.
pub const RETRY_WAITING_AFTER: u32 = 2;
/// How often a waiting call polls.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The query parameter `wait`: whole seconds, 0 to 25; default: 0 (no waiting).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u64")]
pub struct Wait(u64);

impl Wait {
    /// As a duration.
    pub fn duration(self) -> Duration {
        Duration::from_secs(self.0)
    }
}

impl TryFrom<u64> for Wait {
    type Error = String;

    fn try_from(seconds: u64) -> Result<Self, String> {
        if seconds > LONGEST_WAIT {
            return Err(format!("must be at most {LONGEST_WAIT} seconds"));
        }
        Ok(Self(held(seconds)))
    }
}

/// For how many seconds a call is held that asks for so many.
#[cfg(not(feature = "edge"))]
fn held(seconds: u64) -> u64 {
    seconds
}

/// Ten seconds remain to connect, to read and to answer.
#[cfg(feature = "edge")]
fn held(seconds: u64) -> u64 {
    seconds.min(20)
}

/// The result of one poll.
#[derive(Debug)]
pub enum Look<T> {
    /// There is news: answer with it.
    Changed(T),
    /// Nothing new. This is the answer when the time is over.
    Same(T),
}

/// The answer of a waiting call.
#[derive(Debug)]
pub struct Waited<T> {
    /// The result of the last poll.
    pub value: T,
    /// Seconds for `Retry-After`, if the call was not allowed to wait.
    pub retry_after: Option<u32>,
}

impl<T: IntoResponse> IntoResponse for Waited<T> {
    fn into_response(self) -> Response {
        let mut response = self.value.into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl<T> Waited<T> {
    /// The same with a converted value, for example its wire form.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Waited<U> {
        Waited { value: make(self.value), retry_after: self.retry_after }
    }
}

/// An identification that can be checked again before a late answer.
#[async_trait]
pub trait StillIdentified: Sync {
    /// The caller's id, by which its waiting calls are counted.
    fn id(&self) -> &str;

    /// Checks the caller's credentials again.
    ///
    /// # Errors
    /// 401 if the credentials are no longer valid.
    async fn check_again(&self, services: &Services) -> Result<(), Problem>;
}

/// Polls every half second until there is news or `wait` is over, then answers with the last result. If this instance
/// has no place left, or the caller already waits here with [`PLACES_OF_ONE_CALLER`](crate::waiting::PLACES_OF_ONE_CALLER)
/// calls, answers at once with the first result and `Retry-After`. After any waiting, the caller's credentials are
/// checked again before the answer.
///
/// Calls that do not wait have no limit of their own. An instance answers 128 calls and is gone, so a count in its memory
/// would not show a computer that calls too often, and a count in the store would cost a write where there is none: an
/// unchanged check-in costs three reads. What bounds such calls is the host's limit of requests at once, and the rate
/// that a proxy allows for each token.
///
/// # Errors
/// Those of `look`, and 401 if the credentials have ended meanwhile.
pub async fn wait_for<T, F, L>(
    services: &Services,
    caller: &dyn StillIdentified,
    wait: Wait,
    mut look: F,
) -> Result<Waited<T>, Problem>
where
    F: FnMut() -> L + Send,
    L: Future<Output = Result<Look<T>, Problem>> + Send,
    T: Send,
{
    let mut value = match look().await? {
        Look::Changed(value) => return Ok(Waited { value, retry_after: None }),
        Look::Same(value) => value,
    };
    if wait.0 == 0 {
        return Ok(Waited { value, retry_after: None });
    }
    let Some(_place) = services.waiting.take(caller.id()) else {
        return Ok(Waited { value, retry_after: Some(RETRY_WAITING_AFTER) });
    };
    let clock = services.journal.clock();
    let until = clock.now().checked_add(wait.duration()).unwrap_or(jiff::Timestamp::MAX);
    while clock.now() < until {
        clock.sleep(LOOK_EVERY).await;
        match look().await? {
            Look::Changed(news) => {
                value = news;
                break;
            }
            Look::Same(same) => value = same,
        }
    }
    caller.check_again(services).await?;
    Ok(Waited { value, retry_after: None })
}

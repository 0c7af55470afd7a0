//! What a provider's answer means for the message, and what of it people are shown.

use std::time::Duration;

use bytes::Bytes;
use countersign_http::OutboundError;
use countersign_model::{Attempt, unicode};
use http::{Response, StatusCode};
use jiff::Timestamp;
use serde_json::Value;

use super::retry_after::retry_after;

/// The most characters of a provider's answer that are kept.
const LONGEST: usize = 300;

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The provider has the message.
    Accepted,
    /// It may take it later.
    Later {
        /// Whether the provider itself fails. Otherwise it only asks to wait.
        down: bool,
    },
    /// It will never take it like this.
    Refused {
        /// Whether that is about the account, its key, its sender or its address, so that another provider may take it.
        account: bool,
    },
}

/// An answer, or why there is none.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What it means.
    pub meaning: Meaning,
    /// Its status; `None` if there is no answer.
    pub status: Option<u16>,
    /// The provider's words for people, or its id for the message.
    pub words: Option<String>,
    /// How long the provider asks to wait.
    pub retry_after: Option<Duration>,
    /// Whether the provider may have the message although it did not say so.
    pub unsure: bool,
}

impl Answer {
    /// What the status of an answer says, with the words under these keys of its JSON. A key is a path such as `error/message`.
    pub fn of(response: &Response<Bytes>, words: &[&str], now: Timestamp) -> Self {
        let said = serde_json::from_slice::<Value>(response.body()).ok().and_then(|body| {
            let found = words.iter().filter_map(|path| body.pointer(&format!("/{path}"))?.as_str());
            let found: Vec<&str> = found.filter(|text| !text.is_empty()).collect();
            (!found.is_empty()).then(|| found.join(" "))
        });
        Self {
            meaning: Meaning::of(response.status()),
            status: Some(response.status().as_u16()),
            words: said,
            retry_after: retry_after(response.headers(), now),
            unsure: false,
        }
    }

    /// The same answer, understood otherwise.
    pub fn meaning(self, meaning: Meaning) -> Self {
        Self { meaning, ..self }
    }

    /// No complete answer arrived.
    pub fn missing(error: &OutboundError) -> Self {
        let meaning = match error {
            OutboundError::NotAllowed => Meaning::Refused { account: true },
            OutboundError::TimedOut | OutboundError::TooLarge | OutboundError::Failed(_) => {
                Meaning::Later { down: true }
            }
        };
        let unsure = matches!(error, OutboundError::TimedOut | OutboundError::TooLarge);
        Self { meaning, status: None, words: Some(error.to_string()), retry_after: None, unsure }
    }

    /// The message could not even be handed over, as this text says.
    pub fn impossible(why: String) -> Self {
        let meaning = Meaning::Refused { account: true };
        Self { meaning, status: None, words: Some(why), retry_after: None, unsure: false }
    }

    /// Whether the message was accepted.
    pub fn is_accepted(&self) -> bool {
        self.meaning == Meaning::Accepted
    }

    /// Whether another provider may be handed the message now: this one does not have it, for a reason that is not the
    /// recipient's.
    pub fn leaves_it_to_another(&self) -> bool {
        match self.meaning {
            Meaning::Accepted => false,
            Meaning::Later { down } => down && !self.unsure,
            Meaning::Refused { account } => account,
        }
    }

    /// The answer as people read it. An answer that repeats the message's secret is not shown.
    pub fn shown(&self, secret: Option<&str>) -> String {
        let words = self.words.as_ref().filter(|words| secret.is_none_or(|secret| !words.contains(secret)));
        let words = words.map(|words| unicode::one_line(words, LONGEST));
        match (self.status, words) {
            (Some(status), Some(words)) => format!("{status}: {words}"),
            (Some(status), None) => status.to_string(),
            (None, words) => words.unwrap_or_default(),
        }
    }

    /// The result of the attempt, with this text about it.
    pub fn attempt(&self, answer: String) -> Attempt {
        match self.meaning {
            Meaning::Accepted => Attempt::Accepted { answer },
            Meaning::Later { .. } => Attempt::Later { answer, retry_after: self.retry_after },
            Meaning::Refused { account } => Attempt::Refused { answer, account },
        }
    }
}

impl Meaning {
    /// What a status means. No provider answers 404 or a redirect because of a recipient: the address called is wrong.
    fn of(status: StatusCode) -> Self {
        match status.as_u16() {
            200..=299 => Self::Accepted,
            408 | 425 | 429 => Self::Later { down: false },
            500..=599 => Self::Later { down: true },
            300..=399 | 401..=405 | 410 => Self::Refused { account: true },
            _ => Self::Refused { account: false },
        }
    }
}

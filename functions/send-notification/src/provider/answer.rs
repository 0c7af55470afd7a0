//! What a provider's answer means for the message, and what of it people are shown.

use std::time::Duration;

use bytes::Bytes;
use countersign_http::OutboundError;
use countersign_model::provider_health::Sign;
use countersign_model::{Attempt, unicode};
use http::{Response, StatusCode};
use jiff::Timestamp;
use serde_json::Value;

use super::retry_after::retry_after;

/// The most characters of a provider's answer that are kept.
const LONGEST: usize = 300;
/// A word of an answer that is longer may be an id or a token.
const LONGEST_WORD: usize = 40;
/// A word with so many digits may be a phone number or an id.
const DIGITS: usize = 6;

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

    /// The answer as it is shown to administrators of any organization: without these secrets, and without words that may be a
    /// recipient's address or an id.
    pub fn redacted(&self, secrets: &[Option<&str>]) -> String {
        let shown = self.shown(None);
        if secrets.iter().flatten().any(|secret| !secret.is_empty() && shown.contains(secret)) {
            return self.status.map_or_else(String::new, |status| status.to_string());
        }
        let word = |word| if may_identify(word) { "…" } else { word };
        shown.split(' ').map(word).collect::<Vec<_>>().join(" ")
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

fn may_identify(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    word.contains('@') || digits >= DIGITS || word.chars().count() > LONGEST_WORD
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

    /// What it says about the provider itself.
    pub const fn sign(self) -> Sign {
        match self {
            Self::Accepted => Sign::Works,
            Self::Later { down: true } => Sign::Fails,
            Self::Refused { account: true } => Sign::RefusesAccount,
            Self::Later { down: false } | Self::Refused { account: false } => Sign::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redacted_answer_names_no_recipient_and_no_secret() {
        let answer = |words: &str| Answer { status: Some(422), ..Answer::impossible(words.to_owned()) };
        let cases = [
            ("The address <ann@company.example> is inactive", "422: The address … is inactive"),
            ("to +15550100 refused, code 21211", "422: to … refused, code 21211"),
            ("no such key: the-key", "422"),
            ("see #csi_secret", "422"),
            ("id 7f3cf3a2-8c52-4d0f-9a5b-0a3f2b6d1e55 is suppressed", "422: id … is suppressed"),
            ("the account is pending approval", "422: the account is pending approval"),
        ];
        for (words, expected) in cases {
            assert_eq!(answer(words).redacted(&[Some("the-key"), Some("csi_secret"), None]), expected);
        }
        assert_eq!(
            Answer::impossible("`email_api_key` is not set".to_owned()).redacted(&[Some("")]),
            "`email_api_key` is not set"
        );
    }
}

//! Calls of one function to another, over service chaining: to process events, and to plan, compose and
//! send messages. The manifest names who
//! may call whom.

use std::time::Duration;

use bytes::Bytes;
use countersign_journal::Processed;
use countersign_model::ids::{AdministratorId, OrganizationId};
use countersign_model::{Delivery, json};
use http::header::CONTENT_TYPE;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ports::{Outbound, OutboundError};

/// How long one call may take. Processing answers only when it is done, and sending waits for providers.
const TAKES: Duration = Duration::from_secs(30);

/// The body of a call of `process-events`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToProcess {
    /// The organization in which something happened.
    pub organization_id: OrganizationId,
    /// Whether the caller has notices expanded itself; otherwise that begins when the events are processed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub plans_itself: bool,
}

/// The body of a call of `plan-deliveries`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToPlan {
    /// The organization whose notices to expand.
    pub organization_id: OrganizationId,
    /// Whether the caller has the messages sent itself; otherwise sending begins when they are planned.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sends_itself: bool,
}

/// The result of planning.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// Notices that were expanded.
    pub notices: usize,
    /// Whether a due notice was left for lack of time.
    pub more: bool,
}

/// The body of a call of `compose-message`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToCompose {
    /// The delivery whose message to compose. The caller has claimed it.
    #[serde(deserialize_with = "json::record")]
    pub delivery: Delivery,
}

/// What to do about a delivery.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Composed {
    /// Send this message.
    Say(Box<Message>),
    /// Do not send it any more.
    NoLonger {
        /// Why.
        why: String,
    },
    /// Send it later: there are enough messages for now.
    Later {
        /// Why.
        why: String,
        /// When to compose it again.
        until: Timestamp,
    },
    /// It cannot be composed with the present variables.
    Impossible {
        /// Why.
        why: String,
    },
    /// The records that it is about cannot be read.
    Damaged {
        /// Why.
        why: String,
    },
}

/// A message in every form. Every text from outside in it is harmless in that form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The subject of an email: the same in all messages about a request, but for `Re:`.
    pub subject: String,
    /// The news in one line: what stands above the message in chats, browsers and other programs.
    pub title: String,
    /// An email's plain text, and what chats and other programs get.
    pub text: String,
    /// The text of its link, in the language of the message.
    pub link_text: Option<String>,
    /// An email's HTML.
    pub html: String,
    /// The text message.
    pub short: String,
    /// Whether the text message needs no other characters than those of GSM 03.38.
    pub short_is_gsm: bool,
    /// Headers that the email has besides sender, recipient, subject and reply address.
    pub headers: Vec<(String, String)>,
    /// The sender's name, for the configured address.
    pub sender_name: Option<String>,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// A secret that is only in the message: an answer that repeats it is not kept.
    pub secret: Option<String>,
}

/// The body of a call of `send-notification`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToSend {
    /// The organization whose due messages to send.
    pub organization_id: OrganizationId,
    /// Until when new attempts may begin. With it, the answer comes when everything is sent, otherwise at once.
    pub until: Option<Timestamp>,
}

/// The result of sending.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// Messages that a provider accepted.
    pub sent: usize,
    /// Deliveries that were refused for good or given up.
    pub failed: usize,
    /// Whether a due delivery was left for lack of time.
    pub more: bool,
}

/// The answer of a function that is asked what it makes of its variables: `countersign doctor` asks, before the function is used.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsChecked {
    /// What is wrong with them.
    pub wrong: Vec<WrongSetting>,
}

/// What is wrong with a variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrongSetting {
    /// What it is, and what follows from it.
    pub what: String,
    /// What to do about it.
    pub advice: String,
}

impl WrongSetting {
    /// Something that is wrong, and what to do about it.
    pub fn new(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { what: what.into(), advice: advice.into() }
    }
}

/// The body of a call that has a test message sent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToTry {
    /// The organization in whose name it is sent, and whose integrations are meant.
    pub organization_id: OrganizationId,
    /// Where to: an [`Address`](countersign_model::Address), or that of deliveries to an administrator's browsers.
    pub address: String,
}

/// The result of a test message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// Whether the provider or the integration accepted it.
    pub accepted: bool,
    /// What that answered, or why it could not be called.
    pub answer: String,
}

/// The body of a call that has a message pushed to an administrator's browsers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToPush {
    /// The administrator.
    pub administrator_id: AdministratorId,
    /// Its first line.
    pub title: String,
    /// What it says.
    pub body: String,
    /// What it opens.
    pub url: Option<String>,
    /// Another message with the same tag takes its place on the screen.
    pub tag: String,
    /// Whether it is a test message: it goes to a push service also while that fails.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_test: bool,
}

/// The result of pushing a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pushed {
    /// Whether a push service accepted it.
    pub accepted: bool,
    /// Otherwise, whether one may accept it later.
    pub later: bool,
    /// Until when none is called, if all of them fail at the moment: no attempt was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_called_until: Option<Timestamp>,
    /// How long one of these asks to wait: its `Retry-After`, as it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<String>,
    /// Otherwise, whether a key or a setting of the deployment is the reason.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub account: bool,
    /// What they answered, or why none was called.
    pub answer: String,
}

/// Why a call of another function has no result. Nothing is lost: the journal and the queues keep what there is to do.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// No complete answer arrived.
    #[error(transparent)]
    Outbound(#[from] OutboundError),
    /// The function refused or failed.
    #[error("it answered {0}")]
    Status(http::StatusCode),
    /// The call cannot be written, or its answer cannot be read.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The call is no HTTP request.
    #[error(transparent)]
    Http(#[from] http::Error),
}

/// Has the events of an organization processed.
///
/// # Errors
/// If processing failed or did not end in time.
pub async fn process(outbound: &dyn Outbound, what: &ToProcess) -> Result<Processed, CallError> {
    let answer = call(outbound, "http://process-events.spin.internal/process", serde_json::to_vec(what)?);
    Ok(serde_json::from_slice(&answer.await?)?)
}

/// Has the notices expanded that are due in an organization.
///
/// # Errors
/// If planning failed or did not end in time.
pub async fn plan(outbound: &dyn Outbound, what: &ToPlan) -> Result<Planned, CallError> {
    let answer = call(outbound, "http://plan-deliveries.spin.internal/plan", serde_json::to_vec(what)?);
    Ok(serde_json::from_slice(&answer.await?)?)
}

/// Has the messages sent that are due in an organization.
///
/// # Errors
/// If they could not be sent; a provider that refuses is none.
pub async fn send(outbound: &dyn Outbound, what: &ToSend) -> Result<Sent, CallError> {
    let answer = call(outbound, "http://send-notification.spin.internal/send", serde_json::to_vec(what)?);
    Ok(serde_json::from_slice(&answer.await?)?)
}

/// Has a test message sent.
///
/// # Errors
/// If it could not be tried; a provider or an integration that refuses is none.
pub async fn try_address(outbound: &dyn Outbound, what: &ToTry) -> Result<Tried, CallError> {
    let answer = call(outbound, "http://send-notification.spin.internal/try", serde_json::to_vec(what)?);
    Ok(serde_json::from_slice(&answer.await?)?)
}

/// Has a message pushed to an administrator's browsers.
///
/// # Errors
/// If it could not be tried; a push service that refuses is none.
pub async fn push(outbound: &dyn Outbound, what: &ToPush) -> Result<Pushed, CallError> {
    let answer = call(outbound, "http://push-notification.spin.internal/push", serde_json::to_vec(what)?);
    Ok(serde_json::from_slice(&answer.await?)?)
}

/// Has the message of a delivery composed.
///
/// # Errors
/// If it could not be composed now.
pub async fn compose(outbound: &dyn Outbound, what: &ToCompose) -> Result<Composed, CallError> {
    let answer = call(outbound, "http://compose-message.spin.internal/compose", serde_json::to_vec(what)?);
    Ok(serde_json::from_slice(&answer.await?)?)
}

async fn call(outbound: &dyn Outbound, url: &str, body: Vec<u8>) -> Result<Bytes, CallError> {
    let request =
        http::Request::post(url).header(CONTENT_TYPE, "application/json").body(Bytes::from(body))?;
    let answer = outbound.send(request, TAKES).await?;
    if answer.status().is_success() {
        Ok(answer.into_body())
    } else {
        Err(CallError::Status(answer.status()))
    }
}

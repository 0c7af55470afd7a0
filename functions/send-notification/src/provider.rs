//! Providers, which carry messages, as configured by the deployment's variables. A missing setting is a refusal that
//! says what is missing.

mod mailbox;
mod postmark;
mod retry_after;
mod twilio;

use std::time::Duration;

use bytes::Bytes;
use countersign_http::{Outbound, OutboundError, Services, SettingsError};
use countersign_model::{Attempt, Channel};
use futures::future::try_join_all;
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use retry_after::retry_after;

use crate::brand::Brand;
use crate::message::Message;

/// How long a provider may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The same, plus the time for building the request.
pub const TAKES: SignedDuration = SignedDuration::from_secs(11);
/// The most characters of a provider's answer that are kept.
const ANSWER: usize = 300;

/// The deployment's variables about messages, read together.
#[derive(Clone)]
pub struct Providers {
    public_url: String,
    email: Account,
    sms: Account,
}

/// The variables of one channel.
#[derive(Clone)]
struct Account {
    provider: String,
    api_url: String,
    account: String,
    api_key: String,
    from: String,
}

/// A message to one recipient.
pub struct Posting<'a> {
    /// The channel.
    pub channel: Channel,
    /// The address.
    pub to: &'a str,
    /// What it says.
    pub message: &'a Message,
    /// The sender's name and where answers go.
    pub brand: &'a Brand,
    /// A secret that is only in the message: an answer that repeats it is not kept.
    pub secret: Option<&'a str>,
}

/// Why a message cannot even be handed to a provider. The text is shown with the delivery.
struct Unusable(String);

type Prepared = Result<Request<Bytes>, Unusable>;

impl Providers {
    /// Reads the variables.
    pub async fn load(services: &Services) -> Result<Self, SettingsError> {
        const NAMES: [&str; 10] = [
            "public_url",
            "email_provider",
            "email_api_url",
            "email_api_key",
            "email_from",
            "sms_provider",
            "sms_api_url",
            "sms_account",
            "sms_api_key",
            "sms_from",
        ];
        let values = try_join_all(NAMES.iter().map(|name| services.settings.get(name))).await?;
        let get = |name: &str| {
            let found = NAMES.iter().zip(&values).find(|(each, _)| **each == name);
            found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
        };
        let account = |channel: &str| Account {
            provider: get(&format!("{channel}_provider")),
            api_url: get(&format!("{channel}_api_url")).trim_end_matches('/').to_owned(),
            account: get(&format!("{channel}_account")),
            api_key: get(&format!("{channel}_api_key")),
            from: get(&format!("{channel}_from")),
        };
        let public_url = get("public_url").trim_end_matches('/').to_owned();
        Ok(Self { public_url, email: account("email"), sms: account("sms") })
    }

    /// The start of links; `None` if it is not configured.
    pub fn public_url(&self) -> Option<&str> {
        (!self.public_url.is_empty()).then_some(self.public_url.as_str())
    }

    /// Hands a message to the provider of its channel.
    pub async fn send(&self, outbound: &dyn Outbound, posting: &Posting<'_>, now: Timestamp) -> Attempt {
        match self.prepare(posting) {
            Ok(request) => match outbound.send(request, TIMEOUT).await {
                Ok(response) => answered(&response, posting.secret, now),
                Err(error) => unanswered(&error),
            },
            Err(Unusable(answer)) => Attempt::Refused { answer },
        }
    }

    fn prepare(&self, posting: &Posting<'_>) -> Prepared {
        let (email, sms) = (&self.email, &self.sms);
        match (posting.channel, email.provider.as_str(), sms.provider.as_str()) {
            (Channel::Email, "dev", _) => mailbox::email(email, posting),
            (Channel::Email, "postmark", _) => postmark::email(email, posting),
            (Channel::Email, other, _) => Err(unknown("email_provider", other)),
            (Channel::Sms, _, "dev") => mailbox::sms(sms, posting),
            (Channel::Sms, _, "twilio") => twilio::sms(sms, posting),
            (Channel::Sms, _, other) => Err(unknown("sms_provider", other)),
            (Channel::Chat | Channel::Push, ..) => {
                Err(Unusable(format!("there is no provider for {}", posting.channel)))
            }
        }
    }
}

impl Account {
    /// The origin to call: from the variable, or the provider's default.
    fn origin<'a>(&'a self, own: &'a str) -> &'a str {
        if self.api_url.is_empty() { own } else { &self.api_url }
    }
}

fn unknown(variable: &str, value: &str) -> Unusable {
    Unusable(match value {
        "" => format!("no provider is configured; set `{variable}`"),
        other => format!("`{variable}` names an unknown provider: `{other}`"),
    })
}

fn required<'a>(variable: &str, value: &'a str) -> Result<&'a str, Unusable> {
    if value.is_empty() { Err(Unusable(format!("`{variable}` is not set"))) } else { Ok(value) }
}

/// A request, if the variables make a valid one.
fn request(builder: http::request::Builder, body: impl Into<Bytes>) -> Prepared {
    // The builder's error may repeat a header, and a header may contain a key.
    builder.body(body.into()).map_err(|_| Unusable("the provider's address or key is malformed".to_owned()))
}

fn answered(response: &Response<Bytes>, secret: Option<&str>, now: Timestamp) -> Attempt {
    let status = response.status().as_u16();
    let said = words(response.body()).filter(|said| secret.is_none_or(|secret| !said.contains(secret)));
    let answer = match said {
        Some(said) => format!("{status}: {}", crate::message::one_line(&said, ANSWER)),
        None => status.to_string(),
    };
    Attempt::of_status(status, answer, retry_after(response.headers(), now))
}

/// A provider's message for people, or its id for the message.
fn words(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let say = |key: &str| body.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let said: Vec<&str> = ["Message", "message", "MessageID", "sid"].into_iter().filter_map(say).collect();
    (!said.is_empty()).then(|| said.join(" "))
}

fn unanswered(error: &OutboundError) -> Attempt {
    let answer = error.to_string();
    match error {
        OutboundError::NotAllowed => Attempt::Refused { answer },
        OutboundError::TimedOut | OutboundError::TooLarge | OutboundError::Failed(_) => {
            Attempt::Later { answer, retry_after: None }
        }
    }
}

//! Providers, which carry messages, as configured by the deployment's variables. A missing setting is a refusal that
//! says what is missing.
//!
//! Each provider is one file: what it is sent, and what its answers mean. `route` chooses the provider and is all that sends.

mod account;
mod answer;
mod browsers;
mod graph;
pub mod hooks;
mod mailbox;
mod mailgun;
mod mime;
mod postmark;
mod resend;
mod retry_after;
mod route;
mod sender;
mod sendgrid;
mod ses;
mod sigv4;
mod sns;
mod tokens;
mod turns;
mod twilio;
mod vonage;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use countersign_http::functions::Message;
use countersign_http::{Services, SettingsError};
use countersign_model::{Attempt, Channel, Delivery, OrganizationId, ProviderPlace, Rate, RequestId};
use countersign_store::StoreError;
use futures::future::try_join;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use account::Account;
use answer::Answer;
use route::Carrier;
use route::Route;
use sender::Sender;
use tokens::Token;
use turns::Turnstile;

/// How long all calls of one attempt may take together.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The same, plus the time for building the requests.
pub const TAKES: SignedDuration = SignedDuration::from_secs(11);
/// Some providers refuse requests of programs that do not say what they are.
const AGENT: &str = concat!("Countersign/", env!("CARGO_PKG_VERSION"));
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// The deployment's variables about messages, read together, and how its providers are doing.
#[derive(Clone)]
pub struct Providers {
    public_url: String,
    email: Route,
    sms: Route,
    turns: Turnstile,
}

/// A message to one recipient.
pub struct Posting<'a> {
    /// The channel.
    pub channel: Channel,
    /// The address.
    pub to: &'a str,
    /// What it says.
    pub message: &'a Message,
    /// The same for all attempts to send this message, and another if it is asked to be sent again: providers that offer it
    /// take a message with the same key once.
    pub key: String,
}

/// What a test message is.
pub const TEST: &str = "test";

/// What a message is about.
pub struct About<'a> {
    /// What it is: the name of a notice, or [`TEST`].
    pub what: &'a str,
    /// The organization in whose name it is sent.
    pub organization_id: &'a OrganizationId,
    /// The request.
    pub request_id: Option<&'a RequestId>,
}

impl<'a> About<'a> {
    /// What a delivery is about.
    pub fn of(delivery: &'a Delivery) -> Self {
        Self {
            what: delivery.notice.name().id(),
            organization_id: &delivery.organization_id,
            request_id: delivery.request_id.as_ref(),
        }
    }
}

/// What a provider makes its request from.
struct Order<'a> {
    account: &'a Account,
    posting: &'a Posting<'a>,
    /// An access token, for a provider that wants one.
    token: Option<&'a str>,
    now: Timestamp,
}

/// An attempt, and the provider that was handed the message.
pub struct Carried {
    pub attempt: Attempt,
    pub by: Option<String>,
}

impl From<Attempt> for Carried {
    /// No provider was called.
    fn from(attempt: Attempt) -> Self {
        Self { attempt, by: None }
    }
}

/// Why a message cannot even be handed to a provider. The text is shown with the delivery.
struct Unusable(String);

type Prepared = Result<Request<Bytes>, Unusable>;

/// A provider's API. Nothing here does I/O.
trait Provider: Sync {
    /// The request that hands over a message.
    fn request(&self, order: &Order<'_>) -> Prepared;

    /// How often it is called, unless a variable says otherwise. `None`: as often as there are messages.
    fn rate(&self) -> Option<Rate>;

    /// What the answer to it means.
    fn answer(&self, response: &Response<Bytes>, now: Timestamp) -> Answer {
        Answer::of(response, &["message"], now)
    }

    /// The request for an access token; `None` if the provider takes the key itself.
    fn token_request(&self, _account: &Account) -> Option<Prepared> {
        None
    }

    /// The token in the answer to that.
    fn token(&self, _response: &Response<Bytes>, _now: Timestamp) -> Option<Token> {
        None
    }
}

/// The provider that a variable names.
fn named(channel: Channel, name: &str) -> Option<&'static dyn Provider> {
    Some(match (channel, name) {
        (Channel::Email, "dev") => &mailbox::Email,
        (Channel::Email, "postmark") => &postmark::Postmark,
        (Channel::Email, "sendgrid") => &sendgrid::SendGrid,
        (Channel::Email, "mailgun") => &mailgun::Mailgun,
        (Channel::Email, "resend") => &resend::Resend,
        (Channel::Email, "ses") => &ses::Ses,
        (Channel::Email, "graph") => &graph::Graph,
        (Channel::Sms, "dev") => &mailbox::Sms,
        (Channel::Sms, "twilio") => &twilio::Twilio,
        (Channel::Sms, "vonage") => &vonage::Vonage,
        (Channel::Sms, "sns") => &sns::Sns,
        (Channel::Email | Channel::Sms | Channel::Chat | Channel::Push | Channel::Webhook, _) => return None,
    })
}

/// Why the providers are not known.
#[derive(Debug, thiserror::Error)]
pub enum ProvidersError {
    /// The variables cannot be read.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Providers {
    /// Reads the variables, and how the providers are doing.
    pub async fn load(services: &Services) -> Result<Self, ProvidersError> {
        let public_url = services.settings.get("public_url").await?;
        let public_url = public_url.trim().trim_end_matches('/').to_owned();
        let email = Route::load(services, ProviderPlace::Email, ProviderPlace::EmailFallback);
        let sms = Route::load(services, ProviderPlace::Sms, ProviderPlace::SmsFallback);
        let (email, sms) = try_join(email, sms).await?;
        Ok(Self { public_url, email, sms, turns: Turnstile::default() })
    }

    /// The start of links; `None` if it is not configured.
    pub fn public_url(&self) -> Option<&str> {
        (!self.public_url.is_empty()).then_some(self.public_url.as_str())
    }

    /// The provider that is configured for a place.
    pub fn at(&self, place: ProviderPlace) -> Option<&Carrier> {
        self.email.carriers().chain(self.sms.carriers()).find(|carrier| carrier.place() == place)
    }

    /// Takes a turn for a message to this address of an organization: with the provider that is returned, or with an integration.
    /// `Err`: the attempt, if it is not made because no provider is called now, or the turn comes later.
    pub async fn turn(
        &self,
        services: &Services,
        channel: Channel,
        to: &str,
        organization: &OrganizationId,
    ) -> Result<Option<ProviderPlace>, Attempt> {
        match channel {
            Channel::Email => self.email.turn(services, &self.turns).await.map(Some),
            Channel::Sms => self.sms.turn(services, &self.turns).await.map(Some),
            Channel::Chat | Channel::Webhook => {
                hooks::turn(services, &self.turns, to, organization).await.map(|()| None)
            }
            Channel::Push => Ok(None),
        }
    }

    /// Hands a message to the provider of its channel, to the one that stands in for it, or to the integration that it is for.
    /// `turn` is what [`Providers::turn`] returned for it.
    pub async fn send(
        &self,
        services: &Services,
        posting: &Posting<'_>,
        about: &About<'_>,
        turn: Option<ProviderPlace>,
    ) -> Carried {
        match posting.channel {
            Channel::Email => self.email.send(services, posting, &self.turns, turn).await,
            Channel::Sms => self.sms.send(services, posting, &self.turns, turn).await,
            Channel::Chat | Channel::Webhook => {
                let kind = posting.to.split_once(':').map_or(posting.channel.id(), |(kind, _)| kind);
                Carried {
                    by: Some(kind.to_owned()),
                    ..hooks::send(services, self.public_url(), posting, about).await.into()
                }
            }
            Channel::Push => browsers::send(services, self.public_url(), posting, about).await.into(),
        }
    }
}

impl Order<'_> {
    fn to(&self) -> &str {
        self.posting.to
    }

    /// The message's key, which the provider's reports repeat.
    fn key(&self) -> &str {
        &self.posting.key
    }

    fn message(&self) -> &Message {
        self.posting.message
    }

    /// Headers that an email has besides those that every email has.
    fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.posting.message.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same as an object.
    fn headers_by_name(&self) -> Value {
        self.headers().map(|(name, value)| (name.to_owned(), Value::from(value))).collect()
    }

    fn reply_to(&self) -> Option<&str> {
        self.message().reply_to.as_deref()
    }

    /// The configured sender under the brand's name.
    fn under_name(&self, configured: &str) -> String {
        sender::under(self.message().sender_name.as_deref(), configured)
    }

    /// The same in parts.
    fn sender(&self) -> Result<Sender, Unusable> {
        Ok(Sender::parse(&self.under_name(self.account.from()?)))
    }
}

fn post(url: String) -> http::request::Builder {
    Request::post(url).header(USER_AGENT, AGENT).header(ACCEPT, JSON)
}

fn post_json(url: String) -> http::request::Builder {
    post(url).header(CONTENT_TYPE, JSON)
}

fn post_form(url: String) -> http::request::Builder {
    post(url).header(CONTENT_TYPE, FORM)
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// A request, if the variables make a valid one.
fn request(builder: http::request::Builder, body: impl Into<Bytes>) -> Prepared {
    // The builder's error may repeat a header, and a header may contain a key.
    builder.body(body.into()).map_err(|_| Unusable("the provider's address or key is malformed".to_owned()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;

//! Providers that report: how each signs, and what its reports mean. Nothing here does I/O.

mod mailgun;
mod postmark;
mod resend;
mod sendgrid;
mod ses;
mod twilio;
mod vonage;

use std::fmt;

use countersign_model::{Arrival, ArrivalReport, BounceReport, Channel, MessageKey};
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// How old a signature may be, and how far ahead the provider's clock.
const WINDOW: SignedDuration = SignedDuration::from_mins(5);

/// A provider that reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Mailgun.
    Mailgun,
    /// Postmark.
    Postmark,
    /// Resend.
    Resend,
    /// SendGrid.
    SendGrid,
    /// Amazon SES.
    Ses,
    /// Twilio.
    Twilio,
    /// Vonage.
    Vonage,
}

/// A report as it arrived.
pub struct Call<'a> {
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Its bytes.
    pub body: &'a [u8],
    /// The address that was called, as the provider has it.
    pub url: &'a str,
    /// The time.
    pub now: Timestamp,
    /// The certificate that [`Source::certificate`] asks for.
    pub certificate: Option<&'a [u8]>,
}

/// What a provider says in one call.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reports {
    /// The addresses at which messages do not arrive.
    pub bounces: Vec<BounceReport>,
    /// What became of single messages.
    pub arrivals: Vec<ArrivalReport>,
}

/// Whom a report is about, and when it happened.
struct Event<'a> {
    channel: Channel,
    address: &'a str,
    /// The message, if the report has the key that was sent with it.
    message: Option<MessageKey>,
    at: Option<Timestamp>,
}

/// How a provider reports.
pub trait Source: Sync {
    /// The header that has the signature or the login; `None` if it is in the body.
    fn header(&self) -> Option<&'static str>;

    /// The address of the certificate without which it is not known whether the report was made with this key. Its host is one of the
    /// provider's.
    fn certificate(&self, _call: &Call<'_>, _key: &str) -> Option<String> {
        None
    }

    /// Whether the report was made with this key, now. Compares in constant time.
    fn is_signed(&self, call: &Call<'_>, key: &str) -> bool;

    /// What is called if it is no report but asks, signed with this key, whether reports are wanted.
    fn confirms(&self, _call: &Call<'_>, _key: &str) -> Option<String> {
        None
    }

    /// What it says; `None` if this is not what the provider sends.
    fn reports(&self, call: &Call<'_>) -> Option<Reports>;

    /// What makes the report different from all others; `None`: its bytes.
    fn once(&self, _call: &Call<'_>) -> Option<String> {
        None
    }
}

impl Provider {
    /// The name by which the variables and the address name it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Mailgun => "mailgun",
            Self::Postmark => "postmark",
            Self::Resend => "resend",
            Self::SendGrid => "sendgrid",
            Self::Ses => "ses",
            Self::Twilio => "twilio",
            Self::Vonage => "vonage",
        }
    }

    /// How it reports.
    pub fn source(self) -> &'static dyn Source {
        match self {
            Self::Mailgun => &mailgun::Mailgun,
            Self::Postmark => &postmark::Postmark,
            Self::Resend => &resend::Resend,
            Self::SendGrid => &sendgrid::SendGrid,
            Self::Ses => &ses::Ses,
            Self::Twilio => &twilio::Twilio,
            Self::Vonage => &vonage::Vonage,
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl Call<'_> {
    /// A header; `None` if it is absent, twice there, or no text.
    fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.get_all(name).iter();
        let first = all.next()?;
        if all.next().is_some() { None } else { first.to_str().ok() }
    }

    /// Whether a time in seconds since 1970 is now, within [`WINDOW`].
    fn is_now(&self, seconds: &str) -> bool {
        let at = seconds.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
        at.is_some_and(|at| self.now.duration_since(at).abs() <= WINDOW)
    }

    /// That a message bounced, and others to its address would, too.
    fn bounced(&self, event: Event<'_>, reason: Option<&str>) -> Reports {
        let bounces = vec![self.bounce(&event, reason)];
        Reports { bounces, arrivals: self.arrival(event, Arrival::Bounced) }
    }

    /// That the recipient complained of spam. So the message was delivered, and nothing more is sent.
    fn complained(&self, event: &Event<'_>) -> Reports {
        let bounces = vec![self.bounce(event, Some("the recipient complained of spam"))];
        Reports { bounces, arrivals: Vec::new() }
    }

    /// That a message was delivered.
    fn delivered(&self, event: Event<'_>) -> Reports {
        Reports { bounces: Vec::new(), arrivals: self.arrival(event, Arrival::Delivered) }
    }

    /// That the recipient opened a message.
    fn read(&self, event: Event<'_>) -> Reports {
        Reports { bounces: Vec::new(), arrivals: self.arrival(event, Arrival::Read) }
    }

    fn bounce(&self, event: &Event<'_>, reason: Option<&str>) -> BounceReport {
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty()).unwrap_or("no reason given");
        BounceReport {
            channel: event.channel,
            address: event.address.trim().to_owned(),
            reason: reason.to_owned(),
            at: self.time(event.at),
        }
    }

    /// Of a message without a key, such as a test message, nothing is kept.
    fn arrival(&self, event: Event<'_>, arrival: Arrival) -> Vec<ArrivalReport> {
        let (channel, address, at) = (event.channel, event.address.trim().to_owned(), self.time(event.at));
        let report = event.message.map(|message| ArrivalReport { message, channel, address, arrival, at });
        report.into_iter().collect()
    }

    /// A provider's clock may be ahead; without a time, it happened now.
    fn time(&self, at: Option<Timestamp>) -> Timestamp {
        at.unwrap_or(self.now).min(self.now)
    }
}

impl FromIterator<Self> for Reports {
    fn from_iter<T: IntoIterator<Item = Self>>(all: T) -> Self {
        let mut together = Self::default();
        for Self { bounces, arrivals } in all {
            together.bounces.extend(bounces);
            together.arrivals.extend(arrivals);
        }
        together
    }
}

/// The key of a message in what its provider keeps with it under names, such as tags.
fn key_among(kept: Option<&Value>) -> Option<MessageKey> {
    key_in(kept?.get(MessageKey::NAME))
}

/// The key of a message, if this is one. Other programs may send through the same account.
fn key_in(kept: Option<&Value>) -> Option<MessageKey> {
    kept?.as_str()?.parse().ok()
}

//! The development mailbox: messages that would have been sent by email, as text messages, or to chats and programs.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sms_splitter::SplitSms;

use super::card::Card;

/// How many messages are kept; older ones are dropped.
const KEPT: usize = 500;

/// What the path of an integration's address begins with.
const INTEGRATIONS: [&str; 3] = ["slack", "teams", "webhook"];
/// The alphabet of text messages (3GPP TS 23.038).
const GSM: &str = "GSM-7";

/// One caught message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Counts from 1 in one run of the host.
    pub number: u64,
    /// When it arrived.
    pub at: Timestamp,
    /// `email`, `sms`, or for integrations the first part of the path of their address: `slack`, `teams`, `webhook`.
    pub channel: String,
    /// The sender, as given.
    pub from: String,
    /// The one address; of integrations the path of theirs.
    pub to: String,
    /// Emails only.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// Emails only: what most people see of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub html: String,
    /// Emails only: the headers by which mail programs sort and thread.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Chats only: what they show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<Card>,
    /// Text messages only: how they are carried, and so what they cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segments: Option<Segments>,
}

/// The parts in which a text message is carried (3GPP TS 23.040).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segments {
    /// How many.
    pub count: usize,
    /// `GSM-7`, or `UCS-2`, which holds less than half.
    pub encoding: String,
}

impl Message {
    /// Reads a message in the form of Postmark's email API or Twilio's Messages API (also as JSON), or with the
    /// plain names `from`, `to`, `subject`, `text`. A path with `sms` or `Messages` in it is a text message. What has no recipient in it is a
    /// call to an integration.
    pub fn parse(path: &str, body: &[u8], at: Timestamp) -> Result<Self, String> {
        let fields = fields(body)?;
        if !fields.contains_key("to") {
            return Self::to_integration(path, Value::Object(fields), at);
        }
        let field = |names: &[&str]| {
            let found = names.iter().find_map(|name| fields.get(*name)?.as_str());
            found.unwrap_or_default().to_owned()
        };
        let headers = fields.get("headers").and_then(Value::as_object).into_iter().flatten();
        let headers = headers.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
        let sms = path.contains("sms") || path.contains("Messages") || field(&["channel"]) == "sms";
        let text = field(&["textbody", "text", "body"]);
        let message = Self {
            number: 0,
            at,
            channel: if sms { "sms" } else { "email" }.to_owned(),
            from: field(&["from"]),
            to: field(&["to"]),
            subject: field(&["subject"]),
            segments: sms.then(|| Segments::of(&text)),
            text,
            html: field(&["htmlbody", "html"]),
            headers: headers.collect(),
            card: None,
        };
        if message.to.is_empty() {
            return Err("`to` is empty".to_owned());
        }
        Ok(message)
    }

    /// Chats show a card; what a program gets is shown as it is.
    fn to_integration(path: &str, body: Value, at: Timestamp) -> Result<Self, String> {
        let to = path.trim_matches('/');
        let channel = to.split('/').next().unwrap_or_default();
        if !INTEGRATIONS.contains(&channel) {
            return Err("`to` is missing".to_owned());
        }
        let card = Card::of(&body);
        let subject = card.as_ref().map_or_else(|| format!("Call of {to}"), |card| card.heading.clone());
        let text = serde_json::to_string_pretty(&body).unwrap_or_default();
        let (from, html, headers) = Default::default();
        Ok(Self {
            number: 0,
            at,
            channel: channel.to_owned(),
            from,
            to: to.to_owned(),
            subject,
            text,
            html,
            headers,
            card,
            segments: None,
        })
    }
}

impl Segments {
    fn of(text: &str) -> Self {
        if text.is_empty() {
            return Self { count: 1, encoding: GSM.to_owned() };
        }
        let split = SplitSms::default().split(String::from(text));
        let encoding = if split.character_set == "GSM" { GSM } else { "UCS-2" };
        Self { count: split.parts.len(), encoding: encoding.to_owned() }
    }
}

/// The caught messages of one run.
#[derive(Debug, Default)]
pub struct Mailbox {
    messages: Mutex<(u64, Vec<Message>)>,
}

impl Mailbox {
    /// Keeps a message and returns its number.
    pub fn put(&self, mut message: Message) -> u64 {
        let mut guard = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, messages) = &mut *guard;
        *count += 1;
        message.number = *count;
        if messages.len() == KEPT {
            messages.remove(0);
        }
        messages.push(message);
        *count
    }

    /// All kept messages, the latest first.
    pub fn messages(&self) -> Vec<Message> {
        let guard = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        guard.1.iter().rev().cloned().collect()
    }

    /// Drops all messages.
    pub fn clear(&self) {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner).1.clear();
    }
}

/// The fields of a JSON object or a form, names in lower case.
fn fields(body: &[u8]) -> Result<Map<String, Value>, String> {
    let text = std::str::from_utf8(body).map_err(|_| "the message is not UTF-8".to_owned())?;
    let lower = |(name, value): (String, Value)| (name.to_lowercase(), value);
    if !text.trim_start().starts_with('{') {
        let pairs = form_urlencoded::parse(text.trim().as_bytes()).into_owned();
        return Ok(pairs.map(|(name, value)| lower((name, value.into()))).collect());
    }
    let object: Map<String, Value> =
        serde_json::from_str(text).map_err(|error| format!("the message is not JSON: {error}"))?;
    Ok(object.into_iter().map(lower).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(path: &str, body: &str) -> Message {
        Message::parse(path, body.as_bytes(), Timestamp::UNIX_EPOCH).unwrap()
    }

    #[test]
    fn reads_what_postmark_is_sent() {
        let body =
            r#"{"From":"a@x.example","To":"b@x.example","Subject":"Hello","TextBody":"One\nTwo","Tag":null}"#;
        let message = parse("/email", body);
        assert_eq!((message.channel.as_str(), message.to.as_str()), ("email", "b@x.example"));
        assert_eq!((message.subject.as_str(), message.text.as_str()), ("Hello", "One\nTwo"));
    }

    #[test]
    fn reads_both_parts_and_the_headers_of_an_email() {
        let body =
            r#"{"to":"b@x.example","text":"One","html":"<p>One","headers":{"List-Id":"<a.b>","Other":3}}"#;
        let message = parse("/email", body);
        assert_eq!(message.html, "<p>One");
        assert_eq!(message.headers, [("List-Id".to_owned(), "<a.b>".to_owned())].into());
    }

    #[test]
    fn reads_what_twilio_is_sent() {
        let message =
            parse("/2010-04-01/Accounts/AC1/Messages.json", "To=%2B15550100&From=x&Body=a+b%0A%C3%A9");
        assert_eq!((message.channel.as_str(), message.to.as_str()), ("sms", "+15550100"));
        assert_eq!(message.text, "a b\né");
    }

    #[test]
    fn a_text_message_says_in_how_many_segments_it_is_carried() {
        let segments = |text: &str| {
            let body = serde_json::json!({ "to": "+1", "text": text }).to_string();
            let Segments { count, encoding } = parse("/sms", &body).segments.unwrap();
            (count, encoding)
        };
        for (text, count, encoding) in [
            ("", 1, "GSM-7"),
            (&"a".repeat(160), 1, "GSM-7"),
            (&"a".repeat(161), 2, "GSM-7"),
            (&"€".repeat(80), 1, "GSM-7"),
            (&"€".repeat(81), 2, "GSM-7"),
            (&"…".repeat(70), 1, "UCS-2"),
            (&"…".repeat(71), 2, "UCS-2"),
            (&"😀".repeat(36), 2, "UCS-2"),
        ] {
            assert_eq!(segments(text), (count, encoding.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_call_of_an_integration_is_a_card_or_shown_as_it_is() {
        let slack = parse(
            "/slack/it",
            r#"{"text":"Hi","blocks":[{"type":"header","text":{"type":"plain_text","text":"Hi"}}]}"#,
        );
        assert_eq!(
            (slack.channel.as_str(), slack.to.as_str(), slack.subject.as_str()),
            ("slack", "slack/it", "Hi")
        );
        assert_eq!(slack.card.unwrap().heading, "Hi");
        let webhook = parse("/webhook", r#"{"type":"request.created","data":{"text":"x"}}"#);
        assert_eq!((webhook.card, webhook.subject.as_str()), (None, "Call of webhook"));
        assert!(webhook.text.contains("\"type\": \"request.created\""), "{}", webhook.text);
    }

    #[test]
    fn keeps_the_latest_and_numbers_them() {
        let mailbox = Mailbox::default();
        for _ in 0..KEPT + 2 {
            mailbox.put(parse("/sms", r#"{"to":"+1","text":"t"}"#));
        }
        let messages = mailbox.messages();
        assert_eq!((messages.len(), messages[0].number), (KEPT, KEPT as u64 + 2));
    }

    #[test]
    fn a_message_to_nobody_is_refused() {
        assert!(Message::parse("/email", b"{}", Timestamp::UNIX_EPOCH).is_err());
        assert!(Message::parse("/email", b"{", Timestamp::UNIX_EPOCH).is_err());
        assert!(Message::parse("/email", b"\xff", Timestamp::UNIX_EPOCH).is_err());
    }
}

//! The development mailbox: messages that would have been sent by email or as text messages.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How many messages are kept; older ones are dropped.
const KEPT: usize = 500;

/// One caught message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Counts from 1 in one run of the host.
    pub number: u64,
    /// When it arrived.
    pub at: Timestamp,
    /// `email` or `sms`.
    pub channel: String,
    /// The sender, as given.
    pub from: String,
    /// The one address.
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
}

impl Message {
    /// Reads a message in the form of Postmark's email API or Twilio's Messages API (also as JSON), or with the
    /// plain names `from`, `to`, `subject`, `text`. A path with `sms` or `Messages` in it is a text message.
    pub fn parse(path: &str, body: &[u8], at: Timestamp) -> Result<Self, String> {
        let fields = fields(body)?;
        let field = |names: &[&str]| {
            let found = names.iter().find_map(|name| fields.get(*name)?.as_str());
            found.unwrap_or_default().to_owned()
        };
        let headers = fields.get("headers").and_then(Value::as_object).into_iter().flatten();
        let headers = headers.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
        let sms = path.contains("sms") || path.contains("Messages") || field(&["channel"]) == "sms";
        let message = Self {
            number: 0,
            at,
            channel: if sms { "sms" } else { "email" }.to_owned(),
            from: field(&["from"]),
            to: field(&["to"]),
            subject: field(&["subject"]),
            text: field(&["textbody", "text", "body"]),
            html: field(&["htmlbody", "html"]),
            headers: headers.collect(),
        };
        if message.to.is_empty() {
            return Err("`to` is missing".to_owned());
        }
        Ok(message)
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

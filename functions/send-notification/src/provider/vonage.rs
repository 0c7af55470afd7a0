//! Vonage's SMS API: <https://developer.vonage.com/en/api/sms>. Every answer has status 200 and says in its body what came of the
//! message.

use bytes::Bytes;
use countersign_model::Rate;
use http::Response;
use http::header::AUTHORIZATION;
use jiff::Timestamp;
use serde_json::Value;

use super::answer::{Answer, Meaning};
use super::{Order, Prepared, Provider, basic, post_form, request};

const OWN: &str = "https://rest.nexmo.com";

/// <https://api.support.vonage.com/hc/en-us/articles/203993598>.
const RATE: Rate = Rate::new(30, 1);

pub struct Vonage;

impl Provider for Vonage {
    fn rate(&self) -> Option<Rate> {
        Some(RATE)
    }

    fn request(&self, order: &Order<'_>) -> Prepared {
        let account = order.account;
        let (key, secret, from) = (account.account()?, account.key()?, account.from()?);
        let text = &order.message().short;
        let body = form_urlencoded::Serializer::new(String::new())
            // Numbers are without the plus sign.
            .append_pair("from", from.trim_start_matches('+'))
            .append_pair("to", order.to().trim_start_matches('+'))
            .append_pair("text", text)
            .append_pair("type", if order.message().short_is_gsm { "text" } else { "unicode" })
            .append_pair("client-ref", order.key())
            .finish();
        let builder = post_form(format!("{}/sms/json", account.origin(OWN)));
        request(builder.header(AUTHORIZATION, basic(key, secret)), body)
    }

    fn answer(&self, response: &Response<Bytes>, now: Timestamp) -> Answer {
        let answer = Answer::of(response, &["messages/0/error-text", "messages/0/message-id"], now);
        if answer.status != Some(200) {
            return answer;
        }
        let body = serde_json::from_slice::<Value>(response.body()).unwrap_or_default();
        let status = body.pointer("/messages/0/status").and_then(Value::as_str).unwrap_or_default();
        let meaning = match status {
            "0" => Meaning::Accepted,
            // Throttled; too many connections.
            "1" | "10" => Meaning::Later { down: false },
            // Not what Vonage answers: something in between did.
            "" => Meaning::Later { down: true },
            "5" => Meaning::Later { down: true },
            // Credentials; barred or out of credit; not enabled; signature; sender.
            "4" | "8" | "9" | "11" | "14" | "15" | "29" | "32" => Meaning::Refused { account: true },
            _ => Meaning::Refused { account: false },
        };
        answer.meaning(meaning)
    }
}

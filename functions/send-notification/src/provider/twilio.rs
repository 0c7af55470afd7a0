//! Twilio's Messages API: <https://www.twilio.com/docs/messaging/api/message-resource>.

use bytes::Bytes;
use countersign_model::{MessageKey, Rate};
use http::Response;
use http::header::AUTHORIZATION;
use jiff::Timestamp;
use serde_json::Value;

use super::answer::{Answer, Meaning};
use super::{Order, Prepared, Provider, basic, post_form, request};

const OWN: &str = "https://api.twilio.com";

/// Error codes of a 400 that are about the account: its sender, or that it is suspended.
/// <https://www.twilio.com/docs/api/errors>
const OF_THE_ACCOUNT: [u64; 7] = [20005, 21212, 21603, 21606, 21608, 21659, 21660];

/// Twilio queues messages and sends them as fast as the sender's numbers may. It takes as many for all its customers.
const RATE: Rate = Rate::new(20, 1);

pub struct Twilio;

impl Provider for Twilio {
    fn rate(&self) -> Option<Rate> {
        Some(RATE)
    }

    fn request(&self, order: &Order<'_>) -> Prepared {
        let account = order.account;
        let (sid, key, from) = (account.account()?, account.key()?, account.from()?);
        if !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(account.unusable("account", "is not the SID of an account"));
        }
        // A messaging service is identified by a SID in place of a sender's number.
        let sender = if from.starts_with("MG") { "MessagingServiceSid" } else { "From" };
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("To", order.to())
            .append_pair(sender, from)
            .append_pair("Body", &order.message().short);
        // Twilio keeps nothing with a message, so the key is in the address that it reports to.
        if let Some(reports) = account.reports_to() {
            form.append_pair("StatusCallback", &format!("{reports}?{}={}", MessageKey::NAME, order.key()));
        }
        let builder = post_form(format!("{}/2010-04-01/Accounts/{sid}/Messages.json", account.origin(OWN)));
        request(builder.header(AUTHORIZATION, basic(sid, key)), form.finish())
    }

    fn answer(&self, response: &Response<Bytes>, now: Timestamp) -> Answer {
        let answer = Answer::of(response, &["message", "sid"], now);
        let code = serde_json::from_slice::<Value>(response.body()).ok();
        let code = code.and_then(|body| body.get("code")?.as_u64());
        match code {
            Some(code) if answer.status == Some(400) && OF_THE_ACCOUNT.contains(&code) => {
                answer.meaning(Meaning::Refused { account: true })
            }
            _ => answer,
        }
    }
}

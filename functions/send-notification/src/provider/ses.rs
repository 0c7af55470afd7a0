//! Amazon SES v2, `SendEmail`: <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html>.

use bytes::Bytes;
use countersign_model::Rate;
use http::Response;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::{Answer, Meaning};
use super::sigv4::Signer;
use super::{JSON, Order, Prepared, Provider};

/// Errors of a 400 that are about the account. The type comes in a header, with more after a colon.
const OF_THE_ACCOUNT: [&str; 4] = [
    "AccountSuspendedException",
    "SendingPausedException",
    "MailFromDomainNotVerifiedException",
    "MessageRejected",
];
/// The headers that SES sets itself, whatever it is given.
const SET_BY_SES: [&str; 2] = ["message-id", "date"];

/// The header with the key of a message. Reports that are not events of a configuration set have no tags, but headers.
const KEY: &str = "X-Countersign";

/// What an account out of the sandbox begins with: <https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas.html>.
const RATE: Rate = Rate::new(14, 1);

pub struct Ses;

impl Provider for Ses {
    fn rate(&self) -> Option<Rate> {
        Some(RATE)
    }

    fn request(&self, order: &Order<'_>) -> Prepared {
        let sender = order.sender()?;
        let message = order.message();
        let text = |text: &str| json!({ "Data": text, "Charset": "UTF-8" });
        let own = |name: &str| SET_BY_SES.iter().any(|each| each.eq_ignore_ascii_case(name));
        let headers = order.headers().filter(|(name, _)| !own(name));
        let headers: Value = headers
            .chain([(KEY, order.key())])
            .map(|(name, value)| json!({ "Name": name, "Value": value }))
            .collect();
        let mut body = json!({
            // SES takes ASCII only.
            "FromEmailAddress": sender.header(" "),
            "Destination": { "ToAddresses": [order.to()] },
            "Content": { "Simple": {
                "Subject": text(&message.subject),
                "Body": { "Text": text(&message.text), "Html": text(&message.html) },
                "Headers": headers,
            } },
        });
        if let Some((address, fields)) = order.reply_to().zip(body.as_object_mut()) {
            fields.insert("ReplyToAddresses".to_owned(), json!([address]));
        }
        let signer = Signer::of(order.account, "ses", "https://email.eu-west-1.amazonaws.com")?;
        signer.post("/v2/email/outbound-emails", JSON, body.to_string(), order.now)
    }

    fn answer(&self, response: &Response<Bytes>, now: Timestamp) -> Answer {
        let answer = Answer::of(response, &["message", "MessageId"], now);
        let kind = response.headers().get("x-amzn-errortype").and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(':').next()).unwrap_or_default();
        if answer.status == Some(400) && OF_THE_ACCOUNT.contains(&kind) {
            return answer.meaning(Meaning::Refused { account: true });
        }
        answer
    }
}

//! Twilio's status callbacks: <https://www.twilio.com/docs/usage/security#validating-requests>. They carry no time, so a message's status
//! counts once. A messaging service with an RCS sender sends by RCS to the phones that have it. Reports of these messages have `rcs:`
//! before the number and say that the message was read, where the recipient's app sends receipts
//! (<https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks>).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_model::{Channel, MessageKey};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use super::{Call, Event, Reports, Source};

const SIGNATURE: &str = "x-twilio-signature";
/// What stands before the number where a message went by RCS.
const RCS: &str = "rcs:";
/// Errors that say that no message will arrive at the number: it does not exist, is no mobile phone, or its owner has unsubscribed
/// (<https://www.twilio.com/docs/api/errors>). After others, the next message may arrive.
const LASTING: [&str; 5] = ["21211", "21610", "21614", "30005", "30006"];

pub struct Twilio;

impl Source for Twilio {
    fn header(&self) -> Option<&'static str> {
        Some(SIGNATURE)
    }

    /// `key` is the auth token. What is signed is the address, and all fields in the order of their names.
    fn is_signed(&self, call: &Call<'_>, key: &str) -> bool {
        let sent = call.header(SIGNATURE).and_then(|sent| STANDARD.decode(sent).ok());
        let (Some(sent), Ok(mut mac)) = (sent, Hmac::<Sha1>::new_from_slice(key.as_bytes())) else {
            return false;
        };
        let mut fields = fields(call);
        fields.sort();
        mac.update(call.url.as_bytes());
        for (name, value) in &fields {
            mac.update(name.as_bytes());
            mac.update(value.as_bytes());
        }
        mac.verify_slice(&sent).is_ok()
    }

    fn reports(&self, call: &Call<'_>) -> Option<Reports> {
        let fields = fields(call);
        let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let status = field("MessageStatus").or(field("SmsStatus"))?;
        let error = field("ErrorCode").unwrap_or_default();
        let event = || {
            let to = field("To")?;
            let address = to.strip_prefix(RCS).unwrap_or(to);
            Some(Event { channel: Channel::Sms, address, message: message(call), at: None })
        };
        Some(match status {
            "failed" | "undelivered" if LASTING.contains(&error) => {
                call.bounced(event()?, Some(&format!("Twilio error {error}")))
            }
            "delivered" => call.delivered(event()?),
            "read" => call.read(event()?),
            _ => Reports::default(),
        })
    }

    fn once(&self, call: &Call<'_>) -> Option<String> {
        let fields = fields(call);
        let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        Some(format!("{} {}", field("MessageSid")?, field("MessageStatus")?))
    }
}

/// The key of the message, which stands in the address that Twilio is told to call. The signature covers it.
fn message(call: &Call<'_>) -> Option<MessageKey> {
    let (_, query) = call.url.split_once('?')?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == MessageKey::NAME)?.1.parse().ok()
}

fn fields(call: &Call<'_>) -> Vec<(String, String)> {
    form_urlencoded::parse(call.body).into_owned().collect()
}

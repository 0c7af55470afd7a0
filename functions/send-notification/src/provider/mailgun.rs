//! Mailgun's Messages API: <https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages>.

use bytes::Bytes;
use countersign_model::{MessageKey, Rate};
use http::Response;
use http::header::AUTHORIZATION;
use jiff::Timestamp;

use super::answer::Answer;
use super::{Order, Prepared, Provider, basic, post_form, request};

const OWN: &str = "https://api.mailgun.net";

/// Mailgun's limit depends on the plan; the smallest allow 300 messages a minute.
const RATE: Rate = Rate::new(300, 60);

pub struct Mailgun;

impl Provider for Mailgun {
    fn rate(&self) -> Option<Rate> {
        Some(RATE)
    }

    fn request(&self, order: &Order<'_>) -> Prepared {
        let account = order.account;
        let key = account.key()?;
        let from = account.from()?;
        let sender = order.sender()?;
        // Mail is sent for a domain, which is usually that of the sender.
        let domain =
            if account.name().is_empty() { sender.domain().unwrap_or_default() } else { account.name() };
        if domain.is_empty() || !domain.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.') {
            return Err(account.unusable("account", "is not the domain that mail is sent for"));
        }
        let message = order.message();
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("from", &order.under_name(from))
            .append_pair("to", order.to())
            .append_pair("subject", &message.subject)
            .append_pair("text", &message.text)
            .append_pair("html", &message.html)
            // Tracking would send the link, with its token, through another server.
            .append_pair("o:tracking", "no")
            .append_pair(&format!("v:{}", MessageKey::NAME), order.key());
        if let Some(address) = order.reply_to() {
            form.append_pair("h:Reply-To", address);
        }
        for (name, value) in order.headers() {
            form.append_pair(&format!("h:{name}"), value);
        }
        let builder = post_form(format!("{}/v3/{domain}/messages", account.origin(OWN)));
        request(builder.header(AUTHORIZATION, basic("api", key)), form.finish())
    }

    fn answer(&self, response: &Response<Bytes>, now: Timestamp) -> Answer {
        let answer = Answer::of(response, &["message", "id"], now);
        if answer.words.is_some() {
            return answer;
        }
        // A wrong key is answered with one word that is not JSON.
        let text = std::str::from_utf8(response.body()).ok().map(str::trim);
        Answer {
            words: text.filter(|text| !text.is_empty() && !text.contains('{')).map(str::to_owned),
            ..answer
        }
    }
}

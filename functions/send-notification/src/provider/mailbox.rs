//! The `dev` provider: the mailbox of the embedded host, where messages are read during development.

use countersign_model::Rate;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::{Order, Prepared, Provider, request};

const MAILBOX: &str = "http://mailbox.countersign.internal";

pub struct Email;
pub struct Sms;

impl Provider for Email {
    fn rate(&self) -> Option<Rate> {
        None
    }

    fn request(&self, order: &Order<'_>) -> Prepared {
        let message = order.message();
        post(
            "email",
            &json!({ "to": order.to(), "from": order.under_name(&order.account.from),
                "subject": message.subject, "text": message.text, "html": message.html, "headers": order.headers_by_name() }),
        )
    }
}

impl Provider for Sms {
    fn rate(&self) -> Option<Rate> {
        None
    }

    fn request(&self, order: &Order<'_>) -> Prepared {
        post("sms", &json!({ "to": order.to(), "from": order.account.from, "text": order.message().short }))
    }
}

fn post(what: &str, body: &Value) -> Prepared {
    let builder = http::Request::post(format!("{MAILBOX}/{what}")).header(CONTENT_TYPE, "application/json");
    request(builder, body.to_string())
}

//! The `dev` provider: the mailbox of the embedded host, where messages are read during development.

use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::{Account, Posting, Prepared, request};

const MAILBOX: &str = "http://mailbox.countersign.internal";

pub fn email(account: &Account, posting: &Posting<'_>) -> Prepared {
    let message = posting.message;
    post(
        "email",
        &json!({ "to": posting.to, "from": posting.brand.sender(&account.from), "subject": message.subject,
            "text": message.text, "html": message.html }),
    )
}

pub fn sms(account: &Account, posting: &Posting<'_>) -> Prepared {
    post("sms", &json!({ "to": posting.to, "from": account.from, "text": posting.message.short }))
}

fn post(what: &str, body: &Value) -> Prepared {
    let builder = http::Request::post(format!("{MAILBOX}/{what}")).header(CONTENT_TYPE, "application/json");
    request(builder, body.to_string())
}

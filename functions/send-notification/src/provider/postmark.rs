//! Postmark's email API: <https://postmarkapp.com/developer/api/email-api>.

use http::header::{ACCEPT, CONTENT_TYPE};
use serde_json::json;

use super::{Account, Posting, Prepared, request, required};

const OWN: &str = "https://api.postmarkapp.com";

pub fn email(account: &Account, posting: &Posting<'_>) -> Prepared {
    let key = required("email_api_key", &account.api_key)?;
    let from = required("email_from", &account.from)?;
    let message = posting.message;
    // Link tracking would send the link, with its token, through another server.
    let mut body = json!({
        "From": posting.brand.sender(from),
        "To": posting.to,
        "Subject": message.subject,
        "TextBody": message.text,
        "HtmlBody": message.html,
        "MessageStream": "outbound",
        "TrackOpens": false,
        "TrackLinks": "None",
    });
    if let Some((address, fields)) = posting.brand.reply_to.as_ref().zip(body.as_object_mut()) {
        fields.insert("ReplyTo".to_owned(), json!(address));
    }
    let builder = http::Request::post(format!("{}/email", account.origin(OWN)))
        .header(CONTENT_TYPE, "application/json")
        .header(ACCEPT, "application/json")
        .header("X-Postmark-Server-Token", key);
    request(builder, body.to_string())
}

//! Twilio's Messages API: <https://www.twilio.com/docs/messaging/api/message-resource>.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};

use super::{Account, Posting, Prepared, Unusable, request, required};

const OWN: &str = "https://api.twilio.com";

pub fn sms(account: &Account, posting: &Posting<'_>) -> Prepared {
    let sid = required("sms_account", &account.account)?;
    let key = required("sms_api_key", &account.api_key)?;
    let from = required("sms_from", &account.from)?;
    if !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Unusable("`sms_account` is not the SID of an account".to_owned()));
    }
    // A messaging service is identified by a SID in place of a sender's number.
    let sender = if from.starts_with("MG") { "MessagingServiceSid" } else { "From" };
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("To", posting.to)
        .append_pair(sender, from)
        .append_pair("Body", &posting.message.short)
        .finish();
    let credentials = STANDARD.encode(format!("{sid}:{key}"));
    let builder =
        http::Request::post(format!("{}/2010-04-01/Accounts/{sid}/Messages.json", account.origin(OWN)))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, format!("Basic {credentials}"));
    request(builder, body)
}

//! What each provider is sent, compared with what its own SDK sends for the same message, and what its answers mean.
//!
//! `tests/python/provider_requests.py` makes the files in `contracts/`, but `answers.json`, which has what the providers document.
mod answers;
mod sent;

use bytes::Bytes;
use countersign_http::functions::Message;
use countersign_model::Channel;
use http::Request;
use jiff::Timestamp;

use super::account::Account;
use super::{Order, Posting, named};

const FROM: &str = "Müller Zulassung <noreply@approvals.example>";

fn message() -> Message {
    Message {
        subject: "Müller & Söhne: ann on pc-1 asks for env".to_owned(),
        text: "ann asks.\n\nOpen the request:\nhttps://approvals.example/requests/req_1\n".to_owned(),
        html: "<!doctype html>\n<html><body>\n<p>ann asks – „bitte“.</p>\n</body></html>\n".to_owned(),
        short: "Company B: pc-1 asks for env. https://approvals.example/requests/req_1".to_owned(),
        headers: vec![
            ("Auto-Submitted".to_owned(), "auto-generated".to_owned()),
            ("List-Id".to_owned(), "<requests.approvals.example>".to_owned()),
        ],
        short_is_gsm: true,
        reply_to: Some("desk@company.example".to_owned()),
        ..Message::default()
    }
}

fn at() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

/// What an account is sent for the message.
fn sent(account: &Account, message: &Message) -> Result<Request<Bytes>, String> {
    let sms = ["twilio", "vonage", "sns"].contains(&account.provider.as_str());
    let (channel, to) =
        if sms { (Channel::Sms, "+15550123") } else { (Channel::Email, "clerk@company.example") };
    let key = "ntf_1-0".to_owned();
    let posting = Posting { channel, to, message, key };
    let order = Order { account, posting: &posting, token: Some("the-token"), now: at() };
    let provider = named(channel, &account.provider).unwrap();
    provider.request(&order).map_err(|unusable| unusable.0)
}

fn email(provider: &str) -> Account {
    let aws = "https://email.eu-west-1.amazonaws.com";
    match provider {
        "ses" => Account::of("ses", "AKIDEXAMPLE", FROM, aws),
        "graph" => Account::of("graph", "the-tenant/the-client", FROM, ""),
        // Its SDK has the same sender, in quotes.
        "mailgun" | "resend" => {
            Account::of(provider, "", &FROM.replace("Müller Zulassung", "\"Müller Zulassung\""), "")
        }
        other => Account::of(other, "", FROM, ""),
    }
}

fn sms(provider: &str) -> Account {
    match provider {
        "sns" => Account::of("sns", "AKIDEXAMPLE", "+15550000", "https://sns.eu-west-1.amazonaws.com"),
        other => Account::of(other, "the-account", "+15550000", ""),
    }
}

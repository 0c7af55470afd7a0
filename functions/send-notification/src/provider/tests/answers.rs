//! What the answers of each provider mean.
use bytes::Bytes;
use countersign_model::Channel;
use http::Response;
use serde_json::Value;

use super::super::answer::{Answer, Meaning};
use super::super::named;
use super::at;

const LATER: Meaning = Meaning::Later { down: false };
const DOWN: Meaning = Meaning::Later { down: true };
const ACCOUNT: Meaning = Meaning::Refused { account: true };
const RECIPIENT: Meaning = Meaning::Refused { account: false };
use Meaning::Accepted;

fn answered(provider: &str, status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Answer {
    let channel = if ["twilio", "vonage", "sns"].contains(&provider) { Channel::Sms } else { Channel::Email };
    let mut response = Response::new(Bytes::copy_from_slice(body.as_bytes()));
    *response.status_mut() = status.try_into().unwrap();
    for (name, value) in headers {
        response.headers_mut().insert(*name, value.parse().unwrap());
    }
    named(channel, provider).unwrap().answer(&response, at())
}

#[test]
fn a_status_means_the_same_with_every_provider() {
    let cases = [
        (202, Accepted, "taken"),
        (400, RECIPIENT, "the message is wrong and stays so"),
        (401, ACCOUNT, "the key is wrong"),
        (403, ACCOUNT, "the key may not do that"),
        (404, ACCOUNT, "the address called is wrong"),
        (301, ACCOUNT, "a provider's API does not move"),
        (422, RECIPIENT, "the address is refused"),
        (408, LATER, "too slow this time"),
        (429, LATER, "too many just now"),
        (500, DOWN, "the provider is in trouble"),
        (503, DOWN, "the provider is in trouble"),
    ];
    for provider in ["postmark", "sendgrid", "mailgun", "resend", "ses", "graph", "twilio", "vonage", "sns"] {
        for (status, meaning, why) in cases {
            assert_eq!(answered(provider, status, &[], "").meaning, meaning, "{provider} {status}: {why}");
        }
        let wait = answered(provider, 429, &[("retry-after", "7")], "");
        assert_eq!(wait.retry_after.unwrap().as_secs(), 7, "{provider}");
    }
}

/// Bodies as the providers document them.
#[test]
fn a_provider_says_more_than_its_status() {
    let cases: Value = serde_json::from_str(include_str!("contracts/answers.json")).unwrap();
    for case in cases.as_array().unwrap() {
        let text = |name: &str| case[name].as_str().unwrap();
        let status = u16::try_from(case["status"].as_u64().unwrap()).unwrap();
        let answer = answered(text("provider"), status, &[], text("body"));
        let means = match answer.meaning {
            Accepted => "accepted",
            LATER => "later",
            DOWN => "down",
            ACCOUNT => "account",
            RECIPIENT => "recipient",
        };
        assert_eq!((means, answer.shown(None).as_str()), (text("means"), text("shown")), "{case}");
    }
}

#[test]
fn sendgrid_names_a_message_and_ses_an_error_in_a_header() {
    let answer = answered("sendgrid", 202, &[("x-message-id", "14c5d75ce93.dfd.64b469")], "");
    assert_eq!(answer.shown(None), "202: 14c5d75ce93.dfd.64b469");
    let kind = |kind: &'static str| answered("ses", 400, &[("x-amzn-errortype", kind)], "{}").meaning;
    assert_eq!(kind("SendingPausedException:http://internal.amazon.com/"), ACCOUNT);
    assert_eq!(kind("BadRequestException"), RECIPIENT);
}

#[test]
fn an_answer_that_repeats_the_secret_of_a_message_is_not_shown() {
    let answer = answered("resend", 422, &[], r#"{"message":"the text csi_secret is spam"}"#);
    assert_eq!(
        (answer.shown(Some("csi_secret")), answer.shown(Some("other")).len() > 10),
        ("422".to_owned(), true)
    );
}

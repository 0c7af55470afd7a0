//! What the answers of each provider mean.
use bytes::Bytes;
use countersign_model::Channel;
use http::Response;

use super::super::answer::{Answer, Meaning};
use super::super::named;
use super::at;

const LATER: Meaning = Meaning::Later { down: false };
const DOWN: Meaning = Meaning::Later { down: true };
const ACCOUNT: Meaning = Meaning::Refused { account: true };
const RECIPIENT: Meaning = Meaning::Refused { account: false };
use Meaning::Accepted;

fn answered(
    provider: &str,
    status: u16,
    headers: &[(&'static str, &'static str)],
    body: &'static str,
) -> Answer {
    let channel = if ["twilio", "vonage", "sns"].contains(&provider) { Channel::Sms } else { Channel::Email };
    let mut response = Response::new(Bytes::from_static(body.as_bytes()));
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
    let cases: &[(&str, u16, &str, Meaning, &str)] = &[
        (
            "postmark",
            200,
            r#"{"To":"a@b.example","MessageID":"b7bc2f4a","ErrorCode":0,"Message":"OK"}"#,
            Accepted,
            "200: OK b7bc2f4a",
        ),
        (
            "postmark",
            422,
            r#"{"ErrorCode":406,"Message":"You tried to send to a recipient that has been marked as inactive."}"#,
            RECIPIENT,
            "422: You tried to send to a recipient that has been marked as inactive.",
        ),
        (
            "postmark",
            422,
            r#"{"ErrorCode":400,"Message":"The 'From' address is no sender signature."}"#,
            ACCOUNT,
            "422: The 'From' address is no sender signature.",
        ),
        (
            "sendgrid",
            400,
            r#"{"errors":[{"message":"Does not contain a valid address.","field":"personalizations.0.to.0.email"}]}"#,
            RECIPIENT,
            "400: Does not contain a valid address.",
        ),
        (
            "mailgun",
            200,
            r#"{"id":"<1@a.example>","message":"Queued. Thank you."}"#,
            Accepted,
            "200: Queued. Thank you. <1@a.example>",
        ),
        ("mailgun", 401, "Forbidden", ACCOUNT, "401: Forbidden"),
        ("resend", 200, r#"{"id":"49a3999c"}"#, Accepted, "200: 49a3999c"),
        (
            "resend",
            409,
            r#"{"statusCode":409,"name":"concurrent_idempotent_requests","message":"Same idempotency key used."}"#,
            LATER,
            "409: Same idempotency key used.",
        ),
        ("ses", 200, r#"{"MessageId":"0100"}"#, Accepted, "200: 0100"),
        (
            "graph",
            404,
            r#"{"error":{"code":"ErrorInvalidUser","message":"The requested user is invalid."}}"#,
            ACCOUNT,
            "404: ErrorInvalidUser The requested user is invalid.",
        ),
        ("twilio", 201, r#"{"sid":"SM1","status":"queued"}"#, Accepted, "201: SM1"),
        (
            "twilio",
            400,
            r#"{"code":21211,"message":"Invalid 'To' Phone Number"}"#,
            RECIPIENT,
            "400: Invalid 'To' Phone Number",
        ),
        (
            "twilio",
            400,
            r#"{"code":21606,"message":"The 'From' number is not yours"}"#,
            ACCOUNT,
            "400: The 'From' number is not yours",
        ),
        (
            "vonage",
            200,
            r#"{"message-count":"1","messages":[{"status":"0","message-id":"0A"}]}"#,
            Accepted,
            "200: 0A",
        ),
        ("vonage", 200, r#"{"messages":[{"status":"1","error-text":"Throttled"}]}"#, LATER, "200: Throttled"),
        (
            "vonage",
            200,
            r#"{"messages":[{"status":"4","error-text":"Bad Credentials"}]}"#,
            ACCOUNT,
            "200: Bad Credentials",
        ),
        (
            "vonage",
            200,
            r#"{"messages":[{"status":"5","error-text":"Internal Error"}]}"#,
            DOWN,
            "200: Internal Error",
        ),
        (
            "vonage",
            200,
            r#"{"messages":[{"status":"7","error-text":"Number barred"}]}"#,
            RECIPIENT,
            "200: Number barred",
        ),
        ("vonage", 200, "<html>a proxy</html>", DOWN, "200"),
        (
            "sns",
            200,
            "<PublishResponse><PublishResult><MessageId>94f2</MessageId></PublishResult></PublishResponse>",
            Accepted,
            "200: 94f2",
        ),
        (
            "sns",
            400,
            "<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>",
            LATER,
            "400: Rate exceeded",
        ),
        (
            "sns",
            400,
            "<ErrorResponse><Error><Code>InvalidParameter</Code><Message>Invalid parameter: PhoneNumber</Message></Error></ErrorResponse>",
            RECIPIENT,
            "400: Invalid parameter: PhoneNumber",
        ),
    ];
    for (provider, status, body, meaning, shown) in cases {
        let answer = answered(provider, *status, &[], body);
        assert_eq!((answer.meaning, answer.shown(None).as_str()), (*meaning, *shown), "{provider}");
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

//! What each provider is sent.
use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::super::account::Account;
use super::super::sigv4::Signer;
use super::super::{Provider, graph};
use super::{at, email, message, sent, sms};

/// A request in the form of the contracts. `form`: its body is a form.
fn shown(request: &Request<Bytes>, form: bool) -> Value {
    let kept = ["authorization", "content-type", "idempotency-key", "x-postmark-server-token"];
    let headers =
        kept.iter().filter_map(|name| Some((*name, request.headers().get(*name)?.to_str().unwrap())));
    let headers: BTreeMap<&str, &str> = headers.collect();
    let body = if form {
        let pairs: BTreeMap<String, String> = form_urlencoded::parse(request.body()).into_owned().collect();
        json!(pairs)
    } else {
        serde_json::from_slice(request.body()).unwrap()
    };
    json!({ "method": request.method().as_str(), "url": request.uri().to_string(), "headers": headers, "body": body })
}

fn contract(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn postmark_gets_what_its_client_sends() {
    let sent = sent(&email("postmark"), &message()).unwrap();
    assert_eq!(shown(&sent, false), contract(include_str!("contracts/postmark.json")));
}

#[test]
fn twilio_gets_what_its_sdk_sends() {
    let account = Account::of("twilio", "AC123", "+15550000", "");
    let sent = sent(&account, &message()).unwrap();
    assert_eq!(shown(&sent, true), contract(include_str!("contracts/twilio.json")));
    let service = Account::of("twilio", "AC123", "MG123", "");
    let body = shown(&super::sent(&service, &message()).unwrap(), true)["body"].clone();
    assert_eq!((&body["MessagingServiceSid"], &body["From"]), (&json!("MG123"), &json!(null)));
}

#[test]
fn twilio_is_told_where_to_report_only_if_reports_are_wanted_and_arrive_there() {
    let callback = |account: Account| {
        shown(&sent(&account, &message()).unwrap(), true)["body"]["StatusCallback"].clone()
    };
    let account = || Account::of("twilio", "AC123", "+15550000", "");
    assert_eq!(callback(account()), json!(null));
    assert_eq!(callback(account().reporting_to("http://127.0.0.1:3000")), json!(null));
    let expected = "https://approvals.example/v1/callbacks/twilio?countersign=ntf_1-0";
    assert_eq!(callback(account().reporting_to("https://approvals.example/")), expected);
}

#[test]
fn sendgrid_gets_what_its_sdk_sends() {
    let sent = sent(&email("sendgrid"), &message()).unwrap();
    assert_eq!(shown(&sent, false), contract(include_str!("contracts/sendgrid.json")));
}

#[test]
fn mailgun_gets_what_its_sdk_sends() {
    let sent = sent(&email("mailgun"), &message()).unwrap();
    assert_eq!(shown(&sent, true), contract(include_str!("contracts/mailgun.json")));
}

#[test]
fn mailgun_sends_for_the_domain_that_the_account_names() {
    let account =
        Account::of("mailgun", "mg.company.example", "a@company.example", "https://api.eu.mailgun.net");
    let request = sent(&account, &message()).unwrap();
    assert_eq!(request.uri(), "https://api.eu.mailgun.net/v3/mg.company.example/messages");
    let account = Account::of("mailgun", "../x", "a@company.example", "");
    assert!(sent(&account, &message()).unwrap_err().contains("`email_account`"));
}

#[test]
fn resend_gets_what_its_sdk_sends_under_a_key_that_changes_with_the_text() {
    let request = sent(&email("resend"), &message()).unwrap();
    let mut shown = shown(&request, false);
    let key = shown["headers"]["idempotency-key"].as_str().unwrap().to_owned();
    assert!(key.starts_with("ntf_1-0-") && key.len() <= 256, "{key}");
    shown["headers"]["idempotency-key"] = json!("ntf_1-0");
    assert_eq!(shown, contract(include_str!("contracts/resend.json")));

    let key_of = |request: Request<Bytes>| request.headers()["idempotency-key"].clone();
    let again = key_of(sent(&email("resend"), &message()).unwrap());
    assert_eq!(again, key, "the same message again");
    let other = super::Message { text: "another link".to_owned(), ..message() };
    assert_ne!(
        key_of(sent(&email("resend"), &other).unwrap()),
        key,
        "Resend refuses another text under one key"
    );
}

#[test]
fn ses_gets_what_botocore_sends() {
    let request = sent(&email("ses"), &message()).unwrap();
    let mut shown = shown(&request, false);
    assert_eq!(shown["headers"]["content-type"], "application/json");
    let authorization = shown["headers"]["authorization"].as_str().unwrap();
    let credential = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260601/eu-west-1/ses/aws4_request, ";
    assert!(authorization.starts_with(credential), "{authorization}");
    assert_eq!(request.headers()["x-amz-date"], "20260601T120000Z");
    shown["headers"] = json!({});
    assert_eq!(shown, contract(include_str!("contracts/ses.json")));
}

#[test]
fn ses_needs_the_endpoint_of_a_region() {
    for (origin, words) in [("", "`email_api_url` is not set"), ("https://proxy.example", "names no region")]
    {
        let why = sent(&Account::of("ses", "AKIDEXAMPLE", "a@b.example", origin), &message()).unwrap_err();
        assert!(why.contains(words), "{why}");
    }
}

#[test]
fn ses_is_not_sent_the_headers_that_it_sets_itself() {
    let mut message = message();
    message.headers.push(("Message-ID".to_owned(), "<req_1@approvals.example>".to_owned()));
    let request = sent(&email("ses"), &message).unwrap();
    assert!(!std::str::from_utf8(request.body()).unwrap().contains("Message-ID"));
    let request = sent(&email("postmark"), &message).unwrap();
    assert!(std::str::from_utf8(request.body()).unwrap().contains("Message-ID"), "others are");
}

#[test]
fn signatures_are_those_of_botocore() {
    let cases = contract(include_str!("contracts/signatures.json"));
    for case in cases.as_array().unwrap() {
        let text = |name: &str| case[name].as_str().unwrap();
        let signer = Signer {
            key_id: "AKIDEXAMPLE",
            secret: "the-key",
            origin: text("origin"),
            region: text("region"),
            service: text("service"),
        };
        let request =
            signer.post(text("path"), text("content_type"), text("body").to_owned(), at()).ok().unwrap();
        assert_eq!(request.headers()["authorization"], text("authorization"), "{case}");
    }
}

#[test]
fn graph_gets_a_mime_message_with_its_headers_and_both_texts() {
    let request = sent(&email("graph"), &message()).unwrap();
    let contract = contract(include_str!("contracts/graph.json"));
    assert_eq!(request.method().as_str(), contract["method"]);
    assert_eq!(request.uri().to_string(), contract["url"].as_str().unwrap());
    assert_eq!(request.headers()["authorization"], "Bearer the-token");
    assert_eq!(request.headers()["content-type"], "text/plain");
    // The script that makes the contracts reads this with Python's parser of mail.
    let mime = String::from_utf8(STANDARD.decode(request.body()).unwrap()).unwrap();
    assert_eq!(mime, include_str!("contracts/graph.eml"));
}

#[test]
fn graph_is_asked_for_a_token_as_its_sdk_asks() {
    let request = graph::Graph.token_request(&email("graph")).unwrap().ok().unwrap();
    let mut expected = contract(include_str!("contracts/graph_token.json"));
    // The SDK also wants to know of which client it is told.
    expected["body"].as_object_mut().unwrap().remove("client_info");
    assert_eq!(shown(&request, true), expected);
    for account in ["", "tenant", "tenant/", "../x/client"] {
        let refused = graph::Graph.token_request(&Account::of("graph", account, "a@b.example", ""));
        assert!(refused.unwrap().is_err(), "{account}");
    }
}

#[test]
fn vonage_gets_what_its_sdk_sends() {
    let sent = sent(&sms("vonage"), &message()).unwrap();
    assert_eq!(shown(&sent, true), contract(include_str!("contracts/vonage.json")));
}

#[test]
fn vonage_is_told_of_a_text_that_needs_more_than_the_alphabet_of_text_messages() {
    for (text, short_is_gsm, kind) in [("pc-1: Müller [1] ~ 5€", true, "text"), ("pc-1: ё", false, "unicode")]
    {
        let message = super::Message { short: text.to_owned(), short_is_gsm, ..message() };
        let body = shown(&sent(&sms("vonage"), &message).unwrap(), true)["body"].clone();
        assert_eq!((&body["type"], &body["text"]), (&json!(kind), &json!(text)));
    }
}

#[test]
fn sns_gets_what_botocore_sends() {
    let mut shown = shown(&sent(&sms("sns"), &message()).unwrap(), true);
    assert_eq!(shown["headers"]["content-type"], "application/x-www-form-urlencoded");
    shown["headers"] = json!({});
    assert_eq!(shown, contract(include_str!("contracts/sns.json")));
    let of = |from: &str| Account::of("sns", "AKIDEXAMPLE", from, "https://sns.eu-west-1.amazonaws.com");
    let body = |from: &str| String::from_utf8(sent(&of(from), &message()).unwrap().body().to_vec()).unwrap();
    assert!(body("Example").contains("AWS.SNS.SMS.SenderID"), "a name");
    assert!(!body("").contains("entry.2"), "SNS chooses");
}

#[test]
fn every_provider_is_called_over_tls_and_told_which_program_calls() {
    for account in ["postmark", "sendgrid", "mailgun", "resend", "ses", "graph"].map(email) {
        let request = sent(&account, &message()).unwrap();
        assert!(request.headers()["user-agent"].to_str().unwrap().starts_with("Countersign/"));
        assert_eq!(request.uri().scheme_str(), Some("https"), "{}", account.provider);
    }
    for account in ["twilio", "vonage", "sns"].map(sms) {
        let account = if account.provider == "twilio" {
            Account::of("twilio", "AC1", "+15550000", "")
        } else {
            account
        };
        let request = sent(&account, &message()).unwrap();
        assert_eq!(request.uri().scheme_str(), Some("https"), "{}", account.provider);
    }
}

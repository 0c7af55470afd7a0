//! What chats and other programs are sent.
use bytes::Bytes;
use countersign_authority::integrations::Target;
use countersign_http::functions::Message;
use countersign_model::{IntegrationKind, OrganizationId, RequestId};
use http::{Request, Response};
use serde_json::{Value, json};

use super::super::answer::Meaning;
use super::{Hook, answered, prepared, teams, webhook, without_secrets};

const KEY: &str = "whsec_plJ3nmyCDGBKInavdOK15jsl";
const LINK: &str = "https://approvals.example/requests/req_1";

/// What an integration is sent about a request, with texts of somebody who wants them to do something.
fn sent(kind: IntegrationKind, url: &str) -> Request<Bytes> {
    sent_with(kind, url, "<!channel> on [pc-1](http://evil.example)", "*now* <http://evil.example|here>")
}

/// The same with these names, and with this reason.
fn sent_with(kind: IntegrationKind, url: &str, who: &str, why: &str) -> Request<Bytes> {
    let text = format!("ann asks.\n\nReason:\n> {why}\n\nOpen:\n{LINK}\n");
    let (title, link_text) = (format!("Company B: {who} asks"), Some("Die Anfrage öffnen".to_owned()));
    prepared_for(kind, url, &Message { title, link_text, text, ..Message::default() })
}

fn prepared_for(kind: IntegrationKind, url: &str, message: &Message) -> Request<Bytes> {
    prepared_as("request-submitted", kind, url, message)
}

fn prepared_as(what: &str, kind: IntegrationKind, url: &str, message: &Message) -> Request<Bytes> {
    let target = Target { url: url.to_owned(), key: KEY.to_owned() };
    let request_id: RequestId = "req_01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
    let organization_id: OrganizationId = "org_01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
    let hook = Hook {
        what,
        message,
        key: "ntf_1-0",
        organization_id: &organization_id,
        request_id: Some(&request_id),
        link: Some(LINK.to_owned()),
        now: "2026-06-01T12:00:00Z".parse().unwrap(),
    };
    prepared(kind, &target, &hook).ok().unwrap()
}

fn body(request: &Request<Bytes>) -> Value {
    serde_json::from_slice(request.body()).unwrap()
}

#[test]
fn slack_gets_blocks_without_mark_up_and_a_button() {
    let request = sent(IntegrationKind::Slack, "https://hooks.slack.com/services/T0/B0/x");
    assert_eq!(request.uri(), "https://hooks.slack.com/services/T0/B0/x");
    assert_eq!(request.headers()["content-type"], "application/json");
    let body = body(&request);
    assert_eq!(body["text"], "Company B: &lt;!channel&gt; on [pc-1](http://evil.example) asks");
    let blocks = body["blocks"].as_array().unwrap();
    let types: Vec<_> = blocks.iter().map(|block| block["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["header", "section", "section", "actions"], "the link is in the button alone");
    for block in &blocks[..3] {
        assert_eq!((&block["text"]["type"], &block["text"]["emoji"]), (&json!("plain_text"), &json!(false)));
    }
    let button = &blocks[3]["elements"][0];
    assert_eq!(
        (&button["type"], &button["url"]),
        (&json!("button"), &json!("https://approvals.example/requests/req_1"))
    );
}

#[test]
fn teams_gets_an_adaptive_card_without_mark_up_and_with_a_button() {
    let body = body(&sent(IntegrationKind::Teams, "https://x.webhook.office.com/webhookb2/1"));
    let attachment = &body["attachments"][0];
    assert_eq!(body["type"], "message");
    assert_eq!(attachment["contentType"], "application/vnd.microsoft.card.adaptive");
    let card = &attachment["content"];
    assert_eq!((&card["type"], &card["version"]), (&json!("AdaptiveCard"), &json!("1.4")));
    let body = card["body"].as_array().unwrap();
    let spacing: Vec<_> = body.iter().map(|block| block["spacing"].as_str().unwrap()).collect();
    assert_eq!(spacing, ["Default", "Medium", "Medium", "None"], "the link is in the button alone");
    for block in body {
        assert_eq!(
            (&block["type"], &block["inlines"][0]["type"]),
            (&json!("RichTextBlock"), &json!("TextRun"))
        );
    }
    let action = json!({ "type": "Action.OpenUrl", "title": "Die Anfrage öffnen",
        "url": "https://approvals.example/requests/req_1" });
    assert_eq!(card["actions"], json!([action]));
}

#[test]
fn a_long_path_and_a_reason_of_many_lines_hide_nothing_and_fit_into_a_card() {
    let hash = "ab".repeat(32);
    let path = format!("/{}/setup", "\u{1f600}".repeat(4_096));
    let reason = "\n> \u{1f600}".repeat(1_000);
    let text = format!(
        "ann asks.\n\nReason:{reason}\n\nOpen:\n{LINK}\n\nPath: {path}\nSHA-256: {hash}\nPolicy: Default"
    );
    let message = Message { title: "Company B: ann asks".to_owned(), text, ..Message::default() };
    for kind in [IntegrationKind::Slack, IntegrationKind::Teams] {
        let request = prepared_for(kind, "https://chat.example/1", &message);
        let said = std::str::from_utf8(request.body()).unwrap();
        assert!(said.contains(&hash) && said.contains("Policy: Default"), "{kind}");
        assert!(said.contains("/setup"), "the end of the path is there: {kind}");
        assert!(said.len() < 28_000, "{kind}: {}", said.len());
    }
}

#[test]
fn teams_connectors_say_in_words_what_failed_behind_them() {
    let answer = |status: u16, body: &'static str| {
        let response = Response::builder().status(status).body(Bytes::from_static(body.as_bytes())).unwrap();
        teams::as_meant(response).status().as_u16()
    };
    let throttled = "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 \
        with ContextId tcid=1";
    assert_eq!(answer(200, throttled), 429);
    assert_eq!(answer(200, "1"), 200);
    assert_eq!(answer(200, "endpoint returned HTTP error"), 200);
    assert_eq!(answer(500, throttled), 500);
}

/// Checks that a request is what the SDK sends for the same message.
fn is_as_its_sdk_sends(request: &Request<Bytes>, contract: &str) {
    let mut contract: Value = serde_json::from_str(contract).unwrap();
    let kind = contract["headers"]["content-type"].take();
    assert!(kind.as_str().unwrap().starts_with(request.headers()["content-type"].to_str().unwrap()));
    assert_eq!(
        (request.method().as_str(), request.uri().to_string().as_str()),
        ("POST", contract["url"].as_str().unwrap())
    );
    if contract["body"]["routing_key"].is_string() {
        contract["body"]["routing_key"] = json!(KEY);
    }
    assert_eq!(body(request), contract["body"]);
}

#[test]
fn slack_and_pagerduty_get_what_their_sdks_send() {
    let message = Message {
        title: "Müller & Söhne: ann on pc-1 asks for env".to_owned(),
        link_text: Some("Open the request".to_owned()),
        text: format!("ann asks.\n\nOpen the request:\n{LINK}\n"),
        ..Message::default()
    };
    let slack = prepared_for(IntegrationKind::Slack, "https://hooks.slack.com/services/T0/B0/x", &message);
    is_as_its_sdk_sends(&slack, include_str!("../tests/contracts/slack.json"));
    let pagerduty = prepared_for(IntegrationKind::PagerDuty, "", &message);
    is_as_its_sdk_sends(&pagerduty, include_str!("../tests/contracts/pagerduty.json"));
}

/// Every object of a document that has a text, with the text.
fn texts(value: &Value) -> Vec<(&Value, &str)> {
    let own = value["text"].as_str().map(|text| (value, text));
    let below: Vec<&Value> = match value {
        Value::Object(fields) => fields.values().collect(),
        Value::Array(items) => items.iter().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    own.into_iter().chain(below.into_iter().flat_map(texts)).collect()
}

#[test]
fn chats_read_no_mark_up_in_any_text() {
    for hostile in [
        "<!channel> <!here|here> <!subteam^S012>",
        "<@U1> <#C012|general>",
        "<http://evil.example|here> <mailto:bob@evil.example|Bob>",
        "[x](http://evil.example) ![x](http://evil.example/y.png)",
        "<at>Kim</at> {{DATE(2026-06-01)}}",
        "**bold** _it_ `code` ~no~ :tada: &lt;!channel&gt;",
    ] {
        let slack =
            body(&sent_with(IntegrationKind::Slack, "https://hooks.slack.com/services/T0", hostile, hostile));
        let (whole, blocks) = (slack["text"].as_str().unwrap(), texts(&slack["blocks"]));
        assert!(!whole.contains(['<', '>']), "the summary is read as mark-up: {whole}");
        assert_eq!(
            whole.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"),
            format!("Company B: {hostile} asks")
        );
        assert!(blocks.len() > 3);
        for (block, text) in blocks {
            assert_eq!((&block["type"], &block["emoji"]), (&json!("plain_text"), &json!(false)), "{text}");
        }
        let teams =
            body(&sent_with(IntegrationKind::Teams, "https://x.webhook.office.com/1", hostile, hostile));
        let runs = texts(&teams);
        assert!(runs.iter().any(|(_, text)| text.contains(hostile)));
        for (run, text) in runs {
            assert_eq!(run["type"], "TextRun", "{text}");
        }
        assert!(teams.pointer("/attachments/0/content/msteams").is_none(), "mentions are declared there");
    }
}

#[test]
fn a_webhook_is_signed() {
    let request = sent(IntegrationKind::Webhook, "https://hooks.company.example/countersign");
    assert_eq!(request.headers()["webhook-id"], "ntf_1-0");
    assert_eq!(request.headers()["webhook-timestamp"], "1780315200");
    let text = std::str::from_utf8(request.body()).unwrap();
    let signature = webhook::signed(KEY, "ntf_1-0", "1780315200", text).ok().unwrap();
    assert_eq!(request.headers()["webhook-signature"], signature);
    let body = body(&request);
    assert_eq!(body["type"], "request-submitted");
    assert_eq!(body["data"]["request_id"], "req_01ARZ3NDEKTSV4RRFFQ69G5FAV");
}

/// The example of the specification, which the library of Standard Webhooks for Python verifies, too.
#[test]
fn the_signature_is_that_of_the_specification() {
    let body = r#"{"event_type":"ping","data":{"success":true}}"#;
    let signature = webhook::signed(KEY, "msg_loFOjxBNrRLzqYUf", "1731705121", body);
    assert_eq!(signature.ok().unwrap(), "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=");
    assert!(webhook::signed("whsec_not base64", "a", "1", "{}").is_err());
}

#[test]
fn pagerduty_has_one_incident_for_a_request() {
    let request = sent(IntegrationKind::PagerDuty, "");
    assert_eq!(request.uri(), "https://events.pagerduty.com/v2/enqueue");
    let body = body(&request);
    assert_eq!(body["routing_key"], KEY);
    assert_eq!(body["dedup_key"], "req_01ARZ3NDEKTSV4RRFFQ69G5FAV");
    assert_eq!((&body["event_action"], &body["payload"]["severity"]), (&json!("trigger"), &json!("info")));
    for field in ["summary", "source", "severity"] {
        assert!(body["payload"][field].is_string(), "{field}");
    }
}

#[test]
fn pagerduty_acknowledges_and_resolves_the_incident_of_a_request_and_a_flag_opens_another() {
    let message = Message { title: "Company B: taken".to_owned(), ..Message::default() };
    let of = |what| body(&prepared_as(what, IntegrationKind::PagerDuty, "", &message));
    for (what, action) in [("request-taken", "acknowledge"), ("request-handled", "resolve")] {
        let expected = json!({ "routing_key": KEY, "event_action": action,
            "dedup_key": "req_01ARZ3NDEKTSV4RRFFQ69G5FAV" });
        assert_eq!(of(what), expected);
    }
    for (what, incident) in
        [("request-expiring", "req_01ARZ3NDEKTSV4RRFFQ69G5FAV"), ("file-flagged", "ntf_1-0")]
    {
        let sent = of(what);
        assert_eq!((&sent["event_action"], &sent["dedup_key"]), (&json!("trigger"), &json!(incident)));
    }
}

#[test]
fn an_answer_is_shown_without_the_secret_address() {
    let now = "2026-06-01T12:00:00Z".parse().unwrap();
    let target = Target { url: "https://hooks.slack.com/services/T0/B0/x".to_owned(), key: String::new() };
    let answer = |status: u16, body: &'static str| {
        let mut response = Response::new(Bytes::from_static(body.as_bytes()));
        *response.status_mut() = status.try_into().unwrap();
        without_secrets(answered(&response, now), &target)
    };
    assert_eq!(answer(403, "invalid_token").shown(None), "403: invalid_token");
    assert_eq!(answer(404, "no such hook: /services/T0/B0/x").shown(None), "404");
    assert_eq!(
        answer(400, r#"{"status":"invalid event","errors":["'routing_key' is missing"]}"#).shown(None),
        "400: 'routing_key' is missing"
    );
    assert_eq!(answer(302, "").meaning, Meaning::Refused { account: true }, "not followed");
    assert_eq!(answer(200, "ok").shown(None), "200: ok");
}

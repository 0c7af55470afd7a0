//! Providers: what they are sent, what their answers mean, and that their failures delay nothing else.
use std::time::Duration;

use base64::Engine;
use countersign_http::OutboundError;
use countersign_journal::delivery_lease;
use countersign_model::attempt::ATTEMPTS_MAX;
use countersign_model::{
    Administrator, Branding, Channel, Delivery, DeliveryState, Elevation, File, List, NewRequest,
    Organization, Permission, Renews, Reported, Request, RequestId, Signer, Subject, TransitionError,
};
use jiff::SignedDuration;

use super::{EMAIL_KEY, HASH, SMS_KEY, Stage, URL};

async fn one_subscriber() -> Stage {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage
}

async fn only(stage: &Stage) -> Delivery {
    let mut all = stage.deliveries().await;
    assert_eq!(all.len(), 1);
    all.remove(0)
}

#[tokio::test]
async fn an_email_carries_what_is_needed_to_decide_as_postmark_takes_it() {
    let stage = one_subscriber().await;
    let device = stage.world.computer(&stage.group);
    let new = NewRequest { policy_name: Some("Default <policy>".to_owned()), ..stage.new_request() };
    let request = stage.submit(&device, new).await;
    stage.process_company().await;
    let sent = stage.world.outbound.take_external().remove(0);
    assert_eq!(sent.request.uri(), "https://api.postmarkapp.com/email");
    assert_eq!(sent.request.headers()["x-postmark-server-token"], EMAIL_KEY);
    assert_eq!(sent.timeout, Duration::from_secs(10));
    let json = sent.json();
    assert_eq!(json["From"], "Countersign <noreply@approvals.example>");
    assert_eq!((&json["TrackLinks"], &json["TrackOpens"]), (&"None".into(), &false.into()));
    let text = json["TextBody"].as_str().unwrap();
    let link = format!("{URL}/requests/{}", request.id);
    for part in [
        "Example & Sons",
        &device.record.hostname,
        "bob",
        "C:\\Users\\bob\\setup.exe",
        HASH,
        "CN=Example Software",
        "> I need it for work",
        "Policy: Default <policy>",
        &link,
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let html = json["HtmlBody"].as_str().unwrap();
    assert!(html.contains("Example &amp; Sons") && html.contains("Default &lt;policy&gt;"), "{html}");
    assert!(html.contains(&format!("<a href=\"{link}\"")), "{html}");
    assert_eq!(only(&stage).await.state, DeliveryState::Sent);
}

#[tokio::test]
async fn an_email_shows_the_brand_of_its_organization_and_what_that_inherits() {
    let stage = one_subscriber().await;
    let brand = |branding: Branding| move |old: &Organization| Ok::<_, ()>(old.branded(branding.clone()));
    let above = Branding {
        display_name: Some("Holding".to_owned()),
        reply_to: Some("desk@holding.example".parse().unwrap()),
        ..Branding::default()
    };
    let own = Branding {
        display_name: Some("Sons' <Security>".to_owned()),
        colour: Some("#0a7b3c".to_owned()),
        ..Branding::default()
    };
    let journal = &stage.world.journal;
    journal.update(&stage.world.root.id, brand(above)).await.unwrap();
    journal.update(&stage.company.id, brand(own)).await.unwrap();
    let device = stage.world.computer(&stage.group);
    stage.submit(&device, stage.new_request()).await;
    stage.process_company().await;
    let json = stage.world.outbound.take_external().remove(0).json();
    assert_eq!(json["From"], "\"Sons' <Security>\" <noreply@approvals.example>");
    assert_eq!(json["ReplyTo"], "desk@holding.example", "as set above");
    assert!(json["TextBody"].as_str().unwrap().starts_with("Sons' <Security>\n\n"), "{json}");
    let html = json["HtmlBody"].as_str().unwrap();
    assert!(html.contains("bgcolor=\"#0a7b3c\"") && html.contains(">Sons&#39; &lt;Security&gt;<"), "{json}");
}

#[tokio::test]
async fn an_email_shows_what_is_odd_in_what_a_computer_reports() {
    let stage = one_subscriber().await;
    let device = stage.world.computer(&stage.group);
    let file = stage.new_request().subject.file().unwrap().clone();
    let subject = Subject::Application(File {
        path: Some("C:\\a\u{202e}b\u{0}.exe".into()),
        certificate: Some("CN=a\nPath: x".into()),
        calling_process: Some(Reported::new(&"x".repeat(40_000), Reported::PROCESS_MAX)),
        ..file.clone()
    });
    let unknown_policy = Some("pol\nx".into());
    let new = NewRequest { subject, unknown_policy, ..stage.new_request() };
    stage.submit(&device, new.clone()).await;
    stage.process_company().await;
    let text = only_text(&stage);
    for line in
        [r"Path: C:\a\u{202e}b\u{0}.exe", r"Certificate: CN=a\u{a}Path: x", r"Unknown policy: pol\u{a}x"]
    {
        assert!(text.lines().any(|each| each == line), "{line} in {text}");
    }
    assert!(
        text.contains(r"asks for permission: run a\u{202e}b\u{0}.exe") && text.contains(r"x\u{…}x"),
        "{text}"
    );
    let sha256 = super::OTHER_HASH.parse().unwrap();
    let bare = Subject::Elevation(File { path: None, certificate: Some("".into()), sha256, ..file });
    stage.submit(&device, NewRequest { subject: bare, ..new }).await;
    stage.process_company().await;
    let text = only_text(&stage);
    for part in ["Path: not known\n", "Certificate: with an empty subject\n", "run SHA-256 "] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

/// The text of the only message sent since.
fn only_text(stage: &Stage) -> String {
    let mut sent = stage.world.outbound.take_external();
    assert_eq!(sent.len(), 1);
    sent.remove(0).json()["TextBody"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_text_message_goes_to_twilio() {
    let stage = Stage::new().await;
    stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], |a| Administrator {
        channels: vec![Channel::Sms],
        phone: Some("+15550123".parse().unwrap()),
        ..a
    });
    stage.world.settings.set("sms_callback_key", SMS_KEY);
    let request = stage.ask().await;
    stage.process_company().await;
    let sent = stage.world.outbound.take_external().remove(0);
    assert_eq!(sent.request.uri(), "https://api.twilio.com/2010-04-01/Accounts/AC123/Messages.json");
    let credentials = base64::engine::general_purpose::STANDARD.encode(format!("AC123:{SMS_KEY}"));
    assert_eq!(sent.request.headers()["authorization"], format!("Basic {credentials}"));
    let (to, body) = super::message(&sent);
    assert_eq!(to, "+15550123");
    for part in ["Example & Sons", HASH, "CN=Example Software", &format!("{URL}/requests/{}", request.id)] {
        assert!(body.contains(part), "{part} in {body}");
    }
    assert!(body.chars().count() < 400, "{body}");
    let key = stage.deliveries().await.remove(0).message_key();
    let reports = format!("{URL}/v1/callbacks/twilio?countersign={key}");
    let mut fields = form_urlencoded::parse(sent.request.body());
    assert!(fields.any(|(name, value)| name == "StatusCallback" && value == reports));
}

#[tokio::test]
async fn the_dev_provider_is_a_mailbox() {
    let stage = one_subscriber().await;
    stage.world.settings.set("email_provider", "dev");
    stage.ask().await;
    stage.process_company().await;
    let sent = stage.world.outbound.take_external().remove(0);
    assert_eq!(sent.request.uri(), "http://mailbox.countersign.internal/email");
    let json = sent.json();
    for field in ["to", "from", "subject", "text", "html"] {
        assert!(json[field].is_string(), "{field} in {json}");
    }
}

#[tokio::test]
async fn nothing_from_outside_forges_a_message() {
    let stage = one_subscriber().await;
    let mut device = stage.world.computer(&stage.group);
    let mut new = stage.new_request();
    device.record.hostname = "pc\r\nBcc: all@evil.com".to_owned();
    new.requester.username = "<a href=\"http://evil.com\">bob</a>".to_owned();
    new.requester.reason =
        Some("x\n\nOpen the request and decide:\nhttps://evil.com/login <script>".to_owned());
    stage.submit(&device, new).await;
    stage.process_company().await;
    let json = stage.world.outbound.take_external().remove(0).json();
    let (text, html) = (json["TextBody"].as_str().unwrap(), json["HtmlBody"].as_str().unwrap());
    assert!(!json["Subject"].as_str().unwrap().contains(['\r', '\n']), "{json}");
    assert!(text.contains("> https{://}evil{.}com/login"), "{text}");
    assert_eq!(text.lines().filter(|line| *line == "Open the request and decide:").count(), 1, "{text}");
    for part in ["evil.com", "://evil"] {
        assert!(!text.contains(part) && !html.contains(part), "{part} in {text}{html}");
    }
    assert!(!html.contains("<script") && html.matches("<a ").count() == 1, "{html}");
}

#[tokio::test]
async fn answers_mean_sent_later_or_never() {
    let cases: &[(u16, DeliveryState, &str)] = &[
        (200, DeliveryState::Sent, "taken"),
        (202, DeliveryState::Sent, "taken"),
        (429, DeliveryState::Pending, "too many now"),
        (500, DeliveryState::Pending, "their trouble"),
        (503, DeliveryState::Pending, "their trouble"),
        (400, DeliveryState::Failed, "never acceptable"),
        (401, DeliveryState::Failed, "the key is wrong"),
        (422, DeliveryState::Failed, "the address is wrong"),
    ];
    for (status, expected, why) in cases {
        let stage = one_subscriber().await;
        stage.world.outbound.answer_with(*status, r#"{"Message":"their words"}"#);
        stage.ask().await;
        stage.process_company().await;
        let delivery = only(&stage).await;
        assert_eq!(delivery.state, *expected, "{why}");
        assert_eq!(delivery.last_answer.unwrap(), format!("{status}: their words"), "{why}");
        assert_eq!(delivery.attempts, 1, "{why}");
    }
}

#[tokio::test]
async fn troubles_on_the_way_are_tried_again_and_a_host_not_allowed_is_not() {
    let cases = [
        (OutboundError::TimedOut, DeliveryState::Pending),
        (OutboundError::Failed("connection refused".to_owned()), DeliveryState::Pending),
        (OutboundError::TooLarge, DeliveryState::Pending),
        (OutboundError::NotAllowed, DeliveryState::Failed),
    ];
    for (error, expected) in cases {
        let stage = one_subscriber().await;
        stage.world.outbound.fail_with(error.clone());
        stage.ask().await;
        stage.process_company().await;
        assert_eq!(only(&stage).await.state, expected, "{error}");
    }
}

#[tokio::test]
async fn pauses_grow_and_honour_retry_after_until_it_is_given_up() {
    let stage = one_subscriber().await;
    stage.world.outbound.answer_with(500, "");
    stage.ask().await;
    stage.process_company().await;
    let mut pauses = Vec::new();
    while only(&stage).await.state == DeliveryState::Pending {
        let next = only(&stage).await.next_attempt_at.unwrap();
        let pause = next.duration_since(stage.world.now());
        pauses.push(pause);
        stage.tick().await;
        stage.world.advance(pause.try_into().unwrap());
        let ticked = stage.tick().await;
        assert!(ticked["next_due_at"].is_string() || only(&stage).await.state == DeliveryState::Failed);
        assert!(pauses.len() < 50);
    }
    assert_eq!(only(&stage).await.state, DeliveryState::Failed);
    let attempts = usize::try_from(ATTEMPTS_MAX).unwrap();
    assert_eq!(stage.told().len(), attempts, "one message for each attempt, none early");
    let longest = pauses.iter().max().unwrap();
    assert!(
        pauses[0] < SignedDuration::from_secs(10) && *longest > SignedDuration::from_hours(4),
        "{pauses:?}"
    );

    let stage = one_subscriber().await;
    for (value, seconds) in [("120", 120), ("Mon, 01 Jun 2026 12:10:00 GMT", 0)] {
        stage.world.outbound.answer(move |_| {
            let mut response = http::Response::new(bytes::Bytes::new());
            *response.status_mut() = http::StatusCode::TOO_MANY_REQUESTS;
            response.headers_mut().insert("retry-after", value.parse().unwrap());
            Ok(response)
        });
        if seconds > 0 {
            stage.ask().await;
            stage.process_company().await;
            let pause = only(&stage).await.next_attempt_at.unwrap().duration_since(stage.world.now());
            assert_eq!(pause, SignedDuration::from_secs(seconds));
            stage.world.advance(Duration::from_secs(120));
        } else {
            stage.tick().await;
            let next = only(&stage).await.next_attempt_at.unwrap();
            assert_eq!(next.to_string(), "2026-06-01T12:10:00Z");
        }
    }
}

#[tokio::test]
async fn a_missing_or_unknown_provider_is_a_visible_failure() {
    let cases = [
        ("email_provider", "", "`email_provider`"),
        ("email_provider", "pigeon", "`pigeon`"),
        ("email_api_key", "", "`email_api_key`"),
        ("email_from", "", "`email_from`"),
        ("email_api_key", "bad\nkey", "malformed"),
        ("email_api_url", "not an origin", "malformed"),
        ("public_url", "", "`public_url`"),
    ];
    for (variable, value, words) in cases {
        let stage = one_subscriber().await;
        stage.world.settings.set(variable, value);
        stage.ask().await;
        stage.process_company().await;
        let delivery = only(&stage).await;
        assert_eq!(delivery.state, DeliveryState::Failed, "{variable}={value}");
        let answer = delivery.last_answer.unwrap();
        assert!(answer.contains(words), "{answer}");
        assert!(!answer.contains("bad"), "no key in the log: {answer}");
        assert_eq!(stage.told(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_provider_of_ones_own_is_called_where_the_variable_says() {
    let stage = one_subscriber().await;
    stage.world.settings.set("email_api_url", "http://127.0.0.1:9999/");
    stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.world.outbound.take_external().remove(0).request.uri(), "http://127.0.0.1:9999/email");
}

#[tokio::test]
async fn events_are_processed_while_somebody_waits_for_a_provider() {
    let stage = one_subscriber().await;
    let sending = delivery_lease(&stage.company.id);
    let held = stage.world.journal.lease(&sending).await.unwrap().unwrap();
    let request = stage.ask().await;
    stage.process_company().await;
    let pending =
        stage.world.journal.projection(&stage.company.id).await.unwrap().value.count(List::PendingRequests);
    assert_eq!(pending, 1, "{request:?}");
    assert_eq!(only(&stage).await.state, DeliveryState::Pending, "left to whoever sends");
    stage.world.journal.release(held).await.unwrap();
    stage.tick().await;
    assert_eq!(only(&stage).await.state, DeliveryState::Sent);
}

#[tokio::test]
async fn the_answer_to_whoever_wakes_does_not_wait_for_providers() {
    let stage = one_subscriber().await;
    stage.ask().await;
    let body = serde_json::json!({ "organization_id": stage.company.id });
    let answer = stage.processor.post("/process").json(body).send().await;
    assert_eq!(answer.status, 200);
    assert_eq!(stage.told(), Vec::<String>::new(), "planned and sent afterwards");
    stage.world.settle().await;
    assert_eq!(stage.told().len(), 1);
}

#[tokio::test]
async fn an_email_says_who_signed_a_file_and_whether_that_was_verified() {
    let stage = one_subscriber().await;
    let device = stage.world.computer(&stage.group);
    let file = stage.new_request().subject.file().unwrap().clone();
    let signer =
        Signer { subject: Some("CN=Tools".into()), issuer: Some("CN=CA".into()), ..Signer::default() };
    let whole = File {
        certificate: None,
        signers: [vec![Signer { verified: true, ..signer.clone() }], vec![signer; 3]].concat(),
        product: Some("Tool\nPath: x".into()),
        command_line: Some("setup.exe /quiet".into()),
        origin: Some("https://tools.example/setup.exe".into()),
        elevation: Some(Elevation { account: Some("Administrator".into()), seconds: Some(7200) }),
        ..file
    };
    stage.submit(&device, NewRequest { subject: Subject::Elevation(whole), ..stage.new_request() }).await;
    stage.process_company().await;
    let text = only_text(&stage);
    for line in [
        "Signed by: CN=Tools, issued by CN=CA; verified by the agent",
        "Signed by: CN=Tools, issued by CN=CA; NOT verified by the agent",
        "Also signed by: 1 more",
        r"Product: Tool\u{a}Path: x",
        "Command line: setup.exe /quiet",
        "Run as: Administrator",
        "For: 2 hours",
    ] {
        assert!(text.lines().any(|each| each == line), "{line} in {text}");
    }
    assert!(
        text.contains("Came from: ") && !text.contains("https://tools.example"),
        "no link that was not ours: {text}"
    );
    assert!(!text.contains("Certificate:"), "{text}");
}

#[tokio::test]
async fn an_email_about_a_renewal_says_what_it_prolongs_and_until_when_that_lasts() {
    let stage = one_subscriber().await;
    let device = stage.world.computer(&stage.group);
    let ends_at = "2026-06-01T12:30:00Z".parse().unwrap();
    let request_id = RequestId::from_ulid(stage.world.ulid());
    let renews = Some(Renews { request_id, ends_at });
    let request = stage.submit(&device, stage.new_request()).await;
    let renewing = |old: &Request| Ok::<_, TransitionError>(old.clone().renewing(renews.clone()));
    stage.world.journal.update(&request.id, renewing).await.unwrap();
    stage.process_company().await;
    let text = only_text(&stage);
    let opening = "asks to prolong what ends at 2026-06-01 12:30 UTC: run setup.exe";
    assert!(text.contains(opening), "{text}");
}

//! How providers and integrations are doing, as administrators see it.
use countersign_http::testing::Person;
use countersign_model::Permission;
use serde_json::{Value, json};

use super::{EMAIL_KEY, SMS_KEY, Stage};

async fn channels(stage: &Stage, who: &Person) -> Value {
    let path = format!("/v1/notifications/channels?organization_id={}", stage.company.id);
    let answer = stage.sender.get(&path).bearer(&who.token).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    for secret in [EMAIL_KEY, SMS_KEY] {
        assert!(!answer.text().contains(secret), "{}", answer.text());
    }
    answer.json()
}

async fn ask(stage: &Stage, number: usize) {
    stage.submit(&stage.world.computer(&stage.group), stage.new_request_for(number)).await;
    stage.process_company().await;
}

#[tokio::test]
async fn each_place_says_what_is_missing_and_how_its_provider_does() {
    let stage = Stage::new().await;
    let viewer = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let never = channels(&stage, &viewer).await;
    let places: Vec<_> = never["providers"].as_array().unwrap().iter().map(|each| &each["place"]).collect();
    assert_eq!(places[..4], ["email", "email_fallback", "sms", "sms_fallback"]);
    assert_eq!(places[4..], ["push_google", "push_mozilla", "push_apple", "push_microsoft"]);
    let email = &never["providers"][0];
    assert_eq!((&email["provider"], &email["missing"]), (&json!("postmark"), &json!(null)));
    assert_eq!(email["last_success_at"], json!(null));
    let fallback = &never["providers"][1];
    assert_eq!((&fallback["provider"], &fallback["missing"]), (&json!(null), &json!(null)));

    ask(&stage, 0).await;
    let well = channels(&stage, &viewer).await["providers"][0].clone();
    assert_eq!(well["last_success_at"], json!(stage.world.now()));

    stage.world.outbound.answer_with(401, r#"{"Message":"bad token of ann@company.example"}"#);
    ask(&stage, 1).await;
    let refused = channels(&stage, &viewer).await["providers"][0].clone();
    assert_eq!(refused["last_failure"], json!("401: bad token of …"));
    assert_eq!((&refused["failures"], &refused["not_called_until"]), (&json!(0), &json!(null)));

    stage.world.outbound.answer_with(503, "");
    for number in 2..5 {
        ask(&stage, number).await;
    }
    let open = channels(&stage, &viewer).await["providers"][0].clone();
    assert_eq!((&open["failures"], &open["last_failure"]), (&json!(3), &json!("503")));
    assert!(open["not_called_until"].is_string(), "{open}");
    stage.world.advance(std::time::Duration::from_secs(31));
    assert_eq!(channels(&stage, &viewer).await["providers"][0]["not_called_until"], json!(null));
}

#[tokio::test]
async fn what_is_missing_is_named_by_its_variable() {
    let cases = [
        ("email_api_key", "", 0, "`email_api_key` is not set"),
        ("email_from", "", 0, "`email_from` is not set"),
        ("email_provider", "pigeon", 0, "`email_provider` names an unknown provider: `pigeon`"),
        ("email_provider", "", 0, "no provider is configured; set `email_provider`"),
        ("email_fallback_provider", "sendgrid", 1, "`email_fallback_api_key` is not set"),
        ("sms_account", "", 2, "`sms_account` is not set"),
        ("public_url", "", 0, "`public_url` is not set"),
    ];
    for (name, value, place, expected) in cases {
        let stage = Stage::new().await;
        let viewer = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
        stage.world.settings.set(name, value);
        let shown = channels(&stage, &viewer).await;
        assert_eq!(shown["providers"][place]["missing"], expected, "{name}");
    }
}

#[tokio::test]
async fn every_provider_with_all_its_variables_has_nothing_missing() {
    let stage = Stage::new().await;
    let viewer = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    for (channel, place, providers) in [
        ("email", 0, ["dev", "postmark", "sendgrid", "mailgun", "resend", "ses", "graph"].as_slice()),
        ("sms", 2, ["dev", "twilio", "vonage", "sns"].as_slice()),
    ] {
        for provider in providers {
            let account = match *provider {
                "graph" => "a-tenant/a-client",
                "twilio" => "AC123",
                _ => "an-account",
            };
            let url = match *provider {
                "ses" => "https://email.eu-west-1.amazonaws.com",
                "sns" => "https://sns.eu-west-1.amazonaws.com",
                _ => "",
            };
            for (name, value) in [("provider", *provider), ("account", account), ("api_url", url)] {
                stage.world.settings.set(&format!("{channel}_{name}"), value);
            }
            let shown = channels(&stage, &viewer).await["providers"][place].clone();
            assert_eq!((&shown["provider"], &shown["missing"]), (&json!(provider), &json!(null)));
        }
    }
}

#[tokio::test]
async fn only_who_sees_the_log_sees_the_channels() {
    let stage = Stage::new().await;
    let approver = stage.world.administrator(&stage.company, [Permission::ApproveForGroup]);
    let sister = stage.world.organization(&stage.world.root, "Sister");
    let stranger = stage.world.administrator(&sister, [Permission::SuperAdmin]);
    let path = format!("/v1/notifications/channels?organization_id={}", stage.company.id);
    assert_eq!(stage.sender.get(&path).bearer(&approver.token).send().await.status, 403);
    assert_eq!(stage.sender.get(&path).bearer(&stranger.token).send().await.status, 404);
    assert_eq!(stage.sender.get(&path).send().await.status, 401);
    let viewer = stage.world.administrator(&stage.company, [Permission::ViewAdministrators]);
    assert_eq!(channels(&stage, &viewer).await["integrations"], json!([]));
}

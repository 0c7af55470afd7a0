//! What is wrong with variables, as the doctor is told before a message is sent.
use super::Stage;

/// What is said of the variables that a stage has, with these changes.
async fn wrong(changes: &[(&str, &str)]) -> Vec<String> {
    let stage = Stage::new().await;
    for (name, value) in changes {
        stage.world.settings.set(name, value);
    }
    let answer = stage.sender.post("/settings").send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(stage.told().len(), 0, "nobody is told of it");
    let json = answer.json();
    let wrong = json["wrong"].as_array().unwrap();
    wrong.iter().map(|each| format!("{} > {}", each["what"], each["advice"])).collect()
}

#[tokio::test]
async fn nothing_is_wrong_with_providers_that_can_be_called() {
    assert_eq!(wrong(&[]).await, Vec::<String>::new());
    let none = [("email_provider", ""), ("sms_provider", ""), ("slack_rate", "off"), ("teams_rate", "1/60")];
    assert_eq!(wrong(&none).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_keeps_a_provider_or_an_integration_from_being_called_is_said() {
    let cases = [
        ("email_provider", "postmrk", "`email_provider` names an unknown provider: `postmrk`"),
        ("email_api_key", "", "`email_api_key` is not set"),
        ("email_rate", "often", "`email_rate` is not a rate"),
        (
            "email_fallback_provider",
            "twilio",
            "`email_fallback_provider` names an unknown provider: `twilio`",
        ),
        ("sms_provider", "twillio", "`sms_provider` names an unknown provider: `twillio`"),
        ("sms_from", "", "`sms_from` is not set"),
        ("slack_rate", "30", "`slack_rate` is not a rate"),
        ("pagerduty_rate", "0/60", "`pagerduty_rate` is not a rate"),
    ];
    for (name, value, expected) in cases {
        let wrong = wrong(&[(name, value)]).await;
        assert!(wrong.len() == 1 && wrong[0].contains(expected), "{name}: {wrong:?}");
    }
}

//! Messages to the requester: decisions, without their own words, and not too many.
use std::time::Duration;

use countersign_model::{DecisionScope, DeliveryState, Outcome};

use super::Stage;

#[tokio::test]
async fn the_requester_is_told_of_approvals_and_denials_with_nothing_of_their_own() {
    for (outcome, told) in [(Outcome::Approved, true), (Outcome::Denied, true), (Outcome::Ignored, false)] {
        let stage = Stage::new().await;
        let device = stage.world.computer(&stage.group);
        let mut new = stage.new_request();
        new.requester.email = Some("bob@example.com".parse().unwrap());
        let request = stage.submit(&device, new).await;
        stage.decide(&request, outcome, DecisionScope::Computer, false).await;
        stage.process_company().await;
        let sent = stage.world.outbound.take_external();
        assert_eq!(sent.len(), usize::from(told), "{outcome}");
        let Some(sent) = sent.first() else { continue };
        let json = sent.json();
        let whole = json.to_string();
        for own in
            ["setup.exe", "C:\\\\", "I need it", "\"bob\"", "bob on", &device.record.hostname, super::HASH]
        {
            assert!(!whole.contains(own), "{own} in {whole}");
        }
        assert!(!whole.contains("an internal note"), "{whole}");
        assert!(json["TextBody"].as_str().unwrap().contains("> fine <b>with</b> me"), "{whole}");
        assert!(json["HtmlBody"].as_str().unwrap().contains("fine &lt;b&gt;with&lt;/b&gt; me"), "{whole}");
        let opening = format!("Your request to run a program was {outcome}.\n");
        assert!(json["TextBody"].as_str().unwrap().starts_with(&opening), "{whole}");
        // What becomes of it later stands under the same subject.
        assert!(json["Subject"].as_str().unwrap().contains(": your request of 20"), "{whole}");
    }
}

#[tokio::test]
async fn a_requester_without_an_address_is_not_told() {
    let stage = Stage::new().await;
    let request = stage.ask().await;
    stage.decide(&request, Outcome::Approved, DecisionScope::Computer, false).await;
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new());
}

#[tokio::test]
async fn the_requests_of_one_computer_cause_ten_messages_a_day_to_one_address_and_200_in_all() {
    let stage = Stage::new().await;
    let device = stage.world.computer(&stage.group);
    let other = stage.world.computer(&stage.group);
    let ask = |device, addresses: Vec<String>| {
        let stage = &stage;
        async move {
            let mut new = stage.new_request();
            new.requester.email = addresses.first().map(|address| address.parse().unwrap());
            let request = stage.submit(device, new).await;
            for (number, address) in addresses.iter().enumerate().skip(1) {
                stage.join(&request, &format!("user {number}"), Some(address)).await;
            }
            stage.decide(&request, Outcome::Denied, DecisionScope::Computer, false).await;
            stage.process_company().await;
            stage.told().len()
        }
    };
    let victim = || vec!["victim@example.com".to_owned()];
    for nth in 0..10 {
        assert_eq!(ask(&device, victim()).await, 1, "{nth}");
    }
    assert_eq!(ask(&device, vec!["Victim@Example.com".to_owned()]).await, 0, "the eleventh");
    let states = stage.states().await;
    assert!(
        states.contains(&("Victim@Example.com".to_owned(), DeliveryState::Skipped)),
        "it shows: {states:?}"
    );
    assert_eq!(ask(&other, victim()).await, 1, "another computer");
    for request in 0..3 {
        let many = (0..60).map(|number| format!("user{request}-{number}@example.com")).collect();
        assert_eq!(ask(&device, many).await, 60, "{request}");
    }
    let many = (0..20).map(|number| format!("more{number}@example.com")).collect();
    assert_eq!(ask(&device, many).await, 10, "200 in all");
    assert_eq!(ask(&other, vec!["carol@example.com".to_owned()]).await, 1, "another computer");
    stage.world.advance(Duration::from_secs(24 * 60 * 60));
    assert_eq!(ask(&device, victim()).await, 1, "the next day");
}

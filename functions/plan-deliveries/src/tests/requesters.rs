//! Several users of one computer who ask for the same: all are told, and administrators hear of it once.
use countersign_model::{DecisionScope, Outcome, Permission, RequestStatus};

use super::Stage;

fn emails(numbers: impl IntoIterator<Item = usize>) -> Vec<String> {
    let mut all: Vec<_> = numbers.into_iter().map(|number| format!("user{number:02}@example.com")).collect();
    all.sort();
    all
}

#[tokio::test]
async fn thirteen_users_of_one_computer_are_all_told() {
    for outcome in [Outcome::Approved, Outcome::Denied] {
        let stage = Stage::new().await;
        let request = stage.ask().await;
        for number in 0..13 {
            let email = format!("user{number:02}@example.com");
            stage.join(&request, &format!("user {number}"), Some(&email)).await;
        }
        stage.process_company().await;
        stage.decide(&request, outcome, DecisionScope::Computer, false).await;
        stage.world.memory.interleave(true);
        stage.process_company().await;
        stage.world.memory.interleave(false);
        assert_eq!(stage.told(), emails(0..13), "{outcome}");
        stage.tick().await;
        assert_eq!(stage.told(), Vec::<String>::new(), "{outcome}: once");
    }
}

#[tokio::test]
async fn whoever_gave_an_address_later_is_told_and_whoever_withdrew_or_gave_none_is_not() {
    let stage = Stage::new().await;
    let request = stage.ask().await;
    stage.join(&request, "bob", Some("user00@example.com")).await;
    stage.join(&request, "carol", Some("user01@example.com")).await;
    stage.join(&request, "dave", None).await;
    stage.join(&request, "erin", Some("user02@example.com")).await;
    stage.withdraw(&request, "erin").await;
    stage.withdraw(&request, "carol").await;
    stage.join(&request, "carol", None).await;
    stage.join(&request, "frank", Some("USER01@example.com")).await;
    stage.decide(&request, Outcome::Denied, DecisionScope::Computer, false).await;
    stage.process_company().await;
    assert_eq!(stage.told(), emails([0, 1]), "and each address once");
}

#[tokio::test]
async fn a_request_that_ends_with_its_computer_is_told_to_all_who_wait() {
    let stage = Stage::new().await;
    let request = stage.ask().await;
    stage.join(&request, "carol", Some("user01@example.com")).await;
    stage.join(&request, "dave", Some("user02@example.com")).await;
    stage.join(&request, "erin", Some("user03@example.com")).await;
    stage.withdraw(&request, "dave").await;
    stage.process_company().await;
    stage.remove(&request).await;
    stage.process_company().await;
    assert_eq!(stage.told(), emails([1, 3]));
}

#[tokio::test]
async fn nobody_is_told_of_a_request_from_which_all_withdrew() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let request = stage.ask().await;
    stage.join(&request, "carol", Some("user01@example.com")).await;
    stage.withdraw(&request, "bob").await;
    stage.withdraw(&request, "carol").await;
    stage.process_company().await;
    assert_eq!(stage.request(&request.id).await.status, RequestStatus::Cancelled);
    assert_eq!(stage.told(), Vec::<String>::new());
}

#[tokio::test]
async fn administrators_hear_once_of_all_who_ask_by_then() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let request = stage.ask().await;
    stage.join(&request, "carol http://evil.com", None).await;
    stage.join(&request, "dave", None).await;
    stage.withdraw(&request, "dave").await;
    for number in 0..12 {
        stage.join(&request, &format!("user {number}"), None).await;
    }
    stage.process_company().await;
    let sent = stage.world.outbound.take_external();
    assert_eq!(sent.len(), 1, "one message");
    let (text, subject) = (sent[0].json()["TextBody"].clone(), sent[0].json()["Subject"].clone());
    let (text, subject) = (text.as_str().unwrap(), subject.as_str().unwrap());
    assert!(text.starts_with("bob and 13 more on "), "{text}");
    assert!(subject.contains(": bob on "), "the same whoever joins: {subject}");
    for part in [
        "\nUser: bob\n",
        "\nAlso asked by: carol http{://}evil{.}com, user 0, ",
        "user 8, 3 more\n",
        "\nReasons:\n> bob: I need it for work\n> carol http{://}evil{.}com: carol http{://}evil{.}com needs it\n",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("dave"), "a user who withdrew is not named: {text}");
    stage.join(&request, "late", None).await;
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new(), "{} is not told of those who join", person.record.email);
}

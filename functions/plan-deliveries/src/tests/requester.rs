//! Messages to the requester: decisions, without their own words, and not too many, but never none.
use std::time::Duration;

use countersign_http::testing::{Device, World};
use countersign_kv::memory::Memory;
use countersign_model::{DecisionScope, DeliveryState, NoticeName, Outcome, ToldAs};

use super::Stage;

const HOUR: Duration = Duration::from_secs(60 * 60);

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

/// These users of a computer ask for one thing, and are denied it. Who was told.
async fn denied(stage: &Stage, device: &Device, addresses: Vec<String>) -> usize {
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

fn victim() -> Vec<String> {
    vec!["victim@example.com".to_owned()]
}

#[tokio::test]
async fn the_requests_of_one_computer_cause_ten_messages_a_day_to_one_address_and_then_digests() {
    let stage = Stage::new().await;
    let device = stage.world.computer(&stage.group);
    let other = stage.world.computer(&stage.group);
    for nth in 0..10 {
        assert_eq!(denied(&stage, &device, victim()).await, 1, "{nth}");
    }
    for address in ["Victim@Example.com", "victim@example.com", "victim@example.com"] {
        assert_eq!(denied(&stage, &device, vec![address.to_owned()]).await, 0, "it is gathered");
    }
    assert_eq!(denied(&stage, &other, victim()).await, 1, "another computer");
    let with = vec!["victim@example.com".to_owned(), "carol@example.com".to_owned()];
    assert_eq!(denied(&stage, &device, with).await, 1, "another address");
    let states = stage.states().await.into_iter().map(|(_, state)| state);
    assert_eq!(states.filter(|state| *state == DeliveryState::Digested).count(), 4, "it shows");
    let log = super::digests::log(&stage).await;
    let digest = log.iter().find(|each| each.notice.name() == NoticeName::Digest).unwrap();
    assert_eq!(digest.told_as(), ToldAs::Requester);
    stage.world.advance(HOUR);
    stage.tick().await;
    let messages = stage.messages();
    assert_eq!(messages.len(), 1, "{messages:?}");
    let (to, text) = &messages[0];
    assert_eq!(to.to_lowercase(), "victim@example.com");
    assert!(text.starts_with("4 more messages about your requests.\n"), "{text}");
    assert_eq!(text.matches("Your request to run a program was denied.").count(), 4, "{text}");
    for own in ["setup.exe", "I need it", "bob", &device.record.hostname, super::HASH] {
        assert!(!text.contains(own), "{own} in {text}");
    }
    assert_eq!(denied(&stage, &device, victim()).await, 0, "the next one is gathered, too");
    stage.world.advance(HOUR);
    stage.tick().await;
    assert_eq!(stage.told().len(), 1, "at most one each hour");
    stage.world.advance(24 * HOUR);
    assert_eq!(denied(&stage, &device, victim()).await, 1, "the next day");
}

#[tokio::test]
async fn more_than_200_messages_a_day_of_one_computer_wait_and_are_not_lost() {
    let stage = Stage::new().await;
    let device = stage.world.computer(&stage.group);
    let other = stage.world.computer(&stage.group);
    let many = |request: usize, many: usize| {
        (0..many).map(|number| format!("user{request}-{number}@example.com")).collect::<Vec<_>>()
    };
    for request in 0..3 {
        assert_eq!(denied(&stage, &device, many(request, 60)).await, 60, "{request}");
    }
    assert_eq!(denied(&stage, &device, many(3, 30)).await, 20, "200 in all");
    let waiting = async || {
        let all = super::digests::log(&stage).await.into_iter();
        all.filter(|each| each.state == DeliveryState::Pending).collect::<Vec<_>>()
    };
    let waits = waiting().await;
    assert_eq!(waits.len(), 10);
    let why = "waits: the requests of this computer have reached the limit of messages for a day";
    assert!(waits.iter().all(|each| each.last_answer.as_deref() == Some(why) && each.attempts == 0));
    assert_eq!(denied(&stage, &other, vec!["carol@example.com".to_owned()]).await, 1, "another computer");
    stage.world.advance(HOUR);
    stage.tick().await;
    assert_eq!(stage.told(), Vec::<String>::new(), "not yet");
    stage.world.advance(23 * HOUR);
    stage.tick().await;
    assert_eq!(stage.told().len(), 10, "the next day");
    assert_eq!(waiting().await, []);
}

async fn gather_and_die(memory: Memory, nth: usize) -> bool {
    let stage = Stage::over(World::over(memory)).await;
    let device = stage.world.computer(&stage.group);
    for _ in 0..11 {
        denied(&stage, &device, victim()).await;
    }
    let mut new = stage.new_request();
    new.requester.email = Some("victim@example.com".parse().unwrap());
    let request = stage.submit(&device, new).await;
    stage.decide(&request, Outcome::Denied, DecisionScope::Computer, false).await;
    stage.process_alone().await;
    stage.world.memory.stop_before_write(nth);
    stage.plan_alone().await;
    let died = stage.world.memory.resume();
    for _ in 0..3 {
        stage.world.advance(HOUR);
        stage.tick().await;
    }
    let messages = stage.messages();
    let news: usize = messages.iter().map(|(_, text)| text.matches("was denied.").count()).sum();
    assert_eq!(news, 2, "{nth}: each once: {messages:?}");
    died
}

#[tokio::test]
async fn wherever_a_planner_dies_a_requester_hears_of_each_request_once() {
    let mut nth = 1;
    while gather_and_die(Memory::like_sqlite(), nth).await {
        nth += 1;
        assert!(nth < 80, "the work has an end");
    }
    assert!(nth > 3, "the faults cover the work: {nth}");
}

//! Matching requests: reported once, settled together.
use countersign_model::DecisionScope::{Computer, Group, Organization};
use countersign_model::Outcome::{Approved, Denied, Ignored};
use countersign_model::act::PasswordResetRequested;
use countersign_model::{
    ActName, DecisionScope, DeliveryState, List, Outcome, Permission, Permit, Request, RequestStatus, Who,
    lists,
};

use super::Stage;

#[tokio::test]
async fn a_matching_request_is_collapsed_into_the_one_told_of() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1);
    let later = stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new());
    let deliveries = stage.deliveries().await;
    let collapsed = deliveries.iter().find(|each| each.request_id.as_ref() == Some(&later.id)).unwrap();
    assert_eq!(
        (collapsed.state, &collapsed.address),
        (DeliveryState::Collapsed, &person.record.email.to_string())
    );
    assert!(collapsed.last_answer.as_ref().unwrap().contains("req_"), "{collapsed:?}");
}

#[tokio::test]
async fn many_matching_requests_processed_together_make_one_message() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    for _ in 0..30 {
        stage.ask().await;
    }
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1);
    let collapsed = stage.deliveries().await.iter().filter(|d| d.state == DeliveryState::Collapsed).count();
    assert_eq!(collapsed, 29);
}

#[tokio::test]
async fn nothing_is_collapsed_into_what_does_not_say_it() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let first = stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1);

    let device = stage.world.computer(&stage.group);
    let mut other = stage.new_request();
    let file = other.subject.file().unwrap().clone();
    other.subject = countersign_model::Subject::Application(countersign_model::File {
        sha256: super::OTHER_HASH.parse().unwrap(),
        ..file
    });
    stage.submit(&device, other).await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1, "another file");

    stage.decide(&first, Denied, Computer, false).await;
    stage.process_company().await;
    stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1, "the first no longer waits");

    let late = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told(), [late.record.email.to_string()], "only the new one was not told before");
}

#[tokio::test]
async fn nothing_is_collapsed_into_a_message_that_failed() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.world.outbound.answer_with(422, "{}");
    stage.ask().await;
    stage.process_company().await;
    stage.world.outbound.answer_with(200, "{}");
    stage.world.outbound.take();
    stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1);
}

#[tokio::test]
async fn a_decision_settles_the_matching_requests_in_its_scope() {
    let cases: &[(Outcome, DecisionScope, bool, bool, bool, &str)] = &[
        (Approved, Computer, false, false, false, "one computer's approval is its own"),
        (Approved, Group, false, true, false, "its group"),
        (Approved, Organization, false, true, true, "everybody"),
        (Denied, Organization, false, false, false, "a denial only when asked to"),
        (Denied, Organization, true, true, true, "a denial that was asked to"),
        (Denied, Group, true, true, false, "within its group"),
        (Denied, Computer, true, true, true, "who may deny one may deny each"),
        (Ignored, Organization, true, false, false, "setting aside concerns one request"),
    ];
    for (outcome, scope, matching, in_group, elsewhere, why) in cases {
        let stage = Stage::new().await;
        let decided = stage.ask().await;
        let of_group = stage.ask().await;
        let other_group = stage.world.group(&stage.company, "Servers");
        let device = stage.world.computer(&other_group);
        let of_other_group = stage.submit(&device, stage.new_request()).await;
        let mut different = stage.new_request();
        let file = different.subject.file().unwrap().clone();
        different.subject = countersign_model::Subject::Elevation(file);
        let different = stage.submit(&stage.world.computer(&stage.group), different).await;
        stage.process_company().await;
        stage.decide(&decided, *outcome, *scope, *matching).await;
        stage.process_company().await;
        for (request, expected) in
            [(&of_group, *in_group), (&of_other_group, *elsewhere), (&different, false)]
        {
            let now = stage.request(&request.id).await;
            let settled_by = now.decision.as_ref().and_then(|decision| decision.settled_by.clone());
            assert_eq!(settled_by, expected.then(|| decided.id.clone()), "{why}");
            assert_eq!(now.status == RequestStatus::Pending, !expected, "{why}");
        }
        let events = stage.events(List::SystemAudit, ActName::RequestSettled).await;
        assert_eq!(
            events.len(),
            usize::from(*in_group) + usize::from(*elsewhere),
            "each its own event: {why}"
        );
        assert!(events.iter().all(|event| matches!(event.who, Who::Administrator { .. })), "{why}");
        let pending = stage
            .world
            .journal
            .list(&Permit::scene(&stage.company.id), lists::PENDING_REQUESTS, None, 50)
            .await
            .unwrap();
        let left = 3 - usize::from(*in_group) - usize::from(*elsewhere);
        assert_eq!(pending.items.len(), left, "{why}");
    }
}

#[tokio::test]
async fn what_is_settled_along_goes_by_the_groups_that_the_computers_are_in_now() {
    for (outcome, matching) in [(Approved, false), (Denied, true)] {
        let stage = Stage::new().await;
        let servers = stage.world.group(&stage.company, "Servers");
        let [decided, stayed, moved_too, removed] =
            [stage.ask().await, stage.ask().await, stage.ask().await, stage.ask().await];
        let came = stage.submit(&stage.world.computer(&servers), stage.new_request()).await;
        stage.process_company().await;
        stage.move_to(&decided, &servers).await;
        stage.move_to(&moved_too, &servers).await;
        stage.move_to(&removed, &servers).await;
        stage.remove(&removed).await;
        stage.decide(&decided, outcome, Group, matching).await;
        stage.process_company().await;
        for (request, expected, why) in [
            (&stayed, false, "it stayed in the group that the decided one was in when it asked"),
            (&moved_too, true, "it was moved to the same group"),
            (&came, true, "it has been there all along"),
            (&removed, false, "nothing reaches a removed computer"),
        ] {
            let decision = stage.request(&request.id).await.decision;
            assert_eq!(decision.is_some(), expected, "{outcome}: {why}");
            let group = decision.and_then(|decision| decision.group_id);
            assert!(!expected || group == Some(servers.id.clone()), "{outcome}: {why}");
        }
    }
}

#[tokio::test]
async fn a_settled_request_rests_on_the_same_grant_and_its_requester_is_told() {
    let stage = Stage::new().await;
    let decided = stage.ask().await;
    let device = stage.world.computer(&stage.group);
    let mut new = stage.new_request();
    new.requester.email = Some("carol@example.com".parse().unwrap());
    let other = stage.submit(&device, new).await;
    stage.decide(&decided, Approved, Organization, false).await;
    stage.process_company().await;
    let grant = |request: &Request| request.decision.as_ref().unwrap().grant.clone().unwrap();
    assert_eq!(grant(&stage.request(&other.id).await), grant(&stage.request(&decided.id).await));
    assert_eq!(stage.told(), ["carol@example.com"]);
}

#[tokio::test]
async fn processing_twice_changes_nothing_more() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let decided = stage.ask().await;
    stage.ask().await;
    stage.process_company().await;
    stage.decide(&decided, Approved, Organization, false).await;
    stage.process_company().await;
    stage.world.outbound.take();
    let before =
        (stage.deliveries().await, stage.events(List::SystemAudit, ActName::RequestSettled).await.len());
    stage.process_company().await;
    stage.tick().await;
    let after =
        (stage.deliveries().await, stage.events(List::SystemAudit, ActName::RequestSettled).await.len());
    assert_eq!(before, after);
    assert_eq!(stage.told(), Vec::<String>::new());
}

/// The reads of a wake for a new request, and of a wake for a message that has nothing to do with requests, while this
/// many requests for other subjects are pending.
async fn reads_of_wakes(pending: usize) -> (usize, usize) {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let device = stage.world.computer(&stage.group);
    for number in 0..pending {
        stage.submit(&device, stage.new_request_for(number)).await;
        if number % 150 == 0 {
            stage.process_company().await;
        }
    }
    stage.process_company().await;
    stage.submit(&device, stage.new_request_for(pending)).await;
    stage.world.memory.reset_counts();
    crate::process::process_all(&stage.world.journal, None, &stage.company.id).await.unwrap();
    let request = stage.world.counts().reads;
    stage.world.save(&stage.company.id, PasswordResetRequested::of(&person.record), |change| change);
    stage.world.memory.reset_counts();
    crate::process::process_all(&stage.world.journal, None, &stage.company.id).await.unwrap();
    (request, stage.world.counts().reads)
}

#[tokio::test]
async fn a_wake_reads_as_much_however_many_requests_for_other_subjects_wait() {
    let (few, many) = (reads_of_wakes(10).await, reads_of_wakes(2_000).await);
    // A tree of two thousand is a level higher than one of ten, and its last node full or begun: a read or two for each list.
    for (what, few, many) in [("a request", few.0, many.0), ("a mail", few.1, many.1)] {
        assert!(many.abs_diff(few) <= 8, "{what}: {few} and {many}");
        assert!(few < 90, "{what}: {few}");
    }
}

#[tokio::test]
async fn a_decision_settles_every_matching_request_however_many_wait() {
    let stage = Stage::new().await;
    let decided = stage.ask().await;
    let mut all = Vec::new();
    for number in 0..620 {
        all.push(stage.ask().await);
        if number % 150 == 0 {
            stage.process_company().await;
        }
    }
    stage.process_company().await;
    stage.decide(&decided, Approved, Organization, false).await;
    stage.process_company().await;
    for request in &all {
        assert_eq!(stage.request(&request.id).await.status, RequestStatus::Approved);
    }
}

#[tokio::test]
async fn what_a_killed_processor_leaves_to_be_settled_is_settled_by_the_next_once_each() {
    // Of about 1,020 writes: in the first portion, at its end, and in the second.
    for nth in [20, 899, 906, 960] {
        let stage = Stage::new().await;
        let decided = stage.ask().await;
        let mut all = Vec::new();
        for _ in 0..330 {
            all.push(stage.ask().await);
        }
        stage.process_company().await;
        stage.decide(&decided, Approved, Organization, false).await;
        stage.world.memory.stop_before_write(nth);
        let _ = crate::process::process_all(&stage.world.journal, None, &stage.company.id).await;
        assert!(stage.world.memory.resume(), "{nth}: it was killed");
        stage.world.advance(std::time::Duration::from_secs(40));
        stage.process_company().await;
        stage.world.advance(std::time::Duration::from_secs(40));
        stage.process_company().await;
        for request in &all {
            assert_eq!(stage.request(&request.id).await.status, RequestStatus::Approved, "{nth}");
        }
        let projection = stage.world.journal.projection(&stage.company.id).await.unwrap().value;
        let left = (projection.count(List::PendingRequests), projection.count(List::MatchingRequests));
        assert_eq!(left, (0, 0), "{nth}");
    }
}

//! Requests that were denied along with one that is approved anew: they follow, and everybody hears of it.
use std::time::Duration;

use countersign_http::testing::World;
use countersign_journal::Change;
use countersign_kv::memory::{Like, Memory};
use countersign_model::DecisionScope::{Computer as ForComputer, Group, Organization};
use countersign_model::Outcome::{Approved, Denied};
use countersign_model::act::RequestDecided;
use countersign_model::{
    ActName, Decision, DecisionId, DecisionScope, GrantId, List, Outcome, Permission, Permit, Request,
    RequestStatus, TransitionError, Verdict,
};

use super::{Stage, dies, goes_on};

impl Stage {
    /// Decides anew, as approve-request does.
    async fn decide_anew(&self, request: &Request, outcome: Outcome, scope: DecisionScope) {
        let by = self.world.administrator(&self.company, [Permission::ApproveForEntireOrganization]).record;
        let verdict = Verdict {
            id: DecisionId::from_ulid(self.world.ulid()),
            outcome,
            scope,
            administrator_id: by.id,
            administrator_name: "Riley".to_owned(),
            message: Some("On second thought.".to_owned()),
            note: None,
            expires_at: None,
            grant: GrantId::from_ulid(self.world.ulid()),
        };
        self.world.advance(Duration::from_millis(5));
        let decision = Decision::new(verdict, self.world.now()).unwrap();
        let (origin, permit) = (self.origin(), Permit::scene(&self.company.id));
        let at = self.whereabouts(request).await;
        let replaced = self.request(&request.id).await.decision.unwrap().id;
        let decide = |old: &Request| {
            let new = old.decide_anew(decision.clone(), &replaced, &at)?;
            let change = Change::new(&permit, &origin, RequestDecided::of(old, &new, &decision));
            Ok::<_, TransitionError>((new, change))
        };
        self.world.journal.save_update(&request.id, None, decide).await.unwrap();
    }

    async fn asked_by(&self, email: &str) -> Request {
        let device = self.world.computer(&self.group);
        let mut new = self.new_request();
        new.requester.email = Some(email.parse().unwrap());
        self.submit(&device, new).await
    }

    async fn statuses(&self, requests: &[&Request]) -> Vec<RequestStatus> {
        let mut statuses = Vec::new();
        for request in requests {
            statuses.push(self.request(&request.id).await.status);
        }
        statuses
    }
}

#[tokio::test]
async fn what_was_denied_along_follows_an_approval_in_its_scope_and_its_revocation() {
    let stage = Stage::new().await;
    let first = stage.asked_by("ann@example.com").await;
    let along = stage.asked_by("bob@example.com").await;
    let moved = stage.asked_by("carol@example.com").await;
    let alone = stage.asked_by("dave@example.com").await;
    stage.process_company().await;
    stage.decide(&alone, Denied, ForComputer, false).await;
    stage.decide(&first, Denied, Organization, true).await;
    stage.process_company().await;
    assert_eq!(stage.statuses(&[&first, &along, &moved, &alone]).await, [RequestStatus::Denied; 4]);
    stage.told();
    stage.move_to(&moved, &stage.world.group(&stage.company, "Servers")).await;
    stage.decide_anew(&first, Approved, Group).await;
    stage.process_company().await;
    use RequestStatus::{Approved as Given, Denied as Refused};
    let expected = [Given, Given, Refused, Refused];
    assert_eq!(stage.statuses(&[&first, &along, &moved, &alone]).await, expected);
    let follower = stage.request(&along.id).await;
    let (now, before) = (follower.decision.unwrap(), follower.earlier_decisions);
    assert_eq!(
        (now.settled_by, now.message.as_deref()),
        (Some(first.id.clone()), Some("On second thought."))
    );
    assert_eq!((before.len(), before[0].outcome), (1, Denied), "what was decided before stays on record");
    assert_eq!(stage.told(), ["ann@example.com", "bob@example.com"]);
    let events = stage.events(List::UnifiedAudit, ActName::RequestSettled).await;
    let anew = events.iter().filter(|event| event.detail()["anew"] == true);
    assert_eq!((events.len(), anew.count()), (3, 1), "two denials, one approval");
    stage.process_company().await;
    stage.tick().await;
    assert_eq!(stage.events(List::UnifiedAudit, ActName::RequestSettled).await.len(), 3, "once");
    assert!(stage.told().is_empty());
}

#[tokio::test]
async fn another_denial_and_an_approval_for_one_computer_leave_the_others_denied() {
    for (outcome, scope) in [(Denied, Organization), (Approved, ForComputer)] {
        let stage = Stage::new().await;
        let [first, along] = [stage.ask().await, stage.ask().await];
        stage.process_company().await;
        stage.decide(&first, Denied, Organization, true).await;
        stage.process_company().await;
        stage.decide_anew(&first, outcome, scope).await;
        stage.process_company().await;
        assert_eq!(stage.request(&along.id).await.status, RequestStatus::Denied, "{outcome} {scope}");
        assert!(stage.request(&along.id).await.earlier_decisions.is_empty());
    }
}

#[tokio::test]
async fn what_is_denied_along_only_after_the_approval_follows_too() {
    let stage = Stage::new().await;
    let [first, along] = [stage.ask().await, stage.ask().await];
    stage.process_company().await;
    // Both decisions are made before the first is processed.
    stage.decide(&first, Denied, Organization, true).await;
    stage.decide_anew(&first, Approved, Organization).await;
    stage.process_company().await;
    assert_eq!(stage.statuses(&[&first, &along]).await, [RequestStatus::Approved; 2]);
}

#[tokio::test]
async fn more_than_a_turn_settles_all_follow() {
    let stage = Stage::new().await;
    let first = stage.ask().await;
    let mut others = Vec::new();
    for _ in 0..230 {
        others.push(stage.ask().await);
    }
    stage.process_company().await;
    stage.decide(&first, Denied, Organization, true).await;
    for _ in 0..4 {
        stage.process_company().await;
    }
    stage.decide_anew(&first, Approved, Organization).await;
    for _ in 0..4 {
        stage.process_company().await;
    }
    for other in &others {
        assert_eq!(stage.request(&other.id).await.status, RequestStatus::Approved);
    }
}

#[tokio::test]
async fn wherever_a_processor_dies_all_follow_once() {
    for name in [Like::Ideal, Like::Sqlite, Like::Redis] {
        for nth in 1..40 {
            let stage = Stage::over(World::over(Memory::new(name))).await;
            let [first, one, two] = [stage.ask().await, stage.ask().await, stage.ask().await];
            stage.process_company().await;
            stage.decide(&first, Denied, Organization, true).await;
            stage.process_company().await;
            stage.decide_anew(&first, Approved, Organization).await;
            let died = dies(&stage, nth, false).await;
            goes_on(&stage).await;
            let what = format!("{name:?} {nth}");
            assert_eq!(stage.statuses(&[&first, &one, &two]).await, [RequestStatus::Approved; 3], "{what}");
            let settled = stage.events(List::UnifiedAudit, ActName::RequestSettled).await;
            assert_eq!(settled.iter().filter(|event| event.detail()["anew"] == true).count(), 2, "{what}");
            if !died {
                break;
            }
        }
    }
}

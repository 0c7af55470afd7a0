//! Requests that were settled along with an approval: they follow it to its end.
use std::convert::Infallible;
use std::time::Duration;

use countersign_http::testing::World;
use countersign_journal::Change;
use countersign_kv::memory::{Like, Memory, Schedule};
use countersign_model::DecisionScope::{Group, Organization};
use countersign_model::Outcome::Approved;
use countersign_model::act::{GrantEdited, GroupDeleted, RequestRevoked};
use countersign_model::{
    ActName, AdministratorId, EndChange, EndReason, List, Permit, Request, RequestStatus, Revocation, Who,
};
use futures::future::BoxFuture;

use super::{Stage, dies, goes_on};

impl Stage {
    fn revocation(&self) -> Revocation {
        Revocation {
            administrator_id: AdministratorId::from_ulid(self.world.ulid()),
            administrator_name: "Riley".to_owned(),
            at: self.world.now(),
            message: Some("It was malware.".to_owned()),
        }
    }

    /// Revokes an approval, as approve-request does.
    async fn revoke(&self, request: &Request) -> Revocation {
        let revocation = self.revocation();
        let (origin, permit) = (self.origin(), Permit::scene(&self.company.id));
        let revoke = |old: &Request| {
            let new = old.revoke(revocation.clone())?;
            let change = Change::new(&permit, &origin, RequestRevoked::of(old, &new));
            Ok::<_, countersign_model::TransitionError>((new, change))
        };
        self.world.journal.save_update(&request.id, None, revoke).await.unwrap();
        revocation
    }

    /// Lets an approval end at another time, as manage-grants does.
    async fn ends(&self, request: &Request, end: jiff::Timestamp) {
        let change = EndChange {
            administrator_id: AdministratorId::from_ulid(self.world.ulid()),
            administrator_name: "Riley".to_owned(),
            at: self.world.now(),
        };
        let (origin, permit) = (self.origin(), Permit::scene(&self.company.id));
        let edit = |old: &Request| {
            let new = old.ending_at(Some(end), change.clone())?;
            let change = Change::new(&permit, &origin, GrantEdited::of(old, &new));
            Ok::<_, countersign_model::NotProlonged>((new, change))
        };
        self.world.journal.save_update(&request.id, None, edit).await.unwrap();
    }

    /// A request of another computer of the group for the same file.
    async fn ask_as(&self, email: &str) -> Request {
        let device = self.world.computer(&self.group);
        let mut new = self.new_request();
        new.requester.email = Some(email.parse().unwrap());
        self.submit(&device, new).await
    }

    async fn status(&self, request: &Request) -> RequestStatus {
        self.request(&request.id).await.status_at(self.world.now())
    }

    async fn shared_approvals(&self) -> u64 {
        self.world.journal.projection(&self.company.id).await.unwrap().value.count(List::SharedApprovals)
    }
}

#[tokio::test]
async fn a_revocation_reaches_every_request_that_was_settled_along_and_its_requester() {
    let stage = Stage::new().await;
    let earlier = stage.ask_as("ann@example.com").await;
    let decided = stage.ask_as("bob@example.com").await;
    let later = stage.ask_as("carol@example.com").await;
    let other = stage.ask_for(&stage.world.computer(&stage.group), 7, Some("dave@example.com")).await;
    stage.process_company().await;
    stage.decide(&decided, Approved, Group, false).await;
    stage.decide(&other, Approved, Group, false).await;
    stage.process_company().await;
    stage.told();
    let revocation = stage.revoke(&decided).await;
    stage.process_company().await;
    for along in [&earlier, &later] {
        let now = stage.request(&along.id).await;
        assert_eq!(now.status, RequestStatus::Revoked);
        assert_eq!(now.decision.unwrap().revoked, Some(revocation.clone()));
    }
    assert_eq!(stage.status(&other).await, RequestStatus::Approved, "another approval stays");
    let told = stage.messages();
    let mut to: Vec<_> = told.iter().map(|(to, _)| to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["ann@example.com", "bob@example.com", "carol@example.com"]);
    assert!(
        told.iter().all(|(_, text)| text.contains("revoked") && text.contains("It was malware.")),
        "{told:?}"
    );
    let events = stage.events(List::SystemAudit, ActName::RequestRevoked).await;
    let by_riley = events.iter().filter(
        |event| matches!(&event.who, Who::Administrator { id, .. } if *id == revocation.administrator_id),
    );
    assert_eq!((events.len(), by_riley.count()), (3, 2), "those settled along name who revoked it");
    assert_eq!(stage.shared_approvals().await, 2, "the other approval, by its group and its subject");
    stage.process_company().await;
    stage.tick().await;
    assert_eq!(stage.events(List::SystemAudit, ActName::RequestRevoked).await.len(), 3, "once each");
    assert_eq!(stage.told(), Vec::<String>::new());
}

#[tokio::test]
async fn what_was_settled_along_ends_with_an_approval_that_was_shortened_or_prolonged() {
    let stage = Stage::new().await;
    let decided = stage.ask_as("ann@example.com").await;
    let along = stage.ask_as("bob@example.com").await;
    stage.process_company().await;
    stage.approve_for_days(&decided, 1, Organization).await;
    stage.process_company().await;
    stage.told();
    for days in [10, 3] {
        let end = stage.world.now() + Duration::from_secs(days * 24 * 3600);
        stage.ends(&decided, end).await;
        stage.process_company().await;
        for request in [&decided, &along] {
            assert_eq!(stage.request(&request.id).await.decision.unwrap().expires_at, Some(end), "{days}");
        }
        let told = stage.messages();
        let mut to: Vec<_> = told.iter().map(|(to, _)| to.as_str()).collect();
        to.sort_unstable();
        assert_eq!(to, ["ann@example.com", "bob@example.com"], "{days}");
        assert!(told.iter().all(|(_, text)| text.contains("the approval now ends at")), "{told:?}");
        stage.world.advance(Duration::from_secs(60));
    }
    let later = stage.ask_as("carol@example.com").await;
    stage.process_company().await;
    assert_eq!(stage.status(&later).await, RequestStatus::Pending, "an approval settles what waited for it");
    stage.process_company().await;
    stage.tick().await;
    assert_eq!(stage.events(List::SystemAudit, ActName::GrantEdited).await.len(), 4, "once each");
}

#[tokio::test]
async fn wherever_a_processor_dies_what_was_settled_along_gets_the_new_end() {
    for name in [Like::Ideal, Like::Sqlite, Like::Redis] {
        for nth in 1..40 {
            let stage = Stage::over(World::over(Memory::new(name))).await;
            let [decided, one, two] = [stage.ask().await, stage.ask().await, stage.ask().await];
            stage.process_company().await;
            stage.approve_for_days(&decided, 1, Organization).await;
            stage.process_company().await;
            let end = stage.world.now() + Duration::from_secs(10 * 24 * 3600);
            stage.ends(&decided, end).await;
            stage.world.memory.stop_before_write(nth);
            stage.process(&stage.company.id).await;
            let died = stage.world.memory.resume();
            goes_on(&stage).await;
            for request in [&one, &two] {
                let expires_at = stage.request(&request.id).await.decision.unwrap().expires_at;
                assert_eq!(expires_at, Some(end), "{name:?} {nth}");
            }
            let events = stage.events(List::SystemAudit, ActName::GrantEdited).await;
            assert_eq!(events.len(), 3, "{name:?} {nth}");
            if !died {
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_request_settled_along_has_the_expiry_of_the_approval() {
    let stage = Stage::new().await;
    let [decided, along] = [stage.ask().await, stage.ask().await];
    stage.process_company().await;
    stage.approve_for_days(&decided, 1, Organization).await;
    stage.process_company().await;
    assert_eq!(stage.status(&along).await, RequestStatus::Approved);
    stage.world.advance(Duration::from_secs(24 * 3600));
    assert_eq!([stage.status(&decided).await, stage.status(&along).await], [RequestStatus::Expired; 2]);
}

#[tokio::test]
async fn a_request_settled_along_ends_with_its_computer_and_with_what_the_approval_is_for() {
    let stage = Stage::new().await;
    let [decided, along, moved_out] = [stage.ask().await, stage.ask().await, stage.ask().await];
    stage.process_company().await;
    stage.decide(&decided, Approved, Group, false).await;
    stage.process_company().await;
    let because = async |request: &Request| stage.request(&request.id).await.ended.map(|ended| ended.because);
    stage.remove(&along).await;
    stage.process_company().await;
    assert_eq!(because(&along).await, Some(EndReason::ComputerRemoved));
    assert_eq!([because(&decided).await, because(&moved_out).await], [None; 2], "others use the grant");
    let (origin, permit) = (stage.origin(), Permit::scene(&stage.company.id));
    let delete = |old: &countersign_model::Group| {
        Ok::<_, Infallible>((old.deleted(), Change::new(&permit, &origin, GroupDeleted::of(old))))
    };
    stage.world.journal.save_update(&stage.group.id, None, delete).await.unwrap();
    stage.process_company().await;
    assert_eq!([because(&decided).await, because(&moved_out).await], [Some(EndReason::GroupDeleted); 2]);
    assert_eq!(stage.status(&moved_out).await, RequestStatus::Expired);
    assert_eq!(stage.shared_approvals().await, 0);
}

#[tokio::test]
async fn every_request_settled_along_is_revoked_however_many_there_are() {
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
    stage.revoke(&decided).await;
    stage.process_company().await;
    for request in &all {
        assert_eq!(stage.status(request).await, RequestStatus::Revoked);
    }
    assert_eq!(stage.shared_approvals().await, 0);
}

/// Whether the host died at this write of processing a revocation.
async fn died(memory: Memory, after: bool, nth: usize) -> bool {
    let stage = Stage::over(World::over(memory)).await;
    let decided = stage.ask().await;
    let along = [stage.ask_as("ann@example.com").await, stage.ask_as("bob@example.com").await];
    stage.process_company().await;
    stage.decide(&decided, Approved, Group, false).await;
    stage.process_company().await;
    stage.told();
    stage.revoke(&decided).await;
    let died = dies(&stage, nth, after).await;
    goes_on(&stage).await;
    let case = format!("{after} {nth}");
    for request in &along {
        assert_eq!(stage.status(request).await, RequestStatus::Revoked, "{case}");
    }
    assert_eq!(stage.events(List::SystemAudit, ActName::RequestRevoked).await.len(), 3, "{case}");
    let log = stage.deliveries().await;
    for each in ["ann@example.com", "bob@example.com"] {
        let to = log.iter().filter(|delivery| delivery.address == each).count();
        assert_eq!(to, 2, "of the approval and of its revocation: {case}");
    }
    assert_eq!(stage.shared_approvals().await, 0, "{case}");
    died
}

#[tokio::test]
async fn whatever_write_the_processor_dies_at_a_revocation_reaches_what_was_settled_along_once() {
    for (memory, after) in [(Memory::like_sqlite as fn() -> Memory, true), (Memory::like_redis, false)] {
        let mut nth = 1;
        while died(memory(), after, nth).await {
            nth += 1;
            assert!(nth < 100, "the work has an end");
        }
        assert!(nth > 10, "the faults cover all of the work: {nth}");
    }
}

#[tokio::test]
async fn nothing_stays_approved_along_with_an_approval_that_is_revoked_while_it_settles() {
    let (mut settled, mut pending) = (0, 0);
    for name in [Like::Ideal, Like::Sqlite, Like::Redis] {
        for seed in 0..20 {
            let stage = Stage::over(World::over(Memory::new(name))).await;
            let [decided, along] = [stage.ask().await, stage.ask().await];
            stage.process_company().await;
            stage.decide(&decided, Approved, Group, false).await;
            stage.world.memory.interleave(true);
            let calls: Vec<BoxFuture<'_, ()>> = vec![
                Box::pin(async {
                    // Looks at it for longer each time.
                    for _ in 0..seed * 2 {
                        stage.request(&decided.id).await;
                    }
                    stage.revoke(&decided).await;
                }),
                Box::pin(async {
                    // Begins at once, or later.
                    for _ in 0..seed % 4 * 8 {
                        stage.request(&decided.id).await;
                    }
                    stage.process(&stage.company.id).await;
                }),
            ];
            Schedule::new(seed).run(calls);
            stage.world.memory.interleave(false);
            goes_on(&stage).await;
            let status = stage.status(&along).await;
            settled += usize::from(status == RequestStatus::Revoked);
            pending += usize::from(status == RequestStatus::Pending);
            assert_eq!(stage.shared_approvals().await, 0, "{name:?} {seed}");
        }
    }
    assert_eq!(settled + pending, 60);
    assert!(settled > 0 && pending > 0, "both happen: {settled} and {pending}");
}

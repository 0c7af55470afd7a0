//! A file is flagged as malicious: requests for it are denied and approvals revoked, at the organization and below.
use std::time::Duration;

use countersign_http::testing::World;
use countersign_journal::Change;
use countersign_kv::memory::{Like, Memory};
use countersign_model::act::{FileFlagSet, RequestSubmitted};
use countersign_model::{
    ActName, Assignee, DecisionScope, FileFlag, FlagId, List, Organization, OrganizationId, Outcome,
    Permission, Permit, Request, RequestId, RequestStatus,
};
use countersign_store::Slot;

use super::{DEATHS, HASH, Stage, dies};

impl Stage {
    /// Flags the file of a request at an organization, as triage-request does.
    pub async fn flag(&self, request: &Request, at: &OrganizationId) -> FileFlag {
        // Who flags is told of flags, but not of their own.
        let by = self.subscriber(&self.company, &[Permission::ApproveForEntireOrganization]).record;
        let flag = FileFlag {
            id: FlagId::from_ulid(self.world.ulid()),
            organization_id: at.clone(),
            sha256: HASH.parse().unwrap(),
            file_name: request.subject.name(),
            request_id: request.id.clone(),
            administrator_id: by.id,
            administrator_name: by.name,
            at: self.world.now(),
            note: Some("a trojan".to_owned()),
            spread: None,
            previous: None,
            cleared: None,
        };
        let change =
            Change::new(&Permit::scene(at), &self.origin(), FileFlagSet::from(&flag)).create_flag(&flag);
        let never = |_| async { Ok(false) };
        let slot = Slot::file_flag(at, &flag.sha256);
        self.world.journal.save_elected::<FileFlag, _, _>(&slot, change, never).await.unwrap();
        flag
    }

    /// A request for the file at an organization below the company.
    pub async fn ask_below(&self, below: &Organization) -> Request {
        let device = self.world.computer(&self.world.group(below, "Desks"));
        let id = RequestId::from_ulid(self.world.ulid());
        let request = Request::submit(id, below, &device.record, self.new_request(), self.world.now());
        self.world.save(&below.id, RequestSubmitted::of(&request), |change| change.create(&request));
        request
    }

    pub async fn status_of(&self, request: &Request) -> RequestStatus {
        self.request(&request.id).await.status
    }
}

#[tokio::test]
async fn pending_requests_are_denied_and_approvals_revoked_at_the_organization_and_below() {
    let stage = Stage::new().await;
    let below = stage.world.organization(&stage.company, "Below");
    let beside = stage.world.organization(&stage.world.root, "Beside");
    let (mut approved, mut pending) = (Vec::new(), Vec::new());
    for scope in DecisionScope::ALL {
        let request = stage.ask().await;
        stage.process_company().await;
        stage.decide(&request, Outcome::Approved, *scope, false).await;
        approved.push(request);
    }
    stage.process_company().await;
    pending.push(stage.ask().await);
    pending.push(stage.ask_below(&below).await);
    let elsewhere = stage.ask_below(&beside).await;
    let other = stage.submit(&stage.world.computer(&stage.group), stage.new_request_for(7)).await;
    for at in [&below.id, &beside.id, &stage.company.id] {
        stage.process(at).await;
    }
    let flag = stage.flag(&pending[0], &stage.company.id).await;
    stage.process_company().await;
    stage.process(&below.id).await;
    stage.process_company().await;
    for request in &pending {
        let request = stage.request(&request.id).await;
        let decision = request.decision.unwrap();
        assert_eq!((request.status, decision.flag), (RequestStatus::Denied, Some(flag.id.clone())));
        assert!(decision.message.unwrap().contains("malicious"));
    }
    for request in &approved {
        assert_eq!(stage.status_of(request).await, RequestStatus::Revoked);
    }
    assert_eq!(stage.status_of(&elsewhere).await, RequestStatus::Pending, "not above or beside");
    assert_eq!(stage.status_of(&other).await, RequestStatus::Pending, "another file");
    assert_eq!(stage.events(List::SystemAudit, ActName::RequestRevoked).await.len(), 3);
}

#[tokio::test]
async fn a_request_or_an_approval_that_crosses_with_the_flag_is_stopped_too() {
    let stage = Stage::new().await;
    let flagged = stage.ask().await;
    let crossing = stage.ask().await;
    stage.process_company().await;
    stage.flag(&flagged, &stage.world.root.id).await;
    // The approver looked for a flag before there was one.
    stage.decide(&crossing, Outcome::Approved, DecisionScope::Organization, false).await;
    let late = stage.ask().await;
    stage.process_company().await;
    stage.process_company().await;
    assert_eq!(stage.status_of(&crossing).await, RequestStatus::Revoked);
    assert_eq!(stage.status_of(&late).await, RequestStatus::Denied);
}

#[tokio::test]
async fn more_requests_than_a_turn_stops_are_stopped_all_the_same() {
    let stage = Stage::new().await;
    let mut all = Vec::new();
    for _ in 0..230 {
        all.push(stage.ask().await);
    }
    while stage.process(&stage.company.id).await != 200 {}
    stage.process_company().await;
    stage.flag(&all[0], &stage.company.id).await;
    for _ in 0..6 {
        stage.process(&stage.company.id).await;
    }
    for request in &all {
        assert_eq!(stage.status_of(request).await, RequestStatus::Denied);
    }
    assert_eq!(stage.events(List::SystemAudit, ActName::RequestDecided).await.len(), 200, "a page of them");
}

#[tokio::test]
async fn everybody_concerned_is_told_once_however_many_requests_it_stops() {
    let stage = Stage::new().await;
    let below = stage.world.organization(&stage.company, "Below");
    let subscriber = stage.subscriber(&stage.company, &[Permission::ApproveForGroup]);
    let nearer = stage.subscriber(&below, &[Permission::ApproveForGroup]);
    let assignee = stage.world.administrator(&stage.company, [Permission::ApproveForSingleComputer]);
    let powerless = stage.subscriber(&stage.company, &[Permission::ViewReports]);
    let (first, second, third) = (stage.ask().await, stage.ask().await, stage.ask_below(&below).await);
    let taken = |old: &Request| {
        let who = Assignee {
            administrator_id: assignee.record.id.clone(),
            administrator_name: assignee.record.name.clone(),
            since: old.created_at,
        };
        Ok::<_, std::convert::Infallible>(Request { assignee: Some(who), ..old.clone() })
    };
    stage.world.journal.update(&second.id, taken).await.unwrap();
    stage.process_company().await;
    stage.process(&below.id).await;
    stage.told();
    stage.flag(&first, &stage.company.id).await;
    stage.process_company().await;
    stage.process(&below.id).await;
    stage.process_company().await;
    assert_eq!(stage.status_of(&third).await, RequestStatus::Denied);
    let mut expected: Vec<_> =
        [&subscriber, &nearer, &assignee].iter().map(|who| who.record.email.to_string()).collect();
    expected.sort();
    let messages = stage.messages();
    let mut told: Vec<_> = messages.iter().map(|(to, _)| to.clone()).collect();
    told.sort();
    assert_eq!(told, expected, "not {}", powerless.record.email);
    assert!(
        messages.iter().all(|(_, text)| text.contains("flagged") && text.contains("a trojan")),
        "{messages:?}"
    );
}

#[tokio::test]
async fn those_who_asked_hear_that_a_flag_denied_or_revoked_what_they_asked_for() {
    let stage = Stage::new().await;
    let below = stage.world.organization(&stage.company, "Below");
    let approved = stage.ask().await;
    stage.join(&approved, "carol", Some("carol@example.com")).await;
    stage.process_company().await;
    stage.decide(&approved, Outcome::Approved, DecisionScope::Computer, false).await;
    stage.process_company().await;
    let (pending, lower) = (stage.ask().await, stage.ask_below(&below).await);
    stage.join(&pending, "dave", Some("dave@example.com")).await;
    stage.join(&lower, "erin", Some("erin@example.com")).await;
    stage.process(&below.id).await;
    stage.process_company().await;
    stage.told();
    stage.flag(&pending, &stage.company.id).await;
    for _ in 0..2 {
        stage.process_company().await;
        stage.process(&below.id).await;
        stage.tick().await;
    }
    assert_eq!(stage.status_of(&approved).await, RequestStatus::Revoked);
    let mut told = stage.told();
    told.sort();
    assert_eq!(told, ["carol@example.com", "dave@example.com", "erin@example.com"]);
}

/// Whether the host died at this write of processing a flag.
async fn flag_and_die(like: Like, after: bool, nth: usize) -> bool {
    let stage = Stage::over(World::over(Memory::new(like))).await;
    let below = stage.world.organization(&stage.company, "Below");
    let approved = stage.ask().await;
    stage.process_company().await;
    stage.decide(&approved, Outcome::Approved, DecisionScope::Group, false).await;
    stage.process_company().await;
    let (pending, lower) = (stage.ask().await, stage.ask_below(&below).await);
    stage.process(&below.id).await;
    stage.process_company().await;
    stage.flag(&pending, &stage.company.id).await;
    let died = dies(&stage, nth, after).await;
    for _ in 0..2 {
        stage.world.advance(Duration::from_secs(6 * 60));
        stage.process_company().await;
        stage.process(&below.id).await;
    }
    let case = format!("{like:?}: write {nth} after {after}");
    assert_eq!(stage.status_of(&approved).await, RequestStatus::Revoked, "{case}");
    assert_eq!(stage.status_of(&pending).await, RequestStatus::Denied, "{case}");
    assert_eq!(stage.status_of(&lower).await, RequestStatus::Denied, "{case}");
    assert_eq!(stage.events(List::SystemAudit, ActName::RequestRevoked).await.len(), 1, "{case}");
    died
}

#[tokio::test]
async fn whatever_write_processing_a_flag_dies_at_everything_is_stopped_once() {
    for (like, after) in DEATHS {
        let mut nth = 1;
        while flag_and_die(like, after, nth).await {
            nth += 1;
            assert!(nth < 100, "the work has an end");
        }
        assert!(nth > 8, "{like:?}: the faults cover the work: {nth}");
    }
}

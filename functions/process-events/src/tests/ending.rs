//! What ends with a computer, a group or an organization.
use std::convert::Infallible;
use std::time::Duration;

use countersign_http::testing::{Device, World};
use countersign_journal::Change;
use countersign_kv::memory::{Like, Memory, Schedule};
use countersign_model::DecisionScope::{Computer, Group, Organization};
use countersign_model::Outcome::{Approved, Denied};
use countersign_model::act::{GroupDeleted, OrganizationDeleted};
use countersign_model::{ActName, EndReason, Grant, List, Permission, Permit, Request, RequestStatus, Who};

use futures::future::BoxFuture;

use super::Stage;

impl Stage {
    /// Deletes the group, as manage-organizations does.
    pub async fn delete_group(&self) {
        let (origin, permit) = (self.origin(), Permit::scene(&self.company.id));
        let delete = |old: &countersign_model::Group| {
            let change = Change::new(&permit, &origin, GroupDeleted::of(old));
            Ok::<_, Infallible>((old.deleted(), change))
        };
        self.world.journal.save_update(&self.group.id, None, delete).await.unwrap();
    }

    /// Deletes the company, as manage-organizations does.
    pub async fn delete_company(&self) {
        let (origin, permit) = (self.origin(), Permit::scene(&self.company.id));
        let delete = |old: &countersign_model::Organization| {
            let change = Change::new(&permit, &origin, OrganizationDeleted::of(old));
            Ok::<_, Infallible>((old.deleted(), change))
        };
        self.world.journal.save_update(&self.company.id, None, delete).await.unwrap();
    }

    pub async fn ask_for(&self, device: &Device, number: usize, email: Option<&str>) -> Request {
        let mut new = self.new_request_for(number);
        new.requester.email = email.map(|email| email.parse().unwrap());
        self.submit(device, new).await
    }

    /// Status of the request, and what ended it.
    pub async fn end(&self, request: &Request) -> (RequestStatus, Option<EndReason>) {
        let now = self.request(&request.id).await;
        (now.status, now.ended.map(|ended| ended.because))
    }

    /// Whether the approval of the request gives a grant in force.
    async fn gives(&self, request: &Request) -> bool {
        let request = self.request(&request.id).await;
        let grant = Grant::of(&request, request.decision.as_ref().unwrap()).unwrap();
        grant.in_force_at(self.world.now())
    }

    pub async fn count(&self, list: List) -> u64 {
        self.world.journal.projection(&self.company.id).await.unwrap().value.count(list)
    }
}

pub const CANCELLED: (RequestStatus, Option<EndReason>) =
    (RequestStatus::Cancelled, Some(EndReason::ComputerRemoved));

#[tokio::test]
async fn the_pending_requests_of_a_removed_computer_end_with_it_and_nobody_elses() {
    let stage = Stage::new().await;
    let (gone, stays) = (stage.world.computer(&stage.group), stage.world.computer(&stage.group));
    let first = stage.ask_for(&gone, 1, Some("ann@example.com")).await;
    let second = stage.ask_for(&gone, 2, None).await;
    let other = stage.ask_for(&stays, 1, Some("bob@example.com")).await;
    stage.process_company().await;
    stage.remove(&first).await;
    stage.process_company().await;
    assert_eq!([stage.end(&first).await, stage.end(&second).await], [CANCELLED; 2]);
    assert_eq!(stage.end(&other).await, (RequestStatus::Pending, None));
    assert_eq!(stage.told(), ["ann@example.com"], "who left an address is told");
    for list in [List::PendingRequests, List::MatchingRequests, List::ComputerRequests] {
        assert_eq!(stage.count(list).await, 1, "{list:?}");
    }
    for audit in [List::SystemAudit, List::UnifiedAudit] {
        let events = stage.events(audit, ActName::RequestEnded).await;
        assert_eq!(events.len(), 2, "{audit:?}");
        assert!(events.iter().all(|event| event.who == Who::System), "{audit:?}");
    }
    stage.process_company().await;
    stage.tick().await;
    assert_eq!(stage.events(List::UnifiedAudit, ActName::RequestEnded).await.len(), 2, "once each");
    assert_eq!(stage.told(), Vec::<String>::new());
}

#[tokio::test]
async fn the_message_says_what_is_gone_and_nothing_of_the_requesters_own() {
    let stage = Stage::new().await;
    let device = stage.world.computer(&stage.group);
    let request = stage.ask_for(&device, 1, Some("ann@example.com")).await;
    stage.remove(&request).await;
    stage.process_company().await;
    let (_, text) = stage.messages().pop().unwrap();
    assert!(text.contains("Your request to run a program was cancelled because the computer was removed."));
    for own in ["setup.exe", "I need it", &device.record.hostname] {
        assert!(!text.contains(own), "{own} in {text}");
    }
}

#[tokio::test]
async fn approvals_end_with_what_they_are_for() {
    let for_nobody = |because| (RequestStatus::Expired, Some(because));
    let stays = (RequestStatus::Approved, None);
    let stage = Stage::new().await;
    let device = stage.world.computer(&stage.group);
    let mut all = Vec::new();
    for (number, scope) in [Computer, Group, Organization].into_iter().enumerate() {
        let request = stage.ask_for(&device, number, None).await;
        stage.decide(&request, Approved, scope, false).await;
        all.push(request);
    }
    let denied = stage.ask_for(&device, 9, None).await;
    stage.decide(&denied, Denied, Computer, false).await;
    stage.process_company().await;
    let [of_computer, of_group, of_organization] = all.try_into().unwrap();

    let version =
        || async { stage.world.journal.projection(&stage.company.id).await.unwrap().value.agent_version };
    stage.remove(&of_computer).await;
    stage.process_company().await;
    assert_eq!(stage.end(&of_computer).await, for_nobody(EndReason::ComputerRemoved));
    assert!(!stage.gives(&of_computer).await);
    assert_eq!([stage.end(&of_group).await, stage.end(&of_organization).await], [stays, stays]);
    assert_eq!(stage.end(&denied).await, (RequestStatus::Denied, None));

    let before = version().await;
    stage.delete_group().await;
    stage.process_company().await;
    assert_eq!(stage.end(&of_group).await, for_nobody(EndReason::GroupDeleted));
    assert!(!stage.gives(&of_group).await);
    assert!(version().await > before, "agents ask again");
    assert_eq!(stage.end(&of_organization).await, stays);

    stage.delete_company().await;
    stage.process_company().await;
    assert_eq!(stage.end(&of_organization).await, for_nobody(EndReason::OrganizationDeleted));
    for list in [List::ComputerRequests, List::SharedApprovals] {
        assert_eq!(stage.count(list).await, 0, "{list:?}");
    }
}

#[tokio::test]
async fn a_request_that_was_on_its_way_when_its_computer_was_removed_ends_too() {
    // Submitted, and perhaps decided, before or after the removal; the removal processed before, or with it.
    for (decided, removed_first, processed_between) in
        [(false, true, true), (false, true, false), (false, false, false), (true, false, false)]
    {
        let stage = Stage::new().await;
        stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
        let device = stage.world.computer(&stage.group);
        let earlier = stage.ask_for(&device, 1, None).await;
        stage.process_company().await;
        stage.told();
        if removed_first {
            stage.remove(&earlier).await;
        }
        if processed_between {
            stage.process_company().await;
        }
        let late = stage.ask_for(&device, 2, None).await;
        if decided {
            stage.decide(&late, Approved, Computer, false).await;
        }
        if !removed_first {
            stage.remove(&earlier).await;
        }
        stage.process_company().await;
        let case = format!("{decided} {removed_first} {processed_between}");
        let expected =
            if decided { (RequestStatus::Expired, Some(EndReason::ComputerRemoved)) } else { CANCELLED };
        assert_eq!(stage.end(&late).await, expected, "{case}");
        assert_eq!(stage.told(), Vec::<String>::new(), "nobody is asked to decide it: {case}");
        assert_eq!(stage.count(List::PendingRequests).await, 0, "{case}");
    }
}

#[tokio::test]
async fn an_approval_that_was_decided_while_its_group_or_organization_was_deleted_ends_too() {
    // The deletion is processed before, or with it.
    for (scope, because) in [(Group, EndReason::GroupDeleted), (Organization, EndReason::OrganizationDeleted)]
    {
        for processed_between in [true, false] {
            let stage = Stage::new().await;
            let request = stage.ask().await;
            stage.process_company().await;
            match scope {
                Group => stage.delete_group().await,
                Computer | Organization => stage.delete_company().await,
            }
            if processed_between {
                stage.process_company().await;
            }
            stage.decide(&request, Approved, scope, false).await;
            stage.process_company().await;
            let case = format!("{scope} {processed_between}");
            assert_eq!(stage.end(&request).await, (RequestStatus::Expired, Some(because)), "{case}");
            assert_eq!(stage.count(List::SharedApprovals).await, 0, "{case}");
        }
    }
}

#[tokio::test]
async fn what_has_expired_by_itself_is_not_said_to_have_ended_with_its_computer() {
    let stage = Stage::new().await;
    let request = stage.ask().await;
    stage.process_company().await;
    stage.world.advance(Duration::from_secs(15 * 24 * 3600));
    stage.remove(&request).await;
    stage.process_company().await;
    stage.tick().await;
    assert_eq!(stage.end(&request).await, (RequestStatus::Expired, None));
    assert_eq!(stage.count(List::ComputerRequests).await, 0);
}

#[tokio::test]
async fn approvals_that_expired_by_themselves_do_not_stand_in_the_way_of_those_in_force() {
    let stage = Stage::new().await;
    let device = stage.world.computer(&stage.group);
    let mut requests = Vec::new();
    for number in 0..250 {
        let request = stage.ask_for(&device, number, None).await;
        stage.approve_for_days(&request, 1, Group).await;
        requests.push(request);
    }
    stage.world.advance(Duration::from_secs(2 * 24 * 3600));
    let in_force = stage.ask_for(&device, 999, None).await;
    stage.decide(&in_force, Approved, Group, false).await;
    stage.process_company().await;
    stage.delete_group().await;
    stage.process_company().await;
    assert_eq!(stage.end(&in_force).await, (RequestStatus::Expired, Some(EndReason::GroupDeleted)));
    assert_eq!(stage.end(&requests[0]).await, (RequestStatus::Expired, None));
    assert_eq!(stage.count(List::SharedApprovals).await, 0);
}

#[tokio::test]
async fn all_requests_of_a_computer_end_however_many_there_are() {
    let stage = Stage::new().await;
    let device = stage.world.computer(&stage.group);
    let mut all = Vec::new();
    for number in 0..620 {
        all.push(stage.ask_for(&device, number, None).await);
        if number % 150 == 0 {
            stage.process_company().await;
        }
    }
    stage.process_company().await;
    stage.remove(&all[0]).await;
    stage.process_company().await;
    for request in &all {
        assert_eq!(stage.end(request).await, CANCELLED);
    }
    assert_eq!(stage.count(List::PendingRequests).await, 0);
}

#[tokio::test]
async fn whoever_decides_while_the_computer_is_removed_nothing_of_it_stays_open_or_in_force() {
    let mut made = 0;
    for name in [Like::Ideal, Like::Sqlite, Like::Redis] {
        for seed in 0..20 {
            let stage = Stage::over(World::over(Memory::new(name))).await;
            let device = stage.world.computer(&stage.group);
            let request = stage.ask_for(&device, 1, None).await;
            stage.process_company().await;
            stage.world.memory.interleave(true);
            let calls: Vec<BoxFuture<'_, bool>> = vec![
                Box::pin(async {
                    // Looks at it for longer each time.
                    for _ in 0..seed * 2 {
                        stage.request(&request.id).await;
                    }
                    stage.try_to_decide(&request, Approved, Computer, false).await
                }),
                Box::pin(async {
                    stage.remove(&request).await;
                    true
                }),
                Box::pin(async { stage.process(&stage.company.id).await == 200 }),
            ];
            let done = Schedule::new(seed).run(calls);
            stage.world.memory.interleave(false);
            let decided = done[0].unwrap();
            made += usize::from(decided);
            for _ in 0..3 {
                stage.world.advance(Duration::from_secs(60));
                stage.tick().await;
            }
            let case = format!("{name:?} {seed}: decided {decided}");
            let expected = match decided {
                true => (RequestStatus::Expired, Some(EndReason::ComputerRemoved)),
                false => CANCELLED,
            };
            assert_eq!(stage.end(&request).await, expected, "{case}");
            let ended = stage.events(List::UnifiedAudit, ActName::RequestEnded).await.len();
            assert_eq!(ended, 1, "{case}");
            assert_eq!(stage.count(List::PendingRequests).await, 0, "{case}");
            assert!(!stage.try_to_decide(&request, Approved, Computer, false).await, "{case}");
        }
    }
    assert!(made > 0 && made < 60, "both happen: {made}");
}

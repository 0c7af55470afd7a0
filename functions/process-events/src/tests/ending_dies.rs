//! The host dies at each write of processing the end of a computer, a group or an organization.

use countersign_http::testing::World;
use countersign_kv::memory::{Like, Memory};
use countersign_model::DecisionScope::{Computer, Group, Organization};
use countersign_model::{ActName, DecisionScope, EndReason, List, Outcome, RequestStatus};

use super::ending::CANCELLED;
use super::{DEATHS, Stage, dies, goes_on};

const ANN: &str = "ann@example.com";

/// Whether the host died at this write of processing the end of what approvals of this scope are for.
async fn died(like: Like, scope: DecisionScope, after: bool, nth: usize) -> bool {
    let stage = Stage::over(World::over(Memory::new(like))).await;
    let (device, other) = (stage.world.computer(&stage.group), stage.world.computer(&stage.group));
    let pending = [stage.ask_for(&device, 1, Some(ANN)).await, stage.ask_for(&device, 2, None).await];
    let approved = stage.ask_for(&device, 3, None).await;
    let along = stage.ask_for(&other, 3, None).await;
    stage.process_company().await;
    stage.decide(&approved, Outcome::Approved, scope, false).await;
    stage.process_company().await;
    let because = match scope {
        Computer => {
            stage.remove(&approved).await;
            EndReason::ComputerRemoved
        }
        Group => {
            stage.delete_group().await;
            EndReason::GroupDeleted
        }
        Organization => {
            stage.delete_company().await;
            EndReason::OrganizationDeleted
        }
    };
    let died = dies(&stage, nth, after).await;
    goes_on(&stage).await;
    let case = format!("{like:?} {scope}: write {nth} after {after}");
    let ended = (RequestStatus::Expired, Some(because));
    assert_eq!(stage.end(&approved).await, ended, "{case}");
    // With its computer, its pending requests end. With a group or the organization, what was settled along ends.
    let (waiting, settled, list) = match scope {
        Computer => (CANCELLED, (RequestStatus::Pending, None), List::ComputerRequests),
        Group | Organization => ((RequestStatus::Pending, None), ended, List::SharedApprovals),
    };
    for request in &pending {
        assert_eq!(stage.end(request).await, waiting, "{case}");
    }
    assert_eq!(stage.end(&along).await, settled, "{case}");
    let number = if scope == Computer { 3 } else { 2 };
    for audit in [List::SystemAudit, List::UnifiedAudit] {
        assert_eq!(stage.events(audit, ActName::RequestEnded).await.len(), number, "{case}: {audit:?}");
    }
    let told = stage.deliveries().await.iter().filter(|each| each.address == ANN).count();
    assert_eq!(told, usize::from(scope == Computer), "{case}");
    let open = if scope == Computer { [1, 1] } else { [2, 0] };
    assert_eq!([stage.count(List::PendingRequests).await, stage.count(list).await], open, "{case}");
    died
}

async fn dies_everywhere(scope: DecisionScope) {
    for (like, after) in DEATHS {
        let mut nth = 1;
        while died(like, scope, after, nth).await {
            nth += 1;
            assert!(nth < 100, "the work has an end");
        }
        assert!(nth > 10, "{like:?} {scope}: the faults cover all of the work: {nth}");
    }
}

#[tokio::test]
async fn whatever_write_the_processor_dies_at_what_belongs_to_a_removed_computer_ends_once() {
    dies_everywhere(Computer).await;
}

#[tokio::test]
async fn whatever_write_the_processor_dies_at_approvals_for_a_deleted_group_end_once() {
    dies_everywhere(Group).await;
}

#[tokio::test]
async fn whatever_write_the_processor_dies_at_approvals_for_a_deleted_organization_end_once() {
    dies_everywhere(Organization).await;
}

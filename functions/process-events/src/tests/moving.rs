//! The pending requests of a computer that is moved are found under the group where it is.
use std::convert::Infallible;

use countersign_http::testing::Device;
use countersign_journal::Change;
use countersign_kv::memory::{Like, Memory};
use countersign_model::act::ComputerMoved;
use countersign_model::{Computer, DecisionScope, Group, Outcome, Permit, Request, RequestFilter};

use super::{DEATHS, Stage, World, dies, goes_on};

impl Stage {
    /// Moves a computer, as manage-computers does.
    async fn moves(&self, device: &Device, group: &Group) {
        let (origin, permit) = (self.origin(), Permit::scene(&self.company.id));
        let moved = |old: &Computer| {
            let new = old.moved(group.id.clone());
            let act = ComputerMoved::of(old, &new);
            Ok::<_, Infallible>((new, Change::new(&permit, &origin, act)))
        };
        self.world.journal.save_update(&device.record.id, None, moved).await.unwrap();
    }

    /// Which of the groups each request is found under.
    async fn found(&self, requests: &[&Request], groups: &[&Group]) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        for request in requests {
            let request = self.request(&request.id).await;
            let names = |group: &&&Group| {
                let filter = RequestFilter { group: Some(group.id.clone()), ..RequestFilter::default() };
                filter.wants(&request, true, self.world.now())
            };
            found.push(groups.iter().filter(names).map(|group| group.name.clone()).collect());
        }
        found
    }
}

#[tokio::test]
async fn pending_requests_go_with_the_computer_and_decided_ones_stay() {
    let stage = Stage::new().await;
    let (servers, desks) =
        (stage.world.group(&stage.company, "Servers"), stage.world.group(&stage.company, "Desks"));
    let groups = [&stage.group, &servers, &desks];
    let (device, other) = (stage.world.computer(&stage.group), stage.world.computer(&stage.group));
    let decided = stage.submit(&device, stage.new_request_for(1)).await;
    let pending = stage.submit(&device, stage.new_request_for(2)).await;
    let others = stage.submit(&other, stage.new_request_for(3)).await;
    stage.process_company().await;
    stage.decide(&decided, Outcome::Approved, DecisionScope::Computer, false).await;
    stage.process_company().await;
    // Submitted before the move, and processed with it.
    let late = stage.submit(&device, stage.new_request_for(4)).await;
    stage.moves(&device, &servers).await;
    stage.process_company().await;
    let all = [&decided, &pending, &late, &others];
    let (first, second) = ("Workstations", "Servers");
    assert_eq!(stage.found(&all, &groups).await, [[first], [second], [second], [first]]);
    let now = stage.request(&pending.id).await;
    assert_eq!(
        now,
        Request { moved_to: Some(servers.id.clone()), ..pending.clone() },
        "nothing else changed"
    );

    stage.decide(&pending, Outcome::Denied, DecisionScope::Computer, false).await;
    stage.process_company().await;
    stage.moves(&device, &desks).await;
    stage.process_company().await;
    assert_eq!(stage.found(&all, &groups).await, [[first], [second], ["Desks"], [first]]);
    stage.moves(&device, &stage.group).await;
    stage.process_company().await;
    assert_eq!(stage.found(&all, &groups).await, [[first], [second], [first], [first]]);
    assert_eq!(stage.request(&late.id).await, late, "as if it had never been moved");
}

/// Whether the processor died at this write of processing a move.
async fn died(like: Like, after: bool, nth: usize) -> bool {
    let stage = Stage::over(World::over(Memory::new(like))).await;
    let servers = stage.world.group(&stage.company, "Servers");
    let device = stage.world.computer(&stage.group);
    let mut asked = Vec::new();
    for number in 0..3 {
        asked.push(stage.submit(&device, stage.new_request_for(number)).await);
    }
    stage.process_company().await;
    asked.push(stage.submit(&device, stage.new_request_for(3)).await);
    stage.moves(&device, &servers).await;
    let died = dies(&stage, nth, after).await;
    goes_on(&stage).await;
    let all: Vec<&Request> = asked.iter().collect();
    let found = stage.found(&all, &[&stage.group, &servers]).await;
    assert_eq!(found, [["Servers"]; 4], "{like:?}: write {nth} after {after}");
    died
}

#[tokio::test]
async fn a_processor_that_dies_leaves_no_request_behind() {
    for (like, after) in DEATHS {
        let mut nth = 1;
        while died(like, after, nth).await {
            nth += 1;
        }
        assert!(nth > 4, "{like:?}: every request is written");
    }
}

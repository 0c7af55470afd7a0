//! Which computers are in a group.
use std::convert::Infallible;

use countersign_journal::Change;
use countersign_model::act::{ComputerDeleted, ComputerMoved};
use countersign_model::{Computer, Group, Permit, lists};

use super::Stage;

impl Stage {
    async fn in_group(&self, group: &Group) -> Vec<String> {
        let permit = Permit::scene(&self.company.id);
        let (list, id) = (lists::COMPUTER_NAMES, group.id.as_str());
        self.world.journal.partition(&permit, list, id, None, 10).await.unwrap()
    }
}

#[tokio::test]
async fn a_computer_is_listed_in_the_group_that_it_is_in_until_it_is_removed() {
    let stage = Stage::new().await;
    let servers = stage.world.group(&stage.company, "Servers");
    let (first, second) =
        (stage.world.computer(&stage.group).record, stage.world.computer(&stage.group).record);
    let (first, second) = (&first.id, &second.id);
    assert_eq!(stage.in_group(&stage.group).await, [first.as_str(), second.as_str()], "before processing");
    stage.process_company().await;
    assert_eq!(stage.in_group(&stage.group).await, [first.as_str(), second.as_str()]);

    let (origin, permit) = (stage.origin(), Permit::scene(&stage.company.id));
    let moved = |old: &Computer| {
        let new = old.moved(servers.id.clone());
        let change = Change::new(&permit, &origin, ComputerMoved::of(old, &new));
        Ok::<_, Infallible>((new, change))
    };
    stage.world.journal.save_update(first, None, moved).await.unwrap();
    stage.process_company().await;
    assert_eq!(stage.in_group(&stage.group).await, [second.as_str()]);
    assert_eq!(stage.in_group(&servers).await, [first.as_str()]);

    let removed = |old: &Computer| {
        let change = Change::new(&permit, &origin, ComputerDeleted::of(old));
        Ok::<_, Infallible>((old.deleted(), change))
    };
    stage.world.journal.save_update(first, None, removed).await.unwrap();
    stage.process_company().await;
    assert!(stage.in_group(&servers).await.is_empty());
}

//! Two roles of one person are edited at once, in the role books of two organizations.
use super::{edit, scene};
use Permission::{ApproveForGroup, EditComputers, RoleAdministrator};
use countersign_authority::rights::actor_of;
use countersign_http::testing::{Person, Scene};
use countersign_kv::memory::Schedule;
use countersign_model::{Action, Permission, Resource, Role, decide};
use futures::executor::block_on;
use futures::future::BoxFuture;

/// Somebody of the child organization with a role of the root and one of the child's, both empty.
struct Both {
    scene: Scene,
    of_root: Role,
    of_child: Role,
    holder: Person,
    /// Edits the root's role, and may approve.
    above: Person,
    /// Edits the child's role, and may edit computers.
    below: Person,
}

fn both() -> Both {
    let scene = scene();
    let (world, child) = (&scene.world, &scene.child);
    let of_root = world.role(&world.root, "Approvers", []);
    let of_child = world.role(child, "Technicians", []);
    let assignments =
        [world.assignment(&world.root, &of_root, None), world.assignment(child, &of_child, None)];
    let holder = world.administrator_with(child, |new| new.with_assignments(assignments));
    block_on(scene.list_as_holder(&holder, &of_root));
    block_on(scene.list_as_holder(&holder, &of_child));
    let above = scene.somebody(&world.root, &[RoleAdministrator, ApproveForGroup]);
    let below = scene.somebody(child, &[RoleAdministrator, EditComputers]);
    Both { scene, of_root, of_child, holder, above, below }
}

impl Both {
    fn edits(&self) -> Vec<BoxFuture<'_, u16>> {
        let edits = [
            edit(&self.scene, &self.above, &self.of_root, &[ApproveForGroup]),
            edit(&self.scene, &self.below, &self.of_child, &[EditComputers]),
        ];
        edits
            .into_iter()
            .map(|call| -> BoxFuture<'_, u16> { Box::pin(async { call.send().await.status }) })
            .collect()
    }

    fn sets_maintenance_mode(&self) -> bool {
        let record = block_on(self.scene.record(&self.holder));
        let actor = block_on(actor_of(&self.scene.world.journal, &record)).unwrap();
        decide(&actor, Action::ComputersSetMaintenanceMode, &Resource::at(&self.scene.child)).is_ok()
    }
}

#[test]
fn two_edits_in_different_books_at_once_give_nobody_what_neither_could_give() {
    let (mut above, mut below) = (0, 0);
    for seed in 0..120 {
        let both = both();
        both.scene.world.memory.interleave(true);
        let answers = Schedule::new(seed).stalls(60).run(both.edits());
        both.scene.world.memory.interleave(false);
        assert!(!both.sets_maintenance_mode(), "seed {seed}: {answers:?}");
        let allowed = [Some(200), Some(403), Some(503)];
        assert!(answers.iter().all(|answer| allowed.contains(answer)), "seed {seed}: {answers:?}");
        above += usize::from(answers[0] == Some(200));
        below += usize::from(answers[1] == Some(200));
    }
    assert!(above > 0 && below > 0, "the root's was edited {above} times, the child's {below} times");
}

#[tokio::test]
async fn of_two_edits_in_different_books_in_turn_the_second_is_refused() {
    let both = both();
    let first = edit(&both.scene, &both.above, &both.of_root, &[ApproveForGroup]).send().await;
    assert_eq!(first.status, 200, "{}", first.text());
    let second = edit(&both.scene, &both.below, &both.of_child, &[EditComputers]);
    both.scene.refused(second, (403, "not-permitted")).await;
}

#[tokio::test]
async fn an_edit_takes_a_place_among_the_others_only_when_it_adds_and_leaves_other_books_as_they_are() {
    let both = both();
    let before = both.scene.book(&both.scene.child).await;
    let writes = async |permissions: &[Permission]| {
        both.scene.world.memory.reset_counts();
        let answer = edit(&both.scene, &both.above, &both.of_root, permissions).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        both.scene.world.counts().writes
    };
    let adding = writes(&[ApproveForGroup]).await;
    let taking = writes(&[]).await;
    assert_eq!(adding, taking + 1);
    assert_eq!(both.scene.book(&both.scene.child).await, before, "as it was, each role at its revision");
}

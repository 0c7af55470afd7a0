//! A role is edited while somebody gets it: what they hold together is judged by one of the two.
use super::{edit, scene};
use Permission::{ApproveForGroup, EditComputers, RoleAdministrator};
use countersign_authority::rights::actor_of;
use countersign_http::testing::{Person, Scene};
use countersign_kv::memory::Schedule;
use countersign_model::{Action, Administrator, Permission, Resource, Role, RoleBook, RoleHolders, decide};
use countersign_store::UpdateError;
use futures::executor::block_on;
use futures::future::BoxFuture;

/// Somebody gives the role to a person who may approve, in the order in which `edit-admin-permissions` does it: they are listed,
/// the book is read, they get it, the book is written. Not with Edit Computers in it, which they cannot give.
async fn assign(scene: &Scene, whom: &Person, role: &Role) -> Result<bool, UpdateError<()>> {
    let (journal, id) = (&scene.world.journal, &scene.child.id);
    let whom = whom.record.id.clone();
    let with = |old: &RoleHolders| old.with(whom.clone(), &[], scene.world.now()).map_err(drop);
    journal.update(&role.id, with).await?;
    let is_harmless = |book: &RoleBook| book.role(&role.id).is_none_or(|role| role.permissions.is_empty());
    if !journal.load::<RoleBook>(id).await?.is_some_and(|book| is_harmless(&book.value)) {
        return Ok(false);
    }
    let assignment = scene.world.assignment(&scene.child, role, None);
    let give = |old: &Administrator| Ok::<_, ()>(old.with_assignments([assignment.clone()]));
    let take = |old: &Administrator| Ok::<_, ()>(old.with_assignments([]));
    journal.update(&whom, give).await?;
    let written = journal.update(id, |book: &RoleBook| Ok::<_, ()>(book.clone())).await;
    if written.is_ok_and(|book| is_harmless(&book.value)) {
        return Ok(true);
    }
    journal.update(&whom, take).await?;
    Ok(false)
}

#[test]
fn an_edit_and_an_assignment_at_once_give_nobody_what_neither_could_give() {
    let (mut assigned, mut edited) = (0, 0);
    for seed in 0..60 {
        let scene = scene();
        let role = scene.world.role(&scene.child, "Desk", []);
        let editor = scene.somebody(&scene.child, &[RoleAdministrator, EditComputers]);
        let whom = scene.somebody(&scene.child, &[ApproveForGroup]);
        scene.world.memory.interleave(true);
        let editing = edit(&scene, &editor, &role, &[EditComputers]);
        let tasks: Vec<BoxFuture<'_, bool>> = vec![
            Box::pin(async { assign(&scene, &whom, &role).await.is_ok_and(|assigned| assigned) }),
            Box::pin(async move { editing.send().await.status == 200 }),
        ];
        let done = Schedule::new(seed).stalls(60).run(tasks);
        scene.world.memory.interleave(false);
        let actor = block_on(actor_of(&scene.world.journal, &block_on(scene.record(&whom)))).unwrap();
        let both = decide(&actor, Action::ComputersSetMaintenanceMode, &Resource::at(&scene.child));
        assert!(both.is_err(), "seed {seed}: {done:?}");
        assigned += usize::from(done[0] == Some(true));
        edited += usize::from(done[1] == Some(true));
    }
    assert!(assigned > 0 && edited > 0, "assigned {assigned} times, edited {edited} times");
}

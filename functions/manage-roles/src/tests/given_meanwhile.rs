//! A role is edited while somebody gets it: one of the two edits judges what they hold together.
use super::{edit, scene};
use Permission::{ApproveForGroup, EditComputers, RoleAdministrator};
use countersign_authority::rights::actor_of;
use countersign_http::testing::{Person, Scene};
use countersign_journal::{Change, PermissionEditError};
use countersign_kv::memory::Schedule;
use countersign_model::act::RolesChanged;
use countersign_model::{
    Action, Administrator, Origin, Permission, Permit, Resource, Role, RoleBook, RoleHolders, Who, decide,
};
use countersign_store::StoreError;
use futures::executor::block_on;
use futures::future::BoxFuture;

/// An edit that gives the role to a person who may approve, in the order of `edit-admin-permissions`: it begins, reads
/// the book, lists the person and assigns the role. It is refused if the role has Edit Computers, which the giver
/// cannot give.
async fn assign(scene: &Scene, whom: &Person, role: &Role) -> Result<bool, PermissionEditError> {
    let (journal, id) = (&scene.world.journal, &scene.child.id);
    let edit = journal.begin_permission_edit().await?;
    let old = journal.load::<Administrator>(&whom.record.id).await?.ok_or(StoreError::NotFound)?;
    let is_harmless = |book: &RoleBook| book.role(&role.id).is_none_or(|role| role.permissions.is_empty());
    if !journal.load::<RoleBook>(id).await?.is_some_and(|book| is_harmless(&book.value)) {
        return Ok(false);
    }
    let who = whom.record.id.clone();
    let with = |old: &RoleHolders| old.with(who.clone(), &[], scene.world.now()).map_err(drop);
    journal.update(&role.id, with).await.map_err(|_| StoreError::Busy)?;
    let next = old.value.with_assignments([scene.world.assignment(&scene.child, role, None)]);
    let origin = Origin { who: Who::System, address: None, at: scene.world.now() };
    let change = Change::new(&Permit::scene(id), &origin, RolesChanged::of(&old.value, &next));
    journal.save_permission_edit(&edit, (&who, old.revision), &next, change).await.map(|_| true)
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

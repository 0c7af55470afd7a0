//! Somebody gives while one of the roles of the same person is edited by another: never more than either could give.
use super::{put, scene};
use Permission::{ApproveForGroup, AssignRoles, ChangePermission, EditComputers, ViewAdministrators};
use countersign_authority::rights::actor_of;
use countersign_http::testing::{Person, Scene};
use countersign_journal::{Change, Journal};
use countersign_kv::memory::Schedule;
use countersign_model::{
    Action, Administrator, Origin, Permission, Permit, Resource, Role, RoleBook, RoleHolders, Who, decide,
};
use countersign_store::{StoreError, UpdateError};
use futures::executor::block_on;
use futures::future::BoxFuture;
use serde_json::json;

/// An edit of a role by somebody who holds Edit Computers but cannot approve, in the order in which `manage-roles` does it: the
/// book, then the holders, then the book saved as it was read. It is refused when a holder could approve.
async fn add_edit_computers(scene: &Scene, role: &Role) -> Result<bool, StoreError> {
    let (journal, id): (&Journal, _) = (&scene.world.journal, &scene.child.id);
    let book = journal.load::<RoleBook>(id).await?.ok_or(StoreError::NotFound)?;
    let listed = journal.load::<RoleHolders>(&role.id).await?.ok_or(StoreError::NotFound)?.value.holders;
    for holder in listed {
        let read = journal.load::<Administrator>(&holder.administrator_id).await?;
        let Some(who) = read.map(|stored| stored.value) else { continue };
        let holds = who.assignments.iter().any(|each| each.role_id == role.id);
        if holds && who.permissions.contains(&ApproveForGroup) {
            return Ok(false);
        }
    }
    let origin = Origin { who: Who::System, address: None, at: scene.world.now() };
    let edited = Role { permissions: vec![EditComputers], ..role.clone() };
    let act = countersign_model::act::RoleEdited::of(role, &edited);
    let change = Change::new(&Permit::scene(&scene.child.id), &origin, act);
    let save = |old: &RoleBook| old.replacing(edited.clone()).map(|book| (book, change.clone()));
    match journal.save_update(id, Some(book.revision), save).await {
        Ok(_) => Ok(true),
        Err(UpdateError::Store(StoreError::Revision { .. } | StoreError::Busy) | UpdateError::Refused(_)) => {
            Ok(false)
        }
        Err(UpdateError::Store(error)) => Err(error),
    }
}

/// How a person comes to the other half.
#[derive(Clone, Copy, Debug)]
pub enum Half {
    /// They approve already, and get the role.
    Role,
    /// They have the role already, and get to approve.
    Permission,
}

pub struct Race {
    pub scene: Scene,
    pub giver: Person,
    pub whom: Person,
    pub role: Role,
}

pub fn race(half: Half) -> Race {
    let scene = scene();
    let role = scene.world.role(&scene.child, "Desk", []);
    let giver = [AssignRoles, ChangePermission, ViewAdministrators, ApproveForGroup];
    let giver = scene.somebody(&scene.child, &giver);
    let whom = match half {
        Half::Role => scene.somebody(&scene.child, &[ApproveForGroup]),
        Half::Permission => {
            let assignment = scene.world.assignment(&scene.child, &role, None);
            scene.world.administrator_with(&scene.child, |new| new.with_assignments([assignment]))
        }
    };
    block_on(scene.list_as_holder(&whom, &role));
    Race { scene, giver, whom, role }
}

impl Race {
    pub fn gives(&self, half: Half) -> BoxFuture<'_, u16> {
        let (what, body) = match half {
            Half::Role => ("/roles", json!({ "assignments": [{ "role_id": self.role.id }] })),
            Half::Permission => ("/permissions", json!({ "permissions": ["approve-for-group"] })),
        };
        let call = put(&self.scene, &self.giver, &self.whom, what, body);
        Box::pin(async move { call.send().await.status })
    }

    pub fn edits(&self) -> BoxFuture<'_, u16> {
        Box::pin(async move {
            match add_edit_computers(&self.scene, &self.role).await {
                Ok(true) => 200,
                Ok(false) => 403,
                Err(_) => 503,
            }
        })
    }

    pub fn sets_maintenance_mode(&self) -> bool {
        let record = block_on(self.scene.record(&self.whom));
        let actor = block_on(actor_of(&self.scene.world.journal, &record)).unwrap();
        decide(&actor, Action::ComputersSetMaintenanceMode, &Resource::at(&self.scene.child)).is_ok()
    }
}

#[test]
fn nobody_gets_the_two_halves_of_a_combination_from_two_at_once() {
    for half in [Half::Role, Half::Permission] {
        let (mut given, mut edited) = (0, 0);
        for seed in 0..60 {
            let race = race(half);
            race.scene.world.memory.interleave(true);
            let answers = Schedule::new(seed).stalls(60).run(vec![race.gives(half), race.edits()]);
            race.scene.world.memory.interleave(false);
            assert!(!race.sets_maintenance_mode(), "{half:?} seed {seed}: {answers:?}");
            given += usize::from(answers[0] == Some(200));
            edited += usize::from(answers[1] == Some(200));
        }
        assert!(given > 0 && edited > 0, "{half:?}: given {given} times, edited {edited} times");
    }
}

#[test]
fn what_is_taken_back_stands_in_the_audit() {
    let taken_back = |seed: u64| {
        let race = race(Half::Permission);
        race.scene.world.memory.interleave(true);
        Schedule::new(seed).stalls(60).run(vec![race.gives(Half::Permission), race.edits()]);
        race.scene.world.memory.interleave(false);
        let events = block_on(race.scene.audit(&race.scene.child));
        let details = events.into_iter().map(|event| event.detail());
        details.into_iter().find(|detail| detail["taken_back"] == true)
    };
    let detail = (0..400).find_map(taken_back).expect("one of the schedules crosses the two");
    assert_eq!(detail["before"]["permissions"], json!(["approve-for-group"]));
    assert_eq!(detail["after"]["permissions"], json!([]));
}

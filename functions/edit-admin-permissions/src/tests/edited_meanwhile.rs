//! One administrator gives something while another edits a role of the same person: the result is never more than
//! either could give.
use super::{acts, put, scene};
use Permission::{ApproveForGroup, AssignRoles, ChangePermission, EditComputers, ViewAdministrators};
use countersign_authority::rights::actor_of;
use countersign_http::testing::{Person, Scene};
use countersign_journal::{Change, Journal, PermissionEditError};
use countersign_kv::memory::Schedule;
use countersign_model::act::RoleEdited;
use countersign_model::{
    ActName, Action, Administrator, Origin, Permission, Permit, Resource, Role, RoleBook, RoleHolders, Who,
    decide,
};
use countersign_store::StoreError;
use futures::executor::block_on;
use futures::future::BoxFuture;
use serde_json::json;

/// An edit of a role by somebody who holds Edit Computers but cannot approve, in the order of `manage-roles`: it
/// begins, reads the book and the holders, and is saved unless another edit came first. It is refused if a holder could
/// approve.
async fn add_edit_computers(scene: &Scene, role: &Role) -> Result<bool, StoreError> {
    let (journal, id): (&Journal, _) = (&scene.world.journal, &scene.child.id);
    let edit = journal.begin_permission_edit().await?;
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
    let change = Change::new(&Permit::scene(id), &origin, RoleEdited::of(role, &edited));
    let Ok(next) = book.value.replacing(edited) else { return Ok(false) };
    match journal.save_permission_edit(&edit, (id, book.revision), &next, change).await {
        Ok(_) => Ok(true),
        Err(
            PermissionEditError::Overtaken
            | PermissionEditError::Store(StoreError::Revision { .. } | StoreError::Busy),
        ) => Ok(false),
        Err(PermissionEditError::Store(error)) => Err(error),
    }
}

/// How a person gets the other half.
#[derive(Clone, Copy, Debug)]
pub enum Half {
    /// They approve already, and get the role.
    Role,
    /// They have the role already, and get an approve permission.
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
fn of_two_at_once_the_audit_has_what_was_made_and_nothing_else() {
    let mut refused = 0;
    for seed in 0..60 {
        let race = race(Half::Permission);
        race.scene.world.memory.interleave(true);
        let answers = Schedule::new(seed).stalls(60).run(vec![race.gives(Half::Permission), race.edits()]);
        race.scene.world.memory.interleave(false);
        let events = acts(&block_on(race.scene.audit(&race.scene.child)));
        for (answer, act) in answers.iter().zip([ActName::PermissionsChanged, ActName::RoleEdited]) {
            let times = events.iter().filter(|each| **each == act).count();
            assert_eq!(times, usize::from(*answer == Some(200)), "seed {seed}: {act:?} {answers:?}");
            refused += 1 - times;
        }
    }
    assert!(refused > 0, "no schedule crosses the two");
}

//! Administrators hear what happened to their own account.
use countersign_http::testing::Person;
use countersign_journal::Change;
use countersign_model::act::{
    PasswordChanged, PermissionsChanged, RoleDeleted, RoleEdited, SecondFactor, SessionStarted,
};
use countersign_model::{
    Administrator, NewAct, Origin, Permission, Permit, Role, RoleHolders, SessionId, Who,
};

use super::Stage;

impl Stage {
    /// What is sent after an administrator, or the system, has done something.
    async fn after(&self, act: impl Into<NewAct>, by: Option<&Person>) -> Vec<(String, String)> {
        let who = by.map_or(Who::System, |by| Who::Administrator {
            id: by.record.id.clone(),
            name: by.record.name.clone(),
            via: None,
        });
        let address = Some("198.51.100.7".to_owned());
        let origin = Origin { who, address, at: self.world.now() };
        let change = Change::new(&Permit::scene(&self.company.id), &origin, act);
        self.world.journal.save(change).await.unwrap();
        self.process_company().await;
        let messages = self.messages();
        self.told();
        messages
    }
}

fn changed(person: &Person) -> PermissionsChanged {
    let with = person.record.with_permissions([Permission::SuperAdmin]);
    PermissionsChanged::of(&person.record, &with)
}

#[tokio::test]
async fn a_sign_in_from_a_new_place_is_told_with_its_address() {
    let stage = Stage::new().await;
    let person = stage.world.administrator(&stage.company, []);
    let started = |from_new_place| SessionStarted {
        administrator_id: person.record.id.clone(),
        session: SessionId::from_ulid(stage.world.ulid()),
        second_factor: SecondFactor::None,
        from_new_place,
    };
    assert_eq!(stage.after(started(false), Some(&person)).await, []);
    let told = stage.after(started(true), Some(&person)).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, person.record.email.as_str());
    assert!(
        told[0].1.contains("Somebody signed in") && told[0].1.contains("Address: 198.51.100.7\n"),
        "{told:?}"
    );
    assert_eq!(stage.after(started(true), Some(&person)).await.len(), 1, "each time");
}

#[tokio::test]
async fn a_changed_password_is_told_with_the_address_of_who_changed_it() {
    let stage = Stage::new().await;
    let person = stage.world.administrator(&stage.company, []);
    let session = SessionId::from_ulid(stage.world.ulid());
    let changed = PasswordChanged { administrator_id: person.record.id.clone(), session };
    let told = stage.after(changed, Some(&person)).await;
    assert_eq!(told.iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(), [person.record.email.as_str()]);
    assert!(
        told[0].1.contains("Your password was changed.") && told[0].1.contains("Address: 198.51.100.7\n"),
        "{told:?}"
    );
}

#[tokio::test]
async fn other_rights_are_told_unless_one_gave_them_to_oneself_or_cannot_sign_in() {
    let stage = Stage::new().await;
    let person = stage.world.administrator(&stage.company, []);
    let boss = stage.world.administrator(&stage.company, [Permission::SuperAdmin]);
    let told = stage.after(changed(&person), Some(&boss)).await;
    assert_eq!(told.iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(), [person.record.email.as_str()]);
    assert!(told[0].1.contains(&format!("Changed by: {}", boss.record.name)), "{told:?}");
    assert_eq!(stage.after(changed(&person), Some(&person)).await, [], "they know");
    assert_eq!(stage.after(changed(&person), None).await.len(), 1);
    stage.world.journal.update(&person.record.id, |old: &Administrator| old.disable()).await.unwrap();
    assert_eq!(stage.after(changed(&person), Some(&boss)).await, []);
}

#[tokio::test]
async fn an_edited_role_is_told_to_those_who_hold_it_if_it_gives_something_else() {
    let stage = Stage::new().await;
    let role = stage.world.role(&stage.company, "Help desk", [Permission::ViewApprovals]);
    let assignment = stage.world.assignment(&stage.company, &role, None);
    let holder = stage.world.administrator_with(&stage.company, |new| new.with_assignments([assignment]));
    let former = stage.world.administrator(&stage.company, []);
    for person in [&holder, &former] {
        let listed = |holders: &RoleHolders| holders.with(person.record.id.clone(), &[], stage.world.now());
        stage.world.journal.update(&role.id, listed).await.unwrap();
    }
    let edited = |name: &str, permissions: &[Permission]| {
        let new = Role::new(role.id.clone(), name.to_owned(), None, permissions.iter().copied());
        RoleEdited::of(&role, &new)
    };
    assert_eq!(stage.after(edited("Desk", &[Permission::ViewApprovals]), None).await, []);
    let told = stage.after(edited("Desk", &[Permission::ApproveForGroup]), None).await;
    assert_eq!(told.iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(), [holder.record.email.as_str()]);
}

#[tokio::test]
async fn a_deleted_role_is_told_to_those_who_held_it() {
    let stage = Stage::new().await;
    let role = stage.world.role(&stage.company, "Help desk", [Permission::ViewApprovals]);
    let assignment = stage.world.assignment(&stage.company, &role, None);
    let holder = stage.world.administrator_with(&stage.company, |new| new.with_assignments([assignment]));
    let listed = |holders: &RoleHolders| holders.with(holder.record.id.clone(), &[], stage.world.now());
    stage.world.journal.update(&role.id, listed).await.unwrap();
    let told = stage.after(RoleDeleted::of(&role), None).await;
    assert_eq!(told.iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(), [holder.record.email.as_str()]);
}

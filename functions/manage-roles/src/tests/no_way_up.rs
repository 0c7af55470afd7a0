use super::{create, edit, last_act, scene};
use Permission::{ApproveForGroup, EditComputers, RoleAdministrator, SuperAdmin, SuperAdminParentOnly};
use Permission::{ViewApprovals, ViewReports, ViewSystemAudit};
use countersign_http::rights::actor_of;
use countersign_http::testing::{Person, Scene, TestRequest};
use countersign_model::{
    Act, Administrator, AdministratorState, Organization, Permission, PermissionSet, Role,
};
use countersign_store::memory::TestRandom;
use serde_json::json;

#[tokio::test]
async fn nobody_puts_into_a_role_what_they_do_not_hold_there_and_below() {
    let scene = scene();
    let cases: [(&[Permission], &[Permission], u16, &str); 5] = [
        (&[RoleAdministrator, ViewReports], &[ViewReports], 201, "held"),
        (&[RoleAdministrator], &[ViewReports], 403, "not held"),
        (&[ViewReports], &[ViewReports], 403, "held, but no Role Administrator"),
        (&[RoleAdministrator, ViewSystemAudit], &[ViewSystemAudit], 403, "only a Super Admin gives it"),
        (&[SuperAdminParentOnly], &[ViewReports], 403, "held here, but not below"),
    ];
    for (held, given, status, why) in cases {
        let who = scene.somebody(&scene.child, held);
        let body = json!({ "organization_id": scene.child.id, "name": why, "permissions": given });
        let call = create(&scene, &who, body);
        if status == 201 {
            let answer = call.send().await;
            assert_eq!(answer.status, status, "{why}: {}", answer.text());
            assert_eq!(last_act(&scene, &scene.child).await.0, Act::RoleCreated);
        } else {
            let missing = scene.refused(call, (403, "not-permitted")).await.json()["missing"].clone();
            assert_eq!(missing[0][0]["organization_id"], scene.child.id.as_str(), "{why}: {missing}");
        }
    }
    assert_eq!(scene.book(&scene.child).await.len(), 1);
}

#[tokio::test]
async fn a_role_that_its_editor_could_not_grant_whole_is_not_extended_by_them() {
    let scene = scene();
    let role = scene.world.role(&scene.child, "Desk", [ViewApprovals]);
    let editor = scene.somebody(&scene.child, &[RoleAdministrator, ViewReports]);
    let refusal =
        scene.refused(edit(&scene, &editor, &role, &[ViewApprovals, ViewReports]), (403, "not-permitted"));
    let missing = refusal.await.json()["missing"].clone();
    let lacking = json!([[{ "permission": "view-approvals", "organization_id": scene.child.id },
        { "permission": "view-approvals", "organization_id": scene.child.id, "below": true }]]);
    assert_eq!(missing, lacking, "what they add they hold; what the role has already they do not");

    let renamed = json!({ "name": "Front desk", "permissions": ["view-approvals"] });
    let renamed = scene.app.put(&super::path(&role)).bearer(&editor.token).json(renamed).send().await;
    assert_eq!(renamed.status, 200, "that is not extending: {}", renamed.text());
    assert_eq!(edit(&scene, &editor, &role, &[ViewReports]).send().await.status, 200, "the result is theirs");
    let secret = scene.world.role(&scene.child, "Auditors", [ViewSystemAudit]);
    let holder = scene.somebody(&scene.child, &[RoleAdministrator, ViewReports, ViewSystemAudit]);
    let extend = edit(&scene, &holder, &secret, &[ViewSystemAudit, ViewReports]);
    scene.refused(extend, (403, "not-permitted")).await;
}

#[tokio::test]
async fn editing_a_role_gives_to_everybody_who_holds_it() {
    let scene = scene();
    let role = scene.world.role(&scene.child, "Desk", [ViewApprovals]);
    let editor = scene.somebody(&scene.child, &[RoleAdministrator, EditComputers, ViewApprovals]);
    let unheld = edit(&scene, &editor, &role, &[ViewApprovals, ApproveForGroup]);
    scene.refused(unheld, (403, "not-permitted")).await;

    // Edit Computers is harmless; with an approve permission its holder could set maintenance mode, which the editor cannot.
    let more = || edit(&scene, &editor, &role, &[ViewApprovals, EditComputers]);
    for state in [AdministratorState::Active, AdministratorState::Invited, AdministratorState::Disabled] {
        let assignment = scene.world.assignment(&scene.child, &role, None);
        let holder = scene.world.administrator_with(&scene.child, |new| {
            let new = Administrator { state, ..new };
            new.with_permissions([ApproveForGroup]).with_assignments([assignment])
        });
        scene.list_as_holder(&holder, &role).await;
        let missing = scene.refused(more(), (403, "not-permitted")).await.json()["missing"].clone();
        assert_eq!(missing[0][0]["organization_id"], scene.child.id.as_str(), "{state}: {missing}");
        let without = |old: &Administrator| Ok::<_, ()>(old.with_assignments([]));
        scene.world.store.update(holder.record.id.as_str(), without).await.unwrap();
    }
    assert_eq!(more().send().await.status, 200, "nobody holds it now");
}

#[tokio::test]
async fn nobody_adds_to_a_role_they_hold_themselves() {
    let scene = scene();
    let root = &scene.world.root;
    let role = scene.world.role(root, "Owners", [RoleAdministrator, SuperAdminParentOnly]);
    let holder = scene.holder(root, root, &role, None).await;
    let more = edit(&scene, &holder, &role, &[RoleAdministrator, SuperAdminParentOnly, SuperAdmin]);
    scene.refused(more, (403, "not-permitted")).await;
    assert_eq!(
        edit(&scene, &holder, &role, &[RoleAdministrator]).send().await.status,
        200,
        "taking away is free"
    );

    let admins = scene.world.role(root, "Admins", [SuperAdmin]);
    let admin = scene.holder(root, root, &admins, None).await;
    let more = edit(&scene, &admin, &admins, &[SuperAdmin, ViewReports]);
    let problem = scene.refused(more, (403, "not-permitted")).await.json();
    assert_eq!(problem["detail"], "nobody adds to their own permissions", "not even what they hold already");
}

#[tokio::test]
async fn whoever_reaches_only_the_owner_takes_nothing_from_holders_below_it() {
    let scene = scene();
    let local = scene.somebody(&scene.child, &[SuperAdminParentOnly]);
    let role = scene.world.role(&scene.child, "Readers", [ViewReports]);
    assert_eq!(edit(&scene, &local, &role, &[]).send().await.status, 200, "nobody holds it");
    let admin = scene.root_admin();
    assert_eq!(edit(&scene, &admin, &role, &[ViewReports]).send().await.status, 200);
    scene.holder(&scene.child, &scene.child, &role, None).await;
    let calls = [
        edit(&scene, &local, &role, &[]),
        scene.app.delete(&super::path(&role)).bearer(&local.token),
        scene.app.delete(&format!("{}?dry_run=true", super::path(&role))).bearer(&local.token),
    ];
    for call in calls {
        let missing = scene.refused(call, (403, "not-permitted")).await.json()["missing"].clone();
        let at = (&missing[0][0]["organization_id"], &missing[0][0]["below"]);
        assert_eq!(at, (&json!(scene.child.id), &json!(true)), "{missing}");
    }
}

#[tokio::test]
async fn two_editors_in_turn_make_no_role_that_neither_could_give() {
    let scene = scene();
    let one = scene.somebody(&scene.child, &[RoleAdministrator, EditComputers]);
    let two = scene.somebody(&scene.child, &[RoleAdministrator, ApproveForGroup]);
    let role = scene.world.role(&scene.child, "Desk", []);
    assert_eq!(edit(&scene, &one, &role, &[EditComputers]).send().await.status, 200);
    let both = edit(&scene, &two, &role, &[EditComputers, ApproveForGroup]);
    scene.refused(both, (403, "not-permitted")).await;
}

const DRAWN: [Permission; 8] = [
    RoleAdministrator,
    ViewReports,
    ViewApprovals,
    EditComputers,
    ApproveForGroup,
    Permission::SuperAdminChild,
    SuperAdminParentOnly,
    SuperAdmin,
];

/// Organizations, roles and people with some of them, drawn by lot.
struct Lot {
    scene: Scene,
    organizations: Vec<Organization>,
    roles: Vec<Role>,
    people: Vec<Person>,
    random: TestRandom,
}

impl Lot {
    async fn new(seed: u64) -> Self {
        let scene = scene();
        let below = scene.world.organization(&scene.child, "Company D");
        let beside = scene.world.organization(&scene.world.root, "Company C");
        let organizations = vec![scene.world.root.clone(), scene.child.clone(), below, beside];
        let (roles, people, random) = (Vec::new(), Vec::new(), TestRandom::new(seed));
        let mut lot = Self { scene, organizations, roles, people, random };
        // Somebody who stays, so that nothing is refused for the last Super Admin alone.
        lot.scene.root_admin();
        for number in 0..6 {
            let owner = lot.organizations[lot.below(4)].clone();
            let role = lot.scene.world.role(&owner, &format!("Role {number}"), lot.permissions());
            for _ in 0..lot.below(3) {
                let home = lot.organizations[lot.below(4)].clone();
                let holder = lot.scene.holder(&home, &owner, &role, Some(&owner)).await;
                let with = lot.permissions();
                let more = |old: &Administrator| Ok::<_, ()>(old.with_permissions(with.clone()));
                lot.scene.world.store.update(holder.record.id.as_str(), more).await.unwrap();
                lot.people.push(holder);
            }
            lot.roles.push(role);
        }
        lot
    }

    fn below(&self, bound: usize) -> usize {
        self.random.below(bound as u64) as usize
    }

    fn permissions(&self) -> Vec<Permission> {
        (0..self.below(4)).map(|_| DRAWN[self.below(DRAWN.len())]).collect()
    }

    fn call(&self, who: &Person, number: usize) -> TestRequest {
        let role = &self.roles[self.below(self.roles.len())];
        match self.below(8) {
            0 => self.scene.app.delete(&super::path(role)).bearer(&who.token),
            1 => {
                let body = json!({ "organization_id": self.organizations[self.below(4)].id,
                    "name": format!("New {number}"), "permissions": self.permissions() });
                create(&self.scene, who, body)
            }
            _ => edit(&self.scene, who, role, &self.permissions()),
        }
    }

    /// What each may do at each organization.
    async fn held(&self) -> Vec<Vec<PermissionSet>> {
        let mut held = Vec::new();
        for person in &self.people {
            let record = self.scene.record(person).await;
            let actor = actor_of(&self.scene.world.store, &record).await.unwrap();
            let at = |place: &Organization| actor.permissions_at(&place.id, &place.ancestors);
            held.push(self.organizations.iter().map(at).collect());
        }
        held
    }
}

#[tokio::test]
async fn whatever_is_edited_nobody_gains_by_their_own_doing_nor_changes_anything_where_they_have_no_rights() {
    let mut made = 0;
    for seed in 0..30 {
        let lot = Lot::new(seed).await;
        let mut before = lot.held().await;
        for step in (0..20).filter(|_| !lot.people.is_empty()) {
            let who = lot.below(lot.people.len());
            let answer = lot.call(&lot.people[who], step).send().await;
            let after = lot.held().await;
            made += usize::from(before != after);
            let what = format!("seed {seed} step {step}: {who}: {}", answer.text());
            for (place, organization) in lot.organizations.iter().enumerate() {
                let name = &organization.name;
                assert!(
                    before[who][place].contains_all(after[who][place]),
                    "more for oneself at {name}: {what}"
                );
                for person in (0..lot.people.len()).filter(|_| before[who][place].is_empty()) {
                    assert_eq!(before[person][place], after[person][place], "changed at {name}: {what}");
                }
            }
            before = after;
        }
    }
    assert!(made > 25, "{made} changes");
}

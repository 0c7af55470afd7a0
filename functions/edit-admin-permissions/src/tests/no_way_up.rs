use super::{path, put, scene};
use Permission::{ApproveForGroup, AssignRoles, ChangePermission, EditAdministrators, EditComputers};
use Permission::{SuperAdmin, SuperAdminChild, SuperAdminParentOnly, ViewAdministrators, ViewReports};
use countersign_http::rights::actor_of;
use countersign_http::testing::{Person, Scene, TestRequest};
use countersign_model::{Administrator, Organization, Permission, PermissionSet, Role};
use countersign_store::memory::TestRandom;
use serde_json::json;

#[tokio::test]
async fn two_administrators_in_turn_make_nobody_more_than_either_of_them() {
    let scene = scene();
    let base = [ChangePermission, ViewAdministrators];
    // Together the two permissions set maintenance mode, which neither of the two may do.
    let one = scene.somebody(&scene.child, &[&base[..], &[EditComputers]].concat());
    let two = scene.somebody(&scene.child, &[&base[..], &[ApproveForGroup]].concat());
    let set = |who: &Person, whom: &Person, permissions: &[Permission]| {
        put(&scene, who, whom, "/permissions", json!({ "permissions": permissions }))
    };
    let add_to_the_other = |more| [&base[..], more].concat();
    let both = add_to_the_other(&[EditComputers, ApproveForGroup]);
    scene.refused(set(&one, &two, &both), (403, "not-permitted")).await;
    scene.refused(set(&two, &one, &both), (403, "not-permitted")).await;

    let third = scene.somebody(&scene.child, &[]);
    assert_eq!(set(&one, &third, &[EditComputers]).send().await.status, 200);
    let refusal = scene.refused(set(&two, &third, &[EditComputers, ApproveForGroup]), (403, "not-permitted"));
    let missing = refusal.await.json()["missing"].clone();
    assert_eq!(missing[0][0]["permission"], "edit-computers", "what the second lacks: {missing}");
    assert_eq!(missing[0][0]["organization_id"], scene.child.id.as_str());
}

#[tokio::test]
async fn an_invitation_is_no_way_around_a_combination_either() {
    let scene = scene();
    let maker = scene.somebody(&scene.child, &[EditAdministrators, ChangePermission, EditComputers]);
    let body = json!({ "email": "bob@company.example", "name": "Bob", "organization_id": scene.child.id,
        "permissions": ["edit-computers"] });
    let invited = scene.app.post("/v1/administrators").bearer(&maker.token).json(body).send().await;
    assert_eq!(invited.status, 201, "{}", invited.text());
    let other = scene.somebody(&scene.child, &[ChangePermission, ViewAdministrators, ApproveForGroup]);
    let at = format!("/v1/administrators/{}/permissions", invited.json()["id"].as_str().unwrap());
    let body = json!({ "permissions": ["edit-computers", "approve-for-group"] });
    let call = scene.app.put(&at).bearer(&other.token).json(body);
    scene.refused(call, (403, "not-permitted")).await;
}

#[tokio::test]
async fn a_role_is_no_way_to_oneself_nor_past_where_one_holds_it() {
    let scene = scene();
    let below = scene.world.organization(&scene.child, "Company D");
    let role = scene.world.role(&scene.child, "Readers", [ViewReports]);
    let at = |place: &Organization| json!({ "assignments": [{ "role_id": role.id, "organization_id": place.id }] });
    let local = scene.somebody(&below, &[AssignRoles, ViewAdministrators, ViewReports]);
    let whom = scene.somebody(&below, &[]);
    scene.refused(put(&scene, &local, &local, "/roles", at(&below)), (403, "not-permitted")).await;
    let beyond = put(&scene, &local, &whom, "/roles", at(&scene.child));
    let answer = scene.refused(beyond, (422, "invalid-body")).await;
    assert_eq!(answer.pointers(), ["/assignments/0/organization_id"], "the place is not even known");
    assert_eq!(put(&scene, &local, &whom, "/roles", at(&below)).send().await.status, 200);

    let above = scene.somebody(&scene.child, &[AssignRoles, ViewAdministrators]);
    let refusal =
        scene.refused(put(&scene, &above, &whom, "/roles", at(&scene.child)), (403, "not-permitted"));
    let missing = refusal.await.json()["missing"].clone();
    assert_eq!(missing[0][0]["permission"], "view-reports", "{missing}");
    assert_eq!(missing[0][0]["organization_id"], scene.child.id.as_str(), "{missing}");
}

#[tokio::test]
async fn whoever_reaches_only_one_organization_takes_nothing_away_below_it() {
    let scene = scene();
    let local = scene.somebody(&scene.child, &[SuperAdminParentOnly]);
    let whom = scene.somebody(&scene.child, &[ViewReports]);
    let none = json!({ "permissions": [] });
    let refusal =
        scene.refused(put(&scene, &local, &whom, "/permissions", none), (403, "not-permitted")).await;
    let missing = refusal.json()["missing"][0][0].clone();
    assert_eq!((&missing["organization_id"], &missing["below"]), (&json!(scene.child.id), &json!(true)));
    let role = scene.world.role(&scene.child, "Readers", [ViewReports]);
    let holder = scene.holder(&scene.child, &scene.child, &role, None).await;
    let none = put(&scene, &local, &holder, "/roles", json!({ "assignments": [] }));
    scene.refused(none, (403, "not-permitted")).await;
}

/// Four organizations, people with permissions and roles drawn by lot.
struct Lot {
    scene: Scene,
    organizations: Vec<Organization>,
    roles: Vec<Role>,
    people: Vec<Person>,
    random: TestRandom,
}

const DRAWN: [Permission; 10] = [
    ViewAdministrators,
    EditAdministrators,
    ChangePermission,
    AssignRoles,
    ViewReports,
    EditComputers,
    ApproveForGroup,
    SuperAdminChild,
    SuperAdminParentOnly,
    SuperAdmin,
];

impl Lot {
    fn new(seed: u64) -> Self {
        let scene = scene();
        let below = scene.world.organization(&scene.child, "Company D");
        let beside = scene.world.organization(&scene.world.root, "Company C");
        let organizations = vec![scene.world.root.clone(), scene.child.clone(), below, beside];
        let random = TestRandom::new(seed);
        let mut lot = Self { scene, organizations, roles: Vec::new(), people: Vec::new(), random };
        for number in 0..3 {
            let (owner, permissions) = (lot.organization(), lot.permissions());
            lot.roles.push(lot.scene.world.role(&owner, &format!("Role {number}"), permissions));
        }
        // Somebody who stays, so that nothing is refused for the last Super Admin alone.
        lot.scene.root_admin();
        for _ in 0..7 {
            let (home, permissions) = (lot.organization(), lot.permissions());
            lot.people.push(lot.scene.world.administrator(&home, permissions));
        }
        lot
    }

    fn below(&self, bound: usize) -> usize {
        self.random.below(bound as u64) as usize
    }

    fn organization(&self) -> Organization {
        self.organizations[self.below(self.organizations.len())].clone()
    }

    fn permissions(&self) -> Vec<Permission> {
        (0..self.below(5)).map(|_| DRAWN[self.below(DRAWN.len())]).collect()
    }

    fn call(&self, whom: &Person) -> TestRequest {
        let app = &self.scene.app;
        match self.below(8) {
            0 => app.delete(&path(whom, "")),
            1 => app.post(&path(whom, "/disabled")).json(json!({ "disabled": true })),
            2 => app.post(&path(whom, "/disabled")).json(json!({ "disabled": false })),
            3 | 4 => {
                let assignments = (0..self.below(3)).map(|_| {
                    let role = &self.roles[self.below(self.roles.len())];
                    json!({ "role_id": role.id, "organization_id": self.organization().id })
                });
                let assignments: Vec<_> = assignments.collect();
                app.put(&path(whom, "/roles")).json(json!({ "assignments": assignments }))
            }
            _ => app.put(&path(whom, "/permissions")).json(json!({ "permissions": self.permissions() })),
        }
    }

    /// What each may do at each organization.
    async fn held(&self) -> Vec<Vec<PermissionSet>> {
        let mut held = Vec::new();
        for person in &self.people {
            let record: Administrator = self.scene.record(person).await;
            let actor = actor_of(&self.scene.world.store, &record).await.unwrap();
            let at = |place: &Organization| actor.permissions_at(&place.id, &place.ancestors);
            held.push(self.organizations.iter().map(at).collect());
        }
        held
    }
}

#[tokio::test]
async fn whatever_is_tried_nobody_gains_by_their_own_doing_nor_changes_anything_where_they_have_no_rights() {
    let (mut made, mut given) = (0, 0);
    for seed in 0..30 {
        let lot = Lot::new(seed);
        let mut before = lot.held().await;
        for step in 0..30 {
            let (who, whom) = (lot.below(lot.people.len()), lot.below(lot.people.len()));
            let answer = lot.call(&lot.people[whom]).bearer(&lot.people[who].token).send().await;
            let after = lot.held().await;
            let what = format!("seed {seed} step {step}: {who} to {whom}: {}", answer.text());
            made += usize::from(answer.status < 300 && before != after);
            given +=
                usize::from(before[whom].iter().zip(&after[whom]).any(|(old, new)| !old.contains_all(*new)));
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
    assert!(made > 40 && given > 10, "{made} changes, {given} of them gave something");
}

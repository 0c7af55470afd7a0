//! What an entry shows of people and organizations that its reader may not see.

use countersign_http::testing::{Person, Scene, TestResponse};
use countersign_journal::Change;
use countersign_model::act::{
    DeliveryResent, OrganizationDeleted, RequestRevoked, RolesChanged, StatusDetail,
};
use countersign_model::{
    Administrator, ApiTokenId, Channel, ComputerId, DecisionScope, NewAct, NoticeName, NotificationId,
    Organization, Origin, Permission, Permit, RequestId, RequestKind, RequestStatus, Who,
};
use futures::executor::block_on;
use serde_json::{Value, json};

const ADDRESS: &str = "203.0.113.77";
const MAIL: &str = "boss@root.example";

/// The root, Company B below it, and Company C beside that one. Somebody of the root, or of Company C, acts in Company B.
struct Story {
    scene: Scene,
    beside: Organization,
    /// Acts in Company B.
    actor: Person,
    /// Reads everything of Company B.
    reader: Person,
}

impl Story {
    fn of(actor_at: impl FnOnce(&Scene, &Organization) -> Organization) -> Self {
        let scene = Scene::of(crate::router);
        let beside = scene.world.organization(&scene.world.root, "Company C");
        let actor = scene.somebody(&actor_at(&scene, &beside), &[]);
        let reader = scene.somebody(&scene.child, &[Permission::SuperAdmin]);
        Self { scene, beside, actor, reader }
    }

    /// The actor does something in Company B, through an API token.
    fn act(&self, act: impl Into<NewAct>) {
        let via = Some(ApiTokenId::from_ulid(self.scene.world.ulid()));
        let record = &self.actor.record;
        let who = Who::Administrator { id: record.id.clone(), name: "Boss of Bosses".to_owned(), via };
        let origin = Origin { who, address: Some(ADDRESS.to_owned()), at: self.scene.world.now() };
        let permit = Permit::scene(&self.scene.child.id);
        block_on(self.scene.world.journal.save(Change::new(&permit, &origin, act))).unwrap();
    }

    async fn read(&self, who: &Person, audit: &str, query: &str) -> TestResponse {
        let path = format!("/v1/audit/{audit}?organization_id={}{query}", self.scene.child.id);
        let page = self.scene.app.get(&path).bearer(&who.token).send().await;
        assert_eq!(page.status, 200, "{}", page.text());
        page
    }

    /// The roles of somebody in Company B change: one of the root and one of their own, here; one of the root, beside.
    fn roles_changed(&self) -> RolesChanged {
        let (world, child) = (&self.scene.world, &self.scene.child);
        let (theirs, own) = (world.role(&world.root, "Root's", []), world.role(child, "Own", []));
        let roles = [
            world.assignment(&world.root, &theirs, Some(child)),
            world.assignment(child, &own, Some(child)),
            world.assignment(&world.root, &theirs, Some(&self.beside)),
        ];
        let old = self.scene.somebody(child, &[]).record;
        RolesChanged::of(&old, &Administrator { assignments: roles.to_vec(), ..old.clone() })
    }

    fn resent(&self) -> DeliveryResent {
        DeliveryResent {
            notification_id: NotificationId::from_ulid(self.scene.world.ulid()),
            notice: NoticeName::RequestSubmitted,
            channel: Channel::Email,
            address: Some(MAIL.to_owned()),
            managing_organization: false,
            recipient_organization_id: Some(self.scene.world.root.id.clone()),
        }
    }

    fn revoked(&self) -> RequestRevoked {
        RequestRevoked {
            request_id: RequestId::from_ulid(self.scene.world.ulid()),
            computer_id: ComputerId::from_ulid(self.scene.world.ulid()),
            kind: RequestKind::Application,
            subject: "application".to_owned(),
            hostname: "pc-1".to_owned(),
            unconfirmed: false,
            before: StatusDetail { status: RequestStatus::Approved },
            after: StatusDetail { status: RequestStatus::Revoked },
            scope: DecisionScope::Computer,
            group_id: None,
            settled_by: None,
            flag_id: None,
        }
    }

    /// Everything that the reader must not find in any form.
    fn secrets(&self) -> Vec<String> {
        let own = &self.actor.record;
        let of = |organization: &Organization| [organization.id.to_string(), organization.name.clone()];
        let people = [own.id.to_string(), own.email.to_string(), "Boss of Bosses".to_owned()];
        let places = [of(&self.scene.world.root), of(&self.beside)].concat();
        [
            people.to_vec(),
            places,
            vec![ADDRESS.to_owned(), MAIL.to_owned(), format!("{}_", ApiTokenId::PREFIX)],
        ]
        .concat()
    }
}

fn item(page: &TestResponse, act: &str) -> Value {
    let items = page.json()["items"].as_array().unwrap().clone();
    items.into_iter().find(|item| item["act"] == act).unwrap_or_else(|| panic!("{act}: {}", page.text()))
}

#[tokio::test]
async fn what_somebody_of_the_managing_organization_or_beside_does_shows_nothing_of_them() {
    let of_root = Story::of(|scene, _| scene.world.root.clone());
    let of_beside = Story::of(|_, beside| beside.clone());
    for story in [of_root, of_beside] {
        let (roles, resent) = (story.roles_changed(), story.resent());
        let hidden = [roles.after.assignments.as_ref().unwrap()[0].role_id.clone().unwrap()];
        story.act(roles);
        story.act(resent);
        story.act(OrganizationDeleted::of(&story.scene.child));
        let page = story.read(&story.reader, "system", "").await;
        for secret in story.secrets() {
            assert!(!page.text().contains(&secret), "{secret} in {}", page.text());
        }
        assert!(!page.text().contains(hidden[0].as_str()), "{}", page.text());
        let entry = item(&page, "administrator.roles-changed");
        assert_eq!(
            (&entry["actor"], &entry["address"]),
            (&json!({ "kind": "managing-organization" }), &json!(null))
        );
        let after = &entry["detail"]["after"];
        assert_eq!(after["assignments"].as_array().unwrap().len(), 2);
        assert_eq!(after["assignments_in_all"], 3);
        assert_eq!(
            after["assignments"][0],
            json!({ "managing_organization": true, "organization_id": story.scene.child.id })
        );
        let resent = item(&page, "notification.resent");
        assert_eq!(
            (&resent["detail"]["managing_organization"], resent["detail"].get("address")),
            (&json!(true), None)
        );
    }
}

#[tokio::test]
async fn who_sees_them_reads_all_of_it() {
    let story = Story::of(|_, beside| beside.clone());
    let auditor = story.scene.somebody(&story.scene.world.root, &[Permission::SuperAdmin]);
    story.act(story.roles_changed());
    story.act(story.resent());
    story.act(OrganizationDeleted::of(&story.scene.child));
    let page = story.read(&auditor, "system", "").await;
    let entry = item(&page, "administrator.roles-changed");
    assert_eq!(entry["actor"]["id"], story.actor.record.id.as_str());
    assert_eq!(entry["address"], ADDRESS);
    assert_eq!(
        entry["detail"]["after"]["assignments"][0]["role_organization_id"],
        story.scene.world.root.id.as_str()
    );
    assert_eq!(entry["detail"]["after"]["assignments"][2]["organization_id"], story.beside.id.as_str());
    assert_eq!(item(&page, "notification.resent")["detail"]["address"], MAIL);
    let deleted = item(&page, "organization.deleted");
    assert_eq!(deleted["detail"]["before"]["parent_id"], story.scene.world.root.id.as_str());
}

#[tokio::test]
async fn colleagues_are_shown_in_both_audits() {
    let story = Story::of(|scene, _| scene.child.clone());
    story.act(story.revoked());
    let auditor = [Permission::ViewSystemAudit, Permission::ViewUnifiedAudit];
    let auditor = story.scene.somebody(&story.scene.child, &auditor);
    for audit in ["system", "unified"] {
        let entry = item(&story.read(&auditor, audit, "").await, "request.revoked");
        assert_eq!(entry["actor"]["name"], "Boss of Bosses", "{audit}");
        assert_eq!(entry["address"], ADDRESS);
    }
}

#[tokio::test]
async fn the_unified_audit_follows_the_same_rule_and_is_not_searched_for_what_it_does_not_show() {
    let story = Story::of(|scene, _| scene.world.root.clone());
    story.act(story.revoked());
    for audit in ["system", "unified"] {
        let page = story.read(&story.reader, audit, "").await;
        let entry = item(&page, "request.revoked");
        assert_eq!(entry["actor"], json!({ "kind": "managing-organization" }), "{audit}");
        for secret in story.secrets() {
            assert!(!page.text().contains(&secret), "{secret} in {}", page.text());
        }
        let id = &story.actor.record.id;
        for by in [format!("&about={id}"), format!("&actor={id}"), format!("&q={id}"), "&q=Bosses".to_owned()]
        {
            let found = story.read(&story.reader, audit, &by).await;
            assert_eq!(found.json()["items"], json!([]), "{audit} {by}");
        }
        let by_address = story.read(&story.reader, audit, &format!("&q={ADDRESS}")).await;
        assert_eq!(by_address.json()["items"], json!([]), "{audit}");
    }
}

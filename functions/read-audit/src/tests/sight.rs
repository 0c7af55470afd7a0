//! What an entry shows of people and organizations that its reader may not see.

use countersign_http::testing::{Person, Scene, TestResponse};
use countersign_journal::Change;
use countersign_model::act::{
    AssigneeDetail, AuditExported, DecisionAsked, DeliveryResent, NoteRemoved, OrganizationDeleted,
    RequestAssigned, RequestRevoked, RolesChanged, StatusDetail,
};
use countersign_model::{
    Administrator, ApiTokenId, Audit, AuditFilter, Channel, ComputerId, DecisionScope, NewAct, NoteId,
    NoticeName, NotificationId, Organization, Origin, Permission, Permit, RequestId, RequestKind,
    RequestStatus, Who,
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

    /// The actor takes a request, asks themselves and somebody of Company B to decide it, removes their own note, and exports
    /// what they did.
    fn handle_a_request(&self, colleague: &Person) {
        let (world, own) = (&self.scene.world, &self.actor.record);
        let request_id = RequestId::from_ulid(world.ulid());
        let kind = RequestKind::Application;
        let taker = AssigneeDetail {
            administrator_id: Some(own.id.clone()),
            administrator_name: Some("Boss of Bosses".to_owned()),
            managing_organization: false,
        };
        self.act(RequestAssigned {
            request_id: request_id.clone(),
            kind,
            before: None,
            after: Some(taker.clone()),
        });
        self.act(RequestAssigned { request_id: request_id.clone(), kind, before: Some(taker), after: None });
        self.act(DecisionAsked {
            request_id: request_id.clone(),
            kind,
            asked_by: Some("Boss of Bosses".to_owned()),
            scope: DecisionScope::Group,
            message: Some("Please have a look.".to_owned()),
            asked: vec![own.id.clone(), colleague.record.id.clone()],
            asked_in_all: None,
        });
        let note_id = NoteId::from_ulid(world.ulid());
        self.act(NoteRemoved { request_id, kind, note_id, left_by: Some(own.id.clone()) });
        let filter = AuditFilter {
            actor: Some(own.id.to_string().try_into().unwrap()),
            about: Some(self.beside.id.to_string()),
            ..Default::default()
        };
        self.act(AuditExported::of(&self.scene.child.id, Audit::System, &filter, None, "csv"));
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

#[tokio::test]
async fn nobody_of_an_organization_out_of_sight_is_named_by_an_act_found_by_it_or_exported_with_it() {
    let of_root = Story::of(|scene, _| scene.world.root.clone());
    let of_beside = Story::of(|_, beside| beside.clone());
    for story in [of_root, of_beside] {
        let colleague = story.scene.somebody(&story.scene.child, &[]);
        story.handle_a_request(&colleague);
        let id = &story.actor.record.id;
        for audit in ["system", "unified"] {
            let entries = story.read(&story.reader, audit, "").await;
            let export = format!("{audit}/export?format=jsonl&organization_id={}", story.scene.child.id);
            let export = story.scene.app.get(&format!("/v1/audit/{export}")).bearer(&story.reader.token);
            let export = export.send().await;
            assert_eq!(export.status, 200, "{}", export.text());
            for secret in story.secrets() {
                assert!(!entries.text().contains(&secret), "{secret} in {}", entries.text());
                assert!(!export.text().contains(&secret), "{secret} in {}", export.text());
            }
            for by in [format!("&about={id}"), format!("&q={id}"), "&q=Bosses".to_owned()] {
                let found = story.read(&story.reader, audit, &by).await;
                assert_eq!(found.json()["items"], json!([]), "{audit} {by}");
            }
            let asked = item(&entries, "request.decision-asked");
            let (asked, about) = (&asked["detail"], &asked["about"]);
            assert_eq!((&asked["asked"], &asked["asked_in_all"]), (&json!([colleague.record.id]), &json!(2)));
            assert_eq!(about.as_array().unwrap().len(), 1, "the request");
            let released = item(&entries, "request.assigned");
            assert_eq!(released["detail"]["before"], json!({ "managing_organization": true }));
            assert_eq!(released["about"], *about);
        }
    }
}

#[tokio::test]
async fn who_sees_the_people_of_an_act_reads_and_finds_them() {
    let story = Story::of(|_, beside| beside.clone());
    let auditor = story.scene.somebody(&story.scene.world.root, &[Permission::SuperAdmin]);
    let colleague = story.scene.somebody(&story.scene.child, &[]);
    story.handle_a_request(&colleague);
    let id = &story.actor.record.id;
    let page = story.read(&auditor, "unified", &format!("&about={id}")).await;
    let released = item(&page, "request.assigned");
    // What they did counts as what is about them.
    assert_eq!(page.json()["items"].as_array().unwrap().len(), 4, "{}", page.text());
    let before = json!({ "administrator_id": id, "administrator_name": "Boss of Bosses" });
    assert_eq!(released["detail"]["before"], before);
    let page = story.read(&auditor, "unified", "").await;
    let asked = item(&page, "request.decision-asked");
    assert_eq!(asked["detail"]["asked"], json!([id, colleague.record.id]));
    assert_eq!(asked["detail"]["asked_by"], "Boss of Bosses");
    assert_eq!(item(&page, "request.note-removed")["detail"]["left_by"], id.as_str());
    let exported = item(&story.read(&auditor, "system", "").await, "audit.exported");
    assert_eq!(
        (&exported["detail"]["actor"], &exported["detail"]["about"]),
        (&json!(id), &json!(story.beside.id))
    );
}

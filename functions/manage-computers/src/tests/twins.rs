//! Computers under a host name that already belonged to another one, and names that administrators give.

use std::convert::Infallible;

use countersign_http::testing::{Device, Person, TestResponse};
use countersign_model::{ActName, Computer, Group, Permission, Permit, lists};
use serde_json::{Value, json};

countersign_http::story!(Company, crate::router);

impl Story {
    fn path(&self, computer: &Device, rest: &str) -> String {
        format!("/v1/organizations/{}/computers/{}{rest}", self.company.id, computer.record.id)
    }

    /// Two computers of one name, of which the second is unconfirmed.
    async fn twins(&self) -> (Group, Device, Device) {
        let group = self.world.group(&self.company, "Workstations");
        let (first, mut second) = (self.world.computer(&group), self.world.computer(&group));
        let unconfirmed = |old: &Computer| {
            let (hostname, twin_of) = (first.record.hostname.to_uppercase(), Some(first.record.id.clone()));
            Ok::<_, Infallible>(Computer { hostname, unconfirmed: true, twin_of, ..old.clone() })
        };
        second.record = self.world.journal.update(&second.record.id, unconfirmed).await.unwrap().value;
        (group, first, second)
    }

    async fn confirm(&self, who: &Person, computer: &Device, body: Value) -> TestResponse {
        self.app.post(&self.path(computer, "/confirm")).bearer(&who.token).json(body).send().await
    }

    async fn edit(&self, who: &Person, computer: &Device, body: Value) -> TestResponse {
        self.app.patch(&self.path(computer, "")).bearer(&who.token).json(body).send().await
    }

    async fn shown(&self, computer: &Device) -> TestResponse {
        self.app.get(&self.path(computer, "")).bearer(&self.boss.token).send().await
    }

    async fn acts(&self) -> Vec<ActName> {
        let permit = Permit::scene(&self.company.id);
        let page = self.world.journal.list(&permit, lists::SYSTEM_AUDIT, None, 10).await.unwrap();
        let mut acts = Vec::new();
        for row in page.items {
            acts.push(
                self.world.journal.event(&permit, row.number.unwrap()).await.unwrap().unwrap().act.name(),
            );
        }
        acts
    }
}

#[tokio::test]
async fn a_twin_is_shown_with_the_computer_that_has_its_name_until_it_is_confirmed() {
    let story = Story::new();
    let (_, first, second) = story.twins().await;
    let shown = story.shown(&second).await.json();
    assert_eq!((&shown["unconfirmed"], &shown["twin_of"]), (&json!(true), &json!(first.record.id)));
    assert_eq!(story.shown(&first).await.json()["twin_of"], Value::Null);
    let confirmed = story.confirm(&story.boss, &second, json!({})).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.text());
    let confirmed = confirmed.json();
    assert_eq!((&confirmed["unconfirmed"], &confirmed["twin_of"]), (&json!(false), &Value::Null));
    assert_eq!(story.acts().await[0], ActName::ComputerConfirmed);
    let again = story.confirm(&story.boss, &second, json!({})).await;
    assert_eq!(
        (again.status, &again.json()["revision"]),
        (200, &confirmed["revision"]),
        "it changes nothing"
    );
    assert_eq!(story.shown(&first).await.status, 200, "the other one keeps the name, too");
}

#[tokio::test]
async fn a_twin_that_replaces_the_other_one_removes_it() {
    let story = Story::new();
    let (_, first, second) = story.twins().await;
    let body = json!({ "replaces": first.record.id });
    let path = story.path(&second, "/confirm");
    let stale = story.app.post(&path).bearer(&story.boss.token).if_match(7).json(body.clone()).send().await;
    assert_eq!(stale.status, 412);
    assert_eq!(story.shown(&first).await.status, 200, "a refused call removes nothing");
    let confirmed = story.confirm(&story.boss, &second, body.clone()).await;
    assert_eq!((confirmed.status, &confirmed.json()["unconfirmed"]), (200, &json!(false)));
    assert_eq!(story.shown(&first).await.status, 404);
    assert_eq!(story.acts().await[..2], [ActName::ComputerConfirmed, ActName::ComputerDeleted]);
    let again = story.confirm(&story.boss, &second, body).await;
    assert_eq!((again.status, again.code().as_str()), (409, "computer-confirmed"));
}

#[tokio::test]
async fn a_replacement_that_died_after_the_removal_is_completed_by_repeating_it() {
    let story = Story::new();
    let (_, first, second) = story.twins().await;
    let gone = |old: &Computer| Ok::<_, Infallible>(old.deleted());
    story.world.journal.update(&first.record.id, gone).await.unwrap();
    let confirmed = story.confirm(&story.boss, &second, json!({ "replaces": first.record.id })).await;
    assert_eq!((confirmed.status, &confirmed.json()["unconfirmed"]), (200, &json!(false)));
}

#[tokio::test]
async fn only_a_computer_of_the_same_name_is_replaced() {
    let story = Story::new();
    let (group, _, second) = story.twins().await;
    let elsewhere = story.world.organization(&story.world.root, "Elsewhere");
    let foreign = story.world.computer(&story.world.group(&elsewhere, "Office"));
    let same_name = |old: &Computer| {
        Ok::<_, Infallible>(Computer { hostname: second.record.hostname.clone(), ..old.clone() })
    };
    story.world.journal.update(&foreign.record.id, same_name).await.unwrap();
    for other in [&story.world.computer(&group), &second, &foreign] {
        let refused = story.confirm(&story.boss, &second, json!({ "replaces": other.record.id })).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec!["/replaces".to_owned()]));
        let stored = story.world.journal.load::<Computer>(&other.record.id).await.unwrap().unwrap().value;
        assert!(!stored.deleted);
    }
    assert_eq!(story.shown(&second).await.json()["unconfirmed"], true);
}

#[tokio::test]
async fn confirming_and_naming_a_computer_need_edit_computers() {
    let story = Story::new();
    let (_, first, second) = story.twins().await;
    let clerk = story.world.administrator(&story.company, [Permission::ApproveForEntireOrganization]);
    let stranger = story
        .world
        .administrator(&story.world.organization(&story.world.root, "Sibling"), [Permission::SuperAdmin]);
    for (who, status) in [(&clerk, 403), (&stranger, 404)] {
        for body in [json!({}), json!({ "replaces": first.record.id })] {
            assert_eq!(story.confirm(who, &second, body).await.status, status);
        }
        assert_eq!(story.edit(who, &second, json!({ "name": "Front desk" })).await.status, status);
    }
    assert_eq!(story.shown(&second).await.json()["unconfirmed"], true);
    let editor = story.world.administrator(&story.company, [Permission::EditComputers]);
    assert_eq!(story.edit(&editor, &second, json!({ "name": "Front desk" })).await.status, 200);
    assert_eq!(story.confirm(&editor, &second, json!({ "replaces": first.record.id })).await.status, 200);
}

#[tokio::test]
async fn an_administrator_names_a_computer_beside_its_host_name() {
    let story = Story::new();
    let (group, first, _) = story.twins().await;
    assert_eq!(story.shown(&first).await.json()["name"], Value::Null);
    let named = story.edit(&story.boss, &first, json!({ "name": " Front desk " })).await.json();
    assert_eq!((&named["name"], &named["hostname"]), (&json!("Front desk"), &json!(first.record.hostname)));
    assert_eq!(story.acts().await[0], ActName::ComputerEdited);
    let moved = story.edit(&story.boss, &first, json!({ "group_id": group.id })).await.json();
    assert_eq!(moved["name"], "Front desk", "what is left out stays");
    let both = story.edit(&story.boss, &first, json!({ "group_id": group.id, "name": null })).await.json();
    assert_eq!(both["name"], Value::Null);
    assert_eq!(story.acts().await[0], ActName::ComputerMoved);
    for (body, pointer) in
        [(json!({ "name": "" }), "/name"), (json!({}), ""), (json!({ "hostname": "x" }), "/hostname")]
    {
        let refused = story.edit(&story.boss, &first, body.clone()).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec![pointer.to_owned()]), "{body}");
    }
}

//! Which agent a group is to have, and what is said about what is not empty.

use countersign_http::testing::Person;
use countersign_model::Permission;
use serde_json::{Value, json};

countersign_http::story!(Office, crate::router);

impl Story {
    fn of_group(&self, rest: &str) -> String {
        self.at(&format!("/groups/{}{rest}", self.group.id))
    }

    async fn put(&self, who: &Person, rest: &str, body: Value) -> (u16, Value) {
        let call = self.app.put(&self.of_group(rest)).bearer(&who.token);
        let answer = call.json(body).send().await;
        (answer.status, answer.json())
    }
}

#[tokio::test]
async fn the_version_and_the_channel_of_a_groups_agent_are_set_apart_from_each_other() {
    let story = Story::new();
    let (status, set) = story.put(&story.boss, "/agent-version", json!({ "version": "2.4.1" })).await;
    assert_eq!((status, &set["agent"]), (200, &json!({ "version": "2.4.1", "update_channel": null })));
    let (_, set) = story.put(&story.boss, "/update-channel", json!({ "update_channel": "preview" })).await;
    assert_eq!(set["agent"], json!({ "version": "2.4.1", "update_channel": "preview" }));
    let (_, set) = story.put(&story.boss, "/agent-version", json!({ "version": null })).await;
    assert_eq!(set["agent"], json!({ "version": null, "update_channel": "preview" }));
    let renamed =
        story.app.patch(&story.of_group("")).bearer(&story.boss.token).json(json!({ "name": "Desks" }));
    assert_eq!(
        renamed.send().await.json()["agent"]["update_channel"],
        "preview",
        "a new name changes nothing else"
    );
    let stale = story.app.put(&story.of_group("/agent-version")).bearer(&story.boss.token).if_match(1);
    assert_eq!(stale.json(json!({ "version": "3" })).send().await.status, 412);
}

#[tokio::test]
async fn what_is_no_version_or_channel_is_refused() {
    let story = Story::new();
    let nobody = story.world.administrator(&story.company, [Permission::EditComputers]);
    let group = |value: Value| story.put(&story.boss, "/agent-version", json!({ "version": value }));
    story.world.settle().await;
    let before = story.world.memory.dump();
    for value in [json!(""), json!("2 4"), json!("x".repeat(65)), json!("2.4\n"), json!(2)] {
        assert_eq!(group(value.clone()).await.0, 422, "{value}");
        let body = json!({ "update_channel": value });
        assert_eq!(story.put(&story.boss, "/update-channel", body).await.0, 422, "{value}");
    }
    assert_eq!(story.put(&story.boss, "/agent-version", json!({})).await.0, 422, "it must be said");
    assert_eq!(story.put(&nobody, "/agent-version", json!({ "version": "2" })).await.0, 403);
    assert_eq!(story.put(&nobody, "/update-channel", json!({ "update_channel": "a" })).await.0, 403);
    assert!(story.world.memory.dump() == before, "nothing changed");
}

#[tokio::test]
async fn what_is_still_in_a_group_or_an_organization_is_named() {
    let story = Story::new();
    let second = story.world.computer(&story.group);
    let refused = story.app.delete(&story.of_group("")).bearer(&story.boss.token).send().await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "group-not-empty"));
    let text = refused.text();
    for name in [&story.device.record.hostname, &second.record.hostname] {
        assert!(text.contains("2 computers") && text.contains(name.as_str()), "{text}");
    }
    story.world.organization(&story.company, "Branch");
    let clerk = story.world.administrator(&story.company, [Permission::ViewOrganizations]);
    let refused = story.app.delete(&story.at("")).bearer(&story.boss.token).send().await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "organization-not-empty"));
    let text = refused.text();
    for part in [
        "1 organization (`Branch`)",
        "2 computers (`",
        "1 computer group (`Workstations`)",
        "1 administrator (`",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let refused = story.app.delete(&story.at("")).bearer(&clerk.token).send().await.text();
    assert!(refused.contains("1 organization (`Branch`)"), "they view organizations: {refused}");
    assert!(refused.contains("2 computers and") && !refused.contains(&second.record.hostname), "{refused}");
}

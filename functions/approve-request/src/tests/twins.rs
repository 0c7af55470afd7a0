//! A second computer under a host name that is taken.

use std::convert::Infallible;

use countersign_http::testing::Device;
use countersign_model::{Computer, Request};
use serde_json::{Value, json};

use crate::tests::story::{Story, application};

const OBSTACLE: &str = "another computer has the host name of the computer that asked; confirm the computer or remove it, or \
                        decide for this computer alone";

impl Story {
    /// Agents with different ids take turns with the token of a computer.
    async fn clone_of(&self, computer: &Device) {
        for id in ["one-agent", "two-agent", "one-agent", "two-agent"] {
            let seen = |old: &Computer| old.with_instance(id, self.world.now()).ok_or(());
            self.world.journal.update(&computer.record.id, seen).await.unwrap();
        }
    }

    async fn confirm(&self, computer: &Device) {
        let confirmed = |old: &Computer| Ok::<_, Infallible>(old.confirmed());
        self.world.journal.update(&computer.record.id, confirmed).await.unwrap();
    }

    /// How the computers of the requests are shown in the list, the newest first.
    async fn listed_computers(&self) -> Vec<Value> {
        let page = self.get(&self.boss, &format!("/v1/requests?organization_id={}", self.company.id)).await;
        let items = page.json()["items"].as_array().unwrap().clone();
        items.into_iter().map(|item| item["computer"].clone()).collect()
    }
}

fn shown(computer: &Device, unconfirmed: bool) -> Value {
    let Computer { id, hostname, .. } = &computer.record;
    json!({ "id": id, "hostname": hostname, "name": null, "unconfirmed": unconfirmed, "cloned": false })
}

#[tokio::test]
async fn a_request_of_a_twin_shows_so_until_the_twin_is_confirmed() {
    let story = Story::new();
    let twin = story.twin().await;
    story.request().await;
    let asked = story.request_of(&twin, application('a')).await;
    story.process(&story.company.id).await;
    let unconfirmed = shown(&twin, true);
    assert_eq!(story.listed_computers().await, [unconfirmed.clone(), shown(&story.computer, false)]);
    assert_eq!(story.open(&story.boss, &asked).await.json()["computer"], unconfirmed);
    story.confirm(&twin).await;
    assert_eq!(story.open(&story.boss, &asked).await.json()["computer"], shown(&twin, false));
}

#[tokio::test]
async fn a_decision_about_a_twins_request_is_for_the_twin_alone() {
    let story = Story::new();
    let twin = story.twin().await;
    let asked = story.request_of(&twin, application('a')).await;
    let wider = [
        json!({ "outcome": "approved", "scope": "group" }),
        json!({ "outcome": "approved", "scope": "organization" }),
        json!({ "outcome": "denied", "scope": "group" }),
        json!({ "outcome": "denied", "include_matching": true }),
        json!({ "outcome": "ignored", "scope": "organization" }),
    ];
    for body in wider {
        let refused = story.decide(&story.boss, &asked, body.clone()).await;
        assert_eq!((refused.status, refused.code().as_str()), (409, "computer-unconfirmed"), "{body}");
        assert_eq!(refused.json()["detail"], OBSTACLE);
        let mut one = body;
        one["request_id"] = json!(asked.id);
        let bulk = story.post(&story.boss, "/v1/requests/decisions", json!({ "decisions": [one] })).await;
        assert_eq!(bulk.json()["results"][0]["problem"]["code"], "computer-unconfirmed");
    }
    assert_eq!(story.stored(&asked).await, asked, "nothing changed");
    assert_eq!(obstacles(&story, &asked).await, [None, Some(OBSTACLE), Some(OBSTACLE), None, None]);
    assert_eq!(story.approve(&story.boss, &asked).await.status, 200);
}

#[tokio::test]
async fn once_a_twin_is_confirmed_its_requests_are_decided_like_others() {
    let story = Story::new();
    let twin = story.twin().await;
    let asked = story.request_of(&twin, application('a')).await;
    story.confirm(&twin).await;
    assert_eq!(obstacles(&story, &asked).await, [None; 5]);
    let decided =
        story.decide(&story.boss, &asked, json!({ "outcome": "approved", "scope": "organization" })).await;
    assert_eq!(decided.status, 200, "{}", decided.text());
}

#[tokio::test]
async fn an_approval_for_a_cloned_computer_alone_is_refused_and_one_for_its_group_reaches_the_others() {
    let story = Story::new();
    let asked = story.request().await;
    story.clone_of(&story.computer).await;
    let shown = story.open(&story.boss, &asked).await.json();
    assert_eq!(shown["computer"]["cloned"], true);
    let why = "clones of the computer that asked use its token, which is refused; let each of them enroll anew and ask again, or \
               approve for the group or the organization";
    let obstacles: Vec<_> =
        shown["actions"].as_array().unwrap().iter().map(|action| &action["obstacle"]).collect();
    assert_eq!(obstacles, [&json!(why), &Value::Null, &Value::Null, &Value::Null, &Value::Null]);
    assert_eq!(shown["actions"][0]["obstacle_code"], "computer-unreachable");
    let refused = story.approve(&story.boss, &asked).await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (409, "computer-unreachable"),
        "{}",
        refused.text()
    );
    assert_eq!(refused.json()["detail"], why);
    assert_eq!(story.stored(&asked).await, asked, "nothing changed");
    let body = json!({ "request_id": asked.id, "decision": { "outcome": "denied" } });
    let matching = story.post(&story.boss, "/v1/requests/decisions/matching", body).await;
    assert_eq!(matching.json()["skipped"], json!([{ "request_id": asked.id, "because": "cloned" }]));
    let group = json!({ "outcome": "approved", "scope": "group" });
    assert_eq!(story.decide(&story.boss, &asked, group).await.status, 200);
}

/// Why each action would be refused whatever the permissions.
async fn obstacles(story: &Story, request: &Request) -> [Option<&'static str>; 5] {
    let shown = story.open(&story.boss, request).await.json();
    let actions = shown["actions"].as_array().unwrap();
    let why = |action: &Value| {
        let code = action["obstacle_code"].as_str();
        assert!(code.is_none_or(|code| code == "computer-unconfirmed"), "{action}");
        action["obstacle"].as_str().map(|why| if why == OBSTACLE { OBSTACLE } else { "other" })
    };
    actions.iter().map(why).collect::<Vec<_>>().try_into().unwrap()
}

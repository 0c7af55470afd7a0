//! How the like was decided before.
use std::convert::Infallible;

use countersign_http::testing::{Device, Person, new_request};
use countersign_journal::Change;
use countersign_model::act::RequestSubmitted;
use countersign_model::{Computer, File, Origin, Permission, Permit, Request, RequestId, Subject, Who};
use serde_json::{Value, json};

use super::{HASH, Story};

const OTHER: &str = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

impl Story {
    /// A request of a computer and user for the file with this hash.
    async fn ask_for(&self, device: &Device, username: &str, sha256: &str) -> Request {
        self.world.advance(std::time::Duration::from_millis(5));
        let file = File { path: Some("C:\\setup.exe".into()), ..File::new(sha256.parse().unwrap()) };
        let new = new_request(username, Subject::Application(file));
        let (id, now) = (RequestId::from_ulid(self.world.ulid()), self.world.now());
        let request = Request::submit(id, &self.company, &device.record, new, now);
        let origin = Origin { who: Who::System, address: None, at: now };
        let permit = Permit::scene(&self.company.id);
        let change = Change::new(&permit, &origin, RequestSubmitted::of(&request)).create(&request);
        self.world.journal.save(change).await.unwrap();
        request
    }

    async fn earlier(&self, who: &Person, request: &Request) -> Vec<Value> {
        let answer = self.get(who, request, "earlier").send().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["items"].as_array().unwrap().clone()
    }
}

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn earlier_requests_for_the_same_file_user_and_computer_are_listed_with_their_decisions() {
    let story = Story::new();
    let all = story.person([Permission::ApproveForEntireOrganization]);
    let (one, two, three) = (
        story.world.computer(&story.group),
        story.world.computer(&story.group),
        story.world.computer(&story.group),
    );
    let same_file = story.ask_for(&one, "carol", HASH).await;
    let denied = json!({ "outcome": "denied", "message": "not this one" });
    assert_eq!(story.decide(&all, &same_file, denied).await.status, 200);
    let same_user = story.ask_for(&two, "BOB", OTHER).await;
    let unrelated = story.ask_for(&one, "carol", OTHER).await;
    let same_computer = story.ask_for(&three, "dave", OTHER).await;
    let request = story.ask_for(&three, "bob", HASH).await;
    let later = story.ask_for(&two, "bob", HASH).await;
    assert!(story.earlier(&all, &request).await.is_empty(), "nothing is processed yet");
    story.process(&story.company).await;
    story.process(&story.company).await;

    let items = story.earlier(&all, &request).await;
    let expected = [same_computer.id.as_str(), same_user.id.as_str(), same_file.id.as_str()];
    assert_eq!(ids(&items), expected, "newest first");
    let same: Vec<_> = items.iter().map(|item| item["same"].clone()).collect();
    assert_eq!(same, [json!(["computer"]), json!(["user"]), json!(["file"])]);
    assert_eq!((&items[2]["status"], &items[2]["name"]), (&json!("denied"), &json!("setup.exe")));
    let decision = &items[2]["decision"];
    assert_eq!((&decision["outcome"], &decision["message"]), (&json!("denied"), &json!("not this one")));
    assert_eq!(decision["administrator"]["id"], all.record.id.as_str());
    assert_eq!(items[0]["decision"], json!(null));
    let items = story.earlier(&all, &later).await;
    assert!(ids(&items).contains(&request.id.as_str()) && !ids(&items).contains(&unrelated.id.as_str()));
}

#[tokio::test]
async fn an_earlier_request_of_an_unconfirmed_computer_is_marked() {
    let story = Story::new();
    let all = story.person([Permission::ApproveForEntireOrganization]);
    let mut twin = story.world.computer(&story.group);
    let first = story.device.record.id.clone();
    let unconfirmed = |old: &Computer| {
        Ok::<_, Infallible>(Computer { unconfirmed: true, twin_of: Some(first.clone()), ..old.clone() })
    };
    twin.record = story.world.journal.update(&twin.record.id, unconfirmed).await.unwrap().value;
    story.ask_for(&twin, "ann", HASH).await;
    story.ask_for(&story.device, "bob", HASH).await;
    let request = story.ask_for(&story.world.computer(&story.group), "carol", HASH).await;
    for _ in 0..2 {
        story.process(&story.company).await;
    }
    let items = story.earlier(&all, &request).await;
    let marked: Vec<_> = items.iter().map(|item| (&item["username"], &item["unconfirmed"])).collect();
    assert_eq!(marked, [(&json!("bob"), &json!(false)), (&json!("ann"), &json!(true))]);
}

#[tokio::test]
async fn a_flood_of_the_same_does_not_hide_how_it_was_decided() {
    let story = Story::new();
    let all = story.person([Permission::ApproveForEntireOrganization]);
    let first = story.ask_for(&story.world.computer(&story.group), "user", HASH).await;
    assert_eq!(story.decide(&all, &first, json!({ "outcome": "denied" })).await.status, 200);
    story.process(&story.company).await;
    for number in 0..40 {
        story.ask_for(&story.world.computer(&story.group), &format!("user {number}"), HASH).await;
    }
    let last = story.ask_for(&story.world.computer(&story.group), "last", HASH).await;
    story.process(&story.company).await;
    let items = story.earlier(&all, &last).await;
    assert_eq!(items.len(), 20);
    assert_eq!(items.iter().filter(|item| item["decision"].is_object()).count(), 1, "{:?}", ids(&items));
}

#[tokio::test]
async fn what_the_caller_may_not_open_is_left_out_and_who_is_out_of_sight_not_named() {
    let story = Story::new();
    let only_applications = story.person([Permission::ApproveForSingleComputerApplicationOnly]);
    let elevated =
        story.submit(new_request("bob", Subject::Elevation(File::new(HASH.parse().unwrap())))).await;
    let decided = story.ask_for(&story.device, "bob", OTHER).await;
    assert_eq!(story.decide(&story.boss, &decided, json!({ "outcome": "denied" })).await.status, 200);
    let request = story.ask_for(&story.device, "bob", HASH).await;
    story.process(&story.company).await;
    let items = story.earlier(&only_applications, &request).await;
    assert_eq!(ids(&items), [decided.id.as_str()]);
    let decision = &items[0]["decision"];
    assert_eq!(
        (&decision["administrator"], &decision["managing_organization"]),
        (&json!(null), &json!(true))
    );
    let items = story.earlier(&story.boss, &request).await;
    assert_eq!(ids(&items), [decided.id.as_str(), elevated.id.as_str()]);
    assert_eq!(items[0]["decision"]["administrator"]["id"], story.boss.record.id.as_str());
}

#[tokio::test]
async fn an_earlier_request_for_another_file_of_the_same_verified_publisher_is_listed() {
    let story = Story::new();
    let all = story.person([Permission::ApproveForEntireOrganization]);
    let one = story.signed(HASH, "CN=Tools").await;
    story.world.advance(std::time::Duration::from_millis(5));
    let stranger = story.signed(&"1".repeat(64), "CN=Others").await;
    story.world.advance(std::time::Duration::from_millis(5));
    let request = story.signed(OTHER, "CN=Tools").await;
    story.process(&story.company).await;
    story.process(&story.company).await;
    let items = story.earlier(&all, &request).await;
    let same = |id: &RequestId| {
        items.iter().find(|item| item["id"] == id.as_str()).map(|item| item["same"].to_string())
    };
    assert!(same(&one.id).is_some_and(|same| same.contains("publisher")), "{items:?}");
    assert!(same(&stranger.id).is_none_or(|same| !same.contains("publisher")), "{items:?}");
}

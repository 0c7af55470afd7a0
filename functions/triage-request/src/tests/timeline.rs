//! The time line of a request: what happened, oldest first, who was told and whether it arrived.
use countersign_http::testing::{Memory, Person};
use countersign_model::{
    Administrator, Delivery, DeliveryState, Organization, Permission, Permit, Request, lists,
};
use countersign_store::keys;
use serde_json::{Value, json};

use super::{Story, path};

impl Story {
    /// The whole time line, read by pages.
    pub async fn timeline(&self, who: &Person, request: &Request) -> Vec<Value> {
        let (mut entries, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.get(who, request, &format!("timeline{cursor}")).send().await;
            assert_eq!(page.status, 200, "{}", page.text());
            let page = page.json();
            entries.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("?cursor={next}"),
                None => return entries,
            }
        }
    }

    pub fn subscriber(&self, at: &Organization, permission: Permission) -> Person {
        self.world.administrator_with(at, |new| Administrator {
            notify_on_request: true,
            ..new.with_permissions([permission])
        })
    }

    /// The providers took all messages of the company, and reported that they were delivered and read.
    async fn all_arrive(&self) {
        let permit = Permit::scene(&self.company.id);
        let page =
            self.world.journal.page::<Delivery>(&permit, lists::NOTIFICATIONS, None, 50).await.unwrap();
        for delivery in page.items {
            let arrived = |old: &Delivery| {
                let answer = Some(format!("queued for {}", old.address));
                Ok::<_, std::convert::Infallible>(Delivery {
                    state: DeliveryState::Sent,
                    last_answer: answer,
                    delivered_at: Some(old.created_at),
                    read_at: Some(old.created_at),
                    ..old.clone()
                })
            };
            self.world.journal.update(&delivery.value.id, arrived).await.unwrap();
        }
    }

    /// The request as an earlier version left it: without a trail, but for the last event.
    async fn forget(&self, request: &Request) {
        self.world.journal.forget_trail::<Request>(&request.id).await.unwrap();
    }
}

pub fn acts(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["act"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn everything_that_happened_is_listed_oldest_first_with_who_did_it() {
    let story = Story::new();
    let ann = story.person([Permission::ApproveForSingleComputer]);
    let request = story.request().await;
    story.put(&ann, &request, "assignee", &json!({})).send().await;
    story.post(&ann, &request, "notes", &json!({ "text": "Asked the vendor." })).send().await;
    assert_eq!(story.post(&ann, &request, "ask", &json!({})).send().await.status, 200);
    story.delete(&ann, &request, "assignee").send().await;
    assert_eq!(story.decide(&ann, &request, json!({ "outcome": "denied" })).await.status, 200);
    let entries = story.timeline(&ann, &request).await;
    let expected = [
        "request.submitted",
        "request.assigned",
        "request.note-added",
        "request.decision-asked",
        "request.assigned",
        "request.decided",
    ];
    assert_eq!(acts(&entries), expected);
    assert!(entries.iter().all(|entry| entry["event_id"].is_string()));
    let by_ann = json!({ "kind": "administrator", "id": ann.record.id, "name": ann.record.name });
    assert!(entries[1..].iter().all(|entry| entry["actor"] == by_ann), "{entries:?}");
    assert_eq!(entries[5]["detail"]["after"]["status"], "denied");
    assert!(!entries[2].to_string().contains("vendor"), "a note is read where notes are");
}

#[tokio::test]
async fn the_removal_of_a_note_is_there() {
    let story = Story::new();
    let (ann, all) = (
        story.person([Permission::ApproveForGroup]),
        story.person([Permission::ApproveForEntireOrganization]),
    );
    let request = story.request().await;
    let added = story.post(&ann, &request, "notes", &json!({ "text": "Asked the vendor." })).send().await;
    let note = added.json()["id"].as_str().unwrap().to_owned();
    story.world.advance(std::time::Duration::from_secs(60));
    for _ in 0..2 {
        assert_eq!(story.delete(&all, &request, &format!("notes/{note}")).send().await.status, 204);
    }
    let entries = story.timeline(&ann, &request).await;
    assert_eq!(acts(&entries), ["request.submitted", "request.note-added", "request.note-removed"]);
    assert_eq!(entries[2]["actor"]["id"], json!(all.record.id));
    assert_eq!(entries[2]["detail"]["note_id"], note.as_str());
}

#[tokio::test]
async fn a_long_time_line_has_pages() {
    let story = Story::new();
    let ann = story.person([Permission::ApproveForGroup]);
    let request = story.request().await;
    for _ in 0..25 {
        story.put(&ann, &request, "assignee", &json!({})).send().await;
        story.delete(&ann, &request, "assignee").send().await;
    }
    let page = story.get(&ann, &request, "timeline").send().await.json();
    assert!(page["next_cursor"].is_string() && page["items"].as_array().unwrap().len() <= 20);
    let entries = story.timeline(&ann, &request).await;
    assert_eq!(entries.len(), 51);
    let taken = |entry: &Value| entry["detail"]["after"].is_object();
    assert!(entries[1..].chunks(2).all(|two| taken(&two[0]) && !taken(&two[1])), "in their order");
    let mut ids: Vec<_> = entries.iter().map(|entry| entry["event_id"].to_string()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 51, "each once");
}

#[tokio::test]
async fn it_says_who_was_told_and_whether_that_arrived_and_hides_addresses() {
    let story = Story::new();
    let near = story.subscriber(&story.company, Permission::ApproveForGroup);
    let far = story.subscriber(&story.world.root.clone(), Permission::SuperAdmin);
    let request = story.request().await;
    story.process(&story.company).await;
    let entries = story.timeline(&story.boss, &request).await;
    let told = entries[0]["told"].as_array().unwrap();
    assert_eq!(told.len(), 2, "{entries:?}");
    assert!(told.iter().all(|each| each["status"] == "pending" || each["status"] == "failed"), "{told:?}");
    story.all_arrive().await;

    let addresses = |entries: &[Value]| {
        let told = entries[0]["told"].as_array().unwrap();
        let arrived = |each: &Value| each["delivered_at"].is_string() && each["bounced_at"].is_null();
        let read = |each: &Value| each["status"] == "sent" && each["read_at"] == each["delivered_at"];
        assert!(told.iter().all(|each| read(each) && arrived(each)), "{told:?}");
        let mut all: Vec<_> = told.iter().map(|each| each["address"].clone()).collect();
        all.sort_by_key(Value::to_string);
        all
    };
    let entries = story.timeline(&story.boss, &request).await;
    let mut all = [json!(near.record.email), json!(far.record.email)];
    all.sort_by_key(Value::to_string);
    assert_eq!(addresses(&entries), all, "who reads the notification log and sees everybody");

    let admin = story.person([Permission::SuperAdmin]);
    let entries = story.timeline(&admin, &request).await;
    assert_eq!(addresses(&entries), [json!(near.record.email), json!(null)]);
    let told = entries[0]["told"].as_array().unwrap();
    let hidden: Vec<_> = told.iter().filter(|each| each["managing_organization"] == true).collect();
    assert_eq!((hidden.len(), &hidden[0]["last_answer"]), (1, &json!(null)));

    let approver = story.person([Permission::ApproveForGroup]);
    let text = json!(story.timeline(&approver, &request).await).to_string();
    assert!(!text.contains("@"), "who may not read the notification log: {text}");
}

#[tokio::test]
async fn who_acted_from_an_organization_out_of_sight_is_not_named() {
    let story = Story::new();
    let ann = story.person([Permission::ApproveForGroup]);
    let request = story.request().await;
    story.put(&story.boss, &request, "assignee", &json!({ "administrator_id": ann.record.id })).send().await;
    let entries = story.timeline(&ann, &request).await;
    assert_eq!(entries[1]["actor"], json!({ "kind": "managing-organization" }));
    let entries = story.timeline(&story.boss, &request).await;
    assert_eq!(entries[1]["actor"]["id"], story.boss.record.id.as_str());
}

#[tokio::test]
async fn whom_an_act_names_is_shown_only_to_who_sees_their_organization() {
    let story = Story::new();
    let ann = story.person([Permission::ApproveForGroup]);
    let boss = &story.boss.record;
    let request = story.request().await;
    story.put(&story.boss, &request, "assignee", &json!({})).send().await;
    let to_ann = json!({ "administrator_id": ann.record.id });
    story.put(&story.boss, &request, "assignee", &to_ann).send().await;
    let entries = story.timeline(&ann, &request).await;
    let hidden = json!({ "managing_organization": true });
    assert_eq!((&entries[1]["detail"]["after"], &entries[2]["detail"]["before"]), (&hidden, &hidden));
    assert_eq!(entries[2]["detail"]["after"]["administrator_id"], ann.record.id.as_str());
    let text = json!(entries).to_string();
    assert!(!text.contains(boss.id.as_str()) && !text.contains(&boss.name), "{text}");
    let entries = story.timeline(&story.boss, &request).await;
    assert_eq!(entries[1]["detail"]["after"]["administrator_name"], boss.name.as_str());

    // Those who work on a request together know each other by name: whoever opens it sees who has it.
    story.put(&story.boss, &request, "assignee", &json!({})).send().await;
    let entries = story.timeline(&ann, &request).await;
    assert_eq!(
        (&entries[3]["actor"], &entries[3]["detail"]["after"]),
        (&json!({ "kind": "managing-organization" }), &hidden)
    );
}

#[tokio::test]
async fn a_request_from_before_tells_what_it_knows_itself() {
    let story = Story::new();
    let all = story.person([Permission::ApproveForEntireOrganization]);
    let request = story.request().await;
    let approved = json!({ "outcome": "approved", "scope": "organization" });
    assert_eq!(story.decide(&all, &request, approved).await.status, 200);
    story.world.advance(std::time::Duration::from_secs(60));
    story.post(&all, &request, "notes", &json!({ "text": "Why?" })).send().await;
    story.forget(&request).await;
    let entries = story.timeline(&all, &request).await;
    assert_eq!(acts(&entries), ["request.submitted", "request.decided", "request.note-added"]);
    assert_eq!((&entries[0]["event_id"], &entries[1]["event_id"]), (&json!(null), &json!(null)));
    assert_eq!(entries[0]["actor"], json!({ "kind": "computer", "id": request.computer_id }));
    assert_eq!(entries[1]["actor"]["id"], all.record.id.as_str());
    assert_eq!(entries[1]["detail"]["before"]["status"], "pending");
    assert_eq!(entries[1]["detail"]["after"]["status"], "approved");
    assert!(entries[2]["event_id"].is_string());

    // What happens from now on is noted, and nothing is told twice.
    story.world.advance(std::time::Duration::from_secs(60));
    story.post(&all, &request, "notes", &json!({ "text": "So." })).send().await;
    let entries = story.timeline(&all, &request).await;
    let expected = ["request.submitted", "request.decided", "request.note-added", "request.note-added"];
    assert_eq!(acts(&entries), expected);
}

#[tokio::test]
async fn an_entry_that_is_gone_from_the_audit_is_left_out_or_told_by_the_request() {
    let story = Story::new();
    let ann = story.person([Permission::ApproveForGroup]);
    let request = story.request().await;
    story.world.advance(std::time::Duration::from_secs(60));
    story.put(&ann, &request, "assignee", &json!({})).send().await;
    let trail = story.world.journal.trail::<Request>(&request.id, Default::default(), 20).await.unwrap();
    let first = &trail.events[0];
    story.world.journal.kv().delete(&keys::entry(&first.organization_id, first.number)).await.unwrap();
    let entries = story.timeline(&ann, &request).await;
    assert_eq!(acts(&entries), ["request.submitted", "request.assigned"]);
    assert_eq!(entries[0]["event_id"], json!(null));
}

#[tokio::test]
async fn whatever_write_a_note_dies_at_the_time_line_has_it_once_after_a_retry() {
    for nth in 1..10 {
        let story = Story::over(Memory::like_sqlite());
        let ann = story.person([Permission::ApproveForGroup]);
        let request = story.request().await;
        let body = json!({ "text": "Asked the vendor." });
        let once = || story.post(&ann, &request, "notes", &body).idempotency_key("once").send();
        story.world.memory.stop_before_write(nth);
        once().await;
        story.world.memory.resume();
        assert_eq!(once().await.status, 201, "{nth}");
        let entries = story.timeline(&ann, &request).await;
        assert_eq!(acts(&entries), ["request.submitted", "request.note-added"], "{nth}");
    }
}

#[tokio::test]
async fn only_who_may_open_the_request_sees_what_happened_to_it_and_before_it() {
    let story = Story::new();
    let request = story.request().await;
    let other = story.person([Permission::ViewReports]);
    let sister = story.world.organization(&story.world.root, "Sister");
    let stranger = story.world.administrator(&sister, [Permission::SuperAdmin]);
    for what in ["timeline", "earlier"] {
        assert_eq!(story.get(&other, &request, what).send().await.status, 403);
        assert_eq!(story.get(&stranger, &request, what).send().await.status, 404);
        assert_eq!(story.app.get(&path(&request, what)).send().await.status, 401);
    }
    let stale = story.get(&story.boss, &request, "timeline?cursor=made-up").send().await;
    assert_eq!(stale.status, 422, "{}", stale.text());
}

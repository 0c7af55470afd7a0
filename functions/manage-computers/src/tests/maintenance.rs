//! Maintenance modes, for one computer and for many.

use countersign_http::testing::{Device, Person, TestResponse};
use countersign_kv::memory::Memory;
use countersign_model::{ActName, Computer, Permission, Permit, lists};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::time::Duration;

countersign_http::story!(Office, crate::router);

impl Story {
    fn in_hours(&self, hours: i64) -> Timestamp {
        self.world.now() + SignedDuration::from_hours(hours)
    }

    async fn set(&self, who: &Person, body: Value) -> TestResponse {
        let path =
            format!("/v1/organizations/{}/computers/{}/maintenance", self.company.id, self.device.record.id);
        self.app.post(&path).bearer(&who.token).json(body).send().await
    }

    async fn set_many(&self, who: &Person, body: Value) -> TestResponse {
        let path = format!("/v1/organizations/{}/maintenance", self.company.id);
        self.app.post(&path).bearer(&who.token).json(body).send().await
    }

    async fn stored(&self, device: &Device) -> Computer {
        self.world.journal.load(&device.record.id).await.unwrap().unwrap().value
    }

    /// How often a mode was set, according to the audit.
    async fn acts(&self) -> usize {
        let permit = Permit::scene(&self.company.id);
        let page = self.world.journal.list(&permit, lists::UNIFIED_AUDIT, None, 200).await.unwrap();
        let mut count = 0;
        for row in page.items {
            let event = self.world.journal.event(&permit, row.number.unwrap()).await.unwrap().unwrap();
            count += usize::from(event.act.name() == ActName::MaintenanceModeSet);
        }
        count
    }
}

fn statuses(answer: &TestResponse) -> Vec<(String, u64)> {
    let results = answer.json()["results"].as_array().unwrap().clone();
    let one = |result: &Value| {
        (result["computer_id"].as_str().unwrap().to_owned(), result["status"].as_u64().unwrap())
    };
    results.iter().map(one).collect()
}

#[tokio::test]
async fn maintenance_mode_needs_an_approve_permission_and_edit_computers() {
    let story = Story::new();
    let body = json!({ "mode": "installation", "until": story.in_hours(1) });
    let half = story.world.administrator(&story.company, [Permission::EditComputers]);
    let refused = story.set(&half, body.clone()).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "not-permitted"));
    assert!(refused.json()["missing"].as_array().is_some_and(|missing| !missing.is_empty()));
    let whole = story
        .world
        .administrator(&story.company, [Permission::EditComputers, Permission::ApproveForSingleComputer]);
    let set = story.set(&whole, body).await;
    assert_eq!(set.json()["maintenance"]["mode"], "installation", "{}", set.text());
    let off = story.set(&whole, json!({ "mode": "off" })).await;
    assert_eq!(off.json()["maintenance"], Value::Null);
    let bad = story.set(&whole, json!({ "mode": "sleep" })).await;
    assert_eq!((bad.status, bad.pointers()), (422, vec!["/mode".to_owned()]));
}

#[tokio::test]
async fn every_mode_has_an_end_is_shown_until_then_and_ends_by_itself() {
    let story = Story::new();
    let path = format!("/v1/organizations/{}/computers", story.company.id);
    let get = async |path: &str| story.app.get(path).bearer(&story.boss.token).send().await.json();
    for mode in ["secured", "monitor_only", "installation", "learning", "tamper_protection_off"] {
        let until = story.in_hours(2);
        let set = story.set(&story.boss, json!({ "mode": mode, "until": until })).await;
        let shown = json!({ "mode": mode, "until": until });
        assert_eq!((set.status, &set.json()["maintenance"]), (200, &shown), "{}", set.text());
        assert_eq!(get(&path).await["items"][0]["maintenance"], shown);
        assert_eq!(get(&format!("{path}/{}", story.device.record.id)).await["maintenance"], shown);
        story.world.advance(Duration::from_secs(2 * 60 * 60));
        assert_eq!(get(&path).await["items"][0]["maintenance"], Value::Null, "{mode}");
        for (body, pointer) in [
            (json!({ "mode": mode }), "/until"),
            (json!({ "mode": mode, "until": story.world.now() }), "/until"),
            (json!({ "mode": mode, "until": story.in_hours(7 * 24 + 1) }), "/until"),
            (json!({ "mode": "off", "until": story.in_hours(1) }), "/until"),
            (json!({ "mode": "monitor", "until": story.in_hours(1) }), "/mode"),
        ] {
            let refused = story.set(&story.boss, body.clone()).await;
            assert_eq!((refused.status, refused.pointers()), (422, vec![pointer.to_owned()]), "{body}");
        }
    }
    assert_eq!(story.acts().await, 5);
}

#[tokio::test]
async fn a_mode_that_is_in_force_already_is_not_set_again() {
    let story = Story::new();
    let body = json!({ "mode": "learning", "until": story.in_hours(1) });
    let first = story.set(&story.boss, body.clone()).await.json();
    let again = story.set(&story.boss, body).await;
    assert_eq!((again.status, &again.json()["revision"]), (200, &first["revision"]));
    let longer = story.set(&story.boss, json!({ "mode": "learning", "until": story.in_hours(2) })).await;
    assert_eq!(longer.json()["revision"], first["revision"].as_u64().unwrap() + 1);
    assert_eq!(story.acts().await, 2);
}

#[tokio::test]
async fn many_computers_are_set_in_one_call_each_on_its_own() {
    let story = Story::new();
    let (other, gone) = (story.world.computer(&story.group), story.world.computer(&story.group));
    let elsewhere = story.world.organization(&story.world.root, "Elsewhere");
    let foreign = story.world.computer(&story.world.group(&elsewhere, "Office"));
    let removed = |old: &Computer| Ok::<_, ()>(old.deleted());
    story.world.journal.update(&gone.record.id, removed).await.unwrap();
    let ids = [&story.device, &gone, &foreign, &other].map(|device| device.record.id.to_string());
    let named: Vec<&str> = ids.iter().map(String::as_str).chain(["nonsense"]).collect();
    let until = story.in_hours(1);
    let body = json!({ "mode": "learning", "until": until, "computers": named });
    let set = story.set_many(&story.boss, body.clone()).await;
    assert_eq!(set.status, 200, "{}", set.text());
    let expected: Vec<_> = named.iter().map(|id| (*id).to_owned()).zip([200, 404, 404, 200, 404]).collect();
    assert_eq!(statuses(&set), expected);
    let result = &set.json()["results"];
    assert_eq!(result[0]["maintenance"], json!({ "mode": "learning", "until": until }));
    assert_eq!(
        (&result[1]["problem"]["code"], &result[1]["maintenance"]),
        (&json!("not-found"), &Value::Null)
    );
    assert!(story.stored(&other).await.maintenance.is_some());
    assert!(story.stored(&foreign).await.maintenance.is_none());
    assert_eq!(statuses(&story.set_many(&story.boss, body).await), expected, "repeated");
    assert_eq!(story.acts().await, 2);
    let off = story.set_many(&story.boss, json!({ "mode": "off", "computers": [ids[0]] })).await;
    assert_eq!(off.json()["results"][0]["maintenance"], Value::Null);
    assert!(story.stored(&story.device).await.maintenance.is_none());
}

#[tokio::test]
async fn all_computers_of_a_group_are_set_fifty_at_a_time() {
    let story = Story::new();
    let servers = story.world.group(&story.company, "Servers");
    let mut members = Vec::new();
    for number in 0..120 {
        let device = story.world.computer(if number % 3 == 0 { &story.group } else { &servers });
        if number % 3 != 0 {
            members.push(device);
        }
    }
    let mut body = json!({ "mode": "monitor_only", "until": story.in_hours(1), "group_id": servers.id });
    let (mut calls, mut done) = (0, 0);
    loop {
        let set = story.set_many(&story.boss, body.clone()).await;
        let page = set.json();
        assert!(page["looked_at"].as_u64().unwrap() <= 50, "{}", set.text());
        assert!(statuses(&set).iter().all(|(_, status)| *status == 200));
        (calls, done) = (calls + 1, done + statuses(&set).len());
        if page["next_cursor"].is_null() {
            break;
        }
        body["cursor"] = page["next_cursor"].clone();
    }
    assert_eq!((calls, done), (2, members.len()), "only those of the group are looked at");
    for device in &members {
        assert!(story.stored(device).await.maintenance.is_some());
    }
    assert!(story.stored(&story.device).await.maintenance.is_none(), "it is in another group");
}

#[tokio::test]
async fn what_does_not_say_which_computers_are_meant_is_refused() {
    let story = Story::new();
    let id = &story.device.record.id;
    let elsewhere = story.world.organization(&story.world.root, "Elsewhere");
    let foreign = story.world.group(&elsewhere, "Office");
    let before = story.world.memory.dump();
    for (body, pointer) in [
        (json!({ "mode": "off" }), ""),
        (json!({ "mode": "off", "computers": [id], "group_id": story.group.id }), ""),
        (json!({ "mode": "off", "computers": [] }), "/computers"),
        (json!({ "mode": "off", "computers": vec![id; 51] }), "/computers"),
        (json!({ "mode": "off", "computers": ["x".repeat(65)] }), "/computers/0"),
        (json!({ "mode": "off", "computers": [id], "cursor": "abc" }), "/cursor"),
        (json!({ "mode": "off", "group_id": foreign.id }), "/group_id"),
        (json!({ "mode": "learning", "computers": [id] }), "/until"),
    ] {
        let refused = story.set_many(&story.boss, body.clone()).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec![pointer.to_owned()]), "{body}");
    }
    let made_up = json!({ "mode": "off", "group_id": story.group.id, "cursor": "abc" });
    assert_eq!(story.set_many(&story.boss, made_up).await.status, 422);
    assert!(story.world.memory.dump() == before, "nothing changed");
}

/// The writes of one computer: number, batch, swap.
const WRITES: usize = 3;

#[tokio::test]
async fn a_call_for_many_that_died_half_way_is_completed_by_repeating_it() {
    for like in Memory::ALL {
        for nth in 1..=2 * WRITES {
            for after in [false, true] {
                let what = format!("{like:?} {nth} {after}");
                let story = Story::over(Memory::new(like));
                let other = story.world.computer(&story.group);
                let named = [&story.device.record.id, &other.record.id];
                let body = json!({ "mode": "learning", "until": story.in_hours(1), "computers": named });
                story.world.memory.stop_at_write(nth, after);
                // The store is gone: the computers that were not set are answered with 503, each on its own.
                let died = story.set_many(&story.boss, body.clone()).await;
                assert!(story.world.memory.resume(), "{what}");
                assert!(statuses(&died).iter().any(|(_, status)| *status == 503), "{what}: {}", died.text());
                let again = story.set_many(&story.boss, body).await;
                assert!(
                    statuses(&again).iter().all(|(_, status)| *status == 200),
                    "{what}: {}",
                    again.text()
                );
                assert!(story.stored(&story.device).await.maintenance.is_some(), "{what}");
                assert!(story.stored(&other).await.maintenance.is_some(), "{what}");
                assert_eq!(story.acts().await, 2, "{what}: each once");
            }
        }
    }
}

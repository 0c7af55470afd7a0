//! Enrolling: with a key, without one, under a name that is already taken.

use countersign_http::testing::TestResponse;
use countersign_kv::memory::{Like, Memory};
use countersign_model::{ActName, Computer, ComputerId, EnrollmentKey, Group, Permit, lists};
use countersign_store::tokens::{self, Kind};
use futures::future::join_all;
use serde_json::{Value, json};

use crate::tests::Story;

pub fn body(key: &str, hostname: &str) -> Value {
    json!({ "enrollment_key": key, "hostname": hostname, "os": "linux" })
}

impl Story {
    /// The record of a computer that was enrolled with this answer.
    async fn enrolled(&self, answer: &Value) -> Computer {
        let id = answer["computer_id"].as_str().unwrap();
        self.world.journal.load_by_record_id::<Computer>(id).await.unwrap().unwrap().value
    }
}

pub async fn enroll(story: &Story, key: &str, hostname: &str) -> TestResponse {
    story.app.post("/agent/v1/enroll").json(body(key, hostname)).send().await
}

#[tokio::test]
async fn a_computer_with_a_key_of_the_group_is_enrolled_and_checks_in() {
    let story = Story::new();
    story.world.enrollment_key(&story.group);
    let key = story.world.enrollment_key(&story.group);
    assert_eq!(enroll(&story, &key, "desk-0").await.status, 201);
    story.world.memory.reset_counts();
    let made = enroll(&story, &key, "desk-1").await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(story.world.counts().writes, 7, "four to enrol it; its key has two counters, its address one");
    let answer = made.json();
    assert_eq!(answer["organization"], json!({ "id": story.company.id, "name": "Company B" }));
    assert_eq!(answer["group"], json!({ "id": story.group.id, "name": "Workstations" }));
    assert_eq!(answer["unconfirmed"], false);
    let id = answer["computer_id"].as_str().unwrap();
    let record = story.world.journal.load_by_record_id::<Computer>(id).await.unwrap().unwrap().value;
    assert_eq!((record.hostname.as_str(), record.os.as_str()), ("desk-1", "linux"));
    assert!(!made.text().contains(&record.token_hash));
    let token = answer["token"].as_str().unwrap();
    assert_eq!(story.check_in(token).await.status, 200);
    story.process().await;
    let permit = Permit::scene(&story.company.id);
    let listed = story.world.journal.list(&permit, lists::COMPUTERS, None, 10).await.unwrap();
    assert!(listed.items.iter().any(|row| row.id == id));
    let audit = story.world.journal.list(&permit, lists::UNIFIED_AUDIT, None, 1).await.unwrap();
    let event = story.world.journal.event(&permit, audit.items[0].number.unwrap()).await.unwrap().unwrap();
    let footprint = event.footprint();
    assert_eq!((footprint.name, footprint.concerns[0].as_str()), (ActName::ComputerEnrolled, id));
    story.world.settle().await;
    assert_eq!(story.world.outbound.take().len(), 1, "the processor is woken");
}

#[tokio::test]
async fn a_host_name_that_is_taken_enrols_as_unconfirmed() {
    let story = Story::new();
    let key = story.world.enrollment_key(&story.group);
    let first = enroll(&story, &key, "Desk-1").await.json();
    let second = enroll(&story, &key, "desk-1").await.json();
    assert_eq!((&first["unconfirmed"], &second["unconfirmed"]), (&json!(false), &json!(true)));
    assert_ne!(first["computer_id"], second["computer_id"]);
    assert_ne!(first["token"], second["token"]);
    let other = story.world.organization(&story.world.root, "Company C");
    let group = story.world.group(&other, "Office");
    let elsewhere = enroll(&story, &story.world.enrollment_key(&group), "desk-1").await.json();
    assert_eq!(elsewhere["unconfirmed"], false, "each organization has its own names");
    let gone = |old: &Computer| Ok::<_, std::convert::Infallible>(old.deleted());
    story.world.journal.update(&first["computer_id"].as_str().unwrap().parse().unwrap(), gone).await.unwrap();
    let third = enroll(&story, &key, "DESK-1").await.json();
    assert_eq!(third["unconfirmed"], false, "the name is free again");
}

#[tokio::test]
async fn a_name_whose_first_holder_is_gone_is_still_taken_by_a_twin_that_was_confirmed() {
    for processed in [false, true] {
        let story = Story::new();
        let key = story.world.enrollment_key(&story.group);
        let id = |answer: &Value| answer["computer_id"].as_str().unwrap().parse::<ComputerId>().unwrap();
        let first = id(&enroll(&story, &key, "desk-1").await.json());
        let second = id(&enroll(&story, &key, "Desk-1").await.json());
        if processed {
            story.process().await;
        }
        let change = async |id: &ComputerId, make: fn(&Computer) -> Computer| {
            story.world.journal.update(id, |old| Ok::<_, std::convert::Infallible>(make(old))).await.unwrap();
        };
        change(&second, Computer::confirmed).await;
        change(&first, Computer::deleted).await;
        let third = enroll(&story, &key, "DESK-1").await.json();
        assert_eq!(third["unconfirmed"], true);
        let third = story.world.journal.load::<Computer>(&id(&third)).await.unwrap().unwrap().value;
        assert_eq!(third.twin_of, Some(second.clone()));
        change(&second, Computer::deleted).await;
        assert_eq!(
            enroll(&story, &key, "desk-1").await.json()["unconfirmed"],
            false,
            "the name is free again"
        );
    }
}

#[tokio::test]
async fn of_many_who_enrol_at_once_under_one_name_one_has_it() {
    for like in [Like::Ideal, Like::Sqlite, Like::Redis] {
        let story = Story::over(Memory::new(like));
        let key = story.world.enrollment_key(&story.group);
        story.world.memory.interleave(true);
        let answers = join_all((0..8).map(|_| enroll(&story, &key, "desk-1"))).await;
        story.world.memory.interleave(false);
        assert!(answers.iter().all(|answer| answer.status == 201), "{}", answers[0].text());
        let confirmed = answers.iter().filter(|answer| answer.json()["unconfirmed"] == false).count();
        assert_eq!(confirmed, 1, "{like:?}");
        story.process().await;
        let permit = Permit::scene(&story.company.id);
        let listed = story.world.journal.list(&permit, lists::COMPUTERS, None, 50).await.unwrap();
        let enrolled: Vec<_> = answers.iter().map(|answer| answer.json()["computer_id"].clone()).collect();
        assert_eq!(listed.items.len(), enrolled.len() + 1, "and none that was not told");
    }
}

#[tokio::test]
async fn without_a_key_that_counts_nobody_enrols() {
    let story = Story::new();
    let good = story.world.enrollment_key(&story.group);
    let closed = story.world.group(&story.company, "Closed");
    let of_closed = story.world.enrollment_key(&closed);
    let delete = |old: &Group| Ok::<_, std::convert::Infallible>(Group { deleted: true, ..old.clone() });
    story.world.journal.update(&closed.id, delete).await.unwrap();
    let (foreign, _) = tokens::mint(Kind::Enrollment, story.group.id.ulid(), story.world.journal.random());
    let (unknown, _) = tokens::mint(Kind::Enrollment, story.world.ulid(), story.world.journal.random());
    let before = story.world.memory.dump();
    let as_computer = good.replace("cse_", "csc_");
    for key in ["", "x", &story.device.token, &as_computer, &foreign, &unknown, &of_closed, &good[..73]] {
        let refused = enroll(&story, key, "desk-1").await;
        assert_eq!((refused.status, refused.code().as_str()), (401, "enrollment-key-not-valid"), "{key}");
    }
    for (pointer, value) in
        [("hostname", json!("")), ("hostname", json!(" . ")), ("hostname", json!(7)), ("os", json!(null))]
    {
        let mut body = body(&good, "desk-1");
        body[pointer] = value;
        let refused = story.app.post("/agent/v1/enroll").json(body).send().await;
        assert_eq!((refused.status, refused.pointers()), (422, vec![format!("/{pointer}")]));
    }
    let mut more = body(&good, "desk-1");
    more["group_id"] = json!(story.group.id);
    assert_eq!(story.app.post("/agent/v1/enroll").json(more).send().await.status, 422, "an unknown field");
    assert_eq!(story.app.post("/agent/v1/enroll").body("application/json", "{").send().await.status, 400);
    assert_eq!(story.app.get("/agent/v1/enroll").send().await.status, 405);
    assert!(story.world.memory.dump() == before, "nothing changed");
}

#[tokio::test]
async fn no_computer_is_left_out_for_an_odd_name_of_itself_or_its_system() {
    let story = Story::new();
    let key = story.world.enrollment_key(&story.group);
    let long = "x".repeat(300);
    for (hostname, os, kept) in [
        (r"pc\u00007", r"Linux\u001b[0m", (r"pc\u{0}7", r"Linux\u{1b}[0m")),
        (r"pc-\udfff", r"\ud800", (r"pc-\u{dfff}", r"\u{d800}")),
        ("desk-9.example.", "", ("desk-9.example", "")),
    ] {
        let body = format!(r#"{{"enrollment_key":"{key}","hostname":"{hostname}","os":"{os}"}}"#);
        let made = story.app.post("/agent/v1/enroll").body("application/json", body).send().await;
        assert_eq!((made.status, made.json()["unconfirmed"].clone()), (201, json!(false)), "{hostname}");
        let stored = story.enrolled(&made.json()).await;
        assert_eq!((stored.hostname.as_str(), stored.os.as_str()), kept);
    }
    let mut cut = body(&key, &long);
    cut["os"] = json!(long);
    let made = story.app.post("/agent/v1/enroll").json(cut).send().await.json();
    let stored = story.enrolled(&made).await;
    assert!(stored.hostname.contains(r"\u{…}") && stored.hostname.len() <= 253, "{}", stored.hostname);
    assert!(stored.os.contains(r"\u{…}") && stored.os.len() <= 100, "{}", stored.os);
}

#[tokio::test]
async fn an_enrolment_names_its_key_in_the_record_and_in_the_audit() {
    let story = Story::new();
    let (key, id) = story.world.enrollment_key_with(&story.group, |key| key);
    let made = enroll(&story, &key, "desk-1").await.json();
    let computer = made["computer_id"].as_str().unwrap();
    let record = story.world.journal.load_by_record_id::<Computer>(computer).await.unwrap().unwrap().value;
    assert_eq!(record.enrollment_key_id, Some(id.clone()));
    story.process().await;
    let permit = Permit::scene(&story.company.id);
    let audit = story.world.journal.list(&permit, lists::UNIFIED_AUDIT, None, 1).await.unwrap();
    let event = story.world.journal.event(&permit, audit.items[0].number.unwrap()).await.unwrap().unwrap();
    assert!(event.footprint().concerns.contains(&id.to_string()));
    assert_eq!(serde_json::to_value(&event.act).unwrap()["detail"]["enrollment_key_id"], json!(id));
    assert_eq!(story.world.journal.enrollment_key_uses(&id).await.unwrap(), 1);
}

#[tokio::test]
async fn an_expired_or_revoked_key_is_answered_like_a_wrong_one_and_changes_nothing() {
    let story = Story::new();
    let soon = story.world.now() + jiff::SignedDuration::from_mins(1);
    let (expiring, _) =
        story.world.enrollment_key_with(&story.group, |key| EnrollmentKey { expires_at: Some(soon), ..key });
    let (revoked, id) = story.world.enrollment_key_with(&story.group, |key| key);
    assert_eq!(enroll(&story, &expiring, "desk-1").await.status, 201);
    assert_eq!(enroll(&story, &revoked, "desk-2").await.status, 201);
    story.world.advance(std::time::Duration::from_secs(60));
    let now = story.world.now();
    let revoke = |old: &Group| Ok::<_, std::convert::Infallible>(old.with_key_revoked(&id, now));
    story.world.journal.update(&story.group.id, revoke).await.unwrap();
    let wrong = enroll(&story, "x", "desk-3").await;
    let before = story.world.memory.dump();
    for key in [expiring, revoked] {
        let refused = enroll(&story, &key, "desk-3").await;
        assert_eq!((refused.status, refused.text()), (401, wrong.text()));
    }
    assert!(story.world.memory.dump() == before, "nothing changed");
}

#[tokio::test]
async fn a_key_enrols_as_many_computers_as_it_may_and_a_retry_is_no_further_use() {
    for like in [Like::Ideal, Like::Sqlite, Like::Redis] {
        let story = Story::over(Memory::new(like));
        let twice = |key| EnrollmentKey { max_uses: Some(3), ..key };
        let (key, id) = story.world.enrollment_key_with(&story.group, twice);
        let retried = || {
            let call = story.app.post("/agent/v1/enroll").idempotency_key("k");
            call.json(body(&key, "desk-0")).send()
        };
        assert_eq!(retried().await.status, 201);
        story.world.memory.interleave(true);
        let names: Vec<_> = (1..8).map(|number| format!("desk-{number}")).collect();
        let answers = join_all(names.iter().map(|name| enroll(&story, &key, name))).await;
        story.world.memory.interleave(false);
        let enrolled = answers.iter().filter(|answer| answer.status == 201).count();
        assert!(enrolled <= 2, "{like:?} {enrolled}");
        let refused: Vec<_> = answers.iter().filter(|answer| answer.status != 201).collect();
        assert!(
            refused
                .iter()
                .all(|answer| (answer.status, answer.code().as_str()) == (401, "enrollment-key-not-valid"))
        );
        for name in ["desk-8", "desk-9"].iter().take(2 - enrolled) {
            assert_eq!(enroll(&story, &key, name).await.status, 201, "{like:?}");
        }
        assert_eq!(retried().await.status, 201, "{like:?}: a retry");
        assert_eq!(enroll(&story, &key, "desk-10").await.status, 401, "{like:?}");
        assert_eq!(story.world.journal.enrollment_key_uses(&id).await.unwrap(), 3);
        story.process().await;
        let permit = Permit::scene(&story.company.id);
        let listed = story.world.journal.list(&permit, lists::COMPUTERS, None, 50).await.unwrap();
        assert_eq!(listed.items.len(), 3 + 1, "{like:?}");
    }
}

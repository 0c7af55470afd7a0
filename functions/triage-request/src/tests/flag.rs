//! A file is flagged as malicious: what asks for it is stopped, and nobody approves it until the flag is cleared.
use countersign_http::testing::{Person, TestResponse};
use countersign_journal::{Change, Elected};
use countersign_model::act::FileFlagSet;
use countersign_model::{
    FileFlag, FlagId, Organization, Origin, Permission, Permit, Request, RequestStatus, Who,
};
use countersign_store::Slot;
use serde_json::{Value, json};

use super::{HASH, Story, path};

impl Story {
    pub async fn process(&self, at: &Organization) {
        let app = self.world.app(process_events::router);
        let planner = self.world.app(plan_deliveries::router);
        self.world.outbound.connect("plan-deliveries.spin.internal", &planner);
        let answer = app.post("/process").json(json!({ "organization_id": at.id })).send().await;
        assert_eq!(answer.status, 200);
        self.world.settle().await;
    }

    pub async fn decide(&self, who: &Person, request: &Request, body: Value) -> TestResponse {
        let app = self.world.app(approve_request::router);
        app.post(&path(request, "decision")).bearer(&who.token).json(body).send().await
    }
}

#[tokio::test]
async fn a_flag_stops_what_asks_for_the_file_until_it_is_cleared() {
    let story = Story::new();
    let all = story.person([Permission::ApproveForEntireOrganization]);
    let approved = story.request().await;
    let wide = json!({ "outcome": "approved", "scope": "organization" });
    assert_eq!(story.decide(&all, &approved, wide.clone()).await.status, 200);
    story.process(&story.company).await;
    let pending = story.request().await;
    story.process(&story.company).await;

    let flagged = story.put(&all, &pending, "flag", &json!({ "note": "a trojan" })).send().await;
    assert_eq!(flagged.status, 200, "{}", flagged.text());
    assert_eq!(flagged.json()["sha256"], HASH);
    assert_eq!(flagged.json()["administrator"]["name"], all.record.name);
    let again = story.put(&story.boss, &pending, "flag", &json!({})).send().await;
    assert_eq!(again.json(), flagged.json(), "it is flagged already");
    assert_eq!(story.get(&all, &approved, "flag").send().await.json(), flagged.json());

    let refused = story.decide(&all, &pending, wide.clone()).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "file-flagged"), "{}", refused.text());
    assert!(refused.text().contains(&all.record.name), "{}", refused.text());
    story.process(&story.company).await;
    story.process(&story.company).await;
    assert_eq!(story.stored(&pending).await.status, RequestStatus::Denied);
    assert_eq!(story.stored(&approved).await.status, RequestStatus::Revoked);
    let late = story.request().await;
    story.process(&story.company).await;
    assert_eq!(story.stored(&late).await.status, RequestStatus::Denied, "as soon as it is processed");

    for _ in 0..2 {
        assert_eq!(story.delete(&story.boss, &late, "flag").send().await.status, 204);
    }
    assert_eq!(story.get(&all, &late, "flag").send().await.status, 404);
    let next = story.request().await;
    story.process(&story.company).await;
    assert_eq!(story.decide(&all, &next, wide).await.status, 200, "it is cleared");
    let flagged_again = story.put(&all, &next, "flag", &json!({})).send().await;
    assert_eq!((flagged_again.status, &flagged_again.json()["note"]), (200, &json!(null)));
}

#[tokio::test]
async fn a_dry_run_says_for_how_many_computers_a_flag_would_count_and_sets_none() {
    const DRY: &str = "flag?dry_run=true";
    let story = Story::new();
    let all = story.person([Permission::ApproveForEntireOrganization]);
    let request = story.request().await;
    let join = async |at: &Organization, name: &str, computers: usize| {
        let group = story.world.group(at, name);
        for _ in 0..computers {
            story.world.computer(&group);
        }
        story.world.fill_lists(&at.id).await;
    };
    join(&story.world.organization(&story.world.root, "Sister"), "Beside", 7).await;
    join(&story.world.organization(&story.company, "Berlin"), "Below", 2).await;
    story.world.fill_lists(&story.company.id).await;
    let before = story.world.memory.dump();
    let reads = story.world.counts().reads;
    let shown = story.put(&all, &request, DRY, &json!({ "note": "a trojan" })).send().await;
    assert_eq!(shown.status, 200, "{}", shown.text());
    let three = json!({ "computers": { "count": 3, "complete": true } });
    assert_eq!(shown.json(), three, "that of the company and two below");
    assert!(story.world.counts().reads - reads <= 8, "{} reads", story.world.counts().reads - reads);
    assert!(story.world.memory.dump() == before, "nothing changed");
    assert_eq!(story.get(&all, &request, "flag").send().await.status, 404);

    for name in ["Bonn", "Bremen", "Brest"] {
        join(&story.world.organization(&story.company, name), "Below", 1).await;
    }
    story.world.fill_lists(&story.company.id).await;
    let shown = story.put(&all, &request, DRY, &json!({})).send().await.json();
    assert_eq!(shown["computers"]["complete"], false, "so many organizations are not all counted: {shown}");

    let group = story.person([Permission::ApproveForGroup]);
    let refused = story.put(&group, &request, DRY, &json!({})).send().await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "not-permitted"), "{}", refused.text());
}

#[tokio::test]
async fn a_flag_of_an_organization_above_is_not_cleared_at_a_request_below() {
    let story = Story::new();
    let all = story.person([Permission::ApproveForEntireOrganization]);
    let (request, now) = (story.request().await, story.world.now());
    let root = story.world.root.clone();
    let above = FileFlag {
        id: FlagId::from_ulid(story.world.ulid()),
        organization_id: root.id.clone(),
        sha256: HASH.parse().unwrap(),
        file_name: "setup.exe".to_owned(),
        request_id: request.id.clone(),
        administrator_id: story.boss.record.id.clone(),
        administrator_name: story.boss.record.name.clone(),
        at: now,
        note: None,
        spread: None,
        previous: None,
        cleared: None,
    };
    let origin = Origin { who: Who::System, address: None, at: now };
    let permit = Permit::scene(&root.id);
    let change = Change::new(&permit, &origin, FileFlagSet::from(&above)).create_flag(&above);
    let slot = Slot::file_flag(&root.id, &above.sha256);
    let nobody = |_| async { Ok(false) };
    let won = story.world.journal.save_elected::<FileFlag, _, _>(&slot, change, nobody).await.unwrap();
    assert!(matches!(won, Elected::Won(_)));
    for own in [false, true] {
        if own {
            assert_eq!(story.put(&all, &request, "flag", &json!({})).send().await.status, 200);
            assert_eq!(story.delete(&all, &request, "flag").send().await.status, 204, "its own");
        }
        for (who, place) in
            [(&all, "an organization above".to_owned()), (&story.boss, format!("`{}`", root.name))]
        {
            let before = story.world.memory.dump();
            let refused = story.delete(who, &request, "flag").send().await;
            assert_eq!(
                (refused.status, refused.code().as_str()),
                (409, "file-flagged"),
                "{}",
                refused.text()
            );
            assert!(refused.text().contains(&place), "{}", refused.text());
            assert!(story.world.memory.dump() == before, "nothing changed");
            let shown = story.get(who, &request, "flag").send().await;
            let sees = (who.record.id == story.boss.record.id).then_some(&root.id);
            assert_eq!(shown.json()["organization_id"], json!(sees), "{}", shown.text());
            assert_eq!(shown.json()["request_id"].is_null(), sees.is_none(), "{}", shown.text());
        }
        assert_eq!(story.world.journal.flag_on(&request).await.unwrap().as_ref(), Some(&above));
    }
}

#[tokio::test]
async fn only_who_may_approve_for_the_organization_flags_a_file_or_clears_it() {
    let story = Story::new();
    let (all, group) = (
        story.person([Permission::ApproveForEntireOrganization]),
        story.person([Permission::ApproveForGroup]),
    );
    let request = story.request().await;
    for call in [story.put(&group, &request, "flag", &json!({})), story.delete(&group, &request, "flag")] {
        let refused = call.send().await;
        assert_eq!((refused.status, refused.code().as_str()), (403, "not-permitted"), "{}", refused.text());
    }
    let sister = story.world.organization(&story.world.root, "Sister");
    let other = story.world.administrator(&sister, [Permission::SuperAdmin]);
    for call in [
        story.put(&other, &request, "flag", &json!({})),
        story.get(&other, &request, "flag"),
        story.delete(&other, &request, "flag"),
    ] {
        assert_eq!(call.send().await.status, 404);
    }
    assert_eq!(story.app.put(&path(&request, "flag")).json(json!({})).send().await.status, 401);
    assert_eq!(story.get(&all, &request, "flag").send().await.status, 404, "nothing is flagged");
    let long = story.put(&all, &request, "flag", &json!({ "note": "x".repeat(2001) })).send().await;
    assert_eq!((long.status, long.pointers()), (422, vec!["/note".to_owned()]));
    assert_eq!(story.world.journal.flag_on(&request).await.unwrap(), None);
}

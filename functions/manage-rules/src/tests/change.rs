//! Rules are made, changed, seen and deleted by those who could decide so.
use countersign_model::{ActName, ApprovalSettings, Organization, Permission, RequestId, Rule, RuleId};
use serde_json::json;

use super::{HASH, approver, create, process, rule, scene};

#[tokio::test]
async fn a_rule_is_created_listed_opened_replaced_and_deleted_on_record() {
    let scene = scene();
    let who = approver(&scene, Permission::ApproveForEntireOrganization);
    let contents =
        rule(json!({ "scope": "group", "lasts_seconds": 3600, "max_uses": 5, "message": "Fine." }));
    let created = create(&scene, &who, &scene.child, &contents).send().await;
    assert_eq!(created.status, 201, "{}", created.text());
    let view = created.json();
    assert_eq!(
        (&view["effect"], &view["scope"], &view["uses"]),
        (&json!("approve"), &json!("group"), &json!(0))
    );
    assert_eq!((&view["in_force"], &view["maker"]["name"]), (&json!(true), &json!(who.record.name)));
    let path = format!("/v1/rules/{}", view["id"].as_str().unwrap());
    scene.world.settle().await;
    let list = format!("/v1/rules?organization_id={}", scene.child.id);
    let listed = scene.app.get(&list).bearer(&who.token).send().await;
    assert_eq!(listed.json()["items"], json!([view]), "{}", listed.text());
    assert_eq!(scene.app.get(&path).bearer(&who.token).send().await.json(), view);

    let other = rule(json!({ "name": "No compiler", "effect": "deny" }));
    let replaced = scene.app.put(&path).bearer(&who.token).if_match(1).json(&other).send().await;
    assert_eq!((replaced.status, &replaced.json()["effect"]), (200, &json!("deny")), "{}", replaced.text());
    assert_eq!(replaced.json()["created_at"], view["created_at"]);
    let stale = scene.app.put(&path).bearer(&who.token).if_match(1).json(&other).send().await;
    assert_eq!(stale.status, 412);
    assert_eq!(scene.app.delete(&path).bearer(&who.token).send().await.status, 204);
    for call in [scene.app.get(&path), scene.app.delete(&path), scene.app.put(&path).json(&other)] {
        assert_eq!(call.bearer(&who.token).send().await.status, 404);
    }
    assert_eq!(scene.app.get(&list).bearer(&who.token).send().await.json()["items"], json!([]));
    let audit = scene.audit(&scene.child).await;
    let acts = audit.iter().filter(|event| event.act.name() == ActName::RuleChanged);
    let states: Vec<_> = acts.map(|event| event.detail()).collect();
    let named = |place: usize, state: &str| states[place][state]["name"].clone();
    assert_eq!(states.len(), 3);
    assert_eq!((named(2, "before"), named(2, "after")), (json!(null), json!("The compiler")));
    assert_eq!((named(1, "before"), named(1, "after")), (json!("The compiler"), json!("No compiler")));
    assert_eq!((named(0, "before"), named(0, "after")), (json!("No compiler"), json!(null)));
}

#[tokio::test]
async fn a_rule_says_why_it_denies_where_the_organization_asks_for_it() {
    let scene = scene();
    let who = approver(&scene, Permission::ApproveForEntireOrganization);
    let silent = rule(json!({ "effect": "deny" }));
    let before = create(&scene, &who, &scene.child, &silent).send().await;
    assert_eq!(before.status, 201, "{}", before.text());
    let settings = ApprovalSettings { denial_needs_message: Some(true), ..ApprovalSettings::default() };
    let asking = |old: &Organization| {
        Ok::<_, std::convert::Infallible>(Organization { approval: settings.clone(), ..old.clone() })
    };
    scene.world.journal.update(&scene.child.id, asking).await.unwrap();
    let refused = create(&scene, &who, &scene.child, &silent).send().await;
    assert_eq!(
        (refused.status, refused.json()["errors"][0]["pointer"].clone()),
        (422, json!("/rule/message"))
    );
    let path = format!("/v1/rules/{}", before.json()["id"].as_str().unwrap());
    let refused = scene.app.put(&path).bearer(&who.token).if_match(1).json(&silent).send().await;
    assert_eq!((refused.status, refused.json()["errors"][0]["pointer"].clone()), (422, json!("/message")));
    let saying = rule(json!({ "effect": "deny", "message": "Ask the desk." }));
    assert_eq!(scene.app.put(&path).bearer(&who.token).if_match(1).json(&saying).send().await.status, 200);
    assert_eq!(
        create(&scene, &who, &scene.child, &rule(json!({}))).send().await.status,
        201,
        "an approval needs none"
    );
}

#[tokio::test]
async fn a_rule_that_is_used_meanwhile_is_edited_and_deleted_by_its_revision() {
    let scene = scene();
    let who = approver(&scene, Permission::ApproveForEntireOrganization);
    let created = create(&scene, &who, &scene.child, &rule(json!({}))).send().await.json();
    let id: RuleId = created["id"].as_str().unwrap().parse().unwrap();
    let path = format!("/v1/rules/{id}");
    let used = async || {
        let now = scene.world.now();
        let request = RequestId::from_ulid(scene.world.journal.random().ulid(now));
        scene.world.journal.update(&id, |old: &Rule| old.used_for(&request, now)).await.unwrap();
    };
    used().await;
    let opened = scene.app.get(&path).bearer(&who.token).send().await;
    let json = opened.json();
    assert_eq!((&json["uses"], &json["revision"]), (&json!(1), &json!(1)));
    assert_eq!(opened.header("etag"), "\"1\"");
    used().await;
    let other = rule(json!({ "name": "No compiler", "effect": "deny" }));
    let replaced = scene.app.put(&path).bearer(&who.token).if_match(1).json(&other).send().await;
    assert_eq!(replaced.status, 200, "{}", replaced.text());
    assert_eq!((&replaced.json()["uses"], replaced.header("etag")), (&json!(2), "\"2\""));
    used().await;
    let stale = scene.app.delete(&path).bearer(&who.token).if_match(1).send().await;
    assert_eq!((stale.status, &stale.json()["revision"]), (412, &json!(2)), "{}", stale.text());
    assert_eq!(scene.app.delete(&path).bearer(&who.token).if_match(2).send().await.status, 204);
}

#[tokio::test]
async fn only_who_could_decide_so_makes_or_changes_a_rule() {
    let scene = scene();
    let all = approver(&scene, Permission::ApproveForEntireOrganization);
    let group = approver(&scene, Permission::ApproveForGroup);
    let application = approver(&scene, Permission::ApproveForSingleComputerApplicationOnly);
    let viewer = approver(&scene, Permission::ViewApprovals);
    let below = scene.world.organization(&scene.child, "Below");
    let wide = rule(json!({ "scope": "organization" }));
    let storage = rule(json!({ "criteria": { "kinds": ["application", "storage"], "username": "ann" } }));
    let elevation = rule(json!({ "criteria": { "kinds": ["elevation"], "sha256": HASH } }));
    for (who, at, contents, status) in [
        (&all, &scene.child, &wide, 201),
        (&group, &scene.child, &rule(json!({ "scope": "group" })), 201),
        (&application, &scene.child, &rule(json!({})), 201),
        (&group, &scene.child, &wide, 403),
        (&application, &scene.child, &storage, 403),
        (&all, &scene.child, &elevation, 403),
        (&viewer, &scene.child, &rule(json!({})), 403),
        (&viewer, &scene.child, &rule(json!({ "effect": "deny" })), 403),
        (&all, &below, &wide, 201),
        (&all, &scene.world.root, &wide, 404),
    ] {
        let answer = create(&scene, who, at, contents).send().await;
        assert_eq!(answer.status, status, "{contents}: {}", answer.text());
    }
    let made = create(&scene, &all, &scene.child, &wide).send().await.json();
    let path = format!("/v1/rules/{}", made["id"].as_str().unwrap());
    let narrow = rule(json!({}));
    scene.refused(scene.app.put(&path).bearer(&group.token).json(&narrow), (403, "not-permitted")).await;
    scene.refused(scene.app.delete(&path).bearer(&group.token), (403, "not-permitted")).await;
    scene.refused(scene.app.get(&path).bearer(&viewer.token), (403, "not-permitted")).await;
    assert_eq!(
        scene.app.get(&path).bearer(&group.token).send().await.status,
        200,
        "their requests are decided by it"
    );
    scene.refused(scene.app.get(&path), (401, "not-identified")).await;
    let stranger =
        scene.somebody(&scene.world.organization(&scene.world.root, "Sister"), &[Permission::SuperAdmin]);
    scene.refused(scene.app.get(&path).bearer(&stranger.token), (404, "not-found")).await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_where_it_stands() {
    let scene = scene();
    let who = approver(&scene, Permission::ApproveForEntireOrganization);
    let criteria = |criteria: serde_json::Value| json!({ "criteria": criteria });
    let kinds = json!(["application"]);
    for (changes, pointer) in [
        (criteria(json!({ "kinds": kinds })), "/rule/criteria"),
        (criteria(json!({ "kinds": [], "sha256": HASH })), "/rule/criteria/kinds"),
        (
            criteria(json!({ "kinds": ["application", "application"], "sha256": HASH })),
            "/rule/criteria/kinds",
        ),
        (criteria(json!({ "kinds": kinds, "path": "" })), "/rule/criteria/path"),
        (criteria(json!({ "kinds": kinds, "username": " " })), "/rule/criteria/username"),
        (criteria(json!({ "kinds": kinds, "publisher": {} })), "/rule/criteria/publisher"),
        (criteria(json!({ "kinds": kinds, "publisher": { "subject": "CN=A" } })), "/rule/criteria/publisher"),
        (
            criteria(json!({ "kinds": kinds, "publisher": { "team_id": "A", "issuer": "B" } })),
            "/rule/criteria/publisher",
        ),
        (json!({ "lasts_seconds": 59 }), "/rule/lasts_seconds"),
        (json!({ "effect": "deny", "lasts_seconds": 60 }), "/rule/lasts_seconds"),
        (json!({ "max_uses": 0 }), "/rule/max_uses"),
        (json!({ "ends_at": scene.world.now() }), "/rule/ends_at"),
        (json!({ "name": "" }), "/rule/name"),
    ] {
        let answer = create(&scene, &who, &scene.child, &rule(changes.clone())).send().await;
        assert_eq!(
            (answer.status, answer.pointers()),
            (422, vec![pointer.to_owned()]),
            "{changes}: {}",
            answer.text()
        );
    }
    let everything = rule(json!({ "effect": "deny", "criteria": { "kinds": kinds } }));
    assert_eq!(
        create(&scene, &who, &scene.child, &everything).send().await.status,
        201,
        "a denial may be for all"
    );
}

#[tokio::test]
async fn an_organization_has_a_limited_number_of_rules_and_a_repeated_call_makes_one() {
    let scene = scene();
    let who = approver(&scene, Permission::ApproveForEntireOrganization);
    let once = || create(&scene, &who, &scene.child, &rule(json!({}))).header("idempotency-key", "once");
    let (first, again) = (once().send().await, once().send().await);
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.json()["id"], again.json()["id"]);
    process(&scene).await;
    for _ in 1..Rule::RULES_MAX {
        let answer = create(&scene, &who, &scene.child, &rule(json!({}))).send().await;
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
    process(&scene).await;
    let full = create(&scene, &who, &scene.child, &rule(json!({}))).send().await;
    assert_eq!((full.status, full.code()), (409, "too-many-rules".to_owned()));
}

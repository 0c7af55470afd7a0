//! Opening.

use countersign_model::{
    Access, Device, Elevation, File, NewRequester, Permission, Renews, Reported, Request, RequestId, Signer,
    Subject, TransitionError,
};
use serde_json::{Value, json};

use crate::tests::story::{Story, application, elevation, path, storage};

#[tokio::test]
async fn an_opened_request_says_everything() {
    let story = Story::new();
    let request = story.request().await;
    let opened = story.open(&story.boss, &request).await;
    assert_eq!((opened.status, opened.header("etag")), (200, "\"1\""), "{}", opened.text());
    let mut view = opened.json();
    let actions = view.as_object_mut().unwrap().remove("actions").unwrap();
    let seen = view.as_object_mut().unwrap().remove("seen_revision").unwrap();
    let expected = json!({
        "id": request.id, "kind": "application", "status": "pending", "count": 1, "revision": 1,
        "created_at": request.created_at, "expires_at": request.expires_at,
        "organization": { "id": story.company.id, "name": "Company B" },
        "ended": null, "group_id": story.group.id, "group": { "id": story.group.id, "name": "Workstations" },
        "computer": {
            "id": story.computer.record.id, "hostname": story.computer.record.hostname, "name": null, "unconfirmed": false, "cloned": false,
        },
        "requesters": [{
            "username": "kim", "email": "kim@secret.example", "reason": "the secret reason", "count": 1,
            "asked_at": request.created_at, "last_asked_at": request.created_at, "amended_at": null, "withdrawn_at": null,
        }],
        "more_requesters": 0,
        "subject": {
            "name": "tool.exe", "path": "C:\\secret folder\\tool.exe", "sha256": "a".repeat(64),
            "certificate": "secret certificate", "size": 5, "calling_process": "secret.exe",
            "device": null, "access": null, "cut": false, "authenticode_sha256": null, "signers": [], "publisher": null,
            "product": null, "version": null, "command_line": null, "origin": null, "account": null,
            "duration_seconds": null, "calling_process_sha256": null,
        },
        "policy": { "id": request.policy_id, "name": "the secret policy" }, "unknown_policy": null,
        "attachment": { "state": "expected", "size": null },
        "decision": null, "reach": null, "heard": null, "renews": null, "assignee": null, "earlier_decisions": [],
        "matching": { "count": 0, "complete": true },
        "defaults": {
            "scope": "computer", "expires_at": null, "denial_needs_message": false, "templates": [],
            "conditions": [
                { "condition": "file", "up_to": "organization", "publisher": null, "obstacle": null, "obstacle_code": null },
                { "condition": "publisher", "up_to": null, "publisher": null,
                    "obstacle": "the agent verified no signer of this file; approve this file", "obstacle_code": "signer-not-verified" },
            ],
        },
    });
    assert_eq!(seen.as_str().unwrap().len(), 64, "{seen}");
    assert_eq!(view, expected);
    let names: Vec<_> =
        actions.as_array().unwrap().iter().map(|a| (a["action"].clone(), a["scope"].clone())).collect();
    let expected = [
        ("approve", json!("computer")),
        ("approve", json!("group")),
        ("approve", json!("organization")),
        ("deny", Value::Null),
        ("ignore", Value::Null),
    ];
    assert_eq!(names, expected.map(|(action, scope)| (json!(action), scope)));
}

#[tokio::test]
async fn a_device_is_shown_by_its_name_and_id() {
    let story = Story::new();
    let request = story.request_of(&story.computer, storage("USB-1")).await;
    let subject = story.open(&story.boss, &request).await.json()["subject"].clone();
    assert_eq!(subject["name"], "Backup stick");
    let device = json!({
        "id": "USB-1", "name": "Backup stick", "class": null, "vendor": null, "product": null, "encrypted": null,
    });
    assert_eq!(subject["device"], device);
    assert_eq!(subject["access"], "write");
}

#[tokio::test]
async fn all_that_is_known_about_a_file_or_device_is_shown() {
    let story = Story::new();
    let signer = Signer {
        subject: Some("CN=Tools".into()),
        issuer: Some("CN=CA".into()),
        thumbprint: Some("ab".repeat(20).parse().unwrap()),
        valid_until: Some("2027-01-01T00:00:00Z".parse().unwrap()),
        verified: true,
        ..Signer::default()
    };
    let (digest, file) = ("d".repeat(64), elevation('a').file().unwrap().clone());
    let whole = File {
        certificate: None,
        signers: vec![signer, Signer::default()],
        authenticode_sha256: Some(digest.parse().unwrap()),
        calling_process_sha256: Some(digest.parse().unwrap()),
        publisher: Some("Tools Inc.".into()),
        product: Some("Tool".into()),
        version: Some("1.2".into()),
        command_line: Some("tool /x".into()),
        origin: Some("https://tools.example/".into()),
        elevation: Some(Elevation { account: Some("root".into()), seconds: Some(60) }),
        ..file
    };
    let request = story.request_of(&story.computer, Subject::Elevation(whole)).await;
    let subject = story.open(&story.boss, &request).await.json()["subject"].clone();
    let expected = json!({
        "name": "tool.exe", "path": "C:\\secret folder\\tool.exe", "sha256": "a".repeat(64), "cut": false, "size": 5,
        "authenticode_sha256": digest, "certificate": "CN=Tools", "publisher": "Tools Inc.", "product": "Tool",
        "signers": [{ "subject": "CN=Tools", "issuer": "CN=CA", "thumbprint": "ab".repeat(20),
            "valid_until": "2027-01-01T00:00:00Z", "verified": true }, { "verified": false }],
        "version": "1.2", "command_line": "tool /x", "origin": "https://tools.example/", "account": "root",
        "duration_seconds": 60, "calling_process": "secret.exe", "calling_process_sha256": digest,
        "device": null, "access": null,
    });
    assert_eq!(subject, expected);

    let stick = Device {
        class: Some("usb-disk".into()),
        vendor: Some("Example".into()),
        product: Some("Stick".into()),
        encrypted: Some(true),
        ..Device::new("USB-2".into(), Access::Read)
    };
    let request = story.request_of(&story.computer, Subject::Storage(stick)).await;
    let subject = story.open(&story.boss, &request).await.json()["subject"].clone();
    let device = json!({ "id": "USB-2", "name": null, "class": "usb-disk", "vendor": "Example", "product": "Stick",
        "encrypted": true });
    assert_eq!((&subject["device"], &subject["signers"]), (&device, &json!([])));
}

#[tokio::test]
async fn what_cannot_be_seen_is_shown_in_the_list_and_in_the_request() {
    let story = Story::new();
    let file = application('a').file().unwrap().clone();
    let long = format!("{}/b\u{202e}c\n.exe", "x".repeat(40_000));
    let odd = File { path: Some(long.as_str().into()), certificate: Some("CN=\u{0}".into()), ..file };
    let request = story.request_of(&story.computer, Subject::Application(odd)).await;
    let subject = story.open(&story.boss, &request).await.json()["subject"].clone();
    assert_eq!((&subject["cut"], &subject["certificate"]), (&json!(true), &json!(r"CN=\u{0}")));
    assert_eq!(subject["name"], r"b\u{202e}c\u{a}.exe");
    let path = subject["path"].as_str().unwrap();
    assert!(path.len() <= Reported::PATH_MAX && path.ends_with(r"x/b\u{202e}c\u{a}.exe"), "{path}");
    let listed = story.get(&story.boss, &format!("/v1/requests?organization_id={}", story.company.id)).await;
    let row = listed.json()["items"][0].clone();
    assert_eq!(row["subject"]["name"], r"b\u{202e}c\u{a}.exe");
}

#[tokio::test]
async fn each_action_says_whether_it_is_allowed_and_what_is_missing() {
    let story = Story::new();
    let request = story.request().await;
    let person = story.person([Permission::ApproveForGroup]);
    let actions = story.open(&person, &request).await.json()["actions"].clone();
    let allowed: Vec<_> =
        actions.as_array().unwrap().iter().map(|action| action["allowed"].as_bool().unwrap()).collect();
    assert_eq!(allowed, [true, true, false, true, true]);
    let missing =
        json!([[{ "permission": "approve-for-entire-organization", "organization_id": story.company.id }]]);
    assert_eq!(actions[2]["missing"], missing);
    assert_eq!(actions[0].get("missing"), None);

    story.approve(&person, &request).await;
    let actions = story.open(&person, &request).await.json()["actions"].clone();
    assert_eq!(actions, json!([{ "action": "revoke", "scope": "computer", "allowed": true }]));
}

#[tokio::test]
async fn who_may_only_view_opens_nothing_and_is_told_what_is_missing() {
    let story = Story::new();
    let request = story.request().await;
    let viewer = story.person([Permission::ViewApprovals]);
    let refused = story.open(&viewer, &request).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "not-permitted"));
    let missing = refused.json()["missing"].as_array().unwrap().clone();
    assert!(missing.iter().any(|set| set[0]["permission"] == "approve-for-single-computer"), "{missing:?}");
    assert!(!refused.text().contains("secret"));
}

#[tokio::test]
async fn how_many_others_wait_for_the_same_is_counted_within_the_organization() {
    let story = Story::new();
    let request = story.request().await;
    for digit in ['a', 'a', 'b'] {
        story.request_of(&story.world.computer(&story.group), application(digit)).await;
    }
    let below = story.world.organization(&story.company, "Branch");
    let computer = story.world.computer(&story.world.group(&below, "Workstations"));
    story.submit(&below, &computer, application('a')).await;
    story.process(&below.id).await;
    let matching = || async { story.open(&story.boss, &request).await.json()["matching"].clone() };
    assert_eq!(matching().await, json!({ "count": 2, "complete": true }));
    story.approve(&story.boss, &request).await;
    assert_eq!(matching().await, json!({ "count": 0, "complete": true }), "it waits for nothing any more");
}

#[tokio::test]
async fn requests_for_other_things_hide_none_that_waits_for_the_same() {
    let story = Story::new();
    let request = story.request().await;
    story.request_of(&story.world.computer(&story.group), application('a')).await;
    for n in 0..201 {
        story.request_of(&story.computer, storage(&format!("USB-{n}"))).await;
        if n % 100 == 0 {
            story.process(&story.company.id).await;
        }
    }
    story.process(&story.company.id).await;
    let matching = story.open(&story.boss, &request).await.json()["matching"].clone();
    assert_eq!(matching, json!({ "count": 1, "complete": true }));
}

#[tokio::test]
async fn unknown_and_invalid_ids_answer_alike() {
    let story = Story::new();
    let request = story.request().await;
    for id in ["req_01J00000000000000000000000", "req_", "nonsense", story.company.id.as_str()] {
        let answer = story.get(&story.boss, &format!("/v1/requests/{id}")).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "not-found"), "{id}");
        let body = json!({ "outcome": "denied" });
        let answer = story.post(&story.boss, &format!("/v1/requests/{id}/decision"), body).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "not-found"), "{id}");
    }
    let stranger_at = story.world.organization(&story.world.root, "Company C");
    let stranger = story.world.administrator(&stranger_at, [Permission::SuperAdmin]);
    let hidden = story.get(&stranger, &path(&request, "")).await;
    let absent = story.get(&stranger, "/v1/requests/req_01J00000000000000000000000").await;
    assert_eq!((hidden.status, hidden.text()), (absent.status, absent.text()));
}

#[tokio::test]
async fn everybody_who_asks_is_shown_and_whoever_withdrew_is_marked() {
    let story = Story::new();
    let request = story.request().await;
    let viewer = story.person([Permission::ViewApprovals]);
    let ask = async |username: &str, reason: Option<&str>| {
        let new =
            NewRequester { username: username.to_owned(), email: None, reason: reason.map(str::to_owned) };
        let join = |old: &Request| old.ask_again(new.clone(), story.world.now()).map(|again| again.request);
        story.world.journal.update(&request.id, join).await.unwrap();
    };
    ask("ann", Some("so do I")).await;
    ask("bob", None).await;
    ask("ANN", None).await;
    let row = story.get(&viewer, "/v1/requests").await.json()["items"][0].clone();
    assert_eq!((&row["requester"], &row["other_requesters"]), (&json!({ "username": "kim" }), &json!(2)));
    let withdraw = |old: &Request| old.withdraw(Some("kim"), story.world.now()).map(|left| left.request);
    story.world.journal.update(&request.id, withdraw).await.unwrap();
    let row = story.get(&viewer, "/v1/requests").await.json()["items"][0].clone();
    assert_eq!((&row["requester"], &row["other_requesters"]), (&json!({ "username": "ann" }), &json!(1)));
    let shown = story.open(&story.boss, &request).await.json()["requesters"].clone();
    let shown: Vec<_> = shown.as_array().unwrap().iter().collect();
    let facts = |of: &Value| (of["username"].clone(), of["reason"].clone(), of["count"].clone());
    assert_eq!(
        shown.iter().map(|each| facts(each)).collect::<Vec<_>>(),
        [
            (json!("kim"), json!("the secret reason"), json!(1)),
            (json!("ann"), json!("so do I"), json!(2)),
            (json!("bob"), Value::Null, json!(1)),
        ]
    );
    let withdrawn: Vec<_> = shown.iter().map(|each| !each["withdrawn_at"].is_null()).collect();
    assert_eq!(withdrawn, [true, false, false]);
}

#[tokio::test]
async fn a_renewal_shows_the_approval_that_it_asks_to_prolong() {
    let story = Story::new();
    let old = story.request().await;
    story.approve(&story.boss, &old).await;
    let ends_at = story.world.now();
    let renews = Some(Renews { request_id: old.id.clone(), ends_at });
    let renewal = story.request().await;
    let renewing = |old: &Request| Ok::<_, TransitionError>(old.clone().renewing(renews.clone()));
    story.world.journal.update(&renewal.id, renewing).await.unwrap();
    let shown = story.open(&story.boss, &renewal).await.json()["renews"].clone();
    let decision = story.open(&story.boss, &old).await.json()["decision"].clone();
    assert_eq!(decision["outcome"], "approved");
    let expected =
        json!({ "request_id": old.id, "ends_at": ends_at, "status": "approved", "decision": decision });
    assert_eq!(shown, expected);

    let gone = RequestId::from_ulid(story.world.ulid());
    let lost = |old: &Request| {
        let renews = Some(Renews { request_id: gone.clone(), ends_at });
        Ok::<_, TransitionError>(Request { renews, ..old.clone() })
    };
    story.world.journal.update(&renewal.id, lost).await.unwrap();
    let shown = story.open(&story.boss, &renewal).await.json()["renews"].clone();
    assert_eq!(shown, json!({ "request_id": gone, "ends_at": ends_at, "status": null, "decision": null }));
}

#[tokio::test]
async fn it_is_shown_that_a_requester_amended_the_request() {
    let story = Story::new();
    let request = story.request().await;
    let says =
        NewRequester { username: "kim".to_owned(), email: None, reason: Some("a better reason".to_owned()) };
    let now = story.world.now();
    let amend = |old: &Request| old.amend(says.clone(), false, now);
    story.world.journal.update(&request.id, amend).await.unwrap();
    let opened = story.open(&story.boss, &request).await;
    let kim = opened.json()["requesters"][0].clone();
    assert_eq!((&kim["reason"], &kim["amended_at"]), (&json!("a better reason"), &json!(now)));
    assert_eq!(opened.header("etag"), "\"2\"", "the revision has moved");
}

//! Grants: who gets which, and who loses them.

use std::collections::BTreeSet;
use std::time::Duration;

use countersign_model::{
    Access, Computer, Condition, DecisionScope, Device, Elevation, File, Request, RequestId, Signer, Subject,
};
use serde_json::{Value, json};

use crate::tests::story::{Approval, Story, added, for_the, removed};
use crate::wire::SubjectView;

/// What an agent has after an answer, as the reference agent takes it over.
fn apply(has: &mut BTreeSet<String>, news: &Value) {
    for id in removed(news) {
        has.remove(&id);
    }
    has.extend(added(news));
}

#[tokio::test]
async fn a_grant_reaches_whoever_is_in_its_scope_and_nobody_else() {
    let story = Story::new();
    let colleague = story.world.computer(&story.group);
    let server = story.world.computer(&story.world.group(&story.company, "Servers"));
    let below = story.world.organization(&story.company, "Branch");
    let branch = story.world.computer(&story.world.group(&below, "Office"));
    let everybody = [&story.device, &colleague, &server, &branch];
    let mut before = Vec::new();
    for device in everybody {
        before.push(story.news_of(device, &Value::Null).await);
    }
    let (own, _) = story.approve(&story.device, "own", for_the(DecisionScope::Computer)).await;
    let (group, _) = story.approve(&story.device, "group", for_the(DecisionScope::Group)).await;
    let (all, _) = story.approve(&story.device, "all", for_the(DecisionScope::Organization)).await;
    let expected = [vec![&own, &group, &all], vec![&group, &all], vec![&all], vec![]];
    for ((device, before), expected) in everybody.into_iter().zip(&before).zip(expected) {
        let mut expected: Vec<_> = expected.into_iter().cloned().collect();
        expected.sort();
        assert_eq!(added(&story.news_of(device, before).await), expected);
        assert_eq!(
            added(&story.news_of(device, &Value::Null).await),
            expected,
            "a new agent is told the same"
        );
    }
}

#[tokio::test]
async fn a_grant_says_whether_it_is_for_the_file_or_for_everything_of_its_publisher() {
    let story = Story::new();
    story.approve(&story.device, "tool", for_the(DecisionScope::Computer)).await;
    let (first, request) = story.approve(&story.device, "signed", for_the(DecisionScope::Computer)).await;
    let known = story.news(&Value::Null).await;
    let shown = |news: &Value, id: &str| {
        let added = news["grants"]["added"].as_array().unwrap().clone();
        added.into_iter().find(|grant| grant["id"] == id).unwrap()
    };
    assert_eq!(shown(&known, &first)["condition"], "file");
    assert!(shown(&known, &first).get("publisher").is_none());
    let request: RequestId = request.parse().unwrap();
    let signer = Signer {
        subject: Some("CN=Tools".into()),
        issuer: Some("CN=CA".into()),
        verified: true,
        ..Signer::default()
    };
    let signed = |old: &Request| {
        let mut new = old.clone();
        new.decision.as_mut().unwrap().condition = Condition::Publisher;
        if let Subject::Application(file) = &mut new.subject {
            file.signers = vec![signer.clone()];
        }
        Ok::<_, std::convert::Infallible>(new)
    };
    story.world.journal.update(&request, signed).await.unwrap();
    let grant = shown(&story.news(&Value::Null).await, &first);
    assert_eq!(grant["condition"], "publisher");
    assert_eq!(grant["publisher"], serde_json::json!({ "subject": "CN=Tools", "issuer": "CN=CA" }));
}

#[tokio::test]
async fn a_revoked_grant_is_taken_away_and_never_told_again() {
    let story = Story::new();
    let colleague = story.world.computer(&story.group);
    let (grant, request) = story.approve(&story.device, "tool", for_the(DecisionScope::Computer)).await;
    let (known, others) = (story.news(&Value::Null).await, story.news_of(&colleague, &Value::Null).await);
    story.revoke(&request).await;
    let news = story.news(&known).await;
    assert_eq!((removed(&news), added(&news).len()), (vec![grant], 0));
    assert!(removed(&story.news_of(&colleague, &others).await).is_empty(), "it never was theirs");
    let anew = story.news(&Value::Null).await;
    assert_eq!((added(&anew).len(), removed(&anew).len()), (0, 0));
}

#[tokio::test]
async fn a_grant_that_ends_by_itself_counts_as_removed() {
    let story = Story::new();
    let until = story.world.now() + Duration::from_secs(600);
    let how = Approval { scope: DecisionScope::Computer, until: Some(until) };
    let (grant, _) = story.approve(&story.device, "tool", how).await;
    let known = story.news(&Value::Null).await;
    assert_eq!(known["grants"]["added"][0]["expires_at"], until.to_string());
    story.world.advance(Duration::from_secs(599));
    assert_eq!(story.news(&known).await["version"], known["version"]);
    story.world.advance(Duration::from_secs(1));
    let news = story.news(&known).await;
    assert_eq!(removed(&news), [grant]);
    assert!(removed(&story.news(&news).await).is_empty(), "once");
    assert!(added(&story.news(&Value::Null).await).is_empty());
}

#[tokio::test]
async fn a_grant_that_was_prolonged_stays_and_one_that_was_shortened_goes_in_time() {
    let story = Story::new();
    let (begin, hour) = (story.world.now(), Duration::from_secs(3600));
    let how = Approval { scope: DecisionScope::Computer, until: Some(begin + hour) };
    let (grant, request) = story.approve(&story.device, "tool", how).await;
    let mut known = story.news(&Value::Null).await;
    story.ends(&request, Some(begin + 3 * hour)).await;
    // The agent hears of it only after the first end.
    story.world.advance(2 * hour);
    known = story.news(&known).await;
    assert_eq!((added(&known), removed(&known)), (vec![grant.clone()], vec![]));
    assert_eq!(known["grants"]["added"][0]["expires_at"], (begin + 3 * hour).to_string());
    story.ends(&request, Some(begin + 2 * hour + hour / 2)).await;
    known = story.news(&known).await;
    assert_eq!(added(&known), std::slice::from_ref(&grant));
    story.world.advance(hour / 2);
    assert_eq!(removed(&story.news(&known).await), [grant]);
}

#[tokio::test]
async fn a_computer_with_many_ends_loses_each_grant_in_time() {
    let story = Story::new();
    for n in 0..40 {
        let until = story.world.now() + Duration::from_secs(100 + n * 100);
        let how = Approval { scope: DecisionScope::Computer, until: Some(until) };
        story.approve(&story.device, &format!("tool {n}"), how).await;
    }
    let mut known = story.news(&Value::Null).await;
    let mut has = BTreeSet::new();
    apply(&mut has, &known);
    for left in (0..40).rev() {
        story.world.advance(Duration::from_secs(100));
        known = story.news(&known).await;
        apply(&mut has, &known);
        assert_eq!(has.len(), left);
    }
}

#[tokio::test]
async fn a_computer_that_moves_gets_the_grants_of_its_new_group_instead() {
    let story = Story::new();
    let servers = story.world.group(&story.company, "Servers");
    let server = story.world.computer(&servers);
    let (own, _) = story.approve(&story.device, "own", for_the(DecisionScope::Computer)).await;
    let (old, _) = story.approve(&story.device, "old group", for_the(DecisionScope::Group)).await;
    let (new, _) = story.approve(&server, "new group", for_the(DecisionScope::Group)).await;
    story.deploy(&["For workstations"]).await;
    let known = story.news(&Value::Null).await;
    let mut has = BTreeSet::new();
    apply(&mut has, &known);
    assert_eq!(has, BTreeSet::from([own.clone(), old]));
    story.change_computer(&story.device, |computer| computer.moved(servers.id.clone())).await;
    let news = story.news(&known).await;
    apply(&mut has, &news);
    assert_eq!(has, BTreeSet::from([own, new]));
    assert_eq!(news["policies"], serde_json::json!([]), "the policies are those of the new group");
    assert_eq!(story.news(&news).await["version"], news["version"]);
}

#[tokio::test]
async fn an_unconfirmed_computer_has_only_grants_for_itself_and_the_others_once_it_is_confirmed() {
    let story = Story::new();
    let colleague = story.world.computer(&story.group);
    let twin = |old: &Computer| Computer {
        unconfirmed: true,
        twin_of: Some(colleague.record.id.clone()),
        ..old.clone()
    };
    let (own, _) = story.approve(&story.device, "own", for_the(DecisionScope::Computer)).await;
    let (group, _) = story.approve(&colleague, "group", for_the(DecisionScope::Group)).await;
    let (all, _) = story.approve(&colleague, "all", for_the(DecisionScope::Organization)).await;
    let (only, every) = (BTreeSet::from([own.clone()]), BTreeSet::from([own, group, all]));
    let mut has = BTreeSet::new();
    let mut known = story.news(&Value::Null).await;
    apply(&mut has, &known);
    assert_eq!(has, every);
    for _ in 0..2 {
        story.change_computer(&story.device, twin).await;
        known = story.news(&known).await;
        apply(&mut has, &known);
        assert_eq!(has, only, "it has taken a name that another one has");
        assert_eq!(added(&story.news(&Value::Null).await).len(), 1, "a new agent is told the same");
        assert_eq!(story.news(&known).await["version"], known["version"]);
        story.change_computer(&story.device, Computer::confirmed).await;
        known = story.news(&known).await;
        apply(&mut has, &known);
        assert_eq!(has, every, "confirmed");
    }
    let others = story.news_of(&colleague, &Value::Null).await;
    assert_eq!(added(&others).len(), 2, "the one that has the name keeps what it has");
}

#[tokio::test]
async fn many_grants_are_told_a_page_at_a_time_whatever_happens_meanwhile() {
    let story = Story::new();
    let servers = story.world.group(&story.company, "Servers");
    let mut requests = Vec::new();
    let mut grants = Vec::new();
    for n in 0..450 {
        let scope = if n % 3 == 0 { DecisionScope::Group } else { DecisionScope::Computer };
        let (grant, request) = story.approve(&story.device, &format!("tool {n}"), for_the(scope)).await;
        grants.push((grant, scope));
        requests.push(request);
    }
    let mut has = BTreeSet::new();
    let mut known = story.news(&Value::Null).await;
    apply(&mut has, &known);
    assert_eq!((has.len(), &known["more"]), (200, &Value::Bool(true)));
    // Already told, and not told yet.
    story.revoke(&requests[440]).await;
    story.revoke(&requests[10]).await;
    let (late, _) = story.approve(&story.device, "late", for_the(DecisionScope::Computer)).await;
    let mut moved = false;
    loop {
        known = story.news(&known).await;
        apply(&mut has, &known);
        if !moved {
            story.change_computer(&story.device, |computer| computer.moved(servers.id.clone())).await;
            moved = true;
        }
        if known["more"] == false && story.news(&known).await["version"] == known["version"] {
            break;
        }
    }
    let kept = grants
        .iter()
        .enumerate()
        .filter(|(n, (_, scope))| *scope == DecisionScope::Computer && ![10, 440].contains(n));
    let mut expected: BTreeSet<String> = kept.map(|(_, (grant, _))| grant.clone()).collect();
    expected.insert(late);
    assert_eq!(has, expected);
}

#[tokio::test]
async fn an_agent_that_was_away_until_a_request_was_removed_is_told_everything_anew() {
    let story = Story::new();
    let (gone, request) = story.approve(&story.device, "gone", for_the(DecisionScope::Computer)).await;
    let known = story.news(&Value::Null).await;
    assert_eq!(added(&known), [gone]);
    story.revoke(&request).await;
    let (kept, _) = story.approve(&story.device, "kept", for_the(DecisionScope::Computer)).await;
    story.world.journal.kv().delete(&countersign_store::keys::record(request.as_str())).await.unwrap();
    let since = format!("?since={}", known["version"].as_str().unwrap());
    let answer = story.ask(&since).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (410, Some("version-too-old")));
    let anew = story.news(&Value::Null).await;
    assert_eq!((added(&anew), removed(&anew).len()), (vec![kept], 0));
    assert_eq!(story.news(&anew).await["version"], anew["version"]);
}

#[test]
fn what_is_allowed_has_only_what_was_requested() {
    let told = |subject: Subject| serde_json::to_value(SubjectView::from(subject)).unwrap();
    let device = Device { name: Some("Backup".into()), ..Device::new("SN\u{1}".into(), Access::Write) };
    let storage = json!({ "device": { "id": "SN\u{1}", "name": "Backup" }, "access": "write" });
    assert_eq!(told(Subject::Storage(device)), storage);
    let digest = "ab".repeat(32);
    let bare = File::new(digest.parse().unwrap());
    assert_eq!(told(Subject::Application(bare.clone())), json!({ "sha256": digest }));
    let signed = File { path: Some("/opt/a".into()), certificate: Some("CN=A".into()), ..bare };
    let file = json!({ "path": "/opt/a", "sha256": digest, "certificate": "CN=A" });
    assert_eq!(told(Subject::Application(signed.clone())), file);
    let elevation = Elevation { account: Some("root".into()), seconds: Some(900) };
    let elevated = told(Subject::Elevation(File { elevation: Some(elevation), ..signed }));
    assert_eq!((&elevated["account"], &elevated["duration_seconds"]), (&json!("root"), &json!(900)));
}

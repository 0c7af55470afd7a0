//! `used`: the first use of a grant is noted at once, told to the server, and gives the grant its end.

use std::path::Path;
use std::time::Duration;

use countersign_agent::{Change, Event, FirstUses, State, Told, Watcher};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::command_line::{agent, enrolled, shown};
use crate::fake::FakeServer;

/// The clock of the computer, to the millisecond.
#[allow(clippy::disallowed_methods, reason = "the program reads the clock of the computer")]
fn now() -> Timestamp {
    Timestamp::from_millisecond(Timestamp::now().as_millisecond()).unwrap()
}

fn hours(hours: u64) -> Duration {
    Duration::from_secs(hours * 3600)
}

/// Two hours from the first use, within a day.
fn news(version: &str, used_at: Option<Timestamp>) -> Value {
    let first_use = json!({"lasts_seconds": 7200, "use_by": now() + hours(24), "used_at": used_at});
    let grant = json!({"id": "grt_1", "kind": "application", "request_id": "req_1", "subject": {"sha256": "ab"},
        "expires_at": now() + hours(26), "first_use": without_null(first_use)});
    json!({"version": version, "more": false, "grants": {"added": [grant], "removed": []}})
}

fn without_null(mut value: Value) -> Value {
    value.as_object_mut().unwrap().retain(|_, member| !member.is_null());
    value
}

async fn checked_in(server: &FakeServer, folder: &Path) {
    server.then(200, &[], news("v1", None));
    let output = agent(folder, &["check-in"]).await;
    assert!(output.status.success(), "{}", shown(&output));
}

fn told(server: &FakeServer) -> Vec<Value> {
    let uses = server.seen().into_iter().filter(|seen| seen.call == "POST /agent/v1/grants/grt_1/use");
    uses.map(|seen| seen.json()).collect()
}

#[tokio::test]
async fn the_first_use_is_told_once_and_shown_with_the_end_that_it_gives() {
    let server = FakeServer::start().await;
    let folder = enrolled(&server).await;
    checked_in(&server, folder.path()).await;
    let before = now();
    server.then(200, &[], json!({"grant_id": "grt_1", "used_at": before, "expires_at": before + hours(2)}));
    for again in [false, true] {
        let output = agent(folder.path(), &["--json", "used", "grt_1"]).await;
        assert_eq!(output.status.code(), Some(0), "{again}: {}", shown(&output));
        let line: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            line,
            json!({"grant_id": "grt_1", "used_at": before, "expires_at": before + hours(2), "reported": true})
        );
    }
    let told = told(&server);
    assert_eq!((told.len(), &told[0]["request_id"]), (1, &json!("req_1")));
    assert!(told[0]["used_at"].as_str().unwrap().parse::<Timestamp>().unwrap() >= before);
    let output = agent(folder.path(), &["--json", "status"]).await;
    let status: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(status["grants"][0]["expires_at"], json!(before + hours(2)));
}

#[tokio::test]
async fn a_use_without_the_server_counts_and_is_told_before_the_next_check_in() {
    let server = FakeServer::start().await;
    let folder = enrolled(&server).await;
    checked_in(&server, folder.path()).await;
    server.then(503, &[], Value::Null);
    let output = agent(folder.path(), &["--json", "used", "grt_1"]).await;
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert!(shown(&output).contains("warning"), "{}", shown(&output));
    let line: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(line["reported"], false);
    let used_at = line["used_at"].clone();
    server.then(200, &[], json!({"grant_id": "grt_1", "used_at": used_at, "expires_at": null}));
    server.then(200, &[], json!({"version": "v2", "more": false}));
    let output = agent(folder.path(), &["check-in"]).await;
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let told = told(&server);
    assert_eq!((told.len(), &told[1]["used_at"]), (2, &used_at), "when it was, not when it was told");
}

#[tokio::test]
async fn what_is_not_in_force_is_refused_and_not_noted() {
    let server = FakeServer::start().await;
    let folder = enrolled(&server).await;
    checked_in(&server, folder.path()).await;
    let output = agent(folder.path(), &["used", "grt_2"]).await;
    assert_eq!(output.status.code(), Some(6), "{}", shown(&output));
    assert!(shown(&output).contains("not in force"), "{}", shown(&output));
    assert!(told(&server).is_empty());
    // The server knows more than this computer.
    server.then(409, &[], json!({"code": "grant-not-usable", "detail": "the grant is not in force"}));
    let output = agent(folder.path(), &["used", "grt_1"]).await;
    assert_eq!(output.status.code(), Some(6), "{}", shown(&output));
}

#[tokio::test]
async fn a_watching_agent_learns_of_the_use_ends_the_grant_by_it_and_tells_the_server() {
    let server = FakeServer::start().await;
    let folder = enrolled(&server).await;
    checked_in(&server, folder.path()).await;
    let path = folder.path().join("state.json");
    let mut state = State::load(&path).unwrap();
    let noted = countersign_agent::note_use(&path, &mut state, "grt_1", now()).unwrap();
    assert!(!noted.reported);
    server.then(200, &[], json!({"grant_id": "grt_1", "used_at": noted.used_at, "expires_at": null}));
    server.then(200, &[], news("v2", Some(noted.used_at))).then(401, &[], Value::Null);
    let runs = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = std::sync::Arc::clone(&runs);
    let watcher =
        Watcher::new(server.client().0, State::load(&path).unwrap(), path.clone(), Told::default(), now);
    let watcher = watcher.calling(move |change: Change| {
        seen.lock().unwrap().push(change.grant().unwrap()["expires_at"].clone());
        Box::pin(async { Ok(()) })
    });
    watcher.watch(|_: Event<'_>| {}).await.unwrap_err();
    assert_eq!(*runs.lock().unwrap(), [json!(noted.used_at + hours(2))]);
    assert_eq!(told(&server), [json!({"used_at": noted.used_at, "request_id": "req_1"})]);
    assert!(FirstUses::load(&path, "cmp_1").unwrap().of("grt_1").unwrap().reported);
}

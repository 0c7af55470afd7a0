//! `watch`: every change reaches the program, also after failures and restarts, and none holds up another.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use countersign_agent::{AgentError, Change, Event, State, Told, Watcher};
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::fake::FakeServer;

fn noon() -> Timestamp {
    Timestamp::from_second(1_795_780_800).unwrap()
}

fn news(version: &str, more: bool, added: &[&str], removed: &[&str]) -> Value {
    let added: Vec<_> = added.iter().map(|id| json!({"id": id, "kind": "application"})).collect();
    json!({"version": version, "more": more, "policy_version": null, "maintenance": null,
        "grants": {"added": added, "removed": removed}})
}

/// An enrolled computer in a folder of its own.
fn enrolled(server: &FakeServer) -> (TempDir, State) {
    let folder = tempfile::tempdir().unwrap();
    let state = State::enrolled(server.address.clone(), "cmp_1".into(), "csc_1".into());
    state.save(&folder.path().join("state.json")).unwrap();
    (folder, state)
}

fn saved(folder: &Path) -> State {
    State::load(&folder.join("state.json")).unwrap()
}

/// What the program was run with, in order.
type Runs = Arc<Mutex<Vec<String>>>;

fn described(change: &Change) -> String {
    let id = change.grant().map_or("", |grant| grant["id"].as_str().unwrap());
    format!("{} {id}", change.name()).trim_end().to_owned()
}

/// Watches until the server has no more answers. `outcome` says of each run whether it succeeds.
async fn watch(
    server: &FakeServer,
    folder: &Path,
    outcome: impl Fn(&Change, usize) -> Result<(), String> + Send + Sync + 'static,
) -> (Vec<String>, Vec<String>, AgentError) {
    let runs = Runs::default();
    let noted = Arc::clone(&runs);
    let run = move |change: Change| {
        let mut runs = noted.lock().unwrap();
        let before = runs.iter().filter(|run| **run == described(&change)).count();
        runs.push(described(&change));
        let outcome = outcome(&change, before);
        Box::pin(async move { outcome }) as futures::future::BoxFuture<'static, Result<(), String>>
    };
    let watcher =
        Watcher::new(server.client().0, saved(folder), folder.join("state.json"), Told::default(), noon);
    let mut told = Vec::new();
    let error = watcher
        .calling(run)
        .first_pause(Duration::from_millis(1))
        .watch(|event| {
            told.push(match event {
                Event::News(news) => format!("news {}", news.version),
                Event::Unreachable(_) => "unreachable".to_owned(),
                Event::Done(change) => format!("done {}", described(change)),
                Event::Failed { change, reason, .. } => format!("failed {}: {reason}", described(change)),
            });
        })
        .await
        .unwrap_err();
    let runs = runs.lock().unwrap().clone();
    (runs, told, error)
}

fn succeed(_: &Change, _: usize) -> Result<(), String> {
    Ok(())
}

#[tokio::test]
async fn each_change_is_run_once_also_over_a_restart() {
    let server = FakeServer::start().await;
    let (folder, _) = enrolled(&server);
    server
        .then(200, &[], news("v1", false, &["grt_1", "grt_2"], &[]))
        .then(200, &[], news("v2", false, &[], &["grt_1"]))
        .then(401, &[], Value::Null);
    let (runs, told, error) = watch(&server, folder.path(), succeed).await;
    assert!(error.is_no_longer_enrolled(), "{error}");
    assert_eq!(runs, ["grant-added grt_1", "grant-added grt_2", "grant-removed grt_1"]);
    assert_eq!(told.iter().filter(|line| line.starts_with("done")).count(), 3);
    assert_eq!(saved(folder.path()).accepted.keys().collect::<Vec<_>>(), ["grt_2"]);

    server.then(200, &[], news("v3", false, &["grt_3"], &[])).then(401, &[], Value::Null);
    let (runs, _, _) = watch(&server, folder.path(), succeed).await;
    assert_eq!(runs, ["grant-added grt_3"], "the others were accepted before");
    assert_eq!(server.calls().last().unwrap(), "GET /agent/v1/check-in?wait=25&since=v3");
}

#[tokio::test]
async fn a_failed_change_is_reported_and_run_again_and_holds_up_no_other() {
    let server = FakeServer::start().await;
    let (folder, _) = enrolled(&server);
    let added: Vec<_> = (1..=9).map(|number| format!("grt_{number}")).collect();
    let added: Vec<_> = added.iter().map(String::as_str).collect();
    server.then(200, &[], news("v1", false, &added, &[])).hang();
    let (last, done) = (AtomicBool::new(false), Arc::new(tokio::sync::Notify::new()));
    let notify = Arc::clone(&done);
    let watching = watch(&server, folder.path(), move |change, before| {
        match described(change).as_str() {
            // It fails at least twice, and for as long as the last one has not had its turn.
            "grant-added grt_1" if before < 2 || !last.load(Ordering::SeqCst) => {
                return Err("not today".to_owned());
            }
            "grant-added grt_1" => notify.notify_one(),
            "grant-added grt_9" => last.store(true, Ordering::SeqCst),
            _ => {}
        }
        Ok(())
    });
    tokio::select! {
        _ = watching => panic!("the server keeps it waiting"),
        () = done.notified() => {}
    }
}

#[tokio::test]
async fn what_failed_until_the_end_is_run_at_the_next_start() {
    let server = FakeServer::start().await;
    let (folder, _) = enrolled(&server);
    server.then(200, &[], news("v1", false, &["grt_1"], &[])).then(401, &[], Value::Null);
    let (_, told, _) = watch(&server, folder.path(), |_, _| Err("not today".to_owned())).await;
    assert!(told.contains(&"failed grant-added grt_1: not today".to_owned()), "{told:?}");

    server.then(200, &[], news("v1", false, &[], &[])).then(401, &[], Value::Null);
    let (runs, _, _) = watch(&server, folder.path(), succeed).await;
    assert_eq!(runs, ["grant-added grt_1"]);
}

#[tokio::test]
async fn a_grant_that_is_revoked_while_the_program_fails_is_taken_away_and_never_given_again() {
    let server = FakeServer::start().await;
    let (folder, _) = enrolled(&server);
    server.then(200, &[], news("v1", false, &["grt_1"], &[])).then(401, &[], Value::Null);
    watch(&server, folder.path(), |_, _| Err("it hung".to_owned())).await;

    server
        .then(200, &[], news("v2", true, &[], &["grt_1"]))
        .then(200, &[], news("v3", false, &[], &[]))
        .then(401, &[], Value::Null);
    let (runs, _, _) = watch(&server, folder.path(), succeed).await;
    assert_eq!(runs, ["grant-removed grt_1"]);
    assert!(saved(folder.path()).accepted.is_empty());
}

#[tokio::test]
async fn after_too_long_away_everything_is_fetched_and_what_ended_meanwhile_is_removed() {
    let server = FakeServer::start().await;
    let (folder, _) = enrolled(&server);
    server.then(200, &[], news("v1", false, &["grt_1", "grt_2"], &[])).then(401, &[], Value::Null);
    watch(&server, folder.path(), succeed).await;

    server
        .then(410, &[], json!({"code": "version-too-old"}))
        .then(200, &[], news("w1", true, &["grt_2"], &[]))
        .then(200, &[], news("w2", false, &["grt_3"], &[]))
        .then(401, &[], Value::Null);
    let (runs, _, _) = watch(&server, folder.path(), succeed).await;
    assert_eq!(runs, ["grant-removed grt_1", "grant-added grt_3"]);
}

#[tokio::test]
async fn without_a_program_changes_are_told_and_wait_for_one() {
    let server = FakeServer::start().await;
    let (folder, state) = enrolled(&server);
    server.then(200, &[], news("v1", false, &["grt_1"], &[])).then(401, &[], Value::Null);
    let path = folder.path().join("state.json");
    let watcher = Watcher::new(server.client().0, state, path, Told::default(), noon);
    let mut told = 0;
    watcher.watch(|_| told += 1).await.unwrap_err();
    assert_eq!(told, 1);

    server.then(200, &[], news("v1", false, &[], &[])).then(401, &[], Value::Null);
    let (runs, _, _) = watch(&server, folder.path(), succeed).await;
    assert_eq!(runs, ["grant-added grt_1"]);
}

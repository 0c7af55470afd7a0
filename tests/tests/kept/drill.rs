//! The restore drill.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use countersign_host::harness::{Backend, ChildHost, Options};
use countersign_tests::{Deployment, PASSWORD};
use serde_json::{Value, json};
use tokio::sync::Mutex;

/// Programs that ask and decide at the same time.
const WORKERS: usize = 4;
/// Requests that are decided before the backup begins, and after it has ended.
const EACH: usize = 12;

/// A request whose approval was acknowledged, and between which moments.
struct Acknowledged {
    id: String,
    began: Moment,
    ended: Moment,
}

/// A moment with regard to the backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    Before,
    During,
    After,
}

/// Whether the backup has begun and ended, as the programs that ask can see it.
#[derive(Default)]
struct Backup {
    begun: AtomicBool,
    ended: AtomicBool,
}

impl Backup {
    fn moment(&self) -> Moment {
        match (self.begun.load(Ordering::SeqCst), self.ended.load(Ordering::SeqCst)) {
            (false, _) => Moment::Before,
            (true, false) => Moment::During,
            (true, true) => Moment::After,
        }
    }
}

/// Requests that are submitted and approved, as long as somebody wants more.
#[derive(Clone)]
struct Load {
    world: Deployment,
    backup: Arc<Backup>,
    next: Arc<AtomicUsize>,
    done: Arc<Mutex<Vec<Acknowledged>>>,
    stopped: Arc<AtomicBool>,
}

impl Load {
    async fn work(self) {
        while !self.stopped.load(Ordering::SeqCst) {
            let number = self.next.fetch_add(1, Ordering::SeqCst);
            let began = self.backup.moment();
            let body = self.world.request_for(format!("file {number}").as_bytes());
            let id = self.world.submit(&body, &format!("key {number}")).await.expect(201).text_at("/id");
            let approval = json!({ "outcome": "approved", "scope": "computer" });
            self.world.decide(&self.world.boss, &id, &approval).await.expect(200);
            let ended = self.backup.moment();
            self.done.lock().await.push(Acknowledged { id, began, ended });
        }
    }

    /// Waits until so many have ended at a moment.
    async fn until(&self, many: usize, at: impl Fn(&Acknowledged) -> bool) {
        while self.done.lock().await.iter().filter(|each| at(each)).count() < many {
            tokio::task::yield_now().await;
        }
    }
}

/// The requests whose grants an agent has, and the version that it knows.
pub(super) async fn check_in(world: &Deployment) -> (BTreeSet<String>, String) {
    let mut has = BTreeSet::new();
    let mut since = String::new();
    loop {
        let path = format!("/agent/v1/check-in{since}");
        let news = world.api.get(&path).bearer(&world.computer_token).send().await.expect(200).json();
        for grant in news["grants"]["added"].as_array().unwrap() {
            has.insert(grant["request_id"].as_str().unwrap().to_owned());
        }
        let version = news["version"].as_str().unwrap().to_owned();
        if news["more"] == json!(false) {
            return (has, version);
        }
        since = format!("?since={version}");
    }
}

async fn api_token(world: &Deployment, now: jiff::Timestamp, name: &str) -> String {
    let expires_at = now + jiff::SignedDuration::from_hours(24);
    let body = json!({ "name": name, "permissions": ["super-admin"], "password": PASSWORD, "expires_at": expires_at.to_string() });
    world
        .api
        .post("/v1/api-tokens")
        .bearer(&world.boss)
        .json(&body)
        .send()
        .await
        .expect(201)
        .text_at("/token")
}

/// The whole chain of an organization's audit is intact.
async fn require_intact(world: &Deployment, organization: &str) {
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/audit/system/verify?organization_id={organization}&limit=200{cursor}");
        let page = world.api.get(&path).bearer(&world.boss).send().await.expect(200).json();
        assert_eq!((&page["intact"], &page["problems"]), (&json!(true), &json!([])), "{page}");
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return,
        }
    }
}

pub(super) async fn status(world: &Deployment, id: &str) -> Option<Value> {
    let answer = world.api.get(&format!("/v1/requests/{id}")).bearer(&world.boss).send().await;
    match answer.status {
        404 => None,
        _ => Some(answer.expect(200).json()["status"].clone()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_store_has_what_was_acknowledged_before_its_backup_and_nothing_of_what_came_after() {
    // However long the backup takes, one computer goes on asking.
    let variables = BTreeMap::from([("computer_limits".to_owned(), "off".to_owned())]);
    let mut host =
        ChildHost::start(Backend::Sqlite, Options { variables, ..Options::default() }).await.unwrap();
    let mut world = Deployment::on(&host).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup.db");
    let token = api_token(&world, host.now(), "Before").await;
    let load = Load {
        world: world.clone(),
        backup: Arc::default(),
        next: Arc::default(),
        done: Arc::default(),
        stopped: Arc::default(),
    };
    let workers: Vec<_> = (0..WORKERS).map(|_| tokio::spawn(load.clone().work())).collect();
    load.until(EACH, |each| each.ended == Moment::Before).await;
    load.backup.begun.store(true, Ordering::SeqCst);
    let made = host.command(&["backup", file.to_str().unwrap()]).await.unwrap();
    load.backup.ended.store(true, Ordering::SeqCst);
    assert!(made.ok && made.out.contains("Secrets  not in it"), "{made:?}");
    load.until(EACH, |each| each.began == Moment::After).await;
    load.stopped.store(true, Ordering::SeqCst);
    for worker in workers {
        worker.await.unwrap();
    }
    host.settle().await.unwrap();
    let (_, known) = check_in(&world).await;
    let served = host.command(&["restore", file.to_str().unwrap(), "--replace"]).await.unwrap();
    assert!(!served.ok && served.err.contains("stop the host"), "{served:?}");

    host.kill().await.unwrap();
    host.lose_state().await.unwrap();
    let restored = host.command(&["restore", file.to_str().unwrap()]).await.unwrap();
    assert!(restored.ok && restored.out.contains("agents start over"), "{restored:?}");
    host.revive(None).await.unwrap();

    for old in [&world.boss, &world.clerk_token, &token] {
        let answer = world.api.get("/v1/session").bearer(old).send().await;
        assert_eq!(answer.problem(401), "not-identified");
    }
    let sign_in = json!({ "email": "boss@company.example", "password": PASSWORD });
    world.boss = world.api.post("/v1/session").json(&sign_in).send().await.expect(201).text_at("/token");

    let mut there = BTreeSet::new();
    for Acknowledged { id, began, ended } in load.done.lock().await.iter() {
        let found = status(&world, id).await;
        match (began, ended) {
            (_, Moment::Before) => assert_eq!(found, Some(json!("approved")), "{id} was acknowledged before"),
            (Moment::After, _) => assert_eq!(found, None, "{id} was asked for after the backup"),
            // Whatever part of it the backup has.
            _ => {}
        }
        if found == Some(json!("approved")) {
            there.insert(id.clone());
        }
    }
    assert!(there.len() >= EACH);

    host.settle().await.unwrap();
    let path = format!("/agent/v1/check-in?since={known}");
    let answer = world.api.get(&path).bearer(&world.computer_token).send().await;
    assert_eq!(answer.problem(410), "version-too-old");
    assert_eq!(check_in(&world).await.0, there, "an agent starts over, and has the grants that there are");

    for detail in require_on_record(&world).await {
        assert!(made.out.contains(detail["backup_sha256"].as_str().unwrap()), "{detail} of {made:?}");
    }
}

/// Every audit says once that the store was restored, and verifies. Returns what it says.
pub(super) async fn require_on_record(world: &Deployment) -> Vec<Value> {
    let mut details = Vec::new();
    for organization in [&world.root, &world.company] {
        let path = format!("/v1/audit/system?organization_id={organization}&act=store.restored");
        let page = world.api.get(&path).bearer(&world.boss).send().await.expect(200).json();
        let own: Vec<_> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|entry| entry["detail"]["organization_id"] == **organization)
            .collect();
        assert_eq!(own.len(), 1, "{page}");
        assert_eq!(own[0]["actor"]["kind"], "operator");
        assert!(own[0]["detail"]["chain_count"].as_u64().unwrap() > 0);
        details.push(own[0]["detail"].clone());
        require_intact(world, organization).await;
    }
    details
}

//! A deployment as the user of Redis that `docs/operations.md` gives the hosts, who may do no more than that.

use std::path::Path;
use std::process::Command;

use countersign_agent::{Client, MeasuredFile};
use countersign_host::harness::redis::{RedisServer, is_installed};
use countersign_host::harness::{Backend, ChildHost, Options, Said};
use countersign_host::runtime_config::StoreConfig;
use countersign_tests::{Deployment, PASSWORD, file_of, root};
use serde_json::{Value, json};

use crate::said;

const USER: &str = "user countersign on ";

/// The user's line in the documentation.
fn documented() -> String {
    let text = std::fs::read_to_string(root().join("docs/operations.md")).unwrap();
    let lines: Vec<_> = text.lines().map(str::trim).filter(|line| line.starts_with(USER)).collect();
    let [line] = lines[..] else { panic!("{lines:?}") };
    line.to_owned()
}

fn cli(url: &str, arguments: &[&str]) -> String {
    said(Command::new("redis-cli").args(["--no-auth-warning", "-u", url]).args(arguments))
}

/// A server with the documented user, and with one who sees what was refused.
struct Server {
    _redis: RedisServer,
    /// Its address as the documented user.
    url: String,
    /// Its address as the other one.
    watched: String,
}

impl Server {
    async fn start(folder: &Path) -> Self {
        let users = folder.join("users.acl");
        let documented = documented();
        let text = format!("user default off\n{documented}\nuser operator on >PASSWORD +acl +ping\n");
        std::fs::write(&users, text).unwrap();
        let options = ["--aclfile", users.to_str().unwrap(), "--appendfsync", "always"];
        let redis = RedisServer::start_with(&options).await.unwrap();
        let [url, watched] = ["countersign", "operator"]
            .map(|user| redis.first_database().replace("redis://", &format!("redis://{user}:PASSWORD@")));
        Self { _redis: redis, url, watched }
    }

    /// What Redis refused to anybody since the last time, as it says it.
    fn refused(&self) -> String {
        let found = cli(&self.watched, &["ACL", "LOG"]);
        cli(&self.watched, &["ACL", "LOG", "RESET"]);
        found.trim().to_owned()
    }
}

#[track_caller]
fn succeeded(said: Said) -> String {
    assert!(said.ok, "{said:?}");
    said.out
}

/// The main job with a copy of the file, at the deployment as it is now.
async fn main_job(host: &ChildHost, world: &Deployment, folder: &Path) {
    let bytes = vec![7; 700_000];
    let file = MeasuredFile::measure(&file_of(folder, "report.exe", &bytes)).await.unwrap();
    let asked = world.submit(&world.request_for(&bytes), "on Redis").await.expect(201).text_at("/id");
    let agent = Client::new(&host.url("")).unwrap().with_token(world.computer_token.clone());
    agent.upload(&asked, &file).await.unwrap();
    host.settle().await.unwrap();
    assert!(!host.providers.email.messages().is_empty(), "people hear of it");
    let copy = world.api.get(&format!("/v1/requests/{asked}/attachment")).bearer(&world.clerk_token);
    assert!(copy.send().await.expect(200).body == bytes, "the file, byte for byte");
    let approval = json!({ "outcome": "approved", "scope": "computer" });
    world.decide(&world.clerk_token, &asked, &approval).await.expect(200);
    host.settle().await.unwrap();
    let news = agent.check_in(None, None, &Default::default()).await.unwrap();
    assert!(news.grants.added.iter().any(|grant| grant["request_id"] == asked.as_str()), "{news:?}");
    let sign_in = json!({ "email": "clerk@company.example", "password": PASSWORD });
    world.api.post("/v1/session").json(&sign_in).send().await.expect(201);
    let audit = format!("/v1/audit/system/verify?organization_id={}&limit=200", world.company);
    let chain = world.api.get(&audit).bearer(&world.boss).send().await.expect(200).json();
    assert_eq!(chain["intact"], true, "{chain}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_moves_to_redis_and_works_there_as_the_documented_user() {
    if !is_installed().unwrap() {
        return;
    }
    let mut host = ChildHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    host.kill().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("export");
    let file = file.to_str().unwrap();
    succeeded(host.command(&["export", file]).await.unwrap());

    let server = Server::start(folder.path()).await;
    cli(&server.url, &["FLUSHALL"]);
    assert!(server.refused().contains("flushall"), "what is refused is seen");
    host.move_to(StoreConfig::Redis(server.url.clone().into()));
    succeeded(host.command(&["import", file, "--nothing-lost"]).await.unwrap());

    host.revive(None).await.unwrap();
    main_job(&host, &world, folder.path()).await;
    host.restart(None).await.unwrap();
    world.api.get("/v1/session").bearer(&world.boss).send().await.expect(200);
    host.settle().await.unwrap();
    let examined = host.command(&["doctor", "--json"]).await.unwrap();
    let examined: Value = serde_json::from_str(&examined.out).unwrap();
    let user = examined["findings"].as_array().unwrap().iter().find(|found| found["check"] == "redis user");
    assert_eq!(user.unwrap()["state"], "ok", "{examined:#}");
    assert!(succeeded(host.command(&["verify"]).await.unwrap()).contains("No fault in"));
    assert_eq!(server.refused(), "", "the user may do whatever a deployment does");
}

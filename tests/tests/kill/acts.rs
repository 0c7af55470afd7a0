//! Every other act with several writes: the call is cut short before each of them, or the processing of what it caused is, and the caller
//! repeats the call. All kinds of stores are covered by the components' own tests; this is the real program on a real store.

use std::sync::Arc;

use countersign_host::harness::{Backend, ChildHost, Options};
use countersign_tests::{Answer, Call, Deployment, Stage as _, sha256};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use reqwest::Method;
use serde_json::{Value, json};

/// More writes than any call makes, and as many as are tried of processing, which goes on for as long as something is due.
const WRITES_MAX: u64 = 14;

/// A call that is made as often as it takes; `None` when no answer came.
type Calls = Box<dyn Fn() -> BoxFuture<'static, Option<Answer>> + Send + Sync>;

/// An act, ready to be made.
struct Act {
    call: Calls,
    /// What is on record, in which audit, about what; empty: about what the answer names.
    recorded: (&'static str, &'static str, String),
    /// How many times: once, unless it happened before.
    times: u64,
    /// What is true afterwards: what the first administrator reads where.
    then: Vec<(String, &'static str, Value)>,
    /// How many emails whoever asked gets.
    told: (String, usize),
}

impl Act {
    fn new(recorded: (&'static str, &'static str, &str), call: Calls) -> Self {
        let (audit, act, about) = recorded;
        Self {
            call,
            recorded: (audit, act, about.to_owned()),
            times: 1,
            then: Vec::new(),
            told: (String::new(), 0),
        }
    }

    fn then(mut self, path: String, pointer: &'static str, value: impl Into<Value>) -> Self {
        self.then.push((path, pointer, value.into()));
        self
    }

    fn telling(self, file: &str, times: usize) -> Self {
        Self { told: (who_asks_for(file), times), ..self }
    }

    /// Checks that it happened, and happened once; `id` is in the answer.
    async fn done(&self, world: &Deployment, host: &ChildHost, id: Option<String>, what: &str) {
        let (audit, act, about) = &self.recorded;
        let about = if about.is_empty() { id.as_ref().unwrap() } else { about };
        let times = world.audit(audit, about).await.iter().filter(|found| found == act).count();
        assert_eq!(times as u64, self.times, "{what}: `{act}` is on record as often as it happened");
        for (path, pointer, value) in &self.then {
            let found = world.api.get(path).bearer(&world.boss).send().await.expect(200).json();
            assert_eq!(found.pointer(pointer), Some(value), "{what}: {path}{pointer} in {found}");
        }
        let (who, times) = &self.told;
        let told = host.providers.email.messages().iter().filter(|message| message.to == *who).count();
        assert_eq!(told, *times, "{what}: {who} is told as often as something happened");
    }
}

/// A call that has the name of the file as its name for the attempt.
fn call(world: &Deployment, file: &str, method: Method, path: &str, who: &str, body: Value) -> Calls {
    let (api, key, path, who) = (world.api.clone(), file.to_owned(), path.to_owned(), who.to_owned());
    Box::new(move || {
        let call = api.call(method.clone(), &path).bearer(&who).header("idempotency-key", &key);
        let call = if body.is_null() { call } else { call.json(&body) };
        call.try_send().boxed()
    })
}

/// Whoever asks for a file asks for no other, so that no limit turns messages into a digest.
fn who_asks_for(file: &str) -> String {
    let name = file.trim_start_matches("other ").replace([' ', '_'], "-");
    format!("{name}@company.example")
}

fn request_for(world: &Deployment, file: &str) -> Value {
    let mut body = world.request_for(file.as_bytes());
    body["requester"]["email"] = json!(who_asks_for(file));
    body
}

/// The computer's call for a request.
fn submit(world: &Deployment, file: &str, body: Value) -> Calls {
    call(world, file, Method::POST, "/agent/v1/requests", &world.computer_token, body)
}

/// A fresh pending request of the computer, or of another one.
async fn asked(world: &Deployment, host: &ChildHost, file: &str, token: Option<&str>) -> String {
    let token = token.unwrap_or(&world.computer_token);
    let body = request_for(world, file);
    let id = world
        .api
        .post("/agent/v1/requests")
        .bearer(token)
        .json(&body)
        .send()
        .await
        .expect(201)
        .text_at("/id");
    host.settled().await;
    id
}

async fn approved(world: &Deployment, host: &ChildHost, id: &str, scope: &str) {
    world.decide(&world.boss, id, &json!({ "outcome": "approved", "scope": scope })).await.expect(200);
    host.settled().await;
    host.providers.email.clear();
}

async fn withdrawn(world: &Deployment, host: &ChildHost, file: &str) -> Act {
    let id = asked(world, host, file, None).await;
    let path = format!("/agent/v1/requests/{id}/cancellation");
    let user = json!({ "username": "COMPANY\\ann" });
    Act::new(
        ("unified", "request.cancelled", &id),
        call(world, file, Method::POST, &path, &world.computer_token, user),
    )
    .then(format!("/v1/requests/{id}"), "/status", "cancelled")
}

async fn joined(world: &Deployment, host: &ChildHost, file: &str) -> Act {
    let id = asked(world, host, file, None).await;
    let mut body = request_for(world, file);
    body["requester"] = json!({ "username": "COMPANY\\bob" });
    Act::new(("unified", "request.joined", &id), submit(world, file, body))
        .then(format!("/v1/requests/{id}"), "/requesters/1/username", "COMPANY\\bob")
        .then(format!("/v1/requests/{id}"), "/requesters/1/count", 1)
}

/// The approval of one computer's request for its group settled the one of another computer along.
async fn revoked(world: &Deployment, host: &ChildHost, file: &str) -> Act {
    let (_, token) = world.another_computer(&format!("beside {file}").replace(' ', "-")).await;
    let id = asked(world, host, file, None).await;
    let along = asked(world, host, file, Some(&token)).await;
    approved(world, host, &id, "group").await;
    let path = format!("/v1/requests/{id}/revocation");
    Act::new(
        ("system", "request.revoked", &id),
        call(world, file, Method::POST, &path, &world.boss, json!({})),
    )
    .then(format!("/v1/requests/{id}"), "/status", "revoked")
    .then(format!("/v1/requests/{along}"), "/status", "revoked")
    .telling(file, 2)
}

async fn decided_together(world: &Deployment, host: &ChildHost, file: &str) -> Act {
    let one = asked(world, host, file, None).await;
    let other = asked(world, host, &format!("other {file}"), None).await;
    let each = |id: &str| json!({ "request_id": id, "outcome": "denied", "message": "No." });
    let body = json!({ "decisions": [each(&one), each(&other)] });
    let decide = call(world, file, Method::POST, "/v1/requests/decisions", &world.boss, body);
    Act::new(("system", "request.decided", &one), decide)
        .then(format!("/v1/requests/{one}"), "/status", "denied")
        .then(format!("/v1/requests/{other}"), "/status", "denied")
        .telling(file, 2)
}

async fn flagged(world: &Deployment, host: &ChildHost, file: &str) -> Act {
    let (_, token) = world.another_computer(&format!("near {file}").replace(' ', "-")).await;
    let id = asked(world, host, file, None).await;
    let other = asked(world, host, file, Some(&token)).await;
    let path = format!("/v1/requests/{id}/flag");
    Act::new(
        ("unified", "request.file-flag-set", &id),
        call(world, file, Method::PUT, &path, &world.boss, json!({ "note": "A trojan." })),
    )
    .then(format!("/v1/requests/{id}"), "/status", "denied")
    .then(format!("/v1/requests/{other}"), "/status", "denied")
    .telling(file, 2)
}

async fn computer_removed(world: &Deployment, host: &ChildHost, file: &str) -> Act {
    let (computer, token) = world.another_computer(&format!("old {file}").replace(' ', "-")).await;
    let id = asked(world, host, file, Some(&token)).await;
    let path = format!("/v1/organizations/{}/computers/{computer}", world.company);
    Act::new(
        ("system", "computer.deleted", &computer),
        call(world, file, Method::DELETE, &path, &world.boss, Value::Null),
    )
    .then(format!("/v1/requests/{id}"), "/status", "cancelled")
    .telling(file, 1)
}

async fn group_removed(world: &Deployment, _: &ChildHost, file: &str) -> Act {
    let groups = format!("/v1/organizations/{}/groups", world.company);
    let made = world.api.post(&groups).bearer(&world.boss).json(&json!({ "name": file })).send().await;
    let id = made.expect(201).text_at("/id");
    let path = format!("{groups}/{id}");
    Act::new(
        ("system", "group.deleted", &id),
        call(world, file, Method::DELETE, &path, &world.boss, Value::Null),
    )
}

async fn organization_removed(world: &Deployment, host: &ChildHost, file: &str) -> Act {
    let body = json!({ "name": file, "parent_id": world.company });
    let made = world.api.post("/v1/organizations").bearer(&world.boss).json(&body).send().await;
    let id = made.expect(201).text_at("/id");
    host.settled().await;
    let path = format!("/v1/organizations/{id}");
    Act::new(
        ("system", "organization.deleted", &id),
        call(world, file, Method::DELETE, &path, &world.boss, Value::Null),
    )
}

async fn deployed(world: &Deployment, _: &ChildHost, file: &str) -> Act {
    let organization = format!("/v1/organizations/{}", world.company);
    let deployments = format!("{organization}/deployments");
    let read = world.api.get(&deployments).bearer(&world.boss).send().await.expect(200).json();
    let version = read["items"][0]["policy_version"].as_u64().unwrap();
    world
        .patch(&format!("{organization}/policies/{}", world.policy), &json!({ "name": file }))
        .await
        .expect(200);
    let path = format!("{organization}/deploy");
    let deploy = call(world, file, Method::POST, &path, &world.boss, json!({}));
    let act = Act::new(("system", "policies.deployed", &world.company), deploy);
    Act { times: version + 1, ..act }.then(deployments, "/items/0/policy_version", version + 1)
}

fn make_rule(world: &Deployment, file: &str) -> Calls {
    let rule = json!({ "name": file, "effect": "approve", "scope": "computer",
        "criteria": { "kinds": ["application"], "sha256": sha256(file.as_bytes()) } });
    let body = json!({ "organization_id": world.company, "rule": rule });
    call(world, file, Method::POST, "/v1/rules", &world.boss, body)
}

async fn rule_made(world: &Deployment, _: &ChildHost, file: &str) -> Act {
    Act::new(("system", "rule.changed", ""), make_rule(world, file))
}

/// The submission is the act; the rule decides when it is processed.
async fn decided_by_a_rule(world: &Deployment, _: &ChildHost, file: &str) -> Act {
    make_rule(world, file)().await.unwrap().expect(201);
    let asks = submit(world, file, request_for(world, file));
    Act::new(("system", "request.decided", ""), asks).telling(file, 1)
}

/// The first part has arrived; the caller asks where to go on, and sends the rest.
async fn uploaded(world: &Deployment, host: &ChildHost, file: &str) -> Act {
    let bytes: Vec<u8> = file.bytes().cycle().take(700_000).collect();
    let mut body = world.request_for(&bytes);
    body["subject"]["path"] = json!("C:\\Tools\\large.exe");
    let id = world.submit(&body, file).await.expect(201).text_at("/id");
    host.settled().await;
    host.providers.email.clear();
    let upload = Upload { world: world.clone(), path: format!("/agent/v1/requests/{id}/attachment"), bytes };
    upload.part(0, 300_000).send().await.expect(204);
    let upload = Arc::new(upload);
    let go_on: Calls = Box::new(move || {
        let upload = upload.clone();
        async move { upload.goes_on().await }.boxed()
    });
    Act::new(("unified", "request.attached", &id), go_on).then(
        format!("/v1/requests/{id}"),
        "/attachment/state",
        "verified",
    )
}

struct Upload {
    world: Deployment,
    path: String,
    bytes: Vec<u8>,
}

impl Upload {
    fn part(&self, from: usize, to: usize) -> Call {
        let complete = if to == self.bytes.len() { "?1" } else { "?0" };
        let call = self.world.api.call(Method::PATCH, &self.path).bearer(&self.world.computer_token);
        let call = call.header("upload-offset", &from.to_string()).header("upload-complete", complete);
        call.body("application/partial-upload", self.bytes[from..to].to_vec())
    }

    async fn goes_on(&self) -> Option<Answer> {
        let known = self.world.api.get(&self.path).bearer(&self.world.computer_token).try_send().await?;
        if known.header("upload-complete") == "?1" {
            return Some(known);
        }
        self.part(known.header("upload-offset").parse().unwrap(), self.bytes.len()).try_send().await
    }
}

/// Makes an act while a component dies before its `nth` write, and again once it is back. Whether it died.
async fn dies(
    host: &mut ChildHost,
    world: &Deployment,
    component: &str,
    nth: u64,
    act: &Act,
    what: &str,
) -> bool {
    host.providers.email.clear();
    host.restart(Some((component, nth))).await.unwrap();
    let first = (act.call)().await;
    if first.is_some() {
        // What the act caused is processed after the answer, and dies then.
        let settled = host.settle().await;
        assert!(settled.is_ok() || host.ended().await.is_ok(), "{what}: {settled:?}");
    } else {
        host.ended().await.unwrap();
    }
    let died = host.has_ended().unwrap();
    host.restart(None).await.unwrap();
    let again = (act.call)().await.unwrap();
    assert!([200, 201, 204, 404].contains(&again.status), "{what}: {}", again.text());
    host.settled().await;
    let id = serde_json::from_slice::<Value>(&again.body)
        .ok()
        .and_then(|body| Some(body["id"].as_str()?.to_owned()));
    act.done(world, host, id, what).await;
    died
}

/// Kills the host before each write of a component in turn, with an act of its own each time.
async fn survives<P>(what: &str, component: &str, writes_min: u64, prepare: P)
where
    P: AsyncFn(&Deployment, &ChildHost, &str) -> Act,
{
    let backend = *Backend::available().unwrap().last().unwrap();
    let mut host = ChildHost::start(backend, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    for nth in 1..=WRITES_MAX {
        let act = prepare(&world, &host, &format!("{what} {nth}")).await;
        let what = format!("{what}, write {nth} of {component}");
        if !dies(&mut host, &world, component, nth, &act, &what).await {
            assert!(nth > writes_min, "{what}: it makes at least {writes_min} writes");
            return;
        }
    }
    assert_eq!(component, "process-events", "{what}: it makes more than {WRITES_MAX} writes");
}

macro_rules! stories {
    ($($name:ident: $prepare:ident, $component:literal, $writes_min:literal;)*) => { $(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            survives(stringify!($name), $component, $writes_min, $prepare).await;
        }
    )* };
}

stories! {
    a_withdrawal: withdrawn, "submit-request", 2;
    another_requester: joined, "submit-request", 2;
    a_revocation: revoked, "approve-request", 2;
    a_revocation_of_what_was_settled_along: revoked, "process-events", 3;
    decisions_made_together: decided_together, "approve-request", 4;
    a_deployment: deployed, "manage-policies", 2;
    a_flag: flagged, "triage-request", 2;
    what_a_flag_stops: flagged, "process-events", 3;
    a_computer_that_goes: computer_removed, "manage-computers", 2;
    what_ends_with_a_computer: computer_removed, "process-events", 3;
    a_group_that_goes: group_removed, "manage-organizations", 2;
    an_organization_that_goes: organization_removed, "manage-organizations", 2;
    a_rule: rule_made, "manage-rules", 2;
    a_decision_by_a_rule: decided_by_a_rule, "process-events", 3;
    an_upload_that_goes_on: uploaded, "submit-request", 3;
}

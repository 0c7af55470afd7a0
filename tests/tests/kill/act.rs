//! An act of which the call is cut short before each write, or the processing of what it caused is, and the caller repeats the call.
//! All kinds of stores are covered by the components' own tests; this is the real program on a real store.

use countersign_host::harness::{Backend, ChildHost, Options};
use countersign_tests::{Answer, Deployment, Stage as _};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use reqwest::Method;
use serde_json::{Value, json};

/// More writes than any call makes, and as many as are tried of processing, which goes on for as long as something is due.
const WRITES_MAX: u64 = 14;

/// A call that is made as often as it takes; `None` when no answer came.
pub type Calls = Box<dyn Fn() -> BoxFuture<'static, Option<Answer>> + Send + Sync>;

/// An act, ready to be made.
pub struct Act {
    call: Calls,
    /// What is on record, in which audit, about what; empty: about what the answer names.
    recorded: Vec<(&'static str, &'static str, String)>,
    /// How many times: once, unless it happened before.
    times: u64,
    /// What is true afterwards: what the first administrator reads where.
    then: Vec<(String, &'static str, Value)>,
    /// What is refused afterwards, and how.
    refused: Vec<(Calls, u16)>,
    /// How many emails whoever asked gets.
    told: (String, usize),
}

impl Act {
    pub fn new(recorded: (&'static str, &'static str, &str), call: Calls) -> Self {
        let act = Self {
            call,
            recorded: Vec::new(),
            times: 1,
            then: Vec::new(),
            refused: Vec::new(),
            told: (String::new(), 0),
        };
        act.recording(recorded)
    }

    /// For one that happened before, too.
    pub fn happening(self, times: u64) -> Self {
        Self { times, ..self }
    }

    /// What else is on record, as often.
    pub fn recording(mut self, (audit, act, about): (&'static str, &'static str, &str)) -> Self {
        self.recorded.push((audit, act, about.to_owned()));
        self
    }

    pub fn refusing(mut self, call: Calls, status: u16) -> Self {
        self.refused.push((call, status));
        self
    }

    pub fn then(mut self, path: String, pointer: &'static str, value: impl Into<Value>) -> Self {
        self.then.push((path, pointer, value.into()));
        self
    }

    pub fn telling(self, file: &str, times: usize) -> Self {
        Self { told: (who_asks_for(file), times), ..self }
    }

    /// Checks that it happened, and happened once; `id` is in the answer.
    async fn done(&self, world: &Deployment, host: &ChildHost, id: Option<String>, what: &str) {
        for (audit, act, about) in &self.recorded {
            let about = if about.is_empty() { id.as_ref().unwrap() } else { about };
            let times = world.audit(audit, about).await.iter().filter(|found| found == act).count();
            assert_eq!(times as u64, self.times, "{what}: `{act}` is on record as often as it happened");
        }
        for (path, pointer, value) in &self.then {
            let found = world.api.get(path).bearer(&world.boss).send().await.expect(200).json();
            assert_eq!(found.pointer(pointer), Some(value), "{what}: {path}{pointer} in {found}");
        }
        for (call, status) in &self.refused {
            let answer = call().await.unwrap();
            assert_eq!(answer.status, *status, "{what}: {}", answer.text());
        }
        let (who, times) = &self.told;
        let told = host.providers.email.messages().iter().filter(|message| message.to == *who).count();
        assert_eq!(told, *times, "{what}: {who} is told as often as something happened");
    }
}

/// A call that has the name of the file as its name for the attempt.
pub fn call(world: &Deployment, file: &str, method: Method, path: &str, who: &str, body: Value) -> Calls {
    let (api, key, path, who) = (world.api.clone(), file.to_owned(), path.to_owned(), who.to_owned());
    Box::new(move || {
        let call = api.call(method.clone(), &path).bearer(&who).header("idempotency-key", &key);
        let call = if body.is_null() { call } else { call.json(&body) };
        call.try_send().boxed()
    })
}

/// Whoever asks for a file asks for no other, so that no limit turns messages into a digest.
pub fn who_asks_for(file: &str) -> String {
    let name = file.trim_start_matches("other ").replace([' ', '_'], "-");
    format!("{name}@company.example")
}

pub fn request_for(world: &Deployment, file: &str) -> Value {
    let mut body = world.request_for(file.as_bytes());
    body["requester"]["email"] = json!(who_asks_for(file));
    body
}

/// The computer's call for a request.
pub fn submit(world: &Deployment, file: &str, body: Value) -> Calls {
    call(world, file, Method::POST, "/agent/v1/requests", &world.computer_token, body)
}

/// A fresh pending request of the computer, or of another one.
pub async fn asked(world: &Deployment, host: &ChildHost, file: &str, token: Option<&str>) -> String {
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

pub async fn approved(world: &Deployment, host: &ChildHost, id: &str, scope: &str) {
    world.decide(&world.boss, id, &json!({ "outcome": "approved", "scope": scope })).await.expect(200);
    host.settled().await;
    host.providers.email.clear();
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

/// Kills the host before each write of a component in turn, with an act of its own each time. The acts take turns on the backends
/// with their quirks, by their place among the others.
pub async fn survives<P>((what, place): (&str, usize), component: &str, writes_min: u64, prepare: P)
where
    P: AsyncFn(&Deployment, &ChildHost, &str) -> Act,
{
    let stages = Backend::with_every_quirk().unwrap();
    let (backend, quirks) = stages[place % stages.len()];
    println!("{what} on {backend:?}, {quirks}");
    let mut host = ChildHost::start(backend, Options { quirks, ..Options::default() }).await.unwrap();
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

/// A test for each act and component.
macro_rules! stories {
    ($($name:ident: $prepare:ident, $component:literal, $writes_min:literal;)*) => {
        const NAMES: &[&str] = &[$( stringify!($name), )*];

        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                let name = stringify!($name);
                let place = NAMES.iter().position(|each| *each == name).unwrap();
                $crate::act::survives((name, place), $component, $writes_min, $prepare).await;
            }
        )*
    };
}

pub(crate) use stories;

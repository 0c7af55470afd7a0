//! The log as JSON: a line for each request, and nothing that is secret.

use std::path::Path;

use countersign_host::harness::providers::{Behaviour, EMAIL_KEY};
use countersign_host::harness::{
    Backend, ChildHost, METRICS_TOKEN, Options, SCHEDULER_TOKEN, SECRET_KEY, SETUP_TOKEN,
};
use countersign_tests::{Deployment, PASSWORD, link_token};
use serde_json::{Value, json};

/// The lines of a log.
fn lines(log: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(log).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// The line of the request with this id, of which there is exactly one, without what differs each time.
fn line(lines: &[Value], id: &str) -> Value {
    let own = lines.iter().filter(|line| line["message"] == "answered" && line["request_id"] == id);
    let own: Vec<_> = own.collect();
    assert_eq!(own.len(), 1, "{id}: {own:?}");
    let mut line = own[0].clone();
    let fields = line.as_object_mut().unwrap();
    let took = fields.remove("milliseconds").unwrap().as_f64().unwrap();
    assert!((0.0..60_000.0).contains(&took), "{took}");
    let at = fields.remove("timestamp").unwrap();
    assert!(at.as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "{at}");
    line
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_has_a_line_for_each_request_and_nothing_that_is_secret() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let options = Options { log: Some(log.clone()), ..Options::default() };
    let mut host = ChildHost::start(Backend::Sqlite, options).await.unwrap();
    let world = Deployment::on(&host).await;
    let invited = json!({ "email": "new@company.example", "name": "New", "organization_id": world.company });
    world.api.post("/v1/administrators").bearer(&world.boss).json(&invited).send().await.expect(201);
    host.settle().await.unwrap();
    let invitation = link_token(&host.providers, "new@company.example", "/invitation#");

    let listed = world.api.get("/v1/requests?q=secret-query&limit=5").bearer(&world.boss);
    let listed = listed.header("x-request-id", "listed").send().await.expect(200);
    let wrong = json!({ "email": "boss@company.example", "password": "a wrong password" });
    let refused = world.api.post("/v1/session").json(&wrong).header("x-request-id", "refused").send().await;
    assert_eq!(refused.problem(401), "wrong-credentials");
    // What components say when a provider fails is in the log, too.
    host.providers.email.behave(Behaviour::Refuse);
    let mut wanted = world.request_for(b"logged");
    wanted["reason"] = json!("a reason of one's own");
    world.submit(&wanted, "a-key-of-one's-own").await.expect(201);
    host.settle().await.unwrap();
    let long = format!("/v1/requests/{}", "x".repeat(300));
    let long_one =
        world.api.get(&long).bearer(&world.boss).header("x-request-id", "long").send().await.expect(404);
    let none = world.api.get("/.well-known/spin/none?q=secret-query").header("x-request-id", "none");
    let none = none.send().await.expect(404);
    assert!(host.stop().await.unwrap().success());

    let lines = lines(&log);
    let expected = |id: &str,
                    component: &str,
                    route: &str,
                    method: &str,
                    path: &str,
                    answer: &countersign_tests::Answer| {
        json!({ "level": "INFO", "message": "answered", "request_id": id, "component": component, "route": route,
            "method": method, "path": path, "status": answer.status, "bytes": answer.body.len() })
    };
    let list = expected("listed", "list-requests", "/v1/requests", "GET", "/v1/requests", &listed);
    assert_eq!(line(&lines, "listed"), list);
    let session = expected("refused", "sign-in", "/v1/session/...", "POST", "/v1/session", &refused);
    assert_eq!(line(&lines, "refused"), session);
    let cut = line(&lines, "long");
    assert_eq!((&cut["path"], &cut["status"]), (&json!(long[..256]), &json!(long_one.status)));
    let none = expected("none", "", "", "GET", "/.well-known/spin/none", &none);
    assert_eq!(line(&lines, "none"), none);

    let text = std::fs::read_to_string(&log).unwrap();
    assert!(lines.iter().any(|line| line["message"] != "answered"), "components say something: {text}");
    let tokens = [&world.boss, &world.clerk_token, &world.computer_token, &world.enrollment_key, &invitation];
    let secrets =
        [SETUP_TOKEN, SCHEDULER_TOKEN, METRICS_TOKEN, SECRET_KEY, EMAIL_KEY, PASSWORD, "a wrong password"];
    let bodies = ["secret-query", "a reason of one's own", "company.example", "Company A", "pc-1"];
    for never in tokens.into_iter().map(String::as_str).chain(secrets).chain(bodies) {
        assert!(!text.contains(never), "`{never}` is in the log: {text}");
    }
}

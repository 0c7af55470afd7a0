//! What organizations see of one another, and how deep they go.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::{Deployment, PASSWORD};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_shows_no_id_and_serves_nobody_else() {
    for backend in Backend::available().unwrap() {
        let host = TestHost::start(backend, Options::default()).await.unwrap();
        let world = Deployment::on(&host).await;
        for number in 0..3 {
            let body = world.request_for(format!("file {number}").as_bytes());
            world.submit(&body, &format!("key {number}")).await.expect(201);
        }
        host.settle().await.unwrap();
        let list = "/v1/requests?limit=1";
        let page = world.api.get(list).bearer(&world.boss).send().await.expect(200);
        let (cursor, first) = (page.text_at("/next_cursor"), page.text_at("/items/0/id"));
        let bare = |id: &str| id.split_once('_').map(|(_, ulid)| ulid.to_owned()).unwrap();
        let shown = String::from_utf8_lossy(&URL_SAFE_NO_PAD.decode(&cursor).unwrap()).into_owned();
        for id in [&first, &world.company, &world.root] {
            assert!(!shown.contains(&bare(id)) && !cursor.contains(&bare(id)), "{id} is in {shown}");
        }
        let next = format!("{list}&cursor={cursor}");
        world.api.get(&next).bearer(&world.boss).send().await.expect(200);
        for (who, path) in [
            (&world.clerk_token, next.clone()),
            (&world.boss, format!("/v1/grants?limit=1&cursor={cursor}")),
            (&world.boss, format!("{next}A")),
        ] {
            let refused = world.api.get(&path).bearer(who).send().await;
            assert_eq!(refused.problem(422), "invalid-query", "{path}");
        }
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_names_nobody_of_an_organization_that_its_reader_may_not_see() {
    for backend in Backend::available().unwrap() {
        let host = TestHost::start(backend, Options::default()).await.unwrap();
        let world = Deployment::on(&host).await;
        let reader =
            world.administrator(&host, "reader@company.example", &world.company, &["view-system-audit"]);
        let (_, reader) = reader.await;
        let path = format!("/v1/audit/system?organization_id={}&limit=200", world.company);
        host.settle().await.unwrap();
        let seen =
            async |who: &str| world.api.get(&path).bearer(who).send().await.expect(200).json().to_string();
        let session = world.api.get("/v1/session").bearer(&world.boss).send().await.expect(200);
        let boss = session.text_at("/administrator/id");
        assert!(seen(&world.boss).await.contains(&boss), "there is something to hide");
        let seen = seen(&reader).await;
        for hidden in [boss.as_str(), "\"Boss\"", world.root.as_str(), "Company A"] {
            assert!(!seen.contains(hidden), "{hidden}: {seen}");
        }
        host.stop().await;
    }
}

/// The most that an organization can have of each.
const NETWORKS: usize = 50;
const TEMPLATES: usize = 20;
const ADDRESSES: usize = 50;
/// More requests than a page has.
const REQUESTS: usize = 55;

/// Brings the company to its limits: a full page of requests with long reasons, and then its settings, so that few messages are sent.
async fn crowd(world: &Deployment) {
    let path = |what: &str| format!("/v1/organizations/{}/{what}", world.company);
    let put = async |what: &str, body: Value| {
        world.api.put(&path(what)).bearer(&world.boss).json(&body).send().await.expect(200)
    };
    for number in 0..REQUESTS {
        let mut body = world.request_for(format!("file {number}").as_bytes());
        body["reason"] = json!("why ".repeat(400));
        world.submit(&body, &format!("key {number}")).await.expect(201);
    }
    let networks: Vec<String> = (0..NETWORKS).map(|number| format!("10.{number}.0.0/16")).collect();
    put("login-settings", json!({ "require_totp": true, "allowed_ranges": networks })).await;
    let template = |number| json!({ "name": format!("Template {number}"), "text": "x".repeat(700) });
    let templates: Vec<Value> = (0..TEMPLATES).map(template).collect();
    put("approval-settings", json!({ "templates": templates })).await;
    let addresses: Vec<String> =
        (0..ADDRESSES).map(|number| format!("desk-{number}@company.example")).collect();
    let notify = json!({ "notify": { "enabled": true, "addresses": addresses } });
    world.patch(&path(&format!("policies/{}", world.policy)), &notify).await.expect(200);
    world.api.post(&path("deploy")).bearer(&world.boss).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_at_its_limits_changes_nothing_of_another_one() {
    for backend in Backend::available().unwrap() {
        let variables = [("computer_limits".to_owned(), "off".to_owned())].into();
        let options = Options { variables, ..Options::default() };
        let host = TestHost::start(backend, options).await.unwrap();
        let world = Deployment::on(&host).await;
        let post = async |path: String, body: Value| {
            world.api.post(&path).bearer(&world.boss).json(&body).send().await.expect(201)
        };
        let other = json!({ "name": "Company C", "parent_id": world.root });
        let other = post("/v1/organizations".to_owned(), other).await.text_at("/id");
        let of_other = format!("/v1/organizations/{other}");
        let group = post(format!("{of_other}/groups"), json!({ "name": "Office" })).await.text_at("/id");
        let key = post(format!("{of_other}/groups/{group}/enrollment-keys"), json!({})).await.text_at("/key");
        let body = json!({ "enrollment_key": key, "hostname": "pc-9", "os": "Debian 12" });
        let computer =
            world.api.post("/agent/v1/enroll").json(&body).send().await.expect(201).text_at("/token");
        let call = world.api.post("/agent/v1/requests").bearer(&computer).json(&world.request_for(b"other"));
        call.send().await.expect(201);
        world.administrator(&host, "boss@other.example", &other, &["super-admin"]).await;
        host.settle().await.unwrap();
        // Who signs in, and reads the page and the audit of what happened at computers.
        let seen = async || {
            let body = json!({ "email": "boss@other.example", "password": PASSWORD });
            let token = world.api.post("/v1/session").json(&body).send().await.expect(201).text_at("/token");
            host.settle().await.unwrap();
            let read = async |path: &str| world.api.get(path).bearer(&token).send().await.expect(200);
            let audit = read("/v1/audit/system?act=session.started").await.json();
            assert!(!audit["items"].as_array().unwrap().is_empty(), "the sign-in is on record: {audit}");
            (read("/v1/requests").await.json(), read("/v1/audit/unified").await.json())
        };
        let before = seen().await;
        assert_eq!(before.0["items"].as_array().unwrap().len(), 1);
        crowd(&world).await;
        host.settle().await.unwrap();
        let page = world.api.get(&format!("/v1/requests?organization_id={}", world.company));
        let page = page.bearer(&world.boss).send().await.expect(200).json();
        assert_eq!(page["items"].as_array().unwrap().len(), 50, "a full page");
        assert!(page["next_cursor"].is_string());
        assert_eq!(seen().await, before);
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn organizations_are_sixteen_levels_deep_at_most() {
    for backend in Backend::available().unwrap() {
        let host = TestHost::start(backend, Options::default()).await.unwrap();
        let world = Deployment::on(&host).await;
        let below = async |parent: &str, level: usize| {
            let body = json!({ "name": format!("Level {level}"), "parent_id": parent });
            world.api.post("/v1/organizations").bearer(&world.boss).json(&body).send().await
        };
        // The root is the first, the company the second.
        let mut last = world.company.clone();
        for level in 3..=16 {
            last = below(&last, level).await.expect(201).text_at("/id");
        }
        let refused = below(&last, 17).await;
        assert_eq!(refused.problem(422), "invalid-body");
        host.settle().await.unwrap();
        let path = format!("/v1/organizations?organization_id={last}");
        let children = world.api.get(&path).bearer(&world.boss).send().await.expect(200).json();
        assert_eq!(children["items"], json!([]), "nothing was made");
        host.stop().await;
    }
}

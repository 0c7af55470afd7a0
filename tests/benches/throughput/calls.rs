//! The calls that are measured, and beside each the key-value calls that it cannot do without: its floor.

use std::sync::Arc;

use anyhow::{Result, ensure};
use countersign_tests::{Deployment, Stage as _, sha256};
use futures::future::try_join_all;
use hyper::Method;
use serde_json::json;

use crate::CONNECTIONS;
use crate::load::{Call, Load};
use crate::server::Server;

/// The size of a page of requests, and of a larger set of pending ones.
const PAGE: usize = 50;
/// Agents that wait at once.
const AGENTS: usize = 1_000;
/// Computers that enroll with one key from one address.
const SITE: usize = 250;

/// One kind of call.
pub struct Kind {
    pub name: &'static str,
    pub ours: Load,
    /// The plan of the floor: see `benches/floor`.
    pub floor: &'static str,
    /// The share of the floor that is wanted.
    pub at_least: f64,
}

/// All kinds of calls, on a deployment with two pages of requests.
pub async fn kinds(server: &Server, world: &Deployment) -> Result<[Kind; 4]> {
    let submit = submit(server, world).await;
    for _ in 0..2 * PAGE {
        submit.once().await?;
    }
    server.settled().await;
    let check_in = check_in(server, world).await;
    Ok([
        // The session and the administrator; the organization.
        Kind { name: "authorize", ours: authorize(server, world), floor: "g2,g1", at_least: 60.0 },
        // The session and the administrator; the organization, the lists' head, the journal's counter, and whether a file was
        // ever flagged; a block; the requests.
        Kind { name: "a page of 50", ours: page(server, world), floor: "g2,g4,g1,g50", at_least: 60.0 },
        // The computer; what its agent must know, and when it was noted last.
        Kind { name: "an unchanged check-in", ours: check_in, floor: "g1,g2", at_least: 60.0 },
        Kind { name: "submit, with processing", ours: submit, floor: SUBMIT, at_least: 40.0 },
    ])
}

/// The computer; the organization, the deployment, the copy of the file, its newest requests; the policy; the slot and earlier attempts; a
/// number; the batch; the slot, which is created, read, swapped and read again with its claim; the request. Then the processing of two
/// events, which is what one turn finds under load: the events with their records and recipients, the lease, the batch of the turn.
const SUBMIT: &str = "g1,g4,g1,g2,i,b6,i0,g1,g1,s,g1,g1,g1,,g20,g20,i,b10";

/// An administrator asks about themselves.
pub fn authorize(server: &Server, world: &Deployment) -> Load {
    let body = json!({ "action": "requests.list", "resource": { "organization_id": world.company } });
    let (token, body) = (world.clerk_token.clone(), body.to_string());
    let call = move |_| Call::new(Method::POST, "/v1/authorize").bearer(&token).json(body.clone());
    Load::new(server.addr(), Arc::new(call), 200)
}

/// An administrator looks at the Approval Center.
fn page(server: &Server, world: &Deployment) -> Load {
    let path = format!("/v1/requests?organization_id={}&status=pending&limit={PAGE}", world.company);
    let token = world.clerk_token.clone();
    let call = move |_| Call::new(Method::GET, &path).bearer(&token);
    Load::new(server.addr(), Arc::new(call), 200)
}

/// An agent asks whether there is anything new, and there is not.
async fn check_in(server: &Server, world: &Deployment) -> Load {
    let first = world.api.get("/agent/v1/check-in").bearer(&world.computer_token).send().await.expect(200);
    let path = format!("/agent/v1/check-in?since={}", first.text_at("/version"));
    let token = world.computer_token.clone();
    let call = move |_| Call::new(Method::GET, &path).bearer(&token);
    Load::new(server.addr(), Arc::new(call), 200)
}

/// As many computers as there are connections ask for files that nobody has requested yet.
async fn submit(server: &Server, world: &Deployment) -> Load {
    let mut tokens = vec![world.computer_token.clone()];
    while tokens.len() < CONNECTIONS {
        let (_, token) = world.another_computer(&format!("pc-{}", tokens.len() + 1)).await;
        tokens.push(token);
    }
    let template = world.request_for(b"a file");
    let call = move |number: usize| {
        let bytes = format!("file {number}");
        let mut body = template.clone();
        if let Some(asked) = body.pointer_mut("/subject/sha256") {
            *asked = sha256(bytes.as_bytes()).into();
        }
        let token = tokens.get(number % tokens.len()).map_or("", String::as_str);
        let call = Call::new(Method::POST, "/agent/v1/requests").bearer(token).json(body.to_string());
        call.header("idempotency-key", &bytes)
    };
    Load::new(server.addr(), Arc::new(call), 201)
}

/// Agents that wait, each of a computer of its own. They are enrolled, and then call once.
pub async fn waiting_agents(server: &Server, world: &Deployment) -> Result<Vec<Load>> {
    let mut tokens = Vec::new();
    for site in 0..AGENTS / SITE {
        let path = format!("/v1/organizations/{}/groups/{}/enrollment-keys", world.company, world.group);
        let key = world.api.post(&path).bearer(&world.boss).json(&json!({})).send().await.expect(201);
        let key = key.text_at("/key");
        for some in (0..SITE).collect::<Vec<_>>().chunks(CONNECTIONS) {
            let enrolled = some.iter().map(|number| {
                let body = json!({ "enrollment_key": key, "hostname": format!("waits-{site}-{number}"), "os": "Linux" });
                let call = world.api.post("/agent/v1/enroll").json(&body);
                let call = call.header("x-forwarded-for", &format!("198.51.100.{site}"));
                async move { anyhow::Ok(call.send().await.expect(201).text_at("/token")) }
            });
            tokens.extend(try_join_all(enrolled).await?);
        }
    }
    server.settled().await;
    ensure!(tokens.len() == AGENTS, "some did not enroll");
    let known = tokens.first().map_or("", String::as_str);
    let first = world.api.get("/agent/v1/check-in").bearer(known).send().await.expect(200);
    let path = format!("/agent/v1/check-in?since={}&wait=25", first.text_at("/version"));
    let waiting = tokens.into_iter().map(|token| {
        let path = path.clone();
        Load::new(server.addr(), Arc::new(move |_| Call::new(Method::GET, &path).bearer(&token)), 200)
    });
    Ok(waiting.collect())
}

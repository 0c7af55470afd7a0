//! The acts with several writes, beside removals.

use std::sync::Arc;

use countersign_host::harness::ChildHost;
use countersign_tests::{Answer, Call, Deployment, Stage as _, sha256};
use futures::FutureExt as _;
use reqwest::Method;
use serde_json::json;

use crate::act::{Act, Calls, approved, asked, call, request_for, stories, submit};

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
    act.happening(version + 1).then(deployments, "/items/0/policy_version", version + 1)
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

stories! {
    a_withdrawal: withdrawn, "submit-request", 2;
    another_requester: joined, "submit-request", 2;
    a_revocation: revoked, "approve-request", 2;
    a_revocation_of_what_was_settled_along: revoked, "process-events", 3;
    decisions_made_together: decided_together, "approve-request", 4;
    a_deployment: deployed, "manage-policies", 2;
    a_flag: flagged, "triage-request", 2;
    what_a_flag_stops: flagged, "process-events", 3;
    a_rule: rule_made, "manage-rules", 2;
    a_decision_by_a_rule: decided_by_a_rule, "process-events", 3;
    an_upload_that_goes_on: uploaded, "submit-request", 3;
}

//! An organization that somebody wants to delete.

use countersign_host::harness::TestHost;
use countersign_host::harness::providers::Behaviour;
use serde_json::{Value, json};

use crate::Deployment;

/// Makes an organization `Branch` below the company, with nothing in it but the emails about a decided request, which the
/// provider does not take: to who asked, and to the clerk. Returns its id.
pub async fn with_an_unsent_message(host: &TestHost, world: &Deployment) -> String {
    let post = async |path: &str, body: Value| {
        world.api.post(path).bearer(&world.boss).json(&body).send().await.expect(201)
    };
    let delete = async |path: &str| {
        world.api.delete(path).bearer(&world.boss).send().await.expect(204);
        host.settle().await.expect("notifications settle");
    };
    let branch = json!({ "name": "Branch", "parent_id": world.company });
    let branch = post("/v1/organizations", branch).await.text_at("/id");
    let organization = format!("/v1/organizations/{branch}");
    let group = post(&format!("{organization}/groups"), json!({ "name": "Desks" })).await.text_at("/id");
    let group = format!("{organization}/groups/{group}");
    let key = post(&format!("{group}/enrollment-keys"), json!({})).await.text_at("/key");
    let enrolled = json!({ "enrollment_key": key, "hostname": "pc-9", "os": "Windows 11" });
    let enrolled = world.api.post("/agent/v1/enroll").json(&enrolled).send().await.expect(201);
    let mut body = world.request_for(b"branch");
    body.as_object_mut().expect("an object").remove("policy_id");
    let call = world.api.post("/agent/v1/requests").bearer(&enrolled.text_at("/token")).json(&body);
    let asked = call.header("idempotency-key", "branch").send().await.expect(201).text_at("/id");
    host.settle().await.expect("notifications settle");
    host.providers.email.behave(Behaviour::Error);
    world.decide(&world.boss, &asked, &json!({ "outcome": "denied" })).await.expect(200);
    host.settle().await.expect("notifications settle");
    delete(&format!("{organization}/computers/{}", enrolled.text_at("/computer_id"))).await;
    delete(&group).await;
    branch
}

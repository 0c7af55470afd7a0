//! Removals: of a computer, and of a group and an organization with all that goes with them.

use countersign_host::harness::ChildHost;
use countersign_tests::{Deployment, Stage as _};
use reqwest::Method;
use serde_json::{Value, json};

use crate::act::{Act, Calls, approved, asked, call, stories};

/// Something made by the first administrator; what the answer says there.
async fn made(world: &Deployment, path: &str, body: Value, pointer: &str) -> String {
    let made = world.api.post(path).bearer(&world.boss).json(&body).send().await;
    made.expect(201).text_at(pointer)
}

/// A group with a key, a policy, and a computer that was enrolled with the key.
struct Furnished {
    organization: String,
    group: String,
    key: String,
    policy: String,
    computer: String,
    token: String,
}

impl Furnished {
    async fn group(world: &Deployment, organization: &str, file: &str) -> Self {
        let organization = format!("/v1/organizations/{organization}");
        let id = made(world, &format!("{organization}/groups"), json!({ "name": file }), "/id").await;
        let group = format!("{organization}/groups/{id}");
        let key = made(world, &format!("{group}/enrollment-keys"), json!({}), "/key").await;
        let policy = json!({ "name": file, "group_id": id });
        let policy = made(world, &format!("{organization}/policies"), policy, "/id").await;
        let policy = format!("{organization}/policies/{policy}");
        let enrolled = enroll(world, &key, &file.replace([' ', '_'], "-"))().await.unwrap().expect(201);
        let (id, token) = (enrolled.text_at("/computer_id"), enrolled.text_at("/token"));
        let computer = format!("{organization}/computers/{id}");
        Self { organization, group, key, policy, computer, token }
    }

    fn group_id(&self) -> &str {
        self.group.rsplit('/').next().unwrap()
    }
}

fn enroll(world: &Deployment, key: &str, hostname: &str) -> Calls {
    let body = json!({ "enrollment_key": key, "hostname": hostname, "os": "Windows 11" });
    call(world, &format!("enrols {hostname}"), Method::POST, "/agent/v1/enroll", "", body)
}

/// What the first administrator reads, or deletes.
fn boss(world: &Deployment, file: &str, method: Method, path: &str) -> Calls {
    call(world, file, method, path, &world.boss, Value::Null)
}

async fn delete(world: &Deployment, host: &ChildHost, path: &str) {
    world.api.delete(path).bearer(&world.boss).send().await.expect(204);
    host.settled().await;
}

/// It waits for one request, and was given another one.
async fn computer_removed(world: &Deployment, host: &ChildHost, file: &str) -> Act {
    let (computer, token) = world.another_computer(&format!("old {file}").replace(' ', "-")).await;
    let granted = asked(world, host, &format!("other {file}"), Some(&token)).await;
    approved(world, host, &granted, "computer").await;
    let id = asked(world, host, file, Some(&token)).await;
    let path = format!("/v1/organizations/{}/computers/{computer}", world.company);
    let check_in = call(world, file, Method::GET, "/agent/v1/check-in", &token, Value::Null);
    Act::new(("system", "computer.deleted", &computer), boss(world, file, Method::DELETE, &path))
        .recording(("unified", "request.ended", &id))
        .recording(("unified", "request.ended", &granted))
        .then(format!("/v1/requests/{id}"), "/status", "cancelled")
        .then(format!("/v1/requests/{granted}"), "/status", "expired")
        .refusing(check_in, 401)
        .telling(file, 2)
}

/// Its computer was moved, because a group with computers stays. What was approved for the group was left.
async fn group_removed(world: &Deployment, host: &ChildHost, file: &str) -> Act {
    let at = Furnished::group(world, &world.company, file).await;
    let (_, token) = world.another_computer(&format!("beside {file}").replace([' ', '_'], "-")).await;
    let id = asked(world, host, file, Some(&at.token)).await;
    approved(world, host, &id, "group").await;
    let pending = asked(world, host, &format!("other {file}"), Some(&token)).await;
    world.patch(&at.computer, &json!({ "group_id": world.group })).await.expect(200);
    host.settled().await;
    Act::new(("system", "group.deleted", at.group_id()), boss(world, file, Method::DELETE, &at.group))
        .recording(("unified", "request.ended", &id))
        .then(format!("/v1/requests/{id}"), "/status", "expired")
        .then(format!("/v1/requests/{pending}"), "/status", "pending")
        .refusing(enroll(world, &at.key, "too-late"), 401)
        .refusing(boss(world, file, Method::GET, &at.policy), 404)
        .telling(file, 1)
}

/// Its computer and its group were removed, because an organization with something in it stays. What was approved for the organization
/// was left.
async fn organization_removed(world: &Deployment, host: &ChildHost, file: &str) -> Act {
    let body = json!({ "name": file, "parent_id": world.company });
    let organization = made(world, "/v1/organizations", body, "/id").await;
    let at = Furnished::group(world, &organization, file).await;
    let id = asked(world, host, file, Some(&at.token)).await;
    approved(world, host, &id, "organization").await;
    for path in [&at.computer, &at.group] {
        delete(world, host, path).await;
    }
    let check_in = call(world, file, Method::GET, "/agent/v1/check-in", &at.token, Value::Null);
    Act::new(
        ("system", "organization.deleted", &organization),
        boss(world, file, Method::DELETE, &at.organization),
    )
    .recording(("unified", "request.ended", &id))
    .refusing(boss(world, file, Method::GET, &at.organization), 404)
    .refusing(enroll(world, &at.key, "too-late"), 401)
    .refusing(check_in, 401)
}

stories! {
    a_computer_that_goes: computer_removed, "manage-computers", 2;
    what_ends_with_a_computer: computer_removed, "process-events", 3;
    a_group_that_goes: group_removed, "manage-organizations", 2;
    what_ends_with_a_group: group_removed, "process-events", 3;
    an_organization_that_goes: organization_removed, "manage-organizations", 2;
    what_ends_with_an_organization: organization_removed, "process-events", 3;
}

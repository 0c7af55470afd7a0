//! Who holds no right is refused: every operation of administrators with real ids and a valid body, tried by somebody who holds
//! nothing, by another organization's administrator who holds everything there, and with an API token that gives nothing. A handler that
//! forgot its decision fails here. After each call every byte of the store is the same.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::collections::BTreeSet;

use countersign_tests::company::{integration, rule};
use countersign_tests::{Answer, Company, PASSWORD, Unchanged, on_every_backend, openapi};
use reqwest::Method;
use serde_json::{Value, json};

/// What anybody who is signed in may do: it is about themselves, or everybody's to read.
const SELF_SERVICE: [&str; 26] = [
    "GET /v1/session",
    "GET /v1/session/logo",
    "DELETE /v1/session",
    "PUT /v1/session/name",
    "PUT /v1/session/password",
    "GET /v1/sessions",
    "DELETE /v1/sessions",
    "DELETE /v1/sessions/{session_id}",
    "GET /v1/totp",
    "POST /v1/totp",
    "POST /v1/totp/confirmation",
    "POST /v1/totp/recovery-codes",
    "POST /v1/totp/removal",
    "GET /v1/session/notifications",
    "PUT /v1/session/notifications",
    "GET /v1/session/push-subscriptions",
    "POST /v1/session/push-subscriptions",
    "DELETE /v1/session/push-subscriptions/{subscription_id}",
    "POST /v1/session/push-subscriptions/test",
    "GET /v1/api-tokens",
    "POST /v1/api-tokens",
    "DELETE /v1/api-tokens/{api_token_id}",
    "GET /v1/device-logins/{user_code}",
    "POST /v1/device-logins/{user_code}/decision",
    "GET /v1/permissions",
    "POST /v1/authorize",
];

/// Method, path, and what is asked there: a query for a path without an organization in it.
const TABLE: &[(&str, &str, &str)] = &[
    ("GET", "/v1/requests", "?organization_id={organization_id}"),
    ("GET", "/v1/requests/{request_id}", ""),
    ("GET", "/v1/requests/{request_id}/attachment", ""),
    ("POST", "/v1/requests/{request_id}/decision", ""),
    ("POST", "/v1/requests/{request_id}/revocation", ""),
    ("PUT", "/v1/requests/{request_id}/assignee", ""),
    ("DELETE", "/v1/requests/{request_id}/assignee", ""),
    ("GET", "/v1/requests/{request_id}/notes", ""),
    ("POST", "/v1/requests/{request_id}/notes", ""),
    ("DELETE", "/v1/requests/{request_id}/notes/{note_id}", ""),
    ("GET", "/v1/requests/{request_id}/deciders", ""),
    ("POST", "/v1/requests/{request_id}/ask", ""),
    ("GET", "/v1/requests/{request_id}/timeline", ""),
    ("GET", "/v1/requests/{request_id}/earlier", ""),
    ("GET", "/v1/requests/{request_id}/flag", ""),
    ("PUT", "/v1/requests/{request_id}/flag", ""),
    ("DELETE", "/v1/requests/{request_id}/flag", ""),
    ("GET", "/v1/flags", "?organization_id={organization_id}"),
    ("POST", "/v1/requests/decisions/matching", ""),
    ("GET", "/v1/requests/counts", "?organization_id={organization_id}"),
    ("GET", "/v1/requests/export", "?organization_id={organization_id}"),
    ("GET", "/v1/reports/requests", "?organization_id={organization_id}"),
    ("GET", "/v1/reports/computers", "?organization_id={organization_id}"),
    ("GET", "/v1/rules", "?organization_id={organization_id}"),
    ("POST", "/v1/rules", ""),
    ("GET", "/v1/rules/{rule_id}", ""),
    ("PUT", "/v1/rules/{rule_id}", ""),
    ("DELETE", "/v1/rules/{rule_id}", ""),
    ("POST", "/v1/rules/dry-run", ""),
    ("POST", "/v1/organizations/{organization_id}/integrations", ""),
    ("GET", "/v1/organizations/{organization_id}/integrations", ""),
    ("PUT", "/v1/organizations/{organization_id}/integrations/{integration_id}", ""),
    ("DELETE", "/v1/organizations/{organization_id}/integrations/{integration_id}", ""),
    ("POST", "/v1/organizations/{organization_id}/integrations/{integration_id}/test", ""),
    ("GET", "/v1/grants", "?organization_id={organization_id}"),
    ("PATCH", "/v1/grants/{grant_id}", ""),
    ("POST", "/v1/grants/{grant_id}/revocation", ""),
    ("GET", "/v1/administrators", "?organization_id={organization_id}"),
    ("POST", "/v1/administrators", ""),
    ("GET", "/v1/administrators/{administrator_id}", ""),
    ("GET", "/v1/administrators/{administrator_id}/effective-permissions", ""),
    ("PATCH", "/v1/administrators/{administrator_id}", ""),
    ("DELETE", "/v1/administrators/{administrator_id}", ""),
    ("PUT", "/v1/administrators/{administrator_id}/permissions", ""),
    ("PUT", "/v1/administrators/{administrator_id}/roles", ""),
    ("POST", "/v1/administrators/{administrator_id}/effects", ""),
    ("POST", "/v1/administrators/{administrator_id}/invitation", ""),
    ("DELETE", "/v1/administrators/{administrator_id}/invitation", ""),
    ("POST", "/v1/administrators/{administrator_id}/password-reset", ""),
    ("DELETE", "/v1/administrators/{administrator_id}/totp", ""),
    ("POST", "/v1/administrators/{administrator_id}/disabled", ""),
    ("GET", "/v1/roles", "?organization_id={organization_id}"),
    ("POST", "/v1/roles", ""),
    ("GET", "/v1/roles/{role_id}", ""),
    ("PUT", "/v1/roles/{role_id}", ""),
    ("DELETE", "/v1/roles/{role_id}", ""),
    ("GET", "/v1/roles/{role_id}/holders", ""),
    ("GET", "/v1/organizations", "?organization_id={organization_id}"),
    ("POST", "/v1/organizations", ""),
    ("GET", "/v1/organizations/{organization_id}", ""),
    ("PATCH", "/v1/organizations/{organization_id}", ""),
    ("DELETE", "/v1/organizations/{organization_id}", "?unsent=discard"),
    ("GET", "/v1/organizations/{organization_id}/approval-settings", ""),
    ("PUT", "/v1/organizations/{organization_id}/approval-settings", ""),
    ("GET", "/v1/organizations/{organization_id}/escalation", ""),
    ("GET", "/v1/organizations/{organization_id}/branding", ""),
    ("PUT", "/v1/organizations/{organization_id}/branding", ""),
    ("GET", "/v1/organizations/{organization_id}/logo", ""),
    ("PUT", "/v1/organizations/{organization_id}/logo", ""),
    ("DELETE", "/v1/organizations/{organization_id}/logo", ""),
    ("GET", "/v1/organizations/{organization_id}/login-settings", ""),
    ("PUT", "/v1/organizations/{organization_id}/login-settings", ""),
    ("GET", "/v1/organizations/{organization_id}/groups", ""),
    ("POST", "/v1/organizations/{organization_id}/groups", ""),
    ("GET", "/v1/organizations/{organization_id}/groups/{group_id}", ""),
    ("PATCH", "/v1/organizations/{organization_id}/groups/{group_id}", ""),
    ("DELETE", "/v1/organizations/{organization_id}/groups/{group_id}", ""),
    ("PUT", "/v1/organizations/{organization_id}/groups/{group_id}/agent-version", ""),
    ("PUT", "/v1/organizations/{organization_id}/groups/{group_id}/update-channel", ""),
    ("POST", "/v1/organizations/{organization_id}/groups/{group_id}/enrollment-keys", ""),
    ("GET", "/v1/organizations/{organization_id}/groups/{group_id}/enrollment-keys", ""),
    (
        "DELETE",
        "/v1/organizations/{organization_id}/groups/{group_id}/enrollment-keys/{enrollment_key_id}",
        "",
    ),
    ("GET", "/v1/organizations/{organization_id}/policies", ""),
    ("POST", "/v1/organizations/{organization_id}/policies", ""),
    ("PUT", "/v1/organizations/{organization_id}/policies/order", ""),
    ("GET", "/v1/organizations/{organization_id}/policies/{policy_id}", ""),
    ("PATCH", "/v1/organizations/{organization_id}/policies/{policy_id}", ""),
    ("DELETE", "/v1/organizations/{organization_id}/policies/{policy_id}", ""),
    ("DELETE", "/v1/organizations/{organization_id}/policies/{policy_id}/draft", ""),
    ("GET", "/v1/organizations/{organization_id}/policies/changes", ""),
    ("GET", "/v1/organizations/{organization_id}/policies/rollout", ""),
    ("POST", "/v1/organizations/{organization_id}/deploy", ""),
    ("GET", "/v1/organizations/{organization_id}/deployments", ""),
    ("GET", "/v1/organizations/{organization_id}/deployments/{version}", ""),
    ("GET", "/v1/organizations/{organization_id}/tags", ""),
    ("POST", "/v1/organizations/{organization_id}/tags", ""),
    ("GET", "/v1/organizations/{organization_id}/tags/{tag_id}", ""),
    ("PATCH", "/v1/organizations/{organization_id}/tags/{tag_id}", ""),
    ("PUT", "/v1/organizations/{organization_id}/tags/{tag_id}/values", ""),
    ("DELETE", "/v1/organizations/{organization_id}/tags/{tag_id}", ""),
    ("GET", "/v1/organizations/{organization_id}/computers", ""),
    ("GET", "/v1/organizations/{organization_id}/computers/{computer_id}", ""),
    ("PATCH", "/v1/organizations/{organization_id}/computers/{computer_id}", ""),
    ("DELETE", "/v1/organizations/{organization_id}/computers/{computer_id}", ""),
    ("POST", "/v1/organizations/{organization_id}/computers/{computer_id}/confirm", ""),
    ("POST", "/v1/organizations/{organization_id}/computers/{computer_id}/maintenance", ""),
    ("POST", "/v1/organizations/{organization_id}/maintenance", ""),
    ("GET", "/v1/organizations/{organization_id}/computers/{computer_id}/check-ins", ""),
    ("GET", "/v1/organizations/{organization_id}/computers/{computer_id}/override-code", ""),
    ("GET", "/v1/authorize/who", "?action=requests.open&organization_id={organization_id}"),
    ("GET", "/v1/authorize/who", "?give=view-reports&organization_id={organization_id}"),
    ("GET", "/v1/authorize/who", "?give=view-reports&administrator_id={administrator_id}"),
    ("GET", "/v1/audit/system", "?organization_id={organization_id}"),
    ("GET", "/v1/audit/system/verify", "?organization_id={organization_id}"),
    ("GET", "/v1/audit/system/export", "?organization_id={organization_id}&format=csv"),
    ("GET", "/v1/audit/unified/export", "?organization_id={organization_id}&format=csv"),
    ("GET", "/v1/audit/unified", "?organization_id={organization_id}"),
    ("GET", "/v1/notifications", "?organization_id={organization_id}"),
    ("GET", "/v1/notifications/channels", "?organization_id={organization_id}"),
    ("POST", "/v1/notifications/test", ""),
    ("POST", "/v1/notifications/resend", ""),
    ("POST", "/v1/notifications/{notification_id}/resend", ""),
    ("DELETE", "/v1/notifications/{notification_id}/bounce", ""),
];

/// Operations on many things at once answer for each of them.
const FOR_EACH: [&str; 1] = ["POST /v1/requests/decisions"];

/// An operation's row, the placeholder of an id in its body, and the status.
type OfBody = (&'static str, &'static str, &'static str, u16);

/// Where an unknown id is not answered with 404: it makes the body wrong, or is answered for itself.
const UNKNOWN_IN_THE_BODY: [OfBody; 4] = [
    ("POST", "/v1/organizations/{organization_id}/policies", "{group_id}", 422),
    ("PUT", "/v1/organizations/{organization_id}/policies/order", "{policy_id}", 422),
    ("PATCH", "/v1/organizations/{organization_id}/computers/{computer_id}", "{group_id}", 422),
    ("POST", "/v1/organizations/{organization_id}/maintenance", "{computer_id}", 200),
];

/// A body that the operation would accept, with placeholders of ids.
fn body(method: &str, path: &str) -> Option<Value> {
    let (company, group) = ("{organization_id}", "{group_id}");
    let (policy, computer) = ("{policy_id}", "{computer_id}");
    let last = path.rsplit('/').next().unwrap();
    Some(match (method, last) {
        ("POST", "decision") => json!({ "outcome": "denied" }),
        ("POST", "revocation" | "ask") | ("PUT", "assignee" | "flag") => json!({}),
        ("POST", "notes") => json!({ "text": "Asked the vendor." }),
        ("POST", "matching") => {
            json!({ "filter": { "organization_id": company }, "decision": { "outcome": "denied" } })
        }
        ("POST", "rules" | "dry-run") => json!({ "organization_id": company, "rule": rule() }),
        ("PUT", "{rule_id}") => rule(),
        ("POST", "integrations") => integration(),
        ("POST", "resend") if !path.contains("{notification_id}") => {
            json!({ "organization_id": company })
        }
        ("POST", "test") if path.starts_with("/v1/notifications/") => {
            json!({ "organization_id": company, "address": "desk@company.example" })
        }
        ("PUT", "{integration_id}") => json!({ "url": "https://hooks.company.example/other" }),
        ("PATCH", "{grant_id}") => json!({ "expires_at": null }),
        ("POST", "administrators") => {
            json!({ "email": "new@company.example", "name": "New", "organization_id": company })
        }
        ("PATCH", "{administrator_id}") => json!({ "name": "Another" }),
        ("PUT", "permissions") => json!({ "permissions": [] }),
        ("PUT", "roles") => json!({ "assignments": [] }),
        ("POST", "effects") => json!({ "assignments": [], "permissions": [] }),
        ("POST", "disabled") => json!({ "disabled": true }),
        ("POST", "roles") => {
            json!({ "organization_id": company, "name": "Another", "permissions": ["view-approvals"] })
        }
        ("PUT", "{role_id}") => json!({ "name": "Another", "permissions": [] }),
        ("POST", "organizations") => json!({ "name": "Another", "parent_id": company }),
        ("PATCH", "{organization_id}" | "{group_id}" | "{policy_id}") | ("POST", "groups") => {
            json!({ "name": "Another" })
        }
        ("PUT", "approval-settings") => json!({ "pending_days": 7 }),
        ("POST", "tags") => json!({ "name": "Another", "by": "path", "values": ["/x"] }),
        ("PATCH", "{tag_id}") => json!({ "name": "Another" }),
        ("PUT", "values") => json!({ "values": ["/y"] }),
        ("PUT", "branding") => json!({ "display_name": "Another", "colour": null, "reply_to": null }),
        ("PUT", "agent-version") => json!({ "version": "2.0" }),
        ("PUT", "update-channel") => json!({ "update_channel": "preview" }),
        ("PUT", "login-settings") => json!({ "require_totp": false, "allowed_ranges": [] }),
        ("POST", "policies") => json!({ "name": "Another", "group_id": group }),
        ("PUT", "order") => json!({ "policy_ids": [policy] }),
        ("PATCH", "{computer_id}") => json!({ "group_id": group }),
        ("POST", "confirm") => json!({}),
        ("POST", "maintenance") if path.contains("{computer_id}") => json!({ "mode": "off" }),
        ("POST", "maintenance") => json!({ "mode": "off", "computers": [computer] }),
        _ => return None,
    })
}

async fn call(
    company: &Company,
    who: &str,
    (method, path, query): (&str, &str, &str),
    ids: impl Fn(&str) -> String,
) -> Answer {
    let place = ids(&format!("{path}{query}"));
    let call = company.world.api.call(method.parse::<Method>().unwrap(), &place).bearer(who);
    match body(method, path) {
        Some(body) => call.body("application/json", ids(&body.to_string())).send().await,
        None => call.send().await,
    }
}

fn unknown(company: &Company, path: &str) -> String {
    company.ids.iter().fold(path.to_owned(), |path, (name, id)| path.replace(name, &unknown_id(id)))
}

/// A well-formed id of the same kind that nothing has.
fn unknown_id(id: &str) -> String {
    id.get(..4).map_or_else(|| "1000".to_owned(), |prefix| format!("{prefix}01J00000000000000000000000"))
}

#[test]
fn every_operation_of_administrators_is_tried_or_is_their_own_business() {
    let document: Value = serde_json::from_str(&openapi()).unwrap();
    let mut documented = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let schemes = operation["security"].as_array().cloned().unwrap_or_default();
            if schemes.iter().any(|scheme| scheme.get("session").is_some()) {
                documented.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    let tried = TABLE.iter().map(|(method, path, _)| format!("{method} {path}"));
    let own = SELF_SERVICE.iter().map(|own| (*own).to_owned());
    let each = FOR_EACH.iter().map(|each| (*each).to_owned());
    let listed: BTreeSet<String> = tried.chain(own).chain(each).collect();
    assert_eq!(listed.symmetric_difference(&documented).collect::<Vec<_>>(), Vec::<&String>::new());
}

on_every_backend! {
    async fn nobody_does_anything_without_a_right(host) {
        let company = Company::on(&host).await;
        let world = &company.world;
        let (_, nothing) = world.administrator(&host, "nothing@company.example", &world.company, &[]).await;
        let other = json!({ "name": "Company C", "parent_id": world.root });
        let other = world.api.post("/v1/organizations").bearer(&world.boss).json(&other).send().await;
        let other = other.expect(201).text_at("/id");
        let (_, stranger) = world.administrator(&host, "boss@other.example", &other, &["super-admin"]).await;
        let expires_at = (host.clock.now() + std::time::Duration::from_secs(3_600)).to_string();
        let body = json!({ "name": "Report", "permissions": ["view-billing"], "password": PASSWORD,
            "expires_at": expires_at });
        let token = world.api.post("/v1/api-tokens").bearer(&world.boss).json(&body).send().await;
        let token = token.expect(201).text_at("/token");
        // The first use of a token is noted.
        world.api.get("/v1/session").bearer(&token).send().await;
        let store = Unchanged::since_now(&host).await;
        host.providers.email.clear();
        for row in TABLE {
            for (who, what) in [(&nothing, "who holds nothing"), (&stranger, "of elsewhere"), (&token, "by a token")] {
                let answer = call(&company, who, *row, |path| company.with_ids(path)).await;
                assert!([403, 404].contains(&answer.status), "{row:?} {what}: {} {}", answer.status, answer.text());
                answer.problem(answer.status);
                store.is_so(&host, format!("{row:?} {what}")).await;
            }
            if row.1.contains("_id}") {
                let answer = call(&company, &world.boss, *row, |path| unknown(&company, path)).await;
                assert_eq!(answer.status, 404, "{row:?} with unknown ids: {}", answer.text());
                store.is_so(&host, format!("{row:?} with unknown ids")).await;
            }
        }
        let decisions = json!({ "decisions": [{ "request_id": company.ids[0].1, "outcome": "denied" }] });
        for who in [&nothing, &stranger, &token] {
            let answer = world.api.post("/v1/requests/decisions").bearer(who).json(&decisions).send().await;
            assert!(!answer.text().contains("\"denied\""), "{}", answer.text());
            store.is_so(&host, "decisions that are refused one by one").await;
        }
        host.settle().await.unwrap();
        assert_eq!(host.providers.email.calls(), 0, "nothing was sent");
    }
}

on_every_backend! {
    /// Each id by itself, the others known: in the path, also below a known parent, in the query and in the body.
    async fn an_unknown_id_is_refused_wherever_it_stands(host) {
        let company = Company::on(&host).await;
        let (mut tried, mut excepted) = (BTreeSet::new(), 0);
        for row @ (method, path, query) in TABLE {
            let said = body(method, path).map(|body| body.to_string()).unwrap_or_default();
            let place = format!("{path}{query}");
            let named = company.ids.iter().filter(|(name, _)| place.contains(name) || said.contains(name));
            for (name, id) in named {
                let with_one = |text: &str| company.with_ids(&text.replace(name, &unknown_id(id)));
                let answer = call(&company, &company.world.boss, *row, with_one).await;
                let of_body = UNKNOWN_IN_THE_BODY.iter().find(|of| (of.0, of.1, of.2) == (*method, *path, *name));
                let expected = of_body.map_or(404, |of| of.3);
                excepted += usize::from(of_body.is_some());
                assert_eq!(answer.status, expected, "{row:?} with an unknown {name}: {}", answer.text());
                if expected == 200 {
                    assert_eq!(answer.json()["results"][0]["status"], 404, "{row:?}: {}", answer.text());
                }
                tried.insert((*method, *path));
            }
        }
        let all: BTreeSet<_> = TABLE.iter().map(|(method, path, _)| (*method, *path)).collect();
        assert_eq!(tried, all, "every operation of administrators is about something with an id");
        assert_eq!(excepted, UNKNOWN_IN_THE_BODY.len(), "each exception is one");
    }
}

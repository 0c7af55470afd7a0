//! The endpoint table: every operation has a row, and one driver tries each with no credentials, wrong ones, every other
//! kind of caller, unknown ids, hostile bodies and a wrong method. An operation without a row fails; see CONTRIBUTING.md.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::collections::BTreeSet;

use countersign_tests::{Deployment, PASSWORD, Unchanged, on_every_backend, openapi};
use serde_json::{Value, json};

#[path = "endpoints/row.rs"]
mod row;

use row::{Row, documented};

/// Who may call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caller {
    Anybody,
    Administrator,
    Computer,
    Scheduler,
    Monitor,
}
use Caller::{Administrator, Anybody, Computer, Monitor, Scheduler};

/// Method, path and caller of every operation.
const TABLE: &[(&str, &str, Caller)] = &[
    ("POST", "/agent/v1/enroll", Anybody),
    ("GET", "/agent/v1/check-in", Computer),
    ("POST", "/agent/v1/grants/{grant_id}/use", Computer),
    ("POST", "/agent/v1/requests", Computer),
    ("GET", "/agent/v1/requests/{request_id}", Computer),
    ("PATCH", "/agent/v1/requests/{request_id}", Computer),
    ("GET", "/agent/v1/requests/{request_id}/attachment", Computer),
    ("PATCH", "/agent/v1/requests/{request_id}/attachment", Computer),
    ("PUT", "/agent/v1/requests/{request_id}/attachment", Computer),
    ("POST", "/agent/v1/requests/{request_id}/cancellation", Computer),
    ("POST", "/agent/v1/requests/{request_id}/renewal", Computer),
    ("POST", "/v1/setup", Anybody),
    ("POST", "/v1/session", Anybody),
    ("GET", "/v1/session", Administrator),
    ("GET", "/v1/session/logo", Administrator),
    ("DELETE", "/v1/session", Administrator),
    ("GET", "/v1/sessions", Administrator),
    ("DELETE", "/v1/sessions", Administrator),
    ("DELETE", "/v1/sessions/{session_id}", Administrator),
    ("GET", "/v1/totp", Administrator),
    ("POST", "/v1/totp", Administrator),
    ("POST", "/v1/totp/confirmation", Administrator),
    ("POST", "/v1/totp/recovery-codes", Administrator),
    ("POST", "/v1/totp/removal", Administrator),
    ("GET", "/v1/api-tokens", Administrator),
    ("POST", "/v1/api-tokens", Administrator),
    ("DELETE", "/v1/api-tokens/{api_token_id}", Administrator),
    ("POST", "/v1/device-logins", Anybody),
    ("POST", "/v1/device-logins/session", Anybody),
    ("GET", "/v1/device-logins/{user_code}", Administrator),
    ("POST", "/v1/device-logins/{user_code}/decision", Administrator),
    ("POST", "/v1/invitations/accept", Anybody),
    ("POST", "/v1/password-resets", Anybody),
    ("POST", "/v1/password-resets/complete", Anybody),
    ("GET", "/v1/requests", Administrator),
    ("GET", "/v1/requests/{request_id}", Administrator),
    ("GET", "/v1/requests/{request_id}/attachment", Administrator),
    ("POST", "/v1/requests/{request_id}/decision", Administrator),
    ("POST", "/v1/requests/{request_id}/revocation", Administrator),
    ("PUT", "/v1/requests/{request_id}/assignee", Administrator),
    ("DELETE", "/v1/requests/{request_id}/assignee", Administrator),
    ("GET", "/v1/requests/{request_id}/notes", Administrator),
    ("POST", "/v1/requests/{request_id}/notes", Administrator),
    ("DELETE", "/v1/requests/{request_id}/notes/{note_id}", Administrator),
    ("GET", "/v1/requests/{request_id}/deciders", Administrator),
    ("POST", "/v1/requests/{request_id}/ask", Administrator),
    ("GET", "/v1/requests/{request_id}/timeline", Administrator),
    ("GET", "/v1/requests/{request_id}/earlier", Administrator),
    ("GET", "/v1/requests/{request_id}/flag", Administrator),
    ("PUT", "/v1/requests/{request_id}/flag", Administrator),
    ("DELETE", "/v1/requests/{request_id}/flag", Administrator),
    ("GET", "/v1/flags", Administrator),
    ("POST", "/v1/requests/decisions", Administrator),
    ("POST", "/v1/requests/decisions/matching", Administrator),
    ("GET", "/v1/requests/counts", Administrator),
    ("GET", "/v1/requests/export", Administrator),
    ("GET", "/v1/reports/requests", Administrator),
    ("GET", "/v1/reports/computers", Administrator),
    ("GET", "/v1/rules", Administrator),
    ("POST", "/v1/rules", Administrator),
    ("GET", "/v1/rules/{rule_id}", Administrator),
    ("PUT", "/v1/rules/{rule_id}", Administrator),
    ("DELETE", "/v1/rules/{rule_id}", Administrator),
    ("POST", "/v1/rules/dry-run", Administrator),
    ("POST", "/v1/organizations/{organization_id}/integrations", Administrator),
    ("GET", "/v1/organizations/{organization_id}/integrations", Administrator),
    ("PUT", "/v1/organizations/{organization_id}/integrations/{integration_id}", Administrator),
    ("DELETE", "/v1/organizations/{organization_id}/integrations/{integration_id}", Administrator),
    ("POST", "/v1/organizations/{organization_id}/integrations/{integration_id}/test", Administrator),
    ("GET", "/v1/grants", Administrator),
    ("PATCH", "/v1/grants/{grant_id}", Administrator),
    ("POST", "/v1/grants/{grant_id}/revocation", Administrator),
    ("GET", "/v1/administrators", Administrator),
    ("POST", "/v1/administrators", Administrator),
    ("GET", "/v1/administrators/{administrator_id}", Administrator),
    ("GET", "/v1/administrators/{administrator_id}/effective-permissions", Administrator),
    ("PATCH", "/v1/administrators/{administrator_id}", Administrator),
    ("DELETE", "/v1/administrators/{administrator_id}", Administrator),
    ("PUT", "/v1/administrators/{administrator_id}/permissions", Administrator),
    ("PUT", "/v1/administrators/{administrator_id}/roles", Administrator),
    ("POST", "/v1/administrators/{administrator_id}/effects", Administrator),
    ("POST", "/v1/administrators/{administrator_id}/invitation", Administrator),
    ("DELETE", "/v1/administrators/{administrator_id}/invitation", Administrator),
    ("POST", "/v1/administrators/{administrator_id}/password-reset", Administrator),
    ("DELETE", "/v1/administrators/{administrator_id}/totp", Administrator),
    ("POST", "/v1/administrators/{administrator_id}/disabled", Administrator),
    ("GET", "/v1/permissions", Administrator),
    ("GET", "/v1/roles", Administrator),
    ("POST", "/v1/roles", Administrator),
    ("GET", "/v1/roles/{role_id}", Administrator),
    ("PUT", "/v1/roles/{role_id}", Administrator),
    ("DELETE", "/v1/roles/{role_id}", Administrator),
    ("GET", "/v1/roles/{role_id}/holders", Administrator),
    ("GET", "/v1/organizations", Administrator),
    ("POST", "/v1/organizations", Administrator),
    ("GET", "/v1/organizations/{organization_id}", Administrator),
    ("PATCH", "/v1/organizations/{organization_id}", Administrator),
    ("DELETE", "/v1/organizations/{organization_id}", Administrator),
    ("GET", "/v1/organizations/{organization_id}/approval-settings", Administrator),
    ("PUT", "/v1/organizations/{organization_id}/approval-settings", Administrator),
    ("GET", "/v1/organizations/{organization_id}/escalation", Administrator),
    ("GET", "/v1/organizations/{organization_id}/branding", Administrator),
    ("PUT", "/v1/organizations/{organization_id}/branding", Administrator),
    ("GET", "/v1/organizations/{organization_id}/logo", Administrator),
    ("PUT", "/v1/organizations/{organization_id}/logo", Administrator),
    ("DELETE", "/v1/organizations/{organization_id}/logo", Administrator),
    ("GET", "/v1/organizations/{organization_id}/login-settings", Administrator),
    ("PUT", "/v1/organizations/{organization_id}/login-settings", Administrator),
    ("GET", "/v1/organizations/{organization_id}/groups", Administrator),
    ("POST", "/v1/organizations/{organization_id}/groups", Administrator),
    ("GET", "/v1/organizations/{organization_id}/groups/{group_id}", Administrator),
    ("PATCH", "/v1/organizations/{organization_id}/groups/{group_id}", Administrator),
    ("DELETE", "/v1/organizations/{organization_id}/groups/{group_id}", Administrator),
    ("PUT", "/v1/organizations/{organization_id}/groups/{group_id}/agent-version", Administrator),
    ("PUT", "/v1/organizations/{organization_id}/groups/{group_id}/update-channel", Administrator),
    ("GET", "/v1/organizations/{organization_id}/groups/{group_id}/enrollment-keys", Administrator),
    ("POST", "/v1/organizations/{organization_id}/groups/{group_id}/enrollment-keys", Administrator),
    (
        "DELETE",
        "/v1/organizations/{organization_id}/groups/{group_id}/enrollment-keys/{enrollment_key_id}",
        Administrator,
    ),
    ("GET", "/v1/organizations/{organization_id}/policies", Administrator),
    ("POST", "/v1/organizations/{organization_id}/policies", Administrator),
    ("PUT", "/v1/organizations/{organization_id}/policies/order", Administrator),
    ("GET", "/v1/organizations/{organization_id}/policies/{policy_id}", Administrator),
    ("PATCH", "/v1/organizations/{organization_id}/policies/{policy_id}", Administrator),
    ("DELETE", "/v1/organizations/{organization_id}/policies/{policy_id}", Administrator),
    ("DELETE", "/v1/organizations/{organization_id}/policies/{policy_id}/draft", Administrator),
    ("GET", "/v1/organizations/{organization_id}/policies/changes", Administrator),
    ("GET", "/v1/organizations/{organization_id}/policies/rollout", Administrator),
    ("POST", "/v1/organizations/{organization_id}/deploy", Administrator),
    ("GET", "/v1/organizations/{organization_id}/deployments", Administrator),
    ("GET", "/v1/organizations/{organization_id}/deployments/{version}", Administrator),
    ("GET", "/v1/organizations/{organization_id}/tags", Administrator),
    ("POST", "/v1/organizations/{organization_id}/tags", Administrator),
    ("GET", "/v1/organizations/{organization_id}/tags/{tag_id}", Administrator),
    ("PATCH", "/v1/organizations/{organization_id}/tags/{tag_id}", Administrator),
    ("PUT", "/v1/organizations/{organization_id}/tags/{tag_id}/values", Administrator),
    ("DELETE", "/v1/organizations/{organization_id}/tags/{tag_id}", Administrator),
    ("GET", "/v1/organizations/{organization_id}/computers", Administrator),
    ("GET", "/v1/organizations/{organization_id}/computers/{computer_id}", Administrator),
    ("PATCH", "/v1/organizations/{organization_id}/computers/{computer_id}", Administrator),
    ("DELETE", "/v1/organizations/{organization_id}/computers/{computer_id}", Administrator),
    ("POST", "/v1/organizations/{organization_id}/computers/{computer_id}/confirm", Administrator),
    ("POST", "/v1/organizations/{organization_id}/computers/{computer_id}/maintenance", Administrator),
    ("POST", "/v1/organizations/{organization_id}/maintenance", Administrator),
    ("GET", "/v1/organizations/{organization_id}/computers/{computer_id}/check-ins", Administrator),
    ("GET", "/v1/organizations/{organization_id}/computers/{computer_id}/override-code", Administrator),
    ("POST", "/v1/authorize", Administrator),
    ("GET", "/v1/authorize/who", Administrator),
    ("GET", "/v1/audit/system", Administrator),
    ("GET", "/v1/audit/system/verify", Administrator),
    ("GET", "/v1/audit/unified", Administrator),
    ("GET", "/v1/audit/system/export", Administrator),
    ("GET", "/v1/audit/unified/export", Administrator),
    ("PUT", "/v1/session/name", Administrator),
    ("PUT", "/v1/session/password", Administrator),
    ("GET", "/v1/session/notifications", Administrator),
    ("PUT", "/v1/session/notifications", Administrator),
    ("GET", "/v1/session/push-subscriptions", Administrator),
    ("POST", "/v1/session/push-subscriptions", Administrator),
    ("DELETE", "/v1/session/push-subscriptions/{subscription_id}", Administrator),
    ("POST", "/v1/session/push-subscriptions/test", Administrator),
    ("GET", "/v1/notifications", Administrator),
    ("GET", "/v1/notifications/channels", Administrator),
    ("POST", "/v1/notifications/test", Administrator),
    ("POST", "/v1/notifications/resend", Administrator),
    ("POST", "/v1/notifications/{notification_id}/resend", Administrator),
    ("DELETE", "/v1/notifications/{notification_id}/bounce", Administrator),
    ("POST", "/v1/notifications/deliver", Scheduler),
    ("GET", "/health/live", Anybody),
    ("GET", "/health/ready", Anybody),
    ("GET", "/metrics", Monitor),
    ("POST", "/v1/callbacks/{provider}", Anybody),
];

/// The reads that answer `HEAD`, because agents and programs ask for a size or an offset. They record nothing then, as tests of their own
/// show. Every other one refuses it, so that it cannot have an effect.
const HEADS: &[&str] = &[
    "/agent/v1/requests/{request_id}/attachment",
    "/v1/requests/{request_id}/attachment",
    "/v1/requests/export",
    "/v1/audit/system/export",
    "/v1/audit/unified/export",
    "/v1/organizations/{organization_id}/computers/{computer_id}/override-code",
];

/// What administrators do about their own account, which an API token cannot.
const NOT_BY_TOKEN: [(&str, &str); 22] = [
    ("DELETE", "/v1/session"),
    ("GET", "/v1/sessions"),
    ("DELETE", "/v1/sessions"),
    ("DELETE", "/v1/sessions/{session_id}"),
    ("GET", "/v1/totp"),
    ("POST", "/v1/totp"),
    ("POST", "/v1/totp/confirmation"),
    ("POST", "/v1/totp/recovery-codes"),
    ("POST", "/v1/totp/removal"),
    ("PUT", "/v1/session/name"),
    ("PUT", "/v1/session/password"),
    ("GET", "/v1/session/notifications"),
    ("PUT", "/v1/session/notifications"),
    ("GET", "/v1/session/push-subscriptions"),
    ("POST", "/v1/session/push-subscriptions"),
    ("DELETE", "/v1/session/push-subscriptions/{subscription_id}"),
    ("POST", "/v1/session/push-subscriptions/test"),
    ("GET", "/v1/api-tokens"),
    ("POST", "/v1/api-tokens"),
    ("DELETE", "/v1/api-tokens/{api_token_id}"),
    ("GET", "/v1/device-logins/{user_code}"),
    ("POST", "/v1/device-logins/{user_code}/decision"),
];

/// The path with ids that are well formed but do not exist.
fn with_unknown_ids(path: &str) -> String {
    let ids = [
        ("{session_id}", "ses_"),
        ("{api_token_id}", "tok_"),
        ("{request_id}", "req_"),
        ("{note_id}", "nte_"),
        ("{grant_id}", "grt_"),
        ("{administrator_id}", "adm_"),
        ("{role_id}", "rol_"),
        ("{organization_id}", "org_"),
        ("{group_id}", "grp_"),
        ("{enrollment_key_id}", "enk_"),
        ("{policy_id}", "pol_"),
        ("{tag_id}", "tag_"),
        ("{computer_id}", "cmp_"),
        ("{notification_id}", "ntf_"),
        ("{subscription_id}", "psh_"),
        ("{rule_id}", "rul_"),
        ("{integration_id}", "itg_"),
    ];
    let path = path.replace("{version}", "7").replace("{user_code}", "WDJB-MJHT");
    let path = ids.iter().fold(path, |path, (name, prefix)| {
        path.replace(name, &format!("{prefix}01J00000000000000000000000"))
    });
    assert!(!path.replace("{provider}", "").contains('{'), "{path} has a placeholder without an unknown id");
    path
}

#[test]
fn every_operation_has_a_row() {
    let document: Value = serde_json::from_str(&openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let documented: BTreeSet<(String, String)> = paths
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    let rows: BTreeSet<(String, String)> =
        TABLE.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(rows.len(), TABLE.len(), "a row stands twice");
    let missing: Vec<_> = documented.difference(&rows).collect();
    let gone: Vec<_> = rows.difference(&documented).collect();
    assert!(missing.is_empty(), "operations without a row (see CONTRIBUTING.md): {missing:?}");
    assert!(gone.is_empty(), "rows without an operation: {gone:?}");
}

#[test]
fn every_operation_is_documented_with_the_credentials_of_its_caller() {
    let document: Value = serde_json::from_str(&openapi()).unwrap();
    for row in NOT_BY_TOKEN {
        assert!(TABLE.contains(&(row.0, row.1, Administrator)), "{row:?} is a row of administrators");
    }
    for (method, path, caller) in TABLE {
        let security =
            documented(&document, method, path)["security"].as_array().cloned().unwrap_or_default();
        // Any one of them is enough.
        let schemes: Vec<&str> = security
            .iter()
            .map(|each| {
                let names = each.as_object().unwrap();
                assert_eq!(names.len(), 1, "{method} {path}");
                names.keys().next().unwrap().as_str()
            })
            .collect();
        let expected: &[&str] = match caller {
            Anybody => &[],
            Administrator if NOT_BY_TOKEN.contains(&(*method, *path)) => &["session", "session_cookie"],
            Administrator => &["session", "session_cookie", "api_token"],
            Computer => &["computer"],
            Scheduler => &["scheduler"],
            Monitor => &["monitor"],
        };
        assert_eq!(schemes, expected, "{method} {path}");
    }
}

on_every_backend! {
    async fn every_operation_refuses_what_it_must(host) {
        let world = Deployment::on(&host).await;
        let scheduler = host.scheduler_token().to_owned();
        let document: Value = serde_json::from_str(&openapi()).unwrap();
        let expires_at = (host.clock.now() + std::time::Duration::from_secs(3_600)).to_string();
        let token = json!({ "name": "Report", "permissions": ["view-billing"], "password": PASSWORD,
            "expires_at": expires_at });
        let token = world.api.post("/v1/api-tokens").bearer(&world.boss).json(&token).send().await;
        let token = token.expect(201).text_at("/token");
        host.settle().await.unwrap();
        host.providers.email.clear();
        for (method, path, caller) in TABLE {
            // Signing out would end the session that the other rows need.
            let ends_the_session = (*method, *path) == ("DELETE", "/v1/session");
            let row = Row {
                world: &world,
                scheduler: &scheduler,
                api_token: &token,
                document: &document,
                template: path,
                method: method.parse().unwrap(),
                path: with_unknown_ids(path),
                caller: *caller,
            };
            let store = Unchanged::since_now(&host).await;
            row.needs_its_own_caller().await;
            row.refuses_other_methods().await;
            store.is_so(&host, format!("{method} {path} by somebody else")).await;
            row.is_not_run_by_asking_for_headers(HEADS.contains(path)).await;
            row.takes_the_documented_credentials().await;
            if !ends_the_session {
                let store = Unchanged::since_now(&host).await;
                row.refuses_hostile_bodies().await;
                row.knows_no_unknown_id().await;
                store.is_so(&host, format!("{method} {path} with a hostile body or an unknown id")).await;
            }
        }
        host.settle().await.unwrap();
        assert_eq!(host.providers.email.calls(), 0, "nothing was sent");
        world.api.get("/v1/session").bearer(&world.boss).send().await.expect(200);
    }
}

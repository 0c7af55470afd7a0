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

use countersign_tests::{Answer, Call, Deployment, on_every_backend, openapi};
use reqwest::Method;
use serde_json::Value;

/// Who may call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caller {
    Anybody,
    Administrator,
    Computer,
    Scheduler,
}
use Caller::{Administrator, Anybody, Computer, Scheduler};

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
    ("POST", "/v1/totp", Administrator),
    ("POST", "/v1/totp/confirmation", Administrator),
    ("POST", "/v1/totp/recovery-codes", Administrator),
    ("POST", "/v1/totp/removal", Administrator),
    ("GET", "/v1/api-tokens", Administrator),
    ("POST", "/v1/api-tokens", Administrator),
    ("DELETE", "/v1/api-tokens/{api_token_id}", Administrator),
    ("POST", "/v1/invitations/accept", Anybody),
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
    ("GET", "/v1/session/notifications", Administrator),
    ("PUT", "/v1/session/notifications", Administrator),
    ("GET", "/v1/session/push-subscriptions", Administrator),
    ("POST", "/v1/session/push-subscriptions", Administrator),
    ("DELETE", "/v1/session/push-subscriptions/{subscription_id}", Administrator),
    ("GET", "/v1/notifications", Administrator),
    ("GET", "/v1/notifications/channels", Administrator),
    ("POST", "/v1/notifications/test", Administrator),
    ("POST", "/v1/notifications/resend", Administrator),
    ("POST", "/v1/notifications/{notification_id}/resend", Administrator),
    ("DELETE", "/v1/notifications/{notification_id}/bounce", Administrator),
    ("POST", "/v1/notifications/deliver", Scheduler),
    ("POST", "/v1/callbacks/{provider}", Anybody),
];

/// The reads that answer `HEAD`, because agents and programs ask for a size or an offset. They record nothing then, as tests of their own
/// show. Every other one refuses it, so that it cannot have an effect.
const HEADS: &[&str] = &[
    "/agent/v1/requests/{request_id}/attachment",
    "/v1/requests/{request_id}/attachment",
    "/v1/requests/export",
    "/v1/organizations/{organization_id}/computers/{computer_id}/override-code",
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
    ];
    let path = path.replace("{version}", "7");
    ids.iter()
        .fold(path, |path, (name, prefix)| path.replace(name, &format!("{prefix}01J00000000000000000000000")))
}

/// One row in one deployment.
struct Row<'a> {
    world: &'a Deployment,
    scheduler: &'a str,
    method: Method,
    path: String,
    caller: Caller,
}

impl Row<'_> {
    fn call(&self) -> Call {
        let call = self.world.api.call(self.method.clone(), &self.path);
        if self.has_body() { call.body("application/json", "{}") } else { call }
    }

    fn has_body(&self) -> bool {
        [Method::POST, Method::PUT, Method::PATCH].contains(&self.method)
    }

    fn token(&self, caller: Caller) -> &str {
        match caller {
            Anybody => "",
            Administrator => &self.world.boss,
            Computer => &self.world.computer_token,
            Scheduler => self.scheduler,
        }
    }

    fn refused(&self, answer: &Answer, status: u16, why: &str) {
        assert_eq!(answer.status, status, "{} {} {why}: {}", self.method, self.path, answer.text());
        answer.problem(status);
    }

    async fn needs_its_own_caller(&self) {
        if self.caller == Anybody {
            return;
        }
        self.refused(&self.call().send().await, 401, "without credentials");
        self.refused(&self.call().bearer("csa_nonsense").send().await, 401, "with wrong credentials");
        for other in [Administrator, Computer, Scheduler] {
            if other != self.caller {
                let answer = self.call().bearer(self.token(other)).send().await;
                self.refused(&answer, 401, &format!("as {other:?}"));
            }
        }
    }

    async fn refuses_hostile_bodies(&self) {
        if !self.has_body() || self.caller == Scheduler {
            return;
        }
        let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
        for body in ["{\"a\":", "\u{0}", "{\"__proto__\":{}}", "null", &deep] {
            let call = self.world.api.call(self.method.clone(), &self.path).bearer(self.token(self.caller));
            let answer = call.body("application/json", body.to_owned()).send().await;
            let short: String = body.chars().take(20).collect();
            assert!(
                (400..500).contains(&answer.status),
                "{} {} {short}: {}",
                self.method,
                self.path,
                answer.text()
            );
            answer.problem(answer.status);
        }
    }

    async fn knows_no_unknown_id(&self) {
        if !self.path.contains("_01J0") || self.has_body() {
            return;
        }
        self.refused(&self.call().bearer(self.token(self.caller)).send().await, 404, "with unknown ids");
    }

    async fn is_not_run_by_asking_for_headers(&self, answers: bool) {
        if self.method != Method::GET {
            return;
        }
        let call = self.world.api.call(Method::HEAD, &self.path).bearer(self.token(self.caller));
        let answer = call.send().await;
        assert_eq!(answer.status != 405, answers, "HEAD {}: {}", self.path, answer.status);
        let allowed = answer.header("allow").split(',').any(|method| method == "HEAD");
        assert!(!allowed, "HEAD {} is refused, and offered", self.path);
    }

    async fn refuses_other_methods(&self) {
        let answer = self.world.api.call(Method::TRACE, &self.path).send().await;
        self.refused(&answer, 405, "by TRACE");
    }
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

on_every_backend! {
    async fn every_operation_refuses_what_it_must(host) {
        let world = Deployment::on(&host).await;
        let scheduler = host.scheduler_token().to_owned();
        for (method, path, caller) in TABLE {
            // Signing out would end the session that the other rows need.
            let ends_the_session = (*method, *path) == ("DELETE", "/v1/session");
            let row = Row {
                world: &world,
                scheduler: &scheduler,
                method: method.parse().unwrap(),
                path: with_unknown_ids(path),
                caller: *caller,
            };
            row.needs_its_own_caller().await;
            row.refuses_other_methods().await;
            row.is_not_run_by_asking_for_headers(HEADS.contains(path)).await;
            if !ends_the_session {
                row.refuses_hostile_bodies().await;
                row.knows_no_unknown_id().await;
            }
        }
        host.settle().await.unwrap();
        assert_eq!(host.providers.email.calls(), 0, "nothing was sent");
        world.api.get("/v1/session").bearer(&world.boss).send().await.expect(200);
    }
}

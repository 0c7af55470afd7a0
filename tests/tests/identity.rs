//! Identity: one-time codes, sessions, API tokens and login settings, over HTTP on the real components.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::time::Duration;

use countersign_tests::{Answer, Deployment, PASSWORD, on_every_backend, one_time_code};
use futures::future::join_all;
use serde_json::{Value, json};

const CLERK: &str = "clerk@company.example";

async fn sign_in(world: &Deployment, more: &Value) -> Answer {
    let mut body = json!({ "email": CLERK, "password": PASSWORD });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.api.post("/v1/session").json(&body).send().await
}

async fn status(world: &Deployment, path: &str, token: &str) -> u16 {
    world.api.get(path).bearer(token).send().await.status
}

on_every_backend! {
    async fn one_time_codes_are_set_up_asked_for_and_work_once(host) {
        let world = Deployment::on(&host).await;
        let post = |path: &'static str, body: Value| {
            let call = world.api.post(path).bearer(&world.clerk_token).json(&body);
            async move { call.send().await }
        };
        let secret = post("/v1/totp", json!({ "password": PASSWORD })).await.expect(200).text_at("/secret");
        let confirmed = post("/v1/totp/confirmation", json!({ "totp": one_time_code(host.clock.now(), &secret) })).await.expect(200);
        assert_eq!(sign_in(&world, &json!({})).await.problem(401), "totp-missing");
        host.advance(Duration::from_secs(30));
        let now = json!({ "totp": one_time_code(host.clock.now(), &secret) });
        let racing = join_all((0..8).map(|_| sign_in(&world, &now))).await;
        let begun = racing.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(begun, 1, "{:?}", racing.iter().map(|answer| answer.status).collect::<Vec<_>>());
        let recovery = json!({ "recovery_code": confirmed.text_at("/recovery_codes/0") });
        sign_in(&world, &recovery).await.expect(201);
        assert_eq!(sign_in(&world, &recovery).await.problem(401), "totp-wrong");
        host.settle().await.unwrap();
        let acts = world.audit("system", &world.clerk).await;
        for act in ["totp.set-up", "session.started", "session.refused"] {
            assert!(acts.iter().any(|found| found == act), "{act}: {acts:?}");
        }
    }

    async fn sessions_and_api_tokens_end_when_their_owner_ends_them(host) {
        let world = Deployment::on(&host).await;
        let token = sign_in(&world, &json!({})).await.expect(201).text_at("/token");
        let expires_at = (host.clock.now() + Duration::from_secs(3600)).to_string();
        let body = json!({ "name": "Report", "permissions": ["approve-for-single-computer"], "expires_at": expires_at, "password": PASSWORD });
        let made = world.api.post("/v1/api-tokens").bearer(&token).json(&body).send().await.expect(201);
        let program = made.text_at("/token");
        assert_eq!(status(&world, "/v1/requests", &program).await, 200);
        assert_eq!(status(&world, "/v1/sessions", &program).await, 403);
        let too_much = json!({ "name": "Report", "permissions": ["edit-billing"], "expires_at": expires_at, "password": PASSWORD });
        let refused = world.api.post("/v1/api-tokens").bearer(&token).json(&too_much).send().await;
        assert_eq!(refused.problem(403), "not-permitted");
        let path = format!("/v1/api-tokens/{}", made.text_at("/id"));
        world.api.delete(&path).bearer(&token).send().await.expect(204);
        assert_eq!(status(&world, "/v1/requests", &program).await, 401);

        world.api.delete("/v1/sessions").bearer(&token).send().await.expect(204);
        assert_eq!(status(&world, "/v1/session", &world.clerk_token).await, 401);
        assert_eq!(status(&world, "/v1/session", &token).await, 200);
        world.api.delete("/v1/session").bearer(&token).send().await.expect(204);
        assert_eq!(status(&world, "/v1/session", &token).await, 401);
    }

    async fn login_settings_are_in_force_within_a_minute(host) {
        let world = Deployment::on(&host).await;
        let path = format!("/v1/organizations/{}/login-settings", world.company);
        let body = json!({ "require_totp": true, "session_minutes": 30, "allowed_ranges": ["127.0.0.0/8"] });
        let put = world.api.put(&path).bearer(&world.boss).json(&body);
        put.send().await.expect(200);
        assert_eq!(sign_in(&world, &json!({})).await.expect(201).json()["totp_required"], true);
        host.advance(Duration::from_secs(60));
        let refused = world.api.get("/v1/requests").bearer(&world.clerk_token).send().await;
        assert_eq!(refused.problem(403), "totp-required");
        let body = json!({ "require_totp": false, "session_minutes": null, "allowed_ranges": ["192.0.2.0/24"] });
        world.api.put(&path).bearer(&world.boss).json(&body).send().await.expect(200);
        host.advance(Duration::from_secs(60));
        let refused = world.api.get("/v1/requests").bearer(&world.clerk_token).send().await;
        assert_eq!(refused.problem(403), "address-not-allowed");
        assert_eq!(sign_in(&world, &json!({})).await.problem(403), "address-not-allowed");
        assert_eq!(status(&world, "/v1/requests", &world.boss).await, 200, "it does not hold for those above");
    }

    async fn racing_guesses_are_slowed_down(host) {
        let world = Deployment::on(&host).await;
        let guess = json!({ "email": "boss@company.example", "password": "not the password at all" });
        let answers = join_all((0..16).map(|_| world.api.post("/v1/session").json(&guess).send())).await;
        let throttled = answers.iter().filter(|answer| answer.status == 429).count();
        assert_eq!(throttled, 6, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
        // In this second as many passwords were compared as may be.
        host.advance(Duration::from_secs(1));
        sign_in(&world, &json!({})).await.expect(201);
    }
}

//! How an account begins, as large as a phone and as a desktop: the invitation, and one-time codes.

use countersign_tests::sizes::{at_both_sizes, sign_in};
use countersign_tests::{PASSWORD, link_token, one_time_code, scanned_secret};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_accepted_once() {
    at_both_sizes(async |browser, host, world, _size| {
        let body =
            json!({ "email": "mia@company.example", "name": "Mia Berg", "organization_id": world.company });
        let invited = world.api.post("/v1/administrators").bearer(&world.boss).json(&body).send().await;
        let path = format!("/v1/administrators/{}/permissions", invited.expect(201).text_at("/id"));
        let body = json!({ "permissions": ["view-approvals"] });
        world.api.put(&path).bearer(&world.boss).json(&body).send().await.expect(200);
        host.settle().await.unwrap();
        let token = link_token(&host.providers, "mia@company.example", "/invitation#");
        let link = host.url(&format!("/invitation#{token}"));
        browser.open(&link).await;
        browser.fill("Password", PASSWORD).await;
        browser.fill("Password, again", PASSWORD).await;
        browser.press("Accept").await;
        browser.has("heading", "Approval Center").await;
        browser.settles().await;
        browser.is_accessible().await;
        assert_eq!(browser.complaints().await, [""; 0]);
        browser.open(&host.url("/me")).await;
        browser.says("mia@company.example").await;

        browser.open(&host.url("/forgotten-password")).await;
        browser.open(&link).await;
        browser.fill("Password", PASSWORD).await;
        browser.fill("Password, again", PASSWORD).await;
        browser.press("Accept").await;
        browser.says("This invitation has been used").await;
        browser.is_accessible().await;
        browser.was_refused(&["/v1/invitations/accept", "401"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_time_codes_are_set_up_step_by_step() {
    at_both_sizes(async |browser, host, world, _size| {
        browser.open(&host.url("/one-time-codes")).await;
        browser.fill("Password", PASSWORD).await;
        browser.press("Continue").await;
        browser.has("heading", "Scan this picture").await;
        browser.is_accessible().await;
        let secret = browser.text("#codes-secret").await;
        for theme in ["light", "dark"] {
            browser.prefer(theme).await;
            assert_eq!(scanned_secret(browser, "img.qr").await, secret, "{theme}");
        }
        browser.fill("Code that the app shows", &one_time_code(host.clock.now(), &secret)).await;
        browser.press("Confirm").await;
        browser.has("heading", "Keep your recovery codes").await;
        browser.is_accessible().await;
        let recovery = browser.text(".recovery-codes code").await;
        browser.press("I have kept them").await;
        browser.settles().await;
        let codes = world.api.get("/v1/totp").bearer(&world.boss).send().await.expect(200).json();
        assert_eq!(codes["set_up"], true, "{codes}");

        // Without the authenticator.
        for is_new in [true, false] {
            browser.open(&host.url("/me")).await;
            browser.press("Sign out").await;
            browser.says("You are signed out.").await;
            sign_in(browser, "boss@company.example").await;
            browser.fill("One-time code", &recovery).await;
            browser.press("Sign in").await;
            if is_new {
                browser.has("heading", "Approval Center").await;
            } else {
                browser.says("is wrong or was used before").await;
                browser.is_accessible().await;
            }
        }
    })
    .await;
}

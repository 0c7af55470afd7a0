//! Signing in a program with a device code, in a real browser.

use countersign_tests::Answer;
use countersign_tests::sizes::{Size, at_both_sizes, sign_in};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_signed_in_with_the_code_that_its_owner_compares() {
    at_both_sizes(async |browser, host, world, size| {
        let start = async || {
            let body = json!({ "description": "countersign on pc-7" });
            world.api.post("/v1/device-logins").json(&body).send().await.expect(201)
        };
        let ask = async |started: &Answer| {
            let body = json!({ "device_code": started.text_at("/device_code") });
            world.api.post("/v1/device-logins/session").json(&body).send().await
        };
        browser.open(&host.url("/me")).await;
        browser.press("Sign out").await;
        browser.says("You are signed out.").await;
        if size == Size::Phone {
            browser.lay_out(320, 640).await;
        }

        // The link that the program prints, before signing in.
        let started = start().await;
        browser.open(&started.text_at("/verification_url_complete")).await;
        sign_in(browser, "clerk@company.example").await;
        browser.has("heading", "Sign in a program").await;
        browser.is_accessible().await;
        browser.press("Continue").await;
        browser.says("countersign on pc-7").await;
        browser.says(&started.text_at("/user_code")).await;
        browser.says("It asks from the address that you have, too.").await;
        // The code was not compared.
        browser.has_disabled("button", "Approve").await;
        browser.is_accessible().await;
        assert_eq!(browser.too_wide().await, [""; 0]);
        assert_eq!(ask(&started).await.status, 409, "looking decides nothing");
        browser.choose("checkbox", "I see the code").await;
        browser.press("Approve").await;
        browser.says("The program is signed in as you").await;
        browser.is_accessible().await;
        let session = ask(&started).await.expect(201);
        assert_eq!(session.text_at("/administrator/email"), "clerk@company.example");

        // A code that is typed: a wrong one, and one that is denied.
        browser.press("Enter another code").await;
        browser.fill("Code", "bbbb bbbb").await;
        browser.press("Continue").await;
        browser.says("No program waits with this code.").await;
        browser.was_refused(&["/v1/device-logins/BBBB-BBBB", "404"]).await;
        let denied = start().await;
        browser.fill("Code", &denied.text_at("/user_code").replace('-', " ").to_lowercase()).await;
        browser.press("Continue").await;
        browser.says(&denied.text_at("/user_code")).await;
        browser.press("Deny").await;
        browser.says("The program is not signed in.").await;
        assert_eq!(ask(&denied).await.problem(403), "device-login-denied");

        browser.open(&host.url("/me/sign-in")).await;
        browser.says("countersign on pc-7").await;
    })
    .await;
}

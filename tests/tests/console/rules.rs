//! Rules in a real browser, as large as a phone and as a desktop: tried on what was asked, made, edited and deleted.

use countersign_host::harness::TestHost;
use countersign_tests::sizes::{at_both_sizes, sign_in};
use countersign_tests::{Deployment, sha256};
use jiff::SignedDuration;
use serde_json::{Value, json};

async fn rules(world: &Deployment) -> Value {
    let path = format!("/v1/rules?organization_id={}", world.company);
    world.api.get(&path).bearer(&world.boss).send().await.expect(200).json()["items"].clone()
}

/// A rule of the company that approves one file.
async fn rule_for(world: &Deployment, bytes: &[u8]) -> String {
    let rule = json!({ "name": "The report", "effect": "approve", "criteria": { "kinds": ["application"], "sha256": sha256(bytes) } });
    let body = json!({ "organization_id": world.company, "rule": rule });
    world.api.post("/v1/rules").bearer(&world.boss).json(&body).send().await.expect(201).text_at("/id")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_tried_on_what_was_asked_before_it_is_made() {
    at_both_sizes(async |browser, host, world, _size| {
        let id = world.submit(&world.request_for(b"report"), "one").await.expect(201).text_at("/id");
        world.submit(&world.request_for(b"another"), "two").await.expect(201);
        world.decide(&world.boss, &id, &json!({ "outcome": "denied" })).await.expect(200);
        browser.open(&host.url(&format!("/rules?organization={}", world.company))).await;
        browser.has("heading", "Everything is decided by people.").await;
        browser.is_accessible().await;
        browser.choose("link", "New rule").await;
        browser.says("Say what must fit.").await;
        browser.is_accessible().await;
        // It has no name.
        browser.has_disabled("button", "Make the rule").await;
        browser.fill("Name", "The report").await;
        browser.fill("File (SHA-256)", &sha256(b"report")).await;
        browser.has("heading", "Would have decided 1 of 2 requests of the past 30 days").await;
        browser.says("Denied instead").await;
        browser.is_accessible().await;
        browser.fill("Most requests", "3").await;
        browser.press("Make the rule").await;
        browser.has("heading", "The report").await;
        browser.says("The rule is made.").await;
        browser.is_accessible().await;
        let made = rules(world).await;
        assert_eq!(made[0]["name"], "The report");
        assert_eq!((&made[0]["max_uses"], &made[0]["scope"]), (&json!(3), &json!("computer")));
        assert_eq!(made[0]["criteria"]["sha256"], sha256(b"report"));

        browser.open(&host.url(&format!("/rules?organization={}", world.company))).await;
        browser.says("Approves applications for the computer, without an end").await;
        browser.says("3 of 3 uses left").await;
        browser.says("Would have decided 1 of 2").await;
        browser.is_accessible().await;
    })
    .await;
}

/// As many computers ask for one file, and each gets one of these answers. The report knows of it.
async fn decided(host: &TestHost, world: &Deployment, outcomes: &[&str]) {
    for (number, outcome) in outcomes.iter().enumerate() {
        let (_, computer) = world.another_computer(&format!("desk-{number}")).await;
        let call = world.api.post("/agent/v1/requests").bearer(&computer).json(&world.request_for(b"report"));
        let id = call.header("idempotency-key", "one").send().await.expect(201).text_at("/id");
        world.decide(&world.boss, &id, &json!({ "outcome": outcome })).await.expect(200);
    }
    host.settle().await.unwrap();
    // What happened is in the report after a minute.
    host.clock.advance(SignedDuration::from_secs(61));
    host.settle().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_always_approved_is_tried_as_the_first_rule() {
    at_both_sizes(async |browser, host, world, _size| {
        decided(host, world, &["approved"; 3]).await;
        browser.open(&host.url(&format!("/rules?organization={}", world.company))).await;
        browser.has("heading", "Everything is decided by people.").await;
        browser
            .says("The past 30 days show 3 requests for one file that were always approved: report.exe.")
            .await;
        browser.is_accessible().await;
        browser.choose("link", "Try it as a rule").await;
        browser.address_has(&format!("sha256={}", sha256(b"report"))).await;
        browser.has("heading", "Would have decided 3 of 3 requests of the past 30 days").await;
        browser.press("Make the rule").await;
        browser.says("The rule is made.").await;
        let made = rules(world).await;
        assert_eq!((&made[0]["name"], &made[0]["scope"]), (&json!("report.exe"), &json!("computer")));
        assert_eq!(made[0]["criteria"]["sha256"], sha256(b"report"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_denied_once_is_not_offered_as_a_rule_nor_anything_to_who_sees_no_reports() {
    at_both_sizes(async |browser, host, world, _size| {
        decided(host, world, &["approved", "approved", "approved", "denied"]).await;
        let address = host.url(&format!("/rules?organization={}", world.company));
        browser.open(&address).await;
        browser.settles().await;
        browser.says("A rule decides by itself what always gets the same answer.").await;
        browser.has_no("link", "Try it as a rule").await;
        browser.open(&host.url("/me")).await;
        browser.press("Sign out").await;
        sign_in(browser, "clerk@company.example").await;
        browser.open(&address).await;
        browser.settles().await;
        browser.says("A rule decides by itself what always gets the same answer.").await;
        browser.has_no("link", "Try it as a rule").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_is_tried_again_and_saved_and_what_the_server_refuses_stands_at_its_field() {
    at_both_sizes(async |browser, host, world, _size| {
        let rule = rule_for(world, b"report").await;
        world.submit(&world.request_for(b"report"), "one").await.expect(201);
        host.settle().await.unwrap();
        browser.open(&host.url(&format!("/rules/{rule}/dry-run?organization={}", world.company))).await;
        browser.has("heading", "Would have decided 1 of 1 request of the past 30 days").await;
        browser.fill("Most requests", "0").await;
        browser.press("Save").await;
        browser.says("Must be 1 to 1000000.").await;
        browser.is_accessible().await;
        browser.was_refused(&["422"]).await;
        browser.fill("Most requests", "10").await;
        browser.fill("Path", "C:\\Tools\\*").await;
        browser.fill("User", "company\\ann").await;
        browser.choose("radio", "Denies").await;
        browser.has("heading", "Would have decided 1 of 1 request of the past 30 days").await;
        browser.says("Approved instead").await;
        browser.press("Save").await;
        browser.says("Saved. It counts from the next request on.").await;
        let saved = rules(world).await;
        assert_eq!((&saved[0]["effect"], &saved[0]["max_uses"]), (&json!("deny"), &json!(10)));
        assert_eq!(saved[0]["criteria"]["path"], "C:\\Tools\\*");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_a_rule_says_what_people_decide_from_then_on() {
    at_both_sizes(async |browser, host, world, _size| {
        rule_for(world, b"report").await;
        browser.open(&host.url(&format!("/rules?organization={}", world.company))).await;
        browser.press("What can be done with The report").await;
        browser.press("Delete").await;
        browser.says("From then on people decide what it decided.").await;
        browser.is_accessible().await;
        browser.press("Delete the rule").await;
        browser.has("heading", "Everything is decided by people.").await;
        assert_eq!(rules(world).await, json!([]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_decide_for_computers_alone_makes_rules_for_computers_alone() {
    at_both_sizes(async |browser, host, world, _size| {
        browser.open(&host.url("/me")).await;
        browser.press("Sign out").await;
        sign_in(browser, "clerk@company.example").await;
        browser.open(&host.url(&format!("/rules/new?organization={}", world.company))).await;
        browser.has("radio", "The computer").await;
        browser.says("Approve for Group").await;
        browser.has_disabled("radio", "The organization").await;
        browser.has_disabled("radio", "Its group").await;
        browser.has_enabled("radio", "The computer").await;
        browser.is_accessible().await;
        browser.fill("Name", "The report").await;
        browser.fill("File (SHA-256)", &sha256(b"report")).await;
        browser.press("Make the rule").await;
        browser.says("The rule is made.").await;
        assert_eq!(rules(world).await[0]["maker"]["id"], world.clerk);
    })
    .await;
}

//! The System Audit and the Unified Audit in a real browser, as large as a phone and as a desktop.

use countersign_tests::sizes::{Size, at_both_sizes};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_system_audit_says_in_sentences_who_did_what() {
    at_both_sizes(async |browser, host, world, _size| {
        let body = json!({ "organization_id": world.root, "name": "Technician", "permissions": ["approve-for-group"] });
        world.api.post("/v1/roles").bearer(&world.boss).json(&body).send().await.expect(201);
        host.settle().await.unwrap();
        browser.open(&host.url("/audit/system")).await;
        browser.has("heading", "System Audit").await;
        browser.says("Boss created the role Technician").await;
        browser.says("Boss deployed Policies, version 1").await;
        browser.is_accessible().await;
        browser.press("Boss created the role Technician").await;
        browser.says("role.created").await;
        browser.says("Approve for Group").await;
        browser.is_accessible().await;
        browser.address_has("/audit/system?entry=evt_").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_maintenance_mode_is_named_as_on_its_page() {
    at_both_sizes(async |browser, host, world, _size| {
        let until = host.clock.now() + jiff::SignedDuration::from_hours(2);
        let path = format!("/v1/organizations/{}/computers/{}/maintenance", world.company, world.computer);
        let body = json!({ "mode": "monitor_only", "until": until });
        world.api.post(&path).bearer(&world.boss).json(&body).send().await.expect(200);
        host.settle().await.unwrap();
        browser.open(&host.url(&format!("/audit/system?organization={}", world.company))).await;
        browser.says("Boss set the maintenance mode Monitor only for pc-1").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_is_narrowed_and_the_address_says_how() {
    at_both_sizes(async |browser, host, world, _size| {
        host.settle().await.unwrap();
        browser.open(&host.url(&format!("/audit/system?organization={}", world.company))).await;
        browser.says("Boss invited Clerk").await;
        browser.pick("Who acted", "Clerk").await;
        browser.says_instead("Clerk accepted the invitation", "Boss invited Clerk").await;
        browser.address_has(&format!("actor={}", world.clerk)).await;
        browser.pick("Who acted", "Anybody").await;
        browser.pick("What", "Policies and rules").await;
        browser.says_instead("Boss deployed Policies, version 1", "Boss invited Clerk").await;
        browser.address_has("act=policy%2Cpolicies%2Crule%2Ctag").await;
        browser.pick("What", "Anything").await;
        browser.fill("Search the entries", "INVITED").await;
        browser.says_instead("Boss invited Clerk", "Boss deployed Policies, version 1").await;
        browser.is_accessible().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn days_and_an_id_narrow_the_audit() {
    at_both_sizes(async |browser, host, world, _size| {
        host.settle().await.unwrap();
        browser
            .open(&host.url(&format!("/audit/system?organization={}&from=2000-01-01", world.company)))
            .await;
        browser.says("Boss invited Clerk").await;
        browser.says("1 filter").await;
        browser.fill("Id of a request, computer or person", "clerk").await;
        browser.press("Find").await;
        browser.says("That is no id.").await;
        browser.is_accessible().await;
        browser.fill("Id of a request, computer or person", "req_01ARZ3NDEKTSV4RRFFQ69G5FAV").await;
        browser.press("Find").await;
        browser.has("heading", "No entry matches.").await;
        browser.is_accessible().await;
        browser.press("Clear the search").await;
        browser.says("Boss invited Clerk").await;
        browser.open(&host.url(&format!("/audit/system?organization={}&to=2000-01-01", world.company))).await;
        browser.has("heading", "No entry matches.").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_filters_find_is_exported_and_the_export_is_on_record() {
    at_both_sizes(async |browser, host, world, _size| {
        host.settle().await.unwrap();
        browser
            .open(&host.url(&format!("/audit/system?organization={}&act=administrator", world.company)))
            .await;
        browser.says("Boss invited Clerk").await;
        let counted =
            format!("/v1/audit/system/export?organization_id={}&act=administrator&count=true", world.company);
        let counted = world.api.get(&counted).bearer(&world.boss).send().await.expect(200).json();
        let rows = counted["end"]["rows"].as_u64().unwrap();
        assert!(rows > 1, "{counted}");
        browser.press("Export").await;
        browser.has("button", &format!("As JSON lines {rows} entries")).await;
        browser.is_accessible().await;
        browser.press(&format!("As CSV {rows} entries")).await;
        browser.says(&format!("{rows} entries exported. The export is on record.")).await;
        browser.is_accessible().await;
        host.settle().await.unwrap();
        browser.open(&host.url(&format!("/audit/system?organization={}", world.company))).await;
        browser.says("Boss exported the System Audit of").await;
    })
    .await;
}

/// Answers in the place of the server when an export is counted.
const COUNTED: &str = r#"
    const { fetch } = window;
    window.fetch = (url, init) => (String(url).includes("count=true") ? Promise.resolve(new Response(ANSWER)) : fetch(url, init));
"#;

#[tokio::test(flavor = "multi_thread")]
async fn an_export_says_whether_all_of_its_entries_were_counted() {
    at_both_sizes(async |browser, host, world, _size| {
        host.settle().await.unwrap();
        // Of a long audit the server counts a part; the other answer breaks off.
        let part = r#"{"end":{"rows":12408,"looked_at":20000,"next_cursor":"more"}}"#;
        for (answer, words) in [(part, "As CSV at least 12,408 entries"), ("", "As CSV Not counted")] {
            browser.open(&host.url(&format!("/audit/system?organization={}", world.company))).await;
            browser.says("Boss invited Clerk").await;
            browser.run(&COUNTED.replace("ANSWER", &json!(answer).to_string())).await;
            browser.press("Export").await;
            browser.has("button", words).await;
            browser.is_accessible().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chain_is_checked_from_its_head_and_compared_with_a_note() {
    at_both_sizes(async |browser, host, world, _size| {
        host.settle().await.unwrap();
        browser.open(&host.url("/audit/system")).await;
        // Its newest rows are checked by themselves, which is all of this one.
        browser.says("unbroken to ").await;
        browser.press("The chain of this audit").await;
        browser.says("from the newest to the oldest.").await;
        let head = browser.text(".chain-head").await;
        browser.is_accessible().await;
        let verified = world.api.get("/v1/audit/system/verify").bearer(&world.boss).send().await.expect(200);
        assert_eq!(verified.text_at("/head"), head, "the head of the server");
        browser.fill("Rows at that time", "1").await;
        browser.fill("Head at that time", &head).await;
        browser.press("Check it again").await;
        browser.says("Another row is in the place of the noted one").await;
        browser.is_accessible().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_unified_audit_says_what_happened_at_computers() {
    at_both_sizes(async |browser, host, world, size| {
        let id = world.submit(&world.request_for(b"in the audit"), "key").await.expect(201).text_at("/id");
        let body = json!({ "outcome": "approved", "scope": "computer" });
        world.decide(&world.boss, &id, &body).await.expect(200);
        host.settle().await.unwrap();
        browser.open(&host.url(&format!("/audit/unified?about={id}"))).await;
        browser.has("heading", "Unified Audit").await;
        browser.says("asked for report.exe").await;
        browser.says("Boss approved a request of pc-1").await;
        browser.open(&host.url(&format!("/audit/unified?actor={}", world.computer))).await;
        browser.says("asked for report.exe").await;
        browser.press("Export").await;
        browser.has("button", "As JSON lines").await;
        browser.is_accessible().await;
        if size == Size::Desktop {
            browser.has("link", "Unified Audit").await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computer_of_another_organization_is_found_and_its_page_opens_from_an_entry() {
    at_both_sizes(async |browser, host, world, size| {
        let until = host.clock.now() + jiff::SignedDuration::from_hours(2);
        let path = format!("/v1/organizations/{}/computers/{}/maintenance", world.company, world.computer);
        let body = json!({ "mode": "monitor_only", "until": until });
        world.api.post(&path).bearer(&world.boss).json(&body).send().await.expect(200);
        host.settle().await.unwrap();
        browser.open(&host.url(&format!("/audit/system?organization={}", world.company))).await;
        browser.press("Boss set the maintenance mode").await;
        browser.choose("link", "pc-1").await;
        browser.has("heading", "pc-1").await;
        if size == Size::Desktop {
            // The address names no organization: the reader's own one is another.
            browser.open(&host.url("/me")).await;
            browser.press("Search or go to").await;
            browser.fill("Search or go to", "pc-1").await;
            browser.choose("link", "pc-1").await;
            browser.has("heading", "pc-1").await;
        }
    })
    .await;
}

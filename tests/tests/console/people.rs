//! Administrators, roles and *Who may do what* in a real browser, as large as a phone and as a desktop.

use countersign_tests::sizes::{Size, at_both_sizes, sign_in};
use countersign_tests::{Browser, Deployment};
use serde_json::{Value, json};

/// Saves what Update Administrator or a role has: a phone shows first what that changes.
async fn save(browser: &Browser, size: Size, words: &str) {
    if size == Size::Phone {
        browser.press("Review and save").await;
        browser.says("What saving changes").await;
    }
    browser.press(words).await;
}

async fn read(world: &Deployment, path: &str) -> Value {
    world.api.get(path).bearer(&world.boss).send().await.expect(200).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_is_invited_and_given_a_permission_with_what_that_changes() {
    at_both_sizes(async |browser, host, world, size| {
        browser.open(&host.url("/administrators")).await;
        browser.says("You are the only one.").await;
        browser.is_accessible().await;
        browser.press("Invite an administrator").await;
        browser.fill("Email address", "mia@company.example").await;
        browser.fill("Name", "Mia Berg").await;
        browser.is_accessible().await;
        browser.press("Send the invitation").await;
        browser.says("The invitation is on its way").await;
        host.settle().await.unwrap();
        browser.press("Give permissions").await;
        browser.has("heading", "Mia Berg").await;
        browser.press("Approval").await;
        browser.choose("checkbox", "Approve for Group").await;
        browser.says("Approve for Group").await;
        browser.is_accessible().await;
        if size == Size::Desktop {
            browser.says("at Company A and 1 organization below it").await;
        }
        save(browser, size, "Save 1 change").await;
        browser.says("Saved. It counts from their next request on.").await;

        let path = format!("/v1/administrators?organization_id={}&q=mia", world.root);
        let found = read(world, &path).await;
        assert_eq!(found["items"][0]["permissions"], json!(["approve-for-group"]), "{size:?}");
        assert_eq!(found["items"][0]["state"], "invited");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_cannot_give_is_disabled_with_the_reason() {
    at_both_sizes(async |browser, host, world, _size| {
        let held = ["change-permission", "view-administrators", "view-approvals"];
        world.administrator(host, "lead@company.example", &world.company, &held).await;
        let more = ["change-permission", "view-administrators", "approve-for-entire-organization"];
        let (petra, _) = world.administrator(host, "petra@company.example", &world.company, &more).await;
        let named = json!({ "name": "Petra Lindqvist" });
        world.patch(&format!("/v1/administrators/{petra}"), &named).await.expect(200);
        browser.open(&host.url("/me")).await;
        browser.press("Sign out").await;
        sign_in(browser, "lead@company.example").await;
        browser.has("heading", "Approval Center").await;
        browser.open(&host.url(&format!("/administrators/{}/permissions", world.clerk))).await;
        browser.says("can be given only by an administrator who holds it").await;
        browser.has_disabled("checkbox", "Approve for Entire Organization").await;
        // The other one is the first administrator, whom this one does not see.
        browser.says("Petra Lindqvist or 1 other can give it.").await;
        browser.says("The managing organization can give it.").await;
        // What may be given is found out by asking what giving it would do.
        browser.settles().await;
        browser.was_refused(&["dry_run=true", "403"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_made_and_assigned_and_who_holds_it_is_shown() {
    at_both_sizes(async |browser, host, world, size| {
        browser.open(&host.url("/roles")).await;
        browser.says("No roles yet.").await;
        browser.is_accessible().await;
        browser.press("New Role").await;
        browser.fill("Name", "Technician").await;
        browser.press("Approval").await;
        browser.choose("checkbox", "Approve for Group").await;
        save(browser, size, "Save 2 changes").await;
        browser.says("Nobody.").await;
        browser.is_accessible().await;

        browser.open(&host.url(&format!("/administrators/{}/permissions", world.clerk))).await;
        browser.press("Add a role").await;
        browser.pick("Role", "Technician").await;
        if size == Size::Desktop {
            browser.says("Approve for Group at Company B").await;
        }
        browser.is_accessible().await;
        save(browser, size, "Save 1 change").await;
        browser.says("Saved. It counts from their next request on.").await;
        browser.says("role Technician, from Company B").await;

        let path = format!(
            "/v1/administrators/{}/effective-permissions?organization_id={}",
            world.clerk, world.company
        );
        let held = read(world, &path).await["permissions"].to_string();
        assert!(held.contains("approve-for-group"), "{held}");
        browser.open(&host.url("/roles")).await;
        browser.choose("link", "Technician").await;
        browser.has("link", "Clerk").await;
        browser.says("at Company B").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_is_found_by_what_it_gives_and_says_what_it_works_with() {
    at_both_sizes(async |browser, host, world, _size| {
        browser.open(&host.url(&format!("/administrators/{}/permissions", world.clerk))).await;
        browser.fill("Find one of", "revoke approval").await;
        browser.has("checkbox", "Approve for Group").await;
        browser.says_not("View Reports").await;
        browser.fill("Find one of", "elevation administrator").await;
        browser.says("Does nothing alone: needs View Approvals").await;
        browser.choose("checkbox", "Elevation Administrator").await;
        browser.says("Works with Approve for Single Computer: for a single computer").await;
        browser.says_not("Does nothing alone").await;
        browser.is_accessible().await;
        browser.fill("Find one of", "no such thing").await;
        browser.says("No permission matches").await;
        browser.settles().await;
        // What may be given is found out by asking what giving it would do, of those that were shown long enough.
        let refused = browser.complaints().await;
        assert!(refused.iter().all(|line| line.contains("dry_run=true")), "{refused:?}");
    })
    .await;
}

/// Whether the page shows what saving would change.
const PREVIEWED: &str = "return document.querySelector('.impact-line') !== null;";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_colleague_changed_meanwhile_stands_beside_ones_own_changes() {
    at_both_sizes(async |browser, host, world, size| {
        browser.open(&host.url(&format!("/administrators/{}/permissions", world.clerk))).await;
        browser.choose("checkbox", "Approve for Group").await;
        browser.until_it_is(PREVIEWED, true).await;
        let path = format!("/v1/administrators/{}/permissions", world.clerk);
        let theirs = json!({ "permissions": ["approve-for-single-computer", "view-reports"] });
        world.api.put(&path).bearer(&world.boss).json(&theirs).send().await.expect(200);
        save(browser, size, "Save 1 change").await;
        browser.says("Somebody else changed Clerk meanwhile.").await;
        browser.says("gave View Reports").await;
        browser.was_refused(&[world.clerk.as_str(), "412"]).await;
        browser.settles().await;
        browser.is_accessible().await;
        save(browser, size, "Save 1 change").await;
        browser.says("Saved. It counts from their next request on.").await;
        let held = read(world, &format!("/v1/administrators/{}", world.clerk)).await["permissions"].take();
        assert_eq!(held, json!(["approve-for-group", "approve-for-single-computer", "view-reports"]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_becomes_wider_or_narrower_keeps_what_was_changed() {
    at_both_sizes(async |browser, host, world, size| {
        browser.open(&host.url(&format!("/administrators/{}/permissions", world.clerk))).await;
        browser.choose("checkbox", "Approve for Group").await;
        let (width, height, save) = match size {
            Size::Phone => (1440, 900, "Save 1 change"),
            Size::Desktop => (390, 844, "Review and save"),
        };
        browser.lay_out(width, height).await;
        browser.has("button", save).await;
        browser.until_it_is("return document.querySelectorAll('.permission input:checked').length;", 2).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_a_role_names_who_loses_it_and_wants_its_name() {
    at_both_sizes(async |browser, host, world, size| {
        let body = json!({ "organization_id": world.root, "name": "Technician", "permissions": ["approve-for-group"] });
        let role = world.api.post("/v1/roles").bearer(&world.boss).json(&body).send().await.expect(201).text_at("/id");
        let assigned = json!({ "assignments": [{ "role_id": role }] });
        let path = format!("/v1/administrators/{}/roles", world.clerk);
        world.api.put(&path).bearer(&world.boss).json(&assigned).send().await.expect(200);

        browser.open(&host.url(&format!("/roles/{role}"))).await;
        browser.press("What can be done with this role").await;
        browser.press("Delete the role").await;
        browser.says("1 loses Approve for Group").await;
        // Its name is not typed.
        browser.has_disabled("button", "Delete the role").await;
        browser.is_accessible().await;
        browser.fill("Type Technician to go on", "Technician").await;
        browser.press("Delete the role").await;
        browser.says("No roles yet.").await;
        let left = read(world, &format!("/v1/roles?organization_id={}", world.root)).await;
        assert_eq!(left["items"], json!([]), "{size:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_disabled_and_enabled_again() {
    at_both_sizes(async |browser, host, world, _size| {
        browser
            .open(
                &host.url(&format!("/administrators/{}/profile?organization={}", world.clerk, world.company)),
            )
            .await;
        browser.has("heading", "Clerk").await;
        browser.is_accessible().await;
        browser.press("What can be done with this account").await;
        browser.press("Disable").await;
        browser.says("enabling gives them back").await;
        browser.says("Approve for Single Computer").await;
        browser.press("Disable").await;
        browser.says("Disabled").await;
        let path = format!("/v1/administrators/{}", world.clerk);
        assert_eq!(read(world, &path).await["state"], "disabled");
        browser.press("What can be done with this account").await;
        browser.press("Enable").await;
        browser.press("Enable").await;
        browser.press("What can be done with this account").await;
        browser.has("button", "Disable").await;
        assert_eq!(read(world, &path).await["state"], "active");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_tab_of_an_administrator_is_accessible() {
    at_both_sizes(async |browser, host, world, _size| {
        for (tab, words) in [
            ("profile", "Language of messages"),
            ("permissions", "Individual permissions"),
            ("notifications", "Notify on request"),
            ("sessions", "One-time codes"),
            ("record", "Clerk"),
        ] {
            browser.open(&host.url(&format!("/administrators/{}/{tab}", world.clerk))).await;
            browser.says(words).await;
            browser.is_accessible().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn may_somebody_do_something_is_answered_with_the_reasons_and_who_can() {
    at_both_sizes(async |browser, host, world, _size| {
        browser.open(&host.url(&format!("/access?who={}&organization={}", world.clerk, world.company))).await;
        browser.has("heading", "Yes").await;
        browser.says("given singly here").await;
        browser.is_accessible().await;
        browser.pick("for", "A group").await;
        browser.has("heading", "No, only for a single computer").await;
        browser.says("missing at Company B").await;
        browser.says("Boss can give it.").await;
        browser.pick("May", "Boss").await;
        browser.has("heading", "Yes").await;
        browser.says("Everybody at Company B").await;
        browser.is_accessible().await;
        browser.address_has("scope=group").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_do_nothing_is_in_the_table_of_everybody_too() {
    at_both_sizes(async |browser, host, world, _size| {
        let (nora, _) = world.administrator(host, "nora@company.example", &world.company, &[]).await;
        let named = json!({ "name": "Nora Nothing" });
        world.patch(&format!("/v1/administrators/{nora}"), &named).await.expect(200);
        let ivo =
            json!({ "email": "ivo@company.example", "name": "Ivo New", "organization_id": world.company });
        world.api.post("/v1/administrators").bearer(&world.boss).json(&ivo).send().await.expect(201);
        browser.open(&host.url(&format!("/access?organization={}", world.company))).await;
        browser.has("link", "Nora Nothing").await;
        browser.has("link", "Ivo New").await;
        let table = browser.text(".everybody").await;
        let of = |name: &str| table.find(name).unwrap_or_else(|| panic!("{name}: {table}"));
        assert!(of("Clerk") < of("Nora Nothing"), "those who may come first: {table}");
        assert!(table[of("Ivo New")..].contains("Invited"), "{table}");
        browser.is_accessible().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_of_an_administrator_leads_to_the_audit() {
    at_both_sizes(async |browser, host, world, _size| {
        browser.open(&host.url(&format!("/administrators/{}/record", world.clerk))).await;
        browser.has("link", "Boss invited Clerk").await;
        browser.is_accessible().await;
        browser.choose("link", "Boss invited Clerk").await;
        browser.has("heading", "System Audit").await;
        // The entry is open: its act is one of its details.
        browser.says("administrator.invited").await;
        browser.address_has(&format!("about={}", world.clerk)).await;
    })
    .await;
}

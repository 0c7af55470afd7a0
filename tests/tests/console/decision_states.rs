//! The states of a decision: what is said in each, and what can be done then.

use std::time::Duration;

use countersign_host::harness::TestHost;
use countersign_tests::sizes::{Size, at_both_sizes, sign_in};
use countersign_tests::{Browser, Deployment};
use serde_json::{Value, json};

use crate::{HEARS_NOTHING, asked_for, status_of};

/// As the server would answer somebody whose permissions open requests and decide none.
const OPENS_ALONE: &str = r#"
    {
        const { fetch } = window;
        window.fetch = async (url, init) => {
            const answer = await fetch(url, init);
            if (!/\/v1\/requests\/req_\w+$/.test(String(url))) return answer;
            const request = await answer.json();
            const missing = [[{ permission: "approve-for-single-computer", organization_id: request.organization.id }]];
            request.actions = request.actions.map((one) => ({ ...one, allowed: false, missing }));
            return Response.json(request);
        };
    }
"#;

/// Presses the button that approves, whether it is disabled or not.
const PRESS_APPROVE: &str = "document.getElementById('approve').click();";

async fn open(browser: &Browser, host: &TestHost, id: &str) {
    browser.open(&host.url(&format!("/requests/{id}"))).await;
    browser.says("I need it for the report").await;
}

/// Presses what stands below the decision on a desktop, and in a menu on a phone.
async fn press_further(browser: &Browser, size: Size, name: &str) {
    if size == Size::Phone {
        browser.press("More").await;
    }
    browser.press(name).await;
}

async fn read(world: &Deployment, id: &str) -> Value {
    world.api.get(&format!("/v1/requests/{id}")).bearer(&world.boss).send().await.expect(200).json()
}

/// The computer asks for the status of its request.
async fn asks(world: &Deployment, id: &str) {
    let status = world.api.get(&format!("/agent/v1/requests/{id}")).bearer(&world.computer_token);
    status.send().await.expect(200);
}

/// Gives the computer a name; its requests from then on say it.
async fn name_the_computer(world: &Deployment) {
    let path = format!("/v1/organizations/{}/computers/{}", world.company, world.computer);
    world.patch(&path, &json!({ "name": "Front desk" })).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_hides_its_ending_is_looked_at_before_it_is_approved() {
    at_both_sizes(async |browser, host, world, _size| {
        let id = asked_for(world, "invoice\u{202e}fdp.exe").await;
        host.settle().await.unwrap();
        open(browser, host, &id).await;
        browser.says("The name hides its ending: it is an .exe, not a .pdf.").await;
        browser.says("U+202E").await;
        browser.settles().await;
        browser.is_accessible().await;
        // Nobody has looked at it.
        browser.has_disabled("button", "Approve").await;
        // A denial needs no look.
        browser.has_enabled("button", "Deny").await;
        browser.run(PRESS_APPROVE).await;
        browser.settles().await;
        assert_eq!(status_of(world, &id).await, "pending", "what is off does nothing");
        browser.choose("checkbox", "I looked at this").await;
        browser.press("Approve").await;
        browser.says("Approved for").await;
        assert_eq!(status_of(world, &id).await, "approved");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_or_ended_meanwhile_is_said_and_nothing_else_is_decided() {
    at_both_sizes(async |browser, host, world, size| {
        name_the_computer(world).await;
        let id = asked_for(world, "moved.exe").await;
        let (withdrawn, forgotten) =
            (asked_for(world, "withdrawn.exe").await, asked_for(world, "old.exe").await);
        host.settle().await.unwrap();
        open(browser, host, &id).await;
        if size == Size::Phone {
            browser.press("Change").await;
        }
        browser.choose("radio", "Its group").await;
        // What it said first is of the computer alone.
        browser.says("of Workstations may run this file").await;
        browser.run_until_called(HEARS_NOTHING).await;
        let groups = format!("/v1/organizations/{}/groups", world.company);
        let servers = world.api.post(&groups).bearer(&world.boss).json(&json!({ "name": "Servers" }));
        let servers = servers.send().await.expect(201).text_at("/id");
        let path = format!("/v1/organizations/{}/computers/{}", world.company, world.computer);
        world.patch(&path, &json!({ "group_id": servers })).await.expect(200);
        browser.press("Approve").await;
        browser.says("Front desk moved to Servers.").await;
        browser.says("“Its group” now means Servers, not Workstations.").await;
        browser.says("Nothing was decided.").await;
        browser.settles().await;
        browser.is_accessible().await;
        assert_eq!(status_of(world, &id).await, "pending");
        browser.press("Approve").await;
        browser.says("Approved for Servers").await;
        browser.was_refused(&["/decision", "409"]).await;

        open(browser, host, &withdrawn).await;
        browser.settles().await;
        let path = format!("/agent/v1/requests/{withdrawn}/cancellation");
        world.api.post(&path).bearer(&world.computer_token).json(&json!({})).send().await.expect(200);
        browser.says("Everybody who asked has withdrawn, the last one").await;
        browser.says("Whoever asked can ask again.").await;
        browser.says("I need it for the report").await;
        browser.has("link", "Next").await;
        browser.settles().await;
        browser.is_accessible().await;

        // The session ends meanwhile, and no page is open that would be told so.
        browser.open("about:blank").await;
        host.advance(Duration::from_secs(15 * 86_400));
        host.settle().await.unwrap();
        browser.open(&host.url(&format!("/requests/{forgotten}"))).await;
        sign_in(browser, "boss@company.example").await;
        browser.says("Nobody decided in time; it ended").await;
        browser.says("Whoever asked can ask again.").await;
        browser.settles().await;
        browser.is_accessible().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_hold_what_is_missing_are_asked() {
    at_both_sizes(async |browser, host, world, size| {
        let id = asked_for(world, "report.exe").await;
        host.settle().await.unwrap();
        host.providers.email.clear();
        browser.open(&host.url("/me")).await;
        browser.press("Sign out").await;
        sign_in(browser, "clerk@company.example").await;
        open(browser, host, &id).await;
        if size == Size::Phone {
            browser.press("Change").await;
        }
        browser.says("at Company B. The managing organization has it.").await;
        // It is out of reach.
        browser.has_disabled("radio", "Its group").await;
        browser.settles().await;
        browser.is_accessible().await;
        browser.press("Ask them").await;
        browser.says("1 person was asked.").await;
        browser.is_accessible().await;
        host.settle().await.unwrap();
        let sent = host.providers.email.messages();
        let asks =
            |to: &str| sent.iter().any(|mail| mail.to == to && mail.text.contains("asks you to decide"));
        assert!(asks("boss@company.example") && !asks("clerk@company.example"), "{sent:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_is_taken_back_or_made_anew_where_it_stands() {
    at_both_sizes(async |browser, host, world, size| {
        name_the_computer(world).await;
        let (first, second) = (asked_for(world, "first.exe").await, asked_for(world, "second.exe").await);
        host.settle().await.unwrap();
        open(browser, host, &first).await;
        browser.press("Approve").await;
        browser.says("Approved for Front desk").await;
        browser.says("The computer has not asked since.").await;
        asks(world, &first).await;
        // The page finds out by itself.
        browser.says("Front desk had it").await;
        browser.is_accessible().await;
        browser.press("Revoke").await;
        browser.says("Front desk may not use it any more.").await;
        browser.is_accessible().await;
        browser.press("Keep it").await;
        assert_eq!(status_of(world, &first).await, "approved");
        browser.press("Revoke").await;
        browser.fill("Message to those who asked", "It is not needed.").await;
        browser.press("Revoke").await;
        browser.says("Boss revoked the approval").await;
        browser.says("It is not needed.").await;
        browser.says("The computer has not asked since.").await;
        asks(world, &first).await;
        browser.says("Front desk knew of it").await;
        browser.settles().await;
        browser.is_accessible().await;
        assert_eq!(status_of(world, &first).await, "revoked");

        open(browser, host, &second).await;
        press_further(browser, size, "Ignore").await;
        browser.says("nobody was told.").await;
        browser.settles().await;
        browser.is_accessible().await;
        assert_eq!(status_of(world, &second).await, "ignored");
        browser.press("Decide anew").await;
        browser.press("Deny").await;
        browser.fill("Message to", "Use the other one.").await;
        browser.press("Deny, tell").await;
        browser.says("Boss denied this").await;
        browser.press("Decide anew").await;
        browser.press("Approve").await;
        browser.says("Approved for Front desk").await;
        let earlier = read(world, &second).await["earlier_decisions"].take();
        let outcomes: Vec<_> = earlier.as_array().unwrap().iter().map(|one| one["outcome"].clone()).collect();
        assert_eq!(outcomes, ["denied", "ignored"]);

        // Elsewhere the computer has the same name.
        host.settle().await.unwrap();
        for (page, words) in [("grants", "For Front desk"), ("deliveries", "on Front desk")] {
            browser.open(&host.url(&format!("/{page}?organization={}", world.company))).await;
            browser.says(words).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_flagged_on_its_request_and_cleared_there() {
    at_both_sizes(async |browser, host, world, size| {
        let id = asked_for(world, "report.exe").await;
        world.another_computer("pc-2").await;
        host.settle().await.unwrap();
        open(browser, host, &id).await;
        press_further(browser, size, "Flag as malicious").await;
        browser.has("heading", "Flag report.exe as malicious?").await;
        browser.says("It counts for 2 computers.").await;
        // Its name is not typed.
        browser.has_disabled("button", "Flag as malicious for 2 computers").await;
        browser.is_accessible().await;
        browser.fill("Note for administrators", "It sends files away.").await;
        browser.fill("Type report.exe to confirm", "report.exe").await;
        browser.press("Flag as malicious for 2 computers").await;
        browser.says("Boss flagged this file").await;
        host.settle().await.unwrap();
        assert_eq!(status_of(world, &id).await, "denied");
        browser.says("Boss denied this").await;
        browser.says("“It sends files away.” Nobody can approve it at Company B or below until the flag is cleared.").await;
        browser.settles().await;
        browser.is_accessible().await;
        let anew = "return [...document.querySelectorAll('button')].some((one) => one.textContent.includes('Decide anew'));";
        assert_eq!(browser.run(anew).await, false, "it cannot be approved");

        browser.press("Clear the flag").await;
        browser.has("heading", "Clear the flag?").await;
        browser.is_accessible().await;
        browser.press("Clear the flag").await;
        browser.says_not("flagged this file").await;
        // The page may ask once more for a flag before it knows that there is none.
        browser.settles().await;
        browser.may_have_been_refused(&["/flag ", "404"]).await;
        browser.press("Decide anew").await;
        browser.press("Approve").await;
        browser.says("Approved for").await;
        assert_eq!(status_of(world, &id).await, "approved");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_who_asks_is_listed_and_a_denial_may_be_for_all_computers_that_wait() {
    at_both_sizes(async |browser, host, world, size| {
        let (_, other_computer) = world.another_computer("pc-2").await;
        let ask = async |name: &str| {
            let id = asked_for(world, name).await;
            let mut body = world.request_for(name.as_bytes());
            body["subject"]["path"] = json!(format!("C:\\Tools\\{name}"));
            let other = world.api.post("/agent/v1/requests").bearer(&other_computer).json(&body);
            let other = other.send().await.expect(201).text_at("/id");
            body["requester"] = json!({ "username": "COMPANY\\bob", "email": "bob@company.example" });
            body["reason"] = json!("Me too, for the audit");
            world.submit(&body, &format!("{name} of bob")).await.expect(200);
            (id, other)
        };
        let (alone, left) = ask("alone.exe").await;
        let (both, along) = ask("both.exe").await;
        host.settle().await.unwrap();

        open(browser, host, &alone).await;
        browser.says("Me too, for the audit").await;
        if size == Size::Phone {
            browser.says("and 1 more").await;
            browser.press("Also waiting").await;
            browser.press("Who asks").await;
        }
        browser.says("bob@company.example").await;
        browser.says("pc-2").await;
        browser.settles().await;
        browser.is_accessible().await;
        let deny = async || {
            browser.press("Deny").await;
            browser.fill("Message to 2 people", "Not on our computers.").await;
            browser.has("checkbox", "Also for the 1 other computer that waits").await;
            let ticked =
                browser.run("return document.querySelector('.decide input[type=checkbox]').checked;").await;
            assert_eq!(ticked, false, "a denial is for one computer unless somebody says so");
            browser.is_accessible().await;
        };
        deny().await;
        browser.press("Deny, tell").await;
        browser.says("Boss denied this").await;
        host.settle().await.unwrap();
        assert_eq!(
            (status_of(world, &alone).await, status_of(world, &left).await),
            ("denied".into(), "pending".into())
        );

        open(browser, host, &both).await;
        deny().await;
        browser.choose("checkbox", "Also for the 1 other computer that waits").await;
        browser.press("Deny, tell").await;
        browser.says("Boss denied this").await;
        host.settle().await.unwrap();
        assert_eq!(
            (status_of(world, &both).await, status_of(world, &along).await),
            ("denied".into(), "denied".into())
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_taken_released_and_handed_over() {
    at_both_sizes(async |browser, host, world, size| {
        let id = asked_for(world, "report.exe").await;
        host.settle().await.unwrap();
        let taken_by = async || read(world, &id).await["assignee"]["administrator"]["name"].take();
        open(browser, host, &id).await;
        browser.press("Take it").await;
        browser.says("Taken by").await;
        browser.settles().await;
        browser.is_accessible().await;
        assert_eq!(taken_by().await, "Boss");
        browser.press("Release it").await;
        browser.says_not("Taken by").await;
        assert_eq!(taken_by().await, Value::Null);

        press_further(browser, size, "Hand over").await;
        browser.has("heading", "Hand over the request").await;
        // Nobody is chosen.
        browser.has_disabled("button", "Hand over").await;
        browser.pick("To", "Clerk").await;
        browser.is_accessible().await;
        browser.press("Hand over").await;
        browser.says("Taken by").await;
        assert_eq!(taken_by().await, "Clerk");
        browser.open(&host.url("/requests")).await;
        browser.has("link", "report.exe").await;
        let badges = browser.text(".row-badges").await;
        assert!(badges.replace(['\u{2068}', '\u{2069}'], "").contains("Taken by Clerk"), "{badges}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_decide_nothing_reads_what_that_would_need() {
    at_both_sizes(async |browser, host, world, size| {
        let id = asked_for(world, "report.exe").await;
        host.settle().await.unwrap();
        browser.command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": OPENS_ALONE })).await;
        open(browser, host, &id).await;
        browser.says("You may open this request, not approve it.").await;
        browser.says("Needs Approve for Single Computer at Company B.").await;
        browser.settles().await;
        browser.is_accessible().await;
        let offered = browser.run("return document.querySelectorAll('#approve, #deny').length;").await;
        assert_eq!(offered, 0, "there is nothing to press");
        // What stands elsewhere is not hidden either.
        if size == Size::Phone {
            browser.press("More").await;
        }
        browser.has_disabled("button", "Ignore").await;
        browser.is_accessible().await;
    })
    .await;
}

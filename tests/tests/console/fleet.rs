//! Organizations, computers, policies and grants in a real browser, as large as a phone and as a desktop.

use countersign_tests::sizes::{Size, at_both_sizes};
use countersign_tests::{Deployment, branch};
use serde_json::{Value, json};

/// The box that gives up what was not sent.
const GIVE_UP: &str =
    "Give up the messages that wait. Nobody gets them, and the audit says how many there were.";

async fn read(world: &Deployment, path: &str) -> Value {
    world.api.get(path).bearer(&world.boss).send().await.expect(200).json()
}

fn computer_of(world: &Deployment, id: &str) -> String {
    format!("/v1/organizations/{}/computers/{id}", world.company)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_made_and_a_computer_enrols_with_the_command_shown() {
    at_both_sizes(async |browser, host, world, _size| {
        browser.open(&host.url(&format!("/organizations/{}", world.company))).await;
        browser.has("heading", "Company B").await;
        browser.is_accessible().await;
        browser.press("New group").await;
        // It has no name.
        browser.has_disabled("button", "Create").await;
        browser.fill("Name", "Servers").await;
        browser.press("Create").await;
        browser.says("No key yet.").await;
        browser.press("Connect a computer").await;
        browser.press("Make the key").await;
        browser.says("Waiting for the first computer").await;
        browser.is_accessible().await;
        let command = browser.text(".command code").await;
        let (_, key) = command.split_once("--key ").unwrap();
        let body = json!({ "enrollment_key": key, "hostname": "srv-1", "os": "Debian 13" });
        world.api.post("/agent/v1/enroll").json(&body).send().await.expect(201);
        browser.says("1 computer has enrolled").await;
        browser.press("Close").await;
        browser.says("1 computer enrolled").await;
        browser.is_accessible().await;
        browser.press("Revoke").await;
        browser.says("No further computer can enrol with it.").await;
        browser.press("Revoke").await;
        browser.says("Revoked").await;
        world.api.post("/agent/v1/enroll").json(&body).send().await.expect(401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_is_made_below_renamed_and_deleted() {
    at_both_sizes(async |browser, host, world, size| {
        browser.open(&host.url(&format!("/organizations/{}", world.company))).await;
        if size == Size::Phone {
            browser.press("More about this organization").await;
        }
        browser.press("New organization").await;
        browser.fill("Name", "Branch C").await;
        browser.press("Create").await;
        browser.has("heading", "Branch C").await;
        browser.says("No groups yet.").await;
        browser.is_accessible().await;
        browser.press("More about this organization").await;
        browser.press("Rename").await;
        browser.fill("Name", "Branch D").await;
        browser.press("Rename").await;
        browser.has("heading", "Branch D").await;
        browser.press("More about this organization").await;
        browser.press("Delete").await;
        // Its name is not typed.
        browser.has_disabled("button", "Delete").await;
        browser.fill("Type Branch D to go on", "Branch D").await;
        browser.press("Delete").await;
        browser.has("heading", "Company B").await;
        let all = read(world, "/v1/organizations").await.to_string();
        assert!(!all.contains("Branch"), "{all}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_with_messages_that_wait_is_deleted_once_they_are_given_up() {
    at_both_sizes(async |browser, host, world, _size| {
        let branch = branch::with_an_unsent_message(host, world).await;
        browser.open(&host.url(&format!("/organizations/{branch}"))).await;
        browser.press("More about this organization").await;
        browser.press("Delete").await;
        browser.fill("Type Branch to go on", "Branch").await;
        browser.says_not("Give up the messages").await;
        browser.press("Delete").await;
        browser.says("2 messages that are not sent yet").await;
        browser.is_accessible().await;
        browser.choose("checkbox", GIVE_UP).await;
        browser.press("Delete").await;
        browser.has("heading", "Company B").await;
        let all = read(world, "/v1/organizations").await.to_string();
        assert!(!all.contains("Branch"), "{all}");
        browser.was_refused(&["409"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_part_of_an_organization_is_accessible_and_its_settings_are_saved() {
    at_both_sizes(async |browser, host, world, _size| {
        for (tab, words) in [
            ("branding", "Name of the sender"),
            ("notifications", "Try an address"),
            ("settings", "Requests and decisions"),
        ] {
            browser.open(&host.url(&format!("/organizations/{}?tab={tab}", world.company))).await;
            browser.says(words).await;
            browser.is_accessible().await;
        }
        browser.pick("A denial needs a message", "Yes").await;
        browser.says("Not saved yet").await;
        browser.press("Save").await;
        browser.says("Saved.").await;
        browser.pick("A denial needs a message", "As above").await;
        browser.says("Not saved yet").await;
        browser.press("Discard").await;
        browser.says_not("Not saved yet").await;
        browser.settles().await;
        let path = format!("/v1/organizations/{}/approval-settings", world.company);
        assert_eq!(read(world, &path).await["own"]["denial_needs_message"], true);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computer_is_renamed_moved_and_retired() {
    at_both_sizes(async |browser, host, world, _size| {
        let body = json!({ "name": "Servers" });
        let path = format!("/v1/organizations/{}/groups", world.company);
        let servers =
            world.api.post(&path).bearer(&world.boss).json(&body).send().await.expect(201).text_at("/id");
        browser.open(&host.url(&format!("/computers?organization={}", world.company))).await;
        browser.has("link", "pc-1").await;
        browser.is_accessible().await;
        browser.choose("link", "pc-1").await;
        browser.has("heading", "pc-1").await;
        browser.is_accessible().await;
        browser.press("More about this computer").await;
        browser.press("Rename").await;
        browser.fill("Name", "Front desk").await;
        browser.press("Rename").await;
        browser.has("heading", "Front desk").await;
        browser.press("More about this computer").await;
        browser.press("Move").await;
        browser.pick("Group", "Servers").await;
        browser.press("Move").await;
        browser.has("link", "Servers").await;
        let moved = read(world, &computer_of(world, &world.computer)).await;
        assert_eq!(moved["name"], "Front desk");
        assert_eq!(moved["group_id"], servers);
        browser.press("More about this computer").await;
        browser.press("Retire").await;
        browser.says("To come back it has to enrol anew.").await;
        // Its name is not typed.
        browser.has_disabled("button", "Retire").await;
        browser.fill("Type Front desk to go on", "Front desk").await;
        browser.press("Retire").await;
        browser.says("No computer here yet.").await;
        let gone = world.api.get(&computer_of(world, &world.computer)).bearer(&world.boss).send().await;
        gone.expect(404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn maintenance_mode_is_set_and_ended_and_the_override_code_is_read() {
    at_both_sizes(async |browser, host, world, _size| {
        browser
            .open(&host.url(&format!("/computers/{}?organization={}", world.computer, world.company)))
            .await;
        browser.choose("radio", "Learning").await;
        browser.choose("radio", "8 hours").await;
        browser.press("Set the mode").await;
        browser.says("It ends by itself").await;
        browser.is_accessible().await;
        let set = read(world, &computer_of(world, &world.computer)).await;
        assert_eq!(set["maintenance"]["mode"], "learning");
        browser.press("End it now").await;
        browser.says("Put it into").await;
        assert_eq!(read(world, &computer_of(world, &world.computer)).await["maintenance"], Value::Null);
        browser.press("Read the code").await;
        browser.says("This reading was recorded.").await;
        browser.is_accessible().await;
        host.settle().await.unwrap();
        let acts = world.audit("system", &world.computer).await;
        assert!(acts.iter().any(|act| act.contains("override-code")), "{acts:?}");
        browser.press("Check-ins").await;
        browser.says("It has not checked in yet.").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_computer_of_a_name_stands_on_top_until_somebody_confirms_it() {
    at_both_sizes(async |browser, host, world, _size| {
        let (twin, _) = world.another_computer("pc-1").await;
        browser.open(&host.url(&format!("/computers?organization={}", world.company))).await;
        // It is on top once the page has read both what there is and what has to be confirmed.
        browser.settles().await;
        browser.says("Unconfirmed").await;
        browser.is_accessible().await;
        browser.choose("link", "pc-1").await;
        browser.says("Another computer already had the name pc-1 when this one enrolled.").await;
        browser.is_accessible().await;
        browser.press("It is another computer").await;
        browser.says("Both keep the name.").await;
        browser.press("It is another computer").await;
        browser.says("Never seen").await;
        assert_eq!(read(world, &computer_of(world, &twin)).await["unconfirmed"], false);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_edited_compared_deployed_and_rolled_back() {
    at_both_sizes(async |browser, host, world, size| {
        browser.open(&host.url(&format!("/policies?organization={}", world.company))).await;
        browser.has("link", "Workstations").await;
        browser.is_accessible().await;
        browser.choose("link", "Workstations").await;
        browser.says("version 1 is live").await;
        if size == Size::Phone {
            browser.choose("link", "Default").await;
        }
        browser.says("Do you want to notify administrators when a user requests permission?").await;
        browser.says("Each address is sent what a request is about").await;
        browser.fill("Address to add", "night@company.example").await;
        browser.press("Add").await;
        browser.says("night@company.example").await;
        browser.is_accessible().await;
        browser.press("Save").await;
        browser.says("Saved.").await;
        if size == Size::Phone {
            browser.choose("link", "All policies of the group").await;
        }
        browser.says("Draft differs").await;
        browser.says("Draft against live").await;
        browser.says("Deploying makes this version 2 for 1 computer").await;
        browser.is_accessible().await;
        browser.press("Deploy Policies").await;
        browser.has("heading", "Deploy to 1 computer").await;
        browser.says("1 changed in Workstations").await;
        browser.is_accessible().await;
        browser.press("Deploy Policies").await;
        browser.says("version 2 is live").await;
        browser.says("0 of 1 computers have it").await;

        browser.choose("link", "Versions").await;
        browser.choose("link", "Compare version 1 with what is live").await;
        browser.says("What version 1 would change in this group").await;
        browser.is_accessible().await;
        browser.press("Deploy again: version 1").await;
        browser.says("1 computer gets other policies than now.").await;
        browser.press("Deploy again").await;
        browser.says("version 3 is live").await;
        let path = format!("/v1/organizations/{}/deployments", world.company);
        assert_eq!(read(world, &path).await["items"][0]["restores"], 1);

        let group = format!("/groups/{}/policies?organization={}", world.group, world.company);
        browser.open(&host.url(&group)).await;
        browser.says("Draft differs").await;
        if size == Size::Phone {
            browser.choose("link", "Default").await;
        }
        browser.press("Discard the draft").await;
        browser.says("The draft becomes again what is live.").await;
        browser.is_accessible().await;
        browser.press("Discard the draft").await;
        browser.says_not("Discard the draft").await;
        browser.says_not("night@company.example").await;
        let changes = format!("/v1/organizations/{}/policies/changes", world.company);
        assert_eq!(read(world, &changes).await["groups"], json!([]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_shortened_and_revoked() {
    at_both_sizes(async |browser, host, world, _size| {
        browser.open(&host.url(&format!("/grants?organization={}", world.company))).await;
        browser.says("No approval is in force.").await;
        browser.is_accessible().await;
        let id = world.submit(&world.request_for(b"granted"), "key").await.expect(201).text_at("/id");
        let body = json!({ "outcome": "approved", "scope": "computer" });
        world.decide(&world.boss, &id, &body).await.expect(200);
        browser.open(&host.url(&format!("/grants?organization={}", world.company))).await;
        browser.says("For pc-1").await;
        browser.is_accessible().await;
        browser.press("Change the end of report.exe").await;
        browser.choose("radio", "In 1 day").await;
        browser.is_accessible().await;
        browser.press("Shorten").await;
        browser.has_no("button", "Shorten").await;
        browser.says("until").await;
        browser.press("Revoke report.exe").await;
        browser.fill("Message to the people who asked", "No longer needed.").await;
        browser.is_accessible().await;
        browser.press("Revoke").await;
        browser.says("Ended").await;
        assert_eq!(read(world, &format!("/v1/requests/{id}")).await["status"], "revoked");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_made_moved_to_the_front_and_deleted() {
    at_both_sizes(async |browser, host, world, size| {
        let page = format!("/groups/{}/policies?organization={}", world.group, world.company);
        browser.open(&host.url(&page)).await;
        browser.press("New policy").await;
        browser.has("button", "Create").await;
        browser.fill("Name", "Storage").await;
        browser.press("Create").await;
        browser.has("heading", "Storage").await;
        browser.press("Add an entry").await;
        browser.fill("Entry 1: values, one a line", "C:\\Tools\\*").await;
        browser.is_accessible().await;
        browser.press("Save").await;
        browser.says("Saved.").await;
        if size == Size::Phone {
            browser.choose("link", "All policies of the group").await;
        }
        browser.press("Move Storage up").await;
        browser.says("Storage is number 1 now").await;
        let path = format!("/v1/organizations/{}/policies", world.company);
        let policies = read(world, &path).await;
        let storage =
            policies["items"].as_array().unwrap().iter().find(|one| one["name"] == "Storage").unwrap();
        assert_eq!(storage["entries"][0]["match"]["values"], json!(["C:\\Tools\\*"]));
        browser.choose("link", "Storage").await;
        browser.press("Delete").await;
        browser.fill("Type Storage to go on", "Storage").await;
        browser.press("Delete").await;
        browser.says("The draft of this group is what is live.").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_computers_are_put_into_a_mode_at_once_and_what_is_refused_is_named() {
    at_both_sizes(async |browser, host, world, _size| {
        let (second, _) = world.another_computer("pc-2").await;
        let (gone, _) = world.another_computer("pc-3").await;
        browser.open(&host.url(&format!("/computers?organization={}", world.company))).await;
        browser.has("link", "pc-3").await;
        // Nothing is selected.
        browser.has_disabled("button", "Maintenance mode").await;
        browser.choose("checkbox", "Select pc-2").await;
        browser.says("1 selected").await;
        browser.choose("checkbox", "Select all shown").await;
        browser.says("3 selected").await;
        browser.is_accessible().await;
        let path = computer_of(world, &gone);
        world.api.call(reqwest::Method::DELETE, &path).bearer(&world.boss).send().await.expect(204);
        browser.press("Maintenance mode").await;
        browser.has("heading", "Maintenance mode of 3 computers").await;
        // No mode is chosen.
        browser.has_disabled("button", "Set the mode").await;
        browser.choose("radio", "Learning").await;
        browser.choose("radio", "8 hours").await;
        browser.is_accessible().await;
        browser.press("Set the mode").await;
        browser.says("It is set for 2 computers.").await;
        let said = browser.text("dialog").await;
        assert!(said.contains("pc-3"), "{said}");
        browser.is_accessible().await;
        browser.press("Close").await;
        for id in [&world.computer, &second] {
            assert_eq!(read(world, &computer_of(world, id)).await["maintenance"]["mode"], "learning");
        }

        let group = format!("/computers?organization={}&group={}", world.company, world.group);
        browser.open(&host.url(&group)).await;
        browser.press("Maintenance mode of the whole group").await;
        browser.choose("radio", "None").await;
        browser.press("Set the mode").await;
        browser.says("It is set for 2 computers.").await;
        for id in [&world.computer, &second] {
            assert_eq!(read(world, &computer_of(world, id)).await["maintenance"], Value::Null);
        }
    })
    .await;
}

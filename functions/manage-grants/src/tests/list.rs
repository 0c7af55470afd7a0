//! Grants in force, by organization, group, computer and file.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use countersign_http::testing::{Device, Person};
use countersign_model::{Computer, DecisionScope, FirstUse, Outcome, Permission, Request};
use serde_json::json;

use crate::tests::story::{Story, grant, listed};

#[tokio::test]
async fn what_is_in_force_is_listed_with_what_it_is_for() {
    let story = Story::new();
    let colleague = story.world.computer(&story.group);
    let hour = Some(story.world.now() + Duration::from_secs(3600));
    let own = story.approved(&story.device, 'a', DecisionScope::Computer).await;
    let group = story.approved(&story.device, 'b', DecisionScope::Group).await;
    let all = story.approved(&colleague, 'c', DecisionScope::Organization).await;
    let short = story.decided(&story.device, 'd', Outcome::Approved, DecisionScope::Computer, hour).await;
    story.decided(&colleague, 'e', Outcome::Denied, DecisionScope::Group, None).await;
    story.world.journal.count_grant_use(&grant(&group)).await.unwrap();
    let page = story.list(&story.boss, "").await;
    let newest_first = [&short, &all, &group, &own].map(|request| request.id.to_string());
    assert_eq!(listed(&page), newest_first);
    let shown = page.json()["items"][2].clone();
    let expected = json!({
        "id": grant(&group), "request_id": group.id, "kind": "application", "name": "tool", "sha256": "b".repeat(64),
        "condition": "file", "publisher": null, "scope": "group", "group_id": story.group.id,
        "computer": { "id": story.device.record.id, "hostname": story.device.record.hostname, "name": null, "unconfirmed": false },
        "organization": { "id": story.company.id, "name": story.company.name },
        "administrator": { "id": group.decision.clone().unwrap().administrator_id, "name": "Bob" },
        "given_at": group.decision.clone().unwrap().at, "expires_at": null, "first_use": null, "changed": null,
        "used_by": 1, "reaches": { "count": 2, "complete": true }, "in_force": true,
    });
    assert_eq!(shown, expected);
    let group_id = format!("&group_id={}", story.group.id);
    assert_eq!(listed(&story.list(&story.boss, &group_id).await), [group.id.to_string()]);
    let computer = format!("&computer_id={}", story.device.record.id);
    // Both were made in one millisecond, so the order of their ids is that of chance.
    let mut both = [own.id.to_string(), short.id.to_string()];
    both.sort();
    let [first, second] = both;
    let counting = [first, group.id.to_string(), all.id.to_string(), second];
    let mut counting = counting.to_vec();
    counting.sort();
    assert_eq!(listed(&story.list(&story.boss, &computer).await), counting, "by when they were asked for");
    let file = format!("&sha256={}", "c".repeat(64));
    assert_eq!(listed(&story.list(&story.boss, &file).await), [all.id.to_string()]);
    story.world.advance(Duration::from_secs(3600));
    assert_eq!(
        listed(&story.list(&story.boss, &format!("{computer}&sha256={}", "d".repeat(64))).await),
        Vec::<String>::new(),
        "it has ended"
    );
}

#[tokio::test]
async fn a_computer_has_what_is_for_it_for_its_group_and_for_the_organization() {
    let story = Story::new();
    let servers = story.world.group(&story.company, "Servers");
    let (desk, server) = (story.world.computer(&story.group), story.world.computer(&servers));
    let own = story.approved(&desk, 'a', DecisionScope::Computer).await;
    let others = story.approved(&server, 'b', DecisionScope::Computer).await;
    let group = story.approved(&desk, 'c', DecisionScope::Group).await;
    let servers = story.approved(&server, 'd', DecisionScope::Group).await;
    let all = story.approved(&server, 'e', DecisionScope::Organization).await;
    let sorted = |requests: &[&Request]| {
        let mut ids: Vec<String> = requests.iter().map(|request| request.id.to_string()).collect();
        ids.sort();
        ids
    };
    let of = |computer: &Device| format!("&computer_id={}", computer.record.id);
    for limit in ["", "&limit=1", "&limit=2"] {
        let query = format!("{}{limit}", of(&desk));
        assert_eq!(walk(&story, &query).await, sorted(&[&own, &group, &all]), "{query}");
        let query = format!("{}{limit}", of(&server));
        assert_eq!(walk(&story, &query).await, sorted(&[&others, &servers, &all]), "{query}");
    }
    let file = format!("{}&sha256={}", of(&desk), "c".repeat(64));
    assert_eq!(walk(&story, &file).await, sorted(&[&group]), "whether it may run a file");
    let file = format!("{}&sha256={}", of(&desk), "d".repeat(64));
    assert_eq!(walk(&story, &file).await, sorted(&[]), "it may not");

    let unconfirmed = |old: &Computer| Ok::<_, Infallible>(Computer { unconfirmed: true, ..old.clone() });
    story.world.journal.update(&desk.record.id, unconfirmed).await.unwrap();
    assert_eq!(walk(&story, &of(&desk)).await, sorted(&[&own]), "of a twin, only what is for it alone");
    let elsewhere = story.world.organization(&story.world.root, "Other");
    let foreign = story.world.computer(&story.world.group(&elsewhere, "Office"));
    assert_eq!(walk(&story, &of(&foreign)).await, sorted(&[]), "not even that it is one");
}

#[tokio::test]
async fn a_grant_that_begins_with_its_first_use_is_a_computers_in_its_own_time() {
    let story = Story::new();
    let colleague = story.world.computer(&story.group);
    let own = story.approved(&story.device, 'a', DecisionScope::Computer).await;
    let group = story.approved(&colleague, 'b', DecisionScope::Group).await;
    let minute = Duration::from_secs(60);
    let first_use = FirstUse { lasts_seconds: 120, use_by: story.world.now() + minute };
    for request in [&own, &group] {
        let starting = |old: &Request| {
            let decision = old.decision.clone().map(|old| old.starting_at_first_use(first_use).unwrap());
            Ok::<_, Infallible>(Request { decision, ..old.clone() })
        };
        story.world.journal.update(&request.id, starting).await.unwrap();
    }
    let (own_id, group_id) = (own.id.to_string(), group.id.to_string());
    let of = |computer: &Device| format!("&computer_id={}", computer.record.id);
    let (desk, other) = (of(&story.device), of(&colleague));
    let found = async |query: &str| walk(&story, query).await.into_iter().collect::<BTreeSet<_>>();
    let only = |ids: &[&String]| ids.iter().map(|id| (*id).clone()).collect::<BTreeSet<_>>();
    assert_eq!(found(&desk).await, only(&[&own_id, &group_id]), "both can still be used");

    let use_path = format!("/agent/v1/grants/{}/use", grant(&group));
    let body = json!({ "request_id": group.id });
    assert_eq!(story.app.post(&use_path).bearer(&colleague.token).json(body).send().await.status, 200);
    story.world.advance(minute);
    assert_eq!(found(&desk).await, only(&[]), "neither was used in time");
    assert_eq!(found(&other).await, only(&[&group_id]), "the other one has begun its time");
    assert_eq!(found("").await, only(&[&group_id]), "nobody has the one of the first computer alone");
    story.world.advance(minute);
    assert_eq!(found(&other).await, only(&[]), "its time is over");
    assert_eq!(found("").await, only(&[&group_id]), "others may have used it later");
    let page = story.list(&story.boss, &other).await.json();
    assert_eq!((&page["items"], &page["looked_at"]), (&json!([]), &json!(1)), "{page}");
}

#[tokio::test]
async fn the_grants_of_a_file_are_found_at_once_among_many() {
    let story = Story::new();
    let old = story.approved(&story.device, 'a', DecisionScope::Group).await;
    for _ in 0..60 {
        let later = story.decided(
            &story.device,
            'b',
            Outcome::Approved,
            DecisionScope::Computer,
            Some(story.world.now() + Duration::from_secs(1)),
        );
        later.await;
    }
    story.world.advance(Duration::from_secs(2));
    let page = story.list(&story.boss, &format!("&limit=10&sha256={}", "a".repeat(64))).await;
    assert_eq!(listed(&page), [old.id.to_string()]);
    assert_eq!((&page.json()["looked_at"], &page.json()["next_cursor"]), (&json!(1), &json!(null)));
    let page = story.list(&story.boss, "&limit=10").await;
    assert_eq!((listed(&page).len(), &page.json()["looked_at"]), (0, &json!(10)), "all of these are over");
    assert!(page.json()["next_cursor"].is_string());
}

#[tokio::test]
async fn a_grant_of_an_unconfirmed_computer_is_marked() {
    let story = Story::new();
    let mut twin = story.world.computer(&story.group);
    twin.record = Computer { unconfirmed: true, ..twin.record };
    let of_twin = story.approved(&twin, 'a', DecisionScope::Computer).await;
    story.approved(&story.device, 'b', DecisionScope::Computer).await;
    let page = story.list(&story.boss, "").await.json();
    let marked = |place: usize| page["items"][place]["computer"]["unconfirmed"].clone();
    assert_eq!((marked(0), marked(1)), (json!(false), json!(true)), "{page}");
    let opened = story.edit(&story.boss, &of_twin, json!({ "expires_at": "2040-01-01T00:00:00Z" })).await;
    assert_eq!(opened.json()["computer"]["unconfirmed"], true, "{}", opened.text());
}

#[tokio::test]
async fn pages_lead_to_everything() {
    let story = Story::new();
    let mut all = Vec::new();
    for digit in ['a', 'b', 'c', 'd', 'e'] {
        all.push(story.approved(&story.device, digit, DecisionScope::Group).await.id.to_string());
    }
    all.sort();
    for query in ["&limit=2".to_owned(), format!("&limit=2&group_id={}", story.group.id)] {
        let mut found = walk(&story, &query).await;
        found.sort();
        assert_eq!(found, all, "{query}");
    }
}

#[tokio::test]
async fn the_list_needs_the_right_to_list_requests_and_hides_what_opening_shows() {
    let story = Story::new();
    story.approved(&story.device, 'a', DecisionScope::Computer).await;
    let viewer = story.person([Permission::ViewApprovals]);
    let page = story.list(&viewer, "").await;
    assert_eq!(page.json()["items"][0]["sha256"], json!(null), "who may not open it does not see the file");
    let file = format!("&sha256={}", "a".repeat(64));
    assert!(listed(&story.list(&viewer, &file).await).is_empty(), "and does not learn it by searching");
    assert_eq!(story.list(&story.person([Permission::EditComputers]), "").await.status, 403);
    let elsewhere = story
        .world
        .administrator(&story.world.organization(&story.world.root, "Other"), [Permission::SuperAdmin]);
    assert_eq!(story.list(&elsewhere, "").await.status, 404);
    assert_eq!(story.app.get("/v1/grants").send().await.status, 401);
    let both = format!("&group_id={}&computer_id={}", story.group.id, story.device.record.id);
    assert_eq!(story.list(&story.boss, &both).await.status, 422);
}

#[tokio::test]
async fn a_page_costs_two_reads_a_row() {
    let story = Story::new();
    for digit in ['a', 'b', 'c', 'd', 'e', 'f'] {
        story.approved(&story.device, digit, DecisionScope::Group).await;
    }
    for query in [String::new(), format!("&group_id={}", story.group.id)] {
        let path = format!("/v1/grants?organization_id={}{query}", story.company.id);
        let instance = story.world.app(crate::router);
        story.world.memory.reset_counts();
        let (answer, rounds) =
            story.world.memory.rounds(instance.get(&path).bearer(&story.boss.token).send());
        assert_eq!(listed(&answer).len(), 6);
        let counts = story.world.counts();
        // With the computers of the group, which are listed and then read.
        assert!(counts.reads <= 2 * 6 + 10 + 5 && counts.writes == 0, "{query}: {counts:?}");
        assert!(rounds <= 10, "{query}: {rounds} rounds");
    }
}

/// The requests of the grants on all pages.
async fn walk(story: &Story, query: &str) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = story.list(&story.boss, &format!("{query}{cursor}")).await;
        found.extend(listed(&page));
        match page.json()["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

#[tokio::test]
async fn who_approved_or_changed_a_grant_is_shown_to_those_who_may_open_the_request_or_know_of_them() {
    let story = Story::new();
    let by_boss = story.approved(&story.device, 'a', DecisionScope::Computer).await;
    let by_ann = story.approved(&story.device, 'b', DecisionScope::Computer).await;
    let ann = story.person([Permission::ApproveForEntireOrganization]);
    for (who, request) in [(&story.boss, &by_boss), (&ann, &by_ann)] {
        let edited = story.edit(who, request, json!({ "expires_at": "2040-01-01T00:00:00Z" })).await;
        assert_eq!(
            edited.json()["changed"]["administrator"]["id"],
            who.record.id.as_str(),
            "{}",
            edited.text()
        );
    }
    story.process().await;
    let changed = async |reader: &Person, request: &Request| {
        let page = story.list(reader, "").await.json();
        let items = page["items"].as_array().unwrap();
        let grant = items.iter().find(|item| item["request_id"] == request.id.as_str()).unwrap();
        (grant["administrator"].clone(), grant["changed"]["administrator"]["id"].clone())
    };
    let viewer = story.person([Permission::ViewApprovals]);
    // Who approved it is found nowhere, and the boss belongs to the root.
    assert_eq!(changed(&viewer, &by_boss).await, (json!(null), json!(null)));
    assert_eq!(changed(&viewer, &by_ann).await, (json!(null), json!(ann.record.id)));
    let text = story.list(&viewer, "").await.text();
    assert!(!text.contains(story.boss.record.id.as_str()) && !text.contains("Bob"), "{text}");
    for reader in [&ann, &story.boss] {
        let (approved, changed) = changed(reader, &by_boss).await;
        assert_eq!((&approved["name"], &changed), (&json!("Bob"), &json!(story.boss.record.id)));
    }
}

#[tokio::test]
async fn those_who_changed_grants_cost_one_read_for_each_person() {
    let story = Story::new();
    for digit in ['a', 'b', 'c', 'd', 'e', 'f'] {
        let request = story.approved(&story.device, digit, DecisionScope::Group).await;
        story.edit(&story.boss, &request, json!({ "expires_at": "2040-01-01T00:00:00Z" })).await;
    }
    story.process().await;
    let viewer = story.person([Permission::ViewApprovals]);
    let path = format!("/v1/grants?organization_id={}&group_id={}", story.company.id, story.group.id);
    let instance = story.world.app(crate::router);
    story.world.memory.reset_counts();
    let answer = instance.get(&path).bearer(&viewer.token).send().await;
    assert_eq!(listed(&answer).len(), 6);
    let counts = story.world.counts();
    // Each was approved by somebody else, and all were changed by one.
    assert!(counts.reads <= 2 * 6 + 10 + (6 + 1) && counts.writes == 0, "{counts:?}");
}

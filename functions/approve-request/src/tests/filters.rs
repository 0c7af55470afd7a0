//! Narrowing the list.

use std::convert::Infallible;
use std::time::Duration;

use countersign_http::testing::Person;
use countersign_model::{Assignee, Permission, Request};
use futures::executor::block_on;
use serde_json::json;

use crate::tests::story::{Story, application, elevation, ids, storage};

/// All pages of a narrowed list: the requests, and how many were looked at.
async fn walk(story: &Story, who: &Person, query: &str) -> (Vec<String>, u64) {
    let (mut all, mut looked_at, mut cursor) = (Vec::new(), 0, String::new());
    loop {
        let page = story.get(who, &format!("/v1/requests?{query}{cursor}")).await;
        assert_eq!(page.status, 200, "{query}: {}", page.text());
        all.extend(ids(&page));
        looked_at += page.json()["looked_at"].as_u64().unwrap_or_default();
        match page.json()["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (all, looked_at),
        }
    }
}

fn named(requests: &[&Request]) -> Vec<String> {
    requests.iter().map(|request| request.id.to_string()).collect()
}

#[tokio::test]
async fn each_filter_leaves_what_it_says() {
    let story = Story::new();
    let group = story.world.group(&story.company, "Laptops");
    let laptop = story.world.computer(&group);
    let root_group = story.world.group(&story.world.root, "Head office");
    let own = story.submit(&story.world.root, &story.world.computer(&root_group), application('c')).await;
    story.world.advance(Duration::from_secs(60));
    let first = story.request().await;
    story.world.advance(Duration::from_secs(60));
    let second = story.request_of(&laptop, storage("USB-1")).await;
    let between = story.world.now();
    story.world.advance(Duration::from_secs(60));
    let third = story.request_of(&laptop, elevation('b')).await;
    story.decide(&story.boss, &first, json!({ "outcome": "denied" })).await;
    story.process(&story.company.id).await;
    let cases = [
        (String::new(), named(&[&third, &second, &first, &own])),
        ("status=pending".to_owned(), named(&[&third, &second, &own])),
        ("status=decided".to_owned(), named(&[&first])),
        ("status=decided,pending&kind=application".to_owned(), named(&[&first, &own])),
        ("status=ended".to_owned(), Vec::new()),
        ("below=false".to_owned(), named(&[&own])),
        ("below=true&kind=storage".to_owned(), named(&[&second])),
        (format!("group_id={}", group.id), named(&[&third, &second])),
        (format!("computer_id={}", story.computer.record.id), named(&[&first])),
        (format!("created_before={between}"), named(&[&first, &own])),
        (format!("created_after={between}"), named(&[&third, &second])),
        (format!("status=pending&created_before={between}"), named(&[&own])),
        (format!("status=pending&created_after={between}"), named(&[&third, &second])),
        ("q=BACKUP".to_owned(), named(&[&second])),
        ("q=bbbbbbb".to_owned(), named(&[&third])),
        ("q=secret+reason&kind=elevation".to_owned(), named(&[&third])),
        ("order=oldest".to_owned(), named(&[&own, &first, &second, &third])),
        ("order=oldest&status=pending".to_owned(), named(&[&own, &second, &third])),
        (format!("order=oldest&created_after={between}"), named(&[&second, &third])),
        (format!("order=oldest&status=pending&created_before={between}"), named(&[&own])),
    ];
    for (query, expected) in cases {
        for limit in [1, 2, 50] {
            let (mut found, _) = walk(&story, &story.boss, &format!("{query}&limit={limit}")).await;
            if !query.contains("order") {
                // The root may have got its own request after those of the company.
                found.sort_by(|a, b| b.cmp(a));
            } else if !query.contains("pending") {
                found.sort();
            }
            assert_eq!(found, expected, "{query} {limit}");
        }
    }
}

#[tokio::test]
async fn the_list_is_narrowed_to_what_somebody_or_nobody_has_taken() {
    let story = Story::new();
    let (ann, ben) =
        (story.person([Permission::ApproveForGroup]), story.person([Permission::ApproveForGroup]));
    let (mine, his, free) = (story.request().await, story.request().await, story.request().await);
    for (request, who) in [(&mine, &ann), (&his, &ben)] {
        let taken = |old: &Request| {
            let assignee = Assignee {
                administrator_id: who.record.id.clone(),
                administrator_name: who.record.name.clone(),
                since: old.created_at,
            };
            Ok::<_, Infallible>(Request { assignee: Some(assignee), ..old.clone() })
        };
        story.world.journal.update(&request.id, taken).await.unwrap();
    }
    story.process(&story.company.id).await;
    for (who, query, expected) in [
        (&ann, "assignee=me".to_owned(), &mine),
        (&ben, "assignee=me".to_owned(), &his),
        (&ann, format!("assignee={}", ben.record.id), &his),
        (&ann, "assignee=none".to_owned(), &free),
        (&ann, "assignee=none&status=pending".to_owned(), &free),
    ] {
        for limit in [1, 50] {
            let (found, looked_at) = walk(&story, who, &format!("{query}&limit={limit}")).await;
            assert_eq!((found, looked_at), (named(&[expected]), 3), "{query} {limit}");
        }
    }
    let stranger = "assignee=adm_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    assert_eq!(walk(&story, &ann, stranger).await.0, Vec::<String>::new());
    for odd in ["assignee=", "assignee=somebody", "assignee=req_01ARZ3NDEKTSV4RRFFQ69G5FAV"] {
        let refused = story.get(&ann, &format!("/v1/requests?{odd}")).await;
        assert_eq!(refused.status, 422, "{odd}: {}", refused.text());
    }
}

#[tokio::test]
async fn a_narrowed_page_says_how_many_it_looked_at_and_a_plain_one_does_not() {
    let story = Story::new();
    let mut wanted = Vec::new();
    for number in 0..60 {
        story.world.advance(Duration::from_secs(1));
        let computer = story.world.computer(&story.group);
        let subject = if number % 20 == 0 { storage("USB-1") } else { application('a') };
        let request = story.request_of(&computer, subject).await;
        if number % 20 == 0 {
            wanted.push(request.id.to_string());
        }
    }
    wanted.reverse();
    let page = story.get(&story.boss, "/v1/requests?limit=5&organization_id=").await;
    assert_eq!(page.status, 422);
    let at = format!("organization_id={}", story.company.id);
    for plain in ["", "&status=pending", "&status=pending&order=oldest"] {
        let page = story.get(&story.boss, &format!("/v1/requests?{at}{plain}&limit=5")).await.json();
        assert!(page.get("looked_at").is_none(), "{plain}: {page}");
    }
    let page = story.get(&story.boss, &format!("/v1/requests?{at}&kind=storage&limit=5")).await;
    assert_eq!((ids(&page).len(), &page.json()["looked_at"]), (0, &json!(10)), "twice its room");
    let (found, looked_at) = walk(&story, &story.boss, &format!("{at}&kind=storage&limit=5")).await;
    assert_eq!((found, looked_at), (wanted.clone(), 60), "each is looked at once");
    let (found, _) = walk(&story, &story.boss, &format!("{at}&kind=storage&status=pending&limit=7")).await;
    assert_eq!(found, wanted);
}

#[tokio::test]
async fn a_text_is_not_found_in_what_its_reader_may_not_open() {
    let story = Story::new();
    let request = story.request().await;
    story.process(&story.company.id).await;
    let viewer = story.person([Permission::ViewApprovals]);
    for (text, viewed) in [("tool.exe", 1), ("kim", 1), ("secret", 0), ("aaaaaa", 0)] {
        let (found, _) = walk(&story, &viewer, &format!("q={text}")).await;
        assert_eq!(found.len(), viewed, "{text}");
        let (found, _) = walk(&story, &story.boss, &format!("q={text}")).await;
        assert_eq!(found, named(&[&request][..usize::from(text != "kim" || viewed == 1)]), "{text}");
    }
}

#[tokio::test]
async fn a_cursor_is_only_for_the_filters_that_it_was_given_for() {
    let story = Story::new();
    for digit in ['a', 'b', 'c', 'd'] {
        story.request_of(&story.computer, application(digit)).await;
    }
    let at = format!("/v1/requests?organization_id={}", story.company.id);
    let page = story.get(&story.boss, &format!("{at}&limit=1&status=pending")).await.json();
    let cursor = page["next_cursor"].as_str().unwrap().to_owned();
    for other in ["", "&status=decided", "&status=pending&order=oldest", "&status=pending&q=x"] {
        let refused = story.get(&story.boss, &format!("{at}{other}&cursor={cursor}")).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec!["/cursor".to_owned()]), "{other}");
    }
}

#[tokio::test]
async fn a_filter_that_makes_no_sense_is_refused_where_it_makes_none() {
    let story = Story::new();
    let long = "x".repeat(255);
    let cases = [
        ("status=pending,open".to_owned(), "/status"),
        ("below=perhaps".to_owned(), "/below"),
        ("order=up".to_owned(), "/order"),
        ("created_before=yesterday".to_owned(), "/created_before"),
        ("created_after=2026-01-31".to_owned(), "/created_after"),
        (format!("q={long}"), "/q"),
        ("group_id=x".to_owned(), "/group_id"),
        ("computer_id=x".to_owned(), "/computer_id"),
    ];
    for (query, pointer) in cases {
        let refused = story.get(&story.boss, &format!("/v1/requests?{query}")).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec![pointer.to_owned()]), "{query}");
    }
}

#[test]
fn a_narrowed_page_reads_at_most_twice_what_a_plain_one_may() {
    let story = Story::new();
    for number in 0..1_500 {
        story.world.advance(Duration::from_secs(1));
        block_on(story.request_of(&story.computer, application('a')));
        if number % 190 == 0 {
            block_on(story.process(&story.company.id));
        }
    }
    block_on(story.process(&story.company.id));
    let middle = story.world.now() - jiff::SignedDuration::from_secs(700);
    let token = story.world.session(&story.boss.record);
    let (elsewhere, nobodys) =
        (story.world.group(&story.company, "Empty").id, story.world.computer(&story.group).record.id);
    for query in [
        "kind=storage".to_owned(),
        "status=pending&q=nothing".to_owned(),
        "status=decided".to_owned(),
        "order=oldest&kind=storage".to_owned(),
        "order=oldest&status=pending&kind=storage".to_owned(),
        format!("created_before={middle}&kind=storage"),
        format!("order=oldest&created_after={middle}&kind=storage"),
        format!("status=pending&created_before={middle}&kind=storage"),
        format!("group_id={elsewhere}"),
        format!("order=oldest&status=pending&group_id={elsewhere}"),
        format!("computer_id={nobodys}"),
        "assignee=me".to_owned(),
        "status=pending&assignee=me".to_owned(),
        format!("created_before={middle}&q=nothing"),
        format!("order=oldest&created_after={middle}&q=nothing"),
    ] {
        for limit in [1, 50, 100] {
            let instance = story.world.app(list_requests::router);
            let at = &story.company.id;
            let path = format!("/v1/requests?limit={limit}&organization_id={at}&{query}");
            story.world.memory.reset_counts();
            let page = block_on(instance.get(&path).bearer(&token).send());
            assert_eq!(page.status, 200, "{}", page.text());
            let counts = story.world.counts();
            let most = 2 * (2 * limit + 10);
            assert!(counts.reads <= most && counts.writes == 0, "{query}, {limit}: {counts:?}");
            assert_eq!(page.json()["looked_at"], json!(2 * limit), "{query}");
            let cursor = page.json()["next_cursor"].as_str().unwrap().to_owned();
            story.world.memory.reset_counts();
            let following = block_on(instance.get(&format!("{path}&cursor={cursor}")).bearer(&token).send());
            let counts = story.world.counts();
            assert!(
                following.status == 200 && counts.reads <= most,
                "{query}, {limit}, following: {counts:?}"
            );
        }
    }
    // The root has no requests of its own: what is below it is looked at and left out.
    let instance = story.world.app(list_requests::router);
    block_on(story.process(&story.world.root.id));
    story.world.memory.reset_counts();
    let page = block_on(instance.get("/v1/requests?limit=50&below=false").bearer(&token).send());
    assert_eq!((ids(&page).len(), &page.json()["looked_at"]), (0, &json!(100)));
    assert!(story.world.counts().reads <= 2 * (2 * 50 + 10), "{:?}", story.world.counts());
}

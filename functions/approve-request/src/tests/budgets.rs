//! Key-value operations before the response: the same on every machine, so they are tests.

use countersign_http::testing::Person;
use countersign_kv::memory::Memory;
use countersign_model::{Permission, RequestStatus};
use futures::executor::block_on;
use futures::future::join_all;
use serde_json::json;

use crate::tests::story::{Story, application, ids, path};

#[test]
fn a_decision_takes_at_most_three_write_transactions() {
    for memory in [Memory::ideal, Memory::like_sqlite, Memory::like_redis] {
        let story = Story::over(memory());
        for (key, body) in [
            (None, json!({ "outcome": "approved", "scope": "organization" })),
            (Some("k"), json!({ "outcome": "denied", "include_matching": true, "message": "no" })),
        ] {
            let request = block_on(story.request());
            let call = story.app.post(&path(&request, "/decision")).bearer(&story.boss.token);
            let call = key.into_iter().fold(call, |call, key| call.idempotency_key(key));
            story.world.memory.reset_counts();
            assert_eq!(block_on(call.json(body).send()).status, 200);
            let counts = story.world.counts();
            assert!(counts.writes <= 3, "{counts:?}");
            // With two for each organization whose settings and flags count, the company and the root, and the note of when the computer
            // was told, which the answer shows.
            assert!(counts.reads <= 17, "{counts:?}");
        }
    }
}

#[test]
fn a_revocation_takes_at_most_three_write_transactions() {
    let story = Story::new();
    let request = block_on(story.request());
    block_on(story.approve(&story.boss, &request));
    story.world.memory.reset_counts();
    assert_eq!(block_on(story.post(&story.boss, &path(&request, "/revocation"), json!({}))).status, 200);
    assert!(story.world.counts().writes <= 3, "{:?}", story.world.counts());
}

/// One page from an instance that has answered nothing yet: its rows, and what it cost.
fn page(story: &Story, who: &Person, query: &str) -> (usize, Option<String>) {
    let instance = story.world.app(list_requests::router);
    let call = instance.get(&format!("/v1/requests?{query}")).bearer(&who.token);
    story.world.memory.reset_counts();
    let (answer, rounds) = story.world.memory.rounds(call.send());
    assert_eq!(answer.status, 200, "{}", answer.text());
    let (rows, counts) = (ids(&answer).len(), story.world.counts());
    assert!(counts.reads <= 2 * rows + 10, "{query}: {counts:?} for {rows} rows");
    assert!(rounds <= 4, "{query}: {rounds} rounds");
    assert_eq!(counts.writes, 0);
    (rows, answer.json()["next_cursor"].as_str().map(str::to_owned))
}

/// All pages of a list.
fn walk(story: &Story, who: &Person, query: &str) -> usize {
    let (mut rows, mut next) = page(story, who, query);
    while let Some(cursor) = next {
        let (more, following) = page(story, who, &format!("{query}&cursor={cursor}"));
        (rows, next) = (rows + more, following);
    }
    rows
}

/// Somebody with a role of their own organization and one that counts further below.
fn technician(story: &Story) -> Person {
    let (world, root) = (&story.world, &story.world.root);
    let viewer = world.role(root, "Viewer", [Permission::ViewApprovals]);
    let decider = world.role(root, "Decider", [Permission::ApproveForGroup]);
    world.administrator_with(root, |new| {
        new.with_assignments([
            world.assignment(root, &viewer, None),
            world.assignment(root, &decider, Some(&story.company)),
        ])
    })
}

#[test]
fn a_page_costs_the_same_for_a_hundred_requests_and_for_thousands() {
    let story = Story::new();
    let technician = technician(&story);
    let mut made = 0;
    for size in [3, 100, 501, 3_000] {
        while made < size {
            block_on(story.request_of(&story.computer, application('a')));
            made += 1;
            if made % 190 == 0 {
                block_on(story.process(&story.company.id));
            }
        }
        block_on(story.process(&story.company.id));
        // Two that nobody has processed yet.
        for _ in 0..2 {
            block_on(story.request_of(&story.computer, application('b')));
            made += 1;
        }
        for status in ["", "&status=pending"] {
            page(&story, &technician, &format!("organization_id={}&limit=50{status}", story.company.id));
            let own = format!("organization_id={}&limit=200{status}", story.company.id);
            assert_eq!(walk(&story, &story.boss, &own), made, "{size} {status}");
            assert_eq!(walk(&story, &technician, &own), made, "{size} {status}");
            assert_eq!(walk(&story, &story.boss, &format!("limit=200{status}")), made - 2, "{size} {status}");
        }
        block_on(story.process(&story.company.id));
    }
    let decided: Vec<_> = (0..5).map(|_| block_on(story.request())).collect();
    for request in &decided {
        block_on(story.approve(&story.boss, request));
        assert_eq!(block_on(story.stored(request)).status, RequestStatus::Approved);
    }
    page(&story, &story.boss, &format!("organization_id={}&limit=50", story.company.id));
}

#[test]
fn a_page_of_a_root_with_a_thousand_children_costs_the_same() {
    let story = Story::new();
    let technician = technician(&story);
    let root = story.world.root.clone();
    let children: Vec<_> =
        (0..1_000).map(|n| story.world.organization(&root, &format!("Child {n}"))).collect();
    for child in &children {
        let mut computer = story.computer.clone();
        computer.record.organization_id = child.id.clone();
        block_on(story.submit(child, &computer, application('a')));
    }
    // Some at once, so that the root takes the events of several in one turn.
    story.world.memory.interleave(true);
    for some in children.chunks(20) {
        block_on(join_all(some.iter().map(|child| story.process(&child.id))));
    }
    story.world.memory.interleave(false);
    block_on(story.process(&root.id));
    for status in ["", "&status=pending"] {
        for who in [&story.boss, &technician] {
            page(&story, who, &format!("limit=50{status}"));
            assert_eq!(walk(&story, who, &format!("limit=200{status}")), 1_000, "{status}");
        }
    }
}

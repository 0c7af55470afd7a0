//! The key-value budgets of `docs/design.md` §4, counted by the host on the real components, and how many calls to the host the
//! components make beside. `cargo run --profile measure -p countersign-budgets` shows that the budgets hold at any size.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use countersign_host::harness::TestHost;
use countersign_host::kv::OperationCounts;
use countersign_tests::{Deployment, on_every_backend};
use serde_json::json;

/// What a component did for one request, with at most so many calls to the host: each costs about as much as a read from Redis. Prints
/// them: with `-- --nocapture` the test shows them all.
fn counted(host: &TestHost, component: &str, most: u64) -> OperationCounts {
    let counts = host.counters.snapshot().get(component).cloned().unwrap_or_default();
    let OperationCounts { operations, other_calls, .. } = &counts;
    println!("{component}: {} calls to the host: {operations:?} and {other_calls:?}", counts.host_calls());
    assert!(
        (1..=most).contains(&counts.host_calls()),
        "{component}: more than {most} calls, or none: {counts:?}"
    );
    counts
}

on_every_backend! {
    async fn the_budgets_hold(host) {
        let world = Deployment::on(&host).await;

        host.counters.reset();
        let id = world.submit(&world.request_for(b"counted"), "key").await.expect(201).text_at("/id");
        let submit = counted(&host, "submit-request", 30);
        assert!(submit.write_transactions <= 4, "submit: {submit:?}");

        host.settle().await.unwrap();
        host.counters.reset();
        let page = world.api.get("/v1/requests?status=pending").bearer(&world.clerk_token).send().await.expect(200);
        let rows = page.json()["items"].as_array().unwrap().len() as u64;
        let list = counted(&host, "list-requests", 16);
        assert!(list.reads <= 2 * rows + 10 && list.write_transactions == 0, "a page of {rows}: {list:?}");

        host.counters.reset();
        world.decide(&world.clerk_token, &id, &json!({ "outcome": "approved" })).await.expect(200);
        // Two of them ask whether the file is flagged, in the organization or above, and one whether the computer was told.
        let decide = counted(&host, "approve-request", 30);
        assert!(decide.write_transactions <= 3, "decide: {decide:?}");

        host.counters.reset();
        let question = json!({ "action": "requests.list", "resource": { "organization_id": world.company } });
        world.api.post("/v1/authorize").bearer(&world.clerk_token).json(&question).send().await.expect(200);
        let authorize = counted(&host, "authorize", 9);
        assert!(authorize.reads <= 4 && authorize.write_transactions == 0, "authorize: {authorize:?}");

        host.counters.reset();
        let who = format!("/v1/authorize/who?action=requests.approve-application&organization_id={}", world.company);
        let people = world.api.get(&who).bearer(&world.boss).send().await.expect(200).json();
        assert_eq!(people["items"].as_array().unwrap().len(), 2, "the clerk and the boss: {people}");
        let who = counted(&host, "authorize", 28);
        assert_eq!(who.write_transactions, 0, "who can: {who:?}");

        host.counters.reset();
        let give = format!("/v1/authorize/who?give=view-reports&administrator_id={}", world.clerk);
        let people = world.api.get(&give).bearer(&world.boss).send().await.expect(200).json();
        assert_eq!(people["items"].as_array().unwrap().len(), 1, "the boss: {people}");
        let give = counted(&host, "authorize", 28);
        assert_eq!(give.write_transactions, 0, "who can give: {give:?}");

        host.settle().await.unwrap();
        let check_in = |since: String| {
            let call = world.api.get(&format!("/agent/v1/check-in{since}")).bearer(&world.computer_token);
            async move { call.send().await.expect(200) }
        };
        let version = check_in(String::new()).await.text_at("/version");
        // The first check-in of a minute is noted, which is one write. If a minute has just begun, the next one is unchanged.
        let mut counts = OperationCounts::default();
        for _ in 0..2 {
            host.counters.reset();
            let unchanged = check_in(format!("?since={version}")).await;
            assert_eq!(unchanged.text_at("/version"), version);
            counts = counted(&host, "check-in", 8);
            if counts.write_transactions == 0 {
                break;
            }
        }
        assert!(counts.reads <= 3 && counts.write_transactions == 0, "an unchanged check-in: {counts:?}");
    }
}

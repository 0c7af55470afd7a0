//! Listing and searching computers, in bounded reads.

use std::convert::Infallible;
use std::time::Duration;

use countersign_http::testing::{Device, TestResponse};
use countersign_model::computer::check_ins::CheckInEntry;
use countersign_model::{Computer, Maintenance, MaintenanceMode};
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

countersign_http::story!(Office, crate::router);

impl Story {
    async fn change(&self, device: &Device, make: impl Fn(&Computer) -> Computer + Send + Sync) {
        let change = |old: &Computer| Ok::<_, Infallible>(make(old));
        self.world.journal.update(&device.record.id, change).await.unwrap();
    }

    async fn check_in(&self, device: &Device) {
        let (journal, id) = (&self.world.journal, &device.record.id);
        let at = self.world.now();
        let entry = CheckInEntry { at, address: None, agent_version: None, policy_version: None };
        journal.note_check_in(id, &journal.check_ins(id).await.unwrap(), entry).await.unwrap();
    }

    /// Computers of the group, processed.
    async fn fleet(&self, many: usize) -> Vec<Device> {
        let mut fleet = Vec::new();
        for number in 0..many {
            // The list is in the order of creation.
            self.world.advance(Duration::from_secs(1));
            fleet.push(self.world.computer(&self.group));
            if number % 50 == 0 {
                self.world.fill_lists(&self.company.id).await;
            }
        }
        self.world.fill_lists(&self.company.id).await;
        fleet
    }

    async fn page(&self, query: &str) -> TestResponse {
        let path = format!("/v1/organizations/{}/computers{query}", self.company.id);
        self.app.get(&path).bearer(&self.boss.token).send().await
    }

    /// The ids of all pages, and how many pages there were and computers were looked at.
    async fn walk(&self, query: &str) -> (Vec<String>, usize, u64) {
        let (mut ids, mut pages, mut looked_at, mut next) = (Vec::new(), 0, 0, String::new());
        loop {
            let answer = self.page(&format!("{query}{next}")).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            let page = answer.json();
            let items = page["items"].as_array().unwrap();
            ids.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            (pages, looked_at) = (pages + 1, looked_at + page["looked_at"].as_u64().unwrap());
            match page["next_cursor"].as_str() {
                Some(cursor) => next = format!("&cursor={cursor}"),
                None => return (ids, pages, looked_at),
            }
        }
    }
}

fn id(device: &Device) -> String {
    device.record.id.to_string()
}

#[tokio::test]
async fn each_filter_finds_its_computers_and_no_others() {
    let story = Story::new();
    let fleet = story.fleet(8).await;
    let servers = story.world.group(&story.company, "Servers");
    let until = story.world.now() + SignedDuration::from_hours(1);
    story.change(&fleet[0], |old| Computer { unconfirmed: true, ..old.clone() }).await;
    let now = story.world.now();
    story
        .change(&fleet[1], |old| {
            let agents = ["agent-a", "agent-b", "agent-a", "agent-b"];
            agents.iter().fold(old.clone(), |old, agent| old.with_instance(agent, now).unwrap())
        })
        .await;
    let mode = Maintenance { mode: MaintenanceMode::Learning, until };
    story.change(&fleet[2], |old| old.with_maintenance(Some(mode.clone()))).await;
    let path = format!("/v1/organizations/{}/computers/{}", story.company.id, fleet[3].record.id);
    story.done(Method::PATCH, &path, json!({ "group_id": servers.id })).await;
    story.world.fill_lists(&story.company.id).await;
    story.change(&fleet[4], |old| old.named(Some("Front Desk".to_owned()))).await;
    story.change(&fleet[5], |old| Computer { hostname: "ÄRZTE-07".to_owned(), ..old.clone() }).await;
    story.change(&fleet[6], Computer::deleted).await;
    story.world.advance(Duration::from_secs(600));
    for device in fleet[..6].iter().chain([&story.device]) {
        story.check_in(device).await;
    }
    let since = story.world.now();
    for (query, expected, why) in [
        ("?state=unconfirmed".to_owned(), vec![0], "unconfirmed"),
        ("?state=cloned".to_owned(), vec![1], "cloned"),
        ("?state=unsettled".to_owned(), vec![1, 0], "both, newest first"),
        ("?state=maintenance".to_owned(), vec![2], "in maintenance"),
        (format!("?group_id={}", servers.id), vec![3], "of a group"),
        ("?q=FRONT".to_owned(), vec![4], "a part of a given name"),
        ("?q=%C3%A4rzte".to_owned(), vec![5], "a part of a host name, in any case"),
        ("?q=%20%C3%A4rzte-07%20".to_owned(), vec![5], "a whole host name, with spaces around"),
        ("?q=nowhere".to_owned(), vec![], "nothing of that name"),
        (format!("?not_seen_since={since}"), vec![7], "one that only enrolled"),
        (format!("?state=unconfirmed&group_id={}", servers.id), vec![], "all filters count"),
    ] {
        let expected: Vec<String> = expected.into_iter().map(|number: usize| id(&fleet[number])).collect();
        assert_eq!(story.walk(&query).await.0, expected, "{why}");
    }
    assert_eq!(story.walk("?limit=3").await.0.len(), 8, "without a filter all that are there");
    story.world.advance(Duration::from_secs(60 * 60));
    assert!(story.walk("?state=maintenance").await.0.is_empty(), "the mode is over");
    for query in ["?state=lost", "?not_seen_since=yesterday", "?group=x", "?limit=201", "?cursor=abc"] {
        assert_eq!(story.page(query).await.status, 422, "{query}");
    }
}

#[tokio::test]
async fn a_page_with_filters_looks_at_two_hundred_computers_and_goes_on() {
    let story = Story::new();
    let fleet = story.fleet(450).await;
    for device in [&fleet[0], &fleet[200], &fleet[449]] {
        story.change(device, |old| Computer { unconfirmed: true, ..old.clone() }).await;
    }
    let (ids, pages, looked_at) = story.walk("?state=unconfirmed").await;
    assert_eq!(ids, [id(&fleet[449]), id(&fleet[200]), id(&fleet[0])]);
    assert_eq!((pages, looked_at), (3, 451));
    story.world.memory.reset_counts();
    story.page("?state=unconfirmed").await;
    let counts = story.world.counts();
    assert!(counts.reads <= 200 + 14 && counts.writes == 0, "{counts:?}");
    story.world.memory.reset_counts();
    story.page("?limit=50").await;
    assert!(story.world.counts().reads <= 2 * 50 + 14, "{:?}", story.world.counts());
    // Every page is full, and none is shown twice.
    let (ids, pages, _) = story.walk("?q=pc&limit=45").await;
    let mut distinct = ids.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!((ids.len(), distinct.len()), (451, 451));
    assert!(pages <= 13, "{pages}");
}

#[tokio::test]
async fn the_computers_of_a_small_old_group_are_listed_at_once_in_a_large_organization() {
    let story = Story::new();
    let servers = story.world.group(&story.company, "Servers");
    let mut expected: Vec<String> = (0..3).map(|_| id(&story.world.computer(&servers))).collect();
    expected.sort_by(|a, b| b.cmp(a));
    let fleet = story.fleet(2_500).await;
    let (ids, pages, looked_at) = story.walk(&format!("?group_id={}", servers.id)).await;
    assert_eq!((ids, pages, looked_at), (expected.clone(), 1, 3));
    let (ids, pages, _) = story.walk(&format!("?group_id={}&limit=2", servers.id)).await;
    assert_eq!((ids, pages), (expected.clone(), 2), "page by page");
    let (ids, pages, _) = story.walk(&format!("?group_id={}&q=pc", servers.id)).await;
    assert_eq!((ids, pages), (expected, 1), "with another filter, too");
    story.world.memory.reset_counts();
    let whole = story.page(&format!("?group_id={}&limit=50", story.group.id)).await.json();
    assert_eq!(whole["items"][0]["id"], Value::from(id(&fleet[2_499])), "the newest first");
    assert!(story.world.counts().reads <= 2 * 50 + 16, "{:?}", story.world.counts());
}

#[tokio::test]
async fn a_whole_host_name_is_found_at_once_however_many_computers_there_are() {
    let story = Story::new();
    let first = id(&story.device);
    story.fleet(450).await;
    let hostname = &story.device.record.hostname;
    let page = story.page(&format!("?q={}", hostname.to_uppercase())).await.json();
    assert_eq!(page["items"][0]["id"], Value::from(first.clone()), "{page}");
    let (ids, ..) = story.walk(&format!("?q={hostname}")).await;
    assert_eq!(ids.iter().filter(|id| **id == first).count(), 1, "it is not shown again among the others");
}

#[tokio::test]
async fn many_computers_of_one_name_are_all_found() {
    let story = Story::new();
    // Enrolled under the name, so that the set of names has them all.
    let mut expected = Vec::new();
    for _ in 0..12 {
        expected.push(id(&story.world.computer_called(&story.group, "clone")));
    }
    expected.sort_by(|a, b| b.cmp(a));
    for limit in [5, 12, 50] {
        let mut found = story.walk(&format!("?q=clone&limit={limit}")).await.0;
        found.sort_by(|a, b| b.cmp(a));
        assert_eq!(found, expected, "{limit}");
    }
}

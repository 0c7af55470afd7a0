//! How many computers a grant reaches.

use std::convert::Infallible;

use countersign_http::testing::{Device, Person};
use countersign_model::{Computer, DecisionScope, Group, Permission, Request};
use countersign_store::keys;
use serde_json::{Value, json};

use crate::tests::story::{Story, grant};

impl Story {
    /// Changes the record of a computer, and nothing else.
    async fn change(&self, device: &Device, change: impl Fn(&mut Computer) + Send + Sync) {
        let changed = |old: &Computer| {
            let mut new = old.clone();
            change(&mut new);
            Ok::<_, Infallible>(new)
        };
        self.world.journal.update(&device.record.id, changed).await.unwrap();
    }

    /// So many more computers of a group.
    async fn enroll(&self, group: &Group, computers: usize) -> Vec<Device> {
        let mut enrolled = Vec::with_capacity(computers);
        for number in 1..=computers {
            enrolled.push(self.world.computer(group));
            // A list shows 200 events that are not processed yet.
            if number % 100 == 0 || number == computers {
                self.process().await;
            }
        }
        enrolled
    }

    /// How many computers the grants of these requests reach, as the list says it.
    async fn reaches<const N: usize>(&self, who: &Person, requests: [&Request; N]) -> [Value; N] {
        let page = self.list(who, "").await.json();
        let items = page["items"].as_array().unwrap();
        requests.map(|request| {
            let item = items.iter().find(|item| item["request_id"] == request.id.as_str());
            item.unwrap()["reaches"].clone()
        })
    }
}

fn count(count: u64) -> Value {
    json!({ "count": count, "complete": true })
}

#[tokio::test]
async fn a_grant_reaches_the_computers_of_its_scope_where_they_are_now() {
    let story = Story::new();
    let servers = story.world.group(&story.company, "Servers");
    let (near, server) = (story.world.computer(&story.group), story.world.computer(&servers));
    let [odd, copied, gone] = [(); 3].map(|()| story.world.computer(&story.group));
    let own = story.approved(&story.device, 'a', DecisionScope::Computer).await;
    let group = story.approved(&story.device, 'b', DecisionScope::Group).await;
    let of_servers = story.approved(&server, 'c', DecisionScope::Group).await;
    let all = story.approved(&story.device, 'd', DecisionScope::Organization).await;
    let requests = [&own, &group, &of_servers, &all];
    assert_eq!(story.reaches(&story.boss, requests).await, [1, 5, 1, 6].map(count));

    let now = story.world.now();
    story.change(&odd, |computer| computer.unconfirmed = true).await;
    story.change(&copied, |computer| computer.instances.cloned_at = Some(now)).await;
    story.change(&gone, |computer| computer.deleted = true).await;
    assert_eq!(
        story.reaches(&story.boss, requests).await,
        [1, 2, 1, 3].map(count),
        "what is for others does not reach those"
    );
    story.change(&near, |computer| computer.group_id = servers.id.clone()).await;
    assert_eq!(story.reaches(&story.boss, requests).await, [1, 1, 2, 3].map(count), "one has moved");
    story.world.computer(&servers);
    assert_eq!(
        story.reaches(&story.boss, requests).await,
        [1, 1, 3, 4].map(count),
        "one that is not processed yet counts"
    );

    let viewer = story.person([Permission::ViewApprovals]);
    let unseen = [json!(null), json!(null), json!(null), json!(null)];
    assert_eq!(story.reaches(&viewer, requests).await, unseen, "the opened request shows it");
}

#[tokio::test]
async fn a_grant_that_was_changed_says_it_and_one_that_is_over_reaches_none() {
    let story = Story::new();
    let request = story.approved(&story.device, 'a', DecisionScope::Group).await;
    let longer = story.edit(&story.boss, &request, json!({ "expires_at": "2040-01-01T00:00:00Z" })).await;
    assert_eq!(longer.json()["reaches"], count(1), "{}", longer.text());
    let path = format!("/v1/grants/{}/revocation", grant(&request));
    let revoked = story.app.post(&path).bearer(&story.boss.token).json(json!({})).send().await;
    assert_eq!((revoked.status, &revoked.json()["reaches"]), (200, &json!(null)), "{}", revoked.text());
}

#[tokio::test]
async fn a_computer_whose_record_is_damaged_is_not_counted_and_stops_no_list() {
    let story = Story::new();
    let damaged = story.world.computer(&story.group);
    let group = story.approved(&story.device, 'a', DecisionScope::Group).await;
    let all = story.approved(&story.device, 'b', DecisionScope::Organization).await;
    assert_eq!(story.reaches(&story.boss, [&group, &all]).await, [2, 2].map(count));
    let record = (keys::record(damaged.record.id.as_str()), b"damaged".to_vec());
    story.world.journal.kv().set_many(vec![record]).await.unwrap();
    assert_eq!(story.reaches(&story.boss, [&group, &all]).await, [1, 1].map(count));
}

#[tokio::test]
async fn the_computers_of_a_group_are_counted_once_for_a_page() {
    let story = Story::new();
    story.enroll(&story.group, 40).await;
    let cost = async || {
        let instance = story.world.app(crate::router);
        let path = format!("/v1/grants?organization_id={}", story.company.id);
        story.world.memory.reset_counts();
        let page = instance.get(&path).bearer(&story.boss.token).send().await.json();
        let items = page["items"].as_array().unwrap();
        assert!(items.iter().all(|item| item["reaches"] == count(41)), "{page}");
        story.world.counts().reads
    };
    for digit in ['a', 'b'] {
        story.approved(&story.device, digit, DecisionScope::Group).await;
    }
    let few = cost().await;
    assert!(few <= 2 * 2 + 10 + 41 + 4, "{few} reads");
    for digit in ['c', 'd', 'e', 'f', '1', '2'] {
        story.approved(&story.device, digit, DecisionScope::Group).await;
    }
    let more = cost().await;
    assert!(more <= few + 2 * 6, "{more} reads after {few}");
    let of_company = story.approved(&story.device, '3', DecisionScope::Organization).await;
    let all = cost().await;
    assert!(all <= more + 2 + 6, "those of {} are among the organization's: {all} reads", of_company.id);
}

#[tokio::test]
async fn of_more_than_a_thousand_computers_there_is_only_the_number() {
    let story = Story::new();
    let servers = story.world.group(&story.company, "Servers");
    let (desks, racks) = (story.enroll(&story.group, 599).await, story.enroll(&servers, 600).await);
    let (odd_desk, odd_rack) = (desks.last().unwrap(), racks.last().unwrap());
    for odd in [odd_desk, odd_rack] {
        story.change(odd, |computer| computer.unconfirmed = true).await;
    }
    let of_desks = story.approved(&story.device, 'a', DecisionScope::Group).await;
    let of_racks = story.approved(&racks[0], 'b', DecisionScope::Group).await;
    for group in [&story.group, &servers] {
        let page = story.list(&story.boss, &format!("&group_id={}", group.id)).await.json();
        assert_eq!(page["items"][0]["reaches"], count(599), "one by one: {page}");
    }
    let [desks, racks] = story.reaches(&story.boss, [&of_desks, &of_racks]).await;
    let mut both = [&desks["count"], &racks["count"]].map(|count| count.as_u64().unwrap());
    both.sort_unstable();
    assert_eq!(both, [599, 600], "the second group would be more than a thousand computers");
    let of_all = story.approved(&story.device, 'c', DecisionScope::Organization).await;
    let instance = story.world.app(crate::router);
    let path = format!("/v1/grants?organization_id={}&limit=1", story.company.id);
    story.world.memory.reset_counts();
    let page = instance.get(&path).bearer(&story.boss.token).send().await.json();
    let reads = story.world.counts().reads;
    assert_eq!(page["items"][0]["request_id"], of_all.id.as_str());
    assert_eq!(page["items"][0]["reaches"], count(1_200));
    assert!(reads <= 2 + 10 + 1, "no computer is read: {reads} reads");
}

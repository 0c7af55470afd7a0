//! The limits of an organization.

use std::convert::Infallible;

use countersign_model::{Computer, Group, Organization};
use serde_json::json;

countersign_http::story!(Office, crate::router);

#[tokio::test]
async fn an_organization_has_a_greatest_number_of_groups() {
    let story = Story::new();
    let create = || story.app.post(&story.at("/groups")).bearer(&story.boss.token);
    for number in 2..Organization::GROUPS_MAX {
        story.world.group(&story.company, &format!("Group {number}"));
        // Only this many events are listed before they are processed.
        if number % 100 == 0 {
            story.world.fill_lists(&story.company.id).await;
        }
    }
    assert_eq!(create().json(json!({ "name": "The last" })).send().await.status, 201);
    story.refused_at("", create().json(json!({ "name": "One more" })).send()).await;
}

#[tokio::test]
async fn organizations_stand_above_one_another_up_to_a_greatest_depth() {
    let story = Story::new();
    let create = |parent: &str| {
        let call = story.app.post("/v1/organizations").bearer(&story.boss.token);
        call.json(json!({ "name": "Below", "parent_id": parent })).send()
    };
    let mut parent = story.company.id.to_string();
    for _ in 2..Organization::DEPTH_MAX {
        let made = create(&parent).await;
        assert_eq!(made.status, 201, "{}", made.text());
        parent = made.json()["id"].as_str().unwrap().to_owned();
    }
    story.refused_at("/parent_id", create(&parent)).await;
}

#[tokio::test]
async fn deleting_a_group_costs_the_same_however_many_computers_the_organization_has() {
    let story = Story::new();
    let empty = story.world.group(&story.company, "Desks");
    // The group has one already.
    for number in 2..=2_000 {
        story.world.computer(&story.group);
        if number % 100 == 0 {
            story.world.fill_lists(&story.company.id).await;
        }
    }
    let delete = async |group: &Group| {
        story.world.memory.reset_counts();
        let path = story.at(&format!("/groups/{}", group.id));
        let answer = story.app.delete(&path).bearer(&story.boss.token).send().await;
        (answer.status, story.world.counts().reads, answer.text())
    };
    let (status, reads, text) = delete(&story.group).await;
    assert!(status == 409 && text.contains("more than 200 computers (`pc-"), "{text}");
    assert!(reads <= 230, "{reads} reads for a group that is not empty");
    let (status, reads, text) = delete(&empty).await;
    assert_eq!(status, 204, "{text}");
    assert!(reads <= 20, "{reads} reads for an empty group");
}

#[tokio::test]
async fn a_group_that_many_computers_are_leaving_is_deleted_a_moment_later() {
    let story = Story::new();
    let other = story.world.group(&story.company, "Desks");
    let mut devices = vec![story.device.record.clone()];
    for number in 2..=201 {
        devices.push(story.world.computer(&story.group).record);
        if number % 100 == 0 {
            story.world.fill_lists(&story.company.id).await;
        }
    }
    for device in &devices {
        let moved = |old: &Computer| Ok::<_, Infallible>(old.moved(other.id.clone()));
        story.world.journal.update(&device.id, moved).await.unwrap();
    }
    let delete = || story.app.delete(&story.at(&format!("/groups/{}", story.group.id)));
    let refused = delete().bearer(&story.boss.token).send().await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "group-not-empty"));
    assert!(refused.text().contains("just being moved"), "{}", refused.text());
}

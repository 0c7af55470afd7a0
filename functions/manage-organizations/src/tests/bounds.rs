//! The limits of an organization.

use countersign_model::Organization;
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

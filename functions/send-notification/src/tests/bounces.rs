//! Addresses to which messages do not arrive.
use countersign_model::{ActName, BounceReport, Channel, DeliveryState, List, Permission};
use serde_json::json;

use super::{Stage, log};

async fn bounced(stage: &Stage, address: &str) {
    let report = BounceReport {
        channel: Channel::Email,
        address: address.to_owned(),
        reason: "550 no such user".to_owned(),
        at: stage.world.now(),
    };
    stage.world.journal.note_bounce(&report).await.unwrap();
}

async fn ask(stage: &Stage, number: usize) {
    stage.submit(&stage.world.computer(&stage.group), stage.new_request_for(number)).await;
    stage.process_company().await;
}

#[tokio::test]
async fn nothing_is_sent_to_a_bounced_address_until_it_is_put_right() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    ask(&stage, 0).await;
    assert_eq!(stage.world.outbound.take_external().len(), 1);
    bounced(&stage, &person.record.email.to_string().to_uppercase()).await;
    let path = format!("/v1/notifications?organization_id={}", stage.company.id);
    let shown = log(&stage).get(&path).bearer(&person.token).send().await.json()["items"][0].clone();
    assert_eq!(shown["status"], "sent");
    assert_eq!(shown["bounce"], json!({ "at": stage.world.now(), "reason": "550 no such user" }));

    ask(&stage, 1).await;
    assert_eq!(stage.world.outbound.take_external().len(), 0);
    let delivery = stage.deliveries().await.pop().unwrap();
    assert_eq!(delivery.state, DeliveryState::Failed);
    let answer = delivery.last_answer.unwrap();
    assert!(answer.contains("do not arrive") && answer.contains("550 no such user"), "{answer}");

    let one = format!("/v1/notifications/{}", delivery.id);
    let viewer = stage.world.administrator(&stage.company, [Permission::ViewAdministrators]);
    let putting_right = stage.world.app(manage_integrations::router);
    let clear = |token: &str| putting_right.delete(&format!("{one}/bounce")).bearer(token);
    assert_eq!(clear(&viewer.token).send().await.status, 403);
    assert_eq!(putting_right.delete(&format!("{one}/bounce")).send().await.status, 401);
    stage.world.advance(std::time::Duration::from_secs(1));
    for _ in 0..2 {
        assert_eq!(clear(&person.token).send().await.status, 204);
    }
    stage.process_company().await;
    assert_eq!(stage.events(List::SystemAudit, ActName::BounceCleared).await.len(), 1, "once on record");
    let resent = log(&stage).post(&format!("{one}/resend")).bearer(&person.token).send().await;
    assert_eq!((resent.status, &resent.json()["bounce"]), (200, &json!(null)));
    stage.process_company().await;
    assert_eq!(stage.world.outbound.take_external().len(), 1);
}

#[tokio::test]
async fn a_bounce_is_shown_to_whoever_sees_the_address_only() {
    let stage = Stage::new().await;
    let above = stage.subscriber(&stage.world.root, &[Permission::SuperAdmin]);
    let viewer = stage.world.administrator(&stage.company, [Permission::SuperAdmin]);
    ask(&stage, 0).await;
    bounced(&stage, &above.record.email.to_string()).await;
    let path = format!("/v1/notifications?organization_id={}", stage.company.id);
    for (who, is_shown) in [(&above, true), (&viewer, false)] {
        let page = log(&stage).get(&path).bearer(&who.token).send().await;
        assert_eq!(page.json()["items"][0]["bounce"].is_object(), is_shown, "{}", page.text());
    }
}

#[tokio::test]
async fn a_damaged_record_of_a_bounce_stops_no_message() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    bounced(&stage, &person.record.email.to_string()).await;
    let id = countersign_store::BouncedAddress::new(Channel::Email, &person.record.email.to_string());
    let id = <countersign_model::Bounce as countersign_store::Entity>::record_id(&id);
    let key = countersign_store::keys::record(&id);
    stage.world.journal.kv().set_many(vec![(key, b"{".to_vec())]).await.unwrap();
    ask(&stage, 0).await;
    assert_eq!(stage.deliveries().await[0].state, DeliveryState::Sent);
}

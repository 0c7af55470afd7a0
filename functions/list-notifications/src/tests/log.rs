//! The notification log, and sending again.
use std::convert::Infallible;

use countersign_http::testing::Person;
use countersign_model::{
    ActName, Administrator, AdministratorState, Away, DecisionScope, DeliveryState, List, NewRequest,
    NotificationSettings, Outcome, Permission,
};
use serde_json::{Value, json};

use super::{Stage, app};

#[tokio::test]
async fn the_log_shows_every_delivery_to_who_may_see_it() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.ask().await;
    stage.ask().await;
    stage.process_company().await;
    let path = format!("/v1/notifications?organization_id={}", stage.company.id);
    let answer = app(&stage).get(&path).bearer(&person.token).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let items = answer.json()["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), 2);
    assert_eq!(
        (&items[0]["status"], &items[1]["status"]),
        (&json!("collapsed"), &json!("sent")),
        "newest first"
    );
    let (first, second) = (&items[1]["request_id"], &items[0]);
    assert_eq!((&second["collapsed_into"], &items[1]["collapsed_into"]), (first, &json!(null)));
    assert_eq!(
        second["last_answer"],
        format!("notified of the matching request {}", first.as_str().unwrap())
    );
    assert_eq!(items[1]["address"], person.record.email.as_str());
    assert_eq!((&items[1]["notice"], &items[1]["attempts"]), (&json!("request-submitted"), &json!(1)));

    let sent = app(&stage).get(&format!("{path}&status=sent")).bearer(&person.token).send().await.json();
    assert_eq!(sent["items"].as_array().unwrap().len(), 1);
    let wrong = app(&stage).get(&format!("{path}&status=lost")).bearer(&person.token).send().await;
    assert_eq!((wrong.status, wrong.pointers()), (422, vec!["/status".to_owned()]));
    let page = app(&stage).get(&format!("{path}&limit=1")).bearer(&person.token).send().await.json();
    assert!(page["next_cursor"].is_string());

    let approver = stage.world.administrator(&stage.company, [Permission::ApproveForGroup]);
    let refused = app(&stage).get(&path).bearer(&approver.token).send().await;
    assert_eq!((refused.status, refused.code()), (403, "not-permitted".to_owned()));
    let sister = stage.world.organization(&stage.world.root, "Sister");
    let stranger = stage.world.administrator(&sister, [Permission::SuperAdmin]);
    assert_eq!(app(&stage).get(&path).bearer(&stranger.token).send().await.status, 404);
    assert_eq!(app(&stage).get(&path).send().await.status, 401);
}

#[tokio::test]
async fn the_log_does_not_show_the_addresses_of_the_managing_organization() {
    let stage = Stage::new().await;
    stage.world.settings.set("email_provider", "");
    let above = stage.subscriber(&stage.world.root, &[Permission::SuperAdmin]);
    let both = stage.subscriber(&stage.world.root, &[Permission::SuperAdmin]);
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let policy = stage.policy(true, &[both.record.email.as_str()]).await;
    let new = NewRequest { policy_id: Some(policy), ..stage.new_request() };
    stage.submit(&stage.world.computer(&stage.group), new).await;
    stage.process_company().await;
    let path = format!("/v1/notifications?organization_id={}", stage.company.id);
    let addresses = async |who: &Person| {
        let page = app(&stage).get(&path).bearer(&who.token).send().await;
        let items = page.json()["items"].as_array().unwrap().clone();
        let mut addresses: Vec<_> = items.iter().map(|item| item["address"].clone()).collect();
        addresses.sort_by_key(Value::to_string);
        (addresses, items, page.text())
    };
    let mut all = [&above, &both, &person].map(|each| json!(each.record.email));
    all.sort_by_key(Value::to_string);
    assert_eq!(addresses(&above).await.0, all);
    let (shown, items, text) = addresses(&person).await;
    assert_eq!(shown.iter().filter(|address| address.is_null()).count(), 1);
    assert!(!text.contains(above.record.email.as_str()), "{text}");
    assert!(text.contains(both.record.email.as_str()), "the policy names it: {text}");
    let hidden = items.iter().find(|item| item["address"].is_null()).unwrap();
    assert_eq!((&hidden["managing_organization"], &hidden["last_answer"]), (&json!(true), &json!(null)));
    let id = hidden["id"].as_str().unwrap();
    let resent =
        app(&stage).post(&format!("/v1/notifications/{id}/resend")).bearer(&person.token).send().await;
    assert_eq!((resent.status, &resent.json()["address"]), (200, &json!(null)), "{}", resent.text());

    let disabled = |old: &Administrator| {
        Ok::<_, Infallible>(Administrator { state: AdministratorState::Disabled, ..old.clone() })
    };
    stage.world.journal.update(&above.record.id, disabled).await.unwrap();
    stage.world.advance(std::time::Duration::from_secs(120));
    stage.tick().await;
    let answer = async |who: &Person| {
        let items = addresses(who).await.1;
        let item = items.into_iter().find(|item| item["id"] == id).unwrap();
        (item["status"].clone(), item["last_answer"].clone())
    };
    assert_eq!(answer(&both).await, (json!("skipped"), json!("not told: the account is disabled")));
    assert_eq!(answer(&person).await, (json!("skipped"), json!(null)), "nothing of who is out of sight");
}

#[tokio::test]
async fn the_log_says_in_whose_place_somebody_was_told_to_who_may_see_them() {
    for is_above in [false, true] {
        let stage = Stage::new().await;
        let reader = stage.world.administrator(&stage.company, [Permission::ViewAdministrators]);
        let delegate = stage.world.administrator(&stage.company, [Permission::SuperAdmin]);
        let (from, until) = (stage.world.now(), stage.world.now() + jiff::SignedDuration::from_hours(1));
        let away = Away { from, until, delegate_id: Some(delegate.record.id) };
        let notifications = NotificationSettings { away: Some(away), ..NotificationSettings::default() };
        let home = if is_above { &stage.world.root } else { &stage.company };
        let with = |a| Administrator { name: "Ann Absent".to_owned(), notifications, ..a };
        stage.subscriber_with(home, &[Permission::SuperAdmin], with);
        stage.ask().await;
        stage.process_company().await;
        let path = format!("/v1/notifications?organization_id={}", stage.company.id);
        let page = app(&stage).get(&path).bearer(&reader.token).send().await.json();
        assert_eq!(page["items"][0]["address"], json!(delegate.record.email));
        let expected = if is_above { json!(null) } else { json!("Ann Absent") };
        assert_eq!(page["items"][0]["in_place_of"], expected);
    }
}

#[tokio::test]
async fn the_log_is_narrowed_to_a_request_and_a_channel() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let policy = stage.policy(true, &["sms:+15550100"]).await;
    let mut requests = Vec::new();
    for number in 0..3 {
        let new = NewRequest { policy_id: Some(policy.clone()), ..stage.new_request_for(number) };
        requests.push(stage.submit(&stage.world.computer(&stage.group), new).await.id);
        stage.process_company().await;
        stage.world.advance(std::time::Duration::from_secs(3_600));
    }
    let list = async |filter: &str| {
        let path = format!("/v1/notifications?organization_id={}{filter}", stage.company.id);
        let page = app(&stage).get(&path).bearer(&person.token).send().await;
        assert_eq!(page.status, 200, "{}", page.text());
        page.json()
    };
    let channels = |page: &Value| {
        let items = page["items"].as_array().unwrap();
        let mut channels: Vec<_> =
            items.iter().map(|item| item["channel"].as_str().unwrap().to_owned()).collect();
        channels.sort();
        channels
    };
    let newest = list(&format!("&request_id={}", requests[2])).await;
    assert_eq!(channels(&newest), ["email", "sms"]);
    assert_eq!(newest["next_cursor"], json!(null));
    let sms = list(&format!("&request_id={}&channel=sms", requests[0])).await;
    assert_eq!(
        (channels(&sms), &sms["items"][0]["request_id"]),
        (vec!["sms".to_owned()], &json!(requests[0]))
    );
    assert_eq!(channels(&list("&channel=email").await).len(), 3);

    let page = list(&format!("&request_id={}&limit=4", requests[2])).await;
    assert_eq!(channels(&page), ["email", "sms"]);
    assert_eq!(page["next_cursor"], json!(null), "what is older than the request is not about it");
    let page = list(&format!("&request_id={}&limit=4", requests[0])).await;
    assert!(page["next_cursor"].is_string(), "they come on the next page");
}

#[tokio::test]
async fn a_failed_delivery_is_sent_again_on_request() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.world.settings.set("email_provider", "");
    stage.ask().await;
    stage.process_company().await;
    let id = stage.deliveries().await.remove(0).id;
    let path = format!("/v1/notifications/{id}/resend");

    let approver = stage.world.administrator(&stage.company, [Permission::ApproveForGroup]);
    assert_eq!(app(&stage).post(&path).bearer(&approver.token).send().await.status, 403);
    assert_eq!(app(&stage).post(&path).send().await.status, 401);
    let stale = app(&stage).post(&path).bearer(&person.token).if_match(1).send().await;
    assert_eq!(stale.status, 412);
    stage.process_company().await;
    assert_eq!(stage.deliveries().await[0].state, DeliveryState::Failed, "refusals change nothing");

    stage.world.settings.set("email_provider", "postmark");
    let answer = app(&stage).post(&path).bearer(&person.token).send().await;
    assert_eq!((answer.status, &answer.json()["status"]), (200, &json!("pending")), "{}", answer.text());
    stage.world.settle().await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1);
    let deliveries = stage.deliveries().await;
    assert_eq!((deliveries.len(), deliveries[0].state), (1, DeliveryState::Sent));
    assert_eq!(stage.events(List::SystemAudit, ActName::DeliveryResent).await.len(), 1);

    let unknown = format!("/v1/notifications/ntf_{}/resend", stage.world.ulid());
    assert_eq!(app(&stage).post(&unknown).bearer(&person.token).send().await.status, 404);
    assert_eq!(
        app(&stage).post("/v1/notifications/nonsense/resend").bearer(&person.token).send().await.status,
        404
    );
}

#[tokio::test]
async fn sending_again_what_is_decided_says_why_it_does_not() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let request = stage.ask().await;
    stage.process_company().await;
    stage.decide(&request, Outcome::Denied, DecisionScope::Computer, false).await;
    stage.process_company().await;
    stage.told();
    let id = stage.deliveries().await.remove(0).id;
    app(&stage).post(&format!("/v1/notifications/{id}/resend")).bearer(&person.token).send().await;
    stage.process_company().await;
    let delivery = stage.deliveries().await.remove(0);
    assert_eq!(
        (delivery.state, delivery.last_answer.as_deref()),
        (DeliveryState::Skipped, Some("the request is denied"))
    );
    assert_eq!(stage.world.outbound.take_external().len(), 0);
}

//! What a row says: to whom, as what, about what, by whom.

use countersign_http::testing::Person;
use countersign_model::{
    Administrator, Arrival, ArrivalReport, Away, Channel, DecisionScope, MessageKey, NewRequest,
    NewRequester, NotificationSettings, Outcome, Permission,
};
use serde_json::{Value, json};

use super::{Stage, app};

/// The rows of the company's log as somebody reads them, by address.
async fn rows(stage: &Stage, who: &Person) -> Vec<Value> {
    let path = format!("/v1/notifications?organization_id={}", stage.company.id);
    let page = app(stage).get(&path).bearer(&who.token).send().await;
    assert_eq!(page.status, 200, "{}", page.text());
    page.json()["items"].as_array().unwrap().clone()
}

fn row<'a>(rows: &'a [Value], address: &str) -> &'a Value {
    rows.iter().find(|row| row["address"] == address).unwrap_or_else(|| panic!("{address}: {rows:?}"))
}

#[tokio::test]
async fn a_row_names_its_recipient_its_request_its_reason_and_its_provider() {
    let stage = Stage::new().await;
    let boss = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let policy = stage.policy(true, &["desk@example.test"]).await;
    let requester =
        NewRequester { email: Some("ann@example.test".parse().unwrap()), ..stage.new_request().requester };
    let new = NewRequest { policy_id: Some(policy), requester, ..stage.new_request() };
    let request = stage.submit(&stage.world.computer(&stage.group), new).await;
    stage.process_company().await;
    stage.decide(&request, Outcome::Approved, DecisionScope::Computer, false).await;
    stage.process_company().await;
    let all = rows(&stage, &boss).await;
    let of = row(&all, boss.record.email.as_str());
    assert_eq!(of["recipient"], json!({ "id": boss.record.id, "name": boss.record.name }));
    assert_eq!((&of["told_as"], &of["provider"]), (&json!("subscriber"), &json!("postmark")));
    let about = json!({ "kind": "application", "name": request.subject.name(), "hostname": request.hostname,
        "computer_name": null, "status": "approved" });
    assert_eq!(of["request"], about, "as it is now");
    let listed = row(&all, "desk@example.test");
    assert_eq!((&listed["recipient"], &listed["told_as"]), (&Value::Null, &json!("notify-list")));
    assert_eq!(row(&all, "ann@example.test")["told_as"], "requester");
}

#[tokio::test]
async fn nobody_of_an_organization_out_of_sight_is_named_and_no_request_that_may_not_be_listed() {
    let stage = Stage::new().await;
    let above = stage.subscriber(&stage.world.root, &[Permission::SuperAdmin]);
    let viewer = stage.world.administrator(&stage.company, [Permission::ViewAdministrators]);
    stage.ask().await;
    stage.process_company().await;
    let seen = rows(&stage, &viewer).await;
    assert_eq!((seen.len(), &seen[0]["recipient"], &seen[0]["request"]), (1, &Value::Null, &Value::Null));
    assert_eq!((&seen[0]["told_as"], &seen[0]["provider"]), (&json!("subscriber"), &json!("postmark")));
    assert!(!seen[0].to_string().contains(above.record.name.as_str()), "{seen:?}");
    let whole = rows(&stage, &above).await;
    assert_eq!(whole[0]["recipient"]["name"], above.record.name.as_str());
    assert!(whole[0]["request"]["name"].is_string());
}

#[tokio::test]
async fn a_delegate_stands_in() {
    let stage = Stage::new().await;
    let reader = stage.world.administrator(&stage.company, [Permission::ViewAdministrators]);
    let delegate = stage.world.administrator(&stage.company, [Permission::SuperAdmin]);
    let (from, until) = (stage.world.now(), stage.world.now() + jiff::SignedDuration::from_hours(1));
    let away = Away { from, until, delegate_id: Some(delegate.record.id.clone()) };
    let notifications = NotificationSettings { away: Some(away), ..NotificationSettings::default() };
    stage
        .subscriber_with(&stage.company, &[Permission::SuperAdmin], |a| Administrator { notifications, ..a });
    stage.ask().await;
    stage.process_company().await;
    let seen = rows(&stage, &reader).await;
    assert_eq!(
        (&seen[0]["told_as"], &seen[0]["recipient"]["id"]),
        (&json!("stands-in"), &json!(delegate.record.id))
    );
}

#[tokio::test]
async fn a_message_that_no_provider_was_given_has_none() {
    let stage = Stage::new().await;
    let boss = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.world.settings.set("email_provider", "");
    stage.ask().await;
    stage.process_company().await;
    let all = rows(&stage, &boss).await;
    assert_eq!((&all[0]["status"], &all[0]["provider"]), (&json!("failed"), &Value::Null));
}

#[tokio::test]
async fn a_page_costs_two_reads_a_row() {
    let stage = Stage::new().await;
    let boss = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    for number in 0..20 {
        let new = stage.new_request_for(number);
        stage.submit(&stage.world.computer(&stage.group), new).await;
        stage.process_company().await;
        stage.world.advance(std::time::Duration::from_secs(60));
    }
    stage.world.settle().await;
    let before = stage.world.counts().reads;
    let all = rows(&stage, &boss).await;
    let reads = stage.world.counts().reads - before;
    assert!(all.len() >= 20 && reads <= 2 * all.len() + 15, "{reads} reads for {} rows", all.len());
}

#[tokio::test]
async fn a_row_says_when_its_message_was_delivered_and_read_until_it_bounces() {
    let stage = Stage::new().await;
    let boss = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.ask().await;
    stage.process_company().await;
    let sent = stage.world.outbound.take_external().remove(0).json();
    let message: MessageKey = sent["Metadata"]["countersign"].as_str().unwrap().parse().unwrap();
    let seen = async || {
        let row = rows(&stage, &boss).await.remove(0);
        assert_eq!(row["status"], "sent");
        ["delivered_at", "read_at", "bounced_at"].map(|name| row[name].clone())
    };
    assert_eq!(seen().await, [Value::Null, Value::Null, Value::Null], "nothing was reported");
    let at = stage.world.now();
    let report = |arrival| ArrivalReport {
        message: message.clone(),
        channel: Channel::Email,
        address: boss.record.email.to_string(),
        arrival,
        at,
    };
    stage.world.journal.note_arrival(&report(Arrival::Delivered)).await.unwrap();
    assert_eq!(seen().await, [json!(at), Value::Null, Value::Null]);
    stage.world.journal.note_arrival(&report(Arrival::Read)).await.unwrap();
    assert_eq!(seen().await, [json!(at), json!(at), Value::Null]);
    stage.world.journal.note_arrival(&report(Arrival::Bounced)).await.unwrap();
    assert_eq!(seen().await, [Value::Null, Value::Null, json!(at)]);

    let id = rows(&stage, &boss).await[0]["id"].as_str().unwrap().to_owned();
    let again = app(&stage).post(&format!("/v1/notifications/{id}/resend")).bearer(&boss.token).send().await;
    assert_eq!((again.status, &again.json()["bounced_at"]), (200, &Value::Null), "{}", again.text());
}

//! Links that work once: generated with their message, stored nowhere.
use std::time::Duration;

use countersign_model::act::{AdministratorInvited, PasswordResetRequested};
use countersign_model::{
    Administrator, AdministratorId, AdministratorState, DeliveryState, NewAdministrator, Permission,
};
use countersign_store::tokens::{self, Kind};

use super::{Stage, log};

/// Invites as edit-admin-permissions does.
fn invite(stage: &Stage) -> Administrator {
    let id = AdministratorId::from_ulid(stage.world.ulid());
    let new = NewAdministrator {
        id,
        organization_id: stage.company.id.clone(),
        email: "eve@example.com".parse().unwrap(),
        name: "Eve <eve>".to_owned(),
    };
    let administrator = Administrator::invited(new, stage.world.now());
    stage.world.save(&stage.company.id, AdministratorInvited::first(&administrator), |change| {
        change.create_administrator(&administrator)
    });
    administrator
}

fn ask_for_reset(stage: &Stage, administrator: &Administrator) {
    stage.world.save(&stage.company.id, PasswordResetRequested::of(administrator), |change| change);
}

async fn record(stage: &Stage, id: &AdministratorId) -> Administrator {
    stage.world.journal.load::<Administrator>(id).await.unwrap().unwrap().value
}

fn token_in(text: &str, page: &str) -> String {
    let start =
        text.find(&format!("{}/{page}#", super::URL)).expect("a link") + super::URL.len() + page.len() + 2;
    text[start..].split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn the_token_of_an_invitation_is_in_the_message_and_nowhere_else() {
    let stage = Stage::new().await;
    let invited = invite(&stage);
    assert_eq!(record(&stage, &invited.id).await.invitation, None, "nothing exists before the message");
    stage.process_company().await;
    let (to, text) = stage.messages().remove(0);
    assert_eq!(to, "eve@example.com");
    let token = token_in(&text, "invitation");
    let parsed = tokens::parse(&token).unwrap();
    assert_eq!((parsed.kind, parsed.owner), (Kind::Invitation, invited.id.ulid()));
    let kept = record(&stage, &invited.id).await.invitation.unwrap();
    assert!(tokens::matches(&kept.hash, &parsed.digest));
    let week = kept.expires_at.duration_since(stage.world.now());
    assert_eq!(week.as_hours(), 7 * 24);
    let delivery = stage.deliveries().await.remove(0);
    assert!(!serde_json::to_string(&delivery).unwrap().contains(&token), "not in the log");
    assert!(!serde_json::to_string(&record(&stage, &invited.id).await).unwrap().contains(&token));
}

#[tokio::test]
async fn a_provider_that_repeats_the_message_does_not_bring_the_token_into_the_log() {
    let stage = Stage::new().await;
    invite(&stage);
    stage.world.outbound.answer(|request| {
        let text = String::from_utf8_lossy(request.body()).into_owned();
        let body = serde_json::json!({ "Message": text }).to_string();
        let mut response = http::Response::new(bytes::Bytes::from(body));
        *response.status_mut() = http::StatusCode::UNPROCESSABLE_ENTITY;
        Ok(response)
    });
    stage.process_company().await;
    let delivery = stage.deliveries().await.remove(0);
    assert_eq!((delivery.state, delivery.last_answer.as_deref()), (DeliveryState::Failed, Some("422")));
}

/// The links of a message to which the provider says three times that it could not deliver it, after it has.
async fn links_of_retries(stage: &Stage, page: &str) -> Vec<String> {
    stage.world.outbound.answer_with(504, "");
    stage.process_company().await;
    let mut links = vec![token_in(&stage.messages().remove(0).1, page)];
    for pause in [60, 120] {
        stage.world.advance(Duration::from_secs(pause));
        stage.tick().await;
        links.push(token_in(&stage.messages().remove(0).1, page));
    }
    links.sort();
    links.dedup();
    assert_eq!(links.len(), 3, "each message has a token of its own");
    links
}

#[tokio::test]
async fn a_retry_mints_anew_and_the_link_that_may_have_arrived_still_works() {
    let stage = Stage::new().await;
    let invited = invite(&stage);
    let links = links_of_retries(&stage, "invitation").await;
    let kept = record(&stage, &invited.id).await;
    for link in &links {
        let digest = tokens::parse(link).unwrap().digest;
        assert!(kept.is_invited_by(|hash| tokens::matches(hash, &digest), stage.world.now()), "{link}");
        assert!(!serde_json::to_string(&kept).unwrap().contains(link), "only hashes are kept");
    }
}

#[tokio::test]
async fn every_link_of_a_password_reset_that_may_have_arrived_works() {
    let stage = Stage::new().await;
    let person = stage.world.administrator(&stage.company, [Permission::SuperAdmin]).record;
    ask_for_reset(&stage, &person);
    let links = links_of_retries(&stage, "password-reset").await;
    let kept = record(&stage, &person.id).await;
    for link in &links {
        let digest = tokens::parse(link).unwrap().digest;
        assert!(kept.is_reset_by(|hash| tokens::matches(hash, &digest), stage.world.now()), "{link}");
    }
}

#[tokio::test]
async fn an_invitation_that_no_longer_counts_is_not_sent() {
    let stage = Stage::new().await;
    let invited = invite(&stage);
    stage.world.journal.update(&invited.id, Administrator::delete).await.unwrap();
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new());
    assert_eq!(stage.states().await, [("eve@example.com".to_owned(), DeliveryState::Skipped)]);
}

#[tokio::test]
async fn a_password_reset_lasts_an_hour_and_is_not_resent_from_the_log() {
    let stage = Stage::new().await;
    let person = stage.world.administrator(&stage.company, [Permission::SuperAdmin]);
    ask_for_reset(&stage, &person.record);
    stage.process_company().await;
    let token = token_in(&stage.messages().remove(0).1, "password-reset");
    let kept = record(&stage, &person.record.id).await.password_reset.unwrap();
    assert!(tokens::matches(&kept.hash, &tokens::parse(&token).unwrap().digest));
    assert_eq!(kept.expires_at.duration_since(stage.world.now()).as_hours(), 1);
    let id = stage.deliveries().await.remove(0).id;
    let path = format!("/v1/notifications/{id}/resend");
    let answer = log(&stage).post(&path).bearer(&person.token).send().await;
    assert_eq!((answer.status, answer.code()), (409, "password-reset-not-resent".to_owned()));
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new());
}

#[tokio::test]
async fn somebody_disabled_gets_no_password_reset() {
    let stage = Stage::new().await;
    let person = stage
        .world
        .administrator_with(&stage.company, |a| Administrator { state: AdministratorState::Disabled, ..a });
    ask_for_reset(&stage, &person.record);
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new());
    assert_eq!(record(&stage, &person.record.id).await.password_reset, None);
}

//! The record of a token is deleted once its owner's credentials no longer list it.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{PASSWORD, Stage};
use countersign_model::{Administrator, Permission};
use countersign_store::{keys, tokens};
use serde_json::json;

impl Stage {
    /// The keys of all token records, except the session that the stage began with.
    fn stored(&self) -> BTreeSet<String> {
        let own = keys::token(&tokens::parse(&self.ada.token).unwrap().digest);
        let all = self.world.memory.dump().into_keys();
        all.filter(|key| key.starts_with(&keys::token("")) && *key != own).collect()
    }

    /// The keys of the sessions and API tokens that the credentials list.
    async fn listed(&self) -> BTreeSet<String> {
        let credentials = self.credentials().await;
        let sessions = credentials.sessions.iter().map(|each| &each.digest);
        let tokens = credentials.api_tokens.iter().map(|each| &each.digest);
        sessions.chain(tokens).map(|digest| keys::token(digest)).collect()
    }

    async fn token(&self) -> String {
        // Few passwords are compared in a second.
        self.world.advance(Duration::from_secs(1));
        let signed_in = self.sign_in(json!({})).await;
        assert_eq!(signed_in.status, 201, "{}", signed_in.text());
        signed_in.json()["token"].as_str().unwrap().to_owned()
    }

    async fn api_token(&self, hours: i64) -> String {
        let expires_at = self.world.now() + jiff::SignedDuration::from_hours(hours);
        let body = json!({ "name": "Report", "permissions": ["view-reports"], "expires_at": expires_at,
            "password": PASSWORD });
        let made = self.post("/v1/api-tokens", body).await;
        assert_eq!(made.status, 201, "{}", made.text());
        made.json()["id"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn sessions_and_api_tokens_that_end_leave_nothing_behind() {
    let stage = Stage::new(&[Permission::ViewReports]).await;
    let (first, second) = (stage.token().await, stage.token().await);
    let id = stage.api_token(24).await;
    assert_eq!(stage.stored().len(), 3);
    let delete = |path: String, token: &str| stage.app.delete(&path).bearer(token).send();
    assert_eq!(delete("/v1/session".to_owned(), &first).await.status, 204);
    assert_eq!(stage.stored().len(), 2, "signed out");
    assert_eq!(delete(format!("/v1/api-tokens/{id}"), &second).await.status, 204);
    assert_eq!(stage.stored().len(), 1, "revoked");
    stage.token().await;
    assert_eq!(delete("/v1/sessions".to_owned(), &second).await.status, 204);
    assert_eq!(stage.stored().len(), 1, "all others ended");
    assert_eq!(stage.stored(), stage.listed().await);
}

#[tokio::test]
async fn what_has_expired_is_deleted_at_the_next_sign_in() {
    let stage = Stage::new(&[Permission::ViewReports]).await;
    for _ in 0..3 {
        stage.token().await;
    }
    stage.api_token(13).await;
    stage.api_token(11).await;
    stage.world.advance(Duration::from_secs(12 * 3600));
    assert_eq!(stage.stored().len(), 5, "nothing is deleted by itself");
    stage.token().await;
    assert_eq!(stage.stored().len(), 2, "the new session, and the token that has an hour left");
    assert_eq!(stage.stored(), stage.listed().await);
}

#[tokio::test]
async fn sessions_that_a_new_password_or_too_many_others_ended_are_deleted() {
    let stage = Stage::new(&[]).await;
    for _ in 0..25 {
        stage.token().await;
    }
    assert_eq!(stage.stored().len(), 20);
    assert_eq!(stage.stored(), stage.listed().await);
    let reset = |old: &Administrator| Ok::<_, ()>(old.with_sessions_ended());
    stage.world.journal.update(&stage.ada.record.id, reset).await.unwrap();
    stage.token().await;
    assert_eq!(stage.stored().len(), 1);
}

/// Fails each write of a sign-in in turn.
#[tokio::test]
async fn a_sign_in_that_fails_leaves_no_session_that_is_not_listed() {
    let mut failed = 0;
    for write in 1.. {
        let stage = Stage::new(&[]).await;
        stage.world.memory.fail_write(write);
        let answer = stage.sign_in(json!({})).await;
        assert_eq!(stage.stored(), stage.listed().await, "write {write}: {}", answer.text());
        if answer.status == 201 {
            break;
        }
        failed += 1;
    }
    assert!(failed >= 6, "only {failed} writes were failed");
}

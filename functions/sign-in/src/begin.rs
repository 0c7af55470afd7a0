//! Beginning a session: its token, its record, and how long it lasts.
use axum::Json;
use axum::response::{IntoResponse, Response};
use countersign_http::identify::SESSION_COOKIE;
use countersign_http::{Problem, Services};
use countersign_model::{Administrator, Organization};
use countersign_store::tokens::{self, Kind};
use countersign_store::{Session, Store};
use http::header::SET_COOKIE;
use http::{HeaderValue, StatusCode};
use jiff::{SignedDuration, Timestamp};

use crate::wire::{Person, SignedIn};

/// How long a session lasts.
pub const SESSION_LASTS: SignedDuration = SignedDuration::from_hours(12);

/// A session about to be saved.
pub struct Begun {
    /// The token's text, answered once and stored nowhere.
    pub token: String,
    digest: String,
    pub session: Session,
}

impl Begun {
    pub fn new(store: &Store, administrator: &Administrator, now: Timestamp) -> Self {
        let (text, token) = tokens::mint(Kind::Session, administrator.id.ulid(), store.random());
        let session = Session {
            administrator_id: administrator.id.clone(),
            epoch: administrator.session_epoch,
            created_at: now,
            expires_at: now.saturating_add(SESSION_LASTS).unwrap_or(now),
        };
        Self { token: text, digest: token.digest, session }
    }

    /// What to write: goes into the change that begins the session.
    pub fn entry(&self) -> (String, Vec<u8>) {
        tokens::session_entry(&self.digest, &self.session)
    }

    /// 201 with the token.
    pub fn answer(self, administrator: &Administrator, organization: &Organization) -> Response {
        let expires_at = self.session.expires_at;
        let administrator = Person::new(administrator, organization);
        (StatusCode::CREATED, Json(SignedIn { token: Some(self.token), expires_at, administrator }))
            .into_response()
    }

    /// 201 with the token in the console's cookie, out of reach of scripts.
    pub async fn answer_with_cookie(
        self,
        services: &Services,
        administrator: &Administrator,
        organization: &Organization,
    ) -> Result<Response, Problem> {
        let cookie = cookie(services, &self.token, SESSION_LASTS.as_secs()).await?;
        let expires_at = self.session.expires_at;
        let administrator = Person::new(administrator, organization);
        let answer = SignedIn { token: None, expires_at, administrator };
        Ok((StatusCode::CREATED, [(SET_COOKIE, cookie)], Json(answer)).into_response())
    }
}

/// The console's cookie; with an age of 0 the browser forgets it.
pub async fn cookie(services: &Services, token: &str, max_age: i64) -> Result<HeaderValue, Problem> {
    let secure = services.settings.get("public_url").await?.starts_with("https://");
    let secure = if secure { "; Secure" } else { "" };
    let text =
        format!("{SESSION_COOKIE}={token}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::try_from(text).map_err(|_| Problem::internal())
}

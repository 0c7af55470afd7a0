//! Starting a session: its token, its stored form, and how long it lasts.
use axum::Json;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use countersign_authority::{Credential, Session};
use countersign_http::identify::cookie_name;
use countersign_http::{Caller, Problem, Services};
use countersign_journal::Journal;
use countersign_model::act::SessionStarted;
use countersign_model::{
    Administrator, Credentials, LoginPolicy, OpenSession, Organization, Permit, SessionId, Who,
};
use countersign_store::tokens::{self, Kind};
use http::header::{SET_COOKIE, USER_AGENT};
use http::request::Parts;
use http::{HeaderValue, StatusCode};

use crate::attempts::place;
use crate::own::{self, Changed};
use crate::proof::Proof;
use crate::sessions::Ended;
use crate::wire::{Person, SignedIn};

/// The most characters of a program's own name that are kept.
const PROGRAM_NAME_MAX: usize = 120;

/// The program that somebody signs in with, as it calls itself.
pub struct Program(Option<String>);

impl Program {
    /// The program that was signed in with a device code.
    pub fn called(name: String) -> Self {
        Self(Some(name))
    }
}

impl FromRequestParts<Services> for Program {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Services) -> Result<Self, Problem> {
        let name = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self(name.map(|name| name.chars().take(PROGRAM_NAME_MAX).collect())))
    }
}

/// A session about to be saved.
pub struct Begun {
    /// The token's text, answered once and stored nowhere.
    pub token: String,
    pub session: Session,
    open: OpenSession,
}

impl Begun {
    pub fn new(
        journal: &Journal,
        administrator: &Administrator,
        caller: &Caller,
        program: Program,
        policy: LoginPolicy,
        proof: &Proof,
    ) -> Self {
        let now = caller.now;
        let (text, token) = tokens::mint(Kind::Session, administrator.id.ulid(), journal.random());
        let id = SessionId::from_ulid(journal.random().ulid(now));
        let (epoch, expires_at) = (administrator.session_epoch, policy.session_ends(now));
        let open = OpenSession {
            id: id.clone(),
            digest: token.digest,
            epoch,
            created_at: now,
            expires_at,
            address: caller.address.map(|address| address.to_string()),
            user_agent: program.0,
        };
        let session = Session {
            credential: Credential::Session { id },
            administrator_id: administrator.id.clone(),
            second_factor: proof.is_second_factor(),
            by_device_code: proof.is_device_code(),
            epoch,
            created_at: now,
            expires_at,
            policy,
            policy_read_at: now,
        };
        Self { token: text, session, open }
    }

    /// Saves the session in its owner's list, and uses up the proof of identity.
    pub async fn save(
        &self,
        journal: &Journal,
        caller: &Caller,
        administrator: &Administrator,
        proof: &Proof,
    ) -> Result<(), Problem> {
        let id = administrator.id.clone();
        let who = Who::Administrator { id: id.clone(), name: administrator.name.clone(), via: None };
        // A session that is never ended expires and is removed.
        self.session.goes_when_it_ends(journal, &self.open.digest).await?;
        let here = caller.address.map(place);
        let begin = |old: &Credentials| {
            let proved = proof.used_up(old)?;
            let (next, ended) =
                proved.with_session(administrator, self.open.clone(), here.as_deref(), caller.now);
            let act = SessionStarted {
                administrator_id: id.clone(),
                session: self.open.id.clone(),
                second_factor: proof.second_factor(),
                from_new_place: here.as_deref().is_some_and(|here| old.is_new_place(here)),
            };
            let changed = Changed::to(next, act).with(&self.open.digest, self.session.clone());
            Ok(match ended.map(Ended::from) {
                Some(ended) => changed.with(&ended.digest, ended.session(&self.session)),
                None => changed,
            })
        };
        Ok(own::save(journal, &caller.known_as(who), &Permit::oneself(administrator), &id, begin).await?)
    }

    /// 201 with the token.
    pub fn answer(self, administrator: &Administrator, organization: &Organization) -> Response {
        let token = Some(self.token.clone());
        (StatusCode::CREATED, Json(self.signed_in(token, administrator, organization))).into_response()
    }

    /// 201 with the token in the console's cookie, which scripts cannot read.
    pub async fn answer_with_cookie(
        self,
        services: &Services,
        administrator: &Administrator,
        organization: &Organization,
    ) -> Result<Response, Problem> {
        let lasts = self.session.expires_at.duration_since(self.session.created_at);
        let cookie = cookie(services, &self.token, lasts.as_secs()).await?;
        let answer = self.signed_in(None, administrator, organization);
        Ok((StatusCode::CREATED, [(SET_COOKIE, cookie)], Json(answer)).into_response())
    }

    fn signed_in(
        self,
        token: Option<String>,
        administrator: &Administrator,
        organization: &Organization,
    ) -> SignedIn {
        SignedIn {
            token,
            expires_at: self.session.expires_at,
            totp_required: self.session.policy.require_totp && !self.session.second_factor,
            administrator: Person::new(administrator, organization),
        }
    }
}

/// The console's cookie; an age of 0 makes the browser delete it.
pub async fn cookie(services: &Services, token: &str, max_age: i64) -> Result<HeaderValue, Problem> {
    let public_url = services.settings.get("public_url").await?;
    let (name, secure) = (cookie_name(&public_url), public_url.starts_with("https://"));
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={token}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::try_from(text).map_err(|_| Problem::internal())
}

//! Listing and ending one's own sessions.
use axum::extract::State;
use countersign_authority::{Credential, Session};
use countersign_http::{AsPerson, Page, PathId, Problem, Services, require_second_factor};
use countersign_model::act::SessionEnded;
use countersign_model::{Credentials, OpenSession, Permit, SessionId};
use http::StatusCode;
use jiff::Timestamp;

use crate::own::{self, Changed, NotChanged};
use crate::wire::SessionView;

/// Lists your open sessions, newest first.
#[utoipa::path(get, path = "/v1/sessions", tag = "sign-in", security(("person" = [])),
    responses((status = 200, body = Page<SessionView>), (status = 403, description = "The caller is an API token, which has no sessions.")))]
pub async fn list_sessions(
    State(services): State<Services>,
    person: AsPerson,
) -> Result<Page<SessionView>, Problem> {
    require_second_factor(&person.session)?;
    let (administrator, now) = (&person.administrator, person.caller.now);
    let credentials = services.journal.load::<Credentials>(&administrator.id).await?;
    let sessions = credentials.map(|stored| stored.value.sessions).unwrap_or_default();
    let open = sessions.into_iter().rev().filter(|each| each.is_open(administrator, now));
    let items = open.map(|each| SessionView::new(each, person.session_digest())).collect();
    Ok(Page { items, next_cursor: None })
}

/// Ends one of your sessions.
#[utoipa::path(delete, path = "/v1/sessions/{session_id}", tag = "sign-in",
    security(("person" = [])), params(("session_id" = inline(SessionId), Path)),
    responses((status = 204, description = "The session has ended, and its token no longer works.")))]
pub async fn end_session(
    State(services): State<Services>,
    person: AsPerson,
    PathId(id): PathId<SessionId>,
) -> Result<StatusCode, Problem> {
    require_second_factor(&person.session)?;
    let end = |old: &Credentials| {
        let (next, ended) = old.without_session(&id)?;
        Ok((next, vec![ended.into()]))
    };
    end_some(&services, &person, end).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends all of your sessions except the current one.
#[utoipa::path(delete, path = "/v1/sessions", tag = "sign-in", security(("person" = [])),
    responses((status = 204, description = "Every other session has ended.")))]
pub async fn end_other_sessions(
    State(services): State<Services>,
    person: AsPerson,
) -> Result<StatusCode, Problem> {
    require_second_factor(&person.session)?;
    let end = |old: &Credentials| {
        let (kept, ended): (Vec<_>, Vec<_>) =
            old.sessions.iter().cloned().partition(|each| each.digest == person.session_digest());
        Ok((Credentials { sessions: kept, ..old.clone() }, ended.into_iter().map(Ended::from).collect()))
    };
    end_some(&services, &person, end).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends the current session, whether or not it is listed.
pub async fn end_own(services: &Services, person: &AsPerson) -> Result<(), Problem> {
    let own = Ended { id: person.session_id.clone(), digest: person.session_digest().to_owned() };
    let end = |old: &Credentials| {
        let mut next = old.clone();
        next.sessions.retain(|each| each.digest != own.digest);
        Ok((next, vec![own.clone()]))
    };
    end_some(services, person, end).await
}

/// A session that ends.
#[derive(Clone)]
pub struct Ended {
    pub id: SessionId,
    pub digest: String,
}

impl From<OpenSession> for Ended {
    fn from(open: OpenSession) -> Self {
        Self { id: open.id, digest: open.digest }
    }
}

impl Ended {
    /// Its new record: written in the batch with the event, it makes the token invalid.
    pub fn session(&self, like: &Session) -> Session {
        let credential = Credential::Session { id: self.id.clone() };
        Session { credential, expires_at: Timestamp::UNIX_EPOCH, ..like.clone() }
    }
}

async fn end_some(
    services: &Services,
    person: &AsPerson,
    end: impl Fn(&Credentials) -> Result<(Credentials, Vec<Ended>), NotChanged> + Send + Sync,
) -> Result<(), Problem> {
    let AsPerson { caller, administrator, session, .. } = person;
    let end_them = |old: &Credentials| {
        let (next, ended) = end(old)?;
        let sessions = ended.iter().map(|each| each.id.clone()).collect();
        let act = SessionEnded { administrator_id: administrator.id.clone(), sessions };
        let changed = Changed::to(next, act);
        Ok(ended.iter().fold(changed, |changed, each| changed.with(&each.digest, each.session(session))))
    };
    Ok(own::save(&services.journal, caller, &Permit::oneself(administrator), &administrator.id, end_them)
        .await?)
}

//! Administrators, identified by a session token or an API token.
use async_trait::async_trait;
use axum::extract::FromRequestParts;
use countersign_authority::{Credential, Principal, Session};
use countersign_model::ids::SessionId;
use countersign_model::{Administrator, Who};
use countersign_store::Stored;
use countersign_store::tokens::{self, Kind, Token};
use http::request::Parts;

use super::credentials::{bearer, cookie, cookie_name};
use super::origin::require_own_origin;
use crate::caller::Caller;
use crate::login::{require_allowed_address, require_second_factor};
use crate::long_poll::StillIdentified;
use crate::problem::{Code, Problem};
use crate::services::Services;

/// An administrator with a session or an API token: `Authorization: Bearer csa_…` or `csp_…`, or the console's cookie.
/// Costs two reads in one round, and once a minute a few more for the login settings.
#[derive(Clone, Debug)]
pub struct AsAdministrator {
    /// The caller.
    pub caller: Caller,
    /// The administrator, limited to what their credential allows.
    pub administrator: Principal,
    /// The session, or what the API token stands for.
    pub session: Session,
    token: Token,
}

/// A person with a session, for operations on their own account. API tokens are refused. Required one-time codes need
/// not be set up yet.
#[derive(Clone, Debug)]
pub struct AsPerson {
    /// The caller.
    pub caller: Caller,
    /// The administrator's record, read just now.
    pub administrator: Administrator,
    /// The session.
    pub session: Session,
    /// Its id.
    pub session_id: SessionId,
    token: Token,
}

impl AsPerson {
    /// The digest under which the session is stored.
    pub fn session_digest(&self) -> &str {
        &self.token.digest
    }
}

impl FromRequestParts<Services> for AsAdministrator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, services: &Services) -> Result<Self, Problem> {
        let (caller, administrator, session, token) = identified(parts, services).await?;
        require_second_factor(&session)?;
        let administrator = Principal::with(administrator, &session.credential);
        Ok(Self { caller, administrator, session, token })
    }
}

impl FromRequestParts<Services> for AsPerson {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, services: &Services) -> Result<Self, Problem> {
        let (caller, administrator, session, token) = identified(parts, services).await?;
        match session.credential.clone() {
            Credential::Session { id } => Ok(Self { caller, administrator, session, session_id: id, token }),
            Credential::ApiToken { .. } => Err(Problem::new(
                Code::SessionRequired,
                "an API token cannot do this; sign in with a password",
            )),
        }
    }
}

#[async_trait]
impl StillIdentified for AsAdministrator {
    fn id(&self) -> &str {
        self.administrator.value.id.as_str()
    }

    async fn check_again(&self, services: &Services) -> Result<(), Problem> {
        let (_, session) = identify(&self.token, &self.caller, services).await?;
        require_second_factor(&session)
    }
}

/// The sender of a request, by token or cookie.
async fn identified(
    parts: &Parts,
    services: &Services,
) -> Result<(Caller, Administrator, Session, Token), Problem> {
    let (text, kinds): (_, &[Kind]) = match bearer(&parts.headers) {
        Some(token) => (token, &[Kind::Session, Kind::ApiToken]),
        None => {
            // Only the cookie's name depends on a setting.
            let name = cookie_name(&services.settings.get("public_url").await?);
            let token = cookie(&parts.headers, name).ok_or_else(Problem::not_identified)?;
            require_own_origin(parts, services).await?;
            (token, &[Kind::Session])
        }
    };
    let token = tokens::parse(text).filter(|token| kinds.contains(&token.kind));
    let token = token.ok_or_else(Problem::not_identified)?;
    let caller = Caller::of(parts, services, Who::Anonymous).await?;
    let (administrator, session) = identify(&token, &caller, services).await?;
    let administrator = administrator.value;
    let via = match &session.credential {
        Credential::Session { .. } => None,
        Credential::ApiToken { id, .. } => Some(id.clone()),
    };
    let (id, name) = (administrator.id.clone(), administrator.name.clone());
    let caller = caller.known_as(Who::Administrator { id, name, via });
    Ok((caller, administrator, session, token))
}

async fn identify(
    token: &Token,
    caller: &Caller,
    services: &Services,
) -> Result<(Stored<Administrator>, Session), Problem> {
    let (journal, now) = (&services.journal, services.journal.clock().now());
    let found = countersign_authority::identify(journal, token, now).await?;
    let (administrator, session) = found.ok_or_else(Problem::not_identified)?;
    require_allowed_address(&session.policy, caller)?;
    Ok((administrator, session))
}

//! An administrator, by a session token.
use async_trait::async_trait;
use axum::extract::FromRequestParts;
use countersign_model::ids::AdministratorId;
use countersign_model::{Actor, Administrator, PermissionSet};
use countersign_store::tokens::{self, Kind, Token};
use countersign_store::{Session, Store, StoreError, Stored, Who};
use futures::future::try_join;
use http::request::Parts;

use super::credentials::{bearer, cookie};
use super::origin::require_own_origin;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::rights::actor_of;
use crate::services::Services;
use crate::waiting::StillIdentified;

/// An administrator as a credential lets them act: their record, and no more of what they hold than the credential carries.
#[derive(Clone, Debug)]
pub struct Asker {
    /// The administrator's record, read just now.
    pub value: Administrator,
    only: Option<PermissionSet>,
}

impl Asker {
    /// Somebody who acts with everything they hold.
    #[must_use]
    pub fn whole(administrator: Administrator) -> Self {
        Self { value: administrator, only: None }
    }

    /// Who asks, with everything this credential lets them use: one read for each organization whose roles they have.
    ///
    /// # Errors
    /// When the store fails; an error while deciding is a denial, so there is no actor then.
    pub async fn actor(&self, store: &Store) -> Result<Actor, StoreError> {
        let actor = actor_of(store, &self.value).await?;
        Ok(match self.only {
            Some(only) => actor.only(only),
            None => actor,
        })
    }
}

/// Somebody with a session: `Authorization: Bearer csa_…`, or the console's cookie. Costs two reads in one round.
#[derive(Clone, Debug)]
pub struct AsAdministrator {
    /// The caller.
    pub caller: Caller,
    /// Who they are, and how far their credential reaches.
    pub administrator: Asker,
    /// The session.
    pub session: Session,
    token: Token,
}

impl AsAdministrator {
    /// Under which digest the session is stored, to end it.
    pub fn session_digest(&self) -> &str {
        &self.token.digest
    }
}

impl FromRequestParts<Services> for AsAdministrator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, services: &Services) -> Result<Self, Problem> {
        let token = match (bearer(&parts.headers), cookie(&parts.headers)) {
            (Some(token), _) => token,
            (None, Some(token)) => {
                require_own_origin(parts, services).await?;
                token
            }
            (None, None) => return Err(Problem::not_identified()),
        };
        let token = tokens::parse(token).filter(|token| token.kind == Kind::Session);
        let token = token.ok_or_else(Problem::not_identified)?;
        let (administrator, session) = identify(&token, services).await?;
        let administrator = Asker::whole(administrator.value);
        let who =
            Who::Administrator { id: administrator.value.id.clone(), name: administrator.value.name.clone() };
        let caller = Caller::of(parts, services, who).await?;
        Ok(Self { caller, administrator, session, token })
    }
}

#[async_trait]
impl StillIdentified for AsAdministrator {
    async fn check_again(&self, services: &Services) -> Result<(), Problem> {
        identify(&self.token, services).await.map(drop)
    }
}

/// The token names its administrator, so both records are read at once.
async fn identify(token: &Token, services: &Services) -> Result<(Stored<Administrator>, Session), Problem> {
    let id = AdministratorId::from_ulid(token.owner);
    let store = &services.store;
    let read = try_join(store.session(&token.digest), store.load::<Administrator>(id.as_str())).await?;
    let (Some(session), Some(administrator)) = read else { return Err(Problem::not_identified()) };
    let is_good = session.administrator_id == id
        && session.epoch == administrator.value.session_epoch
        && store.clock().now() < session.expires_at
        && administrator.value.is_active();
    if !is_good {
        return Err(Problem::not_identified());
    }
    Ok((administrator, session))
}

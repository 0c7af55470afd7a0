//! API tokens: with one, a program acts for its maker, with some of the permissions that the maker holds at that
//! moment.
use axum::Json;
use axum::extract::State;
use countersign_authority::rights::actor_of;
use countersign_authority::{Credential, Session};
use countersign_http::{
    AsPerson, JsonBody, Page, PathId, Problem, Services, require_at_most, require_second_factor,
};
use countersign_model::act::{ApiTokenCreated, ApiTokenRevoked};
use countersign_model::{
    ApiToken, ApiTokenId, Credentials, FaultKind, Permission, PermissionSet, Permit, may_carry, text,
};
use countersign_store::StoreError;
use countersign_store::tokens::{self, Kind};
use futures::future::try_join_all;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};

use crate::own::{self, Changed};
use crate::step_up::{require_password, require_proof};
use crate::wire::{ApiTokenMade, ApiTokenView, NewApiToken};

/// The longest lifetime of a token: a year and a day.
const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);

/// Creates an API token, which never gives more than you hold when it is used.
///
/// Requires the password, and a code if one-time codes are set up, because the token outlives the session and stays
/// valid when sessions end.
#[utoipa::path(post, path = "/v1/api-tokens", tag = "sign-in", security(("person" = [])),
    request_body = NewApiToken, responses((status = 201, description = "The API token is created, and is shown only in this answer.", body = ApiTokenMade),
    (status = 401, description = "A one-time code is missing or wrong."),
    (status = 403, description = "You do not hold one of the permissions, or the password is wrong."), (status = 409, description = "You have 20 valid API tokens already.")))]
pub async fn create_api_token(
    State(services): State<Services>,
    person: AsPerson,
    body: JsonBody<NewApiToken>,
) -> Result<(StatusCode, Json<ApiTokenMade>), Problem> {
    require_second_factor(&person.session)?;
    let (journal, administrator, now) = (&services.journal, &person.administrator, person.caller.now);
    let name = text::name(&body.value.name).map_err(|error| Problem::invalid_field("/name", error))?;
    let input = body.value;
    require_at_most("/permissions", &input.permissions, Permission::ALL.len())?;
    let expires_at = input.expires_at.into();
    require_expiry(expires_at, now)?;
    let permissions: PermissionSet = input.permissions.into_iter().collect();
    let permit = may_carry(&actor_of(journal, administrator).await?, permissions)?;
    require_password(&services, &person, &input.password).await?;
    let proof = require_proof(&services, &person, input.totp.as_ref(), input.recovery_code.as_ref()).await?;
    let (text, token) = tokens::mint(Kind::ApiToken, administrator.id.ulid(), journal.random());
    let made = ApiToken {
        id: ApiTokenId::from_ulid(journal.random().ulid(now)),
        name,
        digest: token.digest,
        epoch: administrator.session_epoch,
        permissions: permissions.iter().collect(),
        created_at: now,
        expires_at,
    };
    let session = stands_for(&made, &person.session);
    let add = |old: &Credentials| {
        let next = proof.used_up(old)?.with_api_token(administrator, made.clone(), now)?;
        let act = ApiTokenCreated::of(&administrator.id, &made);
        Ok(Changed::to(next, act).with(&made.digest, session.clone()))
    };
    own::save(journal, &person.caller, &permit, &administrator.id, add).await?;
    Ok((StatusCode::CREATED, Json(ApiTokenMade { token: text, view: ApiTokenView::new(made, None) })))
}

/// Lists your valid API tokens, newest first.
#[utoipa::path(get, path = "/v1/api-tokens", tag = "sign-in", security(("person" = [])),
    responses((status = 200, body = Page<ApiTokenView>)))]
pub async fn list_api_tokens(
    State(services): State<Services>,
    person: AsPerson,
) -> Result<Page<ApiTokenView>, Problem> {
    require_second_factor(&person.session)?;
    let (administrator, now) = (&person.administrator, person.caller.now);
    let credentials = services.journal.load::<Credentials>(&administrator.id).await?;
    let tokens = credentials.map(|stored| stored.value.api_tokens).unwrap_or_default();
    let open = tokens.into_iter().rev().filter(|each| each.is_open(administrator, now));
    let views = open.map(|token| async {
        let stood = Session::load(&services.journal, &token.digest).await?;
        Ok::<_, StoreError>(ApiTokenView::new(token, stood.and_then(|session| session.used_at())))
    });
    Ok(Page { items: try_join_all(views).await?, next_cursor: None })
}

/// Revokes one of your API tokens.
#[utoipa::path(delete, path = "/v1/api-tokens/{api_token_id}", tag = "sign-in",
    security(("person" = [])), params(("api_token_id" = inline(ApiTokenId), Path)),
    responses((status = 204, description = "The API token no longer works.")))]
pub async fn revoke_api_token(
    State(services): State<Services>,
    person: AsPerson,
    PathId(id): PathId<ApiTokenId>,
) -> Result<StatusCode, Problem> {
    require_second_factor(&person.session)?;
    let administrator = &person.administrator;
    let revoke = |old: &Credentials| {
        let (next, revoked) = old.without_api_token(&id)?;
        let ended = Session { expires_at: Timestamp::UNIX_EPOCH, ..stands_for(&revoked, &person.session) };
        let act = ApiTokenRevoked::of(&administrator.id, &revoked);
        Ok(Changed::to(next, act).with(&revoked.digest, ended))
    };
    let permit = Permit::oneself(administrator);
    own::save(&services.journal, &person.caller, &permit, &administrator.id, revoke).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The session that the token stands for: no more than the session that created it.
fn stands_for(token: &ApiToken, maker: &Session) -> Session {
    let credential = Credential::ApiToken { id: token.id.clone(), permissions: token.permissions.clone() };
    Session {
        credential,
        epoch: token.epoch,
        created_at: token.created_at,
        expires_at: token.expires_at,
        // So that its first use reads the login settings, and is noted with that.
        policy_read_at: Timestamp::UNIX_EPOCH,
        ..maker.clone()
    }
}

fn require_expiry(expires_at: Timestamp, now: Timestamp) -> Result<(), Problem> {
    let left = expires_at.duration_since(now);
    if left <= SignedDuration::ZERO {
        return Err(Problem::invalid_field("/expires_at", FaultKind::NotInFuture));
    }
    if left > LONGEST {
        return Err(Problem::invalid_field(
            "/expires_at",
            FaultKind::NotSoon.above(366_u16).saying("must be within 366 days"),
        ));
    }
    Ok(())
}

//! The keys that enroll computers into a group: created, listed, revoked.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use countersign_authority::People;
use countersign_http::{
    AsAdministrator, BelongingRecord, Code, Gone, JsonBody, Page, PathId, Problem, Services, require_at,
};
use countersign_journal::{Change, Journal};
use countersign_model::act::{EnrollmentKeyCreated, EnrollmentKeyDeleted};
use countersign_model::{Action, EnrollmentKey, EnrollmentKeyId, Group, GroupId, OrganizationId};
use countersign_store::StoreError;
use countersign_store::tokens::{Kind, mint};
use futures::future::{try_join, try_join_all};
use http::StatusCode;

use crate::wire::enrollment_keys::{EnrollmentKeySummary, EnrollmentKeyView, NewEnrollmentKey};

/// Creates a key with which agents enroll computers into the group.
///
/// It is shown only in this answer.
///
/// A group keeps at most 20 keys. A further one replaces one that was revoked, has expired or is used up; if there is none, the
/// answer is 409.
#[utoipa::path(post, path = "/v1/organizations/{organization_id}/groups/{group_id}/enrollment-keys", tag = "groups",
    security(("administrator" = [])), params(("organization_id" = inline(OrganizationId), Path), ("group_id" = inline(GroupId), Path)),
    request_body = Option<NewEnrollmentKey>, responses((status = 201, body = EnrollmentKeyView),
        (status = 409, description = "The group has as many keys as it may, and all of them enroll computers.")))]
pub async fn create_enrollment_key(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, GroupId)>,
    body: Option<JsonBody<NewEnrollmentKey>>,
) -> Result<impl IntoResponse, Problem> {
    let new = body.map(|body| body.value).unwrap_or_default();
    let random = services.journal.random();
    let (key, token) = mint(Kind::Enrollment, id.ulid(), random);
    let made = EnrollmentKey {
        created_by: Some(administrator.value.id.clone()),
        ..EnrollmentKey::new(EnrollmentKeyId::from_ulid(random.ulid(caller.now)), token.digest, caller.now)
    };
    let made = new.checked(made, caller.now)?;
    let found = BelongingRecord::<Group>::at(&services, &administrator, &organization, &id).await?;
    let permit = found.permit(Action::ComputersEnroll)?;
    let used_up = used_up(&services.journal, &found.open(&permit)?.value).await?;
    let origin = caller.origin();
    services
        .journal
        .save_update(&id, None, |old: &Group| {
            require_at(old, &permit)?;
            let new = old.with_key(made.clone(), &used_up, caller.now).ok_or(NotCreated::TooMany)?;
            let change = Change::new(&permit, &origin, EnrollmentKeyCreated::of(old, &new, &made));
            Ok::<_, NotCreated>((new, change))
        })
        .await?;
    let EnrollmentKey { name, created_at, expires_at, max_uses, .. } = made.clone();
    let view = EnrollmentKeyView { id: made.id(), key, group_id: id, name, created_at, expires_at, max_uses };
    Ok((StatusCode::CREATED, Json(view)))
}

/// Why a key is not created.
enum NotCreated {
    Gone,
    TooMany,
}

impl From<Gone> for NotCreated {
    fn from(Gone: Gone) -> Self {
        Self::Gone
    }
}

impl From<NotCreated> for Problem {
    fn from(why: NotCreated) -> Self {
        let NotCreated::TooMany = why else { return Gone.into() };
        let most = Group::KEYS_MAX;
        let detail =
            format!("the group has {most} keys that enroll computers; revoke one that is no longer needed");
        Self::new(Code::TooManyEnrollmentKeys, detail)
    }
}

/// The keys that have enrolled as many computers as they may; looked up only where a key has to make way.
async fn used_up(journal: &Journal, group: &Group) -> Result<Vec<EnrollmentKeyId>, StoreError> {
    let full = group.enrollment_keys.len() >= Group::KEYS_MAX;
    let limited =
        group.enrollment_keys.iter().filter(|_| full).filter_map(|key| Some((key.id(), key.max_uses?)));
    let uses = limited.map(async |(id, most)| {
        let is_used_up = journal.enrollment_key_uses(&id).await? >= u64::from(most);
        Ok::<_, StoreError>(is_used_up.then_some(id))
    });
    Ok(try_join_all(uses).await?.into_iter().flatten().collect())
}

/// Lists a group's enrollment keys, the newest first.
///
/// Keys that no longer enroll computers are listed as well. The keys themselves are never shown.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/groups/{group_id}/enrollment-keys", tag = "groups",
    security(("administrator" = [])), params(("organization_id" = inline(OrganizationId), Path), ("group_id" = inline(GroupId), Path)),
    responses((status = 200, body = Page<EnrollmentKeySummary>)))]
pub async fn list_enrollment_keys(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, GroupId)>,
) -> Result<Page<EnrollmentKeySummary>, Problem> {
    let found = BelongingRecord::<Group>::at(&services, &administrator, &organization, &id).await?;
    let permit = found.permit(Action::ComputersEnroll)?;
    let (reader, at) = (found.rights().actor.clone(), found.rights().resource());
    let (journal, keys) = (&services.journal, found.open(&permit)?.value.enrollment_keys);
    let makers = keys.iter().filter_map(|key| key.created_by.as_ref()).collect();
    let uses = try_join_all(keys.iter().map(async |key| journal.enrollment_key_uses(&key.id()).await));
    let (people, uses) = try_join(People::load(journal, &at, makers), uses).await?;
    let sight = people.sight(&reader, &at);
    let summaries = keys.iter().zip(uses).rev().map(|(key, uses)| {
        let maker = key.created_by.clone().filter(|maker| people.shows(&reader, &sight, maker));
        EnrollmentKeySummary::of(EnrollmentKey { created_by: maker, ..key.clone() }, uses)
    });
    Ok(Page { items: summaries.collect(), next_cursor: None })
}

/// Revokes an enrollment key.
///
/// It enrolls no further computers; those that it has enrolled stay.
#[utoipa::path(delete, path = "/v1/organizations/{organization_id}/groups/{group_id}/enrollment-keys/{enrollment_key_id}",
    tag = "groups", security(("administrator" = [])), params(("organization_id" = inline(OrganizationId), Path), ("group_id" = inline(GroupId), Path),
    ("enrollment_key_id" = inline(EnrollmentKeyId), Path)), responses((status = 204)))]
pub async fn revoke_enrollment_key(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id, key)): PathId<(OrganizationId, GroupId, EnrollmentKeyId)>,
) -> Result<StatusCode, Problem> {
    let found = BelongingRecord::<Group>::at(&services, &administrator, &organization, &id).await?;
    let permit = found.permit(Action::ComputersEnroll)?;
    let group = found.open(&permit)?.value;
    if group.enrollment_key(&key).ok_or(Gone)?.revoked_at.is_some() {
        return Ok(StatusCode::NO_CONTENT);
    }
    let origin = caller.origin();
    services
        .journal
        .save_update(&id, None, |old: &Group| {
            require_at(old, &permit)?;
            let revoked = old.enrollment_key(&key).ok_or(Gone)?;
            let new = old.with_key_revoked(&key, caller.now);
            let change = Change::new(&permit, &origin, EnrollmentKeyDeleted::of(old, &new, revoked));
            Ok::<_, Gone>((new, change))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

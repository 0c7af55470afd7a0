//! Policies, as drafts: a change reaches computers only when it is deployed.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use countersign_authority::rights::rights_at;
use countersign_http::{
    AsAdministrator, AsReader, BelongingRecord, Gone, IfMatch, JsonBody, NameClaim, Overtaken, Page, PathId,
    Problem, QueryOf, Services, etag, require_at, require_at_most, save_new,
};
use countersign_journal::Change;
use countersign_model::act::{PolicyCreated, PolicyDeleted, PolicyEdited, PolicyMoved};
use countersign_model::{
    Action, FaultKind, Group, GroupId, Notify, OrganizationId, Permit, Policy, PolicyContent, PolicyId,
    decide, lists,
};
use countersign_store::{StoreError, Stored, UpdateError};
use http::StatusCode;

use crate::room::{NoRoom, require_recordable, require_room};
use crate::state;
use crate::wire::content::ContentChanges;
use crate::wire::{NewPolicy, PoliciesQuery, PolicyChanges, PolicyOrder, PolicyView, name};

pub fn answer(status: StatusCode, policy: Stored<Policy>) -> impl IntoResponse {
    (status, [etag(policy.revision)], Json(PolicyView::from(policy)))
}

/// The drafts of the permit's organization.
async fn drafts(services: &Services, permit: &Permit) -> Result<Vec<Stored<Policy>>, StoreError> {
    let mut all = services.journal.all::<Policy>(permit, lists::POLICIES).await?;
    all.retain(|policy| !policy.value.deleted);
    Ok(all)
}

/// The drafts of one group.
pub async fn drafts_of(
    services: &Services,
    permit: &Permit,
    group: &GroupId,
) -> Result<Vec<Policy>, StoreError> {
    let all = drafts(services, permit).await?.into_iter().map(|policy| policy.value);
    Ok(all.filter(|policy| policy.group_id == *group).collect())
}

/// Creates a policy for a computer group, after the existing ones.
#[utoipa::path(post, path = "/v1/organizations/{organization_id}/policies", tag = "policies", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path)), request_body = NewPolicy, responses((status = 201, body = PolicyView), (status = 409, description = "A policy of the organization has this name.")))]
pub async fn create_policy(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
    body: JsonBody<NewPolicy>,
) -> Result<impl IntoResponse, Problem> {
    let NewPolicy { name: text, group_id, notify, .. } = &body.value;
    let (name, notify, content) = (name(text)?, notify.checked()?, body.value.content()?);
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::ApplicationPoliciesCreate, &rights.resource())?;
    let group = BelongingRecord::<Group>::at(&services, &administrator, &organization, group_id).await;
    group.map_err(|_| unknown_group())?;
    require_tags(&services, &organization, &content).await?;
    let of_group = drafts_of(&services, &permit, group_id).await?;
    let last = of_group.iter().map(|policy| policy.order).max();
    let id = PolicyId::from_ulid(services.journal.random().ulid(caller.now));
    let (organization_id, group_id) = (organization.clone(), group_id.clone());
    let order = last.map_or(0, |last| last.saturating_add(1));
    let said = content.applied_to(&PolicyContent::default());
    let policy = Policy {
        id,
        organization_id,
        group_id,
        name,
        naming: 0,
        notify,
        content: said,
        order,
        deleted: false,
    };
    let act = PolicyCreated::of(&policy);
    let fits = require_room(&of_group, &policy).and_then(|()| require_recordable(&act));
    fits.map_err(|no_room| no_room.at(Some(&policy.notify), &content))?;
    let change = Change::new(&permit, &caller.origin(), act).create(&policy);
    Ok(answer(StatusCode::CREATED, save_new(&services.journal, &policy, change).await?))
}

/// Checks the tags that are named. Without any, nothing is read.
async fn require_tags(
    services: &Services,
    organization: &OrganizationId,
    content: &ContentChanges,
) -> Result<(), Problem> {
    match content.names_tags() {
        true => content.require_tags(&state::live(services, organization).await?),
        false => Ok(()),
    }
}

fn unknown_group() -> Problem {
    Problem::invalid_field(
        "/group_id",
        FaultKind::NotFound.saying("must be a computer group of this organization"),
    )
}

/// Lists an organization's policies.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/policies", tag = "policies", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), PoliciesQuery), responses((status = 200, body = Page<PolicyView>)))]
pub async fn list_policies(
    State(services): State<Services>,
    AsReader { administrator, paging, .. }: AsReader,
    PathId(organization): PathId<OrganizationId>,
    QueryOf(query): QueryOf<PoliciesQuery>,
) -> Result<Page<PolicyView>, Problem> {
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::ApplicationPoliciesView, &rights.resource())?;
    let (cursor, limit) = (paging.open(query.cursor.as_ref())?, query.limit.get());
    let page = services.journal.page::<Policy>(&permit, lists::POLICIES, cursor.as_deref(), limit).await?;
    let wanted = |p: &Policy| !p.deleted && query.group_id.as_ref().is_none_or(|group| p.group_id == *group);
    let items = page.items.into_iter().filter(|policy| wanted(&policy.value)).map(Into::into);
    paging.page(items.collect(), page.next)
}

/// Shows the draft of a policy.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/policies/{policy_id}", tag = "policies", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), ("policy_id" = inline(PolicyId), Path)), responses((status = 200, body = PolicyView)))]
pub async fn open_policy(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, PolicyId)>,
) -> Result<impl IntoResponse, Problem> {
    let found = BelongingRecord::<Policy>::at(&services, &administrator, &organization, &id).await?;
    let permit = found.permit(Action::ApplicationPoliciesView)?;
    Ok(answer(StatusCode::OK, found.open(&permit)?))
}

/// Why a policy is not edited.
enum NotEdited {
    Gone(Gone),
    Renamed(Overtaken),
    NoRoom(NoRoom),
}

impl From<Gone> for NotEdited {
    fn from(gone: Gone) -> Self {
        Self::Gone(gone)
    }
}

impl From<Overtaken> for NotEdited {
    fn from(overtaken: Overtaken) -> Self {
        Self::Renamed(overtaken)
    }
}

impl From<NoRoom> for NotEdited {
    fn from(no_room: NoRoom) -> Self {
        Self::NoRoom(no_room)
    }
}

impl NotEdited {
    /// The answer to an edit.
    fn problem(self, edit: &Edit) -> Problem {
        match self {
            Self::Gone(gone) => gone.into(),
            Self::Renamed(overtaken) => overtaken.into(),
            Self::NoRoom(no_room) => no_room.at(edit.notify.as_ref(), &edit.content),
        }
    }
}

/// The validated changes to a policy.
struct Edit {
    name: Option<String>,
    notify: Option<Notify>,
    content: ContentChanges,
}

impl Edit {
    fn of(body: &PolicyChanges) -> Result<Self, Problem> {
        let name = body.name.as_deref().map(name).transpose()?;
        let notify = body.notify.as_ref().map(|notify| notify.checked()).transpose()?;
        Ok(Self { name, notify, content: body.content()? })
    }

    /// The policy as it becomes, with its new name and the number of the renaming if there is one.
    fn applied_to(&self, old: &Policy, renaming: Option<(String, u64)>) -> Policy {
        let (name, naming) = renaming.unwrap_or_else(|| (old.name.clone(), old.naming));
        let notify = self.notify.clone().unwrap_or_else(|| old.notify.clone());
        let content = self.content.applied_to(&old.content);
        Policy { name, naming, notify, content, ..old.clone() }
    }
}

/// The act of an edit, if there is room for its result.
pub fn require_fit(of_group: &[Policy], old: &Policy, new: &Policy) -> Result<PolicyEdited, NoRoom> {
    require_room(of_group, new)?;
    let act = PolicyEdited::of(old, new);
    require_recordable(&act)?;
    Ok(act)
}

/// Edits a policy's draft.
#[utoipa::path(patch, path = "/v1/organizations/{organization_id}/policies/{policy_id}", tag = "policies", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), ("policy_id" = inline(PolicyId), Path), IfMatch), request_body = PolicyChanges,
    responses((status = 200, body = PolicyView), (status = 409, description = "A policy of the organization has this name.")))]
pub async fn edit_policy(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, PolicyId)>,
    if_match: IfMatch,
    body: JsonBody<PolicyChanges>,
) -> Result<impl IntoResponse, Problem> {
    let edited = Edit::of(&body.value)?;
    let found = BelongingRecord::<Policy>::at(&services, &administrator, &organization, &id).await?;
    let permit = found.permit(Action::ApplicationPoliciesEdit)?;
    let Stored { revision, value: old } = found.open(&permit)?;
    if_match.check(revision)?;
    require_tags(&services, &organization, &edited.content).await?;
    let of_group = drafts_of(&services, &permit, &old.group_id).await?;
    // Refused before the name is claimed.
    let wanted = edited.applied_to(&old, edited.name.as_ref().map(|name| (name.clone(), old.naming)));
    require_fit(&of_group, &old, &wanted)
        .map_err(|no_room| no_room.at(edited.notify.as_ref(), &edited.content))?;
    let claim = match edited.name.clone() {
        Some(name) => Some(NameClaim::take(&services.journal, &old, name).await?),
        None => None,
    };
    let origin = caller.origin();
    let edit = |old: &Policy| {
        require_at(old, &permit)?;
        let renaming = claim.as_ref().map(|claim| claim.carry_out(old)).transpose()?;
        let new = edited.applied_to(old, renaming);
        let act = require_fit(&of_group, old, &new)?;
        Ok::<_, NotEdited>((new, Change::new(&permit, &origin, act)))
    };
    let saved = services.journal.save_update(&id, if_match.0, edit).await;
    let saved = saved.map_err(|error| match error {
        UpdateError::Refused(why) => why.problem(&edited),
        UpdateError::Store(error) => error.into(),
    })?;
    Ok(answer(StatusCode::OK, saved))
}

/// Deletes a policy's draft.
///
/// The policy stays live until the next deployment.
#[utoipa::path(delete, path = "/v1/organizations/{organization_id}/policies/{policy_id}", tag = "policies", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), ("policy_id" = inline(PolicyId), Path), IfMatch), responses((status = 204)))]
pub async fn delete_policy(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, PolicyId)>,
    IfMatch(revision): IfMatch,
) -> Result<StatusCode, Problem> {
    let found = BelongingRecord::<Policy>::at(&services, &administrator, &organization, &id).await?;
    let permit = found.permit(Action::ApplicationPoliciesDelete)?;
    let origin = caller.origin();
    services
        .journal
        .save_update(&id, revision, |old: &Policy| {
            require_at(old, &permit)?;
            let change = Change::new(&permit, &origin, PolicyDeleted::of(old));
            Ok::<_, Gone>((Policy { deleted: true, ..old.clone() }, change))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The most policies that can be put in order: more than fit into a group, whose policies are deployed as one record.
const ORDERED_MAX: usize = 1_000;

/// Sets the order of a group's policies.
///
/// Policies that are not named keep their order after the named ones.
#[utoipa::path(put, path = "/v1/organizations/{organization_id}/policies/order", tag = "policies", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path)), request_body = PolicyOrder, responses((status = 200, body = Page<PolicyView>)))]
pub async fn order_policies(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
    body: JsonBody<PolicyOrder>,
) -> Result<Page<PolicyView>, Problem> {
    require_at_most("/policy_ids", &body.value.policy_ids, ORDERED_MAX)?;
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::ApplicationPoliciesMove, &rights.resource())?;
    let drafts = drafts(&services, &permit).await?;
    let origin = caller.origin();
    let mut items = Vec::new();
    for (place, policy) in in_order(drafts, &body.value.policy_ids)?.into_iter().enumerate() {
        let order = u32::try_from(place).unwrap_or(u32::MAX);
        if policy.value.order == order {
            items.push(policy.into());
            continue;
        }
        let id = policy.value.id.clone();
        let moved = services.journal.save_update(&id, None, |old: &Policy| {
            require_at(old, &permit)?;
            let new = Policy { order, ..old.clone() };
            let change = Change::new(&permit, &origin, PolicyMoved::of(old, &new));
            Ok::<_, Gone>((new, change))
        });
        match moved.await {
            Ok(moved) => items.push(moved.into()),
            // Somebody has deleted it meanwhile; the others are still put in order.
            Err(UpdateError::Refused(Gone)) => {}
            Err(UpdateError::Store(error)) => return Err(error.into()),
        }
    }
    Ok(Page { items, next_cursor: None })
}

/// The policies of the group that the named ones belong to, the named ones first.
fn in_order(mut drafts: Vec<Stored<Policy>>, named: &[PolicyId]) -> Result<Vec<Stored<Policy>>, Problem> {
    let place = |id: &PolicyId| named.iter().position(|named| named == id);
    let group = named.first().and_then(|first| drafts.iter().find(|p| p.value.id == *first));
    let Some(group) = group.map(|policy| policy.value.group_id.clone()) else {
        return Err(Problem::invalid_field(
            "/policy_ids",
            FaultKind::NotFound.saying("must name policies of this organization"),
        ));
    };
    drafts.retain(|policy| policy.value.group_id == group);
    let mut seen = std::collections::BTreeSet::new();
    for (at, id) in named.iter().enumerate() {
        if !drafts.iter().any(|policy| policy.value.id == *id) || !seen.insert(id) {
            let message = "must name each policy once, and only policies of one group";
            return Err(Problem::invalid_field(format!("/policy_ids/{at}"), message));
        }
    }
    drafts.sort_by_key(|policy| (place(&policy.value.id).unwrap_or(usize::MAX), policy.value.order));
    Ok(drafts)
}

//! Computer groups.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_authority::rights::rights_at;
use countersign_http::{
    AsAdministrator, AsReader, BelongingRecord, Caller, Code, Gone, IfMatch, JsonBody, NameClaim, Page,
    PageQuery, PathId, Problem, QueryOf, Services, etag, require_at, save_new,
};
use countersign_journal::Change;
use countersign_model::act::{GroupAgentSet, GroupCreated, GroupDeleted, GroupEdited};
use countersign_model::{
    Action, AgentSettings, Group, GroupId, Organization, OrganizationId, Permit, decide, lists,
};
use countersign_store::Stored;
use http::StatusCode;

use crate::contents::{self, InGroup};
use crate::wire::{GroupView, Named, SetAgentVersion, SetUpdateChannel};

fn answer(status: StatusCode, group: Stored<Group>) -> impl IntoResponse {
    (status, [etag(group.revision)], Json(GroupView::from(group)))
}

/// Creates a computer group.
#[utoipa::path(post, path = "/v1/organizations/{organization_id}/groups", tag = "groups", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path)), request_body = Named, 
    responses((status = 201, body = GroupView), (status = 409, description = "A group of the organization has this name.")))]
pub async fn create_group(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
    body: JsonBody<Named>,
) -> Result<impl IntoResponse, Problem> {
    let name = body.value.checked()?;
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::ComputerGroupsCreate, &rights.resource())?;
    let groups = services.journal.list(&permit, lists::GROUPS, None, Organization::GROUPS_MAX).await?;
    if groups.items.len() >= Organization::GROUPS_MAX {
        let message =
            format!("an organization can have at most {} groups; delete one first", Organization::GROUPS_MAX);
        return Err(Problem::invalid_field("", message));
    }
    let id = GroupId::from_ulid(services.journal.random().ulid(caller.now));
    let group = Group::new(id, organization.clone(), name, caller.now);
    let change = Change::new(&permit, &caller.origin(), GroupCreated::of(&group)).create(&group);
    Ok(answer(StatusCode::CREATED, save_new(&services.journal, &group, change).await?))
}

/// Lists an organization's computer groups.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/groups", tag = "groups", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), PageQuery), responses((status = 200, body = Page<GroupView>)))]
pub async fn list_groups(
    State(services): State<Services>,
    AsReader { administrator, paging, .. }: AsReader,
    PathId(organization): PathId<OrganizationId>,
    QueryOf(query): QueryOf<PageQuery>,
) -> Result<Page<GroupView>, Problem> {
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::ComputerGroupsView, &rights.resource())?;
    let (cursor, limit) = (paging.open(query.cursor.as_ref())?, query.limit.get());
    let page = services.journal.page::<Group>(&permit, lists::GROUPS, cursor.as_deref(), limit).await?;
    let items = page.items.into_iter().filter(|group| !group.value.deleted).map(Into::into);
    paging.page(items.collect(), page.next)
}

/// Shows a computer group.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/groups/{group_id}", tag = "groups", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), ("group_id" = inline(GroupId), Path)), responses((status = 200, body = GroupView)))]
pub async fn open_group(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, GroupId)>,
) -> Result<impl IntoResponse, Problem> {
    let found = BelongingRecord::<Group>::at(&services, &administrator, &organization, &id).await?;
    let permit = found.permit(Action::ComputerGroupsView)?;
    Ok(answer(StatusCode::OK, found.open(&permit)?))
}

/// Renames a computer group.
#[utoipa::path(patch, path = "/v1/organizations/{organization_id}/groups/{group_id}", tag = "groups", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), ("group_id" = inline(GroupId), Path), IfMatch), request_body = Named,
    responses((status = 200, body = GroupView), (status = 409, description = "A group of the organization has this name.")))]
pub async fn edit_group(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, GroupId)>,
    if_match: IfMatch,
    body: JsonBody<Named>,
) -> Result<impl IntoResponse, Problem> {
    let name = body.value.checked()?;
    let found = BelongingRecord::<Group>::at(&services, &administrator, &organization, &id).await?;
    let permit = found.permit(Action::ComputerGroupsRename)?;
    let Stored { revision, value: old } = found.open(&permit)?;
    if_match.check(revision)?;
    let claim = NameClaim::take(&services.journal, &old, name).await?;
    let origin = caller.origin();
    let saved = services
        .journal
        .save_update(&id, if_match.0, |old: &Group| {
            require_at(old, &permit)?;
            let (name, naming) = claim.carry_out(old)?;
            let new = old.renamed(name, naming);
            let change = Change::new(&permit, &origin, GroupEdited::of(old, &new));
            Ok::<_, Problem>((new, change))
        })
        .await?;
    Ok(answer(StatusCode::OK, saved))
}

/// Deletes a computer group that has no computers.
///
/// Its enrollment keys and policies are deleted with it, and approvals for the group end.
#[utoipa::path(delete, path = "/v1/organizations/{organization_id}/groups/{group_id}", tag = "groups", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), ("group_id" = inline(GroupId), Path), IfMatch), responses((status = 204),
        (status = 409, description = "Computers are still in the group.")))]
pub async fn delete_group(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, GroupId)>,
    IfMatch(revision): IfMatch,
) -> Result<StatusCode, Problem> {
    let found = BelongingRecord::<Group>::at(&services, &administrator, &organization, &id).await?;
    let permit = found.permit(Action::ComputerGroupsDelete)?;
    require_empty(&services, &permit, &id).await?;
    let origin = caller.origin();
    services
        .journal
        .save_update(&id, revision, |old: &Group| {
            require_at(old, &permit)?;
            let change = Change::new(&permit, &origin, GroupDeleted::of(old));
            Ok::<_, Gone>((old.deleted(), change))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Checks that no computer is in the group.
async fn require_empty(services: &Services, permit: &Permit, id: &GroupId) -> Result<(), Problem> {
    let detail = match contents::of_group(&services.journal, permit, id).await? {
        InGroup::Nothing => return Ok(()),
        InGroup::Computers(what) => format!("the group still has {what}; move them first"),
        InGroup::Leaving => "computers are just being moved from the group; delete it in a moment".to_owned(),
    };
    Err(Problem::new(Code::GroupNotEmpty, detail))
}

/// Sets the version of the agent that a group's computers are to have.
///
/// Agents are told at their next check-in, within 60 seconds, and update themselves.
#[utoipa::path(put, path = "/v1/organizations/{organization_id}/groups/{group_id}/agent-version", tag = "groups", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), ("group_id" = inline(GroupId), Path), IfMatch), request_body = SetAgentVersion,
    responses((status = 200, body = GroupView)))]
pub async fn set_agent_version(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, GroupId)>,
    if_match: IfMatch,
    body: JsonBody<SetAgentVersion>,
) -> Result<impl IntoResponse, Problem> {
    let version = body.value.checked()?;
    let found = BelongingRecord::<Group>::at(&services, &administrator, &organization, &id).await?;
    let permit = found.permit(Action::ComputerGroupsSetVersion)?;
    let set = |old: &AgentSettings| AgentSettings { version: version.clone(), ..old.clone() };
    set_agent(&services, (&caller, &permit), (&id, if_match), set).await
}

/// Sets the channel from which a group's computers get updates of their agent.
///
/// Agents are told at their next check-in, within 60 seconds.
#[utoipa::path(put, path = "/v1/organizations/{organization_id}/groups/{group_id}/update-channel", tag = "groups", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), ("group_id" = inline(GroupId), Path), IfMatch), request_body = SetUpdateChannel,
    responses((status = 200, body = GroupView)))]
pub async fn set_update_channel(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, GroupId)>,
    if_match: IfMatch,
    body: JsonBody<SetUpdateChannel>,
) -> Result<impl IntoResponse, Problem> {
    let update_channel = body.value.checked()?;
    let found = BelongingRecord::<Group>::at(&services, &administrator, &organization, &id).await?;
    let permit = found.permit(Action::ComputerGroupsSetUpdateChannel)?;
    let set = |old: &AgentSettings| AgentSettings { update_channel: update_channel.clone(), ..old.clone() };
    set_agent(&services, (&caller, &permit), (&id, if_match), set).await
}

async fn set_agent(
    services: &Services,
    (caller, permit): (&Caller, &Permit),
    (id, if_match): (&GroupId, IfMatch),
    set: impl Fn(&AgentSettings) -> AgentSettings + Send + Sync,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let edit = |old: &Group| {
        require_at(old, permit)?;
        let new = old.with_agent(set(&old.agent));
        let change = Change::new(permit, &origin, GroupAgentSet::of(old, &new));
        Ok::<_, Gone>((new, change))
    };
    let saved = services.journal.save_update(id, if_match.0, edit).await?;
    Ok(answer(StatusCode::OK, saved).into_response())
}

//! Tags: named lists of values that entries of policies refer to. Policies follow when they are deployed.

use axum::Json;
use axum::extract::State as Of;
use axum::response::{IntoResponse, Response};
use countersign_authority::rights::rights_at;
use countersign_http::{
    AsAdministrator, Caller, Code, Gone, IfMatch, JsonBody, Page, PathId, Problem, Services, etag,
};
use countersign_journal::{Change, Journal};
use countersign_model::act::{TagChanged, TagDetail};
use countersign_model::{
    Action, Deployment, OrganizationId, Permit, Policy, Tag, TagId, TagValues, decide, lists,
};
use countersign_store::StoreError;
use http::StatusCode;

use crate::state;
use crate::wire::tags::{NewTag, RenameTag, ReplaceTagValues, TagView, checked_values};

/// Lists the tags of an organization.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/tags", tag = "policies", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path)), responses((status = 200, body = Page<TagView>)))]
pub async fn list_tags(
    Of(services): Of<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
) -> Result<Page<TagView>, Problem> {
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let _ = decide(&rights.actor, Action::TagsView, &rights.resource())?;
    let tags = state::live(&services, &organization).await?.tags;
    let ids = tags.iter().map(|tag| &tag.values_id);
    let values = services.journal.load_many::<TagValues>(ids).await?;
    let values = values.into_iter().map(|found| found.map(|found| found.value.values).unwrap_or_default());
    let items = tags.iter().zip(values).map(|(tag, values)| TagView::of(tag, values)).collect();
    Ok(Page { items, next_cursor: None })
}

/// Creates a tag.
#[utoipa::path(post, path = "/v1/organizations/{organization_id}/tags", tag = "policies", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path)), request_body = NewTag,
    responses((status = 201, body = TagView), (status = 409, description = "A tag of the organization has this name.")))]
pub async fn create_tag(
    Of(services): Of<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
    body: JsonBody<NewTag>,
) -> Result<Response, Problem> {
    let (name, values) = body.value.checked()?;
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::TagsCreate, &rights.resource())?;
    let random = services.journal.random();
    let id = TagId::from_ulid(random.ulid(caller.now));
    let values_id = random.ulid(caller.now).to_string();
    let tag = Tag { id, name, by: body.value.by, values_id, revision: 1 };
    let edit = TagEdit { id: &tag.id, values: Some(&values), values_id: &tag.values_id };
    let saved = edit.save(&services, (&caller, &permit), |old, _| {
        require_free(old, &tag.name, &tag.id)?;
        if old.tags.len() >= Tag::MAX {
            let message = format!("an organization can have at most {} tags; delete one first", Tag::MAX);
            return Err(Problem::invalid_field("", message));
        }
        Ok(Some(tag.clone()))
    });
    answer(&services.journal, StatusCode::CREATED, &saved.await?, &tag.id).await
}

/// Shows a tag.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/tags/{tag_id}", tag = "policies", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), ("tag_id" = inline(TagId), Path)), responses((status = 200, body = TagView)))]
pub async fn open_tag(
    Of(services): Of<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, TagId)>,
) -> Result<Response, Problem> {
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let _ = decide(&rights.actor, Action::TagsView, &rights.resource())?;
    let deployment = state::live(&services, &organization).await?;
    answer(&services.journal, StatusCode::OK, &deployment, &id).await
}

/// Renames a tag.
#[utoipa::path(patch, path = "/v1/organizations/{organization_id}/tags/{tag_id}", tag = "policies", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), ("tag_id" = inline(TagId), Path), IfMatch), request_body = RenameTag,
    responses((status = 200, body = TagView), (status = 409, description = "A tag of the organization has this name.")))]
pub async fn rename_tag(
    Of(services): Of<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, TagId)>,
    if_match: IfMatch,
    body: JsonBody<RenameTag>,
) -> Result<Response, Problem> {
    let name = body.value.checked()?;
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::TagsRename, &rights.resource())?;
    let edit = TagEdit { id: &id, values: None, values_id: "" };
    let saved = edit.save(&services, (&caller, &permit), |old, tag| {
        let tag = required(tag, &if_match)?;
        require_free(old, &name, &id)?;
        Ok(Some(Tag { name: name.clone(), revision: tag.revision + 1, ..tag.clone() }))
    });
    answer(&services.journal, StatusCode::OK, &saved.await?, &id).await
}

/// Replaces the values of a tag.
///
/// Policies that name it follow when they are deployed.
#[utoipa::path(put, path = "/v1/organizations/{organization_id}/tags/{tag_id}/values", tag = "policies", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), ("tag_id" = inline(TagId), Path), IfMatch), request_body = ReplaceTagValues,
    responses((status = 200, body = TagView)))]
pub async fn replace_tag_values(
    Of(services): Of<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, TagId)>,
    if_match: IfMatch,
    body: JsonBody<ReplaceTagValues>,
) -> Result<Response, Problem> {
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::TagsEdit, &rights.resource())?;
    let deployment = state::live(&services, &organization).await?;
    let by = required(deployment.tag(&id), &if_match)?.by;
    let values = checked_values(by, &body.value.values)?;
    let values_id = services.journal.random().ulid(caller.now).to_string();
    let edit = TagEdit { id: &id, values: Some(&values), values_id: &values_id };
    let saved = edit.save(&services, (&caller, &permit), |_, tag| {
        let tag = required(tag, &if_match)?;
        Ok(Some(Tag { values_id: values_id.clone(), revision: tag.revision + 1, ..tag.clone() }))
    });
    answer(&services.journal, StatusCode::OK, &saved.await?, &id).await
}

/// Deletes a tag that no policy names.
#[utoipa::path(delete, path = "/v1/organizations/{organization_id}/tags/{tag_id}", tag = "policies", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), ("tag_id" = inline(TagId), Path), IfMatch),
    responses((status = 204), (status = 409, description = "Policies name the tag.")))]
pub async fn delete_tag(
    Of(services): Of<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, TagId)>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::TagsDelete, &rights.resource())?;
    let deployment = state::live(&services, &organization).await?;
    required(deployment.tag(&id), &if_match)?;
    require_unused(&services.journal, &permit, &id).await?;
    let edit = TagEdit { id: &id, values: None, values_id: "" };
    let delete = |_: &Deployment, tag: Option<&Tag>| required(tag, &if_match).map(|_| None);
    edit.save(&services, (&caller, &permit), delete).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How many policies are named that name a tag.
const NAMED: usize = 5;

/// Checks that no draft names a tag. A draft that is saved at the same moment is found when it is deployed.
async fn require_unused(journal: &Journal, permit: &Permit, id: &TagId) -> Result<(), Problem> {
    let drafts = journal.all::<Policy>(permit, lists::POLICIES).await?;
    let drafts = drafts.into_iter().map(|policy| policy.value);
    let using: Vec<Policy> =
        drafts.filter(|policy| !policy.deleted && policy.content.tags().contains(id)).collect();
    if using.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = using.iter().take(NAMED).map(|policy| format!("`{}`", policy.name)).collect();
    let rest = if using.len() > NAMED { ", …" } else { "" };
    let detail =
        format!("{} policies name the tag ({}{rest}); edit them first", using.len(), names.join(", "));
    Err(Problem::new(Code::TagInUse, detail))
}

/// The tag, if it is there at a revision that the caller has read.
fn required<'a>(tag: Option<&'a Tag>, if_match: &IfMatch) -> Result<&'a Tag, Problem> {
    let tag = tag.ok_or(Gone)?;
    if_match.check(tag.revision)?;
    Ok(tag)
}

fn require_free(deployment: &Deployment, name: &str, own: &TagId) -> Result<(), Problem> {
    match deployment.tags.iter().any(|tag| tag.id != *own && tag.is_called(name)) {
        true => Err(Problem::new(
            Code::NameTaken,
            "another tag of the organization has this name; choose another one",
        )),
        false => Ok(()),
    }
}

/// A change of a tag: one swap of the record that has them all.
struct TagEdit<'a> {
    id: &'a TagId,
    /// The values to be written; `None`: they stay.
    values: Option<&'a [String]>,
    /// The id under which they are written.
    values_id: &'a str,
}

impl TagEdit<'_> {
    /// Makes the change: from all tags and this one to the tag as it becomes, or `None` to delete it.
    async fn save(
        &self,
        services: &Services,
        (caller, permit): (&Caller, &Permit),
        edit: impl Fn(&Deployment, Option<&Tag>) -> Result<Option<Tag>, Problem> + Send + Sync,
    ) -> Result<Deployment, Problem> {
        let journal = &services.journal;
        let organization = permit.organization();
        let known = state::live(services, organization).await?;
        let before = known.tag(self.id);
        edit(&known, before)?;
        let old_values = values_of(journal, before).await?;
        let mut noted: Vec<&str> = before.iter().map(|tag| tag.values_id.as_str()).collect();
        noted.extend(self.values.map(|_| self.values_id));
        journal.expect_tag_values(organization, &noted, caller.now).await?;
        let origin = caller.origin();
        let transition = |old: &Deployment| {
            // The audit says what was before, so that must be what was read.
            if old.tag(self.id) != before {
                return Err(StoreError::Busy.into());
            }
            let new = edit(old, before)?;
            let after = new.as_ref().map(|tag| TagDetail::of(tag, self.values.unwrap_or(&old_values)));
            let before = before.map(|tag| TagDetail::of(tag, &old_values));
            let act = TagChanged { tag_id: self.id.clone(), before, after };
            let mut change = Change::new(permit, &origin, act);
            if let Some(values) = self.values {
                let (id, organization_id) = (self.values_id.to_owned(), organization.clone());
                change = change.create_unnamed(&TagValues { id, organization_id, values: values.to_vec() });
            }
            let deployment = match new {
                Some(tag) => old.with_tag(tag),
                None => old.without_tag(self.id),
            };
            Ok::<_, Problem>((deployment, change))
        };
        Ok(journal.save_update(organization, None, transition).await?.value)
    }
}

async fn values_of(journal: &Journal, tag: Option<&Tag>) -> Result<Vec<String>, StoreError> {
    let Some(tag) = tag else { return Ok(Vec::new()) };
    let found = journal.load::<TagValues>(&tag.values_id).await?;
    Ok(found.map(|found| found.value.values).unwrap_or_default())
}

async fn answer(
    journal: &Journal,
    status: StatusCode,
    deployment: &Deployment,
    id: &TagId,
) -> Result<Response, Problem> {
    let tag = deployment.tag(id).ok_or(Gone)?;
    let values = values_of(journal, Some(tag)).await?;
    Ok((status, [etag(tag.revision)], Json(TagView::of(tag, values))).into_response())
}

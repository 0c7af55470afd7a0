//! Request and response types of this function.

pub mod approval_settings;
pub mod branding;
pub mod enrollment_keys;
pub mod login_settings;

use countersign_http::{Cursor, Limit, Problem, given};
use countersign_model::{
    AgentSettings, Group, GroupId, Organization, OrganizationId, Retention, openapi, text,
};
use countersign_store::Stored;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A new organization.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganization {
    /// The name: 1 to 200 characters, unique among the organizations directly below the same one, ignoring case.
    #[schema(value_type = openapi::NameOfOrganization)]
    pub name: String,
    /// The organization directly above it. The tree is at most 16 levels deep.
    pub parent_id: OrganizationId,
}

/// The new name of a computer group.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// The name: 1 to 200 characters, unique in the organization, ignoring case.
    #[schema(value_type = openapi::Name)]
    pub name: String,
}

impl Named {
    /// The validated name.
    pub fn checked(&self) -> Result<String, Problem> {
        name(&self.name)
    }
}

/// The version of the agent that the computers of a group are to have.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetAgentVersion {
    /// The version: 1 to 64 letters, digits, `.`, `-`, `_` or `+`; null: the newest of the channel.
    #[serde(deserialize_with = "given")]
    #[schema(required = true, value_type = Option<openapi::AgentLabel>)]
    version: Option<Option<String>>,
}

impl SetAgentVersion {
    /// The validated version.
    pub fn checked(&self) -> Result<Option<String>, Problem> {
        label("/version", self.version.as_ref())
    }
}

/// The channel from which the computers of a group get updates of their agent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUpdateChannel {
    /// The name of the channel: 1 to 64 letters, digits, `.`, `-`, `_` or `+`; null: the usual one.
    #[serde(deserialize_with = "given")]
    #[schema(required = true, value_type = Option<openapi::AgentLabel>)]
    update_channel: Option<Option<String>>,
}

impl SetUpdateChannel {
    /// The validated name.
    pub fn checked(&self) -> Result<Option<String>, Problem> {
        label("/update_channel", self.update_channel.as_ref())
    }
}

fn label(pointer: &str, text: Option<&Option<String>>) -> Result<Option<String>, Problem> {
    match text.and_then(Option::as_deref) {
        Some(text) if !AgentSettings::accepts(text) => {
            Err(Problem::invalid_field(pointer, "must be 1 to 64 letters, digits, `.`, `-`, `_` or `+`"))
        }
        text => Ok(text.map(str::to_owned)),
    }
}

/// The changes to an organization; omitted fields stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditOrganization {
    /// The name: 1 to 200 characters, unique among the organizations directly below the same one, ignoring case.
    #[schema(value_type = Option<openapi::NameOfOrganization>)]
    pub name: Option<String>,
    /// How long the organization keeps things. It replaces the previous setting as a whole.
    pub retention: Option<Retention>,
}

impl EditOrganization {
    /// The same, each field as it is kept, or what is wrong with it.
    pub fn checked(self) -> Result<Self, Problem> {
        let name = self.name.as_deref().map(name).transpose()?;
        let retention = self
            .retention
            .map(Retention::checked)
            .transpose()
            .map_err(|error| Problem::invalid_field(format!("/retention/{}", error.field), error.why))?;
        Ok(Self { name, retention })
    }

    /// The organization as it becomes, with its new name and the number of the renaming if there is one.
    pub fn applied_to(&self, old: &Organization, renaming: Option<(String, u64)>) -> Organization {
        let renamed = renaming.map_or_else(|| old.clone(), |(name, naming)| old.renamed(name, naming));
        renamed.keeping(self.retention.unwrap_or(old.retention))
    }
}

/// The validated name.
pub fn name(text: &str) -> Result<String, Problem> {
    text::name(text).map_err(|error| Problem::invalid_field("/name", error))
}

/// How to delete an organization.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeletionQuery {
    /// What becomes of messages that were not sent yet: `refuse` deletes nothing while there are some, `discard` gives them up, and
    /// the audit says how many; default: `refuse`.
    #[serde(default)]
    #[param(inline, value_type = Option<Unsent>)]
    pub unsent: Unsent,
}

/// What becomes of messages that were not sent yet, when their organization is deleted: `refuse` or `discard`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = UnsentMessages)]
pub enum Unsent {
    /// The organization is not deleted while there are some.
    #[default]
    Refuse,
    /// They are given up.
    Discard,
}

/// An organization.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganizationView {
    /// The id of the organization.
    id: OrganizationId,
    /// The name, unique among the organizations directly below the same one.
    name: String,
    /// The organization directly above it; null for the root.
    parent_id: Option<OrganizationId>,
    /// When it was created.
    created_at: Timestamp,
    /// How long it keeps things, by its own settings.
    retention: Retention,
    /// The revision of the organization, for `If-Match`. It increases with every change.
    revision: u64,
}

impl From<Stored<Organization>> for OrganizationView {
    fn from(Stored { revision, value }: Stored<Organization>) -> Self {
        let Organization { id, name, parent_id, created_at, retention, .. } = value;
        Self { id, name, parent_id, created_at, retention, revision }
    }
}

/// Which organizations to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OrganizationsQuery {
    /// The organization below which to list; default: your own.
    #[param(inline)]
    pub organization_id: Option<OrganizationId>,
    /// The `next_cursor` of the previous page; default: the first page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// The most items on the page: 1 to 200; default: 50.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

/// A computer group.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupView {
    /// The id of the computer group.
    id: GroupId,
    /// The organization that the group belongs to.
    organization_id: OrganizationId,
    /// The name of the group, unique in its organization.
    name: String,
    /// How many enrollment keys it has, revoked ones not counted.
    enrollment_keys: usize,
    /// Which agent its computers are to have.
    agent: AgentSettings,
    /// When it was created.
    created_at: Timestamp,
    /// The revision of the group, for `If-Match`. It increases with every change.
    revision: u64,
}

impl From<Stored<Group>> for GroupView {
    fn from(Stored { revision, value }: Stored<Group>) -> Self {
        let enrollment_keys = value.unrevoked_keys().count();
        let Group { id, organization_id, name, agent, created_at, .. } = value;
        Self { id, organization_id, name, enrollment_keys, agent, created_at, revision }
    }
}

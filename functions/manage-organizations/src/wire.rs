//! Request and response types of this function.

pub mod approval_settings;
pub mod enrollment_keys;
pub mod login_settings;

use countersign_http::{Cursor, Limit, Problem};
use countersign_model::{
    Address, Group, GroupId, Notify, Organization, OrganizationId, Policy, PolicyId, Retention, openapi, text,
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
    #[schema(value_type = openapi::Name)]
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

/// The changes to an organization; omitted fields stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditOrganization {
    /// The name: 1 to 200 characters, unique among the organizations directly below the same one, ignoring case.
    #[schema(value_type = Option<openapi::Name>)]
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
    text::name(text).map_err(|error| Problem::invalid_field("/name", error.to_string()))
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
    /// When it was created.
    created_at: Timestamp,
    /// The revision of the group, for `If-Match`. It increases with every change.
    revision: u64,
}

impl From<Stored<Group>> for GroupView {
    fn from(Stored { revision, value }: Stored<Group>) -> Self {
        let enrollment_keys = value.unrevoked_keys().count();
        let Group { id, organization_id, name, created_at, .. } = value;
        Self { id, organization_id, name, enrollment_keys, created_at, revision }
    }
}

/// A new policy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPolicy {
    /// The name: 1 to 200 characters, unique in the organization, ignoring case.
    #[schema(value_type = openapi::Name)]
    pub name: String,
    /// The computer group that the policy applies to.
    pub group_id: GroupId,
    /// Who is notified of requests that the policy caused; default: nobody.
    #[serde(default)]
    pub notify: NotifyView,
}

/// The changes to a policy; omitted fields stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyChanges {
    /// The name: 1 to 200 characters, unique in the organization, ignoring case.
    #[schema(value_type = Option<openapi::Name>)]
    pub name: Option<String>,
    /// Who is notified of requests that the policy caused. It replaces the previous list as a whole.
    pub notify: Option<NotifyView>,
}

/// Who is notified of a request that this policy caused, besides the administrators who asked to be.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotifyView {
    /// Whether anybody is notified because of this policy.
    pub enabled: bool,
    /// Email addresses, and phone numbers as `sms:+15550100`: at most 50; default: none. Each is sent what the
    /// request is about: computer, user, file and reason. No right is checked, so the people who read there need not
    /// be administrators.
    #[serde(default)]
    #[schema(value_type = Vec<countersign_model::Address>, max_items = 50)]
    pub addresses: Vec<String>,
}

impl NotifyView {
    /// The validated list.
    pub fn checked(&self) -> Result<Notify, Problem> {
        if self.addresses.len() > Notify::ADDRESSES_MAX {
            let message = format!("must be at most {} addresses", Notify::ADDRESSES_MAX);
            return Err(Problem::invalid_field("/notify/addresses", message));
        }
        let address = |(place, text): (usize, &String)| {
            text.parse::<Address>().map_err(|error| {
                Problem::invalid_field(format!("/notify/addresses/{place}"), error.to_string())
            })
        };
        let addresses = self.addresses.iter().enumerate().map(address).collect::<Result<_, _>>()?;
        Ok(Notify { enabled: self.enabled, addresses })
    }
}

impl From<Notify> for NotifyView {
    fn from(notify: Notify) -> Self {
        Self { enabled: notify.enabled, addresses: notify.addresses.into_iter().map(Into::into).collect() }
    }
}

/// The draft of a policy.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyView {
    /// The id of the policy.
    id: PolicyId,
    /// The organization that the policy belongs to.
    organization_id: OrganizationId,
    /// The computer group that it applies to.
    group_id: GroupId,
    /// The name of the policy, unique in its organization.
    name: String,
    /// Who is notified of a request that this policy caused, besides the administrators who asked to be.
    notify: NotifyView,
    /// Its position among the policies of the group, the smallest first.
    order: u32,
    /// The revision of the policy, for `If-Match`. It increases with every change.
    revision: u64,
}

impl From<Stored<Policy>> for PolicyView {
    fn from(Stored { revision, value }: Stored<Policy>) -> Self {
        let Policy { id, organization_id, group_id, name, notify, order, .. } = value;
        Self { id, organization_id, group_id, name, notify: notify.into(), order, revision }
    }
}

/// Which items to list, of those that belong to a group.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OfGroupQuery {
    /// The computer group to which the list is narrowed; default: all groups.
    #[param(inline)]
    pub group_id: Option<GroupId>,
    /// The `next_cursor` of the previous page; default: the first page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// The most items on the page: 1 to 200; default: 50.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

/// The policies of a group in their new order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyOrder {
    /// Policies of one group, in their new order: 1 to 1000. Those that are not named keep their order after these.
    #[schema(min_items = 1, max_items = 1000)]
    pub policy_ids: Vec<PolicyId>,
}

/// The live deployment.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeploymentView {
    /// The number of the deployment, which increases by one with each.
    pub policy_version: u64,
}

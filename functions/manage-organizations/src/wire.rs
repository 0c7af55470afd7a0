//! Request and response types of this function.

pub mod enrollment_keys;
pub mod login_settings;

use countersign_http::{Cursor, Limit, Moment, Problem};
use countersign_model::{
    Address, Computer, ComputerId, Group, GroupId, Maintenance, MaintenanceMode, Notify, Organization,
    OrganizationId, Policy, PolicyId, Retention, openapi, text,
};
use countersign_store::Stored;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A new organization.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganization {
    /// 1 to 200 characters.
    #[schema(value_type = openapi::Name)]
    pub name: String,
    /// The organization directly above it. The tree is at most 16 levels deep.
    pub parent_id: OrganizationId,
}

/// A new name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// 1 to 200 characters.
    #[schema(value_type = openapi::Name)]
    pub name: String,
}

impl Named {
    /// The validated name.
    pub fn checked(&self) -> Result<String, Problem> {
        name(&self.name)
    }
}

/// What to change of an organization; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditOrganization {
    /// 1 to 200 characters.
    #[schema(value_type = Option<openapi::Name>)]
    pub name: Option<String>,
    /// How long things are kept, replaced as a whole.
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
    id: OrganizationId,
    name: String,
    /// Null for the root.
    parent_id: Option<OrganizationId>,
    created_at: Timestamp,
    /// How long it keeps things, by its own settings.
    retention: Retention,
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
    /// The organizations below this one; default: your own.
    #[param(inline)]
    pub organization_id: Option<OrganizationId>,
    /// `next_cursor` of the previous page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// Items per page, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

/// A computer group.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupView {
    id: GroupId,
    organization_id: OrganizationId,
    name: String,
    /// How many enrollment keys it has, without revoked ones.
    enrollment_keys: usize,
    created_at: Timestamp,
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
    /// 1 to 200 characters.
    #[schema(value_type = openapi::Name)]
    pub name: String,
    /// The group that the policy applies to.
    pub group_id: GroupId,
    /// Who is notified of requests; default: nobody.
    #[serde(default)]
    pub notify: NotifyView,
}

/// The changes to a policy; omitted fields stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyChanges {
    /// A new name.
    #[schema(value_type = Option<openapi::Name>)]
    pub name: Option<String>,
    /// A new notify list.
    pub notify: Option<NotifyView>,
}

/// Who is notified of a request that this policy caused, besides the administrators who asked to be.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotifyView {
    /// Whether anybody is notified.
    pub enabled: bool,
    /// Email addresses, and phone numbers as `sms:+15550100`; at most 50. Each is sent what the request is about: computer, user, file
    /// and reason. No right is checked, so the people who read there need not be administrators.
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
    id: PolicyId,
    organization_id: OrganizationId,
    group_id: GroupId,
    name: String,
    notify: NotifyView,
    /// Its position among the policies of the group, the smallest first.
    order: u32,
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
    /// Only those of this group.
    #[param(inline)]
    pub group_id: Option<GroupId>,
    /// `next_cursor` of the previous page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// Items per page, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

/// The policies of a group in their new order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyOrder {
    /// Policies of one group, in order; those not named keep their order after these.
    #[schema(min_items = 1, max_items = 1000)]
    pub policy_ids: Vec<PolicyId>,
}

/// The live deployment.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeploymentView {
    /// Increases with every deployment.
    pub policy_version: u64,
}

/// A computer.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComputerView {
    id: ComputerId,
    organization_id: OrganizationId,
    group_id: GroupId,
    hostname: String,
    os: String,
    /// Its host name was already taken when it enrolled, and no administrator has confirmed it yet.
    unconfirmed: bool,
    maintenance: Option<MaintenanceView>,
    enrolled_at: Timestamp,
    revision: u64,
}

/// A maintenance mode in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaintenanceView {
    #[schema(example = "installation")]
    mode: MaintenanceMode,
    until: Timestamp,
}

impl ComputerView {
    /// The view at a time.
    pub fn at(now: Timestamp, Stored { revision, value }: Stored<Computer>) -> Self {
        let view = |m: &Maintenance| MaintenanceView { mode: m.mode, until: m.until };
        let maintenance = value.maintenance_at(now).map(view);
        let Computer { id, organization_id, group_id, hostname, os, unconfirmed, enrolled_at, .. } = value;
        Self { id, organization_id, group_id, hostname, os, unconfirmed, maintenance, enrolled_at, revision }
    }
}

/// The changes to a computer; omitted fields stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ComputerChanges {
    /// Another group of its organization.
    pub group_id: Option<GroupId>,
    /// `false` confirms a computer whose host name was already taken when it enrolled.
    pub unconfirmed: Option<bool>,
}

/// The maintenance mode that a computer is to be in.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NewMode {
    /// Nothing is blocked; what would have been is on record.
    Monitor,
    /// What runs is learned and allowed.
    Learning,
    /// What an installer brings is allowed.
    Installation,
    /// None: policies are enforced.
    Off,
}

/// A maintenance mode to set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMaintenance {
    /// `monitor`, `learning`, `installation`, or `off`.
    #[schema(example = "installation")]
    pub mode: NewMode,
    /// When it ends by itself, at most 7 days from now; omitted for `off`.
    pub until: Option<Moment>,
}

//! Request and response types of this function.

pub mod changes;
pub mod content;
pub mod deployments;
pub mod tags;

use countersign_http::{Cursor, Limit, Problem, field, given};
use countersign_model::{
    Address, FaultKind, GroupId, Notify, OrganizationId, Policy, PolicyAction, PolicyContent, PolicyEntry,
    PolicyId, RequestKind, openapi, text,
};
use countersign_store::Stored;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use self::content::{ContentChanges, ContentFields, NewPolicyEntry};

/// The validated name.
pub fn name(text: &str) -> Result<String, Problem> {
    field("/name", text::name(text))
}

/// A new policy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPolicy {
    /// The name: 1 to 200 characters, unique in the organization, ignoring case.
    #[schema(value_type = openapi::NameOfPolicy)]
    pub name: String,
    /// The computer group that the policy applies to.
    pub group_id: GroupId,
    /// Who is notified of requests that the policy caused; default: nobody.
    #[serde(default)]
    pub notify: NotifyView,
    /// What the policy is for, for people: at most 500 characters; default: nothing is said.
    #[schema(value_type = Option<openapi::Description>)]
    pub description: Option<String>,
    /// What happens to what no entry is about: `block` or `allow`; default: `block`.
    pub default_action: Option<PolicyAction>,
    /// The kinds of things that the policy is about: at least one; default: all.
    #[schema(min_items = 1, max_items = 3)]
    pub kinds: Option<Vec<RequestKind>>,
    /// What is blocked and allowed, in the order in which it is tried: at most 100 entries, of 20 KiB together; default:
    /// none.
    #[schema(max_items = 100)]
    pub entries: Option<Vec<NewPolicyEntry>>,
}

impl NewPolicy {
    /// What the policy says, validated.
    pub fn content(&self) -> Result<ContentChanges, Problem> {
        let fields = ContentFields {
            description: self.description.as_deref().map(Some),
            default_action: self.default_action,
            kinds: self.kinds.as_deref(),
            entries: self.entries.as_deref(),
        };
        fields.checked()
    }
}

/// The changes to a policy; omitted fields stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyChanges {
    /// The name: 1 to 200 characters, unique in the organization, ignoring case.
    #[schema(value_type = Option<openapi::NameOfPolicy>)]
    pub name: Option<String>,
    /// Who is notified of requests that the policy caused. It replaces the previous list as a whole.
    pub notify: Option<NotifyView>,
    /// What the policy is for, for people: at most 500 characters; null says nothing.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<openapi::Description>)]
    pub description: Option<Option<String>>,
    /// What happens to what no entry is about: `block` or `allow`.
    pub default_action: Option<PolicyAction>,
    /// The kinds of things that the policy is about: at least one.
    #[schema(min_items = 1, max_items = 3)]
    pub kinds: Option<Vec<RequestKind>>,
    /// What is blocked and allowed, in the order in which it is tried: at most 100 entries, of 20 KiB together. They replace
    /// the previous ones as a whole.
    #[schema(max_items = 100)]
    pub entries: Option<Vec<NewPolicyEntry>>,
}

impl PolicyChanges {
    /// The changes to what the policy says, validated.
    pub fn content(&self) -> Result<ContentChanges, Problem> {
        let fields = ContentFields {
            description: self.description.as_ref().map(Option::as_deref),
            default_action: self.default_action,
            kinds: self.kinds.as_deref(),
            entries: self.entries.as_deref(),
        };
        fields.checked()
    }
}

/// Who is notified of a request that this policy caused, besides the administrators who asked to be.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotifyView {
    /// Whether anybody is notified because of this policy.
    pub enabled: bool,
    /// Email addresses, phone numbers as `sms:+15550100`, and integrations of the organization as `slack:NAME`, `teams:NAME`,
    /// `webhook:NAME` or `pagerduty:NAME`: at most 50; default: none. Each is sent what the request is about: computer, user, file
    /// and reason. No right is checked, so the people who read there need not be administrators.
    #[serde(default)]
    #[schema(value_type = Vec<countersign_model::Address>, max_items = 50)]
    pub addresses: Vec<String>,
}

impl NotifyView {
    /// The validated list.
    pub fn checked(&self) -> Result<Notify, Problem> {
        if self.addresses.len() > Notify::ADDRESSES_MAX {
            let fault = FaultKind::TooMany.above(Notify::ADDRESSES_MAX);
            return Err(Problem::invalid_field("/notify/addresses", fault));
        }
        let address = |(place, text): (usize, &String)| {
            text.parse::<Address>()
                .map_err(|error| Problem::invalid_field(format!("/notify/addresses/{place}"), error))
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
    /// What the policy is for, for people; null if nothing is said.
    description: Option<String>,
    /// What happens to what no entry is about.
    default_action: PolicyAction,
    /// The kinds of things that the policy is about.
    kinds: Vec<RequestKind>,
    /// What is blocked and allowed, in the order in which it is tried.
    entries: Vec<PolicyEntry>,
    /// Its position among the policies of the group, the smallest first.
    order: u32,
    /// The revision of the policy, for `If-Match`. It increases with every change.
    revision: u64,
}

impl From<Stored<Policy>> for PolicyView {
    fn from(Stored { revision, value }: Stored<Policy>) -> Self {
        let Policy { id, organization_id, group_id, name, notify, content, order, .. } = value;
        let PolicyContent { description, default_action, kinds, entries } = content;
        let notify = notify.into();
        Self {
            id,
            organization_id,
            group_id,
            name,
            notify,
            description,
            default_action,
            kinds,
            entries,
            order,
            revision,
        }
    }
}

/// Which policies to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PoliciesQuery {
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
    /// Policies of one group, each once, in their new order: 1 to 1000. Those that are not named keep their order after these.
    #[schema(value_type = std::collections::BTreeSet<PolicyId>, min_items = 1, max_items = 1000)]
    pub policy_ids: Vec<PolicyId>,
}

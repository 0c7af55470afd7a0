//! The types that are records, and their record ids.

use countersign_model::{
    Administrator, AdministratorId, Computer, ComputerId, Credentials, DecisionHeard, Delivery,
    DeployedPolicies, Deployment, DeploymentVersion, DeviceLogin, Digest, FileFlag, FlagId, Grant, GrantId,
    GrantRef, GrantUse, GrantUseId, Group, GroupId, Integration, IntegrationId, LastDeployment,
    LoginSettings, Note, NoteId, NotificationId, Organization, OrganizationId, Pace, PaceId, Policy,
    PolicyId, ProviderHealth, ProviderPlace, Request, RequestId, RoleBook, RoleHolders, RoleId, Rule, RuleId,
    TagValues, Turns, Unsent, UnsentId, UserCode,
};
use serde::{Deserialize, Serialize};

use crate::Entity;

/// Records named by an id of their own.
macro_rules! by_own_id {
    ($($entity:ty: $id:ty),+) => { $(
        impl Entity for $entity {
            type Id = $id;

            fn record_id(id: &Self::Id) -> String {
                id.to_string()
            }

            fn own_record_id(&self) -> String {
                Self::record_id(&self.id)
            }
        }
    )+ };
}

/// Records of which their owner has exactly one: a field names the owner, and a prefix distinguishes the kinds of
/// records.
macro_rules! by_owner {
    ($($entity:ty: $field:ident: $id:ty => $prefix:literal),+) => { $(
        impl Entity for $entity {
            type Id = $id;

            fn record_id(id: &Self::Id) -> String {
                format!(concat!($prefix, "{}"), id)
            }

            fn own_record_id(&self) -> String {
                Self::record_id(&self.$field)
            }
        }
    )+ };
}

by_own_id!(
    Organization: OrganizationId,
    Group: GroupId,
    Computer: ComputerId,
    Policy: PolicyId,
    Rule: RuleId,
    Integration: IntegrationId,
    Request: RequestId,
    Note: NoteId,
    FileFlag: FlagId,
    Administrator: AdministratorId,
    Grant: GrantId,
    GrantUse: GrantUseId,
    Delivery: NotificationId,
    Parent: OrganizationId
);

by_owner!(
    RoleBook: organization_id: OrganizationId => "roles_",
    LoginSettings: organization_id: OrganizationId => "login_",
    Deployment: organization_id: OrganizationId => "deployment_",
    Credentials: administrator_id: AdministratorId => "credentials_",
    GrantRef: grant_id: GrantId => "grant_",
    DecisionHeard: request_id: RequestId => "heard_",
    LastDeployment: policy_id: PolicyId => "last_deployment_",
    // The generation, which is fresh for every attempt to deploy.
    DeploymentVersion: generation: String => "deployment_version_",
    TagValues: id: String => "tag_values_",
    ProviderHealth: place: ProviderPlace => "provider_",
    Digest: id: NotificationId => "digest_",
    DeviceLogin: user_code: UserCode => "device-login_",
    Turns: name: String => "turns_",
    // The role's own id; the record leads to the organization whose book has the role.
    RoleHolders: role_id: RoleId => ""
);

/// The id of a group's live policies in a generation of deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeployedPoliciesId {
    /// The generation: [`Deployment::generation`].
    pub generation: String,
    /// The group.
    pub group_id: GroupId,
}

impl DeployedPoliciesId {
    /// The id of a group's policies in a generation.
    pub fn new(generation: &str, group: &GroupId) -> Self {
        Self { generation: generation.to_owned(), group_id: group.clone() }
    }
}

impl Entity for DeployedPolicies {
    type Id = DeployedPoliciesId;

    fn record_id(id: &Self::Id) -> String {
        format!("deployed_{}_{}", id.group_id, id.generation)
    }

    /// For a generation named after its version; other records are created under an id that the caller chooses.
    fn own_record_id(&self) -> String {
        let (generation, group_id) = (self.version.to_string(), self.group_id.clone());
        Self::record_id(&DeployedPoliciesId { generation, group_id })
    }
}

impl Entity for Pace {
    type Id = PaceId;

    fn record_id(id: &Self::Id) -> String {
        format!("pace_{}_{}", id.organization_id, id.recipient)
    }

    fn own_record_id(&self) -> String {
        Self::record_id(&self.id)
    }
}

impl Entity for Unsent {
    type Id = UnsentId;

    fn record_id(id: &Self::Id) -> String {
        let integration = id.integration.as_deref().unwrap_or_default();
        format!("unsent_{}_{}{integration}", id.organization_id, id.channel)
    }

    fn own_record_id(&self) -> String {
        Self::record_id(&self.id)
    }
}

/// The fields of an organization that the journal needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    id: OrganizationId,
    /// The organization above; `None` for the root.
    pub parent_id: Option<OrganizationId>,
}

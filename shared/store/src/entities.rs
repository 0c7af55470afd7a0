//! Which types are records, and under which ids.

use countersign_model::{
    Administrator, AdministratorId, ApiTokenId, Computer, Credentials, Delivery, DeployedPolicies,
    Deployment, Grant, Group, GroupId, LoginPolicy, LoginSettings, Organization, OrganizationId, Permission,
    Policy, Request, RoleBook, RoleHolders, Roster, SessionId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Entity, Stored};

macro_rules! by_id {
    ($($entity:ty),+) => { $(
        impl Entity for $entity {
            fn key(&self) -> String {
                self.id.to_string()
            }
        }
    )+ };
}

by_id!(Organization, Group, Computer, Policy, Request, Administrator, Grant, Delivery);

impl Entity for RoleBook {
    fn key(&self) -> String {
        role_book_id(&self.organization_id)
    }
}

impl Entity for LoginSettings {
    fn key(&self) -> String {
        login_settings_id(&self.organization_id)
    }
}

impl Entity for Credentials {
    fn key(&self) -> String {
        credentials_id(&self.administrator_id)
    }
}

impl Entity for RoleHolders {
    /// The role's own id: it leads to the organization whose book has the role.
    fn key(&self) -> String {
        self.role_id.to_string()
    }
}

impl Entity for Deployment {
    fn key(&self) -> String {
        deployment_id(&self.organization_id)
    }
}

impl Entity for Roster {
    fn key(&self) -> String {
        ROSTER_ID.to_owned()
    }
}

impl Entity for DeployedPolicies {
    /// For a generation named after its version; others go through [`crate::Change::create_as`].
    fn key(&self) -> String {
        deployed_policies_id(&self.version.to_string(), &self.group_id)
    }
}

/// The record of an organization's roles.
pub fn role_book_id(organization: &OrganizationId) -> String {
    format!("roles_{organization}")
}

/// The record of an organization's login settings.
pub fn login_settings_id(organization: &OrganizationId) -> String {
    format!("login_{organization}")
}

/// The record of an administrator's credentials.
pub fn credentials_id(administrator: &AdministratorId) -> String {
    format!("credentials_{administrator}")
}

/// The record that says which deployment of an organization is live.
pub fn deployment_id(organization: &OrganizationId) -> String {
    format!("deployment_{organization}")
}

/// The record of a group's live policies in a generation of deployment.
pub fn deployed_policies_id(generation: &str, group: &GroupId) -> String {
    format!("deployed_{group}_{generation}")
}

/// The record of the deployment's active Super Admins.
pub const ROSTER_ID: &str = "roster";

/// What a token of an administrator stands for, stored under the token's digest: a session, or an API token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Which of the two.
    pub credential: Credential,
    /// Whose.
    pub administrator_id: AdministratorId,
    /// Whether a one-time code was used for it, or for the session that made it.
    pub second_factor: bool,
    /// The administrator's `session_epoch` when it began; another one now means it has ended.
    pub epoch: u64,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// What the login settings asked when they were looked at last.
    pub policy: LoginPolicy,
    /// When that was.
    pub policy_read_at: Timestamp,
}

/// A kind of credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Credential {
    /// A person who signed in.
    Session {
        /// The session's id.
        id: SessionId,
    },
    /// A program.
    ApiToken {
        /// The token's id.
        id: ApiTokenId,
        /// What it may use of what its maker holds.
        permissions: Vec<Permission>,
    },
}

/// As much of an organization as the store itself needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    id: OrganizationId,
    /// The organization above; none for the root.
    pub parent_id: Option<OrganizationId>,
}

impl Entity for Parent {
    fn key(&self) -> String {
        self.id.to_string()
    }
}

/// The organization above the one that was read.
pub(crate) fn above(stored: Option<Stored<Parent>>) -> Option<OrganizationId> {
    stored.and_then(|stored| stored.value.parent_id)
}

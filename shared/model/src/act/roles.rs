//! Acts about permissions and roles: what an administrator holds, and what a role gives.

use serde::{Deserialize, Serialize};

use super::footprint::{Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::administrator::{Administrator, Assignment};
use crate::audit::AuditKind;
use crate::ids::{AdministratorId, OrganizationId, RoleId};
use crate::permission::Permission;
use crate::permit::Basis;
use crate::role::Role;

/// The most roles of one administrator that are named.
const ASSIGNMENTS_NAMED: usize = 100;

/// The named roles of an administrator, and how many there are if not all are named.
pub(super) fn assigned(assignments: &[Assignment]) -> (Vec<AssignmentDetail>, Option<usize>) {
    let in_all = (assignments.len() > ASSIGNMENTS_NAMED).then_some(assignments.len());
    (assignments.iter().take(ASSIGNMENTS_NAMED).map(Into::into).collect(), in_all)
}

/// A role of an administrator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssignmentDetail {
    /// The role; absent if it belongs to an organization that you may not see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_id: Option<RoleId>,
    /// The organization that owns the role; absent if you may not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_organization_id: Option<OrganizationId>,
    /// True if the role belongs to an organization that you may not see.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub managing_organization: bool,
    /// Where the role counts: there and below. Null: at the administrator's own organization and below.
    pub organization_id: Option<OrganizationId>,
}

impl From<&Assignment> for AssignmentDetail {
    fn from(assignment: &Assignment) -> Self {
        Self {
            role_id: Some(assignment.role_id.clone()),
            role_organization_id: Some(assignment.role_organization_id.clone()),
            managing_organization: false,
            organization_id: assignment.organization_id.clone(),
        }
    }
}

/// What an administrator holds, as far as the act changes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HoldingsDetail {
    /// The individual permissions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<Permission>>,
    /// The roles at organizations that you may see; at most 100 of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignments: Option<Vec<AssignmentDetail>>,
    /// How many roles there are, if not all are named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignments_in_all: Option<usize>,
}

impl HoldingsDetail {
    /// The individual permissions.
    #[must_use]
    pub fn of_permissions(of: &Administrator) -> Self {
        let permissions = Some(of.permissions.clone());
        Self { permissions, assignments: None, assignments_in_all: None }
    }

    /// The roles.
    #[must_use]
    pub fn of_roles(of: &Administrator) -> Self {
        let (assignments, assignments_in_all) = assigned(&of.assignments);
        Self { permissions: None, assignments: Some(assignments), assignments_in_all }
    }
}

/// An administrator's individual permissions were changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PermissionsChanged {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
    /// The state before.
    pub before: HoldingsDetail,
    /// The state after.
    pub after: HoldingsDetail,
}

impl PermissionsChanged {
    /// The act, from what was held before and after.
    #[must_use]
    pub fn of(old: &Administrator, new: &Administrator) -> Self {
        Self {
            administrator_id: new.id.clone(),
            before: HoldingsDetail::of_permissions(old),
            after: HoldingsDetail::of_permissions(new),
        }
    }
}

impl Happening for PermissionsChanged {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::PermissionsChanged, AuditKind::System, &[&self.administrator_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::AdministratorsChangePermissions)
    }
}

/// An administrator's roles were changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RolesChanged {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
    /// The state before.
    pub before: HoldingsDetail,
    /// The state after.
    pub after: HoldingsDetail,
}

impl RolesChanged {
    /// The act, from what was held before and after.
    #[must_use]
    pub fn of(old: &Administrator, new: &Administrator) -> Self {
        Self {
            administrator_id: new.id.clone(),
            before: HoldingsDetail::of_roles(old),
            after: HoldingsDetail::of_roles(new),
        }
    }
}

impl Happening for RolesChanged {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::RolesChanged, AuditKind::System, &[&self.administrator_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::AdministratorsAssignRoles)
    }
}

/// The audit's details of a role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleDetail {
    /// The name of the role.
    pub name: String,
    /// What the role is for; null if there is no description.
    pub description: Option<String>,
    /// The permissions that it gives.
    pub permissions: Vec<Permission>,
}

impl From<&Role> for RoleDetail {
    fn from(role: &Role) -> Self {
        Self {
            name: role.name.clone(),
            description: role.description.clone(),
            permissions: role.permissions.clone(),
        }
    }
}

/// A role was created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleCreated {
    /// The role that it is about.
    pub role_id: RoleId,
    /// The state after.
    pub after: RoleDetail,
}

impl RoleCreated {
    /// The act of creating it.
    #[must_use]
    pub fn of(new: &Role) -> Self {
        Self { role_id: new.id.clone(), after: new.into() }
    }
}

impl Happening for RoleCreated {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::RoleCreated, AuditKind::System, &[&self.role_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::RolesCreate)
    }
}

/// A role was edited. The change applies to everybody who holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleEdited {
    /// The role that it is about.
    pub role_id: RoleId,
    /// The state before.
    pub before: RoleDetail,
    /// The state after.
    pub after: RoleDetail,
}

impl RoleEdited {
    /// The act, from the states before and after.
    #[must_use]
    pub fn of(old: &Role, new: &Role) -> Self {
        Self { role_id: new.id.clone(), before: old.into(), after: new.into() }
    }
}

impl Happening for RoleEdited {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::RoleEdited, AuditKind::System, &[&self.role_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::RolesEdit)
    }
}

/// A role was deleted; nobody holds it any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleDeleted {
    /// The role that it is about.
    pub role_id: RoleId,
    /// The state before.
    pub before: RoleDetail,
}

impl RoleDeleted {
    /// The act of deleting it.
    #[must_use]
    pub fn of(old: &Role) -> Self {
        Self { role_id: old.id.clone(), before: old.into() }
    }
}

impl Happening for RoleDeleted {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::RoleDeleted, AuditKind::System, &[&self.role_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::RolesDelete)
    }
}

//! The 40 permissions, and sets of them as one machine word.

use crate::named::named;

named! {
    /// A permission an administrator can hold. The catalogue says what each means.
    pub enum Permission("permission") {
        ApproveForEntireOrganization = "approve-for-entire-organization",
        ApproveForGroup = "approve-for-group",
        ApproveForSingleComputer = "approve-for-single-computer",
        ApproveForSingleComputerApplicationOnly = "approve-for-single-computer-application-only",
        ElevationAdministrator = "elevation-administrator",
        ViewApprovals = "view-approvals",
        AssignRoles = "assign-roles",
        ChangePermission = "change-permission",
        EditAdministrators = "edit-administrators",
        RoleAdministrator = "role-administrator",
        ViewAdministrators = "view-administrators",
        EditLoginSettings = "edit-login-settings",
        AllowApplicationMerge = "allow-application-merge",
        EditApplicationControlApplications = "edit-application-control-applications",
        EditApplicationControlPolicies = "edit-application-control-policies",
        ManageTags = "manage-tags",
        EditBilling = "edit-billing",
        ViewBilling = "view-billing",
        AllowViewCheckinHistory = "allow-view-checkin-history",
        EditComputerGroups = "edit-computer-groups",
        EditComputers = "edit-computers",
        ViewOverrideCodes = "view-override-codes",
        EditIntegrations = "edit-integrations",
        SuperAdmin = "super-admin",
        SuperAdminChild = "super-admin-child",
        SuperAdminParentOnly = "super-admin-parent-only",
        ViewReports = "view-reports",
        ViewSystemAudit = "view-system-audit",
        ViewUnifiedAudit = "view-unified-audit",
        EditNcAuthorizationHosts = "edit-nc-authorization-hosts",
        EditNetworkControlPolicies = "edit-network-control-policies",
        EditOrganizations = "edit-organizations",
        ViewOrganizations = "view-organizations",
        EditStorageControlPolicies = "edit-storage-control-policies",
        EditStorageControlStorageDevices = "edit-storage-control-storage-devices",
        HelpDeskManagement = "help-desk-management",
        EditConfigurationManagerPolicies = "edit-configuration-manager-policies",
        ViewConfigurationManager = "view-configuration-manager",
        EditOps = "edit-ops",
        ViewOps = "view-ops",
    }
}

impl Permission {
    /// Whether only a Super Admin may give it: the forms of Super Admin, and View System Audit.
    #[must_use]
    pub const fn only_super_admin_gives(self) -> bool {
        matches!(
            self,
            Self::SuperAdmin | Self::SuperAdminChild | Self::SuperAdminParentOnly | Self::ViewSystemAudit
        )
    }

    /// Whether it counts only when held at the root organization ("Master-Only").
    #[must_use]
    pub const fn root_only(self) -> bool {
        PermissionSet::ROOT_ONLY.contains(self)
    }

    const fn bit(self) -> u64 {
        1 << (self as u32)
    }
}

/// A set of permissions. Iterates in the catalogue's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PermissionSet(u64);

impl PermissionSet {
    /// No permission.
    pub const EMPTY: Self = Self(0);
    /// All 40 permissions.
    pub const ALL: Self = Self((1 << Permission::ALL.len()) - 1);
    /// The permissions that count only if held at the root organization ("Master-Only").
    pub const ROOT_ONLY: Self = Self::EMPTY.with(Permission::HelpDeskManagement);

    /// Whether `permission` is in the set.
    #[must_use]
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Whether everything in `other` is in this set too.
    #[must_use]
    pub const fn contains_all(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the set is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many permissions are in the set.
    #[must_use]
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The permissions in either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The permissions in this set but not in `other`.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The permissions in both sets.
    #[must_use]
    pub const fn common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// This set with `permission` added.
    #[must_use]
    pub const fn with(self, permission: Permission) -> Self {
        Self(self.0 | permission.bit())
    }

    /// The permissions in the catalogue's order.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |p| self.contains(*p))
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        permissions.into_iter().fold(Self::EMPTY, Self::with)
    }
}

impl From<Permission> for PermissionSet {
    fn from(permission: Permission) -> Self {
        Self::EMPTY.with(permission)
    }
}

impl<'a> FromIterator<&'a Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = &'a Permission>>(permissions: I) -> Self {
        permissions.into_iter().copied().collect()
    }
}

//! All actions that permissions give, also on pages of other products.

use crate::kinds::RequestKind;
use crate::named::named;

named! {
    /// An action of an administrator. The catalogue says which permissions give it.
    pub enum Action("action") {
        RequestsList = "requests.list",
        RequestsOpen = "requests.open",
        RequestsApproveApplication = "requests.approve-application",
        RequestsApproveStorage = "requests.approve-storage",
        RequestsApproveElevation = "requests.approve-elevation",
        RequestsDeny = "requests.deny",
        RequestsIgnore = "requests.ignore",
        RequestsRevoke = "requests.revoke",
        RequestsFlag = "requests.flag",

        AdministratorsView = "administrators.view",
        AdministratorsInvite = "administrators.invite",
        AdministratorsEdit = "administrators.edit",
        AdministratorsDisable = "administrators.disable",
        AdministratorsDelete = "administrators.delete",
        AdministratorsResetPassword = "administrators.reset-password",
        AdministratorsChangePermissions = "administrators.change-permissions",
        AdministratorsAssignRoles = "administrators.assign-roles",
        RolesView = "roles.view",
        RolesCreate = "roles.create",
        RolesEdit = "roles.edit",
        RolesDelete = "roles.delete",
        LoginSettingsView = "login-settings.view",
        LoginSettingsEdit = "login-settings.edit",
        NotificationsView = "notifications.view",
        NotificationsResend = "notifications.resend",

        ApplicationsView = "applications.view",
        ApplicationsCreate = "applications.create",
        ApplicationsEdit = "applications.edit",
        ApplicationsDelete = "applications.delete",
        ApplicationsMerge = "applications.merge",
        ApplicationPoliciesView = "application-policies.view",
        ApplicationPoliciesCreate = "application-policies.create",
        ApplicationPoliciesEdit = "application-policies.edit",
        ApplicationPoliciesDelete = "application-policies.delete",
        ApplicationPoliciesMove = "application-policies.move",
        TagsView = "tags.view",
        TagsCreate = "tags.create",
        TagsRename = "tags.rename",
        TagsEdit = "tags.edit",
        TagsDelete = "tags.delete",

        BillingView = "billing.view",
        BillingEdit = "billing.edit",

        ComputersView = "computers.view",
        ComputersEdit = "computers.edit",
        ComputersMove = "computers.move",
        ComputersConfirm = "computers.confirm",
        ComputersDelete = "computers.delete",
        ComputersEnroll = "computers.enroll",
        ComputersSetMaintenanceMode = "computers.set-maintenance-mode",
        CheckinHistoryView = "checkin-history.view",
        OverrideCodesView = "override-codes.view",
        ComputerGroupsView = "computer-groups.view",
        ComputerGroupsCreate = "computer-groups.create",
        ComputerGroupsRename = "computer-groups.rename",
        ComputerGroupsDelete = "computer-groups.delete",
        ComputerGroupsSetVersion = "computer-groups.set-version",
        ComputerGroupsSetUpdateChannel = "computer-groups.set-update-channel",

        IntegrationsView = "integrations.view",
        IntegrationsCreate = "integrations.create",
        IntegrationsDelete = "integrations.delete",
        ReportsView = "reports.view",
        ReportsGenerate = "reports.generate",
        SystemAuditView = "system-audit.view",
        UnifiedAuditView = "unified-audit.view",
        UnifiedAuditSearch = "unified-audit.search",
        UnifiedAuditFileHistory = "unified-audit.file-history",
        UnifiedAuditAddToApplication = "unified-audit.add-to-application",
        UnifiedAuditPermitVendor = "unified-audit.permit-vendor",
        UnifiedAuditPermitApplication = "unified-audit.permit-application",
        UnifiedAuditDenyApplication = "unified-audit.deny-application",

        NcAuthorizationHostsView = "nc-authorization-hosts.view",
        NcAuthorizationHostsCreate = "nc-authorization-hosts.create",
        NcAuthorizationHostsEdit = "nc-authorization-hosts.edit",
        NcAuthorizationHostsDelete = "nc-authorization-hosts.delete",
        NetworkPoliciesView = "network-policies.view",
        NetworkPoliciesCreate = "network-policies.create",
        NetworkPoliciesEdit = "network-policies.edit",
        NetworkPoliciesDelete = "network-policies.delete",
        NetworkPoliciesMove = "network-policies.move",

        OrganizationsView = "organizations.view",
        OrganizationsCreate = "organizations.create",
        OrganizationsDeleteEmpty = "organizations.delete-empty",
        OrganizationsDeploy = "organizations.deploy",
        OrganizationsEditGeneral = "organizations.edit-general",
        OrganizationsEditBilling = "organizations.edit-billing",
        OrganizationsEditExclusions = "organizations.edit-exclusions",
        OrganizationsEditTray = "organizations.edit-tray",
        OrganizationsEditBranding = "organizations.edit-branding",

        StoragePoliciesView = "storage-policies.view",
        StoragePoliciesCreate = "storage-policies.create",
        StoragePoliciesEdit = "storage-policies.edit",
        StoragePoliciesDelete = "storage-policies.delete",
        StoragePoliciesMove = "storage-policies.move",
        StorageDevicesView = "storage-devices.view",
        StorageDevicesCreate = "storage-devices.create",
        StorageDevicesEdit = "storage-devices.edit",
        StorageDevicesDelete = "storage-devices.delete",

        HelpDeskManage = "help-desk.manage",
        ConfigurationPoliciesView = "configuration-policies.view",
        ConfigurationPoliciesCreate = "configuration-policies.create",
        ConfigurationPoliciesEdit = "configuration-policies.edit",
        ConfigurationPoliciesDelete = "configuration-policies.delete",
        ConfigurationPoliciesMove = "configuration-policies.move",
        OpsView = "ops.view",
        OpsEdit = "ops.edit",
    }
}

impl Action {
    /// The action of approving a request of this kind.
    #[must_use]
    pub const fn approve(kind: RequestKind) -> Self {
        match kind {
            RequestKind::Application => Self::RequestsApproveApplication,
            RequestKind::Storage => Self::RequestsApproveStorage,
            RequestKind::Elevation => Self::RequestsApproveElevation,
        }
    }

    /// The only kind of request that the action is about, if its name says so.
    #[must_use]
    pub fn kind(self) -> Option<RequestKind> {
        RequestKind::ALL.iter().copied().find(|kind| Self::approve(*kind) == self)
    }

    /// Whether the answer depends on the kind of the request in question.
    #[must_use]
    pub const fn asks_kind(self) -> bool {
        matches!(self, Self::RequestsOpen | Self::RequestsDeny | Self::RequestsIgnore | Self::RequestsRevoke)
    }

    /// Whether the answer depends on the scope of the decision in question.
    #[must_use]
    pub fn asks_scope(self) -> bool {
        self.kind().is_some() || matches!(self, Self::RequestsRevoke)
    }
}

//! Acts: everything that goes on record, and in which audit it stands.

use crate::named::named;

/// Which audit an act stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuditKind {
    /// The system audit: what administrators did.
    System,
    /// The unified audit: what happened at endpoints.
    Unified,
    /// Both: what administrators did about what happened at endpoints.
    Both,
}

impl AuditKind {
    /// Whether it stands in the system audit.
    #[must_use]
    pub const fn in_system(self) -> bool {
        matches!(self, Self::System | Self::Both)
    }

    /// Whether it stands in the unified audit.
    #[must_use]
    pub const fn in_unified(self) -> bool {
        matches!(self, Self::Unified | Self::Both)
    }
}

named! {
    /// Something that was done or happened.
    pub enum Act("act") {
        SetUpCompleted = "set-up.completed",

        OrganizationCreated = "organization.created",
        OrganizationEdited = "organization.edited",
        OrganizationDeleted = "organization.deleted",
        PoliciesDeployed = "policies.deployed",
        GroupCreated = "group.created",
        GroupEdited = "group.edited",
        GroupDeleted = "group.deleted",
        EnrollmentKeyCreated = "enrollment-key.created",
        EnrollmentKeyDeleted = "enrollment-key.deleted",
        PolicyCreated = "policy.created",
        PolicyEdited = "policy.edited",
        PolicyMoved = "policy.moved",
        PolicyDeleted = "policy.deleted",
        ComputerEdited = "computer.edited",
        ComputerMoved = "computer.moved",
        ComputerConfirmed = "computer.confirmed",
        ComputerDeleted = "computer.deleted",
        MaintenanceModeSet = "maintenance-mode.set",

        ComputerEnrolled = "computer.enrolled",
        ComputerCheckedIn = "computer.checked-in",
        RequestSubmitted = "request.submitted",
        RequestRepeated = "request.repeated",
        RequestAttached = "request.attached",
        RequestCancelled = "request.cancelled",
        RequestExpired = "request.expired",
        RequestDecided = "request.decided",
        RequestSettled = "request.settled",
        RequestRevoked = "request.revoked",
        AttachmentDownloaded = "request.attachment-downloaded",

        AdministratorInvited = "administrator.invited",
        InvitationSent = "administrator.invitation-sent",
        InvitationWithdrawn = "administrator.invitation-withdrawn",
        InvitationAccepted = "administrator.invitation-accepted",
        AdministratorEdited = "administrator.edited",
        AdministratorDisabled = "administrator.disabled",
        AdministratorEnabled = "administrator.enabled",
        AdministratorDeleted = "administrator.deleted",
        PermissionsChanged = "administrator.permissions-changed",
        RolesChanged = "administrator.roles-changed",
        PasswordResetRequested = "administrator.password-reset-requested",
        PasswordResetSent = "administrator.password-reset-sent",
        PasswordResetCompleted = "administrator.password-reset-completed",
        RoleCreated = "role.created",
        RoleEdited = "role.edited",
        RoleDeleted = "role.deleted",

        SessionStarted = "session.started",
        SessionRefused = "session.refused",
        SessionEnded = "session.ended",
        ProofRefused = "session.proof-refused",
        TotpSetUp = "totp.set-up",
        TotpRemoved = "totp.removed",
        RecoveryCodesReplaced = "totp.recovery-codes-replaced",
        ApiTokenCreated = "api-token.created",
        ApiTokenRevoked = "api-token.revoked",
        LoginSettingsEdited = "login-settings.edited",
        DeliveryResent = "notification.resent",
    }
}

impl Act {
    /// Which audit it stands in.
    #[must_use]
    pub const fn kind(self) -> AuditKind {
        match self {
            Self::ComputerEnrolled
            | Self::ComputerCheckedIn
            | Self::RequestSubmitted
            | Self::RequestRepeated
            | Self::RequestAttached
            | Self::RequestCancelled
            | Self::RequestExpired => AuditKind::Unified,
            Self::RequestDecided
            | Self::RequestSettled
            | Self::RequestRevoked
            | Self::AttachmentDownloaded
            | Self::MaintenanceModeSet => AuditKind::Both,
            _ => AuditKind::System,
        }
    }
}

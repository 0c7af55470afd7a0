//! The names of acts: fixed texts by which they are stored, shown and filtered.

use crate::named::named;

named! {
    /// What was done or happened, without its details.
    pub enum ActName("act") {
        SetUpCompleted = "set-up.completed",

        OrganizationCreated = "organization.created",
        OrganizationEdited = "organization.edited",
        BrandingEdited = "branding.edited",
        OrganizationDeleted = "organization.deleted",
        PoliciesDeployed = "policies.deployed",
        GroupCreated = "group.created",
        GroupEdited = "group.edited",
        GroupAgentSet = "group.agent-set",
        GroupDeleted = "group.deleted",
        EnrollmentKeyCreated = "enrollment-key.created",
        EnrollmentKeyDeleted = "enrollment-key.deleted",
        PolicyCreated = "policy.created",
        PolicyEdited = "policy.edited",
        PolicyMoved = "policy.moved",
        PolicyDeleted = "policy.deleted",
        TagChanged = "tag.changed",
        ComputerEdited = "computer.edited",
        ComputerMoved = "computer.moved",
        ComputerConfirmed = "computer.confirmed",
        ComputerDeleted = "computer.deleted",
        MaintenanceModeSet = "maintenance-mode.set",
        OverrideCodeRead = "override-code.read",

        ComputerEnrolled = "computer.enrolled",
        ComputerCheckedIn = "computer.checked-in",
        ComputerRenamed = "computer.renamed",
        ComputerCloned = "computer.cloned",
        RequestSubmitted = "request.submitted",
        RequestRepeated = "request.repeated",
        RequestJoined = "request.joined",
        RequestAmended = "request.amended",
        RequestWithdrawn = "request.withdrawn",
        RequestAttached = "request.attached",
        RequestCancelled = "request.cancelled",
        RequestExpired = "request.expired",
        RequestEnded = "request.ended",
        RequestDecided = "request.decided",
        RequestSettled = "request.settled",
        RequestRevoked = "request.revoked",
        RequestOpened = "request.opened",
        RequestAssigned = "request.assigned",
        NoteAdded = "request.note-added",
        NoteRemoved = "request.note-removed",
        DecisionAsked = "request.decision-asked",
        FileFlagSet = "request.file-flag-set",
        FileFlagSpread = "request.file-flag-spread",
        GrantEdited = "grant.edited",
        GrantUsed = "grant.used",
        AttachmentDownloaded = "request.attachment-downloaded",
        RequestsExported = "requests.exported",
        AuditExported = "audit.exported",

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
        PasswordChanged = "administrator.password-changed",
        RoleCreated = "role.created",
        RoleEdited = "role.edited",
        RoleDeleted = "role.deleted",
        RuleChanged = "rule.changed",
        IntegrationChanged = "integration.changed",

        SessionStarted = "session.started",
        SessionRefused = "session.refused",
        SessionEnded = "session.ended",
        DeviceLoginDecided = "session.device-login-decided",
        ProofRefused = "session.proof-refused",
        TotpSetUp = "totp.set-up",
        TotpRemoved = "totp.removed",
        RecoveryCodesReplaced = "totp.recovery-codes-replaced",
        ApiTokenCreated = "api-token.created",
        ApiTokenRevoked = "api-token.revoked",
        PushSubscriptionChanged = "push-subscription.changed",
        NotificationsChanged = "administrator.notifications-changed",
        LoginSettingsEdited = "login-settings.edited",
        ApprovalSettingsEdited = "approval-settings.edited",
        AuditTrimmed = "audit.trimmed",
        AdministratorRecovered = "administrator.recovered",
        StoreRestored = "store.restored",
        DeliveryResent = "notification.resent",
        TestSent = "notification.tested",
        BounceCleared = "notification.bounce-cleared",
    }
}

impl ActName {
    /// Whether people may hear of an act of this name. The function that plans messages contains no code for the details of others.
    #[must_use]
    pub const fn may_be_told(self) -> bool {
        let may_have_notice = matches!(
            self,
            Self::RequestSubmitted
                | Self::RequestDecided
                | Self::RequestSettled
                | Self::RequestRevoked
                | Self::RequestEnded
                | Self::DecisionAsked
                | Self::FileFlagSet
                | Self::GrantEdited
                | Self::DeliveryResent
                | Self::AdministratorInvited
                | Self::PasswordResetRequested
        );
        may_have_notice || self.may_lead_on()
    }

    /// Whether people may hear of something after an act of this name, although it has no notice: of a request for which somebody asks
    /// again, if they could not be told before; of the next one, when the one ends that stood for it; of who has taken a request; of
    /// what happened to their own account.
    #[must_use]
    pub const fn may_lead_on(self) -> bool {
        matches!(
            self,
            Self::RequestAssigned
                | Self::RequestRepeated
                | Self::RequestJoined
                | Self::RequestCancelled
                | Self::RequestExpired
                | Self::RequestEnded
                | Self::SessionStarted
                | Self::PasswordChanged
                | Self::PermissionsChanged
                | Self::RolesChanged
                | Self::RoleEdited
                | Self::RoleDeleted
                | Self::AdministratorRecovered
        )
    }
}

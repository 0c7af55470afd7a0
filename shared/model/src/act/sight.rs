//! Acts as a reader may see them, who need not know of every organization that an act names.

use super::Act;
use super::roles::{AssignmentDetail, HoldingsDetail};
use crate::ids::OrganizationId;

impl Act {
    /// The act without what belongs to organizations that its reader does not see. They see the one where it happened,
    /// with everything that belongs to it.
    ///
    /// Exhaustive on purpose: a new act does not compile until it is known whether it names other organizations.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "each act has a line, so that none is forgotten")]
    pub fn seen_by(mut self, sees: &mut dyn FnMut(&OrganizationId) -> bool) -> Self {
        match &mut self {
            Self::OrganizationCreated(act) => hide_parent(&mut act.after.parent_id, sees),
            Self::OrganizationDeleted(act) => hide_parent(&mut act.before.parent_id, sees),
            Self::AdministratorDeleted(act) => {
                let before = &mut act.before;
                hide(&mut before.assignments, &mut before.assignments_in_all, sees);
            }
            Self::PermissionsChanged(act) => hide_holdings([&mut act.before, &mut act.after], sees),
            Self::RolesChanged(act) => hide_holdings([&mut act.before, &mut act.after], sees),
            Self::DeliveryResent(act) => act.hide_recipient(sees),
            Self::BounceCleared(act) => act.hide_recipient(sees),
            Self::SetUpCompleted(_)
            | Self::OrganizationEdited(_)
            | Self::BrandingEdited(_)
            | Self::PoliciesDeployed(_)
            | Self::GroupCreated(_)
            | Self::GroupEdited(_)
            | Self::GroupAgentSet(_)
            | Self::GroupDeleted(_)
            | Self::EnrollmentKeyCreated(_)
            | Self::EnrollmentKeyDeleted(_)
            | Self::PolicyCreated(_)
            | Self::PolicyEdited(_)
            | Self::PolicyMoved(_)
            | Self::PolicyDeleted(_)
            | Self::TagChanged(_)
            | Self::RuleChanged(_)
            | Self::IntegrationChanged(_)
            | Self::ComputerEdited(_)
            | Self::ComputerMoved(_)
            | Self::ComputerConfirmed(_)
            | Self::ComputerDeleted(_)
            | Self::MaintenanceModeSet(_)
            | Self::OverrideCodeRead(_)
            | Self::ComputerEnrolled(_)
            | Self::ComputerCheckedIn(_)
            | Self::ComputerRenamed(_)
            | Self::ComputerCloned(_)
            | Self::RequestSubmitted(_)
            | Self::RequestRepeated(_)
            | Self::RequestJoined(_)
            | Self::RequestAmended(_)
            | Self::RequestWithdrawn(_)
            | Self::RequestAttached(_)
            | Self::RequestCancelled(_)
            | Self::RequestExpired(_)
            | Self::RequestEnded(_)
            | Self::RequestDecided(_)
            | Self::RequestSettled(_)
            | Self::RequestRevoked(_)
            | Self::RequestOpened(_)
            | Self::RequestAssigned(_)
            | Self::NoteAdded(_)
            | Self::NoteRemoved(_)
            | Self::DecisionAsked(_)
            | Self::FileFlagSet(_)
            | Self::FileFlagSpread(_)
            | Self::GrantEdited(_)
            | Self::GrantUsed(_)
            | Self::AttachmentDownloaded(_)
            | Self::RequestsExported(_)
            | Self::AuditExported(_)
            | Self::AdministratorInvited(_)
            | Self::InvitationSent(_)
            | Self::InvitationWithdrawn(_)
            | Self::InvitationAccepted(_)
            | Self::AdministratorEdited(_)
            | Self::AdministratorDisabled(_)
            | Self::AdministratorEnabled(_)
            | Self::PasswordResetRequested(_)
            | Self::PasswordResetSent(_)
            | Self::PasswordResetCompleted(_)
            | Self::PasswordChanged(_)
            | Self::RoleCreated(_)
            | Self::RoleEdited(_)
            | Self::RoleDeleted(_)
            | Self::SessionStarted(_)
            | Self::SessionRefused(_)
            | Self::SessionEnded(_)
            | Self::DeviceLoginDecided(_)
            | Self::ProofRefused(_)
            | Self::TotpSetUp(_)
            | Self::TotpRemoved(_)
            | Self::RecoveryCodesReplaced(_)
            | Self::ApiTokenCreated(_)
            | Self::ApiTokenRevoked(_)
            | Self::LoginSettingsEdited(_)
            | Self::ApprovalSettingsEdited(_)
            | Self::AuditTrimmed(_)
            | Self::StoreRestored(_)
            | Self::AdministratorRecovered(_)
            | Self::TestSent(_)
            | Self::NotificationsChanged(_)
            | Self::PushSubscriptionChanged(_) => {}
        }
        self
    }

    /// The organizations on which [`Act::seen_by`] depends.
    #[must_use]
    pub fn other_organizations(&self) -> Vec<OrganizationId> {
        let mut named = Vec::new();
        let _ = self.clone().seen_by(&mut |id| {
            named.push(id.clone());
            true
        });
        named
    }
}

fn hide_parent(parent: &mut Option<OrganizationId>, sees: &mut dyn FnMut(&OrganizationId) -> bool) {
    if parent.as_ref().is_some_and(|id| !sees(id)) {
        *parent = None;
    }
}

fn hide_holdings(both: [&mut HoldingsDetail; 2], sees: &mut dyn FnMut(&OrganizationId) -> bool) {
    for holdings in both {
        if let Some(assignments) = &mut holdings.assignments {
            hide(assignments, &mut holdings.assignments_in_all, sees);
        }
    }
}

/// Leaves out roles that count at organizations out of sight, which are still counted, and does not name roles that
/// belong to one.
fn hide(
    assignments: &mut Vec<AssignmentDetail>,
    in_all: &mut Option<usize>,
    sees: &mut dyn FnMut(&OrganizationId) -> bool,
) {
    let named = assignments.len();
    assignments.retain(|each| each.organization_id.as_ref().is_none_or(&mut *sees));
    if assignments.len() < named {
        in_all.get_or_insert(named);
    }
    for assignment in assignments {
        if assignment.role_organization_id.as_ref().is_some_and(|owner| !sees(owner)) {
            *assignment = AssignmentDetail {
                role_id: None,
                role_organization_id: None,
                managing_organization: true,
                organization_id: assignment.organization_id.take(),
            };
        }
    }
}

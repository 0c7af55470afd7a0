//! Acts as a reader may see them, who need not know of everybody and of every organization that an act names.

use super::Act;
use super::roles::{AssignmentDetail, HoldingsDetail};
use crate::ids::OrganizationId;
use crate::sight::{Named, Others, Sees};

impl Act {
    /// The act without the organizations and administrators whom its reader does not see, and without what belongs to
    /// them. Readers see the organization where it happened, with everybody and everything that belongs to it.
    ///
    /// Exhaustive on purpose: a new act does not compile until it is known whom it names.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "each act has a line, so that none is forgotten")]
    pub fn seen_by(mut self, sees: Sees<'_>) -> Self {
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
            Self::RequestAssigned(act) => act.hide_people(sees),
            Self::NoteRemoved(act) => act.hide_people(sees),
            Self::DecisionAsked(act) => act.hide_people(sees),
            Self::FileFlagSet(act) => act.hide_place(sees),
            Self::RequestsExported(act) => act.hide_people(sees),
            Self::AuditExported(act) => act.hide_others(sees),
            Self::NotificationsChanged(act) => act.hide_delegates(sees),
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
            | Self::NoteAdded(_)
            | Self::FileFlagSpread(_)
            | Self::GrantEdited(_)
            | Self::GrantUsed(_)
            | Self::AttachmentDownloaded(_)
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
            | Self::PushSubscriptionChanged(_) => {}
        }
        self
    }

    /// Those on whom [`Act::seen_by`] depends.
    #[must_use]
    pub fn others(&self) -> Others {
        let mut others = Others::default();
        let _ = self.clone().seen_by(&mut |named| {
            match named {
                Named::Organization(id) => others.organizations.push(id.clone()),
                Named::Administrator(id) => others.administrators.push(id.clone()),
                Named::Actor => {}
            }
            true
        });
        others
    }
}

fn hide_parent(parent: &mut Option<OrganizationId>, sees: Sees<'_>) {
    let _ = parent.take_if(|id| !sees(Named::Organization(id)));
}

fn hide_holdings(both: [&mut HoldingsDetail; 2], sees: Sees<'_>) {
    for holdings in both {
        if let Some(assignments) = &mut holdings.assignments {
            hide(assignments, &mut holdings.assignments_in_all, sees);
        }
    }
}

/// Leaves out roles that count at organizations out of sight, which are still counted, and does not name roles that
/// belong to one.
fn hide(assignments: &mut Vec<AssignmentDetail>, in_all: &mut Option<usize>, sees: Sees<'_>) {
    let named = assignments.len();
    assignments.retain(|each| each.organization_id.as_ref().is_none_or(|id| sees(Named::Organization(id))));
    if assignments.len() < named {
        in_all.get_or_insert(named);
    }
    for assignment in assignments {
        if assignment.role_organization_id.as_ref().is_some_and(|owner| !sees(Named::Organization(owner))) {
            *assignment = AssignmentDetail {
                role_id: None,
                role_organization_id: None,
                managing_organization: true,
                organization_id: assignment.organization_id.take(),
            };
        }
    }
}

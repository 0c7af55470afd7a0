//! Acts: everything that is recorded. An act carries its details; everything else about its event is derived from it.
//!
//! A new act needs a payload that implements `Happening`, a name, a variant and a line in the match: it does not compile before.

pub mod administrators;
pub mod agents;
pub mod amendments;
pub mod approval_settings;
pub mod branding;
pub mod computers;
pub mod decisions;
pub mod deliveries;
pub mod endings;
pub mod exports;
mod footprint;
pub mod grants;
pub mod groups;
pub mod handling;
pub mod integrations;
mod invitations;
mod keeping;
mod name;
pub mod notification_settings;
pub mod organizations;
pub mod override_codes;
mod payloads;
pub mod policies;
pub mod proofs;
pub mod requests;
pub mod roles;
pub mod rules;
#[cfg(feature = "openapi")]
mod schema;
pub mod sessions;
mod sight;
pub mod tags;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

pub use administrators::{
    AccountDetail, AdministratorDeleted, AdministratorDisabled, AdministratorEdited, AdministratorEnabled,
    DeletedAccountDetail, StateDetail,
};
pub use agents::{ComputerCloned, ComputerRenamed, HostnameDetail};
pub use amendments::RequestAmended;
pub use approval_settings::ApprovalSettingsEdited;
pub use branding::BrandingEdited;
pub use computers::{
    ComputerChange, ComputerCheckedIn, ComputerConfirmed, ComputerDeleted, ComputerDetail, ComputerEdited,
    ComputerEnrolled, ComputerMoved, MaintenanceModeSet, RemovedComputerDetail,
};
pub use decisions::{RequestDecided, RequestRevoked, RequestSettled, StatusDetail};
pub use deliveries::{BounceCleared, DeliveryResent, PushSubscriptionChanged, TestSent};
pub use endings::{ApprovalDetail, RequestEnded, RequestExpired};
pub use exports::{AuditExported, RequestsExported};
use footprint::Happening;
pub use footprint::{AgentNews, Footprint};
pub use grants::{EndDetail, GrantEdited, GrantUsed};
pub use groups::{
    EnrollmentKeyCreated, EnrollmentKeyDeleted, EnrollmentKeyDetail, GroupAgentSet, GroupCreated,
    GroupDeleted, GroupDetail, GroupEdited, KeysDetail, NameDetail,
};
pub use handling::{
    AssigneeDetail, DecisionAsked, FileFlagSet, FileFlagSpread, NoteAdded, NoteRemoved, RequestAssigned,
    RequestOpened,
};
pub use integrations::IntegrationChanged;
pub use invitations::{
    AdministratorInvited, InvitationAccepted, InvitationSent, InvitationWithdrawn, InvitedDetail,
    WithdrawnDetail,
};
pub use keeping::{AdministratorRecovered, StoreRestored};
pub use name::ActName;
pub use notification_settings::{NotificationsChanged, NotificationsDetail};
pub use organizations::{
    AuditTrimmed, EditedOrganizationDetail, LoginSettingsDetail, LoginSettingsEdited, OrganizationCreated,
    OrganizationDeleted, OrganizationDetail, OrganizationEdited, SetUpCompleted, UnsentDetail,
};
pub use override_codes::OverrideCodeRead;
pub(crate) use payloads::Entries;
use payloads::acts;
pub use payloads::{NewAct, StoredAct};
pub use policies::{
    DeploymentDetail, PlaceDetail, PoliciesDeployed, PolicyContentDetail, PolicyCreated, PolicyDeleted,
    PolicyDetail, PolicyEdited, PolicyMoved,
};
pub use proofs::{
    PasswordChanged, PasswordDetail, PasswordIs, PasswordResetCompleted, PasswordResetRequested,
    PasswordResetSent, RecoveryCodesReplaced, SessionsAre, TotpDetail, TotpRemoved, TotpSetUp,
};
pub use requests::{
    AttachmentDownloaded, DeviceDetail, RequestAttached, RequestCancelled, RequestDetail, RequestJoined,
    RequestRepeated, RequestSubmitted, RequestWithdrawn,
};
pub use roles::{
    AssignmentDetail, HoldingsDetail, PermissionsChanged, RoleCreated, RoleDeleted, RoleDetail, RoleEdited,
    RolesChanged,
};
pub use rules::{RuleChanged, RuleDetail};
pub use sessions::{
    ApiTokenCreated, ApiTokenDetail, ApiTokenRevoked, DeviceLoginDecided, ProofRefused,
    RevokedApiTokenDetail, SecondFactor, SessionEnded, SessionRefused, SessionStarted,
};
pub use tags::{TagChanged, TagDetail};

#[cfg(feature = "openapi")]
pub use schema::ActFields;

/// Something that was done or happened, with its details: what the audit says beyond who, where and when.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "act", content = "detail")]
pub enum Act {
    /// The deployment was set up: it has a root organization and its first administrator.
    #[serde(rename = "set-up.completed")]
    SetUpCompleted(SetUpCompleted),
    /// An organization was created: an act of the one above it, whose list shows it at once; by the set-up, of the root itself.
    #[serde(rename = "organization.created")]
    OrganizationCreated(OrganizationCreated),
    /// An organization was renamed, or keeps things for another time.
    #[serde(rename = "organization.edited")]
    OrganizationEdited(OrganizationEdited),
    /// An organization shows itself otherwise in messages and in the console.
    #[serde(rename = "branding.edited")]
    BrandingEdited(BrandingEdited),
    /// An organization was deleted.
    #[serde(rename = "organization.deleted")]
    OrganizationDeleted(OrganizationDeleted),
    /// An organization's policies were deployed.
    #[serde(rename = "policies.deployed")]
    PoliciesDeployed(PoliciesDeployed),
    /// A computer group was created.
    #[serde(rename = "group.created")]
    GroupCreated(GroupCreated),
    /// A computer group was renamed.
    #[serde(rename = "group.edited")]
    GroupEdited(GroupEdited),
    /// The version of the agent for a computer group, or the channel of its updates, was set.
    #[serde(rename = "group.agent-set")]
    GroupAgentSet(GroupAgentSet),
    /// A computer group and its enrollment keys were deleted.
    #[serde(rename = "group.deleted")]
    GroupDeleted(GroupDeleted),
    /// A key for enrolling computers into a group was created.
    #[serde(rename = "enrollment-key.created")]
    EnrollmentKeyCreated(EnrollmentKeyCreated),
    /// An enrollment key of a group was deleted.
    #[serde(rename = "enrollment-key.deleted")]
    EnrollmentKeyDeleted(EnrollmentKeyDeleted),
    /// A policy was created.
    #[serde(rename = "policy.created")]
    PolicyCreated(PolicyCreated),
    /// A policy's draft was edited.
    #[serde(rename = "policy.edited")]
    PolicyEdited(PolicyEdited),
    /// A policy was moved to another position among those of its group.
    #[serde(rename = "policy.moved")]
    PolicyMoved(PolicyMoved),
    /// A policy's draft was deleted; it stays live until the next deployment.
    #[serde(rename = "policy.deleted")]
    PolicyDeleted(PolicyDeleted),
    /// A tag was created, renamed, edited or deleted.
    #[serde(rename = "tag.changed")]
    TagChanged(TagChanged),
    /// A computer was given another name, or none, beside its host name.
    #[serde(rename = "computer.edited")]
    ComputerEdited(ComputerEdited),
    /// A computer was moved to another group, and possibly renamed in the same call.
    #[serde(rename = "computer.moved")]
    ComputerMoved(ComputerMoved),
    /// An administrator confirmed a computer that took a host name which already belonged to another one.
    #[serde(rename = "computer.confirmed")]
    ComputerConfirmed(ComputerConfirmed),
    /// A computer was removed; its token no longer works.
    #[serde(rename = "computer.deleted")]
    ComputerDeleted(ComputerDeleted),
    /// A computer's maintenance mode was set or ended.
    #[serde(rename = "maintenance-mode.set")]
    MaintenanceModeSet(MaintenanceModeSet),
    /// An administrator read the override code of a computer.
    #[serde(rename = "override-code.read")]
    OverrideCodeRead(OverrideCodeRead),
    /// A computer was enrolled with a key of a group.
    #[serde(rename = "computer.enrolled")]
    ComputerEnrolled(ComputerEnrolled),
    /// A computer checked in.
    #[serde(rename = "computer.checked-in")]
    ComputerCheckedIn(ComputerCheckedIn),
    /// A computer's agent told that it has another host name. If another computer has that name, it is unconfirmed.
    #[serde(rename = "computer.renamed")]
    ComputerRenamed(ComputerRenamed),
    /// Several agents used a computer's token at the same time: they are clones of one image. The token no longer works.
    #[serde(rename = "computer.cloned")]
    ComputerCloned(ComputerCloned),
    /// Somebody at a computer asked for permission.
    #[serde(rename = "request.submitted")]
    RequestSubmitted(RequestSubmitted),
    /// The same user of the computer asked again while the request was pending.
    #[serde(rename = "request.repeated")]
    RequestRepeated(RequestRepeated),
    /// Another user of the computer asked for the same while the request was pending, or one who had withdrawn asked again.
    #[serde(rename = "request.joined")]
    RequestJoined(RequestJoined),
    /// A user who asked gave a better reason or another address, or allowed a copy of the file after all.
    #[serde(rename = "request.amended")]
    RequestAmended(RequestAmended),
    /// A user who asked for a request withdrew; it stays pending for others.
    #[serde(rename = "request.withdrawn")]
    RequestWithdrawn(RequestWithdrawn),
    /// The copy of a request's file was received in full.
    #[serde(rename = "request.attached")]
    RequestAttached(RequestAttached),
    /// The last user who asked for a request withdrew: it is cancelled.
    #[serde(rename = "request.cancelled")]
    RequestCancelled(RequestCancelled),
    /// Nobody decided a request in time; or its approval has expired, and what it was for is gone.
    #[serde(rename = "request.expired")]
    RequestExpired(RequestExpired),
    /// A request ended with the computer that asked, or an approval with the computer, group or organization that it was for.
    #[serde(rename = "request.ended")]
    RequestEnded(RequestEnded),
    /// An administrator decided a request.
    #[serde(rename = "request.decided")]
    RequestDecided(RequestDecided),
    /// A pending request was settled along with a decision on a matching one.
    #[serde(rename = "request.settled")]
    RequestSettled(RequestSettled),
    /// An administrator revoked an approval.
    #[serde(rename = "request.revoked")]
    RequestRevoked(RequestRevoked),
    /// An administrator opened a request.
    #[serde(rename = "request.opened")]
    RequestOpened(RequestOpened),
    /// A request was taken, handed over or released.
    #[serde(rename = "request.assigned")]
    RequestAssigned(RequestAssigned),
    /// An administrator left a note at a request.
    #[serde(rename = "request.note-added")]
    NoteAdded(NoteAdded),
    /// An administrator removed a note at a request.
    #[serde(rename = "request.note-removed")]
    NoteRemoved(NoteRemoved),
    /// An administrator asked those who can decide a request to do so.
    #[serde(rename = "request.decision-asked")]
    DecisionAsked(DecisionAsked),
    /// A file was flagged as malicious, or its flag was cleared.
    #[serde(rename = "request.file-flag-set")]
    FileFlagSet(FileFlagSet),
    /// A flag was carried to more of the organizations below.
    #[serde(rename = "request.file-flag-spread")]
    FileFlagSpread(FileFlagSpread),
    /// An administrator shortened or prolonged an approval, or it was changed along with the one that it rests on.
    #[serde(rename = "grant.edited")]
    GrantEdited(GrantEdited),
    /// A computer used a grant for the first time.
    #[serde(rename = "grant.used")]
    GrantUsed(GrantUsed),
    /// An administrator downloaded the copy of a request's file.
    #[serde(rename = "request.attachment-downloaded")]
    AttachmentDownloaded(AttachmentDownloaded),
    /// An administrator exported the requests of an organization.
    #[serde(rename = "requests.exported")]
    RequestsExported(RequestsExported),
    /// An administrator exported an audit of an organization.
    #[serde(rename = "audit.exported")]
    AuditExported(AuditExported),
    /// An administrator was invited, or invited again with a new link.
    #[serde(rename = "administrator.invited")]
    AdministratorInvited(AdministratorInvited),
    /// The link of an invitation was sent.
    #[serde(rename = "administrator.invitation-sent")]
    InvitationSent(InvitationSent),
    /// An invitation was withdrawn.
    #[serde(rename = "administrator.invitation-withdrawn")]
    InvitationWithdrawn(InvitationWithdrawn),
    /// An invitation was accepted with a password.
    #[serde(rename = "administrator.invitation-accepted")]
    InvitationAccepted(InvitationAccepted),
    /// An administrator's details were edited.
    #[serde(rename = "administrator.edited")]
    AdministratorEdited(AdministratorEdited),
    /// An account was disabled: it cannot sign in and its sessions end.
    #[serde(rename = "administrator.disabled")]
    AdministratorDisabled(AdministratorDisabled),
    /// An account was enabled again.
    #[serde(rename = "administrator.enabled")]
    AdministratorEnabled(AdministratorEnabled),
    /// An administrator was deleted.
    #[serde(rename = "administrator.deleted")]
    AdministratorDeleted(AdministratorDeleted),
    /// An administrator's individual permissions were changed.
    #[serde(rename = "administrator.permissions-changed")]
    PermissionsChanged(PermissionsChanged),
    /// An administrator's roles were changed.
    #[serde(rename = "administrator.roles-changed")]
    RolesChanged(RolesChanged),
    /// A password reset was requested: the administrator gets a link for setting a new password.
    #[serde(rename = "administrator.password-reset-requested")]
    PasswordResetRequested(PasswordResetRequested),
    /// The link of a password reset was sent.
    #[serde(rename = "administrator.password-reset-sent")]
    PasswordResetSent(PasswordResetSent),
    /// A new password was set with the link of a reset, and every session ended.
    #[serde(rename = "administrator.password-reset-completed")]
    PasswordResetCompleted(PasswordResetCompleted),
    /// An administrator changed their own password in a session, and every other session ended.
    #[serde(rename = "administrator.password-changed")]
    PasswordChanged(PasswordChanged),
    /// A role was created.
    #[serde(rename = "role.created")]
    RoleCreated(RoleCreated),
    /// A role was edited. The change applies to everybody who holds it.
    #[serde(rename = "role.edited")]
    RoleEdited(RoleEdited),
    /// A role was deleted; nobody holds it any more.
    #[serde(rename = "role.deleted")]
    RoleDeleted(RoleDeleted),
    /// A rule that decides requests was created, edited or deleted.
    #[serde(rename = "rule.changed")]
    RuleChanged(RuleChanged),
    /// A named target of notifications was created or deleted, or what is behind it was replaced.
    #[serde(rename = "integration.changed")]
    IntegrationChanged(IntegrationChanged),
    /// Somebody signed in.
    #[serde(rename = "session.started")]
    SessionStarted(SessionStarted),
    /// Sign-ins were refused: the first of a subject in a period, or the number of them when the period is over.
    #[serde(rename = "session.refused")]
    SessionRefused(SessionRefused),
    /// Sessions were ended by their owner.
    #[serde(rename = "session.ended")]
    SessionEnded(SessionEnded),
    /// An administrator approved or denied a program that asked to be signed in with a device code.
    #[serde(rename = "session.device-login-decided")]
    DeviceLoginDecided(DeviceLoginDecided),
    /// A password or a code that a session had to give again was wrong.
    #[serde(rename = "session.proof-refused")]
    ProofRefused(ProofRefused),
    /// One-time codes were set up.
    #[serde(rename = "totp.set-up")]
    TotpSetUp(TotpSetUp),
    /// One-time codes were removed, by their owner or by an administrator who may reset passwords.
    #[serde(rename = "totp.removed")]
    TotpRemoved(TotpRemoved),
    /// New recovery codes were created; the previous ones no longer work.
    #[serde(rename = "totp.recovery-codes-replaced")]
    RecoveryCodesReplaced(RecoveryCodesReplaced),
    /// An API token was created.
    #[serde(rename = "api-token.created")]
    ApiTokenCreated(ApiTokenCreated),
    /// An API token was revoked by its owner.
    #[serde(rename = "api-token.revoked")]
    ApiTokenRevoked(ApiTokenRevoked),
    /// Somebody subscribed a browser of theirs to push messages, or unsubscribed one.
    #[serde(rename = "push-subscription.changed")]
    PushSubscriptionChanged(PushSubscriptionChanged),
    /// An administrator changed their own settings of notifications.
    #[serde(rename = "administrator.notifications-changed")]
    NotificationsChanged(NotificationsChanged),
    /// The login settings of an organization were replaced.
    #[serde(rename = "login-settings.edited")]
    LoginSettingsEdited(LoginSettingsEdited),
    /// What an organization asks of requests and decisions was changed.
    #[serde(rename = "approval-settings.edited")]
    ApprovalSettingsEdited(ApprovalSettingsEdited),
    /// Entries of an organization's audit are removed, because they are older than it keeps them.
    #[serde(rename = "audit.trimmed")]
    AuditTrimmed(AuditTrimmed),
    /// The store was restored from a backup.
    #[serde(rename = "store.restored")]
    StoreRestored(StoreRestored),
    /// An administrator who could not sign in any more got a link for a new password on the machine.
    #[serde(rename = "administrator.recovered")]
    AdministratorRecovered(AdministratorRecovered),
    /// An administrator asked for a message to be sent again.
    #[serde(rename = "notification.resent")]
    DeliveryResent(DeliveryResent),
    /// An administrator had a test message sent.
    #[serde(rename = "notification.tested")]
    TestSent(TestSent),
    /// An administrator put an address right to which messages did not arrive.
    #[serde(rename = "notification.bounce-cleared")]
    BounceCleared(BounceCleared),
}

acts! {
    SetUpCompleted, OrganizationCreated, OrganizationEdited, BrandingEdited, OrganizationDeleted, PoliciesDeployed, GroupCreated,
    GroupEdited, GroupAgentSet, GroupDeleted, EnrollmentKeyCreated, EnrollmentKeyDeleted, PolicyCreated, PolicyEdited,
    PolicyMoved, PolicyDeleted, TagChanged, ComputerEdited, ComputerMoved, ComputerConfirmed, ComputerDeleted, MaintenanceModeSet,
    OverrideCodeRead, ComputerEnrolled, ComputerCheckedIn, ComputerRenamed, ComputerCloned, RequestSubmitted, RequestRepeated,
    RequestJoined, RequestAmended, RequestWithdrawn, RequestAttached, RequestCancelled, RequestExpired, RequestEnded,
    RequestDecided, RequestSettled, RequestRevoked, GrantEdited, GrantUsed, RequestOpened, RequestAssigned, NoteAdded,
    NoteRemoved, DecisionAsked, FileFlagSet, FileFlagSpread, AttachmentDownloaded, RequestsExported, AuditExported,
    AdministratorInvited, InvitationSent, InvitationWithdrawn, InvitationAccepted, AdministratorEdited, AdministratorDisabled,
    AdministratorEnabled, AdministratorDeleted, PermissionsChanged, RolesChanged, PasswordResetRequested, PasswordResetSent,
    PasswordResetCompleted, PasswordChanged, RoleCreated, RoleEdited, RoleDeleted, RuleChanged, IntegrationChanged,
    SessionStarted, SessionRefused, SessionEnded, DeviceLoginDecided, ProofRefused, TotpSetUp, TotpRemoved, RecoveryCodesReplaced,
    ApiTokenCreated, ApiTokenRevoked, LoginSettingsEdited, ApprovalSettingsEdited, AuditTrimmed, DeliveryResent, TestSent,
    BounceCleared, PushSubscriptionChanged, NotificationsChanged, StoreRestored, AdministratorRecovered,
}

//! Response types of approval settings.

use countersign_model::{
    ApprovalSettings, DecisionScope, Escalation, MessageTemplate, Organization, OrganizationId,
    PublisherScope, ReasonRule,
};
use countersign_store::Stored;
use serde::Serialize;
use utoipa::ToSchema;

/// The approval settings of an organization.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApprovalSettingsView {
    /// The organization that the settings belong to.
    organization_id: OrganizationId,
    /// What is set here; what is absent is as at the organization above.
    own: ApprovalSettings,
    /// What counts here.
    effective: EffectiveView,
    /// The revision of the organization, for `If-Match`. It increases with every change of it.
    revision: u64,
}

/// What counts at an organization for requests and decisions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EffectiveApprovalSettings)]
pub struct EffectiveView {
    /// The scope of an approval that names none, before it is narrowed to what the administrator may.
    #[schema(example = "computer")]
    default_scope: DecisionScope,
    /// After how many days an approval ends that does not say when; 0 for never.
    default_days: u16,
    /// What the reason of a request must be; null if none is required.
    reason: Option<ReasonRule>,
    /// Whether a denial needs a message to the requester.
    denial_needs_message: bool,
    /// How many days a request waits for a decision.
    pending_days: u16,
    /// Up to which scope approvals may cover a publisher.
    #[schema(example = "never")]
    publisher_scope: PublisherScope,
    /// Texts that administrators choose from for messages to requesters.
    templates: Vec<MessageTemplate>,
    /// Who is told of a request that waits for too long; null if nobody is.
    escalation: Option<Escalation>,
}

impl ApprovalSettingsView {
    pub fn new(stored: Stored<Organization>, effective: ApprovalSettings) -> Self {
        let Stored { revision, value } = stored;
        Self { organization_id: value.id, own: value.approval, effective: effective.into(), revision }
    }
}

impl From<ApprovalSettings> for EffectiveView {
    fn from(settings: ApprovalSettings) -> Self {
        Self {
            default_scope: settings.scope(),
            default_days: settings.default_days.unwrap_or_default(),
            denial_needs_message: settings.denial_needs_message.unwrap_or_default(),
            pending_days: settings.pending_days(),
            publisher_scope: settings.publisher_scope(),
            reason: settings.reason,
            templates: settings.templates.unwrap_or_default(),
            escalation: settings.escalation,
        }
    }
}

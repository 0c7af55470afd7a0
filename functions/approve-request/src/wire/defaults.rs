//! What a decision is if it does not say, for the form in which it is made.

use countersign_http::PublisherBody;
use countersign_model::{Condition, DecisionScope, MessageTemplate};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::obstacle::ObstacleCode;

/// What a decision is if it does not say, by the settings of the organization.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DecisionDefaults)]
pub struct DefaultsView {
    /// The scope: the widest up to the organization's default for which you may approve; null if you may approve for none.
    #[schema(example = "computer")]
    pub scope: Option<DecisionScope>,
    /// When an approval given now would end; null if it never would.
    pub expires_at: Option<Timestamp>,
    /// What an approval can cover, the default first.
    pub conditions: Vec<ConditionView>,
    /// Whether a denial needs a message to the requester.
    pub denial_needs_message: bool,
    /// Texts to choose from for the message to the requester.
    pub templates: Vec<MessageTemplate>,
}

/// Something that an approval can cover.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DecisionCondition)]
pub struct ConditionView {
    /// What it covers: `file` or `publisher`.
    #[schema(example = "publisher")]
    pub condition: Condition,
    /// Up to which scope approvals may cover it; null if none may.
    #[schema(example = "group")]
    pub up_to: Option<DecisionScope>,
    /// The publisher that would be covered, with every file that it signed; null for `file`, and if there is no verified one.
    pub publisher: Option<PublisherBody>,
    /// Why no approval may cover it; null if nothing stands in the way.
    pub obstacle: Option<String>,
    /// What kind of obstacle that is: stable, for programs; null if nothing stands in the way.
    pub obstacle_code: Option<ObstacleCode>,
}

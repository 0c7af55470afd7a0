//! Request and response types of asking for a decision.

use countersign_http::{AdministratorName, Problem, field};
use countersign_model::{DecisionScope, OrganizationId, openapi, text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::decider::Decider;

/// What to tell those who are asked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAsk {
    /// The scope for which they are asked to approve it; default: the narrowest one for which you cannot.
    pub scope: Option<DecisionScope>,
    /// What they are told, at most 2000 characters; default: nothing.
    #[schema(value_type = Option<openapi::Message>)]
    message: Option<String>,
}

impl NewAsk {
    /// The message, if it is one.
    pub fn checked(&self) -> Result<Option<String>, Problem> {
        let message =
            self.message.as_deref().map(|message| field("/message", text::message(message))).transpose()?;
        Ok(message.flatten())
    }
}

/// Who was asked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Asked)]
pub struct AskedView {
    /// Those who were asked and belong to organizations that you may see.
    #[schema(max_items = 50)]
    asked: Vec<AdministratorName>,
    /// How many were asked who belong to organizations that you may not see.
    others: usize,
}

impl AskedView {
    /// The view for somebody who sees these organizations.
    pub fn new(able: Vec<Decider>, sees: impl Fn(&OrganizationId) -> bool) -> Self {
        let all = able.len();
        let seen = able.into_iter().map(|decider| decider.administrator);
        let seen = seen.filter(|administrator| sees(&administrator.organization_id));
        let asked: Vec<_> = seen
            .map(|administrator| AdministratorName { id: administrator.id, name: administrator.name })
            .collect();
        Self { others: all.saturating_sub(asked.len()), asked }
    }
}

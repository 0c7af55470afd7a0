//! The act of changing an integration.

use serde::{Deserialize, Serialize};

use super::footprint::{AgentNews, Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::audit::AuditKind;
use crate::ids::IntegrationId;
use crate::integration::Integration;
use crate::list::{List, ListEntry};
use crate::permit::Basis;

/// An integration was created or deleted, or its target replaced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IntegrationChanged {
    /// The integration that it is about.
    pub integration_id: IntegrationId,
    /// Its address before, such as `slack:Security desk`; null if it was created.
    pub before: Option<String>,
    /// Its address after, the same if its target was replaced; null if it was deleted.
    pub after: Option<String>,
}

impl IntegrationChanged {
    /// The act, from the states before and after.
    #[must_use]
    pub fn of(old: Option<&Integration>, new: &Integration) -> Self {
        let after = (!new.deleted).then(|| new.address());
        Self { integration_id: new.id.clone(), before: old.map(Integration::address), after }
    }
}

impl Happening for IntegrationChanged {
    fn footprint(&self) -> Footprint {
        let is_listed_anew = self.before.is_none() || self.after.is_none();
        let entry = is_listed_anew.then(|| ListEntry::new(List::Integrations, &self.integration_id));
        Footprint {
            name: ActName::IntegrationChanged,
            audit: AuditKind::System,
            concerns: vec![self.integration_id.to_string()],
            lists: entry.into_iter().collect(),
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        match &self.after {
            Some(_) => basis.is_right(Action::IntegrationsCreate),
            None => basis.is_right(Action::IntegrationsDelete),
        }
    }
}

//! The act of changing a tag.

use serde::{Deserialize, Serialize};

use super::footprint::{Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::audit::AuditKind;
use crate::ids::TagId;
use crate::permit::Basis;
use crate::policy::{MatchBy, Tag};

/// The audit's details of a tag.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TagDetail {
    /// The name of the tag.
    pub name: String,
    /// What its values are.
    pub by: MatchBy,
    /// Its values.
    pub values: Vec<String>,
}

impl TagDetail {
    /// A tag with its values.
    #[must_use]
    pub fn of(tag: &Tag, values: &[String]) -> Self {
        Self { name: tag.name.clone(), by: tag.by, values: values.to_vec() }
    }
}

/// A tag was created, renamed, edited or deleted. Policies follow when they are deployed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TagChanged {
    /// The tag that it is about.
    pub tag_id: TagId,
    /// The state before; null if it was created.
    pub before: Option<TagDetail>,
    /// The state after; null if it was deleted.
    pub after: Option<TagDetail>,
}

impl Happening for TagChanged {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::TagChanged, AuditKind::System, &[&self.tag_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        match (&self.before, &self.after) {
            (None, Some(_)) => basis.is_right(Action::TagsCreate),
            (Some(_), None) => basis.is_right(Action::TagsDelete),
            (Some(old), Some(new)) => {
                let renamed = old.values == new.values && basis.is_right(Action::TagsRename);
                let edited = old.name == new.name && basis.is_right(Action::TagsEdit);
                old.by == new.by && (renamed || edited)
            }
            (None, None) => false,
        }
    }
}

//! Tags: named lists of values, which entries of policies refer to.

use serde::{Deserialize, Serialize};

use super::MatchBy;
use crate::ids::{OrganizationId, TagId};
use crate::text;

/// A tag of an organization, without its values. It stands in the organization's [`Deployment`](super::Deployment), which every
/// organization has, so that one swap changes the tags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Its id, by which entries of policies refer to it.
    pub id: TagId,
    /// Its name, unique in its organization by [`text::name_key`].
    pub name: String,
    /// What its values are.
    pub by: MatchBy,
    /// The id of its [`TagValues`], fresh for each edit.
    pub values_id: String,
    /// Increases with every change.
    pub revision: u64,
}

impl Tag {
    /// The longest name, in characters: those of all tags are in one record.
    pub const NAME_MAX: usize = 50;
    /// The most tags of an organization.
    pub const MAX: usize = 100;
    /// The most values of a tag.
    pub const VALUES_MAX: usize = 200;
    /// The most bytes of a tag's values as JSON, so that an edit fits into the audit.
    pub const BYTES_MAX: usize = 16 * 1024;

    /// Whether people could take it for a tag with this name.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        text::name_key(&self.name) == text::name_key(name)
    }
}

/// The values of a tag. They are never changed: an edit makes new ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagValues {
    /// The id.
    pub id: String,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The values, each once.
    pub values: Vec<String>,
}

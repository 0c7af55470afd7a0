//! Request and response types of tags.

use countersign_http::{InputError, Problem, field, require_at_most};
use countersign_model::{FaultKind, MatchBy, Tag, TagId, openapi, text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A new tag.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTag {
    /// The name: 1 to 50 characters, unique in the organization, ignoring case.
    #[schema(value_type = openapi::TagName)]
    name: String,
    /// What the values are. It cannot be changed.
    pub by: MatchBy,
    /// The values: at most 200, each of at most 512 characters, of 16 KiB together as JSON.
    #[schema(value_type = Vec<openapi::PolicyValue>, max_items = 200)]
    values: Vec<String>,
}

impl NewTag {
    /// The validated name and values.
    pub fn checked(&self) -> Result<(String, Vec<String>), Problem> {
        Ok((checked_name(&self.name)?, checked_values(self.by, &self.values)?))
    }
}

/// The new name of a tag.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameTag {
    /// The name: 1 to 50 characters, unique in the organization, ignoring case.
    #[schema(value_type = openapi::TagName)]
    name: String,
}

impl RenameTag {
    /// The validated name.
    pub fn checked(&self) -> Result<String, Problem> {
        checked_name(&self.name)
    }
}

/// The new values of a tag. They replace the previous ones.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceTagValues {
    /// The values: at most 200, each of at most 512 characters, of 16 KiB together as JSON.
    #[schema(value_type = Vec<openapi::PolicyValue>, max_items = 200)]
    pub values: Vec<String>,
}

fn checked_name(text: &str) -> Result<String, Problem> {
    let name = field("/name", text::name(text))?;
    if name.chars().count() > Tag::NAME_MAX {
        return Err(Problem::invalid_field("/name", FaultKind::TooLong.above(Tag::NAME_MAX)));
    }
    Ok(name)
}

/// The validated values of a tag, each once.
pub fn checked_values(by: MatchBy, values: &[String]) -> Result<Vec<String>, Problem> {
    require_at_most("/values", values, Tag::VALUES_MAX)?;
    let (mut kept, mut errors) = (Vec::new(), Vec::new());
    for (at, value) in values.iter().enumerate() {
        match by.value(value) {
            Ok(value) if kept.contains(&value) => {}
            Ok(value) => kept.push(value),
            Err(why) => errors.push(InputError::new(format!("/values/{at}"), &why)),
        }
    }
    if !errors.is_empty() {
        return Err(Problem::invalid_body(errors));
    }
    if serde_json::to_vec(&kept).map_or(true, |bytes| bytes.len() > Tag::BYTES_MAX) {
        return Err(Problem::invalid_field("/values", FaultKind::TooLarge.above(Tag::BYTES_MAX)));
    }
    Ok(kept)
}

/// A tag.
#[derive(Debug, Serialize, ToSchema)]
pub struct TagView {
    /// The id of the tag, by which entries of policies name it.
    id: TagId,
    /// The name of the tag, unique in its organization.
    name: String,
    /// What its values are.
    by: MatchBy,
    /// Its values.
    values: Vec<String>,
    /// The revision of the tag, for `If-Match`. It increases with every change.
    revision: u64,
}

impl TagView {
    /// A tag with its values.
    pub fn of(tag: &Tag, values: Vec<String>) -> Self {
        let Tag { id, name, by, revision, .. } = tag.clone();
        Self { id, name, by, values, revision }
    }
}

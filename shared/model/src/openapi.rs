//! Schemas for types whose text is validated by hand.

use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

/// A text of a certain form.
pub(crate) fn text(pattern: Option<&str>, example: &str) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).pattern(pattern).examples([example]).into()
}

/// One of these texts.
pub(crate) fn one_of(texts: impl Iterator<Item = &'static str>) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(texts)).into()
}

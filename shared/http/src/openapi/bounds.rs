//! Gives every text and list of an answer the bound of its field, every integer that of its format, and every text an example. Input
//! says its bounds where it is read; what is answered was read or made within them, and a field has one meaning wherever it stands.
use std::collections::BTreeMap;

use serde_json::json;
use utoipa::openapi::schema::{
    AdditionalProperties, Array, ArrayItems, KnownFormat, Object, ObjectBuilder, SchemaFormat, SchemaType,
    Type,
};
use utoipa::openapi::{RefOr, Schema};

use super::fields::{self, Form};

/// The largest integer that every program reads exactly, as JSON (RFC 8259, section 6).
const LARGEST: u64 = (1 << 53) - 1;
/// The largest integer of 32 bits.
const LARGEST_OF_32_BITS: u64 = (1 << 31) - 1;

/// Completes the schemas of the document.
pub(super) fn complete(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    for (name, schema) in schemas {
        of_schema(&Place { schema: name, field: "" }, schema);
    }
}

/// Completes one schema that has no name of its own.
pub(super) fn of_unnamed(schema: &mut RefOr<Schema>) {
    of_schema(&Place { schema: "", field: "" }, schema);
}

/// The field that a schema is of.
struct Place<'a> {
    schema: &'a str,
    field: &'a str,
}

impl Place<'_> {
    /// What one schema says of a field, or what all say.
    fn find<T: Copy>(&self, table: &[(&str, T)]) -> Option<T> {
        let own = format!("{}.{}", self.schema, self.field);
        let find = |wanted: &str| table.iter().find(|(name, _)| *name == wanted).map(|(_, found)| *found);
        find(&own).or_else(|| find(self.field))
    }
}

fn of_schema(place: &Place<'_>, schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => of_object(place, object),
        Schema::Array(array) => of_array(place, array),
        Schema::OneOf(one) => one.items.iter_mut().for_each(|item| of_schema(place, item)),
        Schema::AllOf(all) => all.items.iter_mut().for_each(|item| of_schema(place, item)),
        Schema::AnyOf(any) => any.items.iter_mut().for_each(|item| of_schema(place, item)),
        _ => {}
    }
}

fn of_object(place: &Place<'_>, object: &mut Object) {
    for (field, schema) in &mut object.properties {
        of_schema(&Place { schema: place.schema, field }, schema);
    }
    if let Some(AdditionalProperties::RefOr(values)) = object.additional_properties.as_deref_mut() {
        of_schema(place, values);
    }
    if is_of(&object.schema_type, &Type::String)
        && !is_bounded(object)
        && let Some(form) = place.find(fields::TEXTS)
    {
        *object = with_form(std::mem::take(object), form);
    }
    let is_number = is_of(&object.schema_type, &Type::Integer);
    if is_number && object.maximum.is_none() && object.enum_values.is_none() {
        let largest = match object.format {
            Some(SchemaFormat::KnownFormat(KnownFormat::Int32)) => LARGEST_OF_32_BITS,
            _ => LARGEST,
        };
        *object = ObjectBuilder::from(std::mem::take(object)).maximum(Some(largest)).build();
    }
}

fn of_array(place: &Place<'_>, array: &mut Array) {
    array.max_items = array.max_items.or_else(|| place.find(fields::LISTS));
    if let ArrayItems::RefOrSchema(items) = &mut array.items {
        of_schema(place, items);
    }
}

fn is_of(types: &SchemaType, wanted: &Type) -> bool {
    match types {
        SchemaType::Type(only) => only == wanted,
        SchemaType::Array(several) => several.contains(wanted),
        SchemaType::AnyValue => false,
    }
}

fn is_bounded(text: &Object) -> bool {
    text.max_length.is_some() || text.pattern.is_some() || text.enum_values.is_some() || text.format.is_some()
}

fn with_form(text: Object, form: Form) -> Object {
    let has_example = text.example.is_some() || !text.examples.is_empty();
    let text = ObjectBuilder::from(text).max_length(Some(form.longest()));
    let text = match form.pattern() {
        Some(pattern) => text.pattern(Some(pattern)),
        None => text,
    };
    let text = if has_example { text } else { text.examples([json!(form.example())]) };
    text.build()
}

//! Examples of whole bodies, put together from the examples of their fields.
use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use utoipa::openapi::path::Parameter;
use utoipa::openapi::schema::{ArrayItems, KnownFormat, Object, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};

/// How deep an example goes: deeper than any answer, in case a schema contains itself.
const DEEPEST: usize = 40;

/// An example of a schema: its own, or one made of its parts. An optional field without an example is left out.
pub(super) fn example(schema: &RefOr<Schema>, schemas: &BTreeMap<String, RefOr<Schema>>) -> Option<Value> {
    Examples { schemas, depth: 0 }.of(schema)
}

/// Gives a parameter without an example one, unless its schema has: what its name stands for, or the simplest value that its schema allows.
pub(super) fn of_parameter(parameter: &mut RefOr<Parameter>, schemas: &BTreeMap<String, RefOr<Schema>>) {
    // Its own example can only be written, not read.
    let has_own = serde_json::to_value(&*parameter).is_ok_and(|written| written.get("example").is_some());
    let RefOr::T(Parameter { name, schema: Some(schema), .. }) = parameter else { return };
    if has_own || example(schema, schemas).is_some() {
        return;
    }
    let named = match name.as_str() {
        "after" | "created_after" | "not_seen_since" => Some(json!("2026-01-01T00:00:00Z")),
        "before" | "created_before" => Some(json!("2026-02-01T00:00:00Z")),
        "cursor" | "since" => Some(json!("AbCd")),
        "head" => Some(json!("9c66e25d.9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")),
        "limit" => Some(json!(50)),
        // Whoever tries examples does not wait for long.
        "wait" => Some(json!(5)),
        "to" => Some(json!(2)),
        "unseen_days" => Some(json!(30)),
        _ => Examples { schemas, depth: 0 }.simplest(schema),
    };
    if let RefOr::T(Schema::Object(object)) = schema {
        object.examples.extend(named);
    }
}

#[derive(Clone, Copy)]
struct Examples<'a> {
    schemas: &'a BTreeMap<String, RefOr<Schema>>,
    depth: usize,
}

impl<'a> Examples<'a> {
    fn of(self, schema: &RefOr<Schema>) -> Option<Value> {
        let deeper = Self { depth: self.depth + 1, ..self };
        if deeper.depth > DEEPEST {
            return None;
        }
        let of = |schema: &RefOr<Schema>| deeper.of(schema);
        match schema {
            RefOr::Ref(_) => of(self.named(schema)?),
            RefOr::T(Schema::Object(object)) => deeper.of_object(object),
            RefOr::T(Schema::Array(array)) => match (&array.example, &array.items) {
                (Some(own), _) => Some(own.clone()),
                (None, ArrayItems::RefOrSchema(item)) => {
                    let least = array.min_items.unwrap_or(1).max(1);
                    of(item).map(|item| Value::Array(vec![item; least]))
                }
                (None, ArrayItems::False) => Some(Value::Array(Vec::new())),
            },
            RefOr::T(Schema::OneOf(one)) => one.example.clone().or_else(|| one.items.iter().find_map(of)),
            RefOr::T(Schema::AnyOf(any)) => any.example.clone().or_else(|| any.items.iter().find_map(of)),
            RefOr::T(Schema::AllOf(all)) => {
                let parts = all.items.iter().filter_map(of);
                let fields = parts
                    .filter_map(|part| if let Value::Object(fields) = part { Some(fields) } else { None });
                Some(Value::Object(fields.flatten().collect()))
            }
            RefOr::T(_) => None,
        }
    }

    fn named(self, schema: &RefOr<Schema>) -> Option<&'a RefOr<Schema>> {
        let RefOr::Ref(named) = schema else { return None };
        self.schemas.get(named.ref_location.rsplit('/').next()?)
    }

    fn of_object(self, object: &Object) -> Option<Value> {
        let own = object.example.as_ref().or_else(|| object.examples.first());
        if let Some(own) = own.or_else(|| object.enum_values.iter().flatten().next()) {
            return Some(own.clone());
        }
        if object.schema_type != SchemaType::Type(Type::Object) {
            return object.default.clone();
        }
        let fields = object.properties.iter().filter_map(|(name, field)| {
            let must = || object.required.contains(name).then(|| self.simplest(field)).flatten();
            Some((name.clone(), self.of(field).or_else(must)?))
        });
        Some(Value::Object(fields.collect::<Map<_, _>>()))
    }

    /// A value that a schema allows, where it says nothing of one.
    fn simplest(self, schema: &RefOr<Schema>) -> Option<Value> {
        let named = self.named(schema).unwrap_or(schema);
        match named {
            RefOr::T(Schema::Object(object)) => simplest_of(object),
            RefOr::T(Schema::Array(_)) => Some(json!([])),
            RefOr::T(Schema::OneOf(one)) => one.items.iter().find_map(|item| self.simplest(item)),
            RefOr::T(_) | RefOr::Ref(_) => None,
        }
    }
}

fn simplest_of(object: &Object) -> Option<Value> {
    let kind = match &object.schema_type {
        SchemaType::Type(kind) => kind,
        SchemaType::Array(kinds) => kinds.iter().find(|kind| **kind != Type::Null)?,
        SchemaType::AnyValue => return None,
    };
    let is_moment = object.format == Some(SchemaFormat::KnownFormat(KnownFormat::DateTime));
    match kind {
        Type::Integer | Type::Number => Some(json!(1)),
        Type::Boolean => Some(json!(false)),
        Type::String if is_moment => Some(json!("2026-01-31T12:00:00Z")),
        Type::Null => Some(Value::Null),
        Type::String | Type::Object | Type::Array => None,
    }
}

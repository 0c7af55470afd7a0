//! Examples of whole bodies, put together from the examples of their fields.
use std::collections::BTreeMap;

use serde_json::{Map, Value};
use utoipa::openapi::schema::{ArrayItems, Object, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};

/// An example of a schema: its own, or one made of its parts. An optional field without an example is left out.
pub(super) fn example(schema: &RefOr<Schema>, schemas: &BTreeMap<String, RefOr<Schema>>) -> Option<Value> {
    let of = |schema: &RefOr<Schema>| example(schema, schemas);
    match schema {
        RefOr::Ref(named) => {
            let name = named.ref_location.rsplit('/').next()?;
            of(schemas.get(name)?)
        }
        RefOr::T(Schema::Object(object)) => of_object(object, of),
        RefOr::T(Schema::Array(array)) => match (&array.example, &array.items) {
            (Some(own), _) => Some(own.clone()),
            (None, ArrayItems::RefOrSchema(item)) => of(item).map(|item| Value::Array(vec![item])),
            (None, ArrayItems::False) => Some(Value::Array(Vec::new())),
        },
        RefOr::T(Schema::OneOf(one)) => one.example.clone().or_else(|| one.items.iter().find_map(of)),
        RefOr::T(Schema::AnyOf(any)) => any.example.clone().or_else(|| any.items.iter().find_map(of)),
        RefOr::T(Schema::AllOf(all)) => {
            let parts = all.items.iter().filter_map(of);
            let fields =
                parts.filter_map(|part| if let Value::Object(fields) = part { Some(fields) } else { None });
            Some(Value::Object(fields.flatten().collect()))
        }
        RefOr::T(_) => None,
    }
}

fn of_object(object: &Object, of: impl Fn(&RefOr<Schema>) -> Option<Value>) -> Option<Value> {
    let own = object.example.as_ref().or_else(|| object.examples.first());
    if let Some(own) = own.or_else(|| object.enum_values.iter().flatten().next()) {
        return Some(own.clone());
    }
    match &object.schema_type {
        SchemaType::Type(Type::Object) => {
            let fields =
                object.properties.iter().filter_map(|(name, field)| Some((name.clone(), of(field)?)));
            Some(Value::Object(fields.collect::<Map<_, _>>()))
        }
        SchemaType::Type(_) | SchemaType::Array(_) | SchemaType::AnyValue => object.default.clone(),
    }
}

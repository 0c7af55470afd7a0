//! The descriptions of the document: those that follow from the rest are added, and all are put on one line per
//! paragraph, because the line breaks of the source mean nothing to a reader.
use utoipa::openapi::path::{Operation, Parameter};
use utoipa::openapi::request_body::RequestBody;
use utoipa::openapi::schema::{AdditionalProperties, ArrayItems, Object};
use utoipa::openapi::{Content, OpenApi, RefOr, Response, Schema};

use super::complete::operations;

/// Finishes the descriptions of every operation, response and schema.
pub(super) fn finish(document: &mut OpenApi) {
    document.paths.paths.values_mut().flat_map(operations).for_each(of_operation);
    let components = document.components.get_or_insert_default();
    components.schemas.values_mut().for_each(of_schema);
    components.responses.values_mut().for_each(of_response);
    for header in components.headers.values_mut().filter_map(own) {
        header.description.iter_mut().for_each(unwrap);
    }
}

/// Each paragraph on one line. Only the blank lines between paragraphs stay.
fn unwrap(text: &mut String) {
    let line = |paragraph: &str| paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    *text = text.split("\n\n").map(line).collect::<Vec<_>>().join("\n\n");
}

fn of_operation(operation: &mut Operation) {
    operation.summary.iter_mut().chain(&mut operation.description).for_each(unwrap);
    let parameters = operation.parameters.iter_mut().flatten();
    parameters.filter_map(own).for_each(of_parameter);
    operation.request_body.iter_mut().filter_map(own).for_each(of_body);
    operation.responses.responses.values_mut().for_each(of_response);
}

/// A parameter without a description has that of its type.
fn of_parameter(parameter: &mut Parameter) {
    parameter.schema.iter_mut().for_each(of_schema);
    if parameter.description.is_none() {
        parameter.description = parameter.schema.as_ref().and_then(description).map(str::to_owned);
    }
    parameter.description.iter_mut().for_each(unwrap);
}

fn of_body(body: &mut RequestBody) {
    body.description.iter_mut().for_each(unwrap);
    body.content.values_mut().for_each(of_content);
}

fn of_response(response: &mut RefOr<Response>) {
    let Some(response) = own(response) else { return };
    unwrap(&mut response.description);
    for header in response.headers.values_mut().filter_map(own) {
        header.description.iter_mut().for_each(unwrap);
    }
    response.content.values_mut().for_each(of_content);
}

fn of_content(content: &mut RefOr<Content>) {
    own(content).into_iter().filter_map(|content| content.schema.as_mut()).for_each(of_schema);
}

fn of_schema(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::Ref(named) => unwrap(&mut named.description),
        RefOr::T(Schema::Object(object)) => of_object(object),
        RefOr::T(Schema::Array(array)) => {
            array.description.iter_mut().for_each(unwrap);
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                of_schema(items);
            }
        }
        RefOr::T(Schema::OneOf(one)) => of_composite(&mut one.description, &mut one.items),
        RefOr::T(Schema::AllOf(all)) => of_composite(&mut all.description, &mut all.items),
        RefOr::T(Schema::AnyOf(any)) => of_composite(&mut any.description, &mut any.items),
        RefOr::T(_) => {}
    }
}

fn of_composite(description: &mut Option<String>, items: &mut [RefOr<Schema>]) {
    description.iter_mut().for_each(unwrap);
    items.iter_mut().for_each(of_schema);
}

fn of_object(object: &mut Object) {
    object.description.iter_mut().for_each(unwrap);
    for property in object.properties.values_mut() {
        of_schema(property);
        if let RefOr::T(Schema::Object(property)) = property {
            describe_constant(property);
        }
    }
    if let Some(AdditionalProperties::RefOr(others)) = object.additional_properties.as_deref_mut() {
        of_schema(others);
    }
}

/// Describes a property with a single value, by which one form of an object is told from the others.
fn describe_constant(property: &mut Object) {
    if let (None, Some([only])) = (&property.description, property.enum_values.as_deref()) {
        let value = only.as_str().map_or_else(|| only.to_string(), str::to_owned);
        property.description = Some(format!("Always `{value}`."));
    }
}

/// The description of a schema that has one itself.
pub(super) fn description(schema: &RefOr<Schema>) -> Option<&str> {
    match schema {
        RefOr::Ref(named) => Some(named.description.as_str()).filter(|text| !text.is_empty()),
        RefOr::T(Schema::Object(object)) => object.description.as_deref(),
        RefOr::T(Schema::Array(array)) => array.description.as_deref(),
        RefOr::T(Schema::OneOf(one)) => one.description.as_deref(),
        RefOr::T(Schema::AllOf(all)) => all.description.as_deref(),
        RefOr::T(Schema::AnyOf(any)) => any.description.as_deref(),
        RefOr::T(_) => None,
    }
}

fn own<T>(part: &mut RefOr<T>) -> Option<&mut T> {
    match part {
        RefOr::T(own) => Some(own),
        RefOr::Ref(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use utoipa::openapi::ObjectBuilder;

    use super::*;

    #[test]
    fn a_paragraph_is_one_line_and_paragraphs_stay_apart() {
        let mut text = "Asks for\npermission.\n\nAsking again\n  does not count.".to_owned();
        unwrap(&mut text);
        assert_eq!(text, "Asks for permission.\n\nAsking again does not count.");
    }

    #[test]
    fn a_property_with_one_value_names_it_unless_it_is_described() {
        let mut property = ObjectBuilder::new().enum_values(Some(["role"])).build();
        describe_constant(&mut property);
        assert_eq!(property.description.as_deref(), Some("Always `role`."));
        property.description = Some("A role gives it.".to_owned());
        describe_constant(&mut property);
        assert_eq!(property.description.as_deref(), Some("A role gives it."));
    }
}

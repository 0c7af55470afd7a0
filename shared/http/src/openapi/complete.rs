//! What follows from the rest of an operation and so is not written at every handler: who may call it, the refusals that
//! extractors and the host may answer, and headers.
use std::collections::BTreeMap;

use http::StatusCode;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::schema::Ref;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Content, OpenApi, RefOr, Schema};

use super::bounds;
use super::example::{self, example};
use super::headers::{self, header};
use super::problems::{
    is_from_the_server, problem_response, problem_schema, response_name, schema_name, statuses, usual_reason,
};
use super::words::description;
use super::{ADMINISTRATOR, API_TOKEN, COMPUTER, COOKIE, MONITOR, PERSON, SCHEDULER, SESSION};

/// Completes every operation.
pub(super) fn complete(document: &mut OpenApi) {
    let schemas = &mut document.components.get_or_insert_default().schemas;
    bounds::complete(schemas);
    let schemas = schemas.clone();
    for (path, item) in &mut document.paths.paths {
        item.get.iter_mut().for_each(|read| describe_what_is_read(read, &schemas));
        for operation in operations(item) {
            let facts = Facts::of(path, operation);
            name_the_credentials(operation);
            describe_body(operation, &schemas);
            add_refusals(operation, &facts);
            add_headers(operation, &facts, &schemas);
            add_examples(operation, &schemas);
        }
    }
    let components = document.components.get_or_insert_default();
    for status in statuses() {
        if !is_from_the_server(status) {
            components.schemas.insert(schema_name(status), problem_schema(status));
        }
        let mut response = problem_response(status, None).into();
        headers::add_request_id(status.as_str(), &mut response);
        components.responses.insert(response_name(status), response);
    }
    components.headers.insert(headers::REQUEST_ID.to_owned(), headers::request_id().into());
}

/// The names of the header fields of every answer that an operation is documented to give, by its status.
#[cfg(any(test, feature = "testing"))]
pub(super) fn answers(
    path: &str,
    mut operation: Operation,
    schemas: &Schemas,
) -> BTreeMap<StatusCode, Vec<String>> {
    let facts = Facts::of(path, &operation);
    add_refusals(&mut operation, &facts);
    add_headers(&mut operation, &facts, schemas);
    let answers = operation.responses.responses.into_iter().filter_map(|(status, answer)| {
        let status = status.parse().ok()?;
        let mut answer = match answer {
            RefOr::T(own) => RefOr::T(own),
            RefOr::Ref(_) => problem_response(status, None).into(),
        };
        headers::add_request_id(status.as_str(), &mut answer);
        let RefOr::T(answer) = answer else { return None };
        Some((status, answer.headers.into_keys().collect()))
    });
    answers.collect()
}

pub(super) fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

pub(super) type Schemas = BTreeMap<String, RefOr<Schema>>;

/// What an operation can be asked with.
struct Facts {
    in_path: bool,
    in_query: bool,
    has_body: bool,
    if_match: bool,
    idempotency_key: bool,
    /// It may wait until there is news.
    waits: bool,
    /// An administrator, whose permissions are checked and who may name records that do not exist.
    is_permitted: bool,
    is_identified: bool,
}

impl Facts {
    fn of(path: &str, operation: &Operation) -> Self {
        let parameters: Vec<&Parameter> = operation
            .parameters
            .iter()
            .flatten()
            .filter_map(|parameter| match parameter {
                RefOr::T(parameter) => Some(parameter),
                RefOr::Ref(_) => None,
            })
            .collect();
        let has = |name: &str| parameters.iter().any(|each| each.name.eq_ignore_ascii_case(name));
        let requires = |name: &str| requirements(operation).any(|each| *each == requirement(name));
        Self {
            in_path: path.contains('{'),
            in_query: parameters.iter().any(|each| each.parameter_in == ParameterIn::Query),
            has_body: operation.request_body.is_some(),
            if_match: has("If-Match"),
            idempotency_key: has("Idempotency-Key"),
            waits: has("wait"),
            is_permitted: requires(ADMINISTRATOR) || requires(PERSON),
            is_identified: requirements(operation).next().is_some(),
        }
    }

    /// The statuses of refusals, besides those that the handler names.
    fn refusals(&self) -> impl Iterator<Item = StatusCode> {
        let names_records = self.in_path || (self.is_permitted && (self.in_query || self.has_body));
        [
            (true, StatusCode::BAD_REQUEST),
            (self.is_identified, StatusCode::UNAUTHORIZED),
            (self.is_permitted, StatusCode::FORBIDDEN),
            (names_records, StatusCode::NOT_FOUND),
            (self.has_body, StatusCode::REQUEST_TIMEOUT),
            (self.if_match, StatusCode::PRECONDITION_FAILED),
            (self.has_body, StatusCode::PAYLOAD_TOO_LARGE),
            (self.in_path || self.in_query, StatusCode::URI_TOO_LONG),
            (true, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
            (self.has_body, StatusCode::UNSUPPORTED_MEDIA_TYPE),
            (self.has_body || self.in_query || self.idempotency_key, StatusCode::UNPROCESSABLE_ENTITY),
            (true, StatusCode::TOO_MANY_REQUESTS),
            (true, StatusCode::INTERNAL_SERVER_ERROR),
            (true, StatusCode::SERVICE_UNAVAILABLE),
            (true, StatusCode::GATEWAY_TIMEOUT),
        ]
        .into_iter()
        .filter_map(|(answers, status)| answers.then_some(status))
    }
}

fn requirements(operation: &Operation) -> impl Iterator<Item = &SecurityRequirement> {
    operation.security.iter().flatten()
}

fn requirement(name: &str) -> SecurityRequirement {
    SecurityRequirement::new(name, [""; 0])
}

/// Names every credential with which the operation can be called.
fn name_the_credentials(operation: &mut Operation) {
    let expand = |wanted: SecurityRequirement| {
        let names: &[&str] = match () {
            () if wanted == requirement(ADMINISTRATOR) => &[SESSION, COOKIE, API_TOKEN],
            () if wanted == requirement(PERSON) => &[SESSION, COOKIE],
            () if wanted == requirement(COMPUTER) => &[COMPUTER],
            () if wanted == requirement(MONITOR) => &[MONITOR],
            () => &[SCHEDULER],
        };
        names.iter().map(|name| requirement(name))
    };
    let security = operation.security.take();
    operation.security = security.map(|wanted| wanted.into_iter().flat_map(expand).collect());
}

/// Adds the refusals that follow from the facts, and the schema and headers of a problem to those that the handler describes.
fn add_refusals(operation: &mut Operation, facts: &Facts) {
    let all = &mut operation.responses.responses;
    for (status, response) in all.iter_mut() {
        let (Ok(status), RefOr::T(own)) = (status.parse::<StatusCode>(), response) else { continue };
        if status.is_client_error() || status.is_server_error() {
            let headers = std::mem::take(&mut own.headers);
            *own = problem_response(status, Some(&own.description));
            own.headers.extend(headers);
        } else if own.description.is_empty() {
            usual_reason(status).clone_into(&mut own.description);
        }
    }
    for status in facts.refusals() {
        let shared = Ref::from_response_name(response_name(status));
        all.entry(status.as_str().to_owned()).or_insert(RefOr::Ref(shared));
    }
}

/// Describes the answer of a reading operation as its schema is described.
fn describe_what_is_read(operation: &mut Operation, schemas: &Schemas) {
    let Some(RefOr::T(done)) = operation.responses.responses.get_mut(StatusCode::OK.as_str()) else { return };
    let text = done.content.values().next().and_then(|content| description_of(content, schemas));
    if let (true, Some(text)) = (done.description.is_empty(), text) {
        text.clone_into(&mut done.description);
    }
}

/// Describes a body as its schema is described.
fn describe_body(operation: &mut Operation, schemas: &Schemas) {
    let Some(RefOr::T(body)) = &mut operation.request_body else { return };
    let text = body.content.values().next().and_then(|content| description_of(content, schemas));
    body.description = body.description.take().or(text.map(str::to_owned));
}

/// The description of the schema of a body.
fn description_of<'a>(content: &'a RefOr<Content>, schemas: &'a Schemas) -> Option<&'a str> {
    let schema = as_content(content)?;
    // A body that may be left out is its schema or null.
    let schema = if let RefOr::T(Schema::OneOf(one)) = schema { one.items.first()? } else { schema };
    match schema {
        RefOr::Ref(named) => description(schemas.get(name_of(named))?),
        RefOr::T(_) => description(schema),
    }
}

/// Adds `ETag` where a record is returned that carries a revision, `Retry-After` to the answer of a call that may wait, and the id of
/// the request.
fn add_headers(operation: &mut Operation, facts: &Facts, schemas: &Schemas) {
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        let body = response.content.get("application/json").and_then(as_content);
        let mut add = |name: &str, says| response.headers.insert(name.to_owned(), header(name, says).into());
        if body.is_some_and(|schema| has_revision(schema, schemas)) {
            add("ETag", "The revision of the record in quotes, for `If-Match`.");
        }
        if facts.waits && status == StatusCode::OK.as_str() {
            add(
                "Retry-After",
                "How many seconds to wait before asking again; only if the call could not wait for news.",
            );
        }
    }
    headers::describe(operation);
    let all = &mut operation.responses.responses;
    all.iter_mut().for_each(|(status, response)| headers::add_request_id(status, response));
}

/// Adds an example to every parameter, and to every JSON body, made from the examples of its fields.
fn add_examples(operation: &mut Operation, schemas: &Schemas) {
    operation.parameters.iter_mut().flatten().for_each(|parameter| example::of_parameter(parameter, schemas));
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        add_example(body.content.get_mut("application/json"), schemas);
    }
    for answer in operation.responses.responses.values_mut() {
        let RefOr::T(answer) = answer else { continue };
        add_example(answer.content.get_mut("application/json"), schemas);
    }
}

fn add_example(content: Option<&mut RefOr<Content>>, schemas: &Schemas) {
    let Some(RefOr::T(content)) = content else { return };
    content.schema.iter_mut().for_each(bounds::of_unnamed);
    if content.example.is_none() {
        content.example = content.schema.as_ref().and_then(|schema| example(schema, schemas));
    }
}

fn as_content(content: &RefOr<Content>) -> Option<&RefOr<Schema>> {
    match content {
        RefOr::T(content) => content.schema.as_ref(),
        RefOr::Ref(_) => None,
    }
}

fn has_revision(schema: &RefOr<Schema>, schemas: &Schemas) -> bool {
    match schema {
        RefOr::Ref(named) => schemas.get(name_of(named)).is_some_and(|schema| has_revision(schema, schemas)),
        RefOr::T(Schema::Object(object)) => object.required.iter().any(|name| name == "revision"),
        RefOr::T(Schema::AllOf(all)) => all.items.iter().any(|item| has_revision(item, schemas)),
        RefOr::T(Schema::AnyOf(any)) => any.items.iter().any(|item| has_revision(item, schemas)),
        RefOr::T(_) => false,
    }
}

/// The name of the schema that is referred to.
fn name_of(named: &Ref) -> &str {
    named.ref_location.rsplit('/').next().unwrap_or_default()
}

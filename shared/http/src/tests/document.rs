//! The document matches the router.
use axum::body::Body;
use serde_json::Value;

use super::probe::{openapi, world};
use crate::openapi::{Clash, Document, Documented};

fn document() -> Value {
    serde_json::to_value(openapi().with(openapi()).finish().unwrap()).unwrap()
}

#[test]
fn every_operation_is_in_the_document_with_its_schemas() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    assert_eq!(
        paths,
        [
            "/v1/administrator",
            "/v1/computer",
            "/v1/letters/{id}",
            "/v1/news",
            "/v1/opening",
            "/v1/orders",
            "/v1/orders/mine",
            "/v1/organizations/{id}",
            "/v1/tick"
        ]
    );
    assert_eq!(document["paths"]["/v1/orders"].as_object().unwrap().len(), 2, "two methods at one path");
    let opening = document["paths"]["/v1/opening"].as_object().unwrap();
    assert_eq!(opening.len(), 1, "`HEAD` is said at `GET`");
    assert!(opening["get"]["description"].as_str().unwrap().contains("`HEAD` is answered"));
    for schema in ["Order", "Line", "Colour", "Problem", "InputError"] {
        assert!(document["components"]["schemas"][schema].is_object(), "{schema}");
    }
    for scheme in ["session", "session_cookie", "api_token", "computer", "scheduler"] {
        assert!(document["components"]["securitySchemes"][scheme].is_object(), "{scheme}");
    }
}

#[test]
fn every_reference_of_the_document_leads_somewhere() {
    let document = document();
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn every_operation_of_the_document_is_served() {
    let (_world, app) = world();
    for (path, methods) in document()["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let method = method.to_uppercase().parse().unwrap();
            let answer =
                app.call(method, &path.replace("{id}", "org_01ARZ3NDEKTSV4RRFFQ69G5FAV")).send().await;
            assert!(![404, 405].contains(&answer.status), "{path}: {}", answer.text());
        }
    }
}

#[test]
fn an_integer_of_an_answer_has_the_bound_of_its_format() {
    let problem = &document()["components"]["schemas"]["Problem"]["properties"]["status"];
    assert_eq!((&problem["format"], &problem["maximum"]), (&"int32".into(), &2_147_483_647_u32.into()));
}

/// Every answer of every operation with its status; a shared one is resolved.
fn answers(document: &Value) -> Vec<(String, String, Value)> {
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            for (status, answer) in operation["responses"].as_object().unwrap() {
                let shared = answer["$ref"].as_str().map(|name| document.pointer(&name[1..]).unwrap());
                all.push((format!("{method} {path}"), status.clone(), shared.unwrap_or(answer).clone()));
            }
        }
    }
    all
}

#[test]
fn every_answer_names_the_id_of_its_request_unless_the_server_had_none_yet() {
    let document = document();
    let answers = answers(&document);
    for (place, status, answer) in &answers {
        let is_from_the_server = ["414", "431"].contains(&status.as_str());
        let id = &answer["headers"]["X-Request-Id"]["$ref"];
        assert_eq!(id == "#/components/headers/X-Request-Id", !is_from_the_server, "{place} {status}");
        assert_eq!(
            answer.get("content").is_none() && status.starts_with('4'),
            is_from_the_server,
            "{place} {status}"
        );
    }
    let id = &document["components"]["headers"]["X-Request-Id"];
    assert_eq!((&id["schema"]["maxLength"], id["description"].is_string()), (&serde_json::json!(64), true));
    let of = |place: &str, status: &str| answers.iter().any(|(at, each, _)| at == place && each == status);
    for operation in ["get /v1/administrator", "get /v1/letters/{id}", "post /v1/tick"] {
        assert!(of(operation, "431"), "{operation}");
    }
    assert!(of("get /v1/letters/{id}", "414") && of("get /v1/orders", "414"), "with input in its address");
    assert!(!of("post /v1/tick", "414"), "its address is always the same");
}

#[test]
fn every_parameter_and_every_problem_has_an_example() {
    let document = document();
    for (place, status, answer) in answers(&document) {
        let Some(problem) = answer["content"].get("application/problem+json") else { continue };
        let example = &problem["example"];
        assert_eq!(example["status"].to_string(), status, "{place}");
        let schema = problem["schema"]["$ref"].as_str().unwrap();
        let codes = document.pointer(&schema[1..]).unwrap()["allOf"][1]["properties"]["code"]["enum"].clone();
        assert!(codes.as_array().unwrap().contains(&example["code"]), "{place} {status}: {example}");
    }
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let text = parameter["schema"].to_string();
                let has_one = ["example", "enum", "$ref"].iter().any(|keyword| text.contains(keyword));
                assert!(has_one, "{method} {path}: {parameter}");
            }
        }
    }
}

mod twins {
    /// A schema.
    #[derive(utoipa::ToSchema)]
    #[schema(as = Order)]
    #[expect(dead_code, reason = "only its schema matters")]
    pub struct Other {
        number: u8,
    }

    /// Uses it.
    #[utoipa::path(get, path = "/v1/others", responses((status = 200, body = Other)))]
    #[expect(dead_code, reason = "only its documentation matters")]
    pub fn others() {}
}

#[test]
fn different_schemas_cannot_have_one_name() {
    let twin = Document::new().operation::<twins::__path_others>();
    assert_eq!(openapi().with(twin).finish().err(), Some(Clash(["Order".to_owned()].into())));
}

mod parcel {
    /// A parcel.
    #[derive(utoipa::ToSchema)]
    #[expect(dead_code, reason = "only its schema matters")]
    pub struct Parcel {
        revision: u64,
    }

    /// Sends a parcel.
    #[utoipa::path(post, path = "/v1/parcels/{id}", params(("wait" = u8, Query)), request_body = Parcel,
        responses((status = 200, body = Parcel), (status = 204, headers(("Upload-Limit" = String, description = "The limit.")))))]
    #[expect(dead_code, reason = "only its documentation matters")]
    pub fn send() {}
}

#[test]
fn an_answer_that_the_document_does_not_list_is_found() {
    let documented = Documented::of::<parcel::__path_send>();
    for (status, field, fault) in [
        (200, "content-type", None),
        (200, "x-request-id", None),
        (200, "etag", None),
        (200, "retry-after", None),
        (
            200,
            "set-cookie",
            Some("`send` answers 200 OK with `set-cookie`, which its documentation does not list"),
        ),
        (201, "content-type", Some("`send` answers 201 Created, which its documentation does not list")),
        (204, "upload-limit", None),
        (
            204,
            "etag",
            Some("`send` answers 204 No Content with `etag`, which its documentation does not list"),
        ),
        (405, "allow", None),
        (415, "accept-encoding", None),
        (
            415,
            "retry-after",
            Some(
                "`send` answers 415 Unsupported Media Type with `retry-after`, which its documentation does not list",
            ),
        ),
        (429, "retry-after", None),
        (431, "date", None),
    ] {
        let answer = http::Response::builder().status(status).header(field, "1").body(Body::empty()).unwrap();
        assert_eq!(documented.fault(&answer).as_deref(), fault, "{status} {field}");
    }
}

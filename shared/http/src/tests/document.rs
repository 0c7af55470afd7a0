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
    ] {
        let answer = http::Response::builder().status(status).header(field, "1").body(Body::empty()).unwrap();
        assert_eq!(documented.fault(&answer).as_deref(), fault, "{status} {field}");
    }
}

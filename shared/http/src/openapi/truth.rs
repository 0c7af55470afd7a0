//! In tests, an operation that answers what its documentation does not list fails the test.
use axum::response::Response;
use axum::routing::MethodRouter;
use http::StatusCode;
use utoipa::openapi::path::Operation;

use super::complete::documented;

/// The route, which panics when it answers with a status that the document does not have.
pub(crate) fn only_documented_answers<P, S>(route: MethodRouter<S>) -> MethodRouter<S>
where
    P: utoipa::Path,
    S: Clone + Send + Sync + 'static,
{
    let path = P::path();
    let operation = documented(&path, P::operation());
    route.layer(axum::middleware::map_response(move |response: Response| {
        check(&path, &operation, response.status());
        std::future::ready(response)
    }))
}

fn check(path: &str, operation: &Operation, status: StatusCode) {
    // The router answers for methods that the operation does not have.
    let is_listed = operation.responses.responses.contains_key(status.as_str());
    let name = operation.operation_id.as_deref().unwrap_or(path);
    assert!(
        is_listed || status == StatusCode::METHOD_NOT_ALLOWED,
        "`{name}` answers {status}, which its documentation does not list"
    );
}

//! In tests, an operation that answers what its documentation does not list fails the test.
use std::collections::BTreeMap;

use axum::response::Response;
use axum::routing::MethodRouter;
use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, DATE, HeaderName,
    X_CONTENT_TYPE_OPTIONS,
};

use super::complete::answers;

/// What any answer may have: the form of its body, and instructions to caches and browsers.
const USUAL: [HeaderName; 6] =
    [CONTENT_TYPE, CONTENT_LENGTH, DATE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, X_CONTENT_TYPE_OPTIONS];

/// The answers of an operation, as the document lists them.
#[derive(Debug)]
pub(crate) struct Documented {
    name: String,
    /// The header fields of each.
    answers: BTreeMap<StatusCode, Vec<String>>,
}

impl Documented {
    pub(crate) fn of<P: utoipa::Path + utoipa::__dev::SchemaReferences>() -> Self {
        let (path, operation) = (P::path(), P::operation());
        let mut schemas = Vec::new();
        P::schemas(&mut schemas);
        let name = operation.operation_id.clone().unwrap_or_else(|| path.clone());
        Self { name, answers: answers(&path, operation, &schemas.into_iter().collect()) }
    }

    /// What is wrong with an answer: the document does not list its status, or a header field of it.
    pub(crate) fn fault(&self, answer: &Response) -> Option<String> {
        let status = answer.status();
        // The router answers for methods that the operation does not have.
        if status == StatusCode::METHOD_NOT_ALLOWED {
            return None;
        }
        let Some(listed) = self.answers.get(&status) else {
            return Some(format!("`{}` answers {status}, which its documentation does not list", self.name));
        };
        let is_listed =
            |name: &HeaderName| listed.iter().any(|each| each.eq_ignore_ascii_case(name.as_str()));
        let unlisted = answer.headers().keys().find(|name| !USUAL.contains(name) && !is_listed(name))?;
        Some(format!(
            "`{}` answers {status} with `{unlisted}`, which its documentation does not list",
            self.name
        ))
    }
}

/// The route, which panics when it answers with a status or a header field that the document does not have.
pub(crate) fn only_documented_answers<P, S>(route: MethodRouter<S>) -> MethodRouter<S>
where
    P: utoipa::Path + utoipa::__dev::SchemaReferences,
    S: Clone + Send + Sync + 'static,
{
    let documented = std::sync::Arc::new(Documented::of::<P>());
    route.layer(axum::middleware::map_response(move |response: Response| {
        let fault = documented.fault(&response);
        assert!(fault.is_none(), "{}", fault.unwrap_or_default());
        std::future::ready(response)
    }))
}

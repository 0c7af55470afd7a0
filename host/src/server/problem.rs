//! The host's own answers when no component can answer: RFC 9457 problem details.

use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};

use crate::body::{Body, full};

/// Why the host answers instead of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    NoRoute,
    UnclearHost,
    TooLarge,
    Failed,
    Overloaded,
    TooMany,
    TimedOut,
}

impl Problem {
    /// The answer to the request with this id.
    pub(super) fn response(self, id: &HeaderValue) -> Response<Body> {
        let (status, code, title, detail) = self.text();
        let body = serde_json::json!({
            "title": title, "status": status.as_u16(), "code": code, "detail": detail,
            "request_id": id.to_str().unwrap_or_default(),
        });
        let mut response = Response::new(full(body.to_string()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if matches!(self, Self::Overloaded | Self::TooMany) {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }

    /// Its stable code.
    pub(super) fn code(self) -> &'static str {
        self.text().1
    }

    fn text(self) -> (StatusCode, &'static str, &'static str, &'static str) {
        match self {
            Self::NoRoute => (StatusCode::NOT_FOUND, "not-found", "Not found", "nothing answers this path"),
            Self::UnclearHost => (
                StatusCode::BAD_REQUEST,
                "unclear-host",
                "Bad request",
                "the request must name one host, in its `Host` header or its address",
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "body-too-large",
                "Body too large",
                "the body is over the limit of the server",
            ),
            Self::Failed => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "Internal error",
                "the server failed; its log says why",
            ),
            Self::Overloaded => (
                StatusCode::SERVICE_UNAVAILABLE,
                "overloaded",
                "Overloaded",
                "the server is at its limit; try again soon",
            ),
            Self::TooMany => (
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-requests",
                "Too many requests",
                "this address has too many requests under way; wait for some of them",
            ),
            Self::TimedOut => {
                (StatusCode::GATEWAY_TIMEOUT, "timed-out", "Timed out", "there was no answer in time")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn the_host_answers_with_problem_details() {
        let response = Problem::Overloaded.response(&HeaderValue::from_static("the-id"));
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
        assert_eq!(response.headers()[RETRY_AFTER], "1");
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((&body["code"], &body["status"]), (&"overloaded".into(), &503.into()));
        assert_eq!(body["request_id"], "the-id");
    }
}

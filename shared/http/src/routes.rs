//! From a list of handlers to a router and its part of the OpenAPI document, so that both always have the same
//! operations.
use axum::Router;
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Method, StatusCode};
use utoipa::openapi::HttpMethod;

use crate::problem::Problem;
use crate::services::Services;

/// Defines a function's `pub fn router(services) -> Router` and `pub fn openapi() -> Document` from its handlers, each
/// of which is annotated with `#[utoipa::path]`:
///
/// ```text
/// countersign_http::operations![list, open, decide::decide];
/// ```
#[macro_export]
macro_rules! operations {
    (@path [$($before:tt)*] $first:ident :: $($rest:ident)::+) => {
        $crate::operations!(@path [$($before)* $first ::] $($rest)::+)
    };
    (@path [$($before:tt)*] $handler:ident) => {
        $crate::paste! { $($before)* [<__path_ $handler>] }
    };
    ($($($segment:ident)::+),+ $(,)?) => {
        /// Serves the operations of this function.
        pub fn router(services: $crate::Services) -> $crate::axum::Router {
            let routes = $crate::Routes::new();
            $(let routes = routes.handle::<$crate::operations!(@path [] $($segment)::+), _, _>($($segment)::+);)+
            routes.serve(services)
        }

        /// This function's part of the OpenAPI document.
        pub fn openapi() -> $crate::openapi::Document {
            let document = $crate::openapi::Document::new();
            $(let document = document.operation::<$crate::operations!(@path [] $($segment)::+)>();)+
            document
        }
    };
}

/// A router under construction. Functions use [`operations!`](crate::operations). A function with routes outside the
/// API (static files) builds its own [`Router`] and ends with [`finish`].
#[derive(Debug, Default)]
pub struct Routes(Router<Services>);

impl Routes {
    /// A router without routes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a handler at the path and method of its `#[utoipa::path]`.
    #[must_use]
    pub fn handle<P, H, T>(self, handler: H) -> Self
    where
        P: utoipa::Path + utoipa::__dev::SchemaReferences,
        H: Handler<T, Services>,
        T: 'static,
    {
        let methods = P::methods().into_iter().map(filter).reduce(MethodFilter::or);
        match methods {
            Some(methods) => {
                let route = on(methods, handler);
                #[cfg(any(test, feature = "testing"))]
                let route = crate::openapi::only_documented_answers::<P, _>(route);
                Self(self.0.route(&P::path(), route))
            }
            None => self,
        }
    }

    /// The finished router.
    pub fn serve(self, services: Services) -> Router {
        finish(self.0).with_state(services)
    }
}

fn filter(method: HttpMethod) -> MethodFilter {
    match method {
        HttpMethod::Get => MethodFilter::GET,
        HttpMethod::Put => MethodFilter::PUT,
        HttpMethod::Post => MethodFilter::POST,
        HttpMethod::Delete => MethodFilter::DELETE,
        HttpMethod::Options => MethodFilter::OPTIONS,
        HttpMethod::Head => MethodFilter::HEAD,
        HttpMethod::Patch => MethodFilter::PATCH,
        HttpMethod::Trace => MethodFilter::TRACE,
    }
}

/// Adds what all functions answer in the same way: 404 and 405 problems, `OPTIONS`, and headers against caching and
/// content sniffing. A response that sets these headers itself keeps its own.
pub fn finish<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router
        .fallback(unknown_route)
        .method_not_allowed_fallback(other_method)
        .layer(axum::middleware::map_response(with_usual_headers))
}

async fn unknown_route() -> Problem {
    Problem::not_found()
}

/// axum adds `Allow` to both answers.
async fn other_method(method: Method) -> Response {
    if method == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    Problem::method_not_allowed(None).into_response()
}

async fn with_usual_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.entry(X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
    response
}

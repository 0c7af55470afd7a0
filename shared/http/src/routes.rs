//! From a list of handlers to a router and its part of the OpenAPI document, so that both always have the same
//! operations.
use std::collections::BTreeMap;

use axum::Router;
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use http::header::{ALLOW, CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
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
///
/// A `GET` operation answers `HEAD` only if its `#[utoipa::path]` says `method(get, head)`: such a handler is called for both, and
/// leaves out its effect when nothing leaves with the answer. Any other refuses `HEAD` with 405 before it is called, so that asking
/// for the headers alone never changes anything.
#[derive(Debug, Default)]
pub struct Routes(BTreeMap<String, Operations>);

/// The operations of one path.
#[derive(Debug, Default)]
struct Operations {
    route: MethodRouter<Services>,
    methods: Vec<Method>,
}

impl Routes {
    /// A router without routes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a handler at the path and methods of its `#[utoipa::path]`.
    #[must_use]
    pub fn handle<P, H, T>(mut self, handler: H) -> Self
    where
        P: utoipa::Path + utoipa::__dev::SchemaReferences,
        H: Handler<T, Services>,
        T: 'static,
    {
        let methods: Vec<Method> = P::methods().into_iter().map(method).collect();
        let filter = methods.iter().filter_map(|method| MethodFilter::try_from(method.clone()).ok());
        if let Some(filter) = filter.reduce(MethodFilter::or) {
            let route = on(filter, handler);
            #[cfg(any(test, feature = "testing"))]
            let route = crate::openapi::only_documented_answers::<P, _>(route);
            self.add(P::path(), route, methods);
        }
        self
    }

    fn add(&mut self, path: String, route: MethodRouter<Services>, methods: Vec<Method>) {
        let operations = self.0.entry(path).or_default();
        operations.route = std::mem::take(&mut operations.route).merge(route);
        operations.methods.extend(methods);
    }

    /// The finished router.
    pub fn serve(self, services: Services) -> Router {
        let routes = self.0.into_iter();
        let router = routes
            .fold(Router::new(), |router, (path, operations)| router.route(&path, operations.finished()));
        finish(router).with_state(services)
    }
}

impl Operations {
    /// The route, which refuses every method that no operation names. axum alone would answer `HEAD` with any `GET`, and name it in
    /// `Allow`.
    fn finished(self) -> MethodRouter<Services> {
        let names: Vec<&str> = self.methods.iter().map(Method::as_str).collect();
        let allow = names.join(",");
        let refuse =
            move |method: Method| std::future::ready(([(ALLOW, allow)], refused(&method)).into_response());
        let route =
            if self.methods.contains(&Method::HEAD) { self.route } else { self.route.head(refuse.clone()) };
        route.fallback(refuse)
    }
}

fn method(method: HttpMethod) -> Method {
    match method {
        HttpMethod::Get => Method::GET,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Post => Method::POST,
        HttpMethod::Delete => Method::DELETE,
        HttpMethod::Options => Method::OPTIONS,
        HttpMethod::Head => Method::HEAD,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Trace => Method::TRACE,
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

/// axum adds `Allow`.
async fn other_method(method: Method) -> Response {
    refused(&method)
}

/// The answer to a method that a path does not have; `Allow` is still to be added.
fn refused(method: &Method) -> Response {
    if *method == Method::OPTIONS {
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

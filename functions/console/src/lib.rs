//! The console: a thin page over the public HTTP API. This crate only serves its files.

mod answer;
mod files;

use axum::Router;
use axum::response::Response;
use axum::routing::{any, get};
use countersign_http::{Problem, Services};
use http::{HeaderMap, StatusCode, Uri};

use files::{FILES, File, PAGE, PAGES};

/// The console's routes: its page at each address that its own router knows, and its files. They use no service: all data
/// comes from the other functions.
pub fn router(_services: Services) -> Router {
    let mut router = Router::new();
    for path in PAGES {
        router = router.route(path, get(page));
    }
    for file in FILES {
        router = router.route(file.path, get(move |headers: HeaderMap| static_file(headers, file)));
    }
    countersign_http::finish(router.route("/{*path}", any(unknown)))
}

async fn page(headers: HeaderMap) -> Response {
    answer::file(&PAGE, &headers, StatusCode::OK)
}

async fn static_file(headers: HeaderMap, file: &'static File) -> Response {
    answer::file(file, &headers, StatusCode::OK)
}

/// Paths that no function serves end here: browsers get the page, which says so; programs get a problem.
async fn unknown(uri: Uri, headers: HeaderMap) -> Result<Response, Problem> {
    let of_the_api = ["/v1/", "/agent/"].iter().any(|prefix| uri.path().starts_with(prefix));
    if of_the_api || !answer::wants_html(&headers) {
        return Err(Problem::not_found());
    }
    Ok(answer::file(&PAGE, &headers, StatusCode::NOT_FOUND))
}

#[cfg(test)]
mod tests;

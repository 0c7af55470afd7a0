//! What the console serves, and that its files keep to what its policy allows.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use axum::body::Body;
use countersign_http::testing::World;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;

async fn call(request: Request<Body>) -> Response<Body> {
    crate::router(World::new().services()).oneshot(request).await.unwrap()
}

async fn get(path: &str) -> Response<Body> {
    call(Request::get(path).body(Body::empty()).unwrap()).await
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

fn header<'a>(response: &'a Response<Body>, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// Every file under `static/`, as the path it is served at.
fn files() -> Vec<String> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("static");
    let mut found = Vec::new();
    walk(&root, &mut found);
    found.iter().map(|path| format!("/{}", path.strip_prefix(&root).unwrap().display())).collect()
}

fn source(path: &str) -> String {
    fs::read_to_string(format!("{}/static{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn scripts() -> Vec<String> {
    files().into_iter().filter(|path| path.ends_with(".js")).collect()
}

/// What stands between `before` and the next `after`, every time.
fn between<'a>(text: &'a str, before: &str, after: char) -> Vec<&'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split(after).next()).collect()
}

#[tokio::test]
async fn every_address_of_the_console_shows_its_page() {
    for path in [
        "/",
        "/setup",
        "/invitation",
        "/password-reset",
        "/requests/req_01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "/requests/x",
    ] {
        let response = get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(header(&response, "content-type"), "text/html; charset=utf-8", "{path}");
        assert_eq!(text(response).await, source("/index.html"), "{path}");
    }
}

#[tokio::test]
async fn every_file_is_served_as_what_it_is_and_nothing_else_is() {
    for path in files().into_iter().filter(|path| path != "/index.html") {
        let response = get(&path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let expected = match path.rsplit('.').next().unwrap() {
            "js" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "svg" => "image/svg+xml",
            "json" => "application/json",
            other => panic!("no type is known for {other}"),
        };
        assert_eq!(header(&response, "content-type"), expected, "{path}");
        assert_eq!(text(response).await, source(&path), "{path}");
    }
}

#[tokio::test]
async fn every_response_is_safe_to_show() {
    for path in
        files().iter().map(String::as_str).filter(|path| *path != "/index.html").chain(["/", "/requests/x"])
    {
        let response = get(path).await;
        assert_eq!(
            header(&response, "content-security-policy"),
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
             form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
            "{path}"
        );
        assert_eq!(header(&response, "x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header(&response, "referrer-policy"), "no-referrer", "{path}");
        assert_eq!(header(&response, "cache-control"), "no-cache", "{path}");
    }
}

#[tokio::test]
async fn a_kept_file_is_not_sent_again() {
    let tag = header(&get("/app.js").await, "etag").to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
    for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
        let response =
            call(Request::get("/app.js").header("if-none-match", &known).body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{known}");
        assert_eq!((header(&response, "etag"), header(&response, "content-type")), (tag.as_str(), ""));
        assert_eq!(text(response).await, "");
    }
    let response =
        call(Request::get("/app.js").header("if-none-match", "\"old\"").body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_head_of_a_file_has_no_body() {
    let response = call(Request::head("/app.css").body(Body::empty()).unwrap()).await;
    assert_eq!(
        (response.status(), header(&response, "content-type")),
        (StatusCode::OK, "text/css; charset=utf-8")
    );
    assert_eq!(text(response).await, "");
}

#[tokio::test]
async fn what_is_unknown_is_a_page_for_people_and_a_problem_for_programs() {
    let browser =
        |path: &str| Request::get(path).header("accept", "text/html,*/*;q=0.8").body(Body::empty()).unwrap();
    for path in [
        "/nowhere",
        "/requests",
        "/requests/a/b",
        "/static/app.js",
        "/index.html",
        "/pages/",
        "/../Cargo.toml",
    ] {
        let response = call(browser(path)).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(header(&response, "content-type"), "text/html; charset=utf-8", "{path}");
        assert_eq!(header(&get(path).await, "content-type"), "application/problem+json", "{path}");
    }
    for request in
        [browser("/v1/nowhere"), browser("/agent/v2"), Request::post("/v1/x").body(Body::empty()).unwrap()]
    {
        let response = call(request).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(header(&response, "content-type"), "application/problem+json");
    }
}

#[tokio::test]
async fn a_page_is_only_read() {
    for path in ["/", "/requests/x", "/app.js"] {
        let response = call(Request::post(path).body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert!(header(&response, "allow").contains("GET"), "{path}");
    }
}

#[test]
fn what_the_page_and_its_modules_refer_to_is_there() {
    let files: BTreeSet<String> = files().into_iter().collect();
    let page = source("/index.html");
    for attribute in ["src=\"", "href=\""] {
        for target in between(&page, attribute, '"') {
            let is_page = target == "/" || target.starts_with('#');
            assert!(is_page || files.contains(target), "index.html refers to `{target}`");
        }
    }
    for script in scripts() {
        let folder = script.rsplit_once('/').unwrap().0.to_owned();
        for target in between(&source(&script), "from \"", '"') {
            let path = match target.split_once('/').unwrap() {
                (".", rest) => format!("{folder}/{rest}"),
                ("..", rest) => format!("/{rest}"),
                _ => panic!("{script} imports `{target}`"),
            };
            assert!(files.contains(&path), "{script} imports `{target}`");
        }
    }
}

#[test]
fn nothing_is_inline_and_nothing_comes_from_elsewhere() {
    let page = source("/index.html");
    assert!(!page.contains("<style") && !page.contains(" style="), "inline style");
    assert!(between(&page, "<script", '>').iter().all(|tag| tag.contains(" src=\"/")), "inline script");
    assert!(between(&page, " on", ' ').iter().all(|rest| !rest.contains("=\"")), "inline listener");
    for path in files().into_iter().filter(|path| path != "/openapi.json") {
        let text = source(&path).replace("http://www.w3.org/2000/svg", "");
        assert!(!text.contains("://") && !text.contains("@import") && !text.contains("url("), "{path}");
    }
}

#[test]
fn text_never_becomes_markup_or_code() {
    for path in scripts() {
        let text = source(&path);
        for banned in [
            "innerHTML",
            "outerHTML",
            "insertAdjacent",
            "document.write",
            "DOMParser",
            "createContextualFragment",
            "eval(",
            "new Function",
            "localStorage",
            "sessionStorage",
            "document.cookie",
            "style:",
            "srcdoc",
        ] {
            assert!(!text.contains(banned), "{path} uses `{banned}`");
        }
    }
}

#[test]
fn the_description_of_the_api_is_a_document_of_openapi_3_1() {
    let document: serde_json::Value = serde_json::from_str(&source("/openapi.json")).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    assert_eq!(document["info"]["title"], "Countersign");
    assert!(document["paths"].is_object());
}

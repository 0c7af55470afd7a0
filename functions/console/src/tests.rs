//! What the console serves, and that its files keep to what its policy allows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use axum::body::Body;
use countersign_http::testing::World;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};
use tower::ServiceExt;

mod serving;
mod sources;
mod translations;

async fn call(request: Request<Body>) -> Response<Body> {
    crate::router(World::new().services()).oneshot(request).await.unwrap()
}

async fn get(path: &str) -> Response<Body> {
    call(Request::get(path).body(Body::empty()).unwrap()).await
}

async fn bytes(response: Response<Body>) -> Vec<u8> {
    response.into_body().collect().await.unwrap().to_bytes().to_vec()
}

fn header<'a>(response: &'a Response<Body>, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// Every file under `static/`, by its path there, such as `pages/me/page.js`.
fn files() -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("static");
    let mut found = Vec::new();
    walk(&root, &mut found);
    let name = |path: &PathBuf| path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
    found.iter().map(|path| (name(path), fs::read(path).unwrap())).collect()
}

fn source(name: &str) -> String {
    String::from_utf8(files().remove(name).unwrap_or_else(|| panic!("static/{name} is missing"))).unwrap()
}

/// The console's own modules, without the libraries.
fn modules() -> Vec<(String, String)> {
    let own = |name: &String| name.ends_with(".js") && !name.starts_with("vendor/");
    let all = files().into_iter().filter(|(name, _)| own(name));
    all.map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap())).collect()
}

/// Where a file of `static/` is served.
fn address(name: &str) -> String {
    let of = |file: &&crate::files::File| {
        file.path == format!("/{name}") || file.path.ends_with(&format!("/{name}"))
    };
    let found = crate::files::FILES.iter().filter(of).map(|file| file.path).min_by_key(|path| path.len());
    found.unwrap_or_else(|| panic!("static/{name} is not served")).to_owned()
}

/// The languages of the console, English first.
const LANGUAGES: [&str; 4] = ["en", "de", "es", "fr"];

/// What stands between `before` and the next `after`, every time.
fn between<'a>(text: &'a str, before: &str, after: char) -> Vec<&'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split(after).next()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn set(lines: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    lines.into_iter().collect()
}

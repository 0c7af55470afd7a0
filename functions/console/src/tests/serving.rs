//! Addresses, encodings, caching, and the headers that make the page safe.

use std::io::Read;

use super::sources::beside;
use super::*;

const POLICY: &str = "default-src 'none'; script-src 'self' 'sha256-HASH'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' data:; manifest-src 'self'; worker-src 'self'; form-action 'none'; \
                      frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; \
                      trusted-types service-worker";

async fn get_as(path: &str, encodings: &str) -> Response<Body> {
    call(Request::get(path).header("accept-encoding", encodings).body(Body::empty()).unwrap()).await
}

async fn page() -> String {
    String::from_utf8(bytes(get("/").await).await).unwrap()
}

#[tokio::test]
async fn every_address_of_the_console_shows_its_page() {
    let expected = page().await;
    assert!(expected.contains("<div id=\"app\">"), "{expected}");
    for path in [
        "/",
        "/setup",
        "/invitation",
        "/password-reset",
        "/requests",
        "/requests/req_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    ] {
        let response = get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(header(&response, "content-type"), "text/html; charset=utf-8", "{path}");
        assert_eq!(String::from_utf8(bytes(response).await).unwrap(), expected, "{path}");
    }
    let in_routes = between(&source("routes.js"), "{ path: \"", '"').len();
    assert_eq!(in_routes, crate::files::PAGES.len() + 1, "all but the last one, which stands for any other");
}

#[tokio::test]
async fn every_file_is_served_as_what_it_is() {
    let assets = address("app.js").replace("app.js", "");
    for (name, mut contents) in files().into_iter().filter(|(name, _)| name != "index.html") {
        if ["offline.html", "service-worker.js"].contains(&name.as_str()) {
            contents = String::from_utf8(contents).unwrap().replace("/assets/@/", &assets).into_bytes();
        }
        let response = get(&address(&name)).await;
        assert_eq!(response.status(), StatusCode::OK, "{name}");
        let expected = match name.rsplit('.').next().unwrap() {
            "js" => "text/javascript; charset=utf-8",
            "html" => "text/html; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "txt" => "text/plain; charset=utf-8",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "json" => "application/json",
            "webmanifest" => "application/manifest+json",
            other => panic!("no type is known for {other}"),
        };
        assert_eq!(header(&response, "content-type"), expected, "{name}");
        assert_eq!(header(&response, "content-encoding"), "", "{name}");
        assert!(bytes(response).await == contents, "{name}");
    }
}

#[tokio::test]
async fn a_file_comes_in_the_encoding_that_the_caller_takes() {
    let contents = source("app.js").into_bytes();
    let path = address("app.js");
    for (accepted, expected) in [
        ("br, gzip", "br"),
        ("gzip, deflate, BR;q=0.1", "br"),
        ("gzip;q=0.5", "gzip"),
        ("br;q=0, *", "gzip"),
        ("*", "br"),
        ("br;q=0.0, gzip; q=0", ""),
        ("identity", ""),
        ("", ""),
    ] {
        let response = get_as(&path, accepted).await;
        assert_eq!(header(&response, "content-encoding"), expected, "{accepted}");
        assert_eq!(header(&response, "vary"), "Accept-Encoding", "{accepted}");
        let sent = bytes(response).await;
        let mut inflated = Vec::new();
        match expected {
            "br" => drop(brotli::Decompressor::new(&*sent, 4096).read_to_end(&mut inflated).unwrap()),
            "gzip" => drop(flate2::read::GzDecoder::new(&*sent).read_to_end(&mut inflated).unwrap()),
            _ => inflated = sent,
        }
        assert!(inflated == contents, "{accepted}");
    }
    let picture = get_as(&address("icons/icon-192.png"), "br, gzip").await;
    assert_eq!(header(&picture, "content-encoding"), "", "a picture is compressed already");
}

#[tokio::test]
async fn files_are_kept_for_ever_and_the_page_is_asked_for_each_time() {
    for name in ["app.js", "vendor/preact.js", "styles/base.css", "icons/icon-192.png"] {
        let path = address(name);
        assert!(path.starts_with("/assets/"), "{path}");
        assert_eq!(
            header(&get(&path).await, "cache-control"),
            "public, max-age=31536000, immutable",
            "{path}"
        );
    }
    for path in ["/", "/requests/x", "/openapi.json", "/icon.svg", "/service-worker.js"] {
        assert_eq!(header(&get(path).await, "cache-control"), "no-cache", "{path}");
    }
    assert_eq!(
        get("/assets/0123456789abcdef0123/app.js").await.status(),
        StatusCode::NOT_FOUND,
        "of another version"
    );
}

/// A worker counts below its own path: at the root, for the whole console.
#[tokio::test]
async fn the_service_worker_knows_the_assets_of_its_version_and_keeps_nothing_else() {
    let response = get("/service-worker.js").await;
    assert_eq!(header(&response, "content-type"), "text/javascript; charset=utf-8");
    let worker = String::from_utf8(bytes(response).await).unwrap();
    let assets = address("app.js").replace("app.js", "");
    assert_eq!(between(&worker, "const ASSETS = \"", '"'), [assets.as_str()]);
    assert!(!worker.contains("/assets/@/"), "{worker}");
    let kept = between(&worker, "const OFFLINE = [", ']').remove(0).to_owned();
    let kept = set(between(&kept, "\"", '"').into_iter().step_by(2).map(str::to_owned));
    let offline = String::from_utf8(bytes(get(&address("offline.html")).await).await).unwrap();
    let linked = ["src=\"", "href=\""].iter().flat_map(|attribute| between(&offline, attribute, '"'));
    let linked = linked.map(|path| path.strip_prefix(&assets).unwrap().to_owned());
    let imported = ["offline.html", "language.js", "remembered.js"].map(str::to_owned);
    let texts = LANGUAGES.map(|language| format!("texts/{language}/offline.js"));
    assert_eq!(kept, set(linked.chain(imported).chain(texts)), "what the page without a connection needs");
    for name in kept {
        assert_eq!(get(&format!("{assets}{name}")).await.status(), StatusCode::OK, "{name}");
    }
    assert_eq!(worker.matches("cache.put(").count(), 1, "only assets are kept: {worker}");
}

#[tokio::test]
async fn what_the_caller_has_is_not_sent_again() {
    for path in ["/".to_owned(), address("app.js")] {
        let plain = header(&get(&path).await, "etag").to_owned();
        let brotli = header(&get_as(&path, "br").await, "etag").to_owned();
        assert!(plain.starts_with('"') && plain.ends_with('"'), "{plain}");
        assert_ne!(plain, brotli, "encodings have tags of their own");
        for known in [plain.clone(), format!("W/{plain}"), format!("\"other\", {brotli}"), "*".to_owned()] {
            let response =
                call(Request::get(&path).header("if-none-match", &known).body(Body::empty()).unwrap()).await;
            assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{known}");
            assert_eq!((header(&response, "etag"), header(&response, "content-type")), (plain.as_str(), ""));
            assert!(bytes(response).await.is_empty());
        }
        for unknown in ["\"old\"".to_owned(), format!("\"x{}", &plain[1..]), plain.replace("\"", "") + "x"] {
            let response =
                call(Request::get(&path).header("if-none-match", unknown).body(Body::empty()).unwrap()).await;
            assert_eq!(response.status(), StatusCode::OK);
        }
    }
}

#[tokio::test]
async fn the_head_of_a_file_has_no_body() {
    let response = call(Request::head("/openapi.json").body(Body::empty()).unwrap()).await;
    assert_eq!((response.status(), header(&response, "content-type")), (StatusCode::OK, "application/json"));
    assert!(bytes(response).await.is_empty());
}

#[tokio::test]
async fn every_response_is_safe_to_show() {
    let page = page().await;
    let map = between(&page, "<script type=\"importmap\">", '<').remove(0).to_owned();
    let base64 = {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(Sha256::digest(&map))
    };
    let policy = POLICY.replace("HASH", &base64);
    for path in crate::files::FILES.iter().map(|file| file.path).chain(["/", "/requests/x"]) {
        let response = get(path).await;
        assert_eq!(header(&response, "content-security-policy"), policy, "{path}");
        assert_eq!(header(&response, "x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header(&response, "referrer-policy"), "no-referrer", "{path}");
    }
}

#[tokio::test]
async fn what_is_unknown_is_a_page_for_people_and_a_problem_for_programs() {
    let browser =
        |path: &str| Request::get(path).header("accept", "text/html,*/*;q=0.8").body(Body::empty()).unwrap();
    for path in ["/nowhere", "/requests/a/b", "/app.js", "/index.html", "/assets/", "/../Cargo.toml"] {
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
    for path in ["/".to_owned(), "/requests/x".to_owned(), address("app.js")] {
        let response = call(Request::post(&path).body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert!(header(&response, "allow").contains("GET"), "{path}");
    }
}

async fn size_of(paths: impl IntoIterator<Item = String>) -> usize {
    let mut size = 0;
    for path in paths {
        size += bytes(get_as(&path, "br").await).await.len();
    }
    size
}

/// The texts and styles of a page, besides its modules, as `static/routes.js` and the page's module name them.
fn texts_and_styles(route: &str) -> Vec<String> {
    let routes = source("routes.js");
    let named = between(&routes, &format!("{{ path: \"{route}\", texts: ["), '}').remove(0).to_owned();
    let (texts, rest) = named.split_once(']').unwrap();
    let texts = between(texts, "\"", '"').into_iter().step_by(2).map(|name| format!("texts/en/{name}.js"));
    let module = between(rest, "import(\"./", '"').remove(0).to_owned();
    let page = source(&module);
    let styles =
        between(&page, "import.meta.resolve(\"", '"').into_iter().map(|style| beside(&module, style));
    texts.chain(styles).chain(["texts/en/common.js".to_owned()]).collect()
}

/// All that a browser loads before it has shown the Approval Center, and a request on a phone.
#[tokio::test]
async fn the_first_page_is_small_and_announces_its_modules() {
    let page = page().await;
    let linked = ["src=\"", "href=\""].iter().flat_map(|attribute| between(&page, attribute, '"'));
    let imported = between(&page, "\":\"", '"').into_iter();
    let needed =
        linked.chain(imported).filter(|path| path.starts_with("/assets/") && !path.contains("/icons/"));
    let needed: BTreeSet<String> = needed.map(str::to_owned).collect();
    assert!(needed.contains(&address("router.js")), "app.js imports it");
    // A module from the cache is read at once, and finds its libraries only by the map.
    assert!(page.find("importmap") < page.find("modulepreload"), "the map comes first");
    let first = size_of(needed.into_iter().chain(["/".to_owned()])).await;
    let modules = between(&page, "id=\"modules\">", '<').remove(0);
    let modules: BTreeMap<String, Vec<String>> = serde_json::from_str(modules).unwrap();
    assert_eq!(modules.len(), crate::files::PAGES.len() + 1, "each address has its modules");
    for path in ["/requests", "/requests/:id"] {
        let of_page = modules[path].iter().cloned().chain(texts_and_styles(path));
        assert!(modules[path].iter().any(|module| module.ends_with("/page.js")), "{path}");
        let whole = first + size_of(of_page.map(|name| address(&name))).await;
        println!("{path}: {whole} bytes compressed");
        assert!(whole <= 80_000, "{path}: {whole} bytes compressed");
    }
}

//! Compiles the files of `static/` in: compressed, under one hash of all of them, with the addresses of the console and the
//! content security policy of its page.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The page, which refers to the other files below `PLACEHOLDER`.
const PAGE: &str = "index.html";
/// Stands for the hash in the page and in `FILLED`.
const PLACEHOLDER: &str = "/assets/@/";
/// Files with an address of their own, which other programs know or, for the service worker, the scope needs.
const KNOWN: [&str; 3] = ["icon.svg", "openapi.json", "service-worker.js"];
/// Files besides the page that refer to others below `PLACEHOLDER`.
const FILLED: [&str; 2] = ["offline.html", "service-worker.js"];
/// The module whose imports the page announces, so that browsers load them at once instead of one after the other.
const ENTRY: &str = "app.js";

fn main() -> Result<()> {
    println!("cargo:rerun-if-changed=static");
    println!("cargo:rerun-if-changed=build.rs");
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("static");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let mut files = BTreeMap::new();
    read(&root, &root, &mut files)?;
    let page = text(&files, PAGE)?;
    files.remove(PAGE);

    let hash = hash_of(&files);
    let assets = format!("/assets/{hash}/");
    for name in FILLED {
        let filled = text(&files, name)?.replace(PLACEHOLDER, &assets);
        files.insert(name.to_owned(), filled.into_bytes());
    }
    let routes = routes(&files)?;
    let page = page_with_modules(&files, &routes, &page, &assets)?;
    let mut code = String::new();
    writeln!(code, "pub const POLICY: &str = {:?};", policy(&page)?)?;
    writeln!(code, "pub const PAGES: &[&str] = &{:?};", addresses(&routes))?;
    writeln!(code, "pub static PAGE: File = {};", compiled(&out, PAGE, "/", page.as_bytes())?)?;
    writeln!(code, "pub static FILES: &[File] = &[")?;
    for (name, bytes) in &files {
        let path =
            if KNOWN.contains(&name.as_str()) { format!("/{name}") } else { format!("{assets}{name}") };
        writeln!(code, "{},", compiled(&out, name, &path, bytes)?)?;
    }
    writeln!(code, "];")?;
    fs::write(out.join("compiled.rs"), code)?;
    Ok(())
}

/// Every file below `folder`, by its path relative to `root`.
fn read(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read(root, &path, files)?;
        } else {
            let name =
                path.strip_prefix(root)?.to_str().ok_or("a file's name is not UTF-8")?.replace('\\', "/");
            files.insert(name, fs::read(&path)?);
        }
    }
    Ok(())
}

fn text(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Result<String> {
    let bytes = files.get(name).ok_or_else(|| format!("static/{name} is missing"))?;
    Ok(String::from_utf8(bytes.clone())?)
}

/// One hash of all files that are kept for ever. The files that have an address of their own do not change it.
fn hash_of(files: &BTreeMap<String, Vec<u8>>) -> String {
    let mut hasher = Sha256::new();
    for (name, bytes) in files.iter().filter(|(name, _)| !KNOWN.contains(&name.as_str())) {
        hasher.update(name.as_bytes());
        hasher.update([0]);
        hasher.update(Sha256::digest(bytes));
    }
    short(&hasher.finalize())
}

fn short(digest: &[u8]) -> String {
    digest.iter().take(10).map(|byte| format!("{byte:02x}")).collect()
}

/// The page with the hash in its addresses, links to all modules that `ENTRY` imports, and the modules of each address.
fn page_with_modules(
    files: &BTreeMap<String, Vec<u8>>,
    routes: &[(String, String)],
    page: &str,
    assets: &str,
) -> Result<String> {
    let first = closure(files, ENTRY)?;
    let mut links = String::new();
    for module in &first {
        writeln!(links, "  <link rel=\"modulepreload\" href=\"{assets}{module}\">")?;
    }
    let mut of_pages = Vec::new();
    for (path, module) in routes {
        let modules = closure(files, module)?;
        let further: Vec<_> = modules.difference(&first).map(|module| format!("{module:?}")).collect();
        of_pages.push(format!("{path:?}:[{}]", further.join(",")));
    }
    let modules = format!("id=\"modules\">{{{}}}<", of_pages.join(","));
    Ok(page
        .replace(PLACEHOLDER, assets)
        .replacen("  <link rel=\"stylesheet\"", &format!("{links}  <link rel=\"stylesheet\""), 1)
        .replace("id=\"modules\">{}<", &modules))
}

/// The routes of `routes.js`: the path of each, and the module of its page.
fn routes(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<(String, String)>> {
    let route = |route: &str| {
        let (path, rest) = route.split_once('"').ok_or("a route without a path")?;
        let target = rest.split("import(\"").nth(1).and_then(|rest| rest.split('"').next());
        Ok((path.to_owned(), resolved("routes.js", target.ok_or("a route without a page")?)))
    };
    text(files, "routes.js")?.split("{ path: \"").skip(1).map(route).collect()
}

/// A module and all that it imports, directly or not; without what it loads later.
fn closure(files: &BTreeMap<String, Vec<u8>>, entry: &str) -> Result<BTreeSet<String>> {
    let mut modules = BTreeSet::new();
    let mut next = vec![entry.to_owned()];
    while let Some(module) = next.pop() {
        if modules.contains(&module) {
            continue;
        }
        let source = text(files, &module)?;
        for target in source.split(" from \"").skip(1).filter_map(|rest| rest.split('"').next()) {
            if target.starts_with('.') {
                next.push(resolved(&module, target));
            }
        }
        modules.insert(module);
    }
    Ok(modules)
}

/// The name of a file that a module refers to relative to itself.
fn resolved(module: &str, target: &str) -> String {
    let mut parts: Vec<&str> = module.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Only own scripts, styles and calls, and the page's import map; no frames; nothing becomes markup or code, but for the address of
/// the service worker.
fn policy(page: &str) -> Result<String> {
    let map =
        page.split("<script type=\"importmap\">").nth(1).and_then(|rest| rest.split("</script>").next());
    let digest = Sha256::digest(map.ok_or("the page has no import map")?);
    Ok(format!(
        "default-src 'none'; script-src 'self' 'sha256-{}'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
         manifest-src 'self'; worker-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; \
         require-trusted-types-for 'script'; trusted-types service-worker",
        STANDARD.encode(digest)
    ))
}

/// The addresses as the router takes them, without the last one, which stands for all others.
fn addresses(routes: &[(String, String)]) -> Vec<String> {
    let paths = routes.iter().map(|(path, _)| path.as_str());
    let as_routed = |path: &str| {
        let parts = path
            .split('/')
            .map(|part| part.strip_prefix(':').map_or(part.to_owned(), |name| format!("{{{name}}}")));
        parts.collect::<Vec<_>>().join("/")
    };
    paths.filter(|path| !path.contains('*')).map(as_routed).collect()
}

/// Writes the file's compressed forms and returns the code of its entry.
fn compiled(out: &Path, name: &str, path: &str, bytes: &[u8]) -> Result<String> {
    let tag = short(&Sha256::digest(bytes));
    let content_type = content_type(name)?;
    let stem = name.replace('/', "~");
    if name.ends_with(".png") {
        let kept = write(out, &format!("{stem}.raw"), bytes)?;
        return Ok(entry(path, content_type, &tag, &format!("Bytes::AsIs({kept})")));
    }
    let gzip = write(out, &format!("{stem}.gz"), &gzip(bytes)?)?;
    let brotli = write(out, &format!("{stem}.br"), &brotli(bytes)?)?;
    let size = bytes.len();
    Ok(entry(
        path,
        content_type,
        &tag,
        &format!("Bytes::Compressed {{ gzip: {gzip}, brotli: {brotli}, size: {size} }}"),
    ))
}

fn entry(path: &str, content_type: &str, tag: &str, bytes: &str) -> String {
    format!("    File {{ path: {path:?}, content_type: {content_type:?}, tag: {tag:?}, bytes: {bytes} }}")
}

fn write(out: &Path, name: &str, bytes: &[u8]) -> Result<String> {
    fs::write(out.join(name), bytes)?;
    Ok(format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}\"))"))
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// The API's description is so long that the best compression of it would take most of this script's time.
const LONG: usize = 256 * 1024;

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let quality = if bytes.len() > LONG { 9 } else { 11 };
    let parameters = brotli::enc::BrotliEncoderParams { quality, lgwin: 22, ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters)?;
    Ok(compressed)
}

fn content_type(name: &str) -> Result<&'static str> {
    Ok(match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        _ => return Err(format!("no type is known for static/{name}").into()),
    })
}

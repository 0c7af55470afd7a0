//! The files of the console, compiled in.

use std::sync::OnceLock;

use sha2::{Digest, Sha256};

/// A file as it is served.
#[derive(Debug)]
pub struct File {
    pub path: &'static str,
    pub content_type: &'static str,
    pub text: &'static str,
    tag: OnceLock<String>,
}

impl File {
    /// The entity tag of the bytes, in quotes as in the `ETag` header.
    pub fn tag(&self) -> &str {
        self.tag.get_or_init(|| {
            let digest = Sha256::digest(self.text);
            let short: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
            format!("\"{short}\"")
        })
    }
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";
const JSON: &str = "application/json";

macro_rules! file {
    ($path:literal, $content_type:expr) => {
        File {
            path: $path,
            content_type: $content_type,
            text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/static", $path)),
            tag: OnceLock::new(),
        }
    };
}

/// The page that every address of the console shows.
pub static PAGE: File = file!("/index.html", HTML);

/// The parts of the page, and the API's description.
pub static FILES: [File; 18] = [
    file!("/app.css", CSS),
    file!("/icon.svg", SVG),
    file!("/openapi.json", JSON),
    file!("/app.js", SCRIPT),
    file!("/api.js", SCRIPT),
    file!("/dom.js", SCRIPT),
    file!("/text.js", SCRIPT),
    file!("/pages/decision.js", SCRIPT),
    file!("/pages/home.js", SCRIPT),
    file!("/pages/invitation.js", SCRIPT),
    file!("/pages/new-password.js", SCRIPT),
    file!("/pages/not-found.js", SCRIPT),
    file!("/pages/one-time-codes.js", SCRIPT),
    file!("/pages/password-reset.js", SCRIPT),
    file!("/pages/request.js", SCRIPT),
    file!("/pages/requests.js", SCRIPT),
    file!("/pages/setup.js", SCRIPT),
    file!("/pages/sign-in.js", SCRIPT),
];

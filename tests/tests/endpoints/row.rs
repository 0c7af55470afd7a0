//! One row of the endpoint table, and what every operation must refuse.

use countersign_host::harness::METRICS_TOKEN;
use countersign_tests::{Answer, Call, Deployment};
use reqwest::Method;
use serde_json::Value;

use crate::Caller::{self, Administrator, Anybody, Computer, Monitor, Scheduler};
use crate::NOT_BY_TOKEN;

/// The documented operation of a row.
pub fn documented<'a>(document: &'a Value, method: &str, path: &str) -> &'a Value {
    &document["paths"][path][method.to_lowercase()]
}

/// What any answer may have, as HTTP says: the form of its body, how it is transferred, and instructions to caches and browsers.
const USUAL_HEADERS: [&str; 7] = [
    "content-type",
    "content-length",
    "transfer-encoding",
    "date",
    "cache-control",
    "content-security-policy",
    "x-content-type-options",
];

/// One row in one deployment.
pub struct Row<'a> {
    pub world: &'a Deployment,
    pub scheduler: &'a str,
    pub api_token: &'a str,
    pub document: &'a Value,
    pub method: Method,
    pub template: &'a str,
    pub path: String,
    pub caller: Caller,
}

impl Row<'_> {
    fn call(&self) -> Call {
        self.call_with("{}")
    }

    /// With this body, if the operation has one.
    fn call_with(&self, body: &'static str) -> Call {
        let call = self.world.api.call(self.method.clone(), &self.path);
        if self.has_body() { call.body("application/json", body) } else { call }
    }

    fn has_body(&self) -> bool {
        [Method::POST, Method::PUT, Method::PATCH].contains(&self.method)
    }

    fn token(&self, caller: Caller) -> &str {
        match caller {
            Anybody => "",
            Administrator => &self.world.boss,
            Computer => &self.world.computer_token,
            Scheduler => self.scheduler,
            Monitor => METRICS_TOKEN,
        }
    }

    fn refused(&self, answer: &Answer, status: u16, why: &str) {
        assert_eq!(answer.status, status, "{} {} {why}: {}", self.method, self.path, answer.text());
        answer.problem(status);
        self.has_documented_headers(answer);
    }

    /// Every header field of a real answer is in the document, also the id of the request, which the host adds.
    fn has_documented_headers(&self, answer: &Answer) {
        let operation = documented(self.document, self.method.as_str(), self.template);
        let listed = &operation["responses"][answer.status.to_string()];
        // The router answers for methods that the operation does not have.
        if answer.status == 405 {
            return;
        }
        let shared =
            listed["$ref"].as_str().and_then(|name| self.document.pointer(name.trim_start_matches('#')));
        let listed = shared.unwrap_or(listed)["headers"].as_object().cloned().unwrap_or_default();
        for name in answer.headers.keys().filter(|name| !USUAL_HEADERS.contains(&name.as_str())) {
            let is_listed = listed.keys().any(|each| each.eq_ignore_ascii_case(name.as_str()));
            assert!(is_listed, "{} {} answers {} with `{name}`", self.method, self.template, answer.status);
        }
        assert!(answer.headers.contains_key("x-request-id"), "{} {}", self.method, self.template);
    }

    pub async fn needs_its_own_caller(&self) {
        if self.caller == Anybody {
            return;
        }
        // A handler that reads the body before it identifies its caller would find the second one malformed.
        for body in ["{}", "{"].iter().take(if self.has_body() { 2 } else { 1 }) {
            let call = || self.call_with(body);
            self.refused(&call().send().await, 401, &format!("without credentials, with `{body}`"));
            let wrong = call().bearer("csa_nonsense").send().await;
            self.refused(&wrong, 401, &format!("with wrong credentials and `{body}`"));
        }
        for other in [Administrator, Computer, Scheduler, Monitor] {
            if other != self.caller {
                let answer = self.call().bearer(self.token(other)).send().await;
                self.refused(&answer, 401, &format!("as {other:?}"));
            }
        }
    }

    /// What the document says about credentials besides bearers of sessions: where an API token works, and that the console's cookie does,
    /// for changes only from the console's own pages.
    pub async fn takes_the_documented_credentials(&self) {
        if self.caller != Administrator {
            return;
        }
        let by_token = self.call().bearer(self.api_token).send().await;
        let refused = by_token.text().contains("\"session-required\"");
        let own = NOT_BY_TOKEN.contains(&(self.method.as_str(), self.template));
        assert_eq!(refused, own, "{} {} by a token: {}", self.method, self.template, by_token.text());
        self.has_documented_headers(&by_token);
        let cookie = format!("countersign_session={}", self.world.boss);
        let by_cookie = |origin: &str| self.call().header("cookie", &cookie).header("origin", origin).send();
        if self.method != Method::GET {
            let foreign = by_cookie("https://elsewhere.example").await;
            self.refused(&foreign, 403, "by the cookie from a foreign page");
            assert_eq!(foreign.problem(403), "foreign-origin", "{} {}", self.method, self.template);
        }
        // Signing out would end the session that the other rows need.
        if (self.method.as_str(), self.template) != ("DELETE", "/v1/session") {
            let own = by_cookie(self.world.api.origin()).await;
            let refused = own.status == 401 || own.text().contains("\"foreign-origin\"");
            assert!(!refused, "{} {} by the cookie: {}", self.method, self.template, own.text());
        }
    }

    pub async fn refuses_hostile_bodies(&self) {
        if !self.has_body() || self.caller == Scheduler {
            return;
        }
        let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
        for body in ["{\"a\":", "\u{0}", "{\"__proto__\":{}}", "null", &deep] {
            let call = self.world.api.call(self.method.clone(), &self.path).bearer(self.token(self.caller));
            let answer = call.body("application/json", body.to_owned()).send().await;
            let short: String = body.chars().take(20).collect();
            assert!(
                (400..500).contains(&answer.status),
                "{} {} {short}: {}",
                self.method,
                self.path,
                answer.text()
            );
            answer.problem(answer.status);
        }
    }

    /// Bodies of administrators' operations are tried in `denials.rs`.
    pub async fn knows_no_unknown_id(&self) {
        if !self.path.contains("_01J0") || (self.has_body() && self.caller == Administrator) {
            return;
        }
        let call = if self.has_body() { self.call_with_a_valid_body() } else { self.call() };
        self.refused(&call.bearer(self.token(self.caller)).send().await, 404, "with unknown ids");
    }

    /// With the example that the document has of a JSON body, or with a few bytes.
    fn call_with_a_valid_body(&self) -> Call {
        let call = self.world.api.call(self.method.clone(), &self.path);
        let body = &documented(self.document, self.method.as_str(), self.template)["requestBody"]["content"];
        let (kind, content) = body.as_object().and_then(|kinds| kinds.iter().next()).expect("a body");
        match kind.as_str() {
            "application/json" => call.json(&content["example"]),
            "application/partial-upload" => {
                let call = call.header("upload-offset", "0").header("upload-complete", "?1");
                call.body(kind, "bytes")
            }
            _ => call.body(kind, "bytes"),
        }
    }

    /// `HEAD` is answered where the table says so, and refused elsewhere.
    pub async fn is_not_run_by_asking_for_headers(&self, answers: bool) {
        if self.method != Method::GET {
            return;
        }
        let call = self.world.api.call(Method::HEAD, &self.path).bearer(self.token(self.caller));
        let answer = call.send().await;
        assert_eq!(answer.status != 405, answers, "HEAD {}: {}", self.path, answer.status);
        let allowed = answer.header("allow").split(',').any(|method| method == "HEAD");
        assert!(!allowed, "HEAD {} is refused, and offered", self.path);
    }

    pub async fn refuses_other_methods(&self) {
        let answer = self.world.api.call(Method::TRACE, &self.path).send().await;
        self.refused(&answer, 405, "by TRACE");
    }
}

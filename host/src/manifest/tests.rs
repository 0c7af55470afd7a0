//! What a manifest may contain, and how others are refused.

use std::path::Path;

use super::{Manifest, Route};

const GOOD: &str = r#"
spin_manifest_version = 2

[application]
name = "countersign"
version = "1.2.3"
description = "an approval center"
authors = ["Somebody <somebody@example.com>"]

[variables]
email_api_url = { default = "" }
secret_key = { required = true, secret = true }

[[trigger.http]]
route = "/v1/requests/..."
component = "approve-request"

[[trigger.http]]
id = "process"
route = { private = true }
component = "send-notification"

[component.approve-request]
source = "target/wasm32-wasip2/release/approve_request.wasm"
key_value_stores = ["default"]
allowed_outbound_hosts = ["http://send-notification.spin.internal"]
[component.approve-request.build]
command = "cargo build -p approve-request --target wasm32-wasip2 --release"
watch = ["functions/approve-request/src/**"]

[component.send-notification]
source = "b.wasm"
allowed_outbound_hosts = ["https://api.postmarkapp.com", "{{ email_api_url }}"]
[component.send-notification.variables]
email_api_url = "{{ email_api_url }}"
[component.send-notification.build]
command = ["one", "two"]
workdir = "functions"
"#;

fn parse(text: &str) -> anyhow::Result<Manifest> {
    Manifest::from_toml(text, Path::new("/app"))
}

/// The whole chain of an error, as a user sees it.
fn refusal(text: &str) -> String {
    format!("{:#}", parse(text).unwrap_err())
}

#[test]
fn a_whole_manifest_is_read() {
    let manifest = parse(GOOD).unwrap();
    assert_eq!((manifest.name.as_str(), manifest.version.as_str()), ("countersign", "1.2.3"));
    assert_eq!(manifest.variables["email_api_url"].default.as_deref(), Some(""));
    assert!(manifest.variables["secret_key"].secret && manifest.variables["secret_key"].default.is_none());
    assert_eq!(manifest.triggers[0].route, Route::Public("/v1/requests/...".into()));
    assert_eq!(manifest.triggers[1].route, Route::Private);
    let notifications = &manifest.components["send-notification"];
    assert_eq!(manifest.source_of(notifications), Path::new("/app/b.wasm"));
    assert_eq!(notifications.build.as_ref().unwrap().commands, ["one", "two"]);
    assert_eq!(notifications.variables["email_api_url"], "{{ email_api_url }}");
}

#[test]
fn what_this_host_does_not_do_is_refused_by_name() {
    let cases = [
        // What changes in the good manifest, and what the refusal must name.
        ("spin_manifest_version = 2", "spin_manifest_version = 1", "spin_manifest_version"),
        ("source = \"b.wasm\"", "source = \"b.wasm\"\nfiles = [\"static/*\"]", "files"),
        ("source = \"b.wasm\"", "source = \"b.wasm\"\nai_models = [\"llama2-chat\"]", "ai_models"),
        ("source = \"b.wasm\"", "source = { url = \"https://example.com\" }", "source"),
        ("[[trigger.http]]\nid", "[[trigger.redis]]\nid", "redis"),
        ("route = { private = true }", "route = { private = false }", "private"),
        ("route = { private = true }", "route = 7", "route pattern"),
        ("component = \"send-notification\"", "component = \"nobody\"", "`nobody`"),
        ("{ default = \"\" }", "{ }", "email_api_url"),
        ("{ default = \"\" }", "{ default = \"\", required = true }", "cannot be required"),
        ("secret_key = {", "Secret_Key = {", "Secret_Key"),
        ("component.send-notification", "component.send_notification", "send_notification"),
        ("name = \"countersign\"", "name = \"countersign\"\ntrigger = { type = \"http\" }", "trigger"),
    ];
    for (from, to, named) in cases {
        assert!(GOOD.contains(from), "{from}");
        let message = refusal(&GOOD.replace(from, to));
        assert!(message.contains(named), "{to}: {message}");
    }
}

#[test]
fn a_manifest_that_serves_nothing_is_refused() {
    let message = refusal("spin_manifest_version = 2\n[application]\nname = \"a\"\n[trigger]\n");
    assert!(message.contains("trigger.http"), "{message}");
}

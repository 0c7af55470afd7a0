//! What an entry of `allowed_outbound_hosts` allows.

use std::collections::BTreeMap;
use std::path::Path;

use super::{AllowedHosts, chained_component};
use crate::manifest::Manifest;
use crate::variables::Variables;

fn variables(email: &str) -> Variables {
    let text = r#"
        spin_manifest_version = 2
        application = { name = "a" }
        trigger.http = [{ route = "/...", component = "c" }]
        component.c.source = "c.wasm"
        variables.email_api_url = { default = "" }
    "#;
    let manifest = Manifest::from_toml(text, Path::new(".")).unwrap();
    Variables::resolve(&manifest, &BTreeMap::from([("email_api_url".to_owned(), email.to_owned())])).unwrap()
}

fn hosts(entries: &[&str], email: &str) -> anyhow::Result<AllowedHosts> {
    let entries: Vec<String> = entries.iter().map(|entry| (*entry).to_owned()).collect();
    AllowedHosts::parse(&entries, &variables(email))
}

fn allows(entry: &str, address: &str) -> bool {
    hosts(&[entry], "").unwrap().allow(&address.parse().unwrap())
}

#[test]
fn an_entry_allows_its_own_scheme_host_and_port_only() {
    let cases = [
        ("https://api.example.com", "https://api.example.com/x?y", true),
        ("https://api.example.com", "https://api.example.com:443/", true),
        ("https://api.example.com", "https://API.Example.com/", true),
        ("https://api.example.com/", "https://api.example.com/", true),
        ("https://api.example.com", "http://api.example.com/", false),
        ("https://api.example.com", "https://api.example.com:8443/", false),
        ("https://api.example.com", "https://example.com/", false),
        ("https://api.example.com", "https://xapi.example.com/", false),
        ("https://api.example.com", "https://user@evil.example/", false),
        ("https://api.example.com", "https://api.example.com@evil.example/", false),
        ("http://127.0.0.1:8025", "http://127.0.0.1:8025/email", true),
        ("http://127.0.0.1:8025", "http://127.0.0.1:8026/email", false),
        ("http://127.0.0.1:8025", "http://localhost:8025/email", false),
        ("http://10.0.0.0/8:80", "http://10.1.2.3/", true),
        ("http://10.0.0.0/8", "http://10.1.2.3/", true),
        ("http://10.0.0.0/8", "http://11.1.2.3/", false),
        ("http://[::1]:80", "http://[::1]/", true),
        ("http://[::1]", "http://[::2]/", false),
        ("https://*.example.com", "https://a.b.example.com/", true),
        ("https://*.example.com", "https://example.com/", false),
        ("https://*.example.com", "https://badexample.com/", false),
        ("*://example.com:*", "ftp://example.com:21/", true),
        ("*://*:*", "https://anything.example:1/", true),
        ("http://*", "http://anything.example/", true),
        ("http://*", "http://anything.example:81/", false),
        ("http://localhost:3000..3010", "http://localhost:3009/", true),
        ("http://localhost:3000..3010", "http://localhost:3010/", false),
        ("http://send-notification.spin.internal", "http://send-notification.spin.internal/process", true),
        ("http://send-notification.spin.internal", "http://sign-in.spin.internal/", false),
        ("http://*.spin.internal", "http://sign-in.spin.internal/", true),
    ];
    for (entry, address, expected) in cases {
        assert_eq!(allows(entry, address), expected, "{entry} → {address}");
    }
}

#[test]
fn nothing_listed_nothing_allowed() {
    let none = hosts(&[], "").unwrap();
    for address in ["http://example.com/", "http://127.0.0.1/", "/relative", "http://sign-in.spin.internal/"]
    {
        assert!(!none.allow(&address.parse().unwrap()), "{address}");
    }
}

#[test]
fn an_empty_template_is_passed_over_and_a_filled_one_counts() {
    let entries = ["https://api.postmarkapp.com", "{{ email_api_url }}"];
    let empty = hosts(&entries, "").unwrap();
    assert!(empty.allow(&"https://api.postmarkapp.com/email".parse().unwrap()));
    assert!(!empty.allow(&"http://127.0.0.1:8025/email".parse().unwrap()));
    let filled = hosts(&entries, "http://127.0.0.1:8025").unwrap();
    assert!(filled.allow(&"http://127.0.0.1:8025/email".parse().unwrap()));
}

#[test]
fn a_malformed_entry_makes_the_whole_list_invalid() {
    let path = hosts(&["https://api.postmarkapp.com", "{{ email_api_url }}"], "http://127.0.0.1:8025/email");
    let message = format!("{:#}", path.unwrap_err());
    assert!(message.contains("path") && message.contains("email_api_url"), "{message}");
    let cases = [
        "",
        "*",
        "example.com",
        "https://",
        "https://a/b",
        "https://a:1/b",
        "https://a*b",
        "https://*.*.b",
        "ftp://a",
        "https://a:x",
        "https://a:70000",
        "h2://a",
        "https://self",
        "{http,https}://a",
        "https://a b",
        "https://a:{1,2}",
    ];
    for entry in cases {
        assert!(hosts(&[entry], "").is_err(), "{entry}");
    }
}

#[test]
fn service_chaining_names_a_component() {
    assert_eq!(chained_component("Send-Notification.spin.internal").as_deref(), Some("send-notification"));
    assert_eq!(chained_component("spin.internal"), None);
    assert_eq!(chained_component("spin.internal.example.com"), None);
}

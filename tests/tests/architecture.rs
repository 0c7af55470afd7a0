//! The rules of the architecture: the dependencies between crates, the names and sizes of components, the length of files, and
//! one whole-system test per component.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::collections::BTreeSet;
use std::path::Path;

use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::{root, rust_files};
use toml::Table;

fn toml_of(path: &Path) -> Table {
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

fn components() -> Vec<String> {
    let entries = std::fs::read_dir(root().join("functions")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The workspace's crates that a crate depends on, except for tests.
fn arrows_from(folder: &str) -> BTreeSet<String> {
    let manifest = toml_of(&root().join(folder).join("Cargo.toml"));
    let mut tables = vec![manifest.get("dependencies").cloned()];
    if let Some(targets) = manifest.get("target").and_then(|targets| targets.as_table()) {
        tables.extend(targets.values().map(|target| target.get("dependencies").cloned()));
    }
    let tables = tables.into_iter().flatten();
    let names = tables.flat_map(|table| table.as_table().unwrap().keys().cloned().collect::<Vec<_>>());
    let functions = components();
    names.filter(|name| name.starts_with("countersign") || functions.contains(name)).collect()
}

/// The crates of `shared/`. Each may depend only on earlier ones.
const SHARED: [&str; 7] = [
    "countersign-model",
    "countersign-kv",
    "countersign-store",
    "countersign-journal",
    "countersign-authority",
    "countersign-http",
    "countersign-platform",
];

#[test]
fn arrows_point_one_way() {
    let allowed: &[(&str, &[&str])] = &[
        ("shared/model", &[]),
        ("shared/kv", &[]),
        ("shared/store", &["countersign-model", "countersign-kv"]),
        ("shared/journal", &SHARED[..3]),
        ("shared/authority", &SHARED[..4]),
        ("shared/http", &SHARED[..5]),
        ("shared/platform", &SHARED[..6]),
        ("client", &[]),
        ("agent", &["countersign-client"]),
        ("cli", &["countersign-client"]),
        ("host", &["countersign-cli", "countersign-client"]),
    ];
    for (folder, allowed) in allowed {
        for arrow in arrows_from(folder) {
            assert!(allowed.contains(&arrow.as_str()), "{folder} must not depend on {arrow}");
        }
    }
    for component in components() {
        for arrow in arrows_from(&format!("functions/{component}")) {
            assert!(SHARED.contains(&arrow.as_str()), "functions/{component} must not depend on {arrow}");
        }
    }
}

#[test]
fn only_the_platform_names_the_sdk() {
    for folder in ["functions", "shared", "client", "agent", "cli"] {
        for path in rust_files(&root().join(folder)) {
            let named = std::fs::read_to_string(&path).unwrap().contains("spin_sdk");
            let may = path.starts_with(root().join("shared/platform"));
            assert!(may || !named, "{} names the SDK", path.display());
        }
    }
}

/// The components that are optimized for speed (decision 008).
const FAST: [&str; 4] = ["authorize", "list-requests", "check-in", "submit-request"];

#[test]
fn folder_package_component_and_source_have_one_name() {
    let manifest = toml_of(&root().join("spin.toml"));
    let declared = manifest["component"].as_table().unwrap();
    let declared_names: Vec<_> = declared.keys().cloned().collect::<BTreeSet<_>>().into_iter().collect();
    assert_eq!(declared_names, components());
    for (id, component) in declared {
        let package = toml_of(&root().join("functions").join(id).join("Cargo.toml"));
        assert_eq!(package["package"]["name"].as_str(), Some(id.as_str()));
        let source = format!("target/wasm32-wasip2/release/{}.wasm", id.replace('-', "_"));
        assert_eq!(component["source"].as_str(), Some(source.as_str()));
        let fast = if FAST.contains(&id.as_str()) { " --config .cargo/fast-components.toml" } else { "" };
        let command = format!(
            "cargo build --config .cargo/components.toml{fast} -p {id} --target wasm32-wasip2 --release"
        );
        assert_eq!(component["build"]["command"].as_str(), Some(command.as_str()));
    }
}

/// Where the function that processes events is called.
const PROCESSOR: &str = "http://process-events.spin.internal";

#[test]
fn every_component_that_records_acts_may_wake_the_processor() {
    let manifest = toml_of(&root().join("spin.toml"));
    let mut recording = 0;
    for component in components() {
        let files = rust_files(&root().join("functions").join(&component).join("src"));
        let files = files.iter().filter(|path| !path.components().any(|part| part.as_os_str() == "tests"));
        let code: String = files.map(|path| std::fs::read_to_string(path).unwrap()).collect();
        // The commands of the machine's operator wake nobody: the hosts do that when they start.
        if !code.contains("Change::new(") || code.contains(".without_waking()") {
            continue;
        }
        recording += 1;
        let hosts = manifest["component"][&component].get("allowed_outbound_hosts");
        let hosts = hosts.and_then(|hosts| hosts.as_array()).cloned().unwrap_or_default();
        assert!(hosts.iter().any(|host| host.as_str() == Some(PROCESSOR)), "{component} may not call it");
    }
    assert!(recording > 10, "acts are recorded with `Change::new`");
}

/// What the manifest allows a component to call over TLS, except for what variables name.
fn allowed_over_tls(component: &str) -> BTreeSet<String> {
    let manifest = toml_of(&root().join("spin.toml"));
    let hosts = manifest["component"][component]["allowed_outbound_hosts"].as_array().unwrap();
    let hosts = hosts.iter().map(|host| host.as_str().unwrap().to_owned());
    hosts.filter(|host| host.starts_with("https://")).collect()
}

/// The texts of a function's source between `start` and the next `end`.
fn literals(path: &str, start: &str, end: &str) -> Vec<String> {
    let source = std::fs::read_to_string(root().join("functions").join(path)).unwrap();
    let (_, rest) = source.split_once(start).unwrap_or_else(|| panic!("no `{start}` in {path}"));
    let texts = rest.split(end).next().unwrap().split('"').skip(1).step_by(2);
    texts.map(str::to_owned).collect()
}

#[test]
fn the_manifest_allows_each_provider_of_messages_and_nothing_else() {
    let mut expected = BTreeSet::new();
    for path in rust_files(&root().join("functions/send-notification/src/provider")) {
        let source = std::fs::read_to_string(&path).unwrap();
        for line in source.lines().filter(|line| line.starts_with("const ")) {
            let Some((_, url)) = line.split_once(": &str = \"https://") else { continue };
            // Tests send to addresses of their own.
            if !path.ends_with("tests.rs") {
                expected.insert(format!("https://{}", url.split(['/', '"']).next().unwrap()));
            }
        }
    }
    assert!(expected.len() >= 9, "providers have their own hosts: {expected:?}");
    // Chats are where an integration may be; Amazon's hosts, and those of webhooks, are named by variables.
    let target = "manage-integrations/src/target.rs";
    let slack = literals(target, "IntegrationKind::Slack if !matches!(", "{");
    expected.extend(slack.into_iter().map(|host| format!("https://{host}")));
    let teams = literals(target, "const TEAMS", "];");
    expected.extend(teams.into_iter().map(|domain| format!("https://*{domain}")));
    expected.insert("https://mailbox.countersign.internal".to_owned());
    assert_eq!(allowed_over_tls("send-notification"), expected);

    // The hosts below Apple's and Microsoft's domains are many.
    let services = literals("../shared/model/src/provider_health.rs", "fn push_service", "Self::Email");
    let services = services.into_iter().map(|service| match service.as_str() {
        "push.apple.com" | "notify.windows.com" => format!("https://*.{service}"),
        host => format!("https://{host}"),
    });
    assert_eq!(allowed_over_tls("push-notification"), services.collect::<BTreeSet<_>>());
}

/// The lines of a file before its tests.
fn lines_without_tests(text: &str) -> usize {
    text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).count()
}

#[test]
fn no_file_is_longer_than_400_lines() {
    for folder in ["functions", "shared", "host", "client", "agent", "cli", "tests"] {
        for path in rust_files(&root().join(folder)) {
            let lines = lines_without_tests(&std::fs::read_to_string(&path).unwrap());
            assert!(lines <= 400, "{} has {lines} lines", path.display());
        }
    }
}

#[test]
fn every_component_has_a_whole_system_test() {
    let table = std::fs::read_to_string(root().join("tests/tests/endpoints.rs")).unwrap();
    let manifest = toml_of(&root().join("spin.toml"));
    for trigger in manifest["trigger"]["http"].as_array().unwrap() {
        let Some(route) = trigger["route"].as_str() else { continue };
        let component = trigger["component"].as_str().unwrap();
        // A parameter is `:name` in the manifest and `{name}` in the table.
        let segments = route.trim_end_matches("/...").split('/');
        let segments = segments.map(|segment| match segment.strip_prefix(':') {
            Some(name) => format!("{{{name}}}"),
            None => segment.to_owned(),
        });
        let stem = segments.collect::<Vec<_>>().join("/");
        let tested = table.contains(&format!("\"{stem}")) || component == "console";
        assert!(tested, "{component} at {route} is in no row of the endpoint table");
    }
    assert!(root().join("tests/tests/console/main.rs").exists(), "the console has its own test");
}

/// The most bytes of a component: 2 MB, counted in powers of two (`docs/decisions/001-one-component-per-operation.md`).
const COMPONENT_MAX: u64 = 2 * 1024 * 1024;

/// The most bytes of all components that are deployed to the edge, where 50 MiB are allowed. Those that are built for it are slightly larger
/// (`docs/operations.md`, "The edge").
const EDGE_MAX: u64 = 48 * 1024 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn every_component_is_small() {
    // Starting a host builds stale components.
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let edge = toml_of(&root().join("deploy/edge/spin.toml"));
    let mut all = 0;
    for component in components() {
        let file = root().join(format!("target/wasm32-wasip2/release/{}.wasm", component.replace('-', "_")));
        let bytes = std::fs::metadata(&file).unwrap().len();
        assert!(bytes <= COMPONENT_MAX, "{component} has {bytes} bytes");
        if edge["component"].get(&component).is_some() {
            all += bytes;
        }
    }
    assert!(all <= EDGE_MAX, "the components of the edge have {all} bytes together");
    host.stop().await;
}

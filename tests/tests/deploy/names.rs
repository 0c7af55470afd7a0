//! Names in `deploy` that nobody else checks: a variable that the manifest does not declare does nothing, without a word.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use countersign_host::harness::built_program;
use countersign_tests::{are_installed, root};

use crate::{deploy, read, said, yaml};

fn files(folder: &Path) -> Vec<PathBuf> {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The words after each of the places where this begins one.
fn named<'a>(text: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    text.split(prefix).skip(1).map(move |rest| rest.split(|letter| !is_part(letter)).next().unwrap())
}

fn declared() -> BTreeSet<String> {
    let manifest: toml::Table = std::fs::read_to_string(root().join("spin.toml")).unwrap().parse().unwrap();
    manifest["variables"].as_table().unwrap().keys().cloned().collect()
}

#[test]
fn every_variable_is_declared_in_the_manifest() {
    let declared = declared();
    let mut found = BTreeSet::new();
    for file in files(&deploy("")) {
        let text = std::fs::read_to_string(&file).unwrap();
        let set = named(&text, "SPIN_VARIABLE_").map(str::to_ascii_lowercase);
        let given = ["--variable=", "--variable "].into_iter().flat_map(|option| named(&text, option));
        // `NAME` stands for any of them, and a comment may end with the prefix.
        let given = given.filter(|name| name.starts_with(|letter: char| letter.is_ascii_lowercase()));
        for name in set.chain(given.map(str::to_owned)).filter(|name| !name.is_empty()) {
            assert!(declared.contains(&name), "{} names the variable `{name}`", file.display());
            found.insert(name);
        }
    }
    for name in ["public_url", "secret_key", "scheduler_token", "trusted_proxies", "email_provider"] {
        assert!(found.contains(name), "{name} is somewhere: {found:?}");
    }
}

#[test]
fn every_variable_of_the_spin_app_is_declared_in_the_manifest() {
    if !are_installed(&["kubernetes-validate"], "tests/python/requirements.txt with pip") {
        return;
    }
    let app = yaml(&deploy("kubernetes/spin/spinapp.yaml"));
    let declared = declared();
    let variables = app[0]["spec"]["variables"].as_array().unwrap();
    assert!(variables.len() > 5, "{variables:?}");
    for variable in variables {
        let name = variable["name"].as_str().unwrap();
        assert!(declared.contains(name), "{name}");
        for kind in ["configMapKeyRef", "secretKeyRef"] {
            let Some(key) = variable["valueFrom"][kind]["key"].as_str() else { continue };
            assert_eq!(key, format!("SPIN_VARIABLE_{}", name.to_ascii_uppercase()));
        }
    }
}

#[test]
fn the_program_has_every_option_and_reads_every_setting() {
    let help = said(Command::new(built_program("countersign", "host").unwrap()).args(["up", "--help"]));
    let lines = [
        ("systemd/countersign.service", "ExecStart="),
        ("systemd/countersign-backup.service", "ExecStart="),
        ("systemd/environment", "COUNTERSIGN_OPTIONS="),
        ("systemd/tls.conf", "#   COUNTERSIGN_OPTIONS="),
        ("container/Containerfile", "CMD "),
        ("container/compose.yaml", "    - --"),
        ("kubernetes/base/deployment.yaml", "            - --"),
    ];
    for (file, start) in lines {
        let text = read(file);
        let mut options = 0;
        for line in text.lines().filter(|line| line.starts_with(start)) {
            for option in named(line, "--") {
                assert!(
                    help.contains(&format!("--{option}")),
                    "`countersign up` has no `--{option}`: {file}"
                );
                options += 1;
            }
        }
        assert!(options > 0, "{file} has a line that begins with `{start}`");
    }
    for (file, setting) in [
        ("container/Containerfile", "COUNTERSIGN_STATE_DIR"),
        ("container/compose.yaml", "RUNTIME_CONFIG_FILE"),
        ("kubernetes/base/deployment.yaml", "RUNTIME_CONFIG_FILE"),
    ] {
        assert!(read(file).contains(setting) && help.contains(setting), "{file}: {setting}");
    }
    let unit = read("systemd/countersign.service");
    let settings = read("systemd/environment") + &read("systemd/tls.conf").replace("#   ", "");
    for setting in settings.lines().filter_map(|line| line.trim_start_matches('#').split_once('=')) {
        let name = setting.0;
        let is_name = name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_');
        if is_name && !name.starts_with("SPIN_VARIABLE_") {
            let is_read = help.contains(name) || unit.contains(&format!("${name}"));
            assert!(is_read, "neither the program nor the unit reads `{name}`");
        }
    }
}

#[test]
fn every_file_names_the_version_of_the_workspace() {
    let version = env!("CARGO_PKG_VERSION");
    for (file, line) in [
        ("spin.toml", format!("version = \"{version}\"")),
        ("deploy/edge/spin.toml", format!("version = \"{version}\"")),
        ("deploy/kubernetes/base/kustomization.yaml", format!("newTag: {version}")),
        ("deploy/kubernetes/base/restore.yaml", format!("image: registry.example/countersign:{version}")),
        ("deploy/kubernetes/sqlite/restore.yaml", format!("image: registry.example/countersign:{version}")),
    ] {
        let text = std::fs::read_to_string(root().join(file)).unwrap();
        assert!(text.lines().any(|each| each.trim() == line), "{file} has no line `{line}`");
    }
}

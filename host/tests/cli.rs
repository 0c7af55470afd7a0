//! The program's command line: its output and its refusals before it serves.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

/// A folder with the manifest of an application whose component was never built.
fn application() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let manifest = "spin_manifest_version = 2\n[application]\nname = \"a\"\n\
        [variables]\npublic_url = { default = \"\" }\n\
        [[trigger.http]]\nroute = \"/...\"\ncomponent = \"a\"\n[component.a]\nsource = \"a.wasm\"\n";
    std::fs::write(folder.path().join("spin.toml"), manifest).unwrap();
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_countersign"));
    program.current_dir(folder).args(arguments).env_remove("SPIN_VARIABLE_PUBLIC_URL");
    program.output().unwrap()
}

fn refused(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(!output.status.success(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_port_in_use_is_said_at_once_with_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let said = refused(application().path(), &["up", "--listen", &address.to_string()]);
    assert!(said.contains(&format!("port {} is in use", address.port())), "{said}");
    assert!(said.contains("--listen"), "{said}");
}

#[test]
fn a_variable_that_the_manifest_does_not_have_is_refused_by_name() {
    let said = refused(application().path(), &["--listen", "127.0.0.1:0", "--variable", "public_ulr=x"]);
    assert!(said.contains("`public_ulr`"), "{said}");
}

#[test]
fn a_missing_manifest_component_or_configuration_is_named() {
    let folder = application();
    let said = refused(tempfile::tempdir().unwrap().path(), &["up"]);
    assert!(said.contains("spin.toml") && said.contains("--from"), "{said}");
    let advice = "cargo install --path host --features bundled";
    assert_eq!(said.contains(advice), !cfg!(feature = "bundled"), "{said}");
    let said = refused(folder.path(), &["up", "--no-build", "--listen", "127.0.0.1:0"]);
    assert!(said.contains("a.wasm"), "{said}");
    let said =
        refused(folder.path(), &["up", "--listen", "127.0.0.1:0", "--runtime-config-file", "nowhere.toml"]);
    assert!(said.contains("nowhere.toml"), "{said}");
}

#[test]
fn help_lists_the_options_of_up_and_no_option_of_the_tests() {
    let output = run(application().path(), &["up", "--help"]);
    let help = String::from_utf8(output.stdout).unwrap();
    for option in ["--listen", "--state-dir", "--runtime-config-file", "--variable", "--no-build", "--quiet"]
    {
        assert!(help.contains(option), "{option}: {help}");
    }
    assert!(!help.contains("--stop-at-write"), "{help}");
}

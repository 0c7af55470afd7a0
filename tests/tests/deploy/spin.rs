//! `deploy/spin/up`, with a double of `spin`.

use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};

use countersign_tests::root;

/// Runs the script with a `spin` that says this of its version, and prints its arguments otherwise, one on each line.
fn up(version: Option<&str>, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    if let Some(version) = version {
        let double = folder.path().join("spin");
        let script = format!(
            "#!/bin/sh\nif [ \"$1\" = --version ]; then echo '{version}'; else printf '%s\\n' \"$@\"; fi\n"
        );
        std::fs::write(&double, script).unwrap();
        std::fs::set_permissions(&double, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    Command::new(root().join("deploy/spin/up")).args(arguments).env("PATH", path).output().unwrap()
}

#[test]
fn a_spin_that_can_run_the_components_gets_the_arguments() {
    for version in ["4.1.0", "4.1.3", "4.2.0-pre0", "4.10.0", "5.0.0"] {
        let arguments =
            ["--variable", "email_from=Countersign <c@company.example>", "--listen", "127.0.0.1:3000"];
        let said = up(Some(&format!("spin {version} (5c1c1c1 2026-07-01)")), &arguments);
        assert!(said.status.success() && said.stderr.is_empty(), "{version}: {said:?}");
        let passed = String::from_utf8(said.stdout).unwrap();
        assert_eq!(passed.lines().collect::<Vec<_>>(), [&["up"][..], &arguments].concat(), "{version}");
    }
}

#[test]
fn an_older_one_is_refused_with_the_reason() {
    let old = ["2.7.0", "3.6.3", "4.0.2", "4.0.10", "4.1.0-rc.1"];
    let old = old.map(|version| {
        (Some(format!("spin {version} (5c1c1c1 2026-06-01)")), format!("this is Spin {version}"))
    });
    let unreadable = ["spin", "spin four.one", "spin 4", "Spin is a framework"];
    let unreadable = unreadable.map(|said| (Some(said.to_owned()), format!("cannot be read (`{said}`)")));
    let none = (None, "there is no `spin` here".to_owned());
    for (version, reason) in old.into_iter().chain(unreadable).chain([none]) {
        let said = up(version.as_deref(), &["--listen", "127.0.0.1:3000"]);
        assert_eq!(said.status.code(), Some(1), "{version:?}: {said:?}");
        let told = String::from_utf8(said.stderr).unwrap();
        assert!(told.starts_with("Countersign needs Spin 4.1 or newer, and "), "{told}");
        assert!(told.contains(&reason) && told.contains("wasi:http/handler@0.3.0"), "{told}");
        assert!(said.stdout.is_empty(), "it was not started: {version:?}");
    }
}

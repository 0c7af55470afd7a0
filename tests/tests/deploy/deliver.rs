//! What calls `deliver` on Spin: the script of the CronJob on Kubernetes and that of the timer, with doubles of `curl` and `sleep`.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use countersign_tests::are_installed;

use crate::{deploy, yaml};

fn double(folder: &Path, name: &str, script: &str) {
    let file = folder.join(name);
    std::fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// Runs what calls `deliver`, with doubles in its path, and looks at each call. `command` is given the folder of the doubles and the tokens.
#[track_caller]
fn calls_with_the_first_token(command: impl Fn(&Path, &str) -> Command, origin: &str) {
    for (tokens, last, code) in [("old", 0, 0), ("old,new", 0, 0), ("old,new", 22, 1)] {
        let folder = tempfile::tempdir().unwrap();
        // Only the sixth call fails, if one does.
        let curl = format!(
            "cd '{}'; cat >>headers; echo \"$@\" >>arguments; [ \"$(wc -l <headers)\" != 6 ] || exit {last}",
            folder.path().display()
        );
        double(folder.path(), "curl", &curl);
        double(folder.path(), "sleep", "");
        let path = format!("{}:/usr/bin:/bin", folder.path().display());
        let mut command = command(folder.path(), tokens);
        assert_eq!(command.env("PATH", path).status().unwrap().code(), Some(code), "{tokens}");
        let made = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(made("headers"), "header = \"Authorization: Bearer old\"\n".repeat(11));
        let arguments = made("arguments");
        let deliver = |line: &str| line.ends_with(&format!(" {origin}/v1/notifications/deliver"));
        assert!(arguments.lines().count() == 11 && arguments.lines().all(deliver), "{arguments}");
        assert!(!arguments.contains("old"), "others can see arguments");
    }
}

#[test]
fn the_job_calls_with_the_first_token_and_fails_if_a_call_fails() {
    if !are_installed(&["kubernetes-validate"], "tests/python/requirements.txt with pip") {
        return;
    }
    let resources = yaml(&deploy("kubernetes/spin/deliver.yaml"));
    let job = resources.iter().find(|resource| resource["kind"] == "CronJob").unwrap();
    let script = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["args"][0].as_str();
    let run = |_: &Path, tokens: &str| {
        let mut shell = Command::new("sh");
        shell.args(["-c", script.unwrap()]).env("SCHEDULER_TOKEN", tokens);
        shell
    };
    calls_with_the_first_token(run, "http://countersign-deliver");
}

#[test]
fn the_script_of_the_timer_does_the_same() {
    let run = |folder: &Path, tokens: &str| {
        let file = folder.join("scheduler-token");
        std::fs::write(&file, format!("{tokens}\n")).unwrap();
        let mut script = Command::new(deploy("spin/deliver"));
        script.arg("http://127.0.0.1:3000").arg(file);
        script
    };
    calls_with_the_first_token(run, "http://127.0.0.1:3000");
}

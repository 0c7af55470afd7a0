//! schemathesis calls every operation with what the API document allows and forbids, as an administrator, as a computer
//! and as nobody, and finds nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::collections::BTreeMap;

use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::{Company, are_installed, root};
use tokio::process::Command;

/// The most examples of an operation in the phases that make them up.
const EXAMPLES: &str = "20";

/// What ends the session that makes the calls, or shuts it out.
const NOT_CALLED: [&str; 3] = ["sign_out", "end_session", "replace_login_settings"];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_found_with_what_the_document_allows_and_forbids() {
    if !are_installed(&["schemathesis"], "tests/python/requirements.txt with pip") {
        return;
    }
    for caller in [Caller::Administrator, Caller::Computer, Caller::Nobody] {
        // What one caller ends, cancels or deletes is there for the next.
        // Beyond the limits of computers, everything would be refused.
        let variables = BTreeMap::from([("computer_limits".to_owned(), "off".to_owned())]);
        let options = Options { variables, ..Options::default() };
        let host = TestHost::start(Backend::Sqlite, options).await.unwrap();
        let company = Company::on(&host).await;
        fuzz(&host, &company, caller).await;
        let signed_in = company.world.api.get("/v1/session").bearer(&company.world.boss).send().await;
        signed_in.expect(200);
        host.stop().await;
    }
}

/// Who calls.
#[derive(Clone, Copy)]
enum Caller {
    Administrator,
    Computer,
    Nobody,
}

async fn fuzz(host: &TestHost, company: &Company, caller: Caller) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("schemathesis");
    command
        .current_dir(folder.path())
        .arg("--config-file")
        .arg(root().join("tests/python/schemathesis.toml"))
        .args(["run", &host.url("/openapi.json"), "--seed", "1", "--continue-on-failure", "--no-color"])
        .args(["--phases", "examples,coverage,fuzzing,stateful", "--max-examples", EXAMPLES])
        .env("SCHEMATHESIS_HOOKS", root().join("tests/python/schemathesis_hooks.py"))
        // `{request_id}` of a path is REQUEST_ID.
        .envs(company.ids.iter().map(|(name, id)| (name.trim_matches(['{', '}']).to_uppercase(), id)));
    for name in NOT_CALLED {
        command.args(["--exclude-operation-id", name]);
    }
    let token = match caller {
        Caller::Administrator => Some(&company.world.boss),
        Caller::Computer => Some(&company.world.computer_token),
        Caller::Nobody => None,
    };
    if let Some(token) = token {
        command.args(["--header", &format!("Authorization: Bearer {token}")]);
    }
    let output = command.output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let summary = said.rsplit_once("SUMMARY").map_or("", |(_, summary)| summary);
    println!("{summary}");
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(summary.contains("Tested: "), "it has called something");
}

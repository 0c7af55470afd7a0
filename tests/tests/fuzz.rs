//! schemathesis calls every operation with what the API document allows and forbids, as an administrator, as a computer
//! and as nobody, and finds nothing. `FUZZ_SEED` is another seed than the usual one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::{Company, are_installed, root};
use tokio::process::Command;

/// The most examples of an operation in the phases that make them up.
const EXAMPLES: &str = "20";

/// The operation of a waiver that counts for every one.
const EVERY: &str = "*";

/// What ends the session that makes the calls, or shuts it out.
const NOT_CALLED: [&str; 3] = ["sign_out", "end_session", "replace_login_settings"];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_found_with_what_the_document_allows_and_forbids() {
    if !are_installed(&["schemathesis"], "tests/python/requirements.txt with pip") {
        return;
    }
    let findings = tempfile::NamedTempFile::new().unwrap();
    let calls = [Caller::Administrator, Caller::Computer, Caller::Nobody].map(|caller| {
        let findings = findings.path().to_owned();
        tokio::spawn(async move { fuzz_as(caller, &findings).await })
    });
    for call in calls {
        call.await.unwrap();
    }
    let findings = fs::read_to_string(findings.path()).unwrap();
    let needless: Vec<String> =
        waivers().iter().filter_map(|waiver| why_needless(waiver, &findings)).collect();
    assert!(needless.is_empty(), "nothing is found for these waivers any more: {needless:#?}");
}

/// What one caller ends, cancels or deletes is there for the others, which have hosts of their own.
async fn fuzz_as(caller: Caller, findings: &Path) {
    // Beyond the limits of computers, everything would be refused.
    let variables = BTreeMap::from([("computer_limits".to_owned(), "off".to_owned())]);
    let options = Options { variables, ..Options::default() };
    let host = TestHost::start(Backend::Sqlite, options).await.unwrap();
    let company = Company::on(&host).await;
    fuzz(&host, &company, caller, findings).await;
    let signed_in = company.world.api.get("/v1/session").bearer(&company.world.boss).send().await;
    signed_in.expect(200);
    host.stop().await;
}

/// What is waived.
fn waivers() -> Vec<toml::Value> {
    let all = fs::read_to_string(root().join("tests/python/waivers.toml")).unwrap();
    all.parse::<toml::Table>().unwrap()["waivers"].as_array().unwrap().clone()
}

/// The reason of a waiver for which nothing was found. Not each of its fields is found by every run, because ids are random.
fn why_needless(waiver: &toml::Value, findings: &str) -> Option<String> {
    let (check, status) =
        (waiver["check"].as_str().unwrap(), waiver["status"].as_integer().unwrap().to_string());
    let is_its = |line: &str| {
        let [found_check, found_status, operation, what] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("`{line}` is no finding");
        };
        let of = waiver["of"].as_table().unwrap();
        let about = of.get(operation).into_iter().chain(of.get(EVERY));
        let mut about = about.flat_map(|about| about.as_array().unwrap());
        (found_check, found_status) == (check, &*status) && about.any(|each| each.as_str() == Some(what))
    };
    (!findings.lines().any(is_its)).then(|| format!("{check} {status}: {}", waiver["why"]))
}

/// Who calls.
#[derive(Clone, Copy)]
enum Caller {
    Administrator,
    Computer,
    Nobody,
}

async fn fuzz(host: &TestHost, company: &Company, caller: Caller, findings: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let seed = env::var("FUZZ_SEED").unwrap_or_else(|_| "1".to_owned());
    let mut command = Command::new("schemathesis");
    command
        .current_dir(folder.path())
        .arg("--config-file")
        .arg(root().join("tests/python/schemathesis.toml"))
        .args(["run", &host.url("/openapi.json"), "--seed", &seed, "--continue-on-failure", "--no-color"])
        .args(["--phases", "examples,coverage,fuzzing,stateful", "--max-examples", EXAMPLES])
        .env("SCHEMATHESIS_HOOKS", root().join("tests/python/schemathesis_hooks.py"))
        .env("FINDINGS", findings)
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

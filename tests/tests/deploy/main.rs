//! The files in `deploy`: programs that read them find no fault in them, and what they name is there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

mod carried;
mod compose;
mod deliver;
mod names;
mod otel;
mod programs;
mod proxies;
mod redis;
mod redis_user;
mod spin;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use countersign_tests::root;
use serde_json::Value;

/// A file or folder in `deploy`.
fn deploy(path: &str) -> PathBuf {
    root().join("deploy").join(path)
}

fn read(path: &str) -> String {
    std::fs::read_to_string(deploy(path)).unwrap()
}

/// What a program says, on both outputs. It must succeed.
#[track_caller]
fn said(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = [stdout, stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    assert!(status.success(), "{command:?} says: {text}");
    text
}

/// The documents of a YAML file, read by Python.
fn yaml(file: &Path) -> Vec<Value> {
    let script = "import json, sys, yaml; json.dump(list(yaml.safe_load_all(sys.stdin)), sys.stdout)";
    let mut python = Command::new("python3");
    let text = said(python.args(["-c", script]).stdin(File::open(file).unwrap()));
    serde_json::from_str(&text).unwrap()
}

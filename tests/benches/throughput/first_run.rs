//! The first `cargo run` in a clean clone, until it serves. It takes minutes, so it is measured only if asked for.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use countersign_tests::root;
use tempfile::TempDir;

use crate::{FIRST_RUN_MAX, unless};

/// Set to 1 to measure it.
const ASKED: &str = "COUNTERSIGN_FIRST_RUN";

/// Prints how long it took, or how to measure it.
pub fn measured() -> Result<()> {
    if std::env::var_os(ASKED).is_none_or(|value| value != "1") {
        println!("\nFirst `cargo run`: not measured; set {ASKED}=1");
        return Ok(());
    }
    let folder = TempDir::new()?;
    let cloned = Command::new("git").args(["clone", "--quiet"]).arg(root()).arg(folder.path()).status()?;
    ensure!(cloned.success(), "cannot clone the repository");
    let began = Instant::now();
    let mut cargo = Command::new("cargo");
    cargo.current_dir(folder.path()).args([
        "run",
        "--quiet",
        "--",
        "--quiet",
        "--listen",
        "127.0.0.1:0",
        "--until-stdin-ends",
    ]);
    let mut running =
        cargo.env_remove("CARGO_TARGET_DIR").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut lines = BufReader::new(running.stdout.take().context("no output")?).lines();
    let serves = lines.any(|line| line.is_ok_and(|line| line.starts_with("Serving ")));
    let took = began.elapsed();
    drop(running.stdin.take());
    running.wait()?;
    ensure!(serves, "the first `cargo run` does not serve");
    let cores = std::thread::available_parallelism()?;
    let (minutes, seconds) = (took.as_secs() / 60, took.as_secs() % 60);
    let met = unless(took <= FIRST_RUN_MAX);
    println!("\nFirst `cargo run`: {minutes} min {seconds} s on {cores} cores{met}");
    Ok(())
}

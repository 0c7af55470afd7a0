//! Programs that some suites need.

use std::process::{Command, Stdio};

/// Whether all of these programs are installed. If not, the output says `not run: install …`, or the test fails with
/// `COUNTERSIGN_REQUIRE_ALL`.
pub fn are_installed(programs: &[&str], install: &str) -> bool {
    let answers = |program: &str, question: &[&str]| {
        let found = Command::new(program).args(question).stdout(Stdio::null()).stderr(Stdio::null()).status();
        found.is_ok_and(|status| status.success())
    };
    // Some programs know only a command or a letter for it.
    let questions: [&[&str]; 4] = [&["--version"], &["version", "--client"], &["version"], &["-v"]];
    let is_missing = |program: &&&str| !questions.iter().any(|question| answers(program, question));
    let missing: Vec<&&str> = programs.iter().filter(is_missing).collect();
    if missing.is_empty() {
        return true;
    }
    assert!(
        std::env::var_os("COUNTERSIGN_REQUIRE_ALL").is_none(),
        "{missing:?} not found: install {install}"
    );
    println!("not run: install {install}");
    false
}

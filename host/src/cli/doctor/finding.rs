//! What a check found, and how it is printed.

use countersign_client::{json_line, shown};
use serde::Serialize;

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// Nothing is to be done.
    Ok,
    /// It works, but not as it should.
    Warning,
    /// Something does not work, or is not safe.
    Fault,
}

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    pub(super) check: &'static str,
    pub(super) state: State,
    pub(super) found: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) advice: Option<String>,
}

impl Finding {
    pub(super) fn ok(check: &'static str, found: impl Into<String>) -> Self {
        Self { check, state: State::Ok, found: found.into(), advice: None }
    }

    pub(super) fn warning(check: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { check, state: State::Warning, found: found.into(), advice: Some(advice.into()) }
    }

    pub(super) fn fault(check: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { check, state: State::Fault, found: found.into(), advice: Some(advice.into()) }
    }
}

/// All that was found.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    faults: usize,
    warnings: usize,
    findings: Vec<Finding>,
}

impl Report {
    /// The findings, without these secrets.
    pub(super) fn new(mut findings: Vec<Finding>, secrets: &[String]) -> Self {
        for finding in &mut findings {
            finding.found = without(&finding.found, secrets);
            finding.advice = finding.advice.take().map(|advice| without(&advice, secrets));
        }
        let count = |state| findings.iter().filter(|finding| finding.state == state).count();
        Self { faults: count(State::Fault), warnings: count(State::Warning), findings }
    }

    /// Whether something does not work.
    pub(super) fn has_faults(&self) -> bool {
        self.faults > 0
    }

    /// One document, for programs.
    pub(super) fn json(&self) -> anyhow::Result<String> {
        Ok(json_line(&serde_json::to_string(self)?))
    }

    /// A table, for people. What to do follows each finding on a line of its own.
    pub(super) fn table(&self) -> String {
        let width = self.findings.iter().map(|finding| finding.check.len()).max().unwrap_or_default();
        let mut text = String::new();
        for Finding { check, state, found, advice } in &self.findings {
            let state = match state {
                State::Ok => "ok",
                State::Warning => "warning",
                State::Fault => "FAULT",
            };
            text.push_str(&format!("{state:<7}  {check:<width$}  {}\n", shown(found)));
            if let Some(advice) = advice {
                text.push_str(&format!("{:<7}  {:<width$}  > {}\n", "", "", shown(advice)));
            }
        }
        let many = |count: usize, what: &str| match count {
            1 => format!("1 {what}"),
            count => format!("{count} {what}s"),
        };
        text.push_str(&format!("\n{}, {}", many(self.faults, "fault"), many(self.warnings, "warning")));
        text
    }
}

/// The fewest characters of a secret that are looked for. Shorter ones are parts of ordinary words.
const SECRET_MIN: usize = 6;

fn without(text: &str, secrets: &[String]) -> String {
    let secrets = secrets.iter().filter(|secret| secret.chars().count() >= SECRET_MIN);
    secrets.fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), "[secret]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings() -> Vec<Finding> {
        vec![
            Finding::ok("store", "it answers"),
            Finding::fault("public_url", "nothing answers\u{1b}[2J at hush-hush", "start it with hush-hush"),
        ]
    }

    #[test]
    fn people_read_a_table_with_what_to_do() {
        let report = Report::new(findings(), &[]);
        let expected = "ok       store       it answers\nFAULT    public_url  nothing answers [2J at hush-hush\n                     \
            > start it with hush-hush\n\n1 fault, 0 warnings";
        assert_eq!(report.table(), expected);
        assert!(report.has_faults());
    }

    #[test]
    fn no_secret_is_printed() {
        let report = Report::new(findings(), &["hush-hush".to_owned(), "it".to_owned()]);
        for text in [report.table(), report.json().unwrap()] {
            assert!(!text.contains("hush"), "{text}");
            assert_eq!(text.matches("[secret]").count(), 2, "{text}");
        }
    }
}

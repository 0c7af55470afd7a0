//! The server's refusals: RFC 9457 problem details, shown in words that a user can act on.

use std::fmt::{self, Write as _};

use serde::Deserialize;
use serde_json::Value;

/// A refusal as sent by the server.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// Stable and kebab-case, for programs.
    pub code: String,
    /// The kind of problem, in words.
    pub title: String,
    /// What happened this time, in words.
    pub detail: Option<String>,
    /// The errors in the input, one per place.
    pub errors: Vec<InputError>,
    /// The permissions that would have been needed.
    pub missing: Option<Value>,
    /// The decision that was made before.
    pub decision: Option<Value>,
    /// What has changed since it was seen.
    pub changed: Vec<String>,
}

/// An error in the input.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct InputError {
    /// JSON pointer into the body.
    pub pointer: String,
    /// What is wrong there.
    pub message: String,
}

impl Problem {
    /// Whether the same call may succeed later: too many calls, or a failure of the server or of a proxy.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self.status, 429 | 500 | 502 | 503 | 504)
    }

    /// Parses a refusal. A body that is not a problem document (for example a proxy's page) still gives its status.
    #[must_use]
    pub fn read(status: u16, body: &[u8]) -> Self {
        let mut problem: Self = serde_json::from_slice(body).unwrap_or_default();
        problem.status = status;
        problem
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.detail, self.title.as_str()) {
            (Some(detail), _) => out.write_str(detail)?,
            (None, "") => out.write_str("no reason given")?,
            (None, title) => out.write_str(title)?,
        }
        write!(out, " (status {}", self.status)?;
        if !self.code.is_empty() {
            write!(out, ", `{}`", self.code)?;
        }
        out.write_char(')')?;
        for error in &self.errors {
            write!(out, "\n  {}: {}", error.pointer, error.message)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_reads_as_sentences() {
        let body = br#"{"title":"invalid body","status":422,"code":"invalid-body","detail":"the body is not acceptable",
            "errors":[{"pointer":"/subject/sha256","message":"64 hexadecimal digits expected"}],"new":1}"#;
        assert_eq!(
            Problem::read(422, body).to_string(),
            "the body is not acceptable (status 422, `invalid-body`)\n  /subject/sha256: 64 hexadecimal digits expected"
        );
    }

    #[test]
    fn a_page_of_a_proxy_still_says_its_status() {
        assert_eq!(Problem::read(502, b"<html>").to_string(), "no reason given (status 502)");
    }
}

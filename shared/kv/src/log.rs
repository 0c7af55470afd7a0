//! The log of a component: one line per failure on stderr, understandable on its own. Never credentials or bodies.
use std::fmt::{Display, Write};
#[cfg(any(test, feature = "testing"))]
use std::sync::atomic::{AtomicBool, Ordering};

use crate::request;

#[cfg(any(test, feature = "testing"))]
static QUIET: AtomicBool = AtomicBool::new(false);

/// From now on nothing is logged by this process: for programs that do in minutes what a deployment does in years.
#[cfg(any(test, feature = "testing"))]
pub fn be_quiet() {
    QUIET.store(true, Ordering::Relaxed);
}

/// Writes one line: what happened, then its fields as `name="value"`, and the id of the request that is being answered.
pub fn line(what: &str, fields: &[(&str, &dyn Display)]) {
    #[cfg(any(test, feature = "testing"))]
    if QUIET.load(Ordering::Relaxed) {
        return;
    }
    let mut line = format_line(what, fields);
    if let Some(request) = request::current() {
        add_field(&mut line, "request_id", &request.id);
    }
    eprintln!("{line}");
}

fn format_line(what: &str, fields: &[(&str, &dyn Display)]) -> String {
    let mut line = String::from(what);
    fields.iter().for_each(|(name, value)| add_field(&mut line, name, value));
    line
}

fn add_field(line: &mut String, name: &str, value: &dyn Display) {
    // Debug of a string escapes quotes and line ends, so that input cannot forge a line.
    let _ = write!(line, " {name}={:?}", value.to_string());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_start_a_line_of_its_own() {
        let line = format_line("it failed", &[("host", &"a\nb \"c\""), ("status", &500)]);
        assert_eq!(line, r#"it failed host="a\nb \"c\"" status="500""#);
    }
}

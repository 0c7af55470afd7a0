//! Messages and their texts for each channel. Text from outside is made harmless here and nowhere else.

mod account;
mod handling;
mod plain;
mod request;

pub use account::{invitation, password_reset};
pub use handling::{asked, flagged};
pub use plain::{defanged, one_line};
pub use request::{decided, end_changed, ended, revoked, submitted};

use std::fmt::Write;

use jiff::Timestamp;

/// A message in every form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// One line.
    pub subject: String,
    /// The email as plain text.
    pub text: String,
    /// The email as HTML.
    pub html: String,
    /// The text message.
    pub short: String,
    /// Headers that the email has besides sender, recipient, subject and reply address.
    pub headers: Vec<(&'static str, String)>,
}

impl Message {
    /// The same message under a heading, in a colour such as `#0a7b3c`.
    pub fn headed(self, heading: &str, colour: Option<&str>) -> Self {
        let style = colour.map(|colour| format!(" style=\"color:{}\"", escaped(colour))).unwrap_or_default();
        let body = format!("<html><body>\n<h1{style}>{}</h1>\n", escaped(heading));
        let html = self.html.replacen("<html><body>\n", &body, 1);
        Self { text: format!("{heading}\n\n{}", self.text), html, ..self }
    }
}

/// The longest subject, in characters.
const SUBJECT_MAX: usize = 150;

/// The parts of a message. Every text in it is already harmless; the HTML is escaped all the same.
struct Draft {
    subject: String,
    opening: String,
    /// Label and value, one line each.
    facts: Vec<(&'static str, String)>,
    /// Somebody's own words, line by line, under a heading.
    quote: Option<(&'static str, Vec<String>)>,
    /// What the link does, and the link.
    link: Option<(&'static str, String)>,
    closing: &'static str,
    short: String,
}

impl Draft {
    fn finish(self) -> Message {
        Message {
            subject: one_line(&self.subject, SUBJECT_MAX),
            text: self.text(),
            html: self.html(),
            short: self.short,
            // Nobody's automatic reply answers it (RFC 3834).
            headers: vec![("Auto-Submitted", "auto-generated".to_owned())],
        }
    }

    fn text(&self) -> String {
        let mut text = format!("{}\n", self.opening);
        if !self.facts.is_empty() {
            text.push('\n');
        }
        for (label, value) in &self.facts {
            let _ = writeln!(text, "{label}: {value}");
        }
        if let Some((heading, lines)) = &self.quote {
            let _ = writeln!(text, "\n{heading}:");
            for line in lines {
                // Marked line by line, so that quoted words cannot pass for the message's own.
                let _ = writeln!(text, "> {line}");
            }
        }
        if let Some((what, link)) = &self.link {
            let _ = writeln!(text, "\n{what}:\n{link}");
        }
        let _ = write!(text, "\n{}\n", self.closing);
        text
    }

    fn html(&self) -> String {
        let mut html = format!("<!doctype html>\n<html><body>\n<p>{}</p>\n", escaped(&self.opening));
        if !self.facts.is_empty() {
            html.push_str("<table>\n");
            for (label, value) in &self.facts {
                let (label, value) = (escaped(label), escaped(value));
                let _ = writeln!(html, "<tr><th align=\"left\">{label}</th><td>{value}</td></tr>");
            }
            html.push_str("</table>\n");
        }
        if let Some((heading, lines)) = &self.quote {
            let lines: Vec<_> = lines.iter().map(|line| escaped(line)).collect();
            let _ = writeln!(
                html,
                "<p>{}:</p>\n<blockquote>{}</blockquote>",
                escaped(heading),
                lines.join("<br>")
            );
        }
        if let Some((what, link)) = &self.link {
            let (what, link) = (escaped(what), escaped(link));
            let _ = writeln!(html, "<p><a href=\"{link}\">{what}</a><br>{link}</p>");
        }
        let _ = write!(html, "<p>{}</p>\n</body></html>\n", escaped(self.closing));
        html
    }
}

/// Text escaped for HTML.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

/// A moment as people read it.
fn moment(at: Timestamp) -> String {
    let text = at.to_string();
    // Of `2026-06-01T12:00:00Z` the day and the minute.
    match (text.get(..10), text.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time} UTC"),
        _ => text,
    }
}

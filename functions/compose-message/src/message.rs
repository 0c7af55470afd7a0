//! Messages and their texts for each medium. Text from outside is made harmless here and nowhere else: see [`words`].

mod account;
mod digest;
mod gsm;
mod handling;
mod headers;
mod html;
mod inert;
mod language;
mod request;
mod requesters_digest;
mod short;
mod waiting;
mod words;

pub use account::{
    account_recovered, invitation, password_changed, password_reset, rights_changed, signed_in_elsewhere,
};
pub use digest::{Summed, digest};
pub use handling::{asked, flagged, handled, over};
pub use language::Reader;
pub use request::{decided, end_changed, ended, expired, revoked};
pub use requesters_digest::requesters_digest;
pub use waiting::waiting;
pub use words::Words;

use std::fmt::Write;

use countersign_http::functions;
use countersign_model::{Delivery, InPlaceOf, Notice};

use request::NAME;
use short::Short;

/// A message in every form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// The subject of the email.
    pub subject: String,
    /// The news in one line, for chats and browsers.
    pub title: String,
    /// The email as plain text.
    pub text: String,
    /// The email as HTML.
    pub html: String,
    /// The text message.
    pub short: String,
    /// Headers that the email has besides sender, recipient, subject and reply address.
    pub headers: Vec<(&'static str, String)>,
    /// What all of them say.
    pub content: Content,
    /// What the text message says.
    parts: Short,
}

/// Label and value, one line each.
pub type Facts = Vec<(&'static str, Words)>;

/// What a message says, in parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Content {
    /// The tag of its language (RFC 5646).
    pub language: &'static str,
    /// The colour of the strip above it, such as `#0a7b3c`.
    pub colour: Option<String>,
    /// Who sends it.
    pub heading: Option<Words>,
    /// The news in one line. It is the email's subject, too, unless that belongs to a thread.
    pub title: Words,
    /// What happened.
    pub opening: Words,
    /// In whose place the recipient gets it.
    pub instead: Option<Words>,
    /// What to take care of.
    pub warning: Option<&'static str>,
    /// What there is to know, the most important first.
    pub facts: Facts,
    /// Somebody's own words, line by line, under a heading.
    pub quote: Option<(&'static str, Vec<Words>)>,
    /// What the link does, and the link.
    pub link: Option<(&'static str, String)>,
    /// Why the recipient gets it.
    pub closing: &'static str,
}

/// Whether a message is the first about its request, or follows others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InThread {
    First,
    Later,
}

/// The longest subject and title, in characters.
const SUBJECT_MAX: usize = 150;
/// Begins the subject of a message that follows others (RFC 5322, section 3.6.5).
const FOLLOWS: &str = "Re: ";

impl Message {
    fn new(content: Content, short: Short) -> Self {
        let title = shortened(content.title.clone(), SUBJECT_MAX);
        Self {
            subject: title.clone(),
            title,
            text: content.text(),
            html: html::document(&content),
            short: short.clone().finish(),
            headers: Vec::new(),
            content,
            parts: short,
        }
    }

    /// The same message as one of those about a request. Programs for mail keep those together that refer to the same message
    /// and have the same subject but for `Re:`, so the news is in what the message says.
    fn in_thread(self, topic: Words, place: InThread) -> Self {
        let topic = shortened(topic, SUBJECT_MAX - FOLLOWS.len());
        let subject = match place {
            InThread::First => topic,
            InThread::Later => format!("{FOLLOWS}{topic}"),
        };
        Self { subject, ..self }
    }

    /// The same message as this delivery of it.
    pub fn delivered_as(self, delivery: &Delivery, public_url: &str) -> Self {
        Self { headers: headers::of(delivery, public_url), ..self }
    }

    /// The same message as its recipient gets it in the place of somebody who is away.
    pub fn in_place_of(mut self, reader: &Reader, whom: &InPlaceOf, notice: &Notice) -> Self {
        let (name, until) = (Words::theirs(&whom.name, NAME), whom.until.map(|at| reader.moment(at)));
        // A digest has what its recipient gets for themselves, too.
        let instead = reader.texts().instead(*notice != Notice::Digest, name, until);
        self.parts = self.parts.before_others(instead.clone());
        self.short = self.parts.clone().finish();
        self.with(|content| content.instead = Some(instead))
    }

    /// The same message under a strip of a colour, such as `#0a7b3c`, and a heading.
    pub fn headed(self, heading: Option<Words>, colour: Option<&str>) -> Self {
        self.with(|content| (content.heading, content.colour) = (heading, colour.map(str::to_owned)))
    }

    /// The same message with a change in what the email says.
    fn with(mut self, change: impl FnOnce(&mut Content)) -> Self {
        change(&mut self.content);
        (self.text, self.html) = (self.content.text(), html::document(&self.content));
        self
    }
}

impl From<Message> for functions::Message {
    fn from(message: Message) -> Self {
        let headers = message.headers.into_iter().map(|(name, value)| (name.to_owned(), value));
        Self {
            subject: message.subject,
            title: message.title,
            text: message.text,
            link_text: message.content.link.map(|(what, _)| what.to_owned()),
            html: message.html,
            short_is_gsm: gsm::has(&message.short),
            short: message.short,
            headers: headers.collect(),
            ..Self::default()
        }
    }
}

/// A line of at most so many characters: long names lose their middle.
fn shortened(mut line: Words, most: usize) -> String {
    while line.text().chars().count() > most && line.shorten(1) {}
    line.text()
}

impl Content {
    /// A content with nothing but its title.
    fn new(reader: &Reader, title: Words) -> Self {
        Self {
            language: reader.texts().tag(),
            colour: None,
            heading: None,
            title,
            opening: Words::default(),
            instead: None,
            warning: None,
            facts: Vec::new(),
            quote: None,
            link: None,
            closing: "",
        }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        if let Some(heading) = &self.heading {
            let _ = writeln!(text, "{}\n", heading.text());
        }
        let _ = writeln!(text, "{}", self.opening.text());
        if let Some(instead) = &self.instead {
            let _ = writeln!(text, "\n{}", instead.text());
        }
        if let Some(warning) = self.warning {
            let _ = writeln!(text, "\n{warning}");
        }
        if let Some((heading, lines)) = &self.quote {
            let _ = writeln!(text, "\n{heading}:");
            for line in lines {
                // Marked line by line, so that quoted words cannot pass for the message's own.
                let _ = writeln!(text, "> {}", line.text());
            }
        }
        if let Some((what, link)) = &self.link {
            let _ = writeln!(text, "\n{what}:\n{link}");
        }
        if !self.facts.is_empty() {
            text.push('\n');
        }
        for (label, value) in &self.facts {
            let _ = writeln!(text, "{label}: {}", value.text());
        }
        let _ = write!(text, "\n{}\n", self.closing);
        text
    }
}

#[cfg(test)]
mod tests;

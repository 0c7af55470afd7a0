//! What of a submission was not taken as it was sent. The request is made all the same.

use std::fmt::Display;
use std::str::FromStr;

use countersign_http::{Loose, Moment};
use countersign_model::{Reported, text};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// How many warnings an answer has at most.
const MOST: usize = 50;

/// Something that was not taken as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SubmissionWarning)]
pub struct Warning {
    /// Where it is: a JSON pointer (RFC 6901) into the body.
    #[schema(example = "/requester/email")]
    pub pointer: String,
    /// What is odd there, and what became of it.
    #[schema(example = "must be an email address such as `name@company.example`; it was left out")]
    pub message: String,
}

/// The warnings of a submission.
#[derive(Debug, Default)]
pub struct Warnings(Vec<Warning>);

impl Warnings {
    /// One more.
    pub fn add(&mut self, pointer: &str, message: impl Into<String>) {
        if self.0.len() < MOST {
            self.0.push(Warning { pointer: pointer.to_owned(), message: message.into() });
        }
    }

    /// One more, unless there is one about the same place.
    pub fn once(&mut self, pointer: &str, message: impl Into<String>) {
        if !self.0.iter().any(|warning| warning.pointer == pointer) {
            self.add(pointer, message);
        }
    }

    /// Something that was left out because it is not what it should be.
    pub fn left_out(&mut self, pointer: &str, must: impl Display) {
        self.add(pointer, format!("{must}; it was left out"));
    }

    /// Members that are not known.
    pub fn unknown(&mut self, pointers: &[String]) {
        for pointer in pointers {
            self.add(pointer, "is not known here; it was left out");
        }
    }

    /// Something that makes no sense for this kind of request.
    pub fn out_of_place<T>(&mut self, pointer: &str, value: &Option<T>, why: &str) {
        if value.is_some() {
            self.left_out(pointer, why);
        }
    }

    /// The text of a member that only informs, in WTF-8.
    pub fn text(&mut self, pointer: &str, value: &Option<Loose>) -> Option<Vec<u8>> {
        let text = value.as_ref()?.wtf8();
        if text.is_none() {
            self.left_out(pointer, "must be a string");
        }
        text
    }

    /// A text that a computer reports, of which so much is kept.
    pub fn reported(&mut self, pointer: &str, value: &Option<Loose>, most: usize) -> Option<Reported> {
        let text = Reported::of_wtf8(&self.text(pointer, value)?, most);
        if text.is_cut() {
            self.add(pointer, format!("is longer than {most} bytes; its middle was left out"));
        }
        Some(text)
    }

    /// As [`Self::reported`]; an empty text says nothing.
    pub fn said(&mut self, pointer: &str, value: &Option<Loose>, most: usize) -> Option<Reported> {
        let text = self.reported(pointer, value, most)?;
        if text.is_empty() {
            self.left_out(pointer, "must not be empty");
            return None;
        }
        Some(text)
    }

    /// A requester's reason, as much of it as is kept.
    pub fn reason(&mut self, value: &Option<Loose>) -> Option<String> {
        let (reason, cut) = text::reason(&self.text("/reason", value)?);
        if cut {
            let most = text::REASON_MAX;
            self.add("/reason", format!("is longer than {most} characters; the rest was left out"));
        }
        reason
    }

    /// A text of a certain form, such as a digest.
    pub fn parsed<T>(&mut self, pointer: &str, value: &Option<Loose>) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let text = self.text(pointer, value)?;
        match String::from_utf8_lossy(&text).parse() {
            Ok(parsed) => Some(parsed),
            Err(must) => {
                self.left_out(pointer, must);
                None
            }
        }
    }

    /// A moment.
    pub fn moment(&mut self, pointer: &str, value: &Option<Loose>) -> Option<Timestamp> {
        self.parsed::<Moment>(pointer, value).map(Into::into)
    }

    /// Yes or no.
    pub fn yes(&mut self, pointer: &str, value: &Option<Loose>) -> Option<bool> {
        let yes = value.as_ref()?.read::<bool>();
        if yes.is_none() {
            self.left_out(pointer, "must be `true` or `false`");
        }
        yes
    }

    /// All of them.
    pub fn into_vec(self) -> Vec<Warning> {
        self.0
    }
}

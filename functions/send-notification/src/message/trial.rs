//! The test message, which administrators send themselves.

use super::short::Short;
use super::words::Words;
use super::{Content, Message, Reader};

/// A message that says nothing but that messages arrive.
pub fn trial() -> Message {
    let says = "This is a test. Requests for permission will be reported here like this.";
    let content = Content {
        opening: Words::from(says),
        closing: "An administrator had it sent.",
        ..Content::new(&Reader::default(), Words::from("Test message"))
    };
    let message = Message::new(content, Short::new(Words::from(says), Vec::new(), None));
    // Nobody's automatic reply answers it (RFC 3834).
    Message { headers: vec![("Auto-Submitted", "auto-generated".to_owned())], ..message }
}

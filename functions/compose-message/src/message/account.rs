//! Messages with a link that works once: invitations and password resets. The token is in the link's fragment, which
//! browsers send to no server and which appears in no log.

use jiff::Timestamp;

use super::language::{Label, Phrase, Reader};
use super::short::Short;
use super::words::{Words, words};
use super::{Content, Message};

/// The longest name in a message, in characters.
const NAME: usize = 200;

/// An invitation.
pub fn invitation(reader: &Reader, name: &str, company: &str, link: String, expires: Timestamp) -> Message {
    let (name, company) = (Words::theirs(name, NAME), Words::theirs(company, NAME));
    let says = reader.texts();
    let subject = says.invites_subject(company.clone());
    let content = Content {
        opening: says.invites_opening(name, company),
        link: Some((says.phrase(Phrase::AcceptInvitation), link.clone())),
        closing: says.phrase(Phrase::InvitationOnce),
        ..with_link(reader, subject.clone(), expires)
    };
    Message::new(content, Short::new(words![subject, ":"], Vec::new(), Some(link)))
}

/// A password reset.
pub fn password_reset(reader: &Reader, name: &str, link: String, expires: Timestamp) -> Message {
    let says = reader.texts();
    let subject = Words::from(says.phrase(Phrase::ChooseNewPasswordSubject));
    let content = Content {
        opening: says.reset_opening(Words::theirs(name, NAME)),
        link: Some((says.phrase(Phrase::ChooseNewPassword), link.clone())),
        closing: says.phrase(Phrase::ResetOnce),
        ..with_link(reader, subject.clone(), expires)
    };
    Message::new(content, Short::new(words![subject, ":"], Vec::new(), Some(link)))
}

fn with_link(reader: &Reader, subject: Words, expires: Timestamp) -> Content {
    let until = reader.texts().label(Label::LinkWorksUntil);
    Content { facts: vec![(until, reader.moment(expires))], ..Content::new(reader, subject) }
}

//! Messages about the recipient's own account. Invitations and password resets have a link that works once; its token is in
//! the fragment, which browsers send to no server and which appears in no log.

use std::net::IpAddr;

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

/// A sign-in from an address from which the recipient has not signed in recently.
pub fn signed_in_elsewhere(
    reader: &Reader,
    address: Option<IpAddr>,
    at: Timestamp,
    public_url: &str,
) -> Message {
    let says = [Phrase::NewSignInSubject, Phrase::NewSignIn, Phrase::NotYou];
    from_an_address(reader, says, address, at, public_url)
}

/// The recipient, or somebody with their password, changed it.
pub fn password_changed(
    reader: &Reader,
    address: Option<IpAddr>,
    at: Timestamp,
    public_url: &str,
) -> Message {
    let says = [Phrase::PasswordChangedSubject, Phrase::PasswordChanged, Phrase::PasswordNotYou];
    from_an_address(reader, says, address, at, public_url)
}

/// Something that was done with the recipient's account from an address.
fn from_an_address(
    reader: &Reader,
    [subject, opening, closing]: [Phrase; 3],
    address: Option<IpAddr>,
    at: Timestamp,
    public_url: &str,
) -> Message {
    let says = reader.texts();
    let address = address.map(|address| (says.label(Label::Address), Words::address(address)));
    let content = Content {
        opening: says.phrase(opening).into(),
        facts: address.into_iter().chain([(says.label(Label::When), reader.moment(at))]).collect(),
        closing: says.phrase(closing),
        ..about_account(reader, subject, public_url)
    };
    shortly(content, public_url)
}

/// The recipient may do something else than before.
pub fn rights_changed(reader: &Reader, by: Option<&str>, at: Timestamp, public_url: &str) -> Message {
    let says = reader.texts();
    let by = by.map(|by| (says.label(Label::ChangedBy), Words::theirs(by, NAME)));
    let content = Content {
        opening: says.phrase(Phrase::RightsChanged).into(),
        facts: by.into_iter().chain([(says.label(Label::When), reader.moment(at))]).collect(),
        closing: says.phrase(Phrase::YourAccount),
        ..about_account(reader, Phrase::RightsChangedSubject, public_url)
    };
    shortly(content, public_url)
}

/// Whoever runs the deployment gave an administrator a link for a new password, because they could not sign in any more.
pub fn account_recovered(reader: &Reader, whose: &str, at: Timestamp, public_url: &str) -> Message {
    let says = reader.texts();
    let whose = (says.label(Label::Account), Words::theirs(whose, NAME));
    let content = Content {
        opening: says.phrase(Phrase::AccountRecovered).into(),
        facts: vec![whose, (says.label(Label::When), reader.moment(at))],
        closing: says.phrase(Phrase::AskTheOperator),
        ..about_account(reader, Phrase::AccountRecoveredSubject, public_url)
    };
    shortly(content, public_url)
}

fn about_account(reader: &Reader, subject: Phrase, public_url: &str) -> Content {
    let says = reader.texts();
    Content {
        link: Some((says.phrase(Phrase::OpenConsole), format!("{public_url}/"))),
        ..Content::new(reader, says.phrase(subject).into())
    }
}

fn shortly(content: Content, public_url: &str) -> Message {
    let short = Short::new(words![content.title.clone(), "."], Vec::new(), Some(format!("{public_url}/")));
    Message::new(content, short)
}

fn with_link(reader: &Reader, subject: Words, expires: Timestamp) -> Content {
    let until = reader.texts().label(Label::LinkWorksUntil);
    Content { facts: vec![(until, reader.moment(expires))], ..Content::new(reader, subject) }
}

//! Messages with a link that works once: invitations and password resets. The token is in the link's fragment, which
//! browsers send to no server and which appears in no log.

use jiff::Timestamp;

use super::{Draft, Message, moment, one_line};

/// The longest name in a message, in characters.
const NAME: usize = 200;

/// An invitation.
pub fn invitation(name: &str, company: &str, public_url: &str, token: &str, expires: Timestamp) -> Message {
    let (name, company) = (one_line(name, NAME), one_line(company, NAME));
    let link = format!("{public_url}/invitation#{token}");
    Draft {
        subject: format!("{company} invites you to Countersign"),
        opening: format!("Hello {name}, you are invited to be an administrator of {company}."),
        facts: vec![("The link works until", moment(expires))],
        quote: None,
        short: format!("{company} invites you to Countersign: {link}"),
        link: Some(("Accept the invitation and choose a password", link)),
        closing: "The link works once. If you did not expect it, do nothing.",
    }
    .finish()
}

/// A password reset.
pub fn password_reset(name: &str, public_url: &str, token: &str, expires: Timestamp) -> Message {
    let name = one_line(name, NAME);
    let link = format!("{public_url}/password-reset#{token}");
    Draft {
        subject: "Choose a new password for Countersign".to_owned(),
        opening: format!("Hello {name}, a new password for your account was asked for."),
        facts: vec![("The link works until", moment(expires))],
        quote: None,
        short: format!("Choose a new password for Countersign: {link}"),
        link: Some(("Choose a new password", link)),
        closing: "The link works once. Your old password works until then. If you did not expect this, do nothing.",
    }
    .finish()
}

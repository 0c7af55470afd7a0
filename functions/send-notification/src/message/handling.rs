//! Messages among administrators about a request: a colleague asks for a decision, a file was flagged as malicious.

use countersign_model::{FileFlag, Request};

use super::plain::quoted;
use super::{Draft, Message, defanged, moment, one_line};

/// The longest name in a message, in characters.
const NAME: usize = 200;
/// The longest line of what an administrator wrote.
const LONG: usize = 2000;

/// A colleague who may not decide a request asks the recipient to.
pub fn asked(request: &Request, by: &str, message: Option<&str>, public_url: &str) -> Message {
    let (company, by) = (one_line(&request.organization_name, NAME), one_line(by, NAME));
    let what = what(request);
    let link = link(request, public_url);
    Draft {
        subject: format!("{company}: {by} asks you to decide about {what}"),
        opening: format!("{by} asks you to decide a request that is still pending."),
        facts: facts(request),
        quote: message.map(|text| ("They write", quoted(text, LONG))),
        short: format!("{company}: {by} asks you to decide about {what}. {link}"),
        link: Some(("Open the request and decide", link)),
        closing: "You get this message because you may decide this request.",
    }
    .finish()
}

/// A file was flagged as malicious: this is one of the requests for it.
pub fn flagged(request: &Request, flag: &FileFlag, public_url: &str) -> Message {
    let company = one_line(&request.organization_name, NAME);
    let by = one_line(&flag.administrator_name, NAME);
    let what = what(request);
    let link = link(request, public_url);
    let mut facts = facts(request);
    facts.push(("Flagged by", by.clone()));
    facts.push(("Flagged", moment(flag.at)));
    Draft {
        subject: format!("{company}: {what} was flagged as malicious"),
        opening: format!(
            "{by} flagged {what} as malicious. Requests for it are denied, and approvals of it are revoked, until the flag is cleared."
        ),
        facts,
        quote: flag.note.as_ref().map(|text| ("They write", quoted(text, LONG))),
        short: format!("{company}: {by} flagged {what} as malicious. SHA-256 {}. {link}", flag.sha256),
        link: Some(("Open a request for the file", link)),
        closing: "You get this message because you may open requests for this file.",
    }
    .finish()
}

fn what(request: &Request) -> String {
    defanged(&request.subject.name(), 100)
}

fn link(request: &Request, public_url: &str) -> String {
    format!("{public_url}/requests/{}", request.id)
}

fn facts(request: &Request) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("Company", one_line(&request.organization_name, NAME)),
        ("Computer", defanged(&request.hostname, NAME)),
        ("Kind", request.kind().to_string()),
        ("Subject", what(request)),
    ];
    facts.extend(request.subject.file().map(|file| ("SHA-256", file.sha256.to_string())));
    facts.push(("Asked", moment(request.created_at)));
    facts
}

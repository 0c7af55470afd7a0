//! Messages among administrators about a request: a colleague asks for a decision, a file was flagged as malicious, others ask for
//! the same, it is handled.

use countersign_model::{FileFlag, Request};

use super::language::{Label, Others, Phrase, Reader, Waits, sha256};
use super::request::{Asking, NAME, WHAT, computer_marked, computer_shortly, link, topic};
use super::short::Short;
use super::words::{Words, words};
use super::{Content, InThread, Message};

/// The longest line of what an administrator wrote.
const LONG: usize = 2000;
/// How many users a message names besides the first.
const USERS: usize = 10;

/// A colleague who may not decide a request asks the recipient to. `unconfirmed`: its computer still is. `others`: how many other computers
/// wait.
pub fn asked(
    reader: &Reader,
    request: &Request,
    (by, message): (&str, Option<&str>),
    (unconfirmed, others): (bool, Option<Words>),
    public_url: &str,
) -> Message {
    let says = reader.texts();
    let (company, by) = (Words::theirs(&request.organization_name, NAME), Words::theirs(by, NAME));
    let title = says.asks_you_subject(company, by.clone(), what(request));
    let asking = Asking::of(reader, request, unconfirmed, others);
    let (link, opening) = (link(request, public_url), says.asks_you_opening(by));
    let short = asking.short(reader, request, &title, &link);
    let mut content =
        asking.content(reader, title, opening, (Phrase::OpenAndDecide, link), Phrase::MayDecide);
    if let Some(text) = message {
        let theirs = (says.phrase(Phrase::TheyWrite), Words::their_lines(text, LONG));
        content.facts.extend(content.quote.replace(theirs).map(in_a_line));
    }
    Message::new(content, short).in_thread(topic(reader, request), InThread::Later)
}

/// A quotation as a fact.
fn in_a_line((heading, lines): (&'static str, Vec<Words>)) -> (&'static str, Words) {
    (heading, Words::joined(lines, " "))
}

/// A file was flagged as malicious: this is one of the requests for it.
pub fn flagged(reader: &Reader, request: &Request, flag: &FileFlag, public_url: &str) -> Message {
    let says = reader.texts();
    let company = Words::theirs(&request.organization_name, NAME);
    let by = Words::theirs(&flag.administrator_name, NAME);
    let what = what(request);
    let link = link(request, public_url);
    let mut facts = facts(reader, request);
    facts.push((says.label(Label::FlaggedBy), by.clone()));
    facts.push((says.label(Label::Flagged), reader.moment(flag.at)));
    let note = flag.note.as_ref();
    let content = Content {
        opening: says.flagged_opening(by.clone(), what.clone()),
        facts,
        quote: note.map(|text| (says.phrase(Phrase::TheyWrite), Words::their_lines(text, LONG))),
        link: Some((says.phrase(Phrase::OpenForFile), link.clone())),
        closing: says.phrase(Phrase::MayOpen),
        ..Content::new(reader, says.flagged_subject(company.clone(), what.clone()))
    };
    let says = says.flagged_shortly(company, by, what);
    let short = Short::new(says, vec![sha256(&flag.sha256)], Some(link));
    Message::new(content, short)
}

/// Others ask for what a pending request asks for: so many computers wait by now.
pub fn joined(reader: &Reader, request: &Request, computers: u32, public_url: &str) -> Message {
    let says = reader.texts();
    let company = Words::theirs(&request.organization_name, NAME);
    let others = Others {
        users: request.others_waiting().saturating_add(1),
        computers,
        computer: computer_shortly(request),
        what: what(request),
    };
    let title = says.joined_subject(company, &others);
    let mut facts = facts(reader, request);
    let users: Vec<Words> =
        request.waiting().skip(1).map(|user| Words::theirs(&user.username, NAME)).take(USERS).collect();
    let unnamed = request.others_waiting().saturating_sub(users.len());
    if !users.is_empty() {
        let more = (unnamed > 0).then(|| says.more(unnamed));
        let all = Words::joined(users.into_iter().chain(more), ", ");
        facts.push((says.label(Label::AlsoAskedBy), all));
    }
    let link = (says.phrase(Phrase::OpenAndDecide), link(request, public_url));
    about(reader, title, says.joined_opening(&others), facts, link, Phrase::DecidesNothing)
        .in_thread(topic(reader, request), InThread::Later)
}

/// A request that the recipient was told of is decided, or nobody did in time. `None` if it still waits.
pub fn handled(reader: &Reader, request: &Request, public_url: &str) -> Option<Message> {
    let says = reader.texts();
    let company = Words::theirs(&request.organization_name, NAME);
    let mut facts = facts(reader, request);
    let (title, opening) = match &request.decision {
        Some(decision) => {
            let by = Words::theirs(&decision.administrator_name, NAME);
            facts.push((says.label(Label::Decided), reader.moment(decision.at)));
            let title = says.handled_subject(company, by.clone(), decision.outcome, what(request));
            (title, says.handled_opening(by, decision.outcome))
        }
        None if request.is_undecided() => {
            facts.push((says.label(Label::Ended), reader.moment(request.expires_at)));
            let title = says.waits_subject(company, Waits::Expired, what(request));
            (title, says.phrase(Phrase::NobodyDecided).into())
        }
        None => return None,
    };
    let link = (says.phrase(Phrase::OpenRequest), link(request, public_url));
    let message = about(reader, title, opening, facts, link, Phrase::WereTold);
    Some(message.in_thread(topic(reader, request), InThread::Later))
}

/// A request is over in whichever way: decided, withdrawn, expired, or ended with its computer.
pub fn over(reader: &Reader, request: &Request, public_url: &str) -> Message {
    handled(reader, request, public_url).unwrap_or_else(|| {
        let link = (reader.texts().phrase(Phrase::OpenRequest), link(request, public_url));
        let topic = topic(reader, request);
        about(reader, topic.clone(), topic, facts(reader, request), link, Phrase::WereTold)
    })
}

/// A message whose title says it all, in text messages, too.
pub fn about(
    reader: &Reader,
    title: Words,
    opening: Words,
    facts: Vec<(&'static str, Words)>,
    link: (&'static str, String),
    closing: Phrase,
) -> Message {
    let content = Content {
        opening,
        facts,
        link: Some(link.clone()),
        closing: reader.texts().phrase(closing),
        ..Content::new(reader, title.clone())
    };
    Message::new(content, Short::new(words![title, "."], Vec::new(), Some(link.1)))
}

pub fn what(request: &Request) -> Words {
    Words::theirs(&request.subject.shown_name(), WHAT)
}

pub fn facts(reader: &Reader, request: &Request) -> Vec<(&'static str, Words)> {
    let says = reader.texts();
    let mut facts = vec![
        (says.label(Label::Company), Words::theirs(&request.organization_name, NAME)),
        (says.label(Label::Computer), computer_marked(reader, request)),
        (says.label(Label::Kind), says.kind(request.kind()).into()),
        (says.label(Label::Subject), what(request)),
    ];
    let file = request.subject.file();
    facts.extend(file.map(|file| (says.label(Label::Sha256), Words::plain(&file.sha256))));
    facts.push((says.label(Label::Asked), reader.moment(request.created_at)));
    facts
}

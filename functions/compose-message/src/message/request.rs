//! Messages about requests: to administrators who may decide, and to those who asked.

mod subject;

use countersign_model::{Condition, Outcome, Reported, Request, Requester};
use jiff::Timestamp;

use super::language::{Asks, Became, Label, Phrase, Reader, Unit, sha256};
use super::short::Short;
use super::words::{Words, words};
use super::{Content, Facts, InThread, Message};

/// The longest name in a message, in characters.
pub const NAME: usize = 200;
/// The longest name of a subject in a sentence.
pub const WHAT: usize = 100;
/// The longest line of a reason, or of a message to a requester.
const LONG: usize = 4096;
/// How many users a message names besides the first.
const USERS: usize = 10;

/// A new request, to those who may decide. `unconfirmed`: the computer still is. `others`: how many other computers wait.
pub fn submitted(
    reader: &Reader,
    request: &Request,
    unconfirmed: bool,
    others: Option<Words>,
    public_url: &str,
) -> Message {
    let says = reader.texts();
    let asking = Asking::of(reader, request, unconfirmed, others);
    let what = asking.asks.what.clone();
    let opening = says.asks_opening(&asking.asks, says.doing(&request.subject, what));
    let title = says.asks_subject(&asking.asks);
    let (asks, more) = asking.shortly(reader, request);
    let (link, closing) = ((Phrase::OpenAndDecide, link(request, public_url)), Phrase::DecidesNothing);
    let short = Short::new(asks, more, Some(link.1.clone()));
    let message = Message::new(asking.content(reader, title, opening, link, closing), short);
    message.in_thread(topic(reader, request), InThread::First)
}

/// What those read who may hear of a waiting request for the first time.
pub struct Asking<'a> {
    asks: Asks,
    users: Vec<&'a Requester>,
    /// What to take care of.
    warning: Option<&'static str>,
    /// All there is to know.
    facts: Facts,
}

impl<'a> Asking<'a> {
    /// `unconfirmed`: the computer still is. `others`: how many other computers wait.
    pub fn of(reader: &Reader, request: &'a Request, unconfirmed: bool, others: Option<Words>) -> Self {
        let says = reader.texts();
        let users: Vec<&Requester> = request.waiting().collect();
        let asks =
            Asks { unconfirmed, ..asks(reader, request, users.first().copied(), request.others_waiting()) };
        let warning = match (request.cloned, unconfirmed) {
            (true, _) => Some(says.phrase(Phrase::Cloned)),
            (false, true) => Some(says.phrase(Phrase::Unconfirmed)),
            (false, false) => None,
        };
        let facts = facts(reader, request, &asks, &users, others);
        Self { asks, users, warning, facts }
    }

    /// As an email: with the reasons of those who ask.
    pub fn content(
        self,
        reader: &Reader,
        title: Words,
        opening: Words,
        (does, link): (Phrase, String),
        closing: Phrase,
    ) -> Content {
        let says = reader.texts();
        Content {
            opening,
            warning: self.warning,
            quote: reasons(reader, &self.users),
            facts: self.facts,
            link: Some((says.phrase(does), link)),
            closing: says.phrase(closing),
            ..Content::new(reader, title)
        }
    }

    /// As a text message with this title.
    pub fn short(&self, reader: &Reader, request: &Request, title: &Words, link: &str) -> Short {
        let (asks, more) = self.shortly(reader, request);
        // A word of ours stands between texts from outside, which might make a phone number together.
        let asks = words![reader.texts().label(Label::Request), ": ", asks];
        Short::new(words![title, "."], more, Some(link.to_owned())).before_others(asks)
    }

    /// In a text message: who asks for what, and more, the most important first.
    fn shortly(&self, reader: &Reader, request: &Request) -> (Words, Vec<Words>) {
        let says = reader.texts();
        let file = request.subject.file();
        let signed = file.and_then(|file| subject::signed(reader, file));
        let cloned = request.cloned.then(|| says.phrase(Phrase::ClonedShortly).into());
        let another = self.asks.unconfirmed.then(|| says.phrase(Phrase::AnotherHasItsName).into());
        let reason = self.users.first().and_then(|user| user.reason.as_ref());
        let reason = reason.map(|reason| shortly_said(says.phrase(Phrase::Reason), reason));
        let hash = file.map(|file| sha256(&file.sha256));
        let more = cloned.into_iter().chain(another).chain(reason).chain(signed).chain(hash).collect();
        (says.asks_shortly(&Asks { computer: computer_shortly(request), ..self.asks.clone() }), more)
    }
}

/// The subject of every email about a request to those who may decide. It says nothing that changes while others join.
pub fn topic(reader: &Reader, request: &Request) -> Words {
    reader.texts().asks_subject(&asks(reader, request, request.requesters.first(), 0))
}

/// What a request asks for, in the name of one user.
fn asks(reader: &Reader, request: &Request, user: Option<&Requester>, more: usize) -> Asks {
    Asks {
        company: Words::theirs(&request.organization_name, NAME),
        user: user.map(username).unwrap_or_default(),
        more,
        computer: computer(request),
        unconfirmed: request.unconfirmed,
        prolongs: request.renews.as_ref().map(|renews| reader.moment(renews.ends_at)),
        what: Words::theirs(&request.subject.shown_name(), WHAT),
    }
}

/// Somebody's own words in a text message: on one line, and between quotation marks, so that they cannot pass for the message's own.
fn shortly_said(what: &'static str, words: &str) -> Words {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    words![what, ": \"", Words::theirs(&line, NAME), "\"."]
}

/// The page of a request.
pub fn link(request: &Request, public_url: &str) -> String {
    format!("{public_url}/requests/{}", request.id)
}

/// The computer by its host name.
pub fn computer_shortly(request: &Request) -> Words {
    Words::theirs(&request.hostname, NAME)
}

/// The computer by the name that administrators gave it, with its host name.
fn computer(request: &Request) -> Words {
    let hostname = computer_shortly(request);
    match &request.computer_name {
        Some(name) => words![Words::theirs(name, NAME), " (", hostname, ")"],
        None => hostname,
    }
}

/// The computer by its host name, marked as cloned or unconfirmed.
pub fn computer_marked(reader: &Reader, request: &Request) -> Words {
    marked(reader, computer_shortly(request), (request.cloned, request.unconfirmed))
}

fn marked(reader: &Reader, computer: Words, (cloned, unconfirmed): (bool, bool)) -> Words {
    let marks = [(cloned, Phrase::ClonedMark), (unconfirmed, Phrase::UnconfirmedMark)];
    let marks = marks.into_iter().filter(|(counts, _)| *counts);
    marks.fold(computer, |computer, (_, mark)| words![computer, " (", reader.texts().phrase(mark), ")"])
}

fn username(user: &Requester) -> Words {
    Words::theirs(&user.username, NAME)
}

/// A text that a computer reported, as much of it as is kept.
fn whole(text: &Reported) -> Words {
    Words::theirs(&text.shown(), Reported::PATH_MAX)
}

fn facts(
    reader: &Reader,
    request: &Request,
    asks: &Asks,
    users: &[&Requester],
    waiting: Option<Words>,
) -> Facts {
    let says = reader.texts();
    let computer = marked(reader, asks.computer.clone(), (request.cloned, asks.unconfirmed));
    let mut facts = vec![
        (says.label(Label::Company), asks.company.clone()),
        (says.label(Label::Computer), computer),
        (says.label(Label::User), asks.user.clone()),
    ];
    facts.extend(others(reader, users, asks.more).map(|names| (says.label(Label::AlsoAskedBy), names)));
    facts.extend(waiting.map(|number| (says.label(Label::OthersWaiting), number)));
    facts.push((says.label(Label::Kind), says.kind(request.kind()).into()));
    facts.extend(subject::facts(reader, &request.subject));
    let (policy, unknown) = (request.policy_name.as_ref(), request.unknown_policy.as_ref());
    facts.extend(policy.map(|name| (says.label(Label::Policy), Words::theirs(name, NAME))));
    facts.extend(unknown.map(|id| (says.label(Label::UnknownPolicy), whole(id))));
    facts.push((says.label(Label::Asked), reader.moment(request.created_at)));
    facts
}

/// The names of the other users who ask; `None` if there are none.
fn others(reader: &Reader, users: &[&Requester], more: usize) -> Option<Words> {
    if more == 0 {
        return None;
    }
    let mut names: Vec<Words> = users.iter().skip(1).take(USERS).map(|user| username(user)).collect();
    let unnamed = more.saturating_sub(names.len());
    names.extend((unnamed > 0).then(|| reader.texts().more(unnamed)));
    Some(Words::joined(names, ", "))
}

/// The reasons of those who ask, with their names if there are several.
fn reasons(reader: &Reader, users: &[&Requester]) -> Option<(&'static str, Vec<Words>)> {
    let says = reader.texts();
    if let [user] = users {
        let reason = user.reason.as_ref()?;
        return Some((says.phrase(Phrase::Reason), Words::their_lines(reason, LONG)));
    }
    let of = |user: &&Requester| {
        let mut lines = Words::their_lines(user.reason.as_ref()?, LONG).into_iter();
        let first = lines.next().unwrap_or_default();
        Some(std::iter::once(words![username(user), ": ", first]).chain(lines))
    };
    let lines: Vec<Words> = users.iter().take(USERS + 1).filter_map(of).flatten().collect();
    (!lines.is_empty()).then(|| (says.phrase(Phrase::Reasons), lines))
}

/// A decision, to a requester. Anybody at a computer can name any address, so the message contains nothing that the
/// requesters wrote. `None` if there is nothing to report.
pub fn decided(reader: &Reader, request: &Request) -> Option<Message> {
    let says = reader.texts();
    let decision = request.decision.as_ref()?;
    let became = match decision.outcome {
        Outcome::Approved => Became::Approved,
        Outcome::Denied => Became::Denied,
        Outcome::Ignored => return None,
    };
    let outcome = if became == Became::Approved { Phrase::Approved } else { Phrase::Denied };
    let mut facts = decision_at(reader, outcome, decision.at);
    if decision.outcome == Outcome::Approved {
        facts.push((says.label(Label::For), says.reach(decision.scope).into()));
        if decision.condition == Condition::Publisher {
            facts.push((says.label(Label::Covers), says.phrase(Phrase::CoversPublisher).into()));
        }
        match decision.first_use {
            Some(first_use) => {
                facts.push((says.label(Label::UseFirstBy), reader.moment(first_use.use_by)));
                let minutes = says.duration(first_use.lasts_seconds.div_ceil(60), Unit::Minutes);
                facts.push((says.label(Label::LastsThen), minutes));
            }
            None => facts.extend(decision.expires_at.map(|at| (says.label(Label::Until), reader.moment(at)))),
        }
    }
    Some(to_requester(reader, request, &became, facts, decision.message.as_deref()))
}

fn decision_at(reader: &Reader, outcome: Phrase, at: Timestamp) -> Facts {
    let says = reader.texts();
    vec![
        (says.label(Label::Decision), says.phrase(outcome).into()),
        (says.label(Label::Decided), reader.moment(at)),
    ]
}

/// The revocation of an approval, to a requester. `None` if it was not revoked.
pub fn revoked(reader: &Reader, request: &Request) -> Option<Message> {
    let revocation = request.decision.as_ref()?.revoked.as_ref()?;
    let facts = decision_at(reader, Phrase::Revoked, revocation.at);
    Some(to_requester(reader, request, &Became::Revoked, facts, revocation.message.as_deref()))
}

/// Another end of an approval, to a requester. `None` if it is over, or has the end that it was given.
pub fn end_changed(reader: &Reader, request: &Request) -> Option<Message> {
    let decision = request.decision.as_ref().filter(|decision| decision.revoked.is_none())?;
    let changed = decision.changed.as_ref().filter(|_| request.ended.is_none())?;
    let end = decision.expires_at.map(|at| reader.moment(at));
    let facts = vec![(reader.texts().label(Label::Changed), reader.moment(changed.at))];
    Some(to_requester(reader, request, &Became::EndChanged(end), facts, None))
}

/// The end of a request or its approval with what it was for, to a requester. `None` if it did not end in this way.
pub fn ended(reader: &Reader, request: &Request) -> Option<Message> {
    let ended = request.ended.as_ref()?;
    let became = match request.decision {
        Some(_) => Became::Ended(ended.because),
        None => Became::Cancelled(ended.because),
    };
    let facts = vec![(reader.texts().label(Label::Ended), reader.moment(ended.at))];
    Some(to_requester(reader, request, &became, facts, None))
}

/// That nobody decided a request in time, to a requester. `None` if somebody did, or its time is not over.
pub fn expired(reader: &Reader, request: &Request) -> Option<Message> {
    let facts = vec![(reader.texts().label(Label::Ended), reader.moment(request.expires_at))];
    request.is_undecided().then(|| to_requester(reader, request, &Became::Expired, facts, None))
}

fn to_requester(
    reader: &Reader,
    request: &Request,
    became: &Became,
    more: Facts,
    message: Option<&str>,
) -> Message {
    let says = reader.texts();
    let company = Words::theirs(&request.organization_name, NAME);
    let opening = says.became_opening(request.kind(), became);
    // A subject that said `approved` would be wrong in the thread of an approval that is revoked.
    let topic = says.your_request(company.clone(), reader.moment(request.created_at));
    let mut facts = vec![
        (says.label(Label::Company), company.clone()),
        (says.label(Label::Request), Words::plain(&request.id)),
        (says.label(Label::Asked), reader.moment(request.created_at)),
    ];
    facts.extend(more);
    let content = Content {
        opening: opening.clone(),
        facts,
        quote: message.map(|text| (says.phrase(Phrase::AdministratorWrites), Words::their_lines(text, LONG))),
        closing: says.phrase(Phrase::YourAddress),
        ..Content::new(reader, topic.clone())
    };
    let place = match became {
        Became::Revoked | Became::EndChanged(_) | Became::Ended(_) => InThread::Later,
        Became::Approved | Became::Denied | Became::Cancelled(_) | Became::Expired => InThread::First,
    };
    let short = Short::new(words![company, ": ", opening], Vec::new(), None);
    Message::new(content, short).in_thread(topic, place)
}

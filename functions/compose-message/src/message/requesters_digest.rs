//! What became of several requests of one requester, who has got enough messages one by one. It has nothing that requesters wrote.

use countersign_model::{Outcome, Request};

use super::language::{Became, Label, Phrase, Reader};
use super::request::NAME;
use super::short::Short;
use super::words::{Words, words};
use super::{Content, Message};

/// How many requests it names.
const NAMED: usize = 20;

/// The digest of requests in the order in which they were made, and of so many more. `None` if there is nothing to report.
pub fn requesters_digest(reader: &Reader, requests: &[Request], more: u64) -> Option<Message> {
    let says = reader.texts();
    let all: Vec<_> =
        requests.iter().filter_map(|request| became(reader, request).map(|news| (request, news))).collect();
    let company = Words::theirs(&all.first()?.0.organization_name, NAME);
    let line = |(request, (became, message)): &(&Request, News<'_>)| {
        let asked = reader.moment(request.created_at);
        let line = words![asked, ": ", says.became_opening(request.kind(), became)];
        let quoted = message.map(|text| Words::joined(Words::their_lines(text, NAME), " "));
        let line = match quoted {
            Some(quoted) => {
                words![line, " ", says.phrase(Phrase::AdministratorWrites), ": \"", quoted, "\""]
            }
            None => line,
        };
        (says.label(Label::Request), line)
    };
    let mut facts = vec![(says.label(Label::Company), company.clone())];
    facts.extend(all.iter().take(NAMED).map(line));
    let unnamed = u64::try_from(all.len().saturating_sub(NAMED)).unwrap_or_default().saturating_add(more);
    if unnamed > 0 {
        facts.push((says.label(Label::NotListed), Words::plain(&unnamed)));
    }
    let number = all.len().saturating_add(usize::try_from(more).unwrap_or(usize::MAX));
    let title = says.more_news_subject(company, number);
    let content = Content {
        opening: words![says.more_news(number), "."],
        facts,
        closing: says.phrase(Phrase::YourAddress),
        ..Content::new(reader, title.clone())
    };
    Some(Message::new(content, Short::new(words![title, "."], Vec::new(), None)))
}

/// What became of a request, and what the administrator wrote.
type News<'a> = (Became, Option<&'a str>);

/// What there is to say of a request now; `None` if there is nothing.
fn became<'a>(reader: &Reader, request: &'a Request) -> Option<News<'a>> {
    let Some(decision) = &request.decision else {
        let cancelled = request.ended.as_ref().map(|ended| Became::Cancelled(ended.because));
        return cancelled.or(request.is_undecided().then_some(Became::Expired)).map(|became| (became, None));
    };
    if let Some(ended) = &request.ended {
        return Some((Became::Ended(ended.because), None));
    }
    if let Some(revocation) = &decision.revoked {
        return Some((Became::Revoked, revocation.message.as_deref()));
    }
    let became = match decision.outcome {
        Outcome::Ignored => return None,
        Outcome::Denied => Became::Denied,
        Outcome::Approved if decision.changed.is_some() => {
            Became::EndChanged(decision.expires_at.map(|at| reader.moment(at)))
        }
        Outcome::Approved => Became::Approved,
    };
    Some((became, decision.message.as_deref()))
}

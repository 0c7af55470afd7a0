//! The digest of what was too much to be told one by one: which computers ask for what, in a few lines.

use std::collections::BTreeMap;

use countersign_model::{ComputerId, Request};

use super::language::{Label, Phrase, Reader, Sums};
use super::request::{NAME, WHAT, computer_marked};
use super::short::Short;
use super::words::{Words, words};
use super::{Content, Message};

/// How many computers it names.
const COMPUTERS: usize = 20;
/// How many subjects it names of each.
const SUBJECTS: usize = 5;
/// How many computers the text message names.
const SHORTLY: usize = 3;

/// What a digest sums up.
pub struct Summed {
    /// The organization whose requests they are.
    pub company: String,
    /// Requests that wait for a decision, oldest first.
    pub waiting: Vec<Request>,
    /// Requests that are decided.
    pub handled: Vec<Request>,
    /// How many more there were that are not listed.
    pub more: u64,
}

/// The requests of one computer.
struct OfComputer<'a> {
    computer: Words,
    requests: Vec<&'a Request>,
}

/// A digest. `None` if there is nothing left to say.
pub fn digest(reader: &Reader, summed: &Summed, public_url: &str) -> Option<Message> {
    let says = reader.texts();
    if summed.waiting.is_empty() && summed.handled.is_empty() && summed.more == 0 {
        return None;
    }
    let company = Words::theirs(&summed.company, NAME);
    let all = by_computer(reader, &summed.waiting);
    let mut facts = vec![(says.label(Label::Company), company.clone())];
    let line = |of: &OfComputer<'_>| (says.label(Label::Computer), line(reader, of));
    facts.extend(all.iter().take(COMPUTERS).map(line));
    let unnamed = all.len().saturating_sub(COMPUTERS);
    if unnamed > 0 {
        facts.push((says.label(Label::OtherComputers), Words::plain(&unnamed)));
    }
    if !summed.handled.is_empty() {
        let all: Vec<&Request> = summed.handled.iter().collect();
        let number = says.requests(all.len());
        facts.push((says.label(Label::Handled), words![number, ": ", subjects(reader, &all)]));
    }
    if summed.more > 0 {
        facts.push((says.label(Label::NotListed), Words::plain(&summed.more)));
    }
    // Nobody knows which of those wait still that are not listed: they are counted, so that nothing is told too little of.
    let more = usize::try_from(summed.more).unwrap_or(usize::MAX);
    let waiting = summed.waiting.len().saturating_add(more);
    let sums = Sums { waiting, handled: summed.handled.len() };
    let subject = says.digest_subject(company, &sums);
    let link = format!("{public_url}/");
    let content = Content {
        opening: says.digest_opening(&sums),
        facts,
        link: Some((says.phrase(Phrase::OpenRequests), link.clone())),
        closing: says.phrase(Phrase::DecidesNothing),
        ..Content::new(reader, subject.clone())
    };
    let counted = |of: &OfComputer<'_>| words![&of.computer, ": ", Words::plain(&of.requests.len())];
    let named = Words::joined(all.iter().take(SHORTLY).map(counted), ", ");
    let more = if all.len() > SHORTLY { words![named, ", …"] } else { words![named, "."] };
    let more = if all.is_empty() { Vec::new() } else { vec![more] };
    Some(Message::new(content, Short::new(words![subject, "."], more, Some(link))))
}

/// Grouped by computer, those with most requests first.
fn by_computer<'a>(reader: &Reader, requests: &'a [Request]) -> Vec<OfComputer<'a>> {
    let mut all: BTreeMap<&ComputerId, Vec<&Request>> = BTreeMap::new();
    for request in requests {
        all.entry(&request.computer_id).or_default().push(request);
    }
    let mut all: Vec<OfComputer<'_>> = all
        .into_values()
        .filter_map(|requests| {
            // The newest request knows best how the computer is marked.
            let computer = computer_marked(reader, requests.last()?);
            Some(OfComputer { computer, requests })
        })
        .collect();
    // Computers with as many stay in the order of their ids, so that the same digest is worded in the same way.
    all.sort_by_key(|of| std::cmp::Reverse(of.requests.len()));
    all
}

/// `pc-7: 57 requests: setup.exe, tool.exe, 55 more`. Only letters and a colon keep numbers apart that would make a phone number.
fn line(reader: &Reader, of: &OfComputer<'_>) -> Words {
    let number = reader.texts().requests(of.requests.len());
    words![&of.computer, ": ", number, ": ", subjects(reader, &of.requests)]
}

fn subjects(reader: &Reader, requests: &[&Request]) -> Words {
    let mut subjects: Vec<Words> = Vec::new();
    for request in requests {
        let subject = Words::theirs(&request.subject.shown_name(), WHAT);
        if !subjects.contains(&subject) {
            subjects.push(subject);
        }
    }
    let unnamed = subjects.len().saturating_sub(SUBJECTS);
    subjects.truncate(SUBJECTS);
    subjects.extend((unnamed > 0).then(|| reader.texts().more(unnamed)));
    Words::joined(subjects, ", ")
}

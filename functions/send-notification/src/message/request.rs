//! Messages about requests: to administrators who may decide, and to those who asked.

mod subject;

use countersign_model::{
    Condition, DecisionScope, EndReason, Outcome, Reported, Request, RequestKind, Requester, Subject,
};

use super::plain::quoted;
use super::{Draft, Message, defanged, moment, one_line};

/// The longest name in a message, in characters.
const NAME: usize = 200;
/// The longest line of a reason.
const LONG: usize = 4096;
/// How many users a message names besides the first.
const USERS: usize = 10;

/// The warning about a computer whose host name belongs to another one.
const UNCONFIRMED: &str = "Take care: another computer has this host name, and no administrator has confirmed the one that \
                           asks. It may not be the computer that you know by this name";

/// A new request, to those who may decide. `unconfirmed`: the computer still is.
pub fn submitted(request: &Request, unconfirmed: bool, public_url: &str) -> Message {
    let company = one_line(&request.organization_name, NAME);
    let computer = computer(request);
    let users: Vec<&Requester> = request.waiting().collect();
    let more = request.others_waiting();
    let user = users.first().map_or_else(String::new, |user| defanged(&user.username, NAME));
    let who = if more == 0 { user.clone() } else { format!("{user} and {more} more") };
    let asks = if more == 0 { "asks" } else { "ask" };
    let what = what(&request.subject);
    let to_prolong = if request.renews.is_some() { "to prolong " } else { "for " };
    let link = format!("{public_url}/requests/{}", request.id);
    let shown = if unconfirmed { format!("{computer} (unconfirmed)") } else { computer.clone() };
    let mut facts = vec![("Company", company.clone()), ("Computer", shown), ("User", user)];
    facts.extend(others(&users, more).map(|names| ("Also asked by", names)));
    facts.push(("Kind", request.kind().to_string()));
    facts.extend(subject::facts(&request.subject));
    facts.extend(request.policy_name.as_ref().map(|name| ("Policy", one_line(name, NAME))));
    facts.extend(request.unknown_policy.as_ref().map(|id| ("Unknown policy", whole(id))));
    facts.push(("Asked", moment(request.created_at)));
    let doing = doing(&request.subject);
    let opening = match &request.renews {
        Some(renews) => {
            let end = moment(renews.ends_at);
            format!("{who} on {computer} ({company}) {asks} to prolong what ends at {end}: {doing}")
        }
        None => format!("{who} on {computer} ({company}) {asks} for permission: {doing}"),
    };
    let mark = if unconfirmed { "unconfirmed " } else { "" };
    Draft {
        subject: format!("{company}: {who} on {mark}{computer} {asks} {to_prolong}{what}"),
        opening: if unconfirmed { format!("{opening}.\n\n{UNCONFIRMED}.") } else { opening },
        facts,
        quote: reasons(&users),
        link: Some(("Open the request and decide", link.clone())),
        closing: "Opening the link decides nothing; it asks you to sign in when you are not.",
        short: short(request, unconfirmed, &link),
    }
    .finish()
}

/// The computer by the name that administrators gave it, with its host name.
fn computer(request: &Request) -> String {
    let hostname = defanged(&request.hostname, NAME);
    match &request.computer_name {
        Some(name) => format!("{} ({hostname})", one_line(name, NAME)),
        None => hostname,
    }
}

/// The names of the other users who ask; `None` if there are none.
fn others(users: &[&Requester], more: usize) -> Option<String> {
    if more == 0 {
        return None;
    }
    let names = users.iter().skip(1).take(USERS).map(|user| defanged(&user.username, NAME));
    let mut names: Vec<String> = names.collect();
    let unnamed = more.saturating_sub(names.len());
    names.extend((unnamed > 0).then(|| format!("{unnamed} more")));
    Some(names.join(", "))
}

/// The reasons of those who ask, with their names if there are several.
fn reasons(users: &[&Requester]) -> Option<(&'static str, Vec<String>)> {
    if let [user] = users {
        return user.reason.as_ref().map(|reason| ("Reason", quoted(reason, LONG)));
    }
    let users = users.iter().take(USERS + 1);
    let of = |user: &&Requester| {
        let mut lines = quoted(user.reason.as_ref()?, LONG).into_iter();
        let first = lines.next().unwrap_or_default();
        Some(std::iter::once(format!("{}: {first}", defanged(&user.username, NAME))).chain(lines))
    };
    let lines: Vec<String> = users.filter_map(of).flatten().collect();
    (!lines.is_empty()).then_some(("Reasons", lines))
}

/// The text message: the same content in as few segments as possible.
fn short(request: &Request, unconfirmed: bool, link: &str) -> String {
    let company = one_line(&request.organization_name, 30);
    let computer = defanged(&request.hostname, 30);
    let what = one_line(&what(&request.subject), 40);
    let mark = if unconfirmed { " (UNCONFIRMED: another computer has this name)" } else { "" };
    let asks = match &request.renews {
        Some(renews) => format!("asks to prolong (until now {}) {what}", moment(renews.ends_at)),
        None => format!("asks for {what}"),
    };
    let mut short = format!("{company}: {computer}{mark} {asks}.");
    if let Some(file) = request.subject.file() {
        short.push_str(&format!(" SHA-256 {}.", file.sha256));
        short.push_str(&subject::signed(file).unwrap_or_default());
    }
    format!("{short} {link}")
}

/// The subject in a few words.
fn what(subject: &Subject) -> String {
    defanged(&subject.name(), 100)
}

/// A text that a computer reported, as much of it as is kept.
fn whole(text: &Reported) -> String {
    defanged(text.as_str(), Reported::PATH_MAX)
}

fn doing(subject: &Subject) -> String {
    match subject {
        Subject::Application(_) => format!("run {}", what(subject)),
        Subject::Elevation(_) => format!("run {} with higher rights", what(subject)),
        Subject::Storage(device) => format!("{} {}", device.access, what(subject)),
    }
}

/// A decision, to a requester. Anybody at a computer can name any address, so the message contains nothing that the
/// requesters wrote. `None` if there is nothing to report.
pub fn decided(request: &Request) -> Option<Message> {
    let decision = request.decision.as_ref()?;
    let outcome = match decision.outcome {
        Outcome::Approved => "approved",
        Outcome::Denied => "denied",
        Outcome::Ignored => return None,
    };
    let mut facts = facts_for_requester(request);
    facts.push(("Decision", outcome.to_owned()));
    facts.push(("Decided", moment(decision.at)));
    if decision.outcome == Outcome::Approved {
        facts.push(("For", reach(decision.scope).to_owned()));
        if decision.condition == Condition::Publisher {
            facts.push(("Covers", "every file of the same publisher".to_owned()));
        }
        match decision.first_use {
            Some(first_use) => {
                facts.push(("Use it first by", moment(first_use.use_by)));
                facts.push(("Then it lasts", format!("{} minutes", first_use.lasts_seconds.div_ceil(60))));
            }
            None => facts.extend(decision.expires_at.map(|at| ("Until", moment(at)))),
        }
    }
    Some(to_requester(request, outcome, facts, decision.message.as_deref()))
}

/// The revocation of an approval, to a requester. `None` if it was not revoked.
pub fn revoked(request: &Request) -> Option<Message> {
    let revocation = request.decision.as_ref()?.revoked.as_ref()?;
    let mut facts = facts_for_requester(request);
    facts.push(("Decision", "revoked".to_owned()));
    facts.push(("Decided", moment(revocation.at)));
    Some(to_requester(request, "revoked after it was approved", facts, revocation.message.as_deref()))
}

/// Another end of an approval, to a requester. `None` if it is over, or has the end that it was given.
pub fn end_changed(request: &Request) -> Option<Message> {
    let decision = request.decision.as_ref().filter(|decision| decision.revoked.is_none())?;
    let changed = decision.changed.as_ref().filter(|_| request.ended.is_none())?;
    let end = decision.expires_at.map_or_else(|| "no end".to_owned(), moment);
    let mut facts = facts_for_requester(request);
    facts.push(("Changed", moment(changed.at)));
    facts.push(("Until", end.clone()));
    let until =
        if decision.expires_at.is_some() { format!("ends at {end}") } else { "has no end".to_owned() };
    Some(to_requester(request, &format!("approved, and the approval now {until}"), facts, None))
}

/// The end of a request or its approval with what it was for, to a requester. `None` if it did not end in this way.
pub fn ended(request: &Request) -> Option<Message> {
    let ended = request.ended.as_ref()?;
    let gone = match ended.because {
        EndReason::ComputerRemoved => "the computer was removed",
        EndReason::GroupDeleted => "the computer group was deleted",
        EndReason::OrganizationDeleted => "the organization was deleted",
    };
    let mut facts = facts_for_requester(request);
    facts.push(("Ended", moment(ended.at)));
    let outcome = match request.decision {
        Some(_) => format!("approved, and this has ended because {gone}"),
        None => format!("cancelled because {gone}"),
    };
    Some(to_requester(request, &outcome, facts, None))
}

fn facts_for_requester(request: &Request) -> Vec<(&'static str, String)> {
    vec![
        ("Company", one_line(&request.organization_name, NAME)),
        ("Request", request.id.to_string()),
        ("Asked", moment(request.created_at)),
    ]
}

fn to_requester(
    request: &Request,
    outcome: &str,
    facts: Vec<(&'static str, String)>,
    message: Option<&str>,
) -> Message {
    let company = one_line(&request.organization_name, NAME);
    let kind = match request.kind() {
        RequestKind::Application => "to run a program",
        RequestKind::Storage => "to use a storage device",
        RequestKind::Elevation => "to run a program with higher rights",
    };
    let opening = format!("Your request {kind} was {outcome}.");
    let lines = |text: &str| text.lines().map(|line| one_line(&line.replace('\t', " "), LONG)).collect();
    Draft {
        subject: format!("{company}: your request was {outcome}"),
        short: format!("{company}: {opening}"),
        opening,
        facts,
        quote: message.map(|text| ("The administrator writes", lines(text))),
        link: None,
        closing: "You get this message because your address was given with the request.",
    }
    .finish()
}

fn reach(scope: DecisionScope) -> &'static str {
    match scope {
        DecisionScope::Computer => "this computer",
        DecisionScope::Group => "the computers of this group",
        DecisionScope::Organization => "all computers of the organization",
    }
}

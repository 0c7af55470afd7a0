//! Messages to integrations: chats, and programs that take a call. What each is sent is one file without I/O.

mod pagerduty;
mod slack;
mod teams;
mod webhook;

use bytes::Bytes;
use countersign_authority::integrations::{Target, integration_named};
use countersign_http::Services;
use countersign_http::functions::Message;
use countersign_kv::log;
use countersign_model::{Attempt, Integration, IntegrationKind, OrganizationId, Rate, RequestId, text};
use countersign_store::keys;
use http::Response;
use jiff::Timestamp;

use super::answer::{Answer, Meaning};
use super::turns::rate_of;
use super::{About, Posting, Prepared, TEST, TIMEOUT, Turnstile, Unusable};

/// What a call is made from.
pub struct Hook<'a> {
    /// What the message is: the name of a notice, or `test`.
    pub what: &'a str,
    /// What it says.
    pub message: &'a Message,
    /// The same for all attempts to send it.
    pub key: &'a str,
    /// The organization that it is about.
    pub organization_id: &'a OrganizationId,
    /// The request that it is about.
    pub request_id: Option<&'a RequestId>,
    /// Where people see that.
    pub link: Option<String>,
    /// The time.
    pub now: Timestamp,
}

/// Takes a turn with the integration of an organization that an address names. `Err`: the attempt, which is not made.
pub async fn turn(
    services: &Services,
    turns: &Turnstile,
    to: &str,
    organization: &OrganizationId,
) -> Result<(), Attempt> {
    let Some((kind, _)) = IntegrationKind::of_address(to) else { return Ok(()) };
    let refused = |answer| Attempt::Refused { answer, account: true };
    let Some(rate) = rate_set(services, kind).await.map_err(refused)? else { return Ok(()) };
    let name = keys::digest(&[organization.as_str(), &text::address_key(to)]);
    turns.pass(services, &name, to, rate).await
}

/// How often an integration is called; `None`: as often as there are messages. `Err`: what is wrong with the variable.
pub async fn rate_set(services: &Services, kind: IntegrationKind) -> Result<Option<Rate>, String> {
    let variable = format!("{kind}_rate");
    let wrong = |why: String| format!("`{variable}` {why}");
    let set = services.settings.get(&variable).await.map_err(|error| wrong(error.to_string()))?;
    rate_of(&set, Some(rate(kind))).map_err(|why| wrong(why.to_string()))
}

/// How often an integration is called, unless a variable says otherwise.
const fn rate(kind: IntegrationKind) -> Rate {
    match kind {
        IntegrationKind::Slack => slack::RATE,
        IntegrationKind::Teams => teams::RATE,
        IntegrationKind::Webhook => webhook::RATE,
        IntegrationKind::PagerDuty => pagerduty::RATE,
    }
}

/// Sends a message to the integration that its address names.
pub async fn send(
    services: &Services,
    public_url: Option<&str>,
    posting: &Posting<'_>,
    about: &About<'_>,
) -> Attempt {
    let journal = &services.journal;
    let named = IntegrationKind::of_address(posting.to);
    let Some((kind, name)) = named.filter(|(kind, _)| kind.channel() == posting.channel) else {
        let answer = "this is not the address of an integration".to_owned();
        return Attempt::Refused { answer, account: false };
    };
    let integration = match integration_named(journal, about.organization_id, kind, name).await {
        Ok(Some(integration)) => integration,
        Ok(None) => {
            let answer = format!("the organization has no integration `{}`", posting.to);
            return Attempt::Refused { answer, account: true };
        }
        Err(error) => {
            log::line("an integration cannot be read", &[("message", &posting.key), ("error", &error)]);
            return Attempt::Later { answer: "the integration cannot be read".to_owned(), retry_after: None };
        }
    };
    let now = journal.clock().now();
    // Whoever tests it wants to know whether it works again.
    if let Some(until) = integration.open_until(now).filter(|_| about.what != TEST) {
        let answer = format!("`{}` fails at the moment and is not called", posting.to);
        return Attempt::NotMade { answer, until };
    }
    let request_id = about.request_id;
    let hook = Hook {
        what: about.what,
        message: posting.message,
        key: &posting.key,
        organization_id: about.organization_id,
        request_id,
        link: public_url.zip(request_id).map(|(url, id)| format!("{url}/requests/{id}")),
        now,
    };
    let answer = call(services, &integration, &hook).await;
    answer.attempt(answer.shown(posting.message.secret.as_deref()))
}

/// Calls an integration, and notes how that went.
async fn call(services: &Services, integration: &Integration, hook: &Hook<'_>) -> Answer {
    let answer = match request(services, integration, hook).await {
        Ok((request, target)) => {
            let answer = match services.outbound.send(request, TIMEOUT).await {
                Ok(response) if integration.kind == IntegrationKind::Teams => {
                    answered(&teams::as_meant(response), hook.now)
                }
                Ok(response) => answered(&response, hook.now),
                Err(error) => Answer::missing(&error),
            };
            without_secrets(answer, &target)
        }
        Err(Unusable(why)) => Answer::impossible(why),
    };
    note(services, integration, &answer, hook.now).await;
    answer
}

async fn request(
    services: &Services,
    integration: &Integration,
    hook: &Hook<'_>,
) -> Result<(http::Request<Bytes>, Target), Unusable> {
    let keys = services.secret_keys().await.map_err(|error| Unusable(error.to_string()))?;
    let target = Target::of(&keys, integration);
    let target = target.ok_or_else(|| Unusable("the target's key is not in `secret_key`".to_owned()))?;
    Ok((prepared(integration.kind, &target, hook)?, target))
}

fn prepared(kind: IntegrationKind, target: &Target, hook: &Hook<'_>) -> Prepared {
    match kind {
        IntegrationKind::Slack => slack::request(target, hook),
        IntegrationKind::Teams => teams::request(target, hook),
        IntegrationKind::Webhook => webhook::request(target, hook),
        IntegrationKind::PagerDuty => pagerduty::request(target, hook),
    }
}

/// What an answer means. Chats answer with a word, others with JSON. A redirect is not followed.
fn answered(response: &Response<Bytes>, now: Timestamp) -> Answer {
    let answer = Answer::of(response, &["message", "errors/0"], now);
    let word = std::str::from_utf8(response.body()).ok().map(str::trim);
    let word = word.filter(|word| !word.is_empty() && word.len() <= 60 && !word.contains(['{', '<']));
    Answer { words: answer.words.or(word.map(str::to_owned)), ..answer }
}

/// An answer that repeats the secret address or key is not shown.
fn without_secrets(answer: Answer, target: &Target) -> Answer {
    let path = target.url.splitn(4, '/').last().unwrap_or_default();
    let secret = |words: &String| {
        [path, &target.key].iter().any(|secret| !secret.is_empty() && words.contains(secret))
    };
    Answer { words: answer.words.filter(|words| !secret(words)), ..answer }
}

/// A note that is lost only makes the record say less, or costs another failed call.
async fn note(services: &Services, integration: &Integration, answer: &Answer, now: Timestamp) {
    let down = answer.meaning == Meaning::Later { down: true };
    let noted = |old: &Integration| match answer.is_accepted() {
        true => old.succeeded(now),
        false => old.failed(&answer.shown(None), down, now),
    };
    if noted(integration).is_none() {
        return;
    }
    let change = |old: &Integration| noted(old).ok_or(());
    if let Err(countersign_store::UpdateError::Store(error)) =
        services.journal.update(&integration.id, change).await
    {
        let what = "how an integration is doing is not noted";
        log::line(what, &[("integration", &integration.id), ("error", &error)]);
    }
}

/// The longest line that a chat shows, in characters.
const LINE: usize = 250;
/// How many lines of somebody's own words it shows.
const QUOTED: usize = 10;
/// How many lines of other paragraphs.
const LINES: usize = 40;

/// What a chat shows: the paragraphs of a text but for the one with the link, which its button opens. A long line loses its middle, and a
/// long paragraph its end, so that no long path or reason hides what stands after it.
fn paragraphs(text: &str, link: Option<&String>) -> impl Iterator<Item = String> {
    let is_link = move |paragraph: &&str| link.is_some_and(|link| paragraph.contains(link.as_str()));
    text.trim().split("\n\n").filter(move |paragraph| !is_link(paragraph)).map(clipped)
}

/// A paragraph as a chat shows it.
fn clipped(paragraph: &str) -> String {
    let most = if paragraph.contains("\n> ") { QUOTED } else { LINES };
    let mut lines: Vec<String> =
        paragraph.lines().take(most).map(|line| without_middle(line, LINE)).collect();
    if paragraph.lines().nth(most).is_some() {
        lines.push("…".to_owned());
    }
    lines.join("\n")
}

/// A line of at most so many characters. What stands at the end of a path matters as much as what stands at its beginning.
fn without_middle(line: &str, most: usize) -> String {
    let length = line.chars().count();
    if length <= most {
        return line.to_owned();
    }
    let (begin, end) = (most / 2, most - most / 2 - 1);
    line.chars().take(begin).chain(['…']).chain(line.chars().skip(length - end)).collect()
}

/// The first characters of a text.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// The longest words on a button, in characters: Slack takes 75.
const BUTTON: usize = 75;

impl Hook<'_> {
    /// What the button says that opens the link.
    fn button(&self) -> String {
        shortened(self.message.link_text.as_deref().unwrap_or("Open"), BUTTON)
    }
}

#[cfg(test)]
mod tests;

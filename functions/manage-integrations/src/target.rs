//! What an integration may send to. The manifest decides which hosts are called at all; this keeps what cannot be meant out of it.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_authority::integrations::Target;
use countersign_kv::Random;
use countersign_model::{Fault, FaultKind, IntegrationKind};
use http::Uri;

/// The longest address, in characters.
pub const URL_MAX: usize = 1000;
/// The longest key of PagerDuty, in characters; theirs have 32.
pub const KEY_MAX: usize = 100;
/// The bytes of a signing key.
const SECRET_BYTES: usize = 32;
/// The ends of names that lead nowhere else than to this machine or network.
const INTERNAL: [&str; 6] = [".internal", ".local", ".localhost", ".localdomain", ".home.arpa", ".lan"];
/// The mailbox of the embedded host, which takes messages to chats and programs during development. Elsewhere the name does not resolve,
/// and the delivery fails visibly.
const MAILBOX: &str = "mailbox.countersign.internal";
/// The ends of the names of Microsoft's webhooks.
const TEAMS: [&str; 3] = [".webhook.office.com", ".logic.azure.com", ".api.powerplatform.com"];

/// Why something is no target: of which field, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoTarget {
    /// `url` or `routing_key`.
    pub field: &'static str,
    /// What is wrong.
    pub why: Fault,
}

/// The target that a caller describes. A webhook gets a fresh signing key.
pub fn checked(
    kind: IntegrationKind,
    url: Option<&str>,
    routing_key: Option<&str>,
    random: &dyn Random,
) -> Result<Target, NoTarget> {
    match (kind, url.map(str::trim), routing_key.map(str::trim)) {
        (IntegrationKind::PagerDuty, None, Some(key)) => {
            let good = (1..=KEY_MAX).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric());
            let target = Target { url: String::new(), key: key.to_owned() };
            if good {
                Ok(target)
            } else {
                Err(no_key("must be the integration key of a service: letters and digits"))
            }
        }
        (IntegrationKind::PagerDuty, None, None) => Err(no_key(FaultKind::Required.saying("is missing"))),
        (IntegrationKind::PagerDuty, Some(_), _) => {
            Err(no_url(FaultKind::NotUsable.saying("is not for PagerDuty; give `routing_key`")))
        }
        (_, _, Some(_)) => Err(no_key(FaultKind::NotUsable.saying("is only for PagerDuty"))),
        (_, None, None) => Err(no_url(FaultKind::Required.saying("is missing"))),
        (kind, Some(url), None) => {
            address(kind, url).map_err(|why| no_url(FaultKind::NotAUrl.saying(why)))?;
            let key = if kind == IntegrationKind::Webhook { signing_key(random) } else { String::new() };
            Ok(Target { url: url.to_owned(), key })
        }
    }
}

fn no_url(why: Fault) -> NoTarget {
    NoTarget { field: "url", why }
}

fn no_key(why: impl Into<Fault>) -> NoTarget {
    NoTarget { field: "routing_key", why: why.into() }
}

fn address(kind: IntegrationKind, url: &str) -> Result<(), &'static str> {
    let uri: Uri = Some(url).filter(|url| url.len() <= URL_MAX).and_then(|url| url.parse().ok()).ok_or(
        "must be an address such as `https://hooks.company.example/countersign`, of at most 1000 characters",
    )?;
    if uri.scheme_str() != Some("https") {
        return Err("must begin with `https://`");
    }
    if uri.authority().is_none_or(|authority| authority.as_str().contains('@')) {
        return Err("must not contain a user name");
    }
    let host = uri.host().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    if host == MAILBOX {
        return Ok(());
    }
    let number = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok()
        || host.rsplit('.').next().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_digit()));
    if number || !host.contains('.') || INTERNAL.iter().any(|end| host.ends_with(end)) {
        return Err("must name a public host, not an address of a network or a name inside of one");
    }
    match kind {
        IntegrationKind::Slack if !matches!(host.as_str(), "hooks.slack.com" | "hooks.slack-gov.com") => {
            Err("must be an incoming webhook of Slack: `https://hooks.slack.com/services/…`")
        }
        IntegrationKind::Teams if !TEAMS.iter().any(|end| host.ends_with(end)) => {
            Err("must be an incoming webhook or a workflow of Teams, at a host of Microsoft's")
        }
        IntegrationKind::Slack
        | IntegrationKind::Teams
        | IntegrationKind::Webhook
        | IntegrationKind::PagerDuty => Ok(()),
    }
}

/// As Standard Webhooks writes it.
fn signing_key(random: &dyn Random) -> String {
    let mut bytes = [0; SECRET_BYTES];
    random.bytes(&mut bytes);
    format!("whsec_{}", STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_hosts_over_tls_are_targets() {
        let cases = [
            ("https://hooks.company.example/countersign?x=1", true, "an address"),
            ("https://hooks.company.example:8443/x", true, "another port, if the manifest has it"),
            ("http://hooks.company.example/x", false, "not encrypted"),
            ("http://process-events.spin.internal/process", false, "another component"),
            ("https://process-events.spin.internal/process", false, "another component"),
            ("https://user:word@company.example/x", false, "a login in it"),
            ("https://127.0.0.1/x", false, "this machine"),
            ("https://169.254.169.254/latest/meta-data", false, "the cloud's own"),
            ("https://[::1]/x", false, "this machine"),
            ("https://0x7f.1/x", false, "this machine, written otherwise"),
            ("https://2130706433/x", false, "this machine, as one number"),
            ("https://localhost/x", false, "this machine"),
            ("https://printer.local/x", false, "a neighbour"),
            ("https://LOCALHOST.LOCALDOMAIN./x", false, "in capitals, with the dot of the root"),
            ("ftp://company.example/x", false, "something else"),
            ("/v1/x", false, "a path"),
            ("", false, "nothing"),
        ];
        for (url, good, why) in cases {
            assert_eq!(address(IntegrationKind::Webhook, url).is_ok(), good, "{url}: {why}");
        }
        let long = format!("https://company.example/{}", "x".repeat(URL_MAX));
        assert!(address(IntegrationKind::Webhook, &long).is_err());
    }

    #[test]
    fn a_chat_is_at_its_own_hosts() {
        let cases = [
            (IntegrationKind::Slack, "https://hooks.slack.com/services/T0/B0/x", true),
            (IntegrationKind::Slack, "https://hooks.slack.com.evil.example/services/T0/B0/x", false),
            (IntegrationKind::Slack, "https://mailbox.countersign.internal/slack", true),
            (IntegrationKind::Teams, "https://mailbox.countersign.internal/teams", true),
            (IntegrationKind::Webhook, "https://mailbox.countersign.internal/webhook", true),
            (IntegrationKind::Webhook, "https://x.mailbox.countersign.internal/webhook", false),
            (IntegrationKind::Teams, "https://company.webhook.office.com/webhookb2/1", true),
            (IntegrationKind::Teams, "https://prod-1.westeurope.logic.azure.com:443/workflows/1", true),
            (IntegrationKind::Teams, "https://hooks.slack.com/services/T0/B0/x", false),
        ];
        for (kind, url, good) in cases {
            assert_eq!(address(kind, url).is_ok(), good, "{kind} {url}");
        }
    }
}

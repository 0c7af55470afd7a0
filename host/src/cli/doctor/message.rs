//! Test messages: each provider of an address's channel is really handed one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::keep::{Deployment, Place};
use super::finding::Finding;
use super::settings::Settings;

/// The component that hands messages to providers.
const COMPONENT: &str = "send-notification";
/// An organization that does not exist: the message is nobody's in particular.
const NOBODY: &str = "org_01J00000000000000000000000";
/// What the variables of a provider begin with is followed by one of these.
const PARTS: [&str; 5] = ["provider", "api_url", "account", "api_key", "from"];
const CHECK: &str = "test message";

/// An address that messages go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recipient {
    channel: &'static str,
    /// As the components write it.
    address: String,
}

impl Recipient {
    /// An email address, or a telephone number, with or without `sms:`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let number = text.strip_prefix("sms:").unwrap_or(text);
        if number.strip_prefix('+').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit())) {
            return Ok(Self { channel: "sms", address: format!("sms:{number}") });
        }
        match text.split_once('@') {
            Some((who, domain)) if !who.is_empty() && !domain.is_empty() => {
                Ok(Self { channel: "email", address: text.to_owned() })
            }
            _ => Err("it is neither an email address nor a number such as +15550100".to_owned()),
        }
    }
}

#[derive(Serialize)]
struct ToTry<'a> {
    organization_id: &'a str,
    address: &'a str,
}

#[derive(Deserialize)]
struct Tried {
    accepted: bool,
    answer: String,
}

/// Hands the provider, and its fallback if there is one, a message for this address.
pub(super) async fn examine(
    deployment: &Deployment,
    place: &Place,
    settings: &Settings,
    to: &Recipient,
) -> Vec<Finding> {
    let mut all = Vec::new();
    for prefix in [to.channel.to_owned(), format!("{}_fallback", to.channel)] {
        let provider = settings.value(&format!("{prefix}_provider"));
        match provider.as_str() {
            "" if prefix != to.channel => {}
            "" | "dev" => {
                let advice =
                    format!("set `{prefix}_provider`; docs/notifications.md says what each one wants");
                all.push(Finding::warning(
                    CHECK,
                    format!("{}: not sent, as there is no real provider", to.address),
                    advice,
                ));
            }
            _ => {
                let tried = hand_over(deployment, place, only(settings, to.channel, &prefix), to).await;
                all.push(finding(to, &provider, tried));
            }
        }
    }
    all
}

/// The variables with which this provider is the only one of its channel.
fn only(settings: &Settings, channel: &str, prefix: &str) -> BTreeMap<String, String> {
    let mut variables = settings.values();
    for part in PARTS {
        let value = Some(settings.value(&format!("{prefix}_{part}"))).filter(|value| !value.is_empty());
        // A fallback without a sender of its own has that of the first.
        let value = value.or_else(|| (part == "from").then(|| settings.value(&format!("{channel}_from"))));
        variables.insert(format!("{channel}_{part}"), value.unwrap_or_default());
    }
    variables.insert(format!("{channel}_fallback_provider"), String::new());
    variables
}

async fn hand_over(
    deployment: &Deployment,
    place: &Place,
    variables: BTreeMap<String, String>,
    to: &Recipient,
) -> anyhow::Result<Tried> {
    let component = deployment.called_apart(place, COMPONENT, variables).await?;
    let order = ToTry { organization_id: NOBODY, address: &to.address };
    let tried = component.post("/try", &order).await;
    component.close().await;
    tried
}

fn finding(to: &Recipient, provider: &str, tried: anyhow::Result<Tried>) -> Finding {
    let prefix = format!("{} by `{provider}`", to.address);
    let advice = "docs/notifications.md says what the provider wants, and what its answers mean";
    match tried {
        Ok(Tried { accepted: true, answer }) => Finding::ok(CHECK, format!("{prefix}: accepted: {answer}")),
        Ok(Tried { answer, .. }) => Finding::fault(CHECK, format!("{prefix}: refused: {answer}"), advice),
        Err(error) => Finding::fault(CHECK, format!("{prefix}: not sent: {error:#}"), advice),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn an_address_says_by_which_channel_it_is_reached() {
        for (text, expected) in [
            ("you@company.example", Some(("email", "you@company.example"))),
            ("+15550100", Some(("sms", "sms:+15550100"))),
            ("sms:+15550100", Some(("sms", "sms:+15550100"))),
            ("15550100", None),
            ("you", None),
            ("@company.example", None),
            ("", None),
        ] {
            let found = Recipient::parse(text).ok();
            let expected =
                expected.map(|(channel, address)| Recipient { channel, address: address.to_owned() });
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn what_the_provider_answered_is_told() {
        let to = Recipient::parse("you@company.example").unwrap();
        let tried = |accepted| Ok(Tried { accepted, answer: "401 Unauthorized".to_owned() });
        for (tried, state, said) in [
            (tried(true), State::Ok, "accepted: 401"),
            (tried(false), State::Fault, "refused: 401"),
            (Err(anyhow::anyhow!("no component")), State::Fault, "not sent: no component"),
        ] {
            let found = finding(&to, "postmark", tried);
            assert_eq!(found.state, state);
            assert!(
                found.found.starts_with("you@company.example by `postmark`: ") && found.found.contains(said),
                "{found:?}"
            );
        }
    }
}

//! Which provider of a channel carries a message: the first, or its fallback while the first fails.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use countersign_http::Services;
use countersign_http::functions::Message;
use countersign_journal::readable::provider_health;
use countersign_kv::log;
use countersign_model::{Attempt, Channel, ProviderHealth, ProviderPlace};
use futures::future::try_join;
use jiff::Timestamp;

use super::account::Account;
use super::answer::{Answer, Meaning};
use super::{Carried, Order, Posting, Provider, ProvidersError, TIMEOUT, Turnstile, Unusable, named, tokens};

/// Another provider is called only if it has so much time to answer.
const LEAST: Duration = Duration::from_secs(3);

/// The providers of one channel.
#[derive(Clone)]
pub struct Route {
    first: Carrier,
    fallback: Option<Carrier>,
}

/// A configured provider, and how it is doing.
#[derive(Clone)]
pub struct Carrier {
    account: Account,
    place: ProviderPlace,
    /// As it was read, with what happened since in this round of messages.
    health: Arc<Mutex<ProviderHealth>>,
}

impl Route {
    /// Reads the variables of two places. A fallback without a sender of its own has that of the first.
    pub async fn load(
        services: &Services,
        first: ProviderPlace,
        fallback: ProviderPlace,
    ) -> Result<Self, ProvidersError> {
        let (first, mut fallback) =
            try_join(Carrier::load(services, first), Carrier::load(services, fallback)).await?;
        if fallback.account.from.is_empty() {
            fallback.account.from.clone_from(&first.account.from);
        }
        let fallback = Some(fallback).filter(|fallback| fallback.account.is_configured());
        Ok(Self { first, fallback })
    }

    /// Takes a turn with the provider that is called first.
    pub async fn turn(&self, services: &Services, turns: &Turnstile) -> Result<ProviderPlace, Attempt> {
        let now = services.journal.clock().now();
        let one = self.called(now).next().ok_or_else(|| self.not_made(now))?;
        one.turn(services, turns).await.map(|()| one.place)
    }

    /// Hands a message to the first provider, or to the fallback if the first is given up on for now. If the one that is tried
    /// does not have the message, for a reason that is not the recipient's, the other is tried in the time that is left.
    pub async fn send(
        &self,
        services: &Services,
        posting: &Posting<'_>,
        turns: &Turnstile,
        turn: Option<ProviderPlace>,
    ) -> Carried {
        let began = services.journal.clock().now();
        let mut carriers = self.called(began);
        let Some(one) = carriers.next() else { return self.not_made(began).into() };
        // Another one than a moment ago, when the turn was taken.
        if turn != Some(one.place)
            && let Err(waits) = one.turn(services, turns).await
        {
            return waits.into();
        }
        let answer = one.hand_over(services, posting, TIMEOUT).await;
        let shown = answer.shown(posting.message.secret.as_deref());
        let Some(other) = carriers.next().filter(|_| answer.leaves_it_to_another()) else {
            return one.carried(answer.attempt(one.naming(shown, self)));
        };
        let passed = services.journal.clock().now().duration_since(began);
        let left = TIMEOUT.saturating_sub(Duration::try_from(passed).unwrap_or(TIMEOUT));
        if left < LEAST {
            return one.carried(answer.attempt(one.naming(shown, self)));
        }
        if let Err(waits) = other.turn(services, turns).await {
            return waits.into();
        }
        let second = other.hand_over(services, posting, left).await;
        let both = format!(
            "{} ({})",
            other.naming(second.shown(posting.message.secret.as_deref()), self),
            one.naming(shown, self)
        );
        match (answer.meaning, second.meaning) {
            // What one may take later is not lost because the other refuses to take it at all for its account's sake.
            (Meaning::Later { .. }, Meaning::Refused { account: true }) => one.carried(answer.attempt(both)),
            _ => other.carried(second.attempt(both)),
        }
    }

    /// The first provider, and its fallback.
    pub fn carriers(&self) -> impl Iterator<Item = &Carrier> {
        [Some(&self.first), self.fallback.as_ref()].into_iter().flatten()
    }

    /// Those that are called now: not given up on.
    fn called(&self, now: Timestamp) -> impl Iterator<Item = &Carrier> {
        self.carriers().filter(move |carrier| carrier.health().open_until(now).is_none())
    }

    /// All providers are given up on for now.
    fn not_made(&self, now: Timestamp) -> Attempt {
        let until =
            self.carriers().filter_map(|carrier| carrier.health().open_until(now)).min().unwrap_or(now);
        let answer = format!("`{}` fails at the moment and is not called", self.first.account.provider);
        Attempt::NotMade { answer, until }
    }
}

impl Carrier {
    async fn load(services: &Services, place: ProviderPlace) -> Result<Self, ProvidersError> {
        let account = Account::load(services, place.id()).await?;
        let health = match account.is_configured() {
            true => {
                let what = "a provider is called whatever happened before";
                provider_health(what, &services.journal, place, &account.provider).await?
            }
            false => ProviderHealth::new(place, ""),
        };
        Ok(Self { account, place, health: Arc::new(Mutex::new(health)) })
    }

    /// The place of the provider.
    pub fn place(&self) -> ProviderPlace {
        self.place
    }

    /// Whether the variables name a provider for it.
    pub fn is_configured(&self) -> bool {
        self.account.is_configured()
    }

    /// What is missing in the variables, or wrong with them; `None` if a message can be handed over.
    pub fn missing(&self, now: Timestamp) -> Option<String> {
        let (account, channel) = (&self.account, self.place.channel());
        let Some(provider) = named(channel, &account.provider) else {
            let Unusable(why) = account.unknown();
            return Some(why);
        };
        let message = Message::default();
        let to = if channel == Channel::Email { "somebody@company.example" } else { "+15550100" };
        let posting = Posting { channel, to, message: &message, key: String::new() };
        let order = Order { account, posting: &posting, token: Some(""), now };
        let token = provider.token_request(account).transpose();
        let rate = account.rate(None);
        token.and_then(|_| provider.request(&order)).and(rate.map(|_| ())).err().map(|Unusable(why)| why)
    }

    /// How the provider is doing.
    pub fn health(&self) -> ProviderHealth {
        self.health.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes a turn with the provider. A variable that is wrong is found out when it is called.
    async fn turn(&self, services: &Services, turns: &Turnstile) -> Result<(), Attempt> {
        let provider = &self.account.provider;
        let own = named(self.place.channel(), provider).and_then(|provider| provider.rate());
        match self.account.rate(own) {
            Ok(Some(rate)) => {
                turns.pass(services, &format!("{}_{provider}", self.place), provider, rate).await
            }
            Ok(None) | Err(Unusable(_)) => Ok(()),
        }
    }

    /// An answer with the provider's name, where there are several.
    fn naming(&self, answer: String, route: &Route) -> String {
        if route.fallback.is_some() { format!("{} {answer}", self.account.provider) } else { answer }
    }

    /// An attempt that was made with the provider.
    fn carried(&self, attempt: Attempt) -> Carried {
        let provider = &self.account.provider;
        Carried { attempt, by: Some(provider.clone()).filter(|provider| !provider.is_empty()) }
    }

    /// Hands a message to the provider, and notes how that went.
    async fn hand_over(&self, services: &Services, posting: &Posting<'_>, timeout: Duration) -> Answer {
        let answer = match named(posting.channel, &self.account.provider) {
            Some(provider) => self.call(services, provider, posting, timeout).await,
            None => Err(self.account.unknown()),
        };
        let answer = answer.unwrap_or_else(|Unusable(why)| Answer::impossible(why));
        self.note(services, &answer, posting.message.secret.as_deref()).await;
        answer
    }

    async fn call(
        &self,
        services: &Services,
        provider: &dyn Provider,
        posting: &Posting<'_>,
        timeout: Duration,
    ) -> Result<Answer, Unusable> {
        let account = &self.account;
        account.rate(None)?;
        let now = services.journal.clock().now();
        let mut token = tokens::kept(account, now);
        let was_kept = token.is_some();
        let mut left = timeout;
        if let (None, Some(asking)) = (&token, provider.token_request(account)) {
            let takes = timeout / 3;
            left = left.saturating_sub(takes);
            let response = match services.outbound.send(asking?, takes).await {
                Ok(response) => response,
                // Without a token, the provider cannot have the message.
                Err(error) => return Ok(Answer { unsure: false, ..Answer::missing(&error) }),
            };
            let Some(fresh) = provider.token(&response, now) else {
                return Ok(without_token(provider.answer(&response, now)));
            };
            token = Some(fresh.text.clone());
            tokens::keep(account, fresh);
        }
        let order = Order { account, posting, token: token.as_deref(), now };
        let request = provider.request(&order)?;
        let answer = match services.outbound.send(request, left).await {
            Ok(response) => provider.answer(&response, now),
            Err(error) => Answer::missing(&error),
        };
        if answer.status == Some(401) {
            tokens::forget(account);
            if was_kept {
                // The token was withdrawn. The next attempt gets another one.
                return Ok(answer.meaning(Meaning::Later { down: false }));
            }
        }
        Ok(answer)
    }

    /// Notes what changes how the provider is doing. A note that is lost costs another failed call.
    async fn note(&self, services: &Services, answer: &Answer, secret: Option<&str>) {
        let now = services.journal.clock().now();
        let shown = answer.redacted(&[secret, self.account.key().ok()]);
        let change = |old: &ProviderHealth| old.after(answer.meaning.sign(), &shown, now);
        let known = self.health();
        let new = change(&known);
        if new == known {
            return;
        }
        *self.health.lock().unwrap_or_else(PoisonError::into_inner) = new;
        let provider = &self.account.provider;
        if let Err(error) = services.journal.note_provider(self.place, provider, change).await {
            let what = "how a provider is doing is not noted";
            log::line(what, &[("provider", provider), ("error", &error)]);
        }
    }
}

/// What an answer without a token means: the account is wrong, unless the provider only asks to come later.
fn without_token(answer: Answer) -> Answer {
    match answer.meaning {
        Meaning::Later { .. } => answer,
        Meaning::Accepted | Meaning::Refused { .. } => answer.meaning(Meaning::Refused { account: true }),
    }
}

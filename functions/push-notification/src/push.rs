//! `/push`: encrypts a message for an administrator's browsers and hands it to their push services (RFC 8030). A service that fails is not
//! called for a while.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use countersign_authority::secrets::SecretKeys;
use countersign_http::functions::{Pushed, ToPush};
use countersign_http::{JsonBody, Problem, Services};
use countersign_kv::{Random, log};
use countersign_model::provider_health::Sign;
use countersign_model::{AdministratorId, Credentials, Delivery, PushError, PushSubscription, unicode};
use countersign_store::UpdateError;
use futures::future::join_all;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use jiff::Timestamp;
use p256::SecretKey;
use serde_json::json;

use crate::encrypt::{Fresh, encrypt};
use crate::health::Health;
use crate::target::Target;
use crate::vapid::Vapid;

/// How long a push service may take to answer. All are called at once.
const TIMEOUT: Duration = Duration::from_secs(8);
/// For how many seconds a push service keeps a message for a browser that is not connected: a day.
const KEPT: &str = "86400";

/// The most characters of what is kept of a failed call.
const LONGEST: usize = 200;

/// What became of the message to one browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Accepted,
    /// The push service asks to wait.
    Later,
    /// The push service itself fails.
    Down,
    /// It has failed several times and is not called until this time.
    NotCalled(Timestamp),
    Refused,
    /// The push service refuses the deployment's signature.
    Unusable,
    /// It cannot be called, because of a key or a setting of the deployment.
    Unable,
    /// The subscription is over.
    Gone,
}

impl Outcome {
    /// What it says about the push service.
    const fn sign(self) -> Sign {
        match self {
            Self::Accepted => Sign::Works,
            Self::Down => Sign::Fails,
            Self::Unusable => Sign::RefusesAccount,
            Self::Later | Self::NotCalled(_) | Self::Refused | Self::Unable | Self::Gone => Sign::Nothing,
        }
    }

    /// Until when the push service is not called because it fails.
    const fn not_called_until(self) -> Option<Timestamp> {
        if let Self::NotCalled(until) = self { Some(until) } else { None }
    }

    /// Whether another attempt may help.
    const fn is_later(self) -> bool {
        matches!(self, Self::Later | Self::Down | Self::NotCalled(_))
    }
}

/// What a push service answered.
struct Answered {
    outcome: Outcome,
    words: String,
    retry_after: Option<String>,
}

impl Answered {
    const fn new(outcome: Outcome, words: String) -> Self {
        Self { outcome, words, retry_after: None }
    }
}

/// Why there is no request for a browser.
struct NoRequest {
    outcome: Outcome,
    why: &'static str,
}

/// The key with which a browser was subscribed is gone. What is not sent for that is sent when it is put right.
const GONE: NoRequest =
    NoRequest { outcome: Outcome::Unable, why: "the `secret_key` with which it was subscribed is gone" };
const MALFORMED: NoRequest = NoRequest { outcome: Outcome::Refused, why: "the subscription is malformed" };

/// Pushes the message to all of the administrator's browsers. Accepted by one, it counts as accepted.
pub async fn push(State(services): State<Services>, body: JsonBody<ToPush>) -> Result<Json<Pushed>, Problem> {
    let what = body.value;
    let journal = &services.journal;
    let owner = &what.administrator_id;
    let credentials = journal.load::<Credentials>(owner).await?;
    let subscriptions = credentials.map(|found| found.value.push).unwrap_or_default();
    if subscriptions.is_empty() {
        let answer = "no browser is subscribed".to_owned();
        return Ok(Json(Pushed { answer, ..Pushed::default() }));
    }
    let keys = services.secret_keys().await?;
    let contact = services.settings.get("public_url").await?;
    let health = Health::load(journal, &subscriptions).await?;
    let now = journal.clock().now();
    let text =
        json!({ "title": what.title, "body": what.body, "url": what.url, "tag": what.tag }).to_string();
    let all = subscriptions.iter().map(async |subscription| {
        if let Some(until) = health.open_until(subscription, now).filter(|_| !what.is_test) {
            return Answered::new(
                Outcome::NotCalled(until),
                "fails at the moment and is not called".to_owned(),
            );
        }
        let request =
            request(&keys, owner, subscription, text.as_bytes(), contact.trim(), (now, journal.random()));
        match request {
            Ok(request) => {
                let answered = answered(&services, request).await;
                let of_one = answered.outcome == Outcome::Unusable && health.works(subscription, now);
                if of_one { Answered { outcome: Outcome::Refused, ..answered } } else { answered }
            }
            Err(NoRequest { outcome, why }) => Answered::new(outcome, why.to_owned()),
        }
    });
    let results = join_all(all).await;
    let each = || subscriptions.iter().zip(&results);
    for (subscription, _) in each().filter(|(_, answered)| answered.outcome == Outcome::Gone) {
        remove(&services, owner, subscription).await;
    }
    let signs = each().map(|(browser, answered)| (browser, answered.outcome.sign(), answered.words.as_str()));
    health.note(journal, signs, journal.clock().now()).await;
    let named = each().map(|(subscription, answered)| format!("{} {}", subscription.host, answered.words));
    let answer = unicode::one_line(&named.collect::<Vec<_>>().join(", "), Delivery::ANSWER_MAX);
    Ok(Json(pushed(answer, &results)))
}

/// What became of a message with these answers, which are never none.
fn pushed(answer: String, results: &[Answered]) -> Pushed {
    let any = |is: &dyn Fn(Outcome) -> bool| results.iter().any(|answered| is(answered.outcome));
    let accepted = any(&|outcome| outcome == Outcome::Accepted);
    let later = !accepted && any(&Outcome::is_later);
    let not_called = results.iter().map(|answered| answered.outcome.not_called_until());
    let not_called = not_called.collect::<Option<Vec<_>>>();
    Pushed {
        accepted,
        later,
        not_called_until: not_called.and_then(|untils| untils.into_iter().min()),
        retry_after: results.iter().filter(|_| later).find_map(|answered| answered.retry_after.clone()),
        account: !accepted
            && !later
            && any(&|outcome| matches!(outcome, Outcome::Unusable | Outcome::Unable)),
        answer,
    }
}

/// The request that pushes a text to a browser, or why there is none.
fn request(
    keys: &SecretKeys,
    owner: &AdministratorId,
    subscription: &PushSubscription,
    text: &[u8],
    contact: &str,
    (now, random): (Timestamp, &dyn Random),
) -> Result<Request<Bytes>, NoRequest> {
    let refused = |why| NoRequest { outcome: Outcome::Refused, why };
    let target = Target::open(keys, owner, &subscription.sealed).ok_or(GONE)?;
    let vapid = Vapid::with_public_key(keys, &target.made_for).ok_or(GONE)?;
    let (browser, origin) = target.browser().zip(target.origin()).ok_or(MALFORMED)?;
    let fresh = fresh(random).ok_or_else(|| refused("there is no key for this message"))?;
    let body = encrypt(text, &browser, &fresh).ok_or_else(|| refused("the message is too long"))?;
    Request::post(&target.endpoint)
        .header(AUTHORIZATION, vapid.authorization(&origin, contact, now))
        .header(CONTENT_ENCODING, "aes128gcm")
        .header(CONTENT_TYPE, "application/octet-stream")
        .header("ttl", KEPT)
        .header("urgency", "high")
        .body(Bytes::from(body))
        .map_err(|_| MALFORMED)
}

/// A key pair and a salt. Of 2^32 random numbers, one is no key.
fn fresh(random: &dyn Random) -> Option<Fresh> {
    let (mut key, mut salt) = ([0; 32], [0; 16]);
    random.bytes(&mut salt);
    for _ in 0..4 {
        random.bytes(&mut key);
        if let Ok(own) = SecretKey::from_slice(&key) {
            return Some(Fresh { own, salt });
        }
    }
    None
}

/// Sends it, and says what the answer means. What a push service says beside its status is not kept.
async fn answered(services: &Services, request: Request<Bytes>) -> Answered {
    match services.outbound.send(request, TIMEOUT).await {
        Ok(response) => {
            let outcome = match response.status().as_u16() {
                200..=299 => Outcome::Accepted,
                404 | 410 => Outcome::Gone,
                408 | 425 | 429 => Outcome::Later,
                500..=599 => Outcome::Down,
                // The signature: its key, its time, or the address of the operator in it.
                401 | 403 => Outcome::Unusable,
                _ => Outcome::Refused,
            };
            let asked = response.headers().get(RETRY_AFTER).and_then(|text| text.to_str().ok());
            let words = response.status().as_u16().to_string();
            Answered { outcome, words, retry_after: asked.map(str::to_owned) }
        }
        Err(countersign_http::OutboundError::NotAllowed) => {
            Answered::new(Outcome::Unable, "the manifest does not allow this host".to_owned())
        }
        Err(error) => Answered::new(Outcome::Down, unicode::one_line(&error.to_string(), LONGEST)),
    }
}

/// Removes a subscription that is over. If that fails, the next message finds out again.
async fn remove(services: &Services, owner: &AdministratorId, subscription: &PushSubscription) {
    let without = |old: &Credentials| old.without_push(&subscription.id).map(|(next, _)| next);
    match services.journal.update(owner, without).await {
        Ok(_) | Err(UpdateError::Refused(PushError::None | PushError::TooMany)) => {}
        Err(UpdateError::Store(error)) => {
            let fields: [(&str, &dyn std::fmt::Display); 2] = [("administrator", owner), ("error", &error)];
            log::line("a push subscription that is over is not removed", &fields);
        }
    }
}

//! The contents of a delivery at the moment it is sent, or why there are none any more.

mod requester;
mod rights;
mod summing_up;

use axum::Json;
use axum::extract::State;
use countersign_authority::{Audience, is_still_unconfirmed, keeps_incidents};
use countersign_http::functions::{self, Composed, ToCompose};
use countersign_http::{JsonBody, Problem, Services};
use countersign_journal::Journal;
use countersign_journal::readable::is_damage;
use countersign_kv::log;
use countersign_model::administrator::{INVITATION_LASTS, PASSWORD_RESET_LASTS};
use countersign_model::{
    Administrator, AdministratorError, AdministratorId, Delivery, FileFlag, FlagId, List, Notice,
    Organization, Permit, ProcessorOnly, Request, RequestId, RequestStatus, TimeZoneName, text,
};
use countersign_store::tokens::{Kind, mint};
use countersign_store::{StoreError, UpdateError};
use jiff::{SignedDuration, Timestamp};

use self::requester::to_a_requester;
use self::rights::{Lost, not_told, still_heard};
use crate::brand::Brand;
use crate::message::{self, Message, Reader, Words};

/// After this age, a delivery's recipient is checked again before it is sent.
const FRESH: SignedDuration = SignedDuration::from_mins(1);

/// The most requests for the same that are counted.
const COUNTED: usize = 101;

/// What a delivery says now.
pub enum Content {
    /// This. The secret is only in the message.
    Say { message: Box<Message>, secret: Option<String> },
    /// Nothing any more.
    NoLonger { why: String },
    /// Nothing before this time.
    Later { why: String, until: Timestamp },
}

/// Composes the message of a delivery. What it is about is read now, so nobody hears of what is no longer true.
pub async fn compose(
    State(services): State<Services>,
    body: JsonBody<ToCompose>,
) -> Result<Json<Composed>, Problem> {
    let delivery = body.value.delivery;
    let public_url = services.settings.get("public_url").await?;
    let public_url = public_url.trim().trim_end_matches('/');
    if public_url.is_empty() {
        let why = "`public_url` is not set, so there is no link to send".to_owned();
        return Ok(Json(Composed::Impossible { why }));
    }
    match composed(&services, public_url, &delivery).await {
        Err(error) if is_damage(&error) => {
            log::line("a delivery cannot be composed", &[("delivery", &delivery.id), ("error", &error)]);
            let why = "the records that the message is about cannot be read".to_owned();
            Ok(Json(Composed::Damaged { why }))
        }
        composed => Ok(Json(composed?)),
    }
}

async fn composed(
    services: &Services,
    public_url: &str,
    delivery: &Delivery,
) -> Result<Composed, StoreError> {
    let brand = Brand::of(&services.journal, delivery).await?;
    let zone = delivery.reading.time_zone.as_ref();
    let reader = Reader::of(delivery.reading.language.or(brand.language), zone.map(TimeZoneName::as_str));
    Ok(match by_notice(services, public_url, delivery, &reader).await? {
        Content::Say { message, secret } => {
            let mut message = message.delivered_as(delivery, public_url);
            if let Some(whom) = &delivery.in_place_of {
                message = message.in_place_of(&reader, whom, &delivery.notice);
            }
            Composed::Say(Box::new(branded(brand, message, secret)))
        }
        Content::NoLonger { why } => Composed::NoLonger { why },
        Content::Later { why, until } => Composed::Later { why, until },
    })
}

fn branded(brand: Brand, message: Message, secret: Option<String>) -> functions::Message {
    let message = brand.on(message);
    functions::Message { secret, sender_name: brand.name, reply_to: brand.reply_to, ..message.into() }
}

async fn by_notice(
    services: &Services,
    public_url: &str,
    delivery: &Delivery,
    reader: &Reader,
) -> Result<Content, StoreError> {
    match &delivery.notice {
        Notice::RequestSubmitted { request_id }
        | Notice::RequestJoined { request_id, .. }
        | Notice::RequestTaken { request_id }
        | Notice::RequestHandedOver { request_id, .. }
        | Notice::RequestExpiring { request_id }
        | Notice::RequestUntaken { request_id }
        | Notice::RequestUndecided { request_id } => {
            while_pending(services, reader, public_url, delivery, request_id).await
        }
        Notice::RequestHandled { request_id } if keeps_incidents(&delivery.address) => {
            incident_over(services, reader, public_url, request_id).await
        }
        Notice::RequestHandled { request_id } => {
            let say = |request: &Request| message::handled(reader, request, public_url);
            handled(services, delivery, request_id, say).await
        }
        Notice::RequestDecided { request_id } => {
            let say = |request: &Request| {
                let taken_back = request.decision.as_ref().is_some_and(|decision| decision.revoked.is_some());
                if taken_back || request.ended.is_some() { None } else { message::decided(reader, request) }
            };
            to_a_requester(services, delivery, request_id, say).await
        }
        Notice::RequestRevoked { request_id } => {
            to_a_requester(services, delivery, request_id, |request| message::revoked(reader, request)).await
        }
        Notice::ApprovalEdited { request_id } => {
            to_a_requester(services, delivery, request_id, |request| message::end_changed(reader, request))
                .await
        }
        Notice::RequestEnded { request_id } => {
            to_a_requester(services, delivery, request_id, |request| message::ended(reader, request)).await
        }
        Notice::RequestExpired { request_id } => {
            to_a_requester(services, delivery, request_id, |request| message::expired(reader, request)).await
        }
        Notice::DecisionAsked { request_id, asked_by, message } => {
            let say = |request: &Request, known| {
                message::asked(reader, request, (asked_by, message.as_deref()), known, public_url)
            };
            asked(services, delivery, request_id, say).await
        }
        Notice::FileFlagged { request_id, flag_id } => {
            flagged(services, reader, public_url, delivery, (request_id, flag_id)).await
        }
        Notice::Invitation { administrator_id } => {
            with_link(services, reader, public_url, delivery, administrator_id, Link::Invitation).await
        }
        Notice::PasswordReset { administrator_id } => {
            with_link(services, reader, public_url, delivery, administrator_id, Link::PasswordReset).await
        }
        Notice::SignedInElsewhere { address, at, .. } => {
            Ok(say(message::signed_in_elsewhere(reader, *address, *at, public_url)))
        }
        Notice::PasswordChanged { address, at, .. } => {
            Ok(say(message::password_changed(reader, *address, *at, public_url)))
        }
        Notice::RightsChanged { by, at, .. } => {
            Ok(say(message::rights_changed(reader, by.as_deref(), *at, public_url)))
        }
        Notice::AccountRecovered { whose, at, .. } => {
            Ok(say(message::account_recovered(reader, whose, *at, public_url)))
        }
        Notice::Digest => summing_up::digest(services, reader, public_url, delivery).await,
        Notice::Again { .. } => Ok(no_longer("there is nothing to report")),
    }
}

/// What a link is for.
#[derive(Clone, Copy)]
enum Link {
    Invitation,
    PasswordReset,
}

impl Link {
    fn token(self) -> Kind {
        match self {
            Self::Invitation => Kind::Invitation,
            Self::PasswordReset => Kind::PasswordReset,
        }
    }
}

pub fn no_longer(why: impl Into<String>) -> Content {
    Content::NoLonger { why: why.into() }
}

pub fn say(message: Message) -> Content {
    Content::Say { message: Box::new(message), secret: None }
}

/// To somebody whom a pending request reaches: while it is pending and reaches them.
async fn while_pending(
    services: &Services,
    reader: &Reader,
    public_url: &str,
    delivery: &Delivery,
    id: &RequestId,
) -> Result<Content, StoreError> {
    let journal = &services.journal;
    let Some(request) = journal.load::<Request>(id).await? else {
        return Ok(no_longer("the request does not exist"));
    };
    let request = request.value;
    let now = journal.clock().now();
    let status = request.status_at(now);
    if status != RequestStatus::Pending {
        return Ok(no_longer(format!("the request is {status}")));
    }
    if !is_still_told(services, delivery, &request).await? {
        return not_told(&services.journal, delivery, &request, Lost::Hearing).await;
    }
    let unconfirmed = is_still_unconfirmed(&services.journal, &request).await?;
    let others = others_waiting(journal, &request).await?;
    let message = message::waiting(reader, &request, &delivery.notice, unconfirmed, others, public_url);
    Ok(message.map_or_else(|| no_longer("somebody else, or nobody, has the request now"), say))
}

/// Whether the rights were checked a moment ago, when the delivery was made.
fn is_fresh(services: &Services, delivery: &Delivery) -> bool {
    services.journal.clock().now().duration_since(delivery.created_at) <= FRESH
}

/// Whether its recipient may still be notified of a request.
async fn is_still_told(
    services: &Services,
    delivery: &Delivery,
    request: &Request,
) -> Result<bool, StoreError> {
    if is_fresh(services, delivery) {
        return Ok(true);
    }
    let heard = still_heard(&services.journal, delivery, std::iter::once(request)).await?;
    Ok(!heard.is_empty())
}

/// To an administrator who was told of a request: that it is decided, or expired.
async fn handled(
    services: &Services,
    delivery: &Delivery,
    id: &RequestId,
    words: impl Fn(&Request) -> Option<Message>,
) -> Result<Content, StoreError> {
    let Some(request) = services.journal.load::<Request>(id).await? else {
        return Ok(no_longer("the request does not exist"));
    };
    if !is_still_told(services, delivery, &request.value).await? {
        return not_told(&services.journal, delivery, &request.value, Lost::Hearing).await;
    }
    Ok(words(&request.value).map_or_else(|| no_longer("the request is neither decided nor expired"), say))
}

/// To a program that keeps an incident of a request: that nobody need decide it any more. It was told of the request, so no right is asked.
async fn incident_over(
    services: &Services,
    reader: &Reader,
    public_url: &str,
    id: &RequestId,
) -> Result<Content, StoreError> {
    let Some(request) = services.journal.load::<Request>(id).await? else {
        return Ok(no_longer("the request does not exist"));
    };
    Ok(say(message::over(reader, &request.value, public_url)))
}

/// To an administrator whom a colleague asks to decide: while the request is pending.
async fn asked(
    services: &Services,
    delivery: &Delivery,
    id: &RequestId,
    words: impl Fn(&Request, (bool, Option<Words>)) -> Message,
) -> Result<Content, StoreError> {
    let Some(request) = services.journal.load::<Request>(id).await? else {
        return Ok(no_longer("the request does not exist"));
    };
    let status = request.value.status_at(services.journal.clock().now());
    if status != RequestStatus::Pending {
        return Ok(no_longer(format!("the request is {status}")));
    }
    let audience = Audience::new(&services.journal);
    if !is_fresh(services, delivery) && !audience.still_decides(&request.value, delivery).await? {
        return not_told(&services.journal, delivery, &request.value, Lost::Deciding).await;
    }
    let unconfirmed = is_still_unconfirmed(&services.journal, &request.value).await?;
    let others = others_waiting(&services.journal, &request.value).await?;
    Ok(say(words(&request.value, (unconfirmed, others))))
}

/// How many other computers of the organization wait for what a request asks for; `None` if none does. It costs some reads, however
/// many there are.
async fn others_waiting(journal: &Journal, request: &Request) -> Result<Option<Words>, StoreError> {
    let permit = Permit::processor(&request.organization_id, ProcessorOnly);
    let (list, subject) = (List::MatchingRequests, request.subject.key());
    let ids = journal.oldest_in_partition(&permit, list, &subject, None, COUNTED).await?;
    let others = ids.iter().filter(|id| id.as_str() != request.id.as_str()).count();
    let number = Words::plain(&others);
    let number = if ids.len() < COUNTED { number } else { number.and("+") };
    Ok((others > 0).then_some(number))
}

/// To somebody whom a request reaches: a file was flagged as malicious, while it still is.
async fn flagged(
    services: &Services,
    reader: &Reader,
    public_url: &str,
    delivery: &Delivery,
    (id, flag): (&RequestId, &FlagId),
) -> Result<Content, StoreError> {
    let flag = services.journal.load::<FileFlag>(flag).await?.map(|flag| flag.value);
    let Some(flag) = flag.filter(FileFlag::is_in_force) else {
        return Ok(no_longer("the file is no longer flagged"));
    };
    let Some(request) = services.journal.load::<Request>(id).await? else {
        return Ok(no_longer("the request does not exist"));
    };
    if !is_still_told(services, delivery, &request.value).await? {
        return not_told(&services.journal, delivery, &request.value, Lost::Hearing).await;
    }
    Ok(say(message::flagged(reader, &request.value, &flag, public_url)))
}

/// To an administrator, with a token generated for this message: the record keeps its hash, and only the message has
/// the token.
async fn with_link(
    services: &Services,
    reader: &Reader,
    public_url: &str,
    delivery: &Delivery,
    id: &AdministratorId,
    link: Link,
) -> Result<Content, StoreError> {
    let journal = &services.journal;
    let now = journal.clock().now();
    let (text, token) = mint(link.token(), id.ulid(), journal.random());
    let stored = journal
        .update(id, |old: &Administrator| {
            if old.email.key() != text::address_key(&delivery.address) {
                return Err(NotNow::Elsewhere);
            }
            let hash = token.digest.clone();
            Ok(match link {
                Link::Invitation => old.with_invitation(hash, now)?,
                Link::PasswordReset => old.with_password_reset(hash, now)?,
            })
        })
        .await;
    let administrator = match stored {
        Ok(stored) => stored.value,
        Err(UpdateError::Refused(why)) => return Ok(no_longer(why.to_string())),
        Err(UpdateError::Store(StoreError::NotFound)) => {
            return Ok(no_longer("there is no such administrator"));
        }
        Err(UpdateError::Store(error)) => return Err(error),
    };
    let message = match link {
        Link::Invitation => {
            let company = journal.load::<Organization>(&administrator.organization_id).await?;
            let company = company.map(|stored| stored.value.name).unwrap_or_default();
            let expires = after(now, INVITATION_LASTS);
            let link = format!("{public_url}/invitation#{text}");
            message::invitation(reader, &administrator.name, &company, link, expires)
        }
        Link::PasswordReset => {
            let expires = after(now, PASSWORD_RESET_LASTS);
            let link = format!("{public_url}/password-reset#{text}");
            message::password_reset(reader, &administrator.name, link, expires)
        }
    };
    Ok(Content::Say { message: Box::new(message), secret: Some(text) })
}

fn after(now: Timestamp, lasts: SignedDuration) -> Timestamp {
    now.checked_add(lasts).unwrap_or(now)
}

/// Why an administrator gets no link.
#[derive(Debug, thiserror::Error)]
enum NotNow {
    #[error("the administrator has another email address now")]
    Elsewhere,
    #[error(transparent)]
    Account(#[from] AdministratorError),
}

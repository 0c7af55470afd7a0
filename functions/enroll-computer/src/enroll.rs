//! Enrolling: a computer that presents a group's enrollment key joins that group.

use axum::Json;
use axum::extract::State;
use countersign_authority::OverrideKey;
use countersign_authority::secrets::SecretKeys;
use countersign_http::{
    Anonymous, Caller, Code, IdempotencyKey, JsonBody, Problem, Services, hostname, place,
};
use countersign_journal::{Change, Elected, Journal};
use countersign_model::act::ComputerEnrolled;
use countersign_model::{Computer, ComputerId, EnrollmentKey, Group, GroupId, Organization, Permit, Who};
use countersign_store::throttle::Throttle;
use countersign_store::tokens::{self, Kind};
use countersign_store::{Claim, Idempotency, Slot, StoreError, Stored};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};

use crate::wire::{CheckedEnrollment, Enrolled, Enrollment};

/// Computers enrolled with one key. A site that enrols more at once is told to go on a little later.
const PER_KEY: Throttle = Throttle { name: "enroll/key", most: 600, period: SignedDuration::from_mins(10) };
/// Computers enrolled from one address, which a whole site may share.
const PER_ADDRESS: Throttle =
    Throttle { name: "enroll/address", most: 300, period: SignedDuration::from_mins(10) };
/// An attempt under an idempotency key, which is one use of a key that has a limit, however often it is tried again.
const PER_ATTEMPT: Throttle =
    Throttle { name: "enroll/attempt", most: 1, period: SignedDuration::from_hours(24) };
/// How long a retry is answered with a new token. Later, somebody may have the first answer after all.
const RETRIED_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// Enrolls a computer.
///
/// Its token is shown only in this answer.
///
/// A retry under the same `Idempotency-Key` within an hour is answered with the same computer and a new token; the
/// token of the first answer then no longer works. Choose a random key: with the enrollment key, it is as good as the
/// computer's token for that hour. Enrolling is limited per key and per client address: beyond that, the answer is
/// 429 with `Retry-After`.
#[utoipa::path(post, path = "/agent/v1/enroll", tag = "agents", params(IdempotencyKey), request_body = Enrollment,
    responses((status = 201, body = Enrolled), (status = 401, description = "The enrollment key is unknown, revoked, expired or used up."),
        (status = 409, description = "The retry under this `Idempotency-Key` came too late, or its computer has changed since.")))]
pub async fn enroll_computer(
    State(services): State<Services>,
    Anonymous { caller }: Anonymous,
    key: IdempotencyKey,
    body: JsonBody<Enrollment>,
) -> Result<(StatusCode, Json<Enrolled>), Problem> {
    let journal = &services.journal;
    let presented = Presented::find(journal, &body.value.enrollment_key, caller.now).await?;
    let CheckedEnrollment { hostname, os, agent_version } = body.value.checked()?;
    let group = &presented.group;
    let organization: Option<Stored<Organization>> = journal.load(&group.organization_id).await?;
    let organization = organization.filter(|found| !found.value.deleted).ok_or(NotEnrolled::WrongKey)?.value;
    require_few(journal, &caller, &presented).await?;
    let permit = Permit::enrollment(group);
    let idempotency = presented.idempotency(&key, body.bytes());
    let key = &presented.key;
    let secrets = &services.secret_keys().await?;
    let newcomer = Newcomer {
        caller: &caller,
        permit: &permit,
        group,
        key,
        secrets,
        hostname,
        os,
        agent_version,
        idempotency,
    };
    let (computer, token) = newcomer.enroll(journal).await?;
    let override_key = OverrideKey::text_of(secrets, &computer);
    let (computer_id, unconfirmed) = (computer.id, computer.unconfirmed);
    let (organization, group) = ((&organization).into(), presented.group.into());
    Ok((
        StatusCode::CREATED,
        Json(Enrolled { computer_id, token, organization, group, unconfirmed, override_key }),
    ))
}

/// Why a computer is not enrolled.
enum NotEnrolled {
    /// The key is wrong, revoked, expired or used up.
    WrongKey,
    /// The attempt under this idempotency key was answered too long ago to be answered again.
    AnsweredBefore,
    /// Too many are being enrolled, until a moment.
    TooMany { until: Timestamp, now: Timestamp },
}

impl From<NotEnrolled> for Problem {
    fn from(why: NotEnrolled) -> Self {
        match why {
            NotEnrolled::WrongKey => Self::new(
                Code::EnrollmentKeyNotValid,
                "the enrollment key is not valid; an administrator can make a new one for the group",
            ),
            NotEnrolled::AnsweredBefore => Self::new(
                Code::EnrollmentAnswered,
                "this attempt to enroll was answered long ago, or its computer was changed since; enroll with a new \
                 `Idempotency-Key`",
            ),
            NotEnrolled::TooMany { until, now } => {
                let detail = "too many computers are being enrolled; try again later";
                Self::over_limit(Code::TooManyEnrollments, detail, until, now)
            }
        }
    }
}

/// An enrollment key that opens its group.
struct Presented {
    group: Group,
    key: EnrollmentKey,
}

impl Presented {
    /// A key that is wrong, revoked or expired is answered in the same way.
    async fn find(journal: &Journal, key: &str, now: Timestamp) -> Result<Self, Problem> {
        let token =
            tokens::parse(key).filter(|token| token.kind == Kind::Enrollment).ok_or(NotEnrolled::WrongKey)?;
        let id = GroupId::from_ulid(token.owner);
        let group = journal.load::<Group>(&id).await?.ok_or(NotEnrolled::WrongKey)?.value;
        let fits = |key: &&EnrollmentKey| tokens::matches(&key.hash, &token.digest);
        let key = group.enrollment_keys.iter().find(fits).filter(|key| key.opens_at(now)).cloned();
        let key = key.filter(|_| !group.deleted).ok_or(NotEnrolled::WrongKey)?;
        Ok(Self { group, key })
    }

    /// The attempt under an idempotency key. The caller has no identity yet, and may come from another address when it
    /// tries again, so the key belongs to those who know the enrollment key.
    fn idempotency(&self, key: &IdempotencyKey, body: &[u8]) -> Option<Idempotency> {
        Some(Idempotency::new(&format!("enrollment {}", self.key.id()), key.0.as_deref()?, body))
    }
}

/// Counts the enrolment, for its key and for the client's address. Only those with a good key are counted: the others
/// write nothing at all.
async fn require_few(journal: &Journal, caller: &Caller, presented: &Presented) -> Result<(), Problem> {
    let (key, place) = (presented.key.id(), caller.address.map(place));
    let (key, place) = ([key.as_str()], place.as_deref().map(|place| [place]));
    let mut limits: Vec<(Throttle, &[&str])> = vec![(PER_KEY, &key)];
    limits.extend(place.as_ref().map(|place| (PER_ADDRESS, place.as_slice())));
    let refused = |until| NotEnrolled::TooMany { until, now: caller.now }.into();
    journal.count_all(&limits, 1).await?.map(drop).map_err(refused)
}

/// A computer that is being enrolled.
struct Newcomer<'a> {
    caller: &'a Caller,
    permit: &'a Permit,
    group: &'a Group,
    key: &'a EnrollmentKey,
    secrets: &'a SecretKeys,
    hostname: String,
    os: String,
    agent_version: Option<String>,
    idempotency: Option<Idempotency>,
}

/// What an attempt to enroll came to.
enum Outcome {
    /// This computer, with its token.
    New(Box<Computer>, String),
    /// The computer of an earlier attempt under the same idempotency key.
    Earlier(ComputerId),
}

impl Newcomer<'_> {
    /// Enrolls it as one more use of the key. A retry is no further use.
    async fn enroll(&self, journal: &Journal) -> Result<(Computer, String), Problem> {
        let repeated = journal.is_repeated(self.idempotency.as_ref()).await?;
        let counted = !repeated && self.count_use(journal).await?;
        match self.elect(journal).await? {
            Outcome::New(computer, token) => {
                if let Some(version) = &self.agent_version {
                    journal.begin_check_ins(&computer.id, version.clone()).await?;
                }
                Ok((*computer, token))
            }
            Outcome::Earlier(id) => {
                if counted {
                    journal.give_back_enrollment_key(&self.key.id()).await?;
                }
                self.retried(journal, &id).await
            }
        }
    }

    /// Counts the use, unless a try of the same attempt did that failed later. Returns whether this one has to be given back if an
    /// earlier try enrolled the computer after all.
    async fn count_use(&self, journal: &Journal) -> Result<bool, Problem> {
        let key = self.key.id();
        let attempt = self.idempotency.as_ref().filter(|_| self.key.max_uses.is_some());
        if Self::was_counted(journal, attempt).await? {
            return Ok(false);
        }
        if !journal.use_enrollment_key(&key, self.key.max_uses).await? {
            // Another try of the attempt may have taken the last use meanwhile.
            let taken = Self::was_counted(journal, attempt).await?;
            return if taken { Ok(false) } else { Err(NotEnrolled::WrongKey.into()) };
        }
        let Some(attempt) = attempt else { return Ok(true) };
        if !journal.count_try(&PER_ATTEMPT, &[attempt.digest()]).await?.allowed {
            journal.give_back_enrollment_key(&key).await?;
        }
        Ok(false)
    }

    async fn was_counted(journal: &Journal, attempt: Option<&Idempotency>) -> Result<bool, Problem> {
        let Some(attempt) = attempt else { return Ok(false) };
        Ok(journal.tries(&PER_ATTEMPT, &[attempt.digest()]).await? > 0)
    }

    /// The first computer under a host name gets the name. A later one is enrolled too, but an administrator has to
    /// confirm it.
    async fn elect(&self, journal: &Journal) -> Result<Outcome, Problem> {
        let slot = Slot::hostname(&self.group.organization_id, &self.hostname);
        let free = |claim: Claim| async move { Ok(self.holder(journal, &claim).await?.is_none()) };
        let (computer, token) = self.computer(journal, None);
        let held = match journal.save_elected::<Computer, _, _>(&slot, self.change(&computer), free).await? {
            Elected::Won(saved) if saved.value.id == computer.id => {
                return Ok(Outcome::New(Box::new(computer), token));
            }
            Elected::Won(earlier) => return Ok(Outcome::Earlier(earlier.value.id)),
            Elected::Held(claim) => claim,
        };
        // Under another id: the first record may have been written before the election was lost.
        let Some(holder) = self.holder(journal, &held).await? else {
            return Err(StoreError::Busy.into());
        };
        let (computer, token) = self.computer(journal, Some(holder));
        let saved = journal.save(self.change(&computer)).await?;
        if !saved.repeated {
            return Ok(Outcome::New(Box::new(computer), token));
        }
        Ok(Outcome::Earlier(saved.id.parse().map_err(|_| StoreError::corrupt(&saved.id))?))
    }

    /// The computer that has the host name, if the claim to it still counts. A removed computer never comes back.
    async fn holder(&self, journal: &Journal, claim: &Claim) -> Result<Option<ComputerId>, StoreError> {
        hostname::holder(journal, self.permit, (&self.hostname, None), claim).await
    }

    /// The computer that an earlier attempt under the same idempotency key enrolled, with a new token: the answer with
    /// the first one was lost, and only its hash is stored.
    async fn retried(&self, journal: &Journal, id: &ComputerId) -> Result<(Computer, String), Problem> {
        let (text, token) = tokens::mint(Kind::Computer, id.ulid(), journal.random());
        let origin = self.caller.known_as(Who::Computer { id: id.clone() }).origin();
        let saved = journal
            .save_update(id, None, |old: &Computer| {
                let late =
                    old.enrolled_at.saturating_add(RETRIED_WITHIN).is_ok_and(|end| end <= self.caller.now);
                if late || old.deleted || old.group_id != self.group.id {
                    return Err(Problem::from(NotEnrolled::AnsweredBefore));
                }
                let new = old.with_token(token.digest.clone());
                let change = Change::new(self.permit, &origin, ComputerEnrolled::retried(&new));
                Ok((new, change))
            })
            .await?;
        Ok((saved.value, text))
    }

    fn computer(&self, journal: &Journal, twin_of: Option<ComputerId>) -> (Computer, String) {
        let id = ComputerId::from_ulid(journal.random().ulid(self.caller.now));
        let (text, token) = tokens::mint(Kind::Computer, id.ulid(), journal.random());
        let computer = Computer {
            id,
            organization_id: self.group.organization_id.clone(),
            group_id: self.group.id.clone(),
            hostname: self.hostname.clone(),
            os: self.os.clone(),
            name: None,
            naming: 0,
            unconfirmed: twin_of.is_some(),
            twin_of,
            token_hash: token.digest,
            maintenance: None,
            enrolled_at: self.caller.now,
            enrollment_key_id: Some(self.key.id()),
            policy_version: None,
            instances: Default::default(),
            override_key: None,
            deleted: false,
        };
        (OverrideKey::equip(computer, self.secrets, journal.random()), text)
    }

    fn change(&self, computer: &Computer) -> Change {
        let origin = self.caller.known_as(Who::Computer { id: computer.id.clone() }).origin();
        Change::new(self.permit, &origin, ComputerEnrolled::of(computer))
            .create(computer)
            .idempotent(self.idempotency.clone())
    }
}

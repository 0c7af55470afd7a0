//! The users who ask for a request. A computer may have several at the same time, each with an own reason and address.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Request;
use crate::kinds::RequestStatus;
use crate::text::{self, EmailAddress};
use crate::transition::TransitionError;

/// How many users of one computer are known as requesters of a request. Users who ask beyond that are only counted.
pub const REQUESTERS_MAX: usize = 64;
/// The largest pending request, in bytes as JSON: what is left of a record is for a decision and a revocation with the
/// longest texts. A user for whom there is no room is only counted.
pub const PENDING_MAX: usize = 34 * 1024;
/// While a request is smaller than this, in bytes as JSON, the reasons of further users are kept whole: names and
/// addresses need the rest.
const REASONS_WITHIN: usize = 20 * 1024;
/// What is kept of a reason in any case if there is room for it, in bytes as JSON.
const REASON_MIN: usize = 200;
/// What a withdrawal adds to a requester, in bytes as JSON.
const WITHDRAWAL: usize = r#","withdrawn_at":"2026-01-01T00:00:00.000000000Z""#.len();
/// Stands for what was left out of a reason.
const LEFT_OUT: char = '…';

/// A user who asks, as the computer reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequester {
    /// The user name on the computer.
    pub username: String,
    /// The email address for the decision.
    pub email: Option<EmailAddress>,
    /// The user's reason.
    pub reason: Option<String>,
}

/// A user who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requester {
    /// The user name on the computer.
    pub username: String,
    /// The email address for the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailAddress>,
    /// The user's reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When the user first asked.
    pub asked_at: Timestamp,
    /// When the user last asked.
    pub last_asked_at: Timestamp,
    /// How many times the user asked or amended the request.
    pub count: u32,
    /// When the user last gave another reason or address, or allowed a copy of the file after all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amended_at: Option<Timestamp>,
    /// When the user withdrew. A user who asks again is a requester again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<Timestamp>,
}

impl Requester {
    /// A user who asks for the first time.
    #[must_use]
    pub fn new(new: NewRequester, now: Timestamp) -> Self {
        let NewRequester { username, email, reason } = new;
        Self {
            username,
            email,
            reason,
            asked_at: now,
            last_asked_at: now,
            count: 1,
            amended_at: None,
            withdrawn_at: None,
        }
    }

    /// Whether the user still waits for the decision.
    #[must_use]
    pub const fn waits(&self) -> bool {
        self.withdrawn_at.is_none()
    }

    /// Whether this is the user of this name. Windows does not distinguish upper and lower case in user names, so this
    /// does not either: two users of another system whose names differ in nothing else count as one.
    #[must_use]
    pub fn is(&self, username: &str) -> bool {
        text::username_key(&self.username) == text::username_key(username)
    }

    /// Whether both give the same reason and address.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        (&self.email, &self.reason) == (&other.email, &other.reason)
    }

    /// The same user asks again: the newest reason and address count, and those given earlier if none are given now.
    fn again(&self, new: NewRequester, now: Timestamp) -> Self {
        Self {
            email: new.email.or_else(|| self.email.clone()),
            reason: new.reason.or_else(|| self.reason.clone()),
            last_asked_at: now,
            count: self.count.saturating_add(1),
            withdrawn_at: None,
            ..self.clone()
        }
    }
}

/// Who asked while the request was pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedAs {
    /// A requester who waits already, and says nothing new.
    Repeating,
    /// A requester who waits already, with another reason or address.
    Amending,
    /// A user who is a requester from now on: a new one, or one who had withdrawn.
    Joining,
    /// One of those who are only counted.
    OneOfMore,
}

/// A request that was asked for once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedAgain {
    /// The request as it is now.
    pub request: Request,
    /// Who asked.
    pub by: AskedAs,
}

/// A request from which a user withdrew. It is cancelled if nobody waits for it any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    /// The request as it is now.
    pub request: Request,
    /// The name of the user, as it was first written.
    pub username: String,
}

/// Why nobody withdraws.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotWithdrawn {
    /// The request is no longer pending.
    #[error(transparent)]
    Over(#[from] TransitionError),
    /// Several users ask, and none is named.
    #[error("must be given, because several users ask")]
    Unnamed,
    /// No user of this name asks.
    #[error("must be the name of a user who asks")]
    Unknown,
    /// The user asks no longer, or is only counted. Others wait for the decision.
    #[error("the user asks no longer")]
    Already,
}

impl Request {
    /// The requester of this name.
    #[must_use]
    pub fn requester(&self, username: &str) -> Option<&Requester> {
        self.requesters.iter().find(|requester| requester.is(username))
    }

    /// The requesters who wait for the decision, or waited for it when it was made. The first who asked comes first.
    pub fn waiting(&self) -> impl Iterator<Item = &Requester> {
        self.requesters.iter().filter(|requester| requester.waits())
    }

    /// The name of the user whom lists show: the first of those who wait, or of all who asked if none does.
    #[must_use]
    pub fn shown_requester(&self) -> &str {
        let first = self.waiting().next().or(self.requesters.first());
        first.map_or("", |requester| &requester.username)
    }

    /// How many users wait for the decision beside the first who does, those who are only counted included.
    #[must_use]
    pub fn others_waiting(&self) -> usize {
        let known = self.waiting().count().saturating_sub(1);
        known.saturating_add(usize::try_from(self.more_requesters).unwrap_or(usize::MAX))
    }

    /// A user of the computer asks for the same subject while this is pending.
    ///
    /// # Errors
    /// It is no longer pending: asking again makes a new request.
    pub fn ask_again(&self, new: NewRequester, now: Timestamp) -> Result<AskedAgain, TransitionError> {
        self.must_be_pending(now)?;
        let counted = Self { count: self.count.saturating_add(1), last_asked_at: now, ..self.clone() };
        let known = self.requesters.iter().position(|requester| requester.is(&new.username));
        let old = known.and_then(|place| self.requesters.get(place));
        let mut requester = match old {
            Some(old) => old.again(new, now),
            None => Requester::new(new, now),
        };
        let by = match old {
            Some(old) if !old.waits() => AskedAs::Joining,
            Some(old) if requester.says_the_same(old) => AskedAs::Repeating,
            Some(_) => {
                requester.amended_at = Some(now);
                AskedAs::Amending
            }
            None => AskedAs::Joining,
        };
        let place = known.or_else(|| self.free_place());
        if let Some(request) = place.and_then(|place| counted.with_requester(place, requester)) {
            return Ok(AskedAgain { request, by });
        }
        if old.is_some() {
            // There is no room for what is new.
            return Ok(AskedAgain { request: counted, by: AskedAs::Repeating });
        }
        let more_requesters = self.more_requesters.saturating_add(1);
        Ok(AskedAgain { request: Self { more_requesters, ..counted }, by: AskedAs::OneOfMore })
    }

    /// The place of a further requester: behind the others, or that of one who has withdrawn. The first one is always
    /// kept.
    fn free_place(&self) -> Option<usize> {
        if self.requesters.len() < REQUESTERS_MAX {
            return Some(self.requesters.len());
        }
        self.requesters.iter().skip(1).position(|requester| !requester.waits()).map(|place| place + 1)
    }

    /// The request with a requester at this place, with as much of a new reason as there is room for; `None` if there is
    /// no room for the requester.
    pub(super) fn with_requester(&self, place: usize, requester: Requester) -> Option<Self> {
        let mut new = self.clone();
        let is_known = self.requesters.get(place).is_some_and(|old| old.reason == requester.reason);
        let (reason, kept) = if is_known { (None, requester.reason) } else { (requester.reason, None) };
        let requester = Requester { reason: kept, ..requester };
        match new.requesters.get_mut(place) {
            Some(old) => *old = requester,
            None => new.requesters.push(requester),
        }
        let size = new.size_when_all_withdraw()?;
        let left = PENDING_MAX.checked_sub(size)?;
        if let Some((reason, requester)) = reason.zip(new.requesters.get_mut(place)) {
            let most = REASONS_WITHIN.saturating_sub(size).max(REASON_MIN).min(left);
            requester.reason = shortened(&reason, most);
        }
        Some(new)
    }

    /// Its size in bytes as JSON, with room for the moments at which those who wait withdraw.
    fn size_when_all_withdraw(&self) -> Option<usize> {
        let moments = self.waiting().count().saturating_mul(WITHDRAWAL);
        Some(serde_json::to_vec(self).ok()?.len().saturating_add(moments))
    }

    /// A user withdraws, by default the only one who ever asked. The request is cancelled when nobody waits for it any
    /// more.
    ///
    /// # Errors
    /// It is no longer pending, or it is not clear who withdraws, or that user has already done so.
    pub fn withdraw(&self, username: Option<&str>, now: Timestamp) -> Result<Withdrawn, NotWithdrawn> {
        self.must_be_pending(now)?;
        let mut request = self.clone();
        let found = match username {
            None if request.requesters.len() > 1 || self.more_requesters > 0 => {
                return Err(NotWithdrawn::Unnamed);
            }
            None => request.requesters.first_mut(),
            Some(name) => request.requesters.iter_mut().find(|requester| requester.is(name)),
        };
        let Some(requester) = found else {
            let may_be_counted = self.more_requesters > 0;
            return Err(if may_be_counted { NotWithdrawn::Already } else { NotWithdrawn::Unknown });
        };
        if !requester.waits() {
            return Err(NotWithdrawn::Already);
        }
        requester.withdrawn_at = Some(now);
        let username = requester.username.clone();
        if request.more_requesters == 0 && request.waiting().next().is_none() {
            request.status = RequestStatus::Cancelled;
        }
        Ok(Withdrawn { request, username })
    }
}

/// The beginning of a reason, at most so many bytes as JSON; `None` if there is no room for any of it.
fn shortened(reason: &str, most: usize) -> Option<String> {
    let cost = |c: char| if matches!(c, '"' | '\\' | '\n' | '\r' | '\t') { 2 } else { c.len_utf8() };
    // The name of the member and the punctuation around it.
    let most = most.checked_sub(r#","reason":"""#.len())?;
    if reason.chars().map(cost).sum::<usize>() <= most {
        return Some(reason.to_owned());
    }
    let most = most.checked_sub(LEFT_OUT.len_utf8())?;
    let mut left = most;
    let fits = |c: &char| match left.checked_sub(cost(*c)) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    };
    let mut kept: String = reason.chars().take_while(fits).collect();
    kept.push(LEFT_OUT);
    Some(kept)
}

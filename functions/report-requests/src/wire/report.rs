//! Reports about requests.

use countersign_http::{CalendarDay, Cursor, Limit, OrganizationName};
use countersign_model::tally::{DayCounts, WAITED_UP_TO};
use countersign_model::{AdministratorId, OrganizationId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What to report.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportQuery {
    /// The organization that is reported on, with everything below it; default: your own.
    #[param(inline)]
    pub organization_id: Option<OrganizationId>,
    /// The first day (UTC); default: 29 days before the last one.
    #[param(inline, example = "2026-01-01")]
    pub from: Option<CalendarDay>,
    /// The last day (UTC); default: today.
    #[param(inline, example = "2026-01-31")]
    pub to: Option<CalendarDay>,
    /// `day` or `organization`: what the rows are; default: `day`. Rows by organization are the organizations below at any depth, each
    /// with everything below it.
    #[param(inline)]
    pub by: Option<ReportBy>,
    /// `json` or `csv`, which has just the rows; default: what `Accept` names, or `json`.
    #[param(inline)]
    pub format: Option<ReportFormat>,
    /// The `next_cursor` of the previous page of organizations; default: the first page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// The most organizations on the page: 1 to 200; default: 50.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

/// What the rows of a report are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReportBy {
    /// Days.
    Day,
    /// Organizations.
    Organization,
}

/// The format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReportFormat {
    /// JSON.
    Json,
    /// Comma-separated values.
    Csv,
}

/// What happened to the requests of an organization and of everything below it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestsReport {
    /// The organization.
    pub organization: OrganizationName,
    /// The first day (UTC).
    #[schema(value_type = String, format = Date, example = "2026-01-01")]
    pub from: Date,
    /// The last day (UTC).
    #[schema(value_type = String, format = Date, example = "2026-01-31")]
    pub to: Date,
    /// Everything up to this moment is in the report, as far as it has been processed.
    pub complete_until: Timestamp,
    /// What happened on all these days.
    pub total: Outcomes,
    /// What happened on each day on which something did; empty if the rows are organizations.
    #[schema(max_items = 396)]
    pub days: Vec<ReportedDay>,
    /// What happened at each organization below; empty if the rows are days. A page may be short although `next_cursor` is set.
    #[schema(max_items = 200)]
    pub organizations: Vec<ReportedOrganization>,
    /// The cursor of the next page of organizations; null on the last page.
    pub next_cursor: Option<Cursor>,
    /// The first day of what follows, which is counted by month (UTC); null if that is not shown: only the first page has it.
    #[schema(value_type = Option<String>, format = Date, example = "2026-01-01")]
    pub top_from: Option<Date>,
    /// The administrators who decided most.
    #[schema(max_items = 20)]
    pub deciders: Vec<Decider>,
    /// The files asked for most.
    #[schema(max_items = 20)]
    pub files: Vec<ReportedFile>,
    /// The publishers of the files asked for most.
    #[schema(max_items = 20)]
    pub publishers: Vec<ReportedPublisher>,
}

/// What happened to requests.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outcomes {
    /// Requests that were made.
    made: u64,
    /// Requests that were approved, those included that were settled along.
    approved: u64,
    /// Requests that were denied, those included that were settled along.
    denied: u64,
    /// Requests that were ignored.
    ignored: u64,
    /// Requests that nobody decided in time.
    expired: u64,
    /// Requests that were withdrawn, or ended with their computer, before they were decided.
    cancelled: u64,
    /// Approvals that were revoked.
    revoked: u64,
    /// Requests that people decided.
    decided_by_people: u64,
    /// Requests that rules decided.
    decided_by_rule: u64,
    /// How many of them rules approved. Requests decided before this was counted are in neither of these two numbers.
    approved_by_rule: u64,
    /// How many of them rules denied. Requests decided before this was counted are in neither of these two numbers.
    denied_by_rule: u64,
    /// How long requests waited that people decided.
    time_to_decision: TimeToDecision,
}

/// How long requests waited that people decided.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimeToDecision {
    /// Half of them were decided within so many seconds, as estimated from the distribution; null if there were none.
    median_seconds: Option<u64>,
    /// Nine of ten were decided within so many seconds, as estimated from the distribution; null if there were none.
    nine_of_ten_seconds: Option<u64>,
    /// How many waited how long, the shortest first; the last step has no end.
    #[schema(min_items = 15, max_items = 15)]
    distribution: Vec<WaitedStep>,
}

/// A step of the distribution of waiting times.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitedStep {
    /// The longest time in this step, in seconds; null if it has no end.
    up_to_seconds: Option<u64>,
    /// How many requests waited so long, and longer than the step before.
    count: u64,
}

/// What happened on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportedDay {
    /// The day (UTC).
    #[schema(value_type = String, format = Date, example = "2026-01-31")]
    pub day: Date,
    /// What happened.
    #[serde(flatten)]
    pub outcomes: Outcomes,
}

/// What happened at an organization and everywhere below it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportedOrganization {
    /// The organization.
    pub organization: OrganizationName,
    /// The organization directly above it.
    pub parent_id: Option<OrganizationId>,
    /// What happened.
    #[serde(flatten)]
    pub outcomes: Outcomes,
}

/// An administrator who decided.
#[derive(Debug, Serialize, ToSchema)]
pub struct Decider {
    /// The administrator; null if they belong to an organization that you may not see.
    pub administrator_id: Option<AdministratorId>,
    /// The beginning of the name that they had at the time; null if they belong to an organization that you may not see.
    pub name: Option<String>,
    /// How many requests they decided, at most.
    pub count: u64,
    /// By how much that may be too high.
    pub excess: u64,
}

/// A file that was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportedFile {
    /// The SHA-256 of the file.
    pub sha256: String,
    /// The beginning of the name that it had last.
    pub name: String,
    /// How often it was asked for, at most.
    pub count: u64,
    /// By how much that may be too high.
    pub excess: u64,
}

/// A publisher whose files were asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportedPublisher {
    /// The beginning of the subject of the certificate.
    pub name: String,
    /// How often its files were asked for, at most.
    pub count: u64,
    /// By how much that may be too high.
    pub excess: u64,
}

impl From<&DayCounts> for Outcomes {
    fn from(counts: &DayCounts) -> Self {
        let ends = WAITED_UP_TO.into_iter().map(Some).chain([None]);
        let steps = ends.zip(counts.waited).map(|(up_to_seconds, count)| WaitedStep { up_to_seconds, count });
        Self {
            made: counts.made,
            approved: counts.approved,
            denied: counts.denied,
            ignored: counts.ignored,
            expired: counts.expired,
            cancelled: counts.cancelled,
            revoked: counts.revoked,
            decided_by_people: counts.by_people,
            decided_by_rule: counts.by_rule,
            approved_by_rule: counts.approved_by_rule,
            denied_by_rule: counts.denied_by_rule,
            time_to_decision: TimeToDecision {
                median_seconds: counts.waited_at(0.5),
                nine_of_ten_seconds: counts.waited_at(0.9),
                distribution: steps.collect(),
            },
        }
    }
}

impl Outcomes {
    /// The names of the columns of a table; see [`Outcomes::columns`].
    pub fn names() -> Vec<String> {
        let names = [
            "made",
            "approved",
            "denied",
            "ignored",
            "expired",
            "cancelled",
            "revoked",
            "decided_by_people",
            "decided_by_rule",
            "approved_by_rule",
            "denied_by_rule",
            "median_seconds",
            "nine_of_ten_seconds",
        ];
        let steps = WAITED_UP_TO.iter().map(|up_to| format!("within_{up_to}_seconds"));
        let longer = [String::from("longer")];
        names.into_iter().map(str::to_owned).chain(steps).chain(longer).collect()
    }

    /// The numbers as columns of a table.
    pub fn columns(&self) -> Vec<String> {
        let known = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        let numbers = [
            self.made,
            self.approved,
            self.denied,
            self.ignored,
            self.expired,
            self.cancelled,
            self.revoked,
            self.decided_by_people,
            self.decided_by_rule,
            self.approved_by_rule,
            self.denied_by_rule,
        ];
        let waited = &self.time_to_decision;
        let estimates = [known(waited.median_seconds), known(waited.nine_of_ten_seconds)];
        let steps = waited.distribution.iter().map(|step| step.count.to_string());
        numbers.iter().map(u64::to_string).chain(estimates).chain(steps).collect()
    }
}

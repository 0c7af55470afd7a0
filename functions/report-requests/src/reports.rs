//! Reports: what happened to requests, by day or by organization.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_authority::rights::{Rights, rights_at};
use countersign_http::{
    AsReader, InputError, OrganizationName, Problem, QueryOf, Services, Table, plain_cell,
};
use countersign_journal::{Journal, reported_up_to};
use countersign_model::tally::{Day, REPORTED_DAYS, ReportDays, date_of, day_of};
use countersign_model::{Action, Organization, Permit, Resource, decide, lists};
use countersign_store::{StoreError, Stored};
use futures::future::try_join_all;
use http::HeaderMap;
use jiff::Timestamp;

use crate::examples::REPORT_TABLE;
use crate::reach::reaches_below;
use crate::table::is_table;
use crate::tops;
use crate::wire::{Outcomes, ReportBy, ReportQuery, ReportedDay, ReportedOrganization, RequestsReport};

/// How many days a report has if it is not said from when on.
const USUAL_DAYS: Day = 30;

/// Reports what happened to the requests of an organization and of everything below it.
///
/// Days are those of UTC, and kept for a year and a month. What happened is in the report after a minute. Files, publishers and
/// administrators are counted by month, in bounded room: `count` may be too high by up to `excess`.
#[utoipa::path(get, path = "/v1/reports/requests", tag = "reports", security(("administrator" = [])),
    params(ReportQuery), responses((status = 200, description = "The report. As CSV, `Next-Cursor` has the cursor of the next page.",
        headers(("Next-Cursor" = String, description = "The cursor of the next page; only as CSV, and if there is one.")), content((RequestsReport = "application/json"), (String = "text/csv", example = json!(REPORT_TABLE))))))]
pub async fn report_requests(
    State(services): State<Services>,
    AsReader { caller, administrator, paging }: AsReader,
    QueryOf(query): QueryOf<ReportQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let journal = &services.journal;
    let (from, to) = period(&query, caller.now)?;
    let at = query.organization_id.as_ref().unwrap_or(&administrator.value.organization_id);
    let rights = rights_at(journal, &administrator, at).await?;
    let permit = decide(&rights.actor, Action::ReportsView, &rights.resource())?;
    reaches_below(&rights.actor, Action::ReportsView, &rights.resource())?;
    let cursor = paging.open(query.cursor.as_ref())?;
    let days = journal.request_report(&permit).await?.map(|report| report.days).unwrap_or_default();
    let mut report = RequestsReport {
        organization: OrganizationName::from(&rights.organization.value),
        from: date_of(from),
        to: date_of(to),
        complete_until: reported_up_to(caller.now),
        total: Outcomes::from(&days.sum(from, to)),
        days: Vec::new(),
        organizations: Vec::new(),
        next_cursor: None,
        top_from: None,
        deciders: Vec::new(),
        files: Vec::new(),
        publishers: Vec::new(),
    };
    let is_table = is_table(query.format, &headers);
    match query.by.unwrap_or(ReportBy::Day) {
        ReportBy::Day => report.days = rows(&days, from, to),
        ReportBy::Organization => {
            let (cursor, limit) = (cursor.as_deref(), query.limit.get());
            let page = journal.page::<Organization>(&permit, lists::ORGANIZATIONS, cursor, limit).await?;
            report.organizations = below(journal, &rights, page.items, (from, to)).await?;
            report.next_cursor = paging.seal(page.next)?;
        }
    }
    if is_table {
        return table(&query, report);
    }
    if cursor.is_none() {
        tops::add(journal, &rights, &permit, (from, to), &mut report).await?;
    }
    Ok(Json(report).into_response())
}

/// The first and the last day.
fn period(query: &ReportQuery, now: Timestamp) -> Result<(Day, Day), Problem> {
    let to = query.to.map_or_else(|| day_of(now), |to| tops::day(to.0));
    let from = query.from.map_or_else(|| to.saturating_sub(USUAL_DAYS - 1), |from| tops::day(from.0));
    let most = Day::try_from(REPORTED_DAYS).unwrap_or(Day::MAX);
    let message = match to.saturating_sub(from) {
        ..0 => "must not be after `to`".to_owned(),
        days if days >= most => format!("a report has at most {most} days"),
        _ => return Ok((from, to)),
    };
    Err(Problem::invalid_query(vec![InputError::new("/from", message)]))
}

fn rows(days: &ReportDays, from: Day, to: Day) -> Vec<ReportedDay> {
    let row = |(day, counts)| ReportedDay { day: date_of(day), outcomes: Outcomes::from(counts) };
    days.between(from, to).map(row).collect()
}

/// The rows of organizations below: one further read for each. Left out are those that the caller's right does not reach with
/// everything below them.
async fn below(
    journal: &Journal,
    rights: &Rights,
    organizations: Vec<Stored<Organization>>,
    (from, to): (Day, Day),
) -> Result<Vec<ReportedOrganization>, StoreError> {
    let reached = organizations.into_iter().map(|found| found.value).filter_map(|organization| {
        let place = Resource::at(&organization);
        let permit = decide(&rights.actor, Action::ReportsView, &place).ok()?;
        let reaches = reaches_below(&rights.actor, Action::ReportsView, &place).is_ok();
        (reaches && !organization.deleted && organization.id != rights.organization.value.id)
            .then_some((organization, permit))
    });
    let rows = reached.map(|(organization, permit): (Organization, Permit)| async move {
        let report = journal.request_report(&permit).await?;
        let sum = report.map(|report| report.days.sum(from, to)).unwrap_or_default();
        Ok::<_, StoreError>(ReportedOrganization {
            organization: OrganizationName::from(&organization),
            parent_id: organization.parent_id,
            outcomes: Outcomes::from(&sum),
        })
    });
    try_join_all(rows).await
}

/// The rows as a table.
fn table(query: &ReportQuery, report: RequestsReport) -> Result<Response, Problem> {
    let mut table = Table::default();
    let first: &[&str] = match query.by {
        Some(ReportBy::Organization) => &["organization_id", "organization", "parent_id"],
        Some(ReportBy::Day) | None => &["day"],
    };
    table.row(first.iter().map(|name| (*name).to_owned()).chain(Outcomes::names()))?;
    for row in report.days {
        table.row([row.day.to_string()].into_iter().chain(row.outcomes.columns()))?;
    }
    for row in report.organizations {
        let OrganizationName { id, name } = row.organization;
        let parent = row.parent_id.map(|id| id.to_string()).unwrap_or_default();
        table.row([id.to_string(), plain_cell(&name), parent].into_iter().chain(row.outcomes.columns()))?;
    }
    table.answer(report.next_cursor)
}

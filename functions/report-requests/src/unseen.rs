//! Computers that have not been seen for some time: a walk through the lists of computers of an organization and of those below it,
//! so many at a time. There is no index by the last check-in, because each check-in would have to write it.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_authority::rights::rights_at;
use countersign_http::{
    AsReader, InputError, OrganizationName, Problem, QueryOf, Services, Table, plain_cell,
};
use countersign_journal::Journal;
use countersign_model::computer::check_ins::CheckIns;
use countersign_model::{
    Action, Actor, Computer, Organization, OrganizationId, Permit, Resource, decide, lists,
};
use countersign_store::StoreError;
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::examples::UNSEEN_TABLE;
use crate::reach::reaches_below;
use crate::table::is_table;
use crate::wire::{UnseenAt, UnseenBy, UnseenComputer, UnseenQuery, UnseenReport};

/// How many days a computer has not been seen if it is not said.
const USUAL_DAYS: u16 = 30;
/// The most days.
const MOST_DAYS: u16 = 3650;
/// How many computers one page looks at.
const COMPUTERS: usize = if cfg!(test) { 10 } else { 1_000 };
/// How many organizations below one page looks at.
const ORGANIZATIONS: usize = if cfg!(test) { 4 } else { 100 };
/// How many computers are read at once.
const AT_ONCE: usize = 200;

/// Reports the computers that have not checked in for some days, of an organization and of everything below it.
///
/// A page looks at up to 1,000 computers of up to 100 organizations below, and has all of them that have not been seen, the one that was seen
/// longest ago first. It may have none although `next_cursor` is set. A computer that never checked in was seen when it
/// enrolled. As a table, the rows are these computers, or with `by=organization` the numbers of each organization.
#[utoipa::path(get, path = "/v1/reports/computers", tag = "reports", security(("administrator" = [])),
    params(UnseenQuery), responses((status = 200, description = "The report. As CSV, `Next-Cursor` has the cursor of the next page.",
        headers(("Next-Cursor" = String, description = "The cursor of the next page; only as CSV, and if there is one.")), content((UnseenReport = "application/json"), (String = "text/csv", example = json!(UNSEEN_TABLE))))))]
pub async fn report_computers(
    State(services): State<Services>,
    AsReader { caller, administrator, paging }: AsReader,
    QueryOf(query): QueryOf<UnseenQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let journal = &services.journal;
    let unseen_days = days(&query)?;
    let at = query.organization_id.as_ref().unwrap_or(&administrator.value.organization_id);
    let rights = rights_at(journal, &administrator, at).await?;
    let permit = decide(&rights.actor, Action::ReportsView, &rights.resource())?;
    let below = query.below != Some(false);
    if below {
        reaches_below(&rights.actor, Action::ReportsView, &rights.resource())?;
    }
    let own = &rights.organization.value;
    let place = match paging.open(query.cursor.as_ref())? {
        Some(text) => serde_json::from_str(&text).map_err(|_| Problem::internal())?,
        None => Place { current: Some(own.id.clone()), ..Place::default() },
    };
    let not_seen_since = caller.now - SignedDuration::from_hours(24 * i64::from(unseen_days));
    let mut walk = Walk::new(journal, &rights.actor, not_seen_since);
    let next = walk.page(own, &permit, below, place).await?;
    let next = next.map(|next| serde_json::to_string(&next)).transpose().map_err(|_| Problem::internal())?;
    let next_cursor = paging.seal(next)?;
    let mut report = UnseenReport {
        organization: OrganizationName::from(own),
        unseen_days,
        not_seen_since,
        looked_at: walk.looked_at,
        unseen: walk.computers.len(),
        organizations: walk.organizations,
        computers: walk.computers,
        next_cursor,
    };
    report.computers.sort_by(|a, b| (a.last_seen_at, &a.id).cmp(&(b.last_seen_at, &b.id)));
    if is_table(query.format, &headers) {
        return table(query.by.unwrap_or(UnseenBy::Computer), report);
    }
    Ok(Json(report).into_response())
}

fn days(query: &UnseenQuery) -> Result<u16, Problem> {
    match query.unseen_days.unwrap_or(USUAL_DAYS) {
        days @ 1..=MOST_DAYS => Ok(days),
        _ => {
            let message = format!("must be from 1 to {MOST_DAYS}");
            Err(Problem::invalid_query(vec![InputError::new("/unseen_days", message)]))
        }
    }
}

/// Where a page begins.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Place {
    /// The organization that the page begins with; `None` if it begins with the next one below.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    current: Option<OrganizationId>,
    /// Where it goes on in the list of that organization's computers.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    computers: Option<String>,
    /// Where it goes on in the list of the organizations below.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    below: Option<String>,
}

/// What a page has found so far.
struct Walk<'a> {
    journal: &'a Journal,
    actor: &'a Actor,
    not_seen_since: Timestamp,
    /// How many computers were read, those included that have just been removed.
    read: usize,
    looked_at: usize,
    organizations: Vec<UnseenAt>,
    computers: Vec<UnseenComputer>,
}

impl<'a> Walk<'a> {
    fn new(journal: &'a Journal, actor: &'a Actor, not_seen_since: Timestamp) -> Self {
        let (organizations, computers) = (Vec::new(), Vec::new());
        Self { journal, actor, not_seen_since, read: 0, looked_at: 0, organizations, computers }
    }

    /// One page. Returns where the next one begins.
    async fn page(
        &mut self,
        own: &Organization,
        permit: &Permit,
        below: bool,
        place: Place,
    ) -> Result<Option<Place>, StoreError> {
        let Place { current, computers, below: mut after } = place;
        if let Some(current) = current {
            let stopped = match self.journal.load::<Organization>(&current).await? {
                Some(found) => self.organization(&found.value, computers).await?,
                None => None,
            };
            if stopped.is_some() {
                return Ok(Some(Place { current: Some(current), computers: stopped, below: after }));
            }
            if current != own.id {
                after = Some(current.to_string());
            }
        }
        if !below {
            return Ok(None);
        }
        let list =
            self.journal.page::<Organization>(permit, lists::ORGANIZATIONS, after.as_deref(), ORGANIZATIONS);
        let page = list.await?;
        for found in page.items {
            if self.read >= COMPUTERS {
                return Ok(Some(Place { below: after, ..Place::default() }));
            }
            let found = found.value;
            let stopped = self.organization(&found, None).await?;
            if stopped.is_some() {
                return Ok(Some(Place { current: Some(found.id), computers: stopped, below: after }));
            }
            after = Some(found.id.to_string());
        }
        Ok(page.next.map(|next| Place { below: Some(next), ..Place::default() }))
    }

    /// An organization's computers. Returns where the next page goes on with them.
    async fn organization(
        &mut self,
        organization: &Organization,
        mut cursor: Option<String>,
    ) -> Result<Option<String>, StoreError> {
        let permit = decide(self.actor, Action::ReportsView, &Resource::at(organization));
        let (Ok(permit), false) = (permit, organization.deleted) else { return Ok(None) };
        let (looked_at, unseen) = (self.looked_at, self.computers.len());
        let stopped = loop {
            let room = COMPUTERS.saturating_sub(self.read).min(AT_ONCE);
            if room == 0 {
                break cursor;
            }
            let page =
                self.journal.page::<Computer>(&permit, lists::COMPUTERS, cursor.as_deref(), room).await?;
            self.read += page.items.len();
            let found: Vec<Computer> =
                page.items.into_iter().map(|found| found.value).filter(|found| !found.deleted).collect();
            let ids: Vec<_> = found.iter().map(|computer| &computer.id).collect();
            let check_ins = self.journal.check_ins_of(&ids).await?;
            self.looked_at += found.len();
            for (computer, check_ins) in found.into_iter().zip(check_ins) {
                self.look(organization, computer, &check_ins);
            }
            cursor = page.next;
            if cursor.is_none() {
                break None;
            }
        };
        let looked_at = self.looked_at - looked_at;
        if looked_at > 0 {
            self.organizations.push(UnseenAt {
                organization: OrganizationName::from(organization),
                parent_id: organization.parent_id.clone(),
                looked_at,
                unseen: self.computers.len() - unseen,
                complete: stopped.is_none(),
            });
        }
        Ok(stopped)
    }

    fn look(&mut self, organization: &Organization, computer: Computer, check_ins: &CheckIns) {
        let last = check_ins.last();
        let last_seen_at = last.map_or(computer.enrolled_at, |last| last.at);
        if last_seen_at >= self.not_seen_since {
            return;
        }
        self.computers.push(UnseenComputer {
            organization: OrganizationName::from(organization),
            has_checked_in: last.is_some(),
            agent_version: check_ins.agent_version().map(str::to_owned),
            last_seen_at,
            id: computer.id,
            hostname: computer.hostname,
            name: computer.name,
            group_id: computer.group_id,
        });
    }
}

/// The rows as a table.
fn table(by: UnseenBy, report: UnseenReport) -> Result<Response, Problem> {
    let mut table = Table::default();
    match by {
        UnseenBy::Computer => {
            table.row([
                "computer_id",
                "hostname",
                "name",
                "organization_id",
                "organization",
                "group_id",
                "last_seen_at",
                "has_checked_in",
                "agent_version",
            ])?;
            for row in report.computers {
                let text = |text: Option<String>| text.map(|text| plain_cell(&text)).unwrap_or_default();
                table.row([
                    row.id.to_string(),
                    plain_cell(&row.hostname),
                    text(row.name),
                    row.organization.id.to_string(),
                    plain_cell(&row.organization.name),
                    row.group_id.to_string(),
                    row.last_seen_at.to_string(),
                    row.has_checked_in.to_string(),
                    text(row.agent_version),
                ])?;
            }
        }
        UnseenBy::Organization => {
            table.row(["organization_id", "organization", "parent_id", "looked_at", "unseen", "complete"])?;
            for row in report.organizations {
                let parent = row.parent_id.map(|id| id.to_string()).unwrap_or_default();
                table.row([
                    row.organization.id.to_string(),
                    plain_cell(&row.organization.name),
                    parent,
                    row.looked_at.to_string(),
                    row.unseen.to_string(),
                    row.complete.to_string(),
                ])?;
            }
        }
    }
    table.answer(report.next_cursor)
}

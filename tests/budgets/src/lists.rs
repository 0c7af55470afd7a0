//! Measures the lists of the Approval Center beside the plain ones: narrowed pages, counts, grants, computers and reports.

use anyhow::{Result, ensure};
use countersign_http::testing::{Person, TestApp};
use serde_json::Value;

use crate::cost::Cost;
use crate::deployment::Deployment;
use crate::measure::{Costs, call, note};
use crate::narrowed::Filter;
use crate::operation::{Operation, PAGE};

/// Following pages of a narrowed list, one after the other.
const FOLLOWING: usize = 3;

/// Measures all of them.
pub fn measure(deployment: &Deployment, costs: &mut Costs) -> Result<()> {
    for filter in Filter::ALL {
        for oldest_first in [false, true] {
            narrowed(deployment, filter, oldest_first, costs)?;
        }
    }
    let functions = &deployment.functions;
    let (reports, computers) = (&functions.report_requests, &functions.manage_computers);
    let counts = read(deployment, reports, &deployment.clerk, "/v1/requests/counts")?;
    note(costs, Operation::Counts, counts.cost);
    grants(deployment, costs)?;
    let middle = &deployment.middle()?.organization.id;
    // The session's copy of the login settings is refreshed once a minute, which is not measured.
    read(deployment, computers, &deployment.boss, &format!("/v1/organizations/{middle}/computers"))?;
    for (narrowed, query) in [(false, format!("?limit={PAGE}")), (true, "?state=cloned".to_owned())] {
        let path = format!("/v1/organizations/{middle}/computers{query}");
        let page = read(deployment, computers, &deployment.boss, &path)?;
        note(costs, Operation::Computers { narrowed }, page.cost);
    }
    for (by_organization, by) in [(false, "day"), (true, "organization")] {
        let path = format!("/v1/reports/requests?by={by}&limit={PAGE}");
        let report = read(deployment, reports, &deployment.boss, &path)?;
        note(costs, Operation::Report { by_organization }, report.cost);
    }
    Ok(())
}

/// What was read, and where it goes on.
struct Read {
    body: Value,
    next: Option<String>,
    cost: Cost,
}

fn read(deployment: &Deployment, app: &TestApp, who: &Person, path: &str) -> Result<Read> {
    let (answer, cost) = call(deployment, app.get(path).bearer(&who.token), 200)?;
    let body = answer.json();
    let next = body.get("next_cursor").and_then(Value::as_str).map(str::to_owned);
    Ok(Read { body, next, cost })
}

/// The first page and some that follow it.
fn narrowed(deployment: &Deployment, filter: Filter, oldest_first: bool, costs: &mut Costs) -> Result<()> {
    let order = if oldest_first { "oldest" } else { "newest" };
    let path = format!("/v1/requests?limit={PAGE}&order={order}&{}", filter.query(deployment)?);
    let (app, who) = (&deployment.functions.list_requests, &deployment.clerk);
    let mut page = read(deployment, app, who, &path)?;
    ensure!(page.body.get("looked_at").is_some(), "{path} is not narrowed");
    note(costs, Operation::Narrowed { filter, oldest_first, following: false }, page.cost);
    for _ in 0..FOLLOWING {
        let Some(cursor) = page.next else { break };
        page = read(deployment, app, who, &format!("{path}&cursor={cursor}"))?;
        note(costs, Operation::Narrowed { filter, oldest_first, following: true }, page.cost);
    }
    Ok(())
}

fn grants(deployment: &Deployment, costs: &mut Costs) -> Result<()> {
    let middle = &deployment.middle()?.organization.id;
    let path = format!("/v1/grants?organization_id={middle}&limit={PAGE}");
    let (app, who) = (&deployment.functions.manage_grants, &deployment.clerk);
    let first = read(deployment, app, who, &path)?;
    note(costs, Operation::Grants { following: false }, first.cost);
    if let Some(cursor) = first.next {
        let following = read(deployment, app, who, &format!("{path}&cursor={cursor}"))?;
        note(costs, Operation::Grants { following: true }, following.cost);
    }
    Ok(())
}

//! Requests: finding, opening, deciding, watching.

mod decide;
mod watch;

use std::process::ExitCode;

use serde_json::Value;

use crate::error::CliError;
use crate::options::{Common, List, Requests, RequestsCommand};
use crate::output::{Table, print, print_list, say};
use crate::places;
use crate::session::{Query, Session, query, typed};
use crate::wire::{Allowed, RequestRow, RequestView};
use crate::words;

/// Does what was asked with requests.
pub async fn run(asked: &Requests) -> Result<ExitCode, CliError> {
    let session = Session::open(&asked.common)?;
    match &asked.command {
        RequestsCommand::List(filter) => list(&asked.common, &session, filter).await,
        RequestsCommand::Show { id } => show(&asked.common, &session, id).await,
        RequestsCommand::Approve(approve) => {
            decide::run(&asked.common, &session, &approve.deciding, &decide::Made::approval(approve)).await
        }
        RequestsCommand::Deny(deny) => {
            decide::run(&asked.common, &session, &deny.deciding, &decide::Made::denial(deny)).await
        }
        RequestsCommand::Watch(watch) => watch::run(&asked.common, &session, watch).await,
    }
}

async fn list(common: &Common, session: &Session, filter: &List) -> Result<ExitCode, CliError> {
    let asked = query([
        ("organization_id", places::resolve(session, &filter.place).await?),
        ("below", filter.only_here.then(|| "false".to_owned())),
        ("status", filter.status.clone()),
        ("kind", filter.kind.map(|kind| kind.as_str().to_owned())),
        ("group_id", filter.group.clone()),
        ("computer_id", filter.computer.clone()),
        ("assignee", filter.assignee.clone()),
        ("created_after", filter.after.map(|after| after.to_string())),
        ("created_before", filter.before.map(|before| before.to_string())),
        ("q", filter.search.clone()),
        ("order", filter.oldest.then(|| "oldest".to_owned())),
    ]);
    let most = usize::try_from(filter.limit).unwrap_or(usize::MAX);
    let found = session.list("list-requests", &["requests"], &asked, Some(most)).await?;
    print_list(common.json, &found, &table(&typed("list-requests", &found)?));
    Ok(ExitCode::SUCCESS)
}

fn table(rows: &[RequestRow]) -> Table {
    let titles = ["REQUEST", "STATUS", "KIND", "WHAT", "WHO", "COMPUTER", "ORGANIZATION", "ASKED"];
    let mut table = Table::new(&titles, "no requests");
    for row in rows {
        table.row([
            row.id.clone(),
            row.status.clone(),
            row.kind.clone(),
            row.subject.name.clone(),
            row.requester.username.clone(),
            row.computer.hostname.clone(),
            row.organization.name.clone(),
            format!("{:.0}", row.created_at),
        ]);
    }
    table
}

/// Opens a request.
async fn opened<T: serde::de::DeserializeOwned>(session: &Session, id: &str) -> Result<T, CliError> {
    session.get("open-request", &["requests", id], &Query::new()).await
}

async fn show(common: &Common, session: &Session, id: &str) -> Result<ExitCode, CliError> {
    let found: Value = opened(session, id).await?;
    if common.json {
        print(&found);
    } else {
        let [request] = typed::<RequestView>("open-request", &[found])?
            .try_into()
            .map_err(|_| CliError::Incomplete("there is not one request".into()))?;
        lines(&request).iter().for_each(|line| say(line));
    }
    Ok(ExitCode::SUCCESS)
}

/// What the request asks for, in one line.
fn headline(request: &RequestView) -> String {
    let who: Vec<_> = request.requesters.iter().map(|one| one.username.as_str()).collect();
    let more = if request.more_requesters == 0 {
        String::new()
    } else {
        format!(" and {} more", request.more_requesters)
    };
    format!(
        "{}: {} ({}) for {}{more} on {}, {}",
        request.id,
        request.subject.name,
        request.kind,
        who.join(", "),
        request.computer.hostname,
        request.organization.name
    )
}

fn lines(request: &RequestView) -> Vec<String> {
    let subject = &request.subject;
    let mut lines = vec![headline(request), format!("status: {}", request.status)];
    lines.extend(request.decision.as_ref().map(|made| format!("decision: {}", words::decision(made))));
    lines.push(format!("asked: {}; waits until {}", request.created_at, request.expires_at));
    for (name, value) in [
        ("path", &subject.path),
        ("SHA-256", &subject.sha256),
        ("publisher", &subject.publisher),
        ("certificate", &subject.certificate),
        ("command line", &subject.command_line),
        ("origin", &subject.origin),
        ("account", &subject.account),
    ] {
        lines.extend(value.as_ref().map(|value| format!("{name}: {value}")));
    }
    lines.push(format!("copy of the file: {}", request.attachment.state));
    for requester in &request.requesters {
        let reason = requester.reason.as_deref().unwrap_or("no reason given");
        lines.push(format!("{} says: {reason}", requester.username));
    }
    lines.push("you may:".to_owned());
    lines.extend(request.actions.iter().map(action));
    lines
}

fn action(action: &Allowed) -> String {
    let scope = action.scope.as_deref().map(|scope| format!(" for the {scope}")).unwrap_or_default();
    let name = &action.action;
    if action.allowed {
        return format!("  yes  {name}{scope}");
    }
    let ways = action.missing.iter().flatten().map(|way| words::way(way, &|_| None));
    let missing: Vec<_> = ways.collect();
    let why = match &action.obstacle {
        Some(obstacle) => obstacle.clone(),
        None if missing.is_empty() => "not now".to_owned(),
        None => format!("needs {}", missing.join(", or ")),
    };
    format!("  no   {name}{scope}: {why}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_action_says_what_is_missing() {
        let one: Allowed =
            serde_json::from_value(json!({"action": "approve", "scope": "group", "allowed": false,
            "missing": [[{"permission": "approve-for-group", "organization_id": "org_1"}],
                        [{"permission": "super-admin", "organization_id": "org_1"}]]}))
            .unwrap();
        assert_eq!(
            action(&one),
            "  no   approve for the group: needs `approve-for-group` at org_1, or `super-admin` at org_1"
        );
        let ended: Allowed =
            serde_json::from_value(json!({"action": "deny", "allowed": false, "obstacle": "not-pending"}))
                .unwrap();
        assert_eq!(action(&ended), "  no   deny: not-pending");
    }
}

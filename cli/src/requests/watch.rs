//! Watching: new requests and what became of those that waited, as it happens.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::error::CliError;
use crate::options::{Common, Watch};
use crate::output::{print, say, warn};
use crate::places;
use crate::session::{Session, query, typed};
use crate::wire::RequestRow;

/// At most so many waiting requests are looked at.
const MOST: usize = 2_000;

/// The requests that wait, by their ids.
type Waiting = BTreeMap<String, Timestamp>;

/// Prints what happens until Ctrl-C.
pub async fn run(common: &Common, session: &Session, asked: &Watch) -> Result<ExitCode, CliError> {
    let organization = places::resolve(session, &asked.place).await?;
    let mut known = Waiting::new();
    loop {
        let looked = tokio::select! {
            looked = look(common, session, organization.as_ref(), &mut known) => looked,
            interrupted = tokio::signal::ctrl_c() => return interrupted.map(|()| ExitCode::SUCCESS).map_err(Into::into),
        };
        match looked {
            Err(CliError::Call(error)) if error.is_passing() => warn(&format!("{error}; trying again")),
            looked => looked?,
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(asked.interval)) => {}
            interrupted = tokio::signal::ctrl_c() => return interrupted.map(|()| ExitCode::SUCCESS).map_err(Into::into),
        }
    }
}

/// Tells what has changed since the last look, and remembers it. The first look tells what waits already.
async fn look(
    common: &Common,
    session: &Session,
    organization: Option<&String>,
    known: &mut Waiting,
) -> Result<(), CliError> {
    let asked = query([("organization_id", organization.cloned()), ("status", Some("pending".to_owned()))]);
    let found = session.list("list-requests", &["requests"], &asked, Some(MOST)).await?;
    let rows: Vec<RequestRow> = typed("list-requests", &found)?;
    let waiting: BTreeSet<_> = rows.iter().map(|row| row.id.as_str()).collect();
    // If not all were looked at, the others may still wait.
    let all_seen = found.len() < MOST;
    let gone = known.iter().filter(|(id, _)| all_seen && !waiting.contains(id.as_str()));
    for (id, made) in gone.map(|(id, made)| (id.clone(), *made)).collect::<Vec<_>>() {
        if outcome(common, session, organization, &id, made).await? {
            known.remove(&id);
        }
    }
    for (row, document) in rows.iter().zip(&found).rev() {
        if known.insert(row.id.clone(), row.created_at).is_none() {
            tell(common, row, document);
        }
    }
    Ok(())
}

/// Tells what became of a request, which the list shows without opening it. Not yet, if it still shows it as pending.
async fn outcome(
    common: &Common,
    session: &Session,
    organization: Option<&String>,
    id: &str,
    made: Timestamp,
) -> Result<bool, CliError> {
    let until = made.checked_add(SignedDuration::from_millis(1)).unwrap_or(made);
    let asked = query([
        ("organization_id", organization.cloned()),
        ("created_after", Some(made.to_string())),
        ("created_before", Some(until.to_string())),
    ]);
    let found = session.list("list-requests", &["requests"], &asked, None).await?;
    let rows: Vec<RequestRow> = typed("list-requests", &found)?;
    let Some((row, document)) = rows.iter().zip(&found).find(|(row, _)| row.id == id) else {
        return Ok(true);
    };
    if row.status == "pending" {
        return Ok(false);
    }
    tell(common, row, document);
    Ok(true)
}

fn tell(common: &Common, row: &RequestRow, document: &Value) {
    if common.json {
        print(document);
    } else {
        say(&sentence(row));
    }
}

fn sentence(row: &RequestRow) -> String {
    format!(
        "{:9} {} {} ({}) for {} on {}, {}",
        row.status,
        row.id,
        row.subject.name,
        row.kind,
        row.requester.username,
        row.computer.hostname,
        row.organization.name
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_request_is_one_line() {
        let row: RequestRow =
            serde_json::from_value(json!({"id": "req_1", "kind": "application", "status": "pending",
            "created_at": "2026-11-22T19:22:05Z", "organization": {"id": "org_1", "name": "Company B"},
            "computer": {"id": "cmp_1", "hostname": "pc-1", "unconfirmed": false},
            "requester": {"username": "ann"}, "subject": {"name": "env"}}))
            .unwrap();
        assert_eq!(sentence(&row), "pending   req_1 env (application) for ann on pc-1, Company B");
    }
}

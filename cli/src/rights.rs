//! Who there is, who may do what, and why.

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::error::{CliError, NO};
use crate::options::{Admins, Explain, Roles, WhoCan};
use crate::output::{Table, print, print_list, say};
use crate::places::{self, Organizations};
use crate::session::{Session, query, typed};
use crate::wire::{self, Administrator, Answer};
use crate::words;

/// Lists administrators.
pub async fn admins(asked: &Admins) -> Result<ExitCode, CliError> {
    let session = Session::open(&asked.common)?;
    let organization = places::resolve(&session, &asked.place).await?;
    let asked_for = query([("organization_id", organization), ("q", asked.search.clone())]);
    let found = session.list("list-administrators", &["administrators"], &asked_for, None).await?;
    let mut table =
        Table::new(&["ADMINISTRATOR", "NAME", "EMAIL", "STATE", "ROLES", "PERMISSIONS"], "no administrators");
    for one in typed::<Administrator>("list-administrators", &found)? {
        let roles =
            one.assignments.iter().map(|role| role.role_name.clone().unwrap_or_else(|| role.role_id.clone()));
        let roles = roles.collect::<Vec<_>>().join(", ");
        table.row([one.id, one.name, one.email, one.state, roles, one.permissions.join(", ")]);
    }
    print_list(asked.common.json, &found, &table);
    Ok(ExitCode::SUCCESS)
}

/// Lists roles.
pub async fn roles(asked: &Roles) -> Result<ExitCode, CliError> {
    let session = Session::open(&asked.common)?;
    let asked_for = query([("organization_id", places::resolve(&session, &asked.place).await?)]);
    let found = session.list("list-roles", &["roles"], &asked_for, None).await?;
    let mut table = Table::new(&["ROLE", "NAME", "PERMISSIONS"], "no roles");
    for role in typed::<wire::Role>("list-roles", &found)? {
        table.row([role.id, role.name, role.permissions.join(", ")]);
    }
    print_list(asked.common.json, &found, &table);
    Ok(ExitCode::SUCCESS)
}

/// Lists everybody who may do something.
pub async fn who_can(asked: &WhoCan) -> Result<ExitCode, CliError> {
    let session = Session::open(&asked.common)?;
    let asked_for = query([
        ("action", Some(asked.action.clone())),
        ("organization_id", places::resolve(&session, &asked.place).await?),
        ("request_kind", asked.kind.map(|kind| kind.as_str().to_owned())),
        ("scope", asked.scope.map(|scope| scope.as_str().to_owned())),
    ]);
    let found = session.list("who-may", &["authorize", "who"], &asked_for, None).await?;
    let all = known(&session).await;
    let names = |id: &str| name(all.as_ref(), id);
    let mut table = Table::new(&["NAME", "EMAIL", "ORGANIZATION", "BECAUSE"], "nobody");
    for one in typed::<wire::WhoCan>("who-may", &found)? {
        let person = one.administrator;
        let because: Vec<_> = one.because.iter().map(|ground| words::ground(ground, &names)).collect();
        table.row([
            person.name.unwrap_or_else(|| "somebody of the managing organization".to_owned()),
            person.email.unwrap_or_default(),
            person.organization.map(|home| home.name).unwrap_or_default(),
            because.join("; "),
        ]);
    }
    print_list(asked.common.json, &found, &table);
    Ok(ExitCode::SUCCESS)
}

/// Says whether somebody may do something.
pub async fn explain(asked: &Explain) -> Result<ExitCode, CliError> {
    let session = Session::open(&asked.common)?;
    let organization = places::resolve_or_own(&session, &asked.place).await?;
    let administrator = match &asked.administrator {
        Some(who) if who.contains('@') => Some(by_email(&session, &organization, who).await?),
        who => who.clone(),
    };
    let body = json!({
        "administrator_id": administrator,
        "action": asked.action,
        "resource": {
            "organization_id": organization,
            "group_id": asked.group,
            "computer_id": asked.computer,
            "request_kind": asked.kind.map(crate::options::RequestKind::as_str),
            "scope": asked.scope.map(crate::options::Scope::as_str),
        },
    });
    let found: Value = session.ask("authorize", &["authorize"], &Vec::new(), &body).await?;
    let answers = typed::<Answer>("authorize", std::slice::from_ref(&found))?;
    let allowed = answers.iter().all(|answer| answer.allowed);
    if asked.common.json {
        print(&found);
    } else {
        let all = known(&session).await;
        let who = asked.administrator.as_deref().unwrap_or("you");
        let place = name(all.as_ref(), &organization).unwrap_or(organization);
        for answer in &answers {
            sentences(answer, who, &asked.action, &place, &|id| name(all.as_ref(), id))
                .iter()
                .for_each(|line| say(line));
        }
    }
    Ok(if allowed { ExitCode::SUCCESS } else { ExitCode::from(NO) })
}

fn sentences(answer: &Answer, who: &str, action: &str, place: &str, names: words::Names<'_>) -> Vec<String> {
    let may = if answer.allowed { "may" } else { "may not" };
    let mut lines = vec![format!("{who} {may} do `{action}` at {place}")];
    lines
        .extend(answer.because.iter().map(|ground| format!("  because of {}", words::ground(ground, names))));
    lines.extend(answer.inactive.as_ref().map(|state| format!("  because the account is {state}")));
    let ways = answer.missing.iter().map(|way| words::way(way, names));
    lines.extend(
        ways.enumerate()
            .map(|(at, way)| format!("  {} {way}", if at == 0 { "missing:" } else { "or:     " })),
    );
    lines
}

/// The administrator with this address, of this organization or the caller's own.
async fn by_email(session: &Session, organization: &str, email: &str) -> Result<String, CliError> {
    for place in [Some(organization.to_owned()), None] {
        let asked = query([("organization_id", place), ("q", Some(email.to_owned()))]);
        let found = session.list("list-administrators", &["administrators"], &asked, None).await?;
        let found = typed::<Administrator>("list-administrators", &found)?;
        if let Some(one) = found.into_iter().find(|one| one.email.eq_ignore_ascii_case(email)) {
            return Ok(one.id);
        }
    }
    let advice = "name the organization they belong to with --organization, or give their id";
    Err(CliError::Usage(format!("no administrator `{email}` is here or in your own organization; {advice}")))
}

/// The organizations, if the caller may view them: their names are a service to the reader, no part of the answer.
async fn known(session: &Session) -> Option<Organizations> {
    Organizations::read(session).await.ok()
}

fn name(all: Option<&Organizations>, id: &str) -> Option<String> {
    all?.names().get(id).map(|name| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_each_way_to_the_right() {
        let answer: Answer = serde_json::from_value(json!({"allowed": false, "because": [], "missing": [
            [{"permission": "approve-for-group", "organization_id": "org_1"}],
            [{"permission": "super-admin", "organization_id": "org_1"}]]}))
        .unwrap();
        let names = |_: &str| Some("Company B".to_owned());
        let lines =
            sentences(&answer, "clerk@company.example", "requests.approve-application", "Company B", &names);
        assert_eq!(
            lines,
            [
                "clerk@company.example may not do `requests.approve-application` at Company B",
                "  missing: `approve-for-group` at Company B",
                "  or:      `super-admin` at Company B"
            ]
        );
    }
}

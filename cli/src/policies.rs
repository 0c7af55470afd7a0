//! Policies: what deploying would change, and deploying.

use std::process::ExitCode;

use countersign_client::IdempotencyKey;
use reqwest::Method;
use serde_json::{Value, json};

use crate::error::CliError;
use crate::options::{Common, Place, Policies, PoliciesCommand};
use crate::output::{confirm, print, say, warn};
use crate::places;
use crate::session::{Query, Safely, Session, query, typed};
use crate::wire::{Comparison, Deployed, PolicyDifference};
use crate::words::number;

/// Does what was asked with policies.
pub async fn run(asked: &Policies) -> Result<ExitCode, CliError> {
    let session = Session::open(&asked.common)?;
    match &asked.command {
        PoliciesCommand::Diff { place, from, to } => diff(&asked.common, &session, place, *from, *to).await,
        PoliciesCommand::Deploy { place, version, confirmation } => {
            deploy(&asked.common, &session, place, *version, confirmation.yes).await
        }
    }
}

async fn diff(
    common: &Common,
    session: &Session,
    place: &Place,
    from: Option<u64>,
    to: Option<u64>,
) -> Result<ExitCode, CliError> {
    let organization = places::resolve_or_own(session, place).await?;
    let versions = query([("from", from.map(|from| from.to_string())), ("to", to.map(|to| to.to_string()))]);
    let (document, compared) = comparison(session, &organization, &versions).await?;
    if common.json {
        print(&document);
    } else {
        lines(&compared).iter().for_each(|line| say(line));
    }
    Ok(ExitCode::SUCCESS)
}

/// What differs between the versions; by default between what is live and the drafts.
pub async fn comparison(
    session: &Session,
    organization: &str,
    versions: &Query,
) -> Result<(Value, Comparison), CliError> {
    let path = ["organizations", organization, "policies", "changes"];
    let document: Value = session.get("compare-policies", &path, versions).await?;
    let compared = typed("compare-policies", std::slice::from_ref(&document))?.pop();
    Ok((document, compared.ok_or_else(|| CliError::Incomplete("there is no comparison".into()))?))
}

fn lines(compared: &Comparison) -> Vec<String> {
    if compared.summary.differences() == 0 {
        return vec!["Nothing differs".to_owned()];
    }
    let mut lines = Vec::new();
    for group in &compared.groups {
        let name = group.name.as_ref().unwrap_or(&group.group_id);
        lines.push(format!("{name} ({})", number(group.computers, "computer")));
        lines.extend(group.policies.iter().flat_map(policy));
    }
    if compared.more_groups > 0 {
        lines.push(format!("… and {}", number(compared.more_groups, "more group")));
    }
    lines.push(format!("concerned: {}", number(compared.computers, "computer")));
    lines
}

fn policy(policy: &PolicyDifference) -> Vec<String> {
    let mut lines = vec![format!("  {}: {}", policy.name, policy.changes.join(", "))];
    let (Some(before), Some(after)) = (&policy.before, &policy.after) else { return lines };
    for (field, new) in after {
        let old = before.get(field).unwrap_or(&Value::Null);
        if old != new {
            lines.push(format!("    {field}: {old} → {new}"));
        }
    }
    lines
}

async fn deploy(
    common: &Common,
    session: &Session,
    place: &Place,
    version: Option<u64>,
    yes: bool,
) -> Result<ExitCode, CliError> {
    let organization = places::resolve_or_own(session, place).await?;
    let (_, compared) =
        comparison(session, &organization, &query([("to", version.map(|to| to.to_string()))])).await?;
    if compared.summary.differences() == 0 {
        warn("Nothing to deploy: what is live does not differ");
        return Ok(ExitCode::SUCCESS);
    }
    lines(&compared).iter().for_each(|line| warn(line));
    confirm("Deploy?", yes)?;
    let deployed = deployed(session, &organization, version).await?;
    if common.json {
        print(&json!({ "policy_version": deployed.policy_version }));
    } else {
        let differences = deployed.summary.differences();
        say(&format!("Deployed version {}: {}", deployed.policy_version, number(differences, "difference")));
    }
    Ok(ExitCode::SUCCESS)
}

/// Deploys the drafts, or an earlier version.
pub async fn deployed(
    session: &Session,
    organization: &str,
    version: Option<u64>,
) -> Result<Deployed, CliError> {
    let body = match version {
        Some(version) => json!({ "version": version }),
        None => json!({}),
    };
    let once = Safely::Once(IdempotencyKey::fresh()?);
    let path = ["organizations", organization, "deploy"];
    let answer = session.send(Method::POST, &path, &Query::new(), Some(&body), &once).await?;
    Ok(answer.read("deploy-policies")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_shown_field_by_field() {
        let compared: Comparison = serde_json::from_value(json!({
            "from": 1, "to": null, "summary": {"policies": 1, "groups": 1, "added": 0, "removed": 0, "moved": 0, "changed": 1},
            "computers": 2, "computers_complete": true, "more_groups": 0,
            "groups": [{"group_id": "grp_1", "name": "Desktops", "computers": 2, "policies": [
                {"policy_id": "pol_1", "name": "Browsers", "changes": ["default_action"],
                 "before": {"default_action": "block", "kinds": ["application"]},
                 "after": {"default_action": "allow", "kinds": ["application"]}}]}]}))
        .unwrap();
        assert_eq!(
            lines(&compared),
            [
                "Desktops (2 computers)",
                "  Browsers: default_action",
                "    default_action: \"block\" → \"allow\"",
                "concerned: 2 computers"
            ]
        );
    }
}

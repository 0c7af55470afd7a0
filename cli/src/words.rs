//! Permissions and decisions in sentences.

use crate::wire::{Decision, Ground, Requirement};

/// Names the places that are known, by their ids.
pub type Names<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What one way would need: all of these permissions.
pub fn way(way: &[Requirement], names: Names<'_>) -> String {
    let parts = way.iter().map(|needed| {
        let below = if needed.below { " and below" } else { "" };
        format!("`{}` at {}{below}", needed.permission, place(needed.organization_id.as_deref(), names))
    });
    parts.collect::<Vec<_>>().join(" and ")
}

/// Where a permission comes from.
pub fn ground(ground: &Ground, names: Names<'_>) -> String {
    let reach = match ground.reach.as_str() {
        "here-and-below" => " and below",
        "below" => ", only for the organizations below",
        _ => "",
    };
    let source = match &ground.role {
        None => "given individually".to_owned(),
        Some(role) => match &role.name {
            Some(name) => format!("by the role {name}"),
            None => "by a role of the managing organization".to_owned(),
        },
    };
    format!("`{}` at {}{reach}, {source}", ground.permission, place(ground.organization_id.as_deref(), names))
}

fn place(id: Option<&str>, names: Names<'_>) -> String {
    match id {
        None => "the managing organization".to_owned(),
        Some(id) => names(id).unwrap_or_else(|| id.to_owned()),
    }
}

/// A decision that was made.
pub fn decision(decision: &Decision) -> String {
    let who = decision.administrator.as_ref().map_or("somebody", |administrator| administrator.name.as_str());
    let until = decision.expires_at.as_deref().map(|end| format!(" until {end}")).unwrap_or_default();
    let message = decision.message.as_deref().map(|message| format!(": {message}")).unwrap_or_default();
    format!("{} by {who} at {} for the {}{until}{message}", decision.outcome, decision.at, decision.scope)
}

/// A number of things, with `s` if there are several.
pub fn number(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names(id: &str) -> Option<String> {
        (id == "org_1").then(|| "Company B".to_owned())
    }

    #[test]
    fn what_is_missing_and_why_something_is_allowed_are_sentences() {
        let needed: Vec<Requirement> = serde_json::from_value(json!([
            {"permission": "elevation-administrator", "organization_id": "org_1"},
            {"permission": "approve-for-group", "organization_id": "org_2", "below": true}]))
        .unwrap();
        let text = "`elevation-administrator` at Company B and `approve-for-group` at org_2 and below";
        assert_eq!(way(&needed, &names), text);
        let held: Ground = serde_json::from_value(json!({"permission": "approve-for-group",
            "organization_id": "org_1", "reach": "here-and-below", "role": {"id": "rol_1", "name": "Clerk"}}))
        .unwrap();
        assert_eq!(ground(&held, &names), "`approve-for-group` at Company B and below, by the role Clerk");
        let hidden: Ground =
            serde_json::from_value(json!({"permission": "super-admin", "managing_organization": true,
            "reach": "below", "role": null}))
            .unwrap();
        assert_eq!(
            ground(&hidden, &names),
            "`super-admin` at the managing organization, only for the organizations below, given individually"
        );
    }

    #[test]
    fn a_decision_says_who_and_when() {
        let made: Decision = serde_json::from_value(json!({"outcome": "denied", "scope": "computer",
            "administrator": {"id": "adm_1", "name": "Ann"}, "at": "2026-11-22T19:22:05Z"}))
        .unwrap();
        assert_eq!(decision(&made), "denied by Ann at 2026-11-22T19:22:05Z for the computer");
    }
}

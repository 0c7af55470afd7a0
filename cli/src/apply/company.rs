//! The file: what there is to be. `docs/command-line.md` describes it.

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::CliError;

/// A file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Company {
    /// The organizations.
    #[serde(default, rename = "organization")]
    pub organizations: Vec<Organization>,
}

/// An organization. A list that is left out is not looked at.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organization {
    /// The names from below your own organization down to this one; `[]` is your own.
    pub path: Vec<String>,
    /// The names of its computer groups.
    pub groups: Option<Vec<String>>,
    /// Its roles.
    #[serde(rename = "role")]
    pub roles: Option<Vec<Role>>,
    /// Its policies.
    #[serde(rename = "policy")]
    pub policies: Option<Vec<Policy>>,
    /// Its rules.
    #[serde(rename = "rule")]
    pub rules: Option<Vec<Rule>>,
}

/// A role.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    pub name: String,
    pub description: Option<String>,
    pub permissions: Vec<String>,
}

/// A policy of a group.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    pub name: String,
    pub group: String,
    pub description: Option<String>,
    pub default_action: Option<String>,
    pub kinds: Option<Vec<String>>,
    pub entries: Option<Vec<Entry>>,
    pub notify: Option<Notify>,
}

/// What a policy says of something.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub action: String,
    pub by: String,
    /// Either values or the name of a tag.
    pub values: Option<Vec<String>>,
    pub tag: Option<String>,
}

/// Who is notified of requests that a policy caused.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Notify {
    #[serde(default = "yes")]
    pub enabled: bool,
    #[serde(default)]
    pub addresses: Vec<String>,
}

fn yes() -> bool {
    true
}

/// A rule.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub name: String,
    pub effect: String,
    pub below: Option<bool>,
    pub scope: Option<String>,
    pub lasts_seconds: Option<u32>,
    pub message: Option<String>,
    pub ends_at: Option<jiff::Timestamp>,
    pub max_uses: Option<u32>,
    pub criteria: Criteria,
}

/// Which requests a rule decides.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Criteria {
    pub kinds: Vec<String>,
    pub sha256: Option<String>,
    pub publisher: Option<Publisher>,
    pub path: Option<String>,
    pub username: Option<String>,
    /// The name of a group.
    pub group: Option<String>,
    pub computer_id: Option<String>,
}

/// A verified publisher.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Publisher {
    pub team_id: Option<String>,
    pub subject: Option<String>,
    pub issuer: Option<String>,
    pub issuer_thumbprint: Option<String>,
}

impl Company {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, or says something that is not known, with the line.
    pub fn read(path: &Path) -> Result<Self, CliError> {
        let failed = |reason: String| CliError::File { path: path.display().to_string(), reason };
        let text = std::fs::read_to_string(path).map_err(|cause| failed(cause.to_string()))?;
        toml::from_str(&text).map_err(|cause| failed(cause.to_string()))
    }
}

/// The fields that are given, in a form in which they are compared.
pub fn fields(of: &impl Serialize) -> Map<String, Value> {
    let mut value = serde_json::to_value(of).unwrap_or_default();
    normalize(&mut value);
    if let Value::Object(fields) = value { fields } else { Map::new() }
}

/// Leaves out what is null, and orders lists whose order means nothing.
pub fn normalize(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            for (name, value) in fields.iter_mut() {
                normalize(value);
                if let (true, Value::Array(list)) = (is_set(name), value) {
                    list.sort_by_key(ToString::to_string);
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(normalize),
        Value::String(text) => *text = text.trim().to_owned(),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn is_set(field: &str) -> bool {
    matches!(field, "permissions" | "kinds" | "addresses")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_known_is_refused_with_its_line() {
        let error =
            toml::from_str::<Company>("[[organization]]\npath = []\ngruops = []\n").unwrap_err().to_string();
        assert!(error.contains("line 3") && error.contains("gruops"), "{error}");
    }

    #[test]
    fn only_what_is_given_is_compared() {
        let policy: Policy =
            toml::from_str("name = ' Default '\ngroup = 'Desktops'\nkinds = ['storage', 'application']")
                .unwrap();
        assert_eq!(
            Value::Object(fields(&policy)),
            json!({"name": "Default", "group": "Desktops", "kinds": ["application", "storage"]})
        );
    }
}

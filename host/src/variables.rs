//! Application variables: declared in the manifest, set by the environment or by name, read through templates.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{bail, ensure};

use crate::manifest::{Manifest, is_variable_name};

/// The prefix of environment variables for application variables, as in Spin.
pub const ENVIRONMENT_PREFIX: &str = "SPIN_VARIABLE_";

/// Values of an application's variables. Every declared one has a value.
#[derive(Clone, Default)]
pub struct Variables {
    values: BTreeMap<String, String>,
}

impl Variables {
    /// The declared variables with their values; given values take precedence over defaults.
    ///
    /// A given value for an undeclared variable is an error, and so is a required variable without a value.
    pub fn resolve(manifest: &Manifest, given: &BTreeMap<String, String>) -> anyhow::Result<Self> {
        if let Some(unknown) = given.keys().find(|name| !manifest.variables.contains_key(*name)) {
            bail!("the manifest has no variable `{unknown}`");
        }
        let mut values = BTreeMap::new();
        let mut missing = Vec::new();
        for (name, declaration) in &manifest.variables {
            match given.get(name).or(declaration.default.as_ref()) {
                Some(value) => drop(values.insert(name.clone(), value.clone())),
                None => missing.push(format!("`{name}`")),
            }
        }
        ensure!(
            missing.is_empty(),
            "no value for {}: give it with --variable NAME=VALUE or as {ENVIRONMENT_PREFIX}NAME",
            missing.join(", ")
        );
        Ok(Self { values })
    }

    /// The environment's values for declared variables; others are ignored, as in Spin.
    pub fn from_environment(manifest: &Manifest) -> BTreeMap<String, String> {
        let value =
            |name: &String| std::env::var(format!("{ENVIRONMENT_PREFIX}{}", name.to_ascii_uppercase())).ok();
        manifest.variables.keys().filter_map(|name| value(name).map(|value| (name.clone(), value))).collect()
    }

    /// Fills in the `{{ name }}` of a template.
    pub fn fill(&self, template: &str) -> anyhow::Result<String> {
        let mut text = String::new();
        for part in parts(template)? {
            match part {
                Part::Text(literal) => text.push_str(literal),
                Part::Variable(name) => match self.values.get(name) {
                    Some(value) => text.push_str(value),
                    None => bail!("`{template}` names the variable `{name}`, which is not there"),
                },
            }
        }
        Ok(text)
    }

    /// The variables of one component, with their values.
    pub fn of_component(
        &self,
        templates: &BTreeMap<String, String>,
    ) -> anyhow::Result<BTreeMap<String, String>> {
        templates.iter().map(|(name, template)| Ok((name.clone(), self.fill(template)?))).collect()
    }
}

/// The values of a variable that holds several, separated by commas or white space.
pub(crate) fn several(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c == ',' || c.is_whitespace()).filter(|value| !value.is_empty())
}

/// Shows only names, because a value may be secret.
impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}

/// Whether a text contains a template.
pub fn is_template(text: &str) -> bool {
    text.contains("{{")
}

enum Part<'a> {
    Text(&'a str),
    Variable(&'a str),
}

fn parts(template: &str) -> anyhow::Result<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((literal, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else {
            bail!("`{template}` has a `{{{{` without `}}}}`");
        };
        let name = name.trim();
        ensure!(is_variable_name(name), "in `{template}` the name `{name}` is no variable's");
        parts.extend([Part::Text(literal), Part::Variable(name)]);
        rest = after;
    }
    parts.push(Part::Text(rest));
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn manifest() -> Manifest {
        let text = r#"
            spin_manifest_version = 2
            application = { name = "a" }
            trigger.http = [{ route = "/...", component = "c" }]
            component.c.source = "c.wasm"
            [variables]
            provider = { default = "dev" }
            api_url = { default = "" }
            secret_key = { required = true, secret = true }
        "#;
        Manifest::from_toml(text, Path::new(".")).unwrap()
    }

    fn given(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_given_value_goes_before_the_default() {
        let variables =
            Variables::resolve(&manifest(), &given(&[("secret_key", "s"), ("provider", "postmark")]))
                .unwrap();
        assert_eq!(variables.fill("{{provider}}-{{ secret_key }}:{{ api_url }}.").unwrap(), "postmark-s:.");
    }

    #[test]
    fn a_required_variable_without_value_is_refused_with_what_to_do() {
        let message = Variables::resolve(&manifest(), &given(&[])).unwrap_err().to_string();
        assert!(message.contains("`secret_key`") && message.contains("--variable"), "{message}");
    }

    #[test]
    fn an_unknown_given_variable_is_refused() {
        let message =
            Variables::resolve(&manifest(), &given(&[("secret_key", "s"), ("typo", "")])).unwrap_err();
        assert!(message.to_string().contains("`typo`"), "{message}");
    }

    #[test]
    fn malformed_templates_are_refused() {
        let variables = Variables::resolve(&manifest(), &given(&[("secret_key", "s")])).unwrap();
        for template in ["{{ secret_key", "{{ }}", "{{ Provider }}", "{{ nothing }}", "{{ a__b }}"] {
            assert!(variables.fill(template).is_err(), "{template}");
        }
        assert_eq!(variables.fill("{ provider }}").unwrap(), "{ provider }}");
    }

    #[test]
    fn values_are_never_printed() {
        let variables = Variables::resolve(&manifest(), &given(&[("secret_key", "hush")])).unwrap();
        assert!(!format!("{variables:?}").contains("hush"));
    }
}

//! `spin.toml`, manifest version 2, limited to the parts that this host supports.
//!
//! A key that Spin supports and this host does not is an error that names the key, so that a manifest never means less
//! here.

mod text;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

use self::text::ManifestText;

/// An application: its routes, and what each component may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The application's name.
    pub name: String,
    /// Its version; empty if the manifest has none.
    pub version: String,
    /// The folder of the manifest; all paths in it are relative to this folder.
    pub folder: PathBuf,
    /// Application variables by name.
    pub variables: BTreeMap<String, VariableDeclaration>,
    /// HTTP triggers in the manifest's order.
    pub triggers: Vec<HttpTrigger>,
    /// Components by id.
    pub components: BTreeMap<String, Component>,
}

/// An application variable, as `[variables]` declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableDeclaration {
    /// The default value. Absent exactly if the variable is required.
    pub default: Option<String>,
    /// Whether its value must never be shown.
    pub secret: bool,
}

/// One `[[trigger.http]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpTrigger {
    /// Where it answers.
    pub route: Route,
    /// Id of the component that answers.
    pub component: String,
}

/// Where a component answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// A pattern such as `/v1/requests/...`.
    Public(String),
    /// Only through service chaining.
    Private,
}

/// One `[component.ID]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// The Wasm file, relative to the manifest's folder.
    pub source: PathBuf,
    /// The contents of the Wasm file, if the program carries them: then it is not read.
    pub carried: Option<&'static [u8]>,
    /// Entries of `allowed_outbound_hosts`, templates not yet filled in.
    pub allowed_outbound_hosts: Vec<String>,
    /// Labels of the key-value stores it may open.
    pub key_value_stores: Vec<String>,
    /// Its variables: name and template.
    pub variables: BTreeMap<String, String>,
    /// How it is built.
    pub build: Option<Build>,
}

/// One `[component.ID.build]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// Shell commands, run one after another.
    pub commands: Vec<String>,
    /// Where they run, relative to the manifest's folder.
    pub workdir: Option<PathBuf>,
}

impl Manifest {
    /// Reads and checks a manifest file.
    pub fn from_file(file: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read the manifest `{}`", file.display()))?;
        let folder = match file.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        Self::from_toml(&text, folder).with_context(|| format!("in the manifest `{}`", file.display()))
    }

    /// The same from the manifest's text.
    pub fn from_toml(text: &str, folder: &Path) -> anyhow::Result<Self> {
        let version = text.parse::<toml::Table>()?.get("spin_manifest_version").cloned();
        ensure!(
            version.as_ref().and_then(toml::Value::as_integer) == Some(2),
            "`spin_manifest_version` must be 2"
        );
        let manifest = toml::from_str::<ManifestText>(text)?.into_manifest(folder)?;
        manifest.check()?;
        Ok(manifest)
    }

    /// The path of a component's Wasm file.
    pub fn source_of(&self, component: &Component) -> PathBuf {
        self.folder.join(&component.source)
    }

    fn check(&self) -> anyhow::Result<()> {
        for name in self.variables.keys() {
            ensure!(
                is_variable_name(name),
                "the variable name `{name}` must be lower-case letters, digits and `_`"
            );
        }
        for (id, component) in &self.components {
            ensure!(is_component_id(id), "the component id `{id}` must be kebab-case, such as `read-audit`");
            for name in component.variables.keys() {
                ensure!(
                    is_variable_name(name),
                    "the variable name `{name}` of `{id}` must be lower-case letters, digits and `_`"
                );
            }
        }
        for trigger in &self.triggers {
            let id = &trigger.component;
            ensure!(
                self.components.contains_key(id),
                "a trigger names the component `{id}`, which is not there"
            );
        }
        if self.triggers.is_empty() {
            bail!("there is no `[[trigger.http]]`");
        }
        Ok(())
    }
}

/// Spin's variable names: lower-case letters, digits and single `_` between them, beginning with a letter.
pub(crate) fn is_variable_name(name: &str) -> bool {
    let words =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.split('_').all(words)
}

/// Spin's component ids: kebab-case words that begin with a letter, each all in one case.
fn is_component_id(id: &str) -> bool {
    id.split('-').all(|word| {
        word.starts_with(|first: char| first.is_ascii_alphabetic())
            && (word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
                || word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests;

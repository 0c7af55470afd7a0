//! What the commands about a store have in common: which deployment they are about, and calls of its component `maintain-store`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;

use super::{Build, assignment, build, given_variables, log, manifest, secrets, state_dir};
use crate::app::{App, Called};
use crate::clock::HostClock;
use crate::components;
use crate::kv::{Quirks, private_folder, require_owner};
use crate::manifest::{Manifest, VariableDeclaration};
use crate::outbound::AllowedHosts;
use crate::runtime_config::{RuntimeConfig, StoreConfig};
use crate::variables::Variables;

/// The component that knows what is in a store.
const COMPONENT: &str = "maintain-store";
/// The label of the store that the components use.
pub(super) const LABEL: &str = "default";

/// Which deployment a command is about, and with which components.
#[derive(Debug, Args)]
pub(super) struct Deployment {
    /// Where data and secrets are kept [default: .spin beside the manifest]
    #[arg(long, value_name = "FOLDER", env = "COUNTERSIGN_STATE_DIR")]
    pub(super) state_dir: Option<PathBuf>,
    /// Which key-value stores to use, as in Spin
    #[arg(long, value_name = "FILE", env = "RUNTIME_CONFIG_FILE")]
    pub(super) runtime_config_file: Option<PathBuf>,
    /// Set an application variable (also: SPIN_VARIABLE_NAME); NAME=@FILE takes the file's text without trailing line breaks
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    pub(super) variable: Vec<(String, String)>,
    /// Use the components without building them
    #[arg(long)]
    no_build: bool,
    #[command(flatten)]
    pub(super) build: Build,
    /// Give the key-value backends the defects of Spin's: `spin-4.1` or `unwatch-mended`
    #[arg(long, value_name = "NAME", hide = true, default_value_t)]
    pub(super) quirks: Quirks,
    /// Where compiled components are kept [default: beside the build's output, or cache in the state folder]
    #[arg(long, value_name = "FOLDER", hide = true)]
    pub(super) cache_dir: Option<PathBuf>,
    /// Move the components' time forward
    #[arg(long, value_name = "SECONDS", hide = true, default_value_t = 0, allow_negative_numbers = true)]
    pub(super) clock_offset: i64,
}

/// A deployment, found.
pub(super) struct Place {
    manifest: Manifest,
    /// Where data and secrets are kept.
    pub(super) state_dir: PathBuf,
    config: RuntimeConfig,
    /// The time of its components.
    pub(super) clock: HostClock,
}

impl Deployment {
    /// Finds the deployment, without changing anything.
    pub(super) fn find(&self) -> anyhow::Result<Place> {
        log::start(self.build.quiet, log::LogFormat::Text);
        let manifest = manifest(self.build.from.as_deref())?;
        let state_dir = state_dir(&manifest, self.state_dir.as_deref());
        let config = RuntimeConfig::at(self.runtime_config_file.as_deref(), &state_dir)?;
        let clock = HostClock::default();
        clock.advance(jiff::SignedDuration::from_secs(self.clock_offset));
        Ok(Place { manifest, state_dir, config, clock })
    }

    /// Builds what is missing or stale, unless the components are to be used as they are.
    pub(super) fn make_components(&self, manifest: &Manifest) -> anyhow::Result<()> {
        if !self.no_build {
            build(manifest, &self.build)?;
        }
        Ok(())
    }

    /// Prepares the component that knows the store, over a store instead of the deployment's own if one is named.
    pub(super) async fn component(&self, place: &Place, store: Option<&Path>) -> anyhow::Result<Called> {
        let mut config = place.config.clone();
        if let Some(path) = store {
            config
                .key_value_stores
                .insert(LABEL.to_owned(), StoreConfig::Sqlite { path: Some(path.to_owned()) });
        }
        self.called(place, COMPONENT, config, self.variables(place)?).await
    }

    /// Prepares a component for calls, with these stores and variables.
    pub(super) async fn called(
        &self,
        place: &Place,
        component: &'static str,
        config: RuntimeConfig,
        variables: BTreeMap<String, String>,
    ) -> anyhow::Result<Called> {
        // Compiled components are kept there, and SQLite makes a file that is missing.
        for path in config.sqlite_files().chain([place.state_dir.as_path()]) {
            require_owner(path)?;
        }
        private_folder(&place.state_dir)
            .with_context(|| format!("cannot make the state folder `{}`", place.state_dir.display()))?;
        self.make_components(&place.manifest)?;
        let mut app = App::builder(place.manifest.clone())
            .state_dir(place.state_dir.clone())
            .variables(variables)
            .runtime_config(config)
            .quirks(self.quirks)
            .clock(place.clock.clone());
        if let Some(folder) = self.cache_dir.clone().or_else(|| components::cache_dir(&place.manifest)) {
            app = app.cache_dir(folder);
        }
        app.call(component).await
    }

    /// Prepares a component over an empty store in memory: what is in the deployment's stays as it is.
    pub(super) async fn called_apart(
        &self,
        place: &Place,
        component: &'static str,
        variables: BTreeMap<String, String>,
    ) -> anyhow::Result<Called> {
        let store = (LABEL.to_owned(), StoreConfig::Sqlite { path: None });
        let config = RuntimeConfig { key_value_stores: BTreeMap::from([store]) };
        self.called(place, component, config, variables).await
    }

    /// The variables that the environment and options give.
    pub(super) fn given(&self, place: &Place) -> BTreeMap<String, String> {
        given_variables(&place.manifest, &self.variable)
    }

    /// Where people reach the deployment.
    pub(super) fn public_url(&self, place: &Place) -> anyhow::Result<String> {
        let given = self.variables(place)?.remove("public_url");
        let declared =
            place.manifest.variables.get("public_url").and_then(|variable| variable.default.clone());
        Ok(given.or(declared).unwrap_or_default().trim_end_matches('/').to_owned())
    }

    /// The given variables, completed by the secrets that the state folder has. A command makes none.
    fn variables(&self, place: &Place) -> anyhow::Result<BTreeMap<String, String>> {
        let mut variables = self.given(place);
        for (name, value) in secrets::load(&place.state_dir)? {
            if place.manifest.variables.contains_key(&name) {
                variables.entry(name).or_insert(value);
            }
        }
        Ok(variables)
    }
}

impl Place {
    /// Its stores by label.
    pub(super) fn stores(&self) -> impl Iterator<Item = (&str, &StoreConfig)> {
        self.config.key_value_stores.iter().map(|(label, store)| (label.as_str(), store))
    }

    /// The variables that its manifest has.
    pub(super) fn variables(&self) -> &BTreeMap<String, VariableDeclaration> {
        &self.manifest.variables
    }

    /// For each list of hosts that cannot be read with these variables: why, and the components that may therefore call no host.
    pub(super) fn unreadable_hosts(
        &self,
        variables: &BTreeMap<String, String>,
    ) -> anyhow::Result<BTreeMap<String, Vec<&str>>> {
        let variables = Variables::resolve(&self.manifest, variables)?;
        let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (id, component) in &self.manifest.components {
            if let Err(error) = AllowedHosts::parse(&component.allowed_outbound_hosts, &variables) {
                all.entry(format!("{error:#}")).or_default().push(id.as_str());
            }
        }
        Ok(all)
    }

    /// The store that the components use.
    pub(super) fn store(&self) -> anyhow::Result<&StoreConfig> {
        self.config.key_value_stores.get(LABEL).with_context(|| format!("no key-value store `{LABEL}`"))
    }

    /// The file of a store on SQLite. `instead`: what to do with one on Redis.
    pub(super) fn sqlite_file(&self, instead: &str) -> anyhow::Result<&Path> {
        match self.store()? {
            StoreConfig::Sqlite { path: Some(path) } => Ok(path),
            StoreConfig::Sqlite { path: None } => bail!("the store is in memory only: nothing of it is kept"),
            StoreConfig::Redis(_) => bail!("the store is on Redis: {instead}"),
        }
    }
}

/// Runs a command that calls components.
pub(super) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Runtime::new()?.block_on(work)
}
